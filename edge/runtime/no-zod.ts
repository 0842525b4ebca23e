/**
 * Stands in for zod in bundles for Workers (an alias in ../wrangler.jsonc): hono-openapi can describe the schemas of
 * several libraries and imports each when it meets one of its schemas. Ours are all of valibot.
 */
export {};
