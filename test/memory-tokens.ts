/** A cache of access tokens that lasts as long as a test. */
import type { CachedToken, TokenCache } from '#core/access-token.ts';

export function memoryTokens(): TokenCache & { readonly size: number } {
  const entries = new Map<string, CachedToken>();
  return {
    get: async (key) => entries.get(key) ?? null,
    put: async (key, entry) => void entries.set(key, entry),
    get size() {
      return entries.size;
    },
  };
}
