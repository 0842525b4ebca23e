/** One slice of work: claim a cohort, observe both sides, work off what changed, and say when each comes next. */
import type { Failure } from '#core/failure.ts';
import type { LocateMailbox, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { isReason } from '#shared/reasons.ts';
import { crossedWindows, endingRows, pairingsWithWork } from '#store/due-work.repository.ts';
import { type ClaimedMailbox, claimCohort } from '#store/leases.ts';
import { updateLinks } from '#store/links.statements.ts';
import { type DomainRow, domainById, type PairingRow, pairingsOf } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import { disclosureOf } from './disclosure.ts';
import type { Engine } from './engine.ts';
import { observeExchange } from './observe-exchange.ts';
import { observeLiferay } from './observe-liferay.ts';
import { pacedMailbox } from './paced-mailbox.ts';
import { asksExchange, ofSubscriptions, TENDED_AT_ONCE, tendPush } from './push.ts';
import { releaseAll } from './release.ts';
import { ServerWatch } from './server-watch.ts';
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
  /** Mailboxes that were not worked on, because what all of them need is out of order or asked for patience. */
  readonly deferred: number;
  /** Mailboxes whose run failed as a whole. */
  readonly failures: readonly { readonly mailbox: string; readonly failure: Failure }[];
  /** Mailboxes that another worker has taken over. */
  readonly lost: number;
}

/** Runs one slice for one cohort as `owner`. `domainId`: only mailboxes of this domain. */
export async function runSlice(engine: Engine, owner: string, domainId?: string): Promise<SliceReport> {
  return workThrough(engine, await claimFor(engine, owner, domainId === undefined ? {} : { domainId }));
}

/** Claims a cohort as `owner`: what is due longest, of `domainId` if that is given, and nothing of `except`. */
export async function claimFor(
  engine: Engine,
  owner: string,
  where: { readonly domainId?: string; readonly except?: readonly string[] },
): Promise<readonly ClaimedMailbox[]> {
  const { effects, db, settings } = engine;
  return claimCohort(db, {
    owner,
    nowMs: effects.clock.now(),
    leaseMs: settings.leaseMs,
    limit: settings.cohortSize,
    width: settings.mailboxConcurrency,
    ...where,
  });
}

/** Works for as long as the budget of a slice lasts on a cohort that was claimed just now. */
export async function workThrough(engine: Engine, claimed: readonly ClaimedMailbox[]): Promise<SliceReport> {
  const [first] = claimed;
  const domain = first ? await domainById(engine.db, first.domainId) : null;
  if (!domain) return report([], () => false);
  const budget = new Budget(engine);
  const watch = new ServerWatch(engine, domain);
  const sessions = await openSessions(engine, claimed, domain, watch);
  const atATime = claimed.reduce((sum, { share }) => sum + share, 0);
  const work = async (session: MailboxSession) => {
    if (!session.lost && !session.failure) await workOff(engine, session, budget);
  };
  await inParallel(atATime, sessions, (session) =>
    guarded(engine, session, () => observeExchange(engine, session, budget)),
  );
  await observeLiferay(engine, sessions, budget, watch);
  await watch.observed();
  await moveWindows(engine, sessions);
  const busy = await withWork(engine, sessions);
  await inParallel(atATime, busy, (session) => guarded(engine, session, () => work(session)));
  const [tended, others] = ofSubscriptions(engine, sessions);
  await releaseAll(engine, others, watch);
  // Who has to wait for a server that looks whether it reaches us keeps nobody else waiting.
  await inParallel(Math.min(atATime, TENDED_AT_ONCE), tended, (session) =>
    tendPush(engine, session, watch, budget),
  );
  await releaseAll(engine, tended, watch);
  return report(sessions, ({ failure }) => watch.isRefusal(failure));
}

async function openSessions(
  engine: Engine,
  claimed: readonly ClaimedMailbox[],
  domain: DomainRow,
  watch: ServerWatch,
): Promise<readonly MailboxSession[]> {
  const rows = await pairingsOf(
    engine.db,
    claimed.map(({ lease }) => lease.mailboxId),
  );
  return claimed.map((one) => sessionOf(engine, one, rows, domain, watch));
}

function sessionOf(
  engine: Engine,
  one: ClaimedMailbox,
  all: readonly PairingRow[],
  domain: DomainRow,
  watch: ServerWatch,
): MailboxSession {
  const rows = all.filter((row) => row.mailboxId === one.lease.mailboxId && row.state === 'active');
  const locate = locatorOf(engine, one, domain, watch);
  const open = (zone: string) =>
    pacedMailbox(
      engine.openMailbox(locate, one.address, zone),
      watch,
      one.lease.mailboxId,
      engine.effects.clock,
    );
  return {
    claimed: one,
    lease: one.lease,
    pairings: rows.map((row) => ({
      row,
      mailbox: open(row.calendarZone),
      disclosure: disclosureOf(row, engine.settings.language),
      isRoom: one.ownerKind === 'site',
      blocked: false,
      placed: new Set(),
      unreadSeries: new Map(),
      snapshot: [],
      invited: new Map(),
      waiting: new Set(),
      afterPairs: new Set(),
    })),
    locate,
    asks: asksExchange(engine, one, rows, domain),
    hasAsked: false,
    changesSeen: 0,
    tally: { created: 0, updated: 0, deleted: 0, failed: 0 },
    activity: { exchange: 0, liferay: 0, failed: new Map() },
    startedAt: engine.effects.clock.now(),
    failure: null,
    lost: false,
    more: false,
  };
}

/** A mailbox is located once in a slice, with its first request: a search for it may take its time, and may fail. */
function locatorOf(
  engine: Engine,
  { address, reason }: ClaimedMailbox,
  domain: DomainRow,
  watch: ServerWatch,
): LocateMailbox {
  const last = reason ?? domain.reason;
  const failed = last !== null && isReason(last) ? last : null;
  let located: Promise<MailboxServer> | null = null;
  return () => {
    located ??= watch.locating(() => engine.mailboxServer(domain, { address, failed }));
    return located;
  };
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
    session.pairings.some(({ row }) => row.phase !== 'steady' || row.removes !== null || due.has(row.id)),
  );
}

/** The passage of time moves events over the window's edges, and the window to where rows end; no server reports that. */
async function moveWindows(engine: Engine, sessions: readonly MailboxSession[]): Promise<void> {
  const pairings = sessions.flatMap((session) =>
    session.pairings.filter(({ row }) => row.removes === null).map((pairing) => ({ session, pairing })),
  );
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

function report(
  sessions: readonly MailboxSession[],
  isDeferred: (session: MailboxSession) => boolean,
): SliceReport {
  const sum = (of: (session: MailboxSession) => number) =>
    sessions.reduce((total, session) => total + of(session), 0);
  return {
    claimed: sessions.length,
    created: sum((session) => session.tally.created),
    updated: sum((session) => session.tally.updated),
    deleted: sum((session) => session.tally.deleted),
    failed: sum((session) => session.tally.failed),
    more: sum((session) => Number(session.more && !session.lost)),
    deferred: sum((session) => Number(isDeferred(session))),
    failures: sessions.flatMap((session) =>
      session.failure && !isDeferred(session)
        ? [{ mailbox: session.claimed.address, failure: session.failure }]
        : [],
    ),
    lost: sum((session) => Number(session.lost)),
  };
}
