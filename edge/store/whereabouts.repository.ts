/**
 * Where Autodiscover found the mailboxes of a domain. A process holds what it read for a while, so that an idle round
 * asks the database nothing: what another process found meanwhile is seen a little later, or when a request fails.
 */
import { and, eq, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Clock } from '#core/effects.ts';
import { domain, whereabouts } from '#drizzle/schema.ts';
import { serverOf } from './credential.ts';
import type { Database } from './database.ts';

/** Of a place whatever it is: the host at which the mailbox is asked, or nothing where there is none. */
interface Placed {
  readonly kind: string;
  readonly endpoint?: string;
}

/** A place with the times of the last search that found it, and of the last at all, epoch ms. */
export interface KeptPlace<P extends Placed> {
  readonly place: P;
  readonly foundAtMs: number;
  readonly searchedAtMs: number;
}

/** Places by address in lower case. */
export interface KeptPlaces<P extends Placed> {
  recall(address: string): Promise<KeptPlace<P> | null>;
  remember(address: string, kept: KeptPlace<P>): Promise<void>;
}

const HELD_MS = 5 * 60_000;
/** Then all are read anew: a process that works on more mailboxes has other worries. */
const HELD_LIMIT = 10_000;

/** Implements the Exchange adapter's WhereaboutsMemory, for each domain by its id. */
export function createWhereaboutsMemory<P extends Placed>(
  db: Database,
  clock: Pick<Clock, 'monotonic'>,
): (domainId: string) => KeptPlaces<P> {
  const held = new Map<string, { readonly kept: KeptPlace<P>; readonly readAt: number }>();
  const hold = (key: string, kept: KeptPlace<P>) => {
    if (held.size >= HELD_LIMIT) held.clear();
    held.set(key, { kept, readAt: clock.monotonic() });
  };
  return (domainId) => ({
    async recall(named) {
      const address = named.toLowerCase();
      const key = `${domainId} ${address}`;
      const known = held.get(key);
      if (known !== undefined && clock.monotonic() - known.readAt < HELD_MS) return known.kept;
      const rows = await db
        .select()
        .from(whereabouts)
        .where(and(eq(whereabouts.domainId, domainId), eq(whereabouts.address, address)));
      const [row] = rows;
      if (row === undefined) return null;
      const place = JSON.parse(row.place) as P;
      const kept = { place, foundAtMs: row.foundAt, searchedAtMs: row.searchedAt };
      hold(key, kept);
      return kept;
    },
    async remember(named, kept) {
      const address = named.toLowerCase();
      hold(`${domainId} ${address}`, kept);
      await save(db, domainId, address, kept);
    },
  });
}

async function save(
  db: Database,
  domainId: string,
  address: string,
  { place, foundAtMs, searchedAtMs }: KeptPlace<Placed>,
): Promise<void> {
  const host = place.endpoint === undefined ? '' : serverOf(place.endpoint);
  const row = { place: JSON.stringify(place), host, foundAt: foundAtMs, searchedAt: searchedAtMs };
  await db.batch([
    db
      .insert(whereabouts)
      .values({ domainId, address, ...row })
      .onConflictDoUpdate({ target: [whereabouts.domainId, whereabouts.address], set: row }),
    ...(host === '' ? [] : [knowServer(db, domainId, host)]),
  ]);
}

/**
 * By its host a domain shares the limits and the outages of a server with others. Of several hosts the first one that
 * was found counts, for as long as any mailbox is there.
 */
function knowServer(db: Database, domainId: string, host: string) {
  const other = alias(whereabouts, 'other');
  const stillThere = db
    .select({ one: sql`1` })
    .from(other)
    .where(and(eq(other.domainId, domainId), eq(other.host, domain.server)));
  return db
    .update(domain)
    .set({ server: host })
    .where(
      and(
        eq(domain.id, domainId),
        eq(domain.endpoint, ''),
        ne(domain.server, host),
        or(eq(domain.server, ''), notExists(stillThere)),
      ),
    );
}
