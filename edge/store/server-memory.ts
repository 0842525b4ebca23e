/**
 * What was learnt about Exchange servers (which version they speak), kept with their domain, so that neither every
 * start nor every worker asks again.
 */
import { eq } from 'drizzle-orm';
import { domain } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** Texts by EWS endpoint. */
export interface ServerMemory {
  /** Null if nothing is known. */
  get(endpoint: string): Promise<string | null>;
  /** Does nothing for an endpoint that no domain has. */
  put(endpoint: string, learnt: string): Promise<void>;
}

/** Implements the Exchange adapter's port of this name by its shape. */
export function createServerMemory(db: Database): ServerMemory {
  return {
    async get(endpoint) {
      const rows = await db
        .select({ learnt: domain.exchangeServer })
        .from(domain)
        .where(eq(domain.endpoint, endpoint))
        .limit(1);
      return rows[0]?.learnt ?? null;
    },
    async put(endpoint, learnt) {
      await db.update(domain).set({ exchangeServer: learnt }).where(eq(domain.endpoint, endpoint));
    },
  };
}
