/**
 * Who works on which mailbox, and when next. A claim gives a lease with a fencing number; everything that a run
 * writes goes through `fencedCommit` with it. Only the schedule of an idle round is written without a fence: it
 * is one UPDATE for many mailboxes whose WHERE clause knows owner and fence, and being late with it does no harm.
 */
import { and, asc, eq, exists, gt, inArray, lte, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import { type CommitOutcome, fencedCommit, type Lease } from './commit.ts';
import type { Database } from './database.ts';
import { addressesAtWork, domainsWithRoom, hasNoTwin, roomOf } from './limits.ts';

/** Who wants how many mailboxes, and for how long. */
export interface ClaimRequest {
  /** Names this worker, unique for each start of a process. */
  readonly owner: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Mailboxes at most. */
  readonly limit: number;
  /** How many of them the worker would work on at the same time; it gets as many shares at most. Default: `limit`. */
  readonly width?: number;
  /** Only this domain; else the one with the mailbox that has been due longest. */
  readonly domainId?: string;
  /** None of these domains. */
  readonly except?: readonly string[];
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
  /** Whether something asks for a look at Exchange since a run last looked there, at `askedAt`. */
  readonly isTold: boolean;
  readonly askedAt: number;
  /** Until when its server tells what changes, and when the subscription for that is to be looked after; epoch ms. */
  readonly pushUntil: number;
  readonly pushDueAt: number;
  /** 1 or 0: the shares of a claim are how many of its mailboxes may be worked on at the same time. See limits.ts. */
  readonly share: number;
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
 * `nextSyncAt` has come, no lease runs, at least one pairing is active, the domain's server has not asked for
 * patience, and there is room for another worker on it (limits.ts). While something that a domain needs is out of order,
 * one of its mailboxes is claimed, to see whether that is over. Whether a mailbox was dispatched to a queue does not
 * matter: whoever comes first has it.
 */
export async function claimCohort(db: Database, request: ClaimRequest): Promise<ClaimedMailbox[]> {
  const { owner, nowMs, leaseMs } = request;
  const { chosen, parts } = choose(db, request);
  const untilMs = nowMs + leaseMs;
  const rows = await db
    .with(...parts)
    .update(mailbox)
    .set({
      leaseOwner: owner,
      leaseUntil: untilMs,
      leaseShare: sql`${chosen.share}`,
      // Due again when the lease ends: if the run dies, and so that a wake-up during the run stands out as earlier.
      nextSyncAt: untilMs,
      fence: sql`${mailbox.fence} + 1`,
      leaseTold: sql`${mailbox.told}`,
    })
    .from(chosen)
    .where(eq(mailbox.id, chosen.id))
    .returning(CLAIMED);
  // RETURNING promises no order; a simulation needs one.
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  return rows.map(({ id, fence, leaseTold, asked, ...row }) => ({
    lease: { mailboxId: id, owner, fence, seq: 0, untilMs },
    isTold: leaseTold > asked,
    ...row,
  }));
}

const CLAIMED = {
  id: mailbox.id,
  fence: mailbox.fence,
  domainId: mailbox.domainId,
  address: mailbox.address,
  ownerKind: mailbox.ownerKind,
  ownerId: mailbox.ownerId,
  intervalSeconds: mailbox.intervalSeconds,
  attempts: mailbox.attempts,
  reason: mailbox.reason,
  share: mailbox.leaseShare,
  leaseTold: mailbox.leaseTold,
  asked: mailbox.asked,
  askedAt: mailbox.askedAt,
  pushUntil: mailbox.pushUntil,
  pushDueAt: mailbox.pushDueAt,
};

/** Domains that one claim looks at; others have to wait for the end of these. */
const DOMAIN_LIMIT = 1_000;

/** Ids of the mailboxes that a claim takes, each with its share, and the queries that this rests on. */
function choose(db: Database, request: ClaimRequest) {
  const { nowMs, limit, width = limit, domainId, except = [] } = request;
  const patient = db.$with('patient').as(
    db
      .select({
        id: domain.id,
        server: domain.server,
        room: roomOf(db, nowMs).as('room'),
        most: sql<number>`case when ${domain.backoffStep} > 0 then 1 else ${limit} end`.as('most'),
      })
      .from(domain)
      .where(
        and(
          lte(domain.notBefore, nowMs),
          eq(domain.state, 'active'),
          domainId === undefined ? undefined : eq(domain.id, domainId),
          except.length === 0 ? undefined : notInArray(domain.id, [...except]),
        ),
      )
      // With a limit SQLite asks this once, and not once for each mailbox.
      .limit(DOMAIN_LIMIT),
  );
  const busy = addressesAtWork(db, nowMs);
  const home = db.$with('home').as(
    db
      .select({ id: patient.id, server: patient.server, room: patient.room, most: patient.most })
      .from(mailbox)
      .innerJoin(patient, eq(patient.id, mailbox.domainId))
      .where(and(gt(patient.room, 0), isUnclaimed(db, nowMs), hasNoTwin(db, busy, patient)))
      .orderBy(asc(mailbox.nextSyncAt), asc(mailbox.id))
      .limit(1),
  );
  const order = sql`order by ${mailbox.nextSyncAt}, ${mailbox.id}`;
  const due = db.$with('due').as(
    db
      .select({
        id: mailbox.id,
        nextSyncAt: mailbox.nextSyncAt,
        room: home.room,
        most: home.most,
        // Of one address one at a time, as in hasNoTwin.
        turn: sql<number>`row_number() over (partition by ${mailbox.address} ${order})`.as('turn'),
      })
      .from(mailbox)
      .innerJoin(home, eq(home.id, mailbox.domainId))
      .where(and(isUnclaimed(db, nowMs), hasNoTwin(db, busy, home))),
  );
  const placed = db.$with('placed').as(
    db
      .select({
        id: due.id,
        room: due.room,
        most: due.most,
        place: sql<number>`row_number() over (order by ${due.nextSyncAt}, ${due.id})`.as('place'),
      })
      .from(due)
      .where(eq(due.turn, 1)),
  );
  const chosen = db.$with('chosen').as(
    db
      .select({
        id: placed.id,
        share: sql<number>`${placed.place} <= min(${placed.room}, ${width})`.as('share'),
      })
      .from(placed)
      .where(lte(placed.place, placed.most)),
  );
  return { chosen, parts: [patient, busy, home, due, placed, chosen] };
}

/**
 * The earliest moment at which a mailbox could be claimed, epoch ms, counting leases and the patience that servers
 * asked for; null if no pairing is active, or where only the end of another worker's run makes room.
 * `except`: without these domains.
 */
export async function nextDueAt(
  db: Database,
  nowMs: number,
  except: readonly string[] = [],
): Promise<number | null> {
  const busy = addressesAtWork(db, nowMs);
  const rows = await db
    .with(busy)
    .select({
      at: sql<number | null>`min(max(${mailbox.nextSyncAt}, ${mailbox.leaseUntil}, ${domain.notBefore}))`,
    })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(
      and(
        hasActivePairing(db),
        eq(domain.state, 'active'),
        inArray(domain.id, domainsWithRoom(db, nowMs, except)),
        or(gt(mailbox.nextSyncAt, nowMs), hasNoTwin(db, busy, domain)),
      ),
    );
  return rows[0]?.at ?? null;
}

/** Ends a lease and says when and why the mailbox comes next. A fenced commit of its own; `also` is in it. */
export async function release(
  db: Database,
  lease: Lease,
  next: NextRun,
  also: readonly BatchItem<'sqlite'>[] = [],
): Promise<CommitOutcome> {
  return await fencedCommit(db, lease, [
    ...also,
    db
      .update(mailbox)
      .set({ ...next, ...ENDED, nextSyncAt: unlessWoken(sql`${next.nextSyncAt}`) })
      .where(eq(mailbox.id, lease.mailboxId)),
  ]);
}

/**
 * Ends the leases of mailboxes that had nothing to do: one UPDATE for all of them, and the only write of an idle
 * round. Clears the failure of an earlier run. A lease that was lost meanwhile is passed over.
 * `lastRunAt`: end of the round, epoch ms. `nextSyncAt`: for one mailbox, so that intervals may differ. `hasAsked`:
 * whether Exchange was looked at for it, as it is without anybody who tells.
 * @returns how many were still held
 */
export async function releaseMany(
  db: Database,
  leases: readonly Lease[],
  lastRunAt: number,
  nextSyncAt: (lease: Lease) => number,
  hasAsked: (lease: Lease) => boolean = () => true,
): Promise<number> {
  if (leases.length === 0) return 0;
  if (leases.length > RELEASE_LIMIT) throw new RangeError(`At most ${RELEASE_LIMIT} leases at a time.`);
  const times = leases.map((lease) => sql`when ${lease.mailboxId} then ${nextSyncAt(lease)}`);
  const result = await db
    .update(mailbox)
    .set({
      ...ENDED,
      ...askedBy(leases.filter(hasAsked), leases, lastRunAt),
      nextSyncAt: unlessWoken(sql`case ${mailbox.id} ${sql.join(times, sql` `)} end`),
      lastRunAt,
      attempts: 0,
      reason: null,
      reasonDetail: null,
    })
    .where(or(...leases.map((lease) => holds(lease))));
  return result.rowsAffected;
}

/**
 * Gives back mailboxes that could not be worked on because of something that concerns their whole domain: they are due
 * since their last run asked for, or others would always come before them, and what is known of that run stays. One
 * UPDATE.
 * @returns how many were still held
 */
export async function releaseUndone(db: Database, leases: readonly Lease[], nowMs: number): Promise<number> {
  if (leases.length === 0) return 0;
  const since = sql`coalesce(${mailbox.lastRunAt} + ${mailbox.intervalSeconds} * 1000, ${mailbox.createdAt})`;
  const result = await db
    .update(mailbox)
    .set({ ...ENDED, nextSyncAt: unlessWoken(sql`min(${nowMs}, ${since})`) })
    .where(or(...leases.map((lease) => holds(lease))));
  return result.rowsAffected;
}

/**
 * Gives back mailboxes whose run was stopped (`fenceOff`), once its last request has ended: they are due at once, and need
 * not wait for the end of the lease. One that somebody else has claimed meanwhile is passed over. One UPDATE.
 */
export async function releaseStopped(db: Database, leases: readonly Lease[], nowMs: number): Promise<void> {
  if (leases.length === 0) return;
  const isStopped = leases.map(({ mailboxId, owner, fence }) =>
    and(eq(mailbox.id, mailboxId), eq(mailbox.leaseOwner, owner), ne(mailbox.fence, fence)),
  );
  await db
    .update(mailbox)
    .set({ ...ENDED, nextSyncAt: nowMs })
    .where(or(...isStopped));
}

/** What was told before the claim is answered. Mostly all of them have asked: then nothing has to be told apart. */
function askedBy(asking: readonly Lease[], all: readonly Lease[], askedAt: number) {
  if (asking.length === 0) return {};
  if (asking.length === all.length) return { asked: sql`${mailbox.leaseTold}`, askedAt };
  const isAsking = inArray(
    mailbox.id,
    asking.map(({ mailboxId }) => mailboxId),
  );
  return {
    asked: sql`case when ${isAsking} then ${mailbox.leaseTold} else ${mailbox.asked} end`,
    askedAt: sql`case when ${isAsking} then ${askedAt} else ${mailbox.askedAt} end`,
  };
}

const ENDED = { leaseOwner: null, leaseUntil: 0, leaseShare: 0, dispatchedUntil: 0 };

/**
 * The claim made the mailbox due at the end of its lease. If it is due earlier now, somebody wants it at once
 * ("Sync now"), and the run that ends here may have looked before that: another one follows.
 */
function unlessWoken(nextSyncAt: SQL): SQL {
  return sql`case when ${mailbox.nextSyncAt} < ${mailbox.leaseUntil} then ${mailbox.nextSyncAt} else ${nextSyncAt} end`;
}

function isUnclaimed(db: Database, nowMs: number) {
  return and(lte(mailbox.nextSyncAt, nowMs), lte(mailbox.leaseUntil, nowMs), hasActivePairing(db));
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
