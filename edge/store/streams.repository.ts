/**
 * Mailboxes whose servers tell of changes on connections that a process holds open. A connection names them by the ids of
 * their subscriptions (`push.id`): what another process has subscribed anew since then is no longer its own, and nothing
 * here touches it.
 */
import { eq, inArray, sql } from 'drizzle-orm';
import { mailbox, push } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { AT_REST, healthyUntil, lookNow } from './push.repository.ts';

/** Its connection carries. `looks`: it may have changed while none did. */
export async function noteCarried(
  db: Database,
  ids: readonly string[],
  { nowMs, heartbeatMs, looks }: { nowMs: number; heartbeatMs: number; looks: boolean },
): Promise<ReadonlySet<string>> {
  const until = healthyUntil({ expiresAt: null, heartbeatMs }, nowMs);
  const [, , still] = await db.batch([
    db
      .update(push)
      .set({ heardAt: nowMs, ...AT_REST })
      .where(inArray(push.id, [...ids])),
    db
      .update(mailbox)
      .set({ pushUntil: until, pushDueAt: until, ...(looks ? lookNow(nowMs) : {}) })
      .where(inArray(mailbox.id, mailboxesOf(db, ids))),
    db
      .select({ id: push.id })
      .from(push)
      .where(inArray(push.id, [...ids])),
  ]);
  return new Set(still.map(({ id }) => id));
}

/** Something changed there: their mailboxes are due, and Exchange is asked. */
export async function noteStreamed(db: Database, ids: readonly string[], nowMs: number): Promise<void> {
  await db
    .update(mailbox)
    .set(lookNow(nowMs))
    .where(inArray(mailbox.id, mailboxesOf(db, ids)));
}

/** Their connection does not carry: runs ask. Somebody makes another subscription from `dueAt` on, if it still does not. */
export async function pauseStreams(db: Database, ids: readonly string[], dueAt: number): Promise<void> {
  await db
    .update(mailbox)
    .set({ pushUntil: 0, pushDueAt: dueAt })
    .where(inArray(mailbox.id, mailboxesOf(db, ids)));
}

/** Their subscriptions are gone, or not to be had: why, and how long until another try, milliseconds; it doubles each time. */
export async function endStreams(
  db: Database,
  ids: readonly string[],
  ended: {
    readonly reason: Reason;
    readonly detail: string;
    readonly nowMs: number;
    readonly firstWaitMs: number;
    readonly longestWaitMs: number;
  },
): Promise<void> {
  const { reason, detail, nowMs, firstWaitMs, longestWaitMs } = ended;
  const attempts = sql`(select ${push.attempts} from ${push} where ${push.mailboxId} = ${mailbox.id})`;
  const wait = sql`min(${longestWaitMs}, ${firstWaitMs} * (1 << min(20, ${attempts})))`;
  await db.batch([
    db
      .update(mailbox)
      .set({ pushUntil: 0, pushDueAt: sql`${nowMs} + ${wait}` })
      .where(inArray(mailbox.id, mailboxesOf(db, ids))),
    db
      .update(push)
      .set({ serverId: null, attempts: sql`${push.attempts} + 1`, reason, reasonDetail: detail })
      .where(inArray(push.id, [...ids])),
  ]);
}

/** At the start of a process that holds connections: those of the processes before it are gone. */
export async function forgetStreams(db: Database): Promise<void> {
  const streamed = db.select({ id: push.mailboxId }).from(push).where(eq(push.kind, 'ewsStreaming'));
  await db.update(mailbox).set({ pushUntil: 0, pushDueAt: 0 }).where(inArray(mailbox.id, streamed));
}

function mailboxesOf(db: Database, ids: readonly string[]) {
  return db
    .select({ id: push.mailboxId })
    .from(push)
    .where(inArray(push.id, [...ids]));
}
