/**
 * Access tokens that all workers of a database share, so that each does not fetch its own. Implements the
 * portal adapter's TokenCache port by its shape. Tokens are sealed; what cannot be opened any more counts as
 * absent, since a token can always be fetched again.
 */
import { eq, sql } from 'drizzle-orm';
import type { Clock, Seal } from '#core/effects.ts';
import { token } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** An access token, unsealed. */
export interface CachedToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Keys name an identity at a portal; one entry each. */
export interface TokenCache {
  /** Null if there is none that is still valid. */
  get(key: string): Promise<CachedToken | null>;
  put(key: string, entry: CachedToken): Promise<void>;
}

export interface TokenCacheDependencies {
  readonly db: Database;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
}

/** Expired entries count as absent. */
export function createTokenCache({ db, seal, clock }: TokenCacheDependencies): TokenCache {
  return {
    async get(key) {
      const rows = await db.select().from(token).where(eq(token.key, key));
      const row = rows[0];
      if (row === undefined || row.expiresAt <= clock.now()) return null;
      try {
        return { token: await seal.open(row.sealed), expiresAt: row.expiresAt };
      } catch {
        return null;
      }
    },

    async put(key, entry) {
      const sealed = await seal.seal(entry.token);
      await db
        .insert(token)
        .values({ key, sealed, expiresAt: entry.expiresAt })
        .onConflictDoUpdate({
          target: token.key,
          set: { sealed: sql`excluded.sealed`, expiresAt: sql`excluded.expires_at` },
        });
    },
  };
}
