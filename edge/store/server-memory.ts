/**
 * What was learnt about Exchange servers (which version they speak), so that neither every start nor every worker asks
 * again. It is a server's own, whichever domains lead to it.
 */
import { eq } from 'drizzle-orm';
import { exchangeEndpoint } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** Texts by EWS endpoint. */
export interface ServerMemory {
  /** Null if nothing is known. */
  get(endpoint: string): Promise<string | null>;
  put(endpoint: string, learnt: string): Promise<void>;
}

/** Implements the Exchange adapter's port of this name by its shape. */
export function createServerMemory(db: Database): ServerMemory {
  return {
    async get(endpoint) {
      const rows = await db
        .select({ learnt: exchangeEndpoint.learnt })
        .from(exchangeEndpoint)
        .where(eq(exchangeEndpoint.endpoint, endpoint));
      return rows[0]?.learnt ?? null;
    },
    async put(endpoint, learnt) {
      await db
        .insert(exchangeEndpoint)
        .values({ endpoint, learnt })
        .onConflictDoUpdate({ target: exchangeEndpoint.endpoint, set: { learnt } });
    },
  };
}
