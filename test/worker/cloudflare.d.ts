/** The part of workerd's own module that the tests use. */
declare module 'cloudflare:workers' {
  /** The bindings of test/vitest.config.ts and edge/wrangler.jsonc. */
  export const env: Readonly<Record<string, unknown>>;
}
