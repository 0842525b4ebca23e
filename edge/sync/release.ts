/** The end of a slice: what each mailbox's run came to, when it comes next, and why it failed if it did. */
import type { Failure } from '#core/failure.ts';
import { DAY_MS } from '#core/guard.ts';
import { failureKind, REASONS } from '#shared/reasons.ts';
import { countActivity, forgetActivity } from '#store/activity.repository.ts';
import { type NextRun, release, releaseMany, releaseStopped, releaseUndone } from '#store/leases.ts';
import { forgetHistory, insertRun } from '#store/sync.statements.ts';
import { backoffMs } from './backoff.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import type { ServerWatch } from './server-watch.ts';
import type { MailboxSession } from './slice.ts';

/** Gives back every mailbox of the slice that is still its own. */
export async function releaseAll(
  engine: Engine,
  sessions: readonly MailboxSession[],
  watch: ServerWatch,
): Promise<void> {
  const { db, effects } = engine;
  const nowMs = effects.clock.now();
  let released = 0;
  for (const session of sessions) {
    await recordRun(engine, session, watch, nowMs);
    if (session.lost || !session.failure || watch.isRefusal(session.failure)) continue;
    released += await releaseFailed(engine, session, session.failure, watch, nowMs);
  }
  const held = sessions.filter((session) => !session.lost);
  const undone = held.filter((session) => watch.isRefusal(session.failure));
  released += await releaseUndone(
    db,
    undone.map((session) => session.lease),
    nowMs,
  );
  const rest = held.filter((session) => !session.failure);
  const next = new Map(
    rest.map((session) => [
      session.lease.mailboxId,
      session.more ? nowMs : nowMs + session.claimed.intervalSeconds * 1000,
    ]),
  );
  const asking = new Set(rest.flatMap((session) => (session.hasAsked ? [session.lease.mailboxId] : [])));
  released += await releaseMany(
    db,
    rest.map((session) => session.lease),
    nowMs,
    (lease) => next.get(lease.mailboxId) ?? nowMs,
    (lease) => asking.has(lease.mailboxId),
  );
  if (released === sessions.length) return;
  await releaseStopped(
    db,
    sessions.map((session) => session.lease),
    nowMs,
  );
}

/**
 * What concerns everybody has a time of its own, which the domain keeps; by itself the mailbox would be due.
 * @returns whether it was still held: 1 or 0
 */
async function releaseFailed(
  engine: Engine,
  session: MailboxSession,
  failed: Failure,
  watch: ServerWatch,
  nowMs: number,
): Promise<number> {
  const { reason, detail, waitMs } = failed;
  const attempts = session.claimed.attempts + 1;
  const ownWait = () => waitMs ?? backoffMs(attempts, engine.effects.random, REASONS[reason].retry);
  const next: NextRun = {
    nextSyncAt: watch.isNoted(failed) ? nowMs : nowMs + ownWait(),
    lastRunAt: nowMs,
    attempts,
    reason,
    reasonDetail: detail,
  };
  const { mailboxId } = session.lease;
  const kind = failureKind(reason);
  engine.effects.log.warn('mailbox failed', { mailbox: mailboxId, kind, reason, detail, attempts });
  const writes = activityWrites(engine, session, failed, nowMs);
  return (await release(engine.db, session.lease, next, writes)) === 'committed' ? 1 : 0;
}

/** Counted with what the run writes anyway: an idle one writes its schedule only, and is not counted. */
function activityWrites(engine: Engine, session: MailboxSession, failed: Failure | null, nowMs: number) {
  const { exchange, liferay, failed: events } = session.activity;
  const { domainId } = session.claimed;
  const counted = countActivity(engine.db, domainId, nowMs, [
    { kind: 'run', count: 1 },
    { kind: 'exchange', count: exchange },
    { kind: 'liferay', count: liferay },
    ...(failed === null ? [] : [{ kind: 'failedRun', reason: failed.reason, count: 1 } as const]),
    ...[...events].map(([reason, count]) => ({ kind: 'failedEvent', reason, count }) as const),
  ]);
  return [...counted, forgetActivity(engine.db, domainId, nowMs)];
}

/** Runs that did something, or began to fail, leave a row. */
async function recordRun(
  engine: Engine,
  session: MailboxSession,
  watch: ServerWatch,
  endedAt: number,
): Promise<void> {
  const { created, updated, deleted, failed } = session.tally;
  const own = watch.isRefusal(session.failure) ? null : session.failure;
  const newlyFailed = own !== null && own.reason !== session.claimed.reason;
  const first = session.pairings[0];
  if (session.lost || !first || (created + updated + deleted + failed === 0 && !newlyFailed)) return;
  await commit(engine, session, first, {}, [
    insertRun(engine.db, {
      id: engine.effects.ids.uuid(),
      mailboxId: session.lease.mailboxId,
      startedAt: session.startedAt,
      endedAt,
      created,
      updated,
      deleted,
      failed,
      reason: own?.reason ?? null,
      reasonDetail: own?.detail ?? null,
    }),
    ...forgetHistory(engine.db, endedAt - engine.settings.historyDays * DAY_MS),
    // Of a run that failed its end counts it: each of them has that, and this only the first of the same failure.
    ...(own === null ? activityWrites(engine, session, null, endedAt) : []),
  ]);
}
