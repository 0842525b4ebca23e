/**
 * What all workers have to know of a server that is away, refuses or is slow. It concerns everybody who shares the
 * server, the account or the portal, so it stands with their domains and is written without a lease: being late with it
 * costs a request.
 */
import { and, eq, inArray, lte, or, type SQL, sql } from 'drizzle-orm';
import { type Failure, failure } from '#core/failure.ts';
import { domain, mailbox } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { LEAST_PACE, paceNow } from './limits.ts';
import type { DomainRow } from './sync-rows.ts';

/** What is out of order; all domains that share it wait. */
export type Outage = 'server' | 'credential' | 'portal';

/** A failure that is not one mailbox's own. Times are epoch ms. */
export interface OutageNote {
  readonly outage: Outage;
  readonly reason: Reason;
  readonly detail: string;
  /** When the request that failed was sent: what somebody noted since is the same failure. */
  readonly askedAt: number;
  readonly notBefore: number;
  /** The server named the moment itself: it counts even if somebody noted the failure already. */
  readonly isNamed: boolean;
}

/** No worker asks before the given moment, and then one mailbox at a time until one succeeds. */
export async function noteOutage(db: Database, of: DomainRow, note: OutageNote): Promise<void> {
  const { outage, reason, detail, askedAt, notBefore, isNamed } = note;
  const isNew = lte(domain.notBefore, askedAt);
  const sharing = sharedBy(of, outage);
  const later = sql`max(${domain.notBefore}, ${notBefore})`;
  await db
    .update(domain)
    .set({
      notBefore: later,
      backoffStep: sql`${domain.backoffStep} + (${isNew})`,
      outage: sql`case when ${isNew} then ${outage} else ${domain.outage} end`,
      reason: sql`case when ${isNew} then ${reason} else ${domain.reason} end`,
      reasonDetail: sql`case when ${isNew} then ${detail} else ${domain.reasonDetail} end`,
    })
    .where(isNamed ? sharing : and(sharing, isNew));
}

/** When the others come, after a mailbox found that it is over. */
export interface Spread {
  /** Epoch ms: when the claim of the mailbox that found it was made, and now. */
  readonly claimedAt: number;
  readonly nowMs: number;
  /** They come within their interval, but no later than this. */
  readonly longestMs: number;
  /** Uniform in [0, 1). */
  readonly jitter: number;
}

/**
 * The server, the account and the portal of the domain are in order again. Mailboxes that became due meanwhile come one
 * after the other, those that waited longest first. What was noted since the claim stands.
 */
export async function endOutage(db: Database, of: DomainRow, spread: Spread): Promise<void> {
  const { claimedAt, nowMs, longestMs, jitter } = spread;
  const over = (outage: Outage) => and(eq(domain.outage, outage), sharedBy(of, outage));
  const isOver = and(
    or(eq(domain.id, of.id), over('server'), over('credential'), over('portal')),
    lte(domain.notBefore, claimedAt),
  );
  const waiting = db
    .select({
      id: mailbox.id,
      place:
        sql<number>`(row_number() over (order by coalesce(${mailbox.lastRunAt}, 0), ${mailbox.id}) - 1 + ${jitter}) * 1.0 / count(*) over ()`.as(
          'place',
        ),
    })
    .from(mailbox)
    .where(
      and(
        inArray(mailbox.domainId, db.select({ id: domain.id }).from(domain).where(isOver)),
        lte(mailbox.nextSyncAt, nowMs),
        lte(mailbox.leaseUntil, nowMs),
      ),
    )
    .as('waiting');
  const within = sql`min(${mailbox.intervalSeconds} * 1000, ${longestMs})`;
  await db.batch([
    db
      .update(mailbox)
      .set({ nextSyncAt: sql`cast(${nowMs} + ${waiting.place} * ${within} as integer)` })
      .from(waiting)
      .where(eq(mailbox.id, waiting.id)),
    db.update(domain).set({ backoffStep: 0, outage: null, reason: null, reasonDetail: null }).where(isOver),
  ]);
}

/** The server could not do as much as it was asked for by a request of `askedAt`: it gets half of it from now on. */
export async function slowDown(
  db: Database,
  of: DomainRow,
  { askedAt, nowMs }: { readonly askedAt: number; readonly nowMs: number },
): Promise<void> {
  await db
    .update(domain)
    .set({ pace: sql`max(${LEAST_PACE}, ${paceNow(nowMs)} / 2)`, slowedAt: nowMs })
    .where(and(sharedBy(of, 'server'), lte(domain.slowedAt, askedAt)));
}

/**
 * Why a user may not ask the Exchange server at present, if so. One that asked for patience asked everybody for it. Nor is
 * a sign-in tried again that was refused, since that can lock the account. What is merely away they may try.
 */
export function userRefusal(
  { notBefore, reason, reasonDetail }: Pick<DomainRow, 'notBefore' | 'reason' | 'reasonDetail'>,
  nowMs: number,
): Failure | null {
  if (notBefore <= nowMs || (reason !== 'throttled' && reason !== 'signInRefused')) return null;
  return failure(reason, reasonDetail ?? '', notBefore - nowMs);
}

function sharedBy(of: DomainRow, outage: Outage): SQL | undefined {
  const key = of[outage];
  return key === '' ? eq(domain.id, of.id) : eq(domain[outage], key);
}
