/**
 * Access tokens that all workers of a database share, so that each does not fetch its own. Tokens are sealed; what
 * cannot be opened any more counts as absent, since a token can always be fetched again.
 */
import { eq, sql } from 'drizzle-orm';
import type { TokenCache } from '#core/access-token.ts';
import type { Clock, Seal } from '#core/effects.ts';
import { token } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

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
