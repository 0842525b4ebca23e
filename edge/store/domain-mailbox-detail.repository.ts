/** How one mailbox of a domain does, for its administrators: figures and reasons, and no texts of events. */
import { and, desc, eq, sql } from 'drizzle-orm';
import { link, pairing, run } from '#drizzle/schema.ts';
import type { DomainMailboxDetail } from '#shared/domain-api.ts';
import type { Database } from './database.ts';
import { columnsOf, count, isSetAside, listOf, shown } from './domain-mailbox-list.repository.ts';
import { identityOf } from './domain-mailboxes.repository.ts';
import { pushStateOf } from './push.repository.ts';
import { pairingsOfMailbox } from './status.repository.ts';

/** Runs that are shown. */
const RUN_LIMIT = 10;

/** Null: the domain has no such mailbox. `push`: where servers reach this service, as for `pushStateOf`. */
export async function mailboxDetail(
  db: Database,
  domainId: string,
  id: string,
  push: { readonly nowMs: number; readonly address: string | null },
): Promise<DomainMailboxDetail | null> {
  const list = listOf(db, domainId);
  const [row] = await db.select(columnsOf(list)).from(list).where(eq(list.id, id));
  if (row === undefined) return null;
  const [mailbox] = await shown(db, [row]);
  if (mailbox === undefined) return null;
  const pairings = await pairingsOfMailbox(db, id);
  const [problems, runs] = await db.batch([problemsOf(db, id), runsOf(db, id)]);
  return {
    mailbox,
    reasonDetail: row.reason === null ? null : row.reasonDetail,
    attempts: row.attempts,
    actAs: await identityOf(db, domainId, row.address),
    push: await pushStateOf(db, id, push),
    pairings: pairings.map((each) => ({
      id: each.id,
      exchangeCalendarName: each.exchangeCalendarName,
      liferayCalendarName: each.liferayCalendarName,
      direction: each.direction,
      status: each.status,
      paused: each.paused,
      reason: each.reason,
      events: each.progress.total,
      setAside: each.problems.parked,
      held: each.problems.held,
    })),
    problems,
    runs,
  };
}

function problemsOf(db: Database, mailboxId: string) {
  const reason = sql<string>`coalesce(${link.reason}, 'itemRefused')`;
  return db
    .select({ reason, events: count() })
    .from(link)
    .innerJoin(pairing, eq(pairing.id, link.pairingId))
    .where(and(eq(pairing.mailboxId, mailboxId), isSetAside()))
    .groupBy(reason)
    .orderBy(desc(count()), reason);
}

function runsOf(db: Database, mailboxId: string) {
  return db
    .select({
      at: run.endedAt,
      created: run.created,
      updated: run.updated,
      deleted: run.deleted,
      failed: run.failed,
      reason: run.reason,
    })
    .from(run)
    .where(eq(run.mailboxId, mailboxId))
    .orderBy(desc(run.startedAt), desc(run.id))
    .limit(RUN_LIMIT);
}
