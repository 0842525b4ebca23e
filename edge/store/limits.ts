/**
 * How many mailboxes may be worked on at the same time: on one Exchange server, with one account, and one of each
 * address. It is counted over the leases and visits that live, by the statement that claims, so all workers and restarts
 * hold to it. A claim may take more mailboxes than that, because Liferay is read for many at once; how many of them are worked
 * on at a time is their shares of the lease.
 */
import { and, eq, gt, ne, notExists, notInArray, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { domain, mailbox, visit } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** From nothing to the whole: after it was halved once a server gets all again within half of it. */
export const PACE_GROWTH_MS = 2 * 60 * 60_000;
/** A server is asked for this part of its batches at least. */
export const LEAST_PACE = 1 / 16;

/** What is stored of a server's pace. */
export interface StoredPace {
  readonly pace: number;
  readonly slowedAt: number;
}

/** The part of its batches that the server is asked for now, from {@link LEAST_PACE} to 1. Growing costs no write. */
export function paceAt({ pace, slowedAt }: StoredPace, nowMs: number): number {
  return Math.min(1, pace + Math.max(0, nowMs - slowedAt) / PACE_GROWTH_MS);
}

/** As `paceAt`, of the domain of the query. */
export function paceNow(nowMs: number): SQL {
  return sql`min(1.0, ${domain.pace} + max(0, ${nowMs} - ${domain.slowedAt}) * 1.0 / ${PACE_GROWTH_MS})`;
}

/** Mailboxes of the domain of the query that another worker may begin to work on now. */
export function roomOf(db: Database, nowMs: number): SQL<number> {
  const width = sql`max(1, cast(${domain.maxConcurrent} * ${paceNow(nowMs)} as integer))`;
  const free = sql`${width} - max(${sharesOf(db, 'server', nowMs)}, ${sharesOf(db, 'credential', nowMs)})`;
  const probes = sql`case when ${domain.backoffStep} > 0 then not exists ${probing(db, nowMs)} else ${width} end`;
  return sql<number>`min(${probes}, ${free})`;
}

/** Ids of the domains in which another worker may begin now, without those of `except`, as a subquery. */
export function domainsWithRoom(db: Database, nowMs: number, except: readonly string[], also?: SQL) {
  const isWanted = except.length === 0 ? undefined : notInArray(domain.id, [...except]);
  return db
    .select({ id: domain.id })
    .from(domain)
    .where(and(isWanted, also, sql`${roomOf(db, nowMs)} > 0`));
}

/** Addresses that are worked on, with where: see hasNoTwin. */
export function addressesAtWork(db: Database, nowMs: number) {
  const leased = alias(mailbox, 'leased');
  const host = alias(domain, 'host');
  const visited = alias(domain, 'visited');
  return db.$with('busy').as(
    db
      .select({ address: leased.address, domainId: leased.domainId, server: host.server })
      .from(leased)
      .innerJoin(host, eq(host.id, leased.domainId))
      .where(isLeased(leased, nowMs))
      .unionAll(
        db
          .select({ address: visit.address, domainId: visit.domainId, server: visited.server })
          .from(visit)
          .innerJoin(visited, eq(visited.id, visit.domainId))
          .where(isVisiting(nowMs)),
      )
      // With a limit SQLite asks this once, and not once for each mailbox.
      .limit(LEASES_LIMIT),
  );
}

/** Mailboxes that are leased at the same time: far above what a database with many processes sees. */
const LEASES_LIMIT = 100_000;

/**
 * A condition on `mailbox`, which is not claimed and in the domain `home`: nobody works on the same mailbox for another
 * owner. Its requests are made one after the other, because a server counts and locks by mailbox.
 */
export function hasNoTwin(
  db: Database,
  busy: ReturnType<typeof addressesAtWork>,
  home: { readonly id: SQLWrapper; readonly server: SQLWrapper },
): SQL {
  const isSameServer = sql`(${home.server} <> '' and ${busy.server} = ${home.server})`;
  return notExists(
    db
      .select({ one: sql`1` })
      .from(busy)
      .where(and(eq(busy.address, mailbox.address), sql`(${busy.domainId} = ${home.id} or ${isSameServer})`)),
  );
}

function sharesOf(db: Database, what: 'server' | 'credential', nowMs: number): SQL {
  const leased = alias(mailbox, 'leased');
  const peer = alias(domain, 'peer');
  const isPeer = or(eq(peer.id, domain.id), and(ne(domain[what], ''), eq(peer[what], domain[what])));
  const ofRuns = db
    .select({ sum: sql<number>`coalesce(sum(${leased.leaseShare}), 0)` })
    .from(leased)
    .innerJoin(peer, eq(peer.id, leased.domainId))
    .where(and(isLeased(leased, nowMs), isPeer));
  const ofVisits = db
    .select({ sum: sql<number>`count(*)` })
    .from(visit)
    .innerJoin(peer, eq(peer.id, visit.domainId))
    .where(and(isVisiting(nowMs), isPeer));
  return sql`(${ofRuns} + ${ofVisits})`;
}

/** A condition on `visit`: it has its place. */
function isVisiting(nowMs: number) {
  return and(gt(visit.share, 0), gt(visit.until, nowMs));
}

/** Spelt as in the partial index as well, which holds only what is leased. */
function isLeased({ leaseUntil }: { readonly leaseUntil: SQLiteColumn }, nowMs: number) {
  return and(sql`${leaseUntil} > 0`, gt(leaseUntil, nowMs));
}

/** Leases that live in domains with the same thing out of order: one of them finds out whether that is over. */
function probing(db: Database, nowMs: number) {
  const leased = alias(mailbox, 'leased');
  const peer = alias(domain, 'peer');
  const shares = (what: 'server' | 'credential' | 'portal') =>
    and(eq(domain.outage, what), ne(domain[what], ''), eq(peer[what], domain[what]));
  return db
    .select({ one: sql`1` })
    .from(leased)
    .innerJoin(peer, eq(peer.id, leased.domainId))
    .where(
      and(
        isLeased(leased, nowMs),
        gt(peer.backoffStep, 0),
        or(eq(peer.id, domain.id), shares('server'), shares('credential'), shares('portal')),
      ),
    );
}
