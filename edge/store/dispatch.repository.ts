/**
 * Work that is handed on as messages of a queue. Each domain has one *chain* of messages: whoever works on one sends
 * the next. What keeps it one is a mark, `dispatched_until` on the mailbox that is due next: as long as a mark of the
 * domain lives, no other chain begins or goes on. Claims do not look at marks.
 *
 * A mark ends with the run of its mailbox, with a wake-up ("Sync now"), or with its time, after which the message
 * counts as lost. Then another chain may begin although the message is still on its way; it finds that one's mark
 * when it arrives, and is the last of its own.
 */
import { and, asc, eq, gt, inArray, like, lte, notInArray, type SQL, sql } from 'drizzle-orm';
import { domain, mailbox } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { hasActivePairing } from './leases.ts';

/** The message that is to be sent for a domain. */
export interface Chain {
  readonly domainId: string;
  /** Epoch ms, like `dueAt`: when there is something to claim. */
  readonly mark: number;
  readonly dueAt: number;
}

/** Which mailboxes count as due, and how long a mark holds. Milliseconds. */
export interface DispatchRequest {
  readonly nowMs: number;
  /** Only what is due within this time; what is due later is left to a later request. */
  readonly aheadMs: number;
  /** How long after `dueAt` the mark lives: longer than a message can take with all its attempts. */
  readonly graceMs: number;
}

/** Chains that one request begins at most; domains due later wait for the next. */
const CHAIN_LIMIT = 100;

/**
 * Begins a chain for every domain with a mailbox that is due soon and no living mark, in one UPDATE. Two that ask
 * at the same time get different domains.
 */
export async function beginChains(db: Database, request: DispatchRequest): Promise<Chain[]> {
  return chainsOf(await markFirstDue(db, request, { domainId: null, mark: null }), request);
}

/**
 * Ends the chain of a message and begins the next one of its domain, unless another one lives: then the message
 * was delivered twice, or counted as lost. One transaction. `mark` null: a message outside any chain.
 * @returns null if nothing is to be sent, because of another chain or since nothing is due soon
 */
export async function continueChain(
  db: Database,
  message: { readonly domainId: string; readonly mark: number | null },
  request: DispatchRequest,
): Promise<Chain | null> {
  const { domainId, mark } = message;
  const next = markFirstDue(db, request, message);
  const rows = mark === null ? await next : (await db.batch([clearMark(db, domainId, mark), next]))[1];
  return chainsOf(rows, request)[0] ?? null;
}

/** Domains that one change can concern; of more the next cron trigger takes the rest. */
const DUE_DOMAIN_LIMIT = 20;

/** Domains with a mailbox that could be claimed now. */
export async function domainsWithDue(db: Database, nowMs: number): Promise<readonly string[]> {
  const rows = await db
    .selectDistinct({ id: mailbox.domainId })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(
      and(
        lte(mailbox.nextSyncAt, nowMs),
        sql`${claimableAt()} <= ${nowMs}`,
        eq(domain.state, 'active'),
        hasActivePairing(db),
      ),
    )
    .limit(DUE_DOMAIN_LIMIT);
  return rows.map(({ id }) => id);
}

/** For a message that could not be sent or was given up: another chain may begin at once. */
export async function endChain(
  db: Database,
  { domainId, mark }: { readonly domainId: string; readonly mark: number },
): Promise<void> {
  await clearMark(db, domainId, mark);
}

/**
 * Sets aside the mailboxes that a dead worker still holds, with the reason. Only the schedule and what is shown are
 * written: the leases run out by themselves.
 * @param ownerPrefix how the names of the dead worker's leases begin; letters, digits, `-` and `/`
 * @returns how many there were
 */
export async function parkHeldBy(
  db: Database,
  ownerPrefix: string,
  park: { readonly untilMs: number; readonly reason: Reason; readonly reasonDetail: string },
): Promise<number> {
  const { untilMs, reason, reasonDetail } = park;
  const result = await db
    .update(mailbox)
    .set({ nextSyncAt: untilMs, attempts: sql`${mailbox.attempts} + 1`, reason, reasonDetail })
    .where(like(mailbox.leaseOwner, `${ownerPrefix}%`));
  return result.rowsAffected;
}

function clearMark(db: Database, domainId: string, mark: number) {
  return db
    .update(mailbox)
    .set({ dispatchedUntil: 0 })
    .where(and(eq(mailbox.domainId, domainId), eq(mailbox.dispatchedUntil, mark)));
}

/** `after`: the domain, null for all, and the mark that the new one must not repeat. */
function markFirstDue(
  db: Database,
  { nowMs, aheadMs, graceMs }: DispatchRequest,
  after: { readonly domainId: string | null; readonly mark: number | null },
) {
  const latest = nowMs + aheadMs;
  const chained = db
    .select({ domainId: mailbox.domainId })
    .from(mailbox)
    .where(gt(mailbox.dispatchedUntil, nowMs));
  const paused = db.select({ id: domain.id }).from(domain).where(eq(domain.state, 'paused'));
  const due = db
    .select({
      id: mailbox.id,
      at: sql<number>`${claimableAt()}`.as('at'),
      place:
        sql<number>`row_number() over (partition by ${mailbox.domainId} order by ${claimableAt()}, ${mailbox.id})`.as(
          'place',
        ),
    })
    .from(mailbox)
    .where(
      and(
        lte(mailbox.nextSyncAt, latest),
        sql`${claimableAt()} <= ${latest}`,
        hasActivePairing(db),
        notInArray(mailbox.domainId, chained),
        notInArray(mailbox.domainId, paused),
        after.domainId === null ? undefined : eq(mailbox.domainId, after.domainId),
      ),
    )
    .as('due');
  const first = db
    .select({ id: due.id })
    .from(due)
    .where(eq(due.place, 1))
    .orderBy(asc(due.at), asc(due.id))
    .limit(CHAIN_LIMIT);
  // Later than the last mark: a message that came early may find the same mailbox due at the same time.
  const mark = sql`max(${claimableAt()} + ${graceMs}, ${nowMs + graceMs}, ${(after.mark ?? 0) + 1})`;
  return db
    .update(mailbox)
    .set({ dispatchedUntil: mark })
    .where(inArray(mailbox.id, first))
    .returning({
      domainId: mailbox.domainId,
      mark: mailbox.dispatchedUntil,
      claimableAt: sql<number>`${claimableAt()}`,
    });
}

/** When `claimCohort` could take the mailbox: it is due, no lease runs, the server has not asked for patience. */
function claimableAt(): SQL {
  return sql`max(${mailbox.nextSyncAt}, ${mailbox.leaseUntil}, (select ${domain.notBefore} from ${domain} where ${domain.id} = ${mailbox.domainId}))`;
}

function chainsOf(
  rows: readonly { readonly domainId: string; readonly mark: number; readonly claimableAt: number }[],
  { nowMs }: DispatchRequest,
): Chain[] {
  return rows.map(({ domainId, mark, claimableAt }) => ({
    domainId,
    mark,
    dueAt: Math.max(claimableAt, nowMs),
  }));
}
