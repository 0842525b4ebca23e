/**
 * Who works on which mailbox, and when next. A claim gives a lease with a fencing number; everything that a run
 * writes goes through `fencedCommit` with it. Only the schedule of an idle round is written without a fence: it
 * is one UPDATE for many mailboxes whose WHERE clause knows owner and fence, and being late with it does no harm.
 */
import { and, asc, eq, exists, inArray, lte, or, type SQL, sql } from 'drizzle-orm';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import { type CommitOutcome, fencedCommit, type Lease } from './commit.ts';
import type { Database } from './database.ts';

/** Who wants how many mailboxes, and for how long. */
export interface ClaimRequest {
  /** Names this worker, unique for each start of a process. */
  readonly owner: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Mailboxes at most. */
  readonly limit: number;
  /** Only this domain; else the one with the mailbox that has been due longest. */
  readonly domainId?: string;
}

/** A mailbox as its worker needs it. */
export interface ClaimedMailbox {
  readonly lease: Lease;
  readonly domainId: string;
  readonly address: string;
  readonly ownerKind: 'user' | 'site';
  readonly ownerId: string;
  readonly intervalSeconds: number;
  /** Runs that failed as a whole since the last that did not. */
  readonly attempts: number;
  /** The reason of the last failed run. */
  readonly reason: string | null;
}

/** When a mailbox comes next, and what the run that ended came to. */
export interface NextRun {
  /** Epoch ms, like `lastRunAt`, the end of this run. */
  readonly nextSyncAt: number;
  readonly lastRunAt: number;
  readonly attempts: number;
  readonly reason: Reason | null;
  readonly reasonDetail: string | null;
}

/** Leases that one UPDATE ends at most. SQLite allows an expression tree 1,000 deep; each lease is one level. */
const RELEASE_LIMIT = 500;

/**
 * Claims due mailboxes of one domain in one statement, preferring those due longest; in order of id. Due:
 * `nextSyncAt` has come, no lease runs, at least one pairing is active, and the domain's server has not asked for
 * patience. Whether a mailbox was dispatched to a queue does not matter: whoever comes first has it.
 */
export async function claimCohort(db: Database, request: ClaimRequest): Promise<ClaimedMailbox[]> {
  const { owner, nowMs, leaseMs, limit, domainId } = request;
  const oldest = db
    .select({ domainId: mailbox.domainId })
    .from(mailbox)
    .where(isDue(db, nowMs))
    .orderBy(asc(mailbox.nextSyncAt), asc(mailbox.id))
    .limit(1);
  const due = db
    .select({ id: mailbox.id })
    .from(mailbox)
    .where(and(isDue(db, nowMs), eq(mailbox.domainId, domainId ?? sql`(${oldest})`)))
    .orderBy(asc(mailbox.nextSyncAt), asc(mailbox.id))
    .limit(limit);
  const untilMs = nowMs + leaseMs;
  const rows = await db
    .update(mailbox)
    // Due again when the lease ends: if the run dies, and so that a wake-up during the run stands out as earlier.
    .set({ leaseOwner: owner, leaseUntil: untilMs, nextSyncAt: untilMs, fence: sql`${mailbox.fence} + 1` })
    .where(inArray(mailbox.id, due))
    .returning();
  // RETURNING promises no order; a simulation needs one.
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  return rows.map((row) => ({
    lease: { mailboxId: row.id, owner, fence: row.fence, seq: 0, untilMs },
    domainId: row.domainId,
    address: row.address,
    ownerKind: row.ownerKind,
    ownerId: row.ownerId,
    intervalSeconds: row.intervalSeconds,
    attempts: row.attempts,
    reason: row.reason,
  }));
}

/**
 * The earliest moment at which a mailbox could be claimed, epoch ms, counting leases and the patience that
 * servers asked for; null if no pairing is active.
 */
export async function nextDueAt(db: Database): Promise<number | null> {
  const rows = await db
    .select({
      at: sql<number | null>`min(max(${mailbox.nextSyncAt}, ${mailbox.leaseUntil}, ${domain.notBefore}))`,
    })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(hasActivePairing(db));
  return rows[0]?.at ?? null;
}

/** Ends a lease and says when and why the mailbox comes next. A fenced commit of its own. */
export async function release(db: Database, lease: Lease, next: NextRun): Promise<CommitOutcome> {
  return await fencedCommit(db, lease, [
    db
      .update(mailbox)
      .set({ ...next, ...ENDED, nextSyncAt: unlessWoken(sql`${next.nextSyncAt}`) })
      .where(eq(mailbox.id, lease.mailboxId)),
  ]);
}

/**
 * Ends the leases of mailboxes that had nothing to do: one UPDATE for all of them, and the only write of an idle
 * round. Clears the failure of an earlier run. A lease that was lost meanwhile is passed over.
 * `lastRunAt`: end of the round, epoch ms. `nextSyncAt`: for one mailbox, so that intervals may differ.
 * @returns how many were still held
 */
export async function releaseMany(
  db: Database,
  leases: readonly Lease[],
  lastRunAt: number,
  nextSyncAt: (lease: Lease) => number,
): Promise<number> {
  if (leases.length === 0) return 0;
  if (leases.length > RELEASE_LIMIT) throw new RangeError(`At most ${RELEASE_LIMIT} leases at a time.`);
  const times = leases.map((lease) => sql`when ${lease.mailboxId} then ${nextSyncAt(lease)}`);
  const result = await db
    .update(mailbox)
    .set({
      ...ENDED,
      nextSyncAt: unlessWoken(sql`case ${mailbox.id} ${sql.join(times, sql` `)} end`),
      lastRunAt,
      attempts: 0,
      reason: null,
      reasonDetail: null,
    })
    .where(or(...leases.map((lease) => holds(lease))));
  return result.rowsAffected;
}

const ENDED = { leaseOwner: null, leaseUntil: 0, dispatchedUntil: 0 };

/**
 * The claim made the mailbox due at the end of its lease. If it is due earlier now, somebody wants it at once
 * ("Sync now"), and the run that ends here may have looked before that: another one follows.
 */
function unlessWoken(nextSyncAt: SQL): SQL {
  return sql`case when ${mailbox.nextSyncAt} < ${mailbox.leaseUntil} then ${mailbox.nextSyncAt} else ${nextSyncAt} end`;
}

function isDue(db: Database, nowMs: number) {
  return and(
    lte(mailbox.nextSyncAt, nowMs),
    lte(mailbox.leaseUntil, nowMs),
    hasActivePairing(db),
    exists(
      db
        .select({ one: sql`1` })
        .from(domain)
        .where(and(eq(domain.id, mailbox.domainId), lte(domain.notBefore, nowMs))),
    ),
  );
}

/** A condition on `mailbox`: without an active pairing it is never due. */
export function hasActivePairing(db: Database) {
  return exists(
    db
      .select({ one: sql`1` })
      .from(pairing)
      .where(and(eq(pairing.mailboxId, mailbox.id), eq(pairing.state, 'active'))),
  );
}

function holds(lease: Lease) {
  return and(
    eq(mailbox.id, lease.mailboxId),
    eq(mailbox.leaseOwner, lease.owner),
    eq(mailbox.fence, lease.fence),
  );
}
