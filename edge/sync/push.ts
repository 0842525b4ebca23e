/**
 * Being told of changes in place of asking for them. While a mailbox's server tells, runs spare it: they ask when it told
 * something, when something of ours has to be seen there, and now and then to be sure. Subscriptions are looked after in
 * ordinary runs, when all else is done; whatever becomes of that, no run fails for it, and without a subscription every
 * run asks, as ever.
 */
import type { BatchItem } from 'drizzle-orm/batch';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { DAY_MS } from '#core/guard.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { MailboxPush, MailboxSubscription } from '#exchange/mailbox-push.port.ts';
import { withoutStatement } from '#store/database-error.ts';
import type { ClaimedMailbox } from '#store/leases.ts';
import {
  askFor,
  digestOf,
  doubtPush,
  grant,
  type PushRow,
  postponePush,
  pushById,
  pushOf,
  refusePush,
} from '#store/push.repository.ts';
import type { DomainRow, PairingRow } from '#store/sync-rows.ts';
import type { Engine, EnginePush } from './engine.ts';
import { firstWaitMs, LONGEST_WAIT_MS } from './push-waits.ts';
import type { ServerWatch } from './server-watch.ts';
import type { Budget, MailboxSession } from './slice.ts';
import type { Streams } from './streams.ts';

/** What is asked for: less than half of what Graph allows, so that what is forgotten does not stay for long. */
const LIFETIME_MS = 3 * DAY_MS;
/** A subscription counts as over a little before its server says so: the clocks are two. */
const MARGIN_MS = 5 * 60_000;
/** A server that has not tried our address while it subscribed us does so within this time, or does not reach it. */
const FIRST_WORD_MS = 10 * 60_000;
/** Renewed at a moment in this part of its life, so that those made together are renewed apart. */
const RENEWED = { from: 0.5, to: 0.75 };
/** Subscriptions that one slice looks after at most: the runs of others wait for its end. */
const SLICE_LIMIT = 8;
/** Subscriptions of a slice that are looked after at the same time: a server may count them as one mailbox's. */
export const TENDED_AT_ONCE = 4;

/** Whether Exchange is asked in this run: because somebody said so or nobody would, to be sure after so long, or not. */
export function asksExchange(
  { push, effects }: Pick<Engine, 'push' | 'effects'>,
  claimed: ClaimedMailbox,
  pairings: readonly PairingRow[],
  domain: DomainRow,
): MailboxSession['asks'] {
  const nowMs = effects.clock.now();
  if (push === null || claimed.pushUntil <= nowMs || claimed.isTold) return 'told';
  // Somebody has to find out whether what was out of order is in order again.
  if (claimed.attempts > 0 || claimed.reason !== null || domain.backoffStep > 0) return 'told';
  if (!pairings.every(isAtRest)) return 'told';
  return claimed.askedAt + push.pollMs <= nowMs ? 'toBeSure' : 'no';
}

/** All of its folder was seen, and nothing of ours is to be met there again. */
function isAtRest({ phase, cursor, exchangeSeen, awaitsEcho, removes, reason }: PairingRow): boolean {
  const isSeen = phase === 'steady' && cursor !== null && exchangeSeen;
  return isSeen && !awaitsEcho && removes === null && reason === null;
}

/** The sessions whose subscription this slice looks after, and the others. */
export function ofSubscriptions(
  { push, effects }: Pick<Engine, 'push' | 'effects'>,
  sessions: readonly MailboxSession[],
): readonly [MailboxSession[], MailboxSession[]] {
  if (push === null) return [[], [...sessions]];
  const nowMs = effects.clock.now();
  const able = sessions.filter(({ lost, failure, pairings }) => !lost && !failure && pairings.length > 0);
  const isDue = (session: MailboxSession) => isDoubtful(session) || session.claimed.pushDueAt <= nowMs;
  // A new pairing may have to be watched too.
  const isNew = (session: MailboxSession) => session.pairings.some(({ row }) => row.phase !== 'steady');
  const first = able.filter(isDue);
  const due = [...first, ...able.filter((session) => !isDue(session) && isNew(session))].slice(
    0,
    SLICE_LIMIT,
  );
  return [due, sessions.filter((session) => !due.includes(session))];
}

/** It was healthy, and did not tell of a change. */
function isDoubtful({ asks, changesSeen }: MailboxSession): boolean {
  return asks === 'toBeSure' && changesSeen > 0;
}

/** Makes or renews the subscription of a mailbox. Never rejects, and never fails the run. */
export async function tendPush(
  engine: Engine,
  session: MailboxSession,
  watch: ServerWatch,
  budget: Budget,
): Promise<void> {
  const { push, effects } = engine;
  if (push === null || budget.spent) return;
  try {
    await new Tending(engine, push, session, watch, budget).run();
  } catch (error) {
    const { mailboxId: mailbox } = session.lease;
    effects.log.error('looking after a subscription failed', { mailbox, error: withoutStatement(error) });
  }
}

/**
 * Whether a mailbox is told of on a connection of ours: where its server has nothing that posts, or was seen not to reach
 * us. Where there is no connection to be had either, posts are tried again.
 */
function isForStreams(opened: MailboxPush | null, row: PushRow | null): boolean {
  if (opened === null) return true;
  if (opened.kind !== 'ewsPush' || row === null) return false;
  if (row.kind === 'ewsStreaming') return row.reason === null || row.reason === 'pushSilent';
  return row.kind === 'ewsPush' && row.reason === 'pushUnreachable';
}

class Tending {
  readonly #engine: Engine;
  readonly #push: EnginePush;
  readonly #session: MailboxSession;
  readonly #watch: ServerWatch;
  readonly #budget: Budget;

  constructor(engine: Engine, push: EnginePush, session: MailboxSession, watch: ServerWatch, budget: Budget) {
    this.#engine = engine;
    this.#push = push;
    this.#session = session;
    this.#watch = watch;
    this.#budget = budget;
  }

  async run(): Promise<void> {
    const { db } = this.#engine;
    if (isDoubtful(this.#session) && !(await this.#commit(doubtPush(db, this.#mailboxId)))) return;
    const row = await pushOf(db, this.#mailboxId);
    try {
      await this.#watch.pass();
      const server = await this.#session.locate();
      const { posts, streams } = this.#push;
      const opened = posts?.open(server, this.#session.claimed.address) ?? null;
      if (streams?.fits(server) && isForStreams(opened, row)) await this.#stream(streams, server, row);
      else if (posts === null || opened === null)
        await this.#commit(postponePush(db, this.#mailboxId, this.#nowMs + DAY_MS));
      else await this.#tend(opened, posts.address, row);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      // Nothing may be asked at present: it stays due.
      if (!this.#watch.isRefusal(error.failure)) await this.#refused(error.failure, row?.attempts ?? 0);
    }
  }

  async #tend(opened: MailboxPush, address: string, row: PushRow | null): Promise<void> {
    const isOurs = row?.kind === opened.kind && row.address === address;
    if (isOurs && row.serverId !== null && this.#isWanted(row)) {
      if (this.#session.claimed.pushDueAt > this.#nowMs) return;
      if (row.heartbeatMs !== null && row.heardAt === null) {
        throw new RemoteFailure(failure('pushUnreachable', 'subscribed, and nothing was posted since'));
      }
      if (row.expiresAt !== null && (await this.#renewed(opened, row.serverId))) return;
    }
    if (row?.kind === opened.kind && row.serverId !== null) await this.#removed(opened, row.serverId);
    await this.#subscribe(opened, address);
  }

  /** One that is heard of is left alone. Which of two processes holds its connection does not matter. */
  async #stream(streams: Streams, server: MailboxServer, row: PushRow | null): Promise<void> {
    const isOurs = row?.kind === 'ewsStreaming' && row.serverId !== null && this.#isWanted(row);
    if (isOurs && this.#session.claimed.pushDueAt > this.#nowMs) return;
    const { db, effects } = this.#engine;
    const pushId = effects.ids.uuid();
    const mailboxId = this.#mailboxId;
    const folders = this.#folders;
    const ofPosts = { address: '', secretDigest: '' };
    const asked = askFor(db, { mailboxId, id: pushId, kind: 'ewsStreaming', folders, ...ofPosts });
    if (!(await this.#commit(asked))) return;
    this.#budget.spend();
    const { address } = this.#session.claimed;
    const folderIds = this.#folderIds;
    const heartbeatMs = await streams.subscribe({ mailboxId, pushId, server, address, folderIds });
    await this.#granted({ id: '', lifetimeMs: null, heartbeatMs, watermark: null });
  }

  #isWanted({ reason, folders }: PushRow): boolean {
    return reason !== 'pushSilent' && folders === this.#folders;
  }

  /** False: the server does not know it any more. */
  async #renewed(opened: MailboxPush, serverId: string): Promise<boolean> {
    this.#budget.spend();
    try {
      await this.#granted(await opened.renew(serverId, LIFETIME_MS));
      return true;
    } catch (error) {
      if (error instanceof RemoteFailure && error.failure.reason === 'subscriptionGone') return false;
      throw error;
    }
  }

  /** Of one that cannot be removed nothing is taken any more, and it ends by itself. */
  async #removed(opened: MailboxPush, serverId: string): Promise<void> {
    this.#budget.spend();
    await opened.remove(serverId).catch(() => {});
  }

  async #subscribe(opened: MailboxPush, address: string): Promise<void> {
    const { db, effects } = this.#engine;
    const { kind } = opened;
    const folders = this.#folders;
    const id = effects.ids.uuid();
    const secret = `${effects.ids.uuid()}${effects.ids.uuid()}`.replaceAll('-', '');
    const asked = { mailboxId: this.#mailboxId, id, kind, address, secretDigest: digestOf(secret), folders };
    if (!(await this.#commit(askFor(db, asked)))) return;
    this.#budget.spend();
    const made = await opened.subscribe({
      folderIds: this.#folderIds,
      url: `${address}/push/${kind}/${id}`,
      secret,
      lifetimeMs: LIFETIME_MS,
      isAbandoned: async (url) => {
        const own = url.startsWith(`${address}/push/`) ? url.slice(address.length).split('/')[3] : undefined;
        return own !== undefined && (await pushById(db, own)) === null;
      },
    });
    await this.#granted(made);
  }

  /** What changed between the look of this run and now was told by nobody: another run looks. */
  async #granted({ id, lifetimeMs, heartbeatMs, watermark }: MailboxSubscription): Promise<void> {
    const { db, effects } = this.#engine;
    const nowMs = this.#nowMs;
    const part = RENEWED.from + (RENEWED.to - RENEWED.from) * effects.random.next();
    const expiresAt = lifetimeMs === null ? null : nowMs + lifetimeMs - MARGIN_MS;
    // One that only its silence ends is looked after when it would be over: each sign of life puts that off.
    const dueAt = nowMs + (lifetimeMs === null ? FIRST_WORD_MS : Math.round(part * lifetimeMs));
    const granted = { serverId: id, expiresAt, heartbeatMs, watermark, dueAt, nowMs, looks: true };
    if (await this.#commit(grant(db, this.#mailboxId, granted))) this.#session.more = true;
  }

  async #refused({ reason, detail, waitMs }: Failure, attempts: number): Promise<void> {
    const { db, effects } = this.#engine;
    const plain = Math.min(LONGEST_WAIT_MS, firstWaitMs(effects.random) * 2 ** Math.min(attempts, 20));
    const dueAt = this.#nowMs + Math.max(waitMs ?? 0, plain);
    const { mailboxId: mailbox } = this.#session.lease;
    effects.log.warn('no push', { mailbox, reason, detail, attempts: attempts + 1 });
    // One of which nothing was heard is made anew when it is tried again.
    const isGone = reason === 'subscriptionGone' || reason === 'pushUnreachable';
    await this.#commit(refusePush(db, mailbox, { reason, detail, dueAt, isGone }));
  }

  async #commit(writes: readonly BatchItem<'sqlite'>[]): Promise<boolean> {
    const { commit, db } = this.#engine;
    if ((await commit(db, this.#session.lease, writes)) === 'committed') return true;
    this.#session.lost = true;
    return false;
  }

  get #mailboxId(): string {
    return this.#session.lease.mailboxId;
  }

  get #nowMs(): number {
    return this.#engine.effects.clock.now();
  }

  /** As they are recorded. */
  get #folders(): string {
    return JSON.stringify(this.#folderIds);
  }

  get #folderIds(): readonly string[] {
    return [...new Set(this.#session.pairings.map(({ row }) => row.folderId))].toSorted();
  }
}
