/**
 * Stands in for `@ewsjs/xhr` in bundles for Workers (an alias in the bundler's settings): that package brings an
 * HTTP client that needs Node, and nothing here uses it, because requests travel through Effects.fetch.
 */
export class XhrApi {}
export class NtlmProvider {}
export class CookieProvider {}
