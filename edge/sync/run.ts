/** One slice of work: claim a cohort, observe both sides, work off what changed, and say when each comes next. */
import type { Failure } from '#core/failure.ts';
import { DAY_MS } from '#core/guard.ts';
import { REASONS } from '#shared/reasons.ts';
import { crossedWindows, endingRows, pairingsWithWork } from '#store/due-work.repository.ts';
import { claimCohort, type NextRun, release, releaseMany } from '#store/leases.ts';
import { updateLinks } from '#store/links.statements.ts';
import { deferDomain, forgetHistory, insertRun } from '#store/sync.statements.ts';
import { domainById, pairingsOf } from '#store/sync-rows.ts';
import { backoffMs } from './backoff.ts';
import { commit } from './commit.ts';
import { disclosureOf } from './disclosure.ts';
import type { Engine } from './engine.ts';
import { observeExchange } from './observe-exchange.ts';
import { observeLiferay } from './observe-liferay.ts';
import { Budget, guarded, inParallel, type MailboxSession } from './slice.ts';
import { workOff } from './work.ts';

/** What one slice came to; counts are of events where nothing else is said. */
export interface SliceReport {
  /** Mailboxes that were claimed; 0: nothing was due. */
  readonly claimed: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  /** Mailboxes with more to do at once. */
  readonly more: number;
  /** Mailboxes whose run failed as a whole. */
  readonly failures: readonly { readonly mailbox: string; readonly failure: Failure }[];
  /** Mailboxes that another worker has taken over. */
  readonly lost: number;
}

/** Runs one slice for one cohort as `owner`. `domainId`: only mailboxes of this domain. */
export async function runSlice(engine: Engine, owner: string, domainId?: string): Promise<SliceReport> {
  const { effects, db, settings } = engine;
  const claimed = await claimCohort(db, {
    owner,
    nowMs: effects.clock.now(),
    leaseMs: settings.leaseMs,
    limit: settings.cohortSize,
    ...(domainId === undefined ? {} : { domainId }),
  });
  const budget = new Budget(engine);
  const sessions = await openSessions(engine, claimed);
  const work = async (session: MailboxSession) => {
    if (!session.lost && !session.failure) await workOff(engine, session, budget);
  };
  await inParallel(settings.mailboxConcurrency, sessions, (session) =>
    guarded(engine, session, () => observeExchange(engine, session, budget)),
  );
  await observeLiferay(engine, sessions, budget);
  await moveWindows(engine, sessions);
  const busy = await withWork(engine, sessions);
  await inParallel(settings.mailboxConcurrency, busy, (session) =>
    guarded(engine, session, () => work(session)),
  );
  await releaseAll(engine, sessions);
  return report(sessions);
}

async function openSessions(
  engine: Engine,
  claimed: Awaited<ReturnType<typeof claimCohort>>,
): Promise<readonly MailboxSession[]> {
  const first = claimed[0];
  const domain = first ? await domainById(engine.db, first.domainId) : null;
  if (!domain) return [];
  const server = await engine.mailboxServer(domain);
  const rows = await pairingsOf(
    engine.db,
    claimed.map(({ lease }) => lease.mailboxId),
  );
  return claimed.map((one) => ({
    claimed: one,
    lease: one.lease,
    pairings: rows
      .filter((row) => row.mailboxId === one.lease.mailboxId && row.state === 'active')
      .map((row) => ({
        row,
        mailbox: engine.openMailbox(server, one.address, row.calendarZone),
        disclosure: disclosureOf(row, engine.settings.language),
        isRoom: one.ownerKind === 'site',
        blocked: false,
        placed: new Set(),
        unreadSeries: new Map(),
        snapshot: [],
        invited: new Map(),
        waiting: new Set(),
      })),
    tally: { created: 0, updated: 0, deleted: 0, failed: 0 },
    startedAt: engine.effects.clock.now(),
    failure: null,
    lost: false,
    more: false,
  }));
}

/** Most mailboxes have nothing to do most of the time: one question for the cohort tells which. */
async function withWork(
  engine: Engine,
  sessions: readonly MailboxSession[],
): Promise<readonly MailboxSession[]> {
  const pairings = sessions.flatMap((session) => session.pairings.map(({ row }) => row.id));
  if (pairings.length === 0) return [];
  const due = await pairingsWithWork(engine.db, pairings, engine.effects.clock.now());
  return sessions.filter((session) =>
    session.pairings.some(({ row }) => row.phase !== 'steady' || due.has(row.id)),
  );
}

/** The passage of time moves events over the window's edges, and the window to where rows end; no server reports that. */
async function moveWindows(engine: Engine, sessions: readonly MailboxSession[]): Promise<void> {
  const pairings = sessions.flatMap((session) => session.pairings.map((pairing) => ({ session, pairing })));
  if (pairings.length === 0) return;
  const nowMs = engine.effects.clock.now();
  const pairingIds = pairings.map(({ pairing }) => pairing.row.id);
  const crossed = await crossedWindows(engine.db, pairingIds, nowMs);
  const ending = await endingRows(engine.db, pairingIds, nowMs);
  const again = { work: 'dirty', retryAt: 0, attempts: 0 } as const;
  for (const { session, pairing } of pairings) {
    const writes = [
      ...updateLinks(engine.db, crossed.get(pairing.row.id) ?? [], { ...again, exchangeDirty: true }),
      ...updateLinks(engine.db, ending.get(pairing.row.id) ?? [], again),
    ];
    if (writes.length === 0) continue;
    await guarded(engine, session, async () => {
      await commit(engine, session, pairing, {}, writes);
    });
  }
}

async function releaseAll(engine: Engine, sessions: readonly MailboxSession[]): Promise<void> {
  const { db, effects } = engine;
  const nowMs = effects.clock.now();
  for (const session of sessions) {
    await recordRun(engine, session, nowMs);
    if (session.failure && !session.lost) await releaseFailed(engine, session, session.failure, nowMs);
  }
  const rest = sessions.filter((session) => !session.lost && !session.failure);
  const next = new Map(
    rest.map((session) => [
      session.lease.mailboxId,
      session.more ? nowMs : nowMs + session.claimed.intervalSeconds * 1000,
    ]),
  );
  await releaseMany(
    db,
    rest.map((session) => session.lease),
    nowMs,
    (lease) => next.get(lease.mailboxId) ?? nowMs,
  );
}

async function releaseFailed(
  engine: Engine,
  session: MailboxSession,
  { reason, detail, waitMs }: Failure,
  nowMs: number,
): Promise<void> {
  const attempts = session.claimed.attempts + 1;
  const wait = waitMs ?? backoffMs(attempts, engine.effects.random);
  if (REASONS[reason].retry === 'wait') await deferDomain(engine.db, session.claimed.domainId, nowMs + wait);
  const next: NextRun = {
    nextSyncAt: nowMs + wait,
    lastRunAt: nowMs,
    attempts,
    reason,
    reasonDetail: detail,
  };
  engine.effects.log.warn('mailbox failed', { mailbox: session.lease.mailboxId, reason, detail, attempts });
  await release(engine.db, session.lease, next);
}

/** Runs that did something, or began to fail, leave a row. */
async function recordRun(engine: Engine, session: MailboxSession, endedAt: number): Promise<void> {
  const { created, updated, deleted, failed } = session.tally;
  const newlyFailed = session.failure !== null && session.failure.reason !== session.claimed.reason;
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
      reason: session.failure?.reason ?? null,
      reasonDetail: session.failure?.detail ?? null,
    }),
    ...forgetHistory(engine.db, endedAt - engine.settings.historyDays * DAY_MS),
  ]);
}

function report(sessions: readonly MailboxSession[]): SliceReport {
  const sum = (of: (session: MailboxSession) => number) =>
    sessions.reduce((total, session) => total + of(session), 0);
  return {
    claimed: sessions.length,
    created: sum((session) => session.tally.created),
    updated: sum((session) => session.tally.updated),
    deleted: sum((session) => session.tally.deleted),
    failed: sum((session) => session.tally.failed),
    more: sum((session) => Number(session.more && !session.lost)),
    failures: sessions.flatMap(({ claimed, failure: failed }) =>
      failed ? [{ mailbox: claimed.address, failure: failed }] : [],
    ),
    lost: sum((session) => Number(session.lost)),
  };
}
