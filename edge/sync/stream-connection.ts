/** One connection on which a server tells of up to 200 mailboxes: who is on it, and what becomes of what it says. */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxStream, StreamNews } from '#exchange/mailbox-push.port.ts';
import { withoutStatement } from '#store/database-error.ts';
import { endStreams, noteCarried, noteStreamed, pauseStreams } from '#store/streams.repository.ts';
import { firstWaitMs, LONGEST_WAIT_MS } from './push-waits.ts';
import type { Streamed, StreamsDependencies } from './streams.ts';

/** Mailboxes that are subscribed one after the other are listened to together. */
const JOIN_MS = 2_000;
/** How exactly it is known when a server was last heard. */
const HEARD_MS = 60_000;
/** A connection, or a subscription, that did not last so long is not opened again at once. */
const SHORT_MS = 60_000;
/** 1, 2, 4 … s between attempts at a connection that breaks; then its mailboxes are given up, and asked at intervals. */
const FIRST_RETRY_MS = 1_000;
const RETRIES = 5;
/** As long as we try it ourselves, no run subscribes them anew. */
const PATIENCE_MS = 10 * 60_000;

interface Member extends Streamed {
  /** Monotonic, ms. */
  readonly since: number;
  /** The server has said yes. */
  isSubscribed: boolean;
}

export class StreamConnection {
  readonly #deps: StreamsDependencies;
  readonly #stream: MailboxStream;
  readonly #onEnd: () => void;
  /** By the address that they are subscribed by. */
  readonly #members = new Map<string, Member>();
  /** What the present connection carries: those who came later are on the next one. */
  #carried: readonly Member[] = [];
  #notedAt = Number.NEGATIVE_INFINITY;
  /** Ids of subscriptions that told of a change which is not noted yet. */
  readonly #told = new Set<string>();
  #noting: Promise<void> | null = null;
  readonly #closing = new AbortController();
  /** Of the present connection. */
  #leaving = new AbortController();
  #isJoining = false;
  #running: Promise<void> | null = null;
  #failures = 0;
  #wasBroken = false;

  /** `onEnd`: nobody is on it any more. */
  constructor(deps: StreamsDependencies, stream: MailboxStream, onEnd: () => void) {
    this.#deps = deps;
    this.#stream = stream;
    this.#onEnd = onEnd;
  }

  get heartbeatMs(): number {
    return this.#stream.heartbeatMs;
  }

  /** Settles when nothing is under way any more. */
  get ended(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** An address can be on it once, and has two owners where a mailbox belongs to a person and to a site. */
  hasPlaceFor({ address, mailboxId }: Streamed): boolean {
    const there = this.#members.get(address);
    if (there !== undefined) return there.mailboxId === mailboxId;
    return !this.#closing.signal.aborted && this.#members.size < this.#stream.mailboxLimit;
  }

  /** @throws RemoteFailure as MailboxStream.subscribe */
  async add(streamed: Streamed): Promise<void> {
    const { address, server, folderIds } = streamed;
    const before = this.#members.get(address);
    const since = this.#deps.effects.clock.monotonic();
    const member: Member = { ...streamed, since, isSubscribed: false };
    this.#members.set(address, member);
    try {
      await this.#stream.subscribe(server, address, folderIds);
      member.isSubscribed = true;
    } catch (error) {
      this.#drop(member);
      if (before !== undefined) this.#members.set(address, before);
      if (this.#running === null && this.#members.size === 0) this.#onEnd();
      throw error;
    }
    this.#join();
  }

  /** @returns the ids of the subscriptions that were on it */
  close(): readonly string[] {
    this.#closing.abort();
    this.#leaving.abort();
    return [...this.#members.values()].map(({ pushId }) => pushId);
  }

  /** The present connection is left for one that carries the newcomers too. */
  #join(): void {
    if (this.#running === null) {
      this.#running = this.#run();
      return;
    }
    if (this.#isJoining || this.#carried.length === 0) return;
    this.#isJoining = true;
    void this.#sleep(JOIN_MS).then(() => {
      this.#isJoining = false;
      this.#leaving.abort();
    });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    let waitMs = JOIN_MS;
    while (this.#members.size > 0 && !this.#closing.signal.aborted) {
      if (waitMs > 0) await this.#sleep(waitMs);
      if (this.#closing.signal.aborted) break;
      waitMs = await this.#listen();
      this.#carried = [];
    }
    await this.#noting;
    this.#running = null;
    if (this.#members.size > 0 && !this.#closing.signal.aborted) this.#join();
    else this.#onEnd();
  }

  /** Until the connection ends. @returns how long to wait before the next one, milliseconds */
  async #listen(): Promise<number> {
    const { clock, log } = this.#deps.effects;
    const since = clock.monotonic();
    const isShort = () => clock.monotonic() - since < SHORT_MS;
    this.#leaving = new AbortController();
    this.#carried = [...this.#members.values()].filter(({ isSubscribed }) => isSubscribed);
    this.#notedAt = Number.NEGATIVE_INFINITY;
    try {
      for await (const news of this.#stream.listen(this.#leaving.signal)) await this.#heard(news);
      if (this.#leaving.signal.aborted) return 0;
      if (!isShort()) {
        this.#failures = 0;
        return 0;
      }
      return await this.#broken(failure('unreachable', 'the connection ended before its time'), true);
    } catch (error) {
      if (error instanceof RemoteFailure) return await this.#broken(error.failure, isShort());
      log.error('what a connection told cannot be noted', { error: withoutStatement(error) });
      return await this.#broken(failure('unreachable', 'what it told could not be noted'), true);
    }
  }

  async #heard(news: StreamNews): Promise<void> {
    if (news.kind === 'lost') return this.#lost(news.mailbox, news.failure);
    if (news.kind === 'changed') {
      const { pushId } = this.#members.get(news.mailbox) ?? {};
      if (pushId !== undefined) this.#note(pushId);
    }
    const { effects, db, told } = this.#deps;
    const monotonic = effects.clock.monotonic();
    if (monotonic - this.#notedAt < HEARD_MS) return;
    this.#notedAt = monotonic;
    const looks = this.#wasBroken;
    const ids = this.#carried.map(({ pushId }) => pushId);
    const still = await noteCarried(db, ids, {
      nowMs: effects.clock.now(),
      heartbeatMs: this.#stream.heartbeatMs,
      looks,
    });
    this.#wasBroken = false;
    if (looks) told();
    // Somebody else has subscribed them since then, or they are nobody's any more.
    for (const member of this.#carried) if (!still.has(member.pushId)) this.#drop(member);
    if (this.#members.size === 0) this.#leaving.abort();
  }

  /** What is told while something is noted is noted together: a flood of news is no flood of statements. */
  #note(pushId: string): void {
    this.#told.add(pushId);
    this.#noting ??= this.#noteAll().finally(() => {
      this.#noting = null;
    });
  }

  async #noteAll(): Promise<void> {
    const { effects, db, told } = this.#deps;
    while (this.#told.size > 0) {
      const ids = [...this.#told];
      this.#told.clear();
      try {
        await noteStreamed(db, ids, effects.clock.now());
        told();
      } catch (error) {
        // The next look at all that are on it is to find what was not noted.
        this.#wasBroken = true;
        this.#notedAt = Number.NEGATIVE_INFINITY;
        effects.log.error('what a connection told cannot be noted', { error: withoutStatement(error) });
      }
    }
  }

  async #lost(address: string, why: Failure): Promise<void> {
    const member = this.#members.get(address);
    if (member === undefined) return;
    this.#drop(member);
    const { effects, db, told } = this.#deps;
    const isShort = effects.clock.monotonic() - member.since < SHORT_MS;
    await this.#end([member], why, isShort ? firstWaitMs(effects.random) : 0);
    await noteStreamed(db, [member.pushId], effects.clock.now());
    told();
  }

  /** @returns how long to wait before it is tried again, milliseconds */
  async #broken(why: Failure, isShort: boolean): Promise<number> {
    const { effects, db } = this.#deps;
    this.#failures = isShort ? this.#failures + 1 : 1;
    this.#wasBroken = true;
    const members = this.#carried;
    const ids = members.map(({ pushId }) => pushId);
    effects.log.warn('a connection broke', { mailboxes: ids.length, ...why, failures: this.#failures });
    try {
      if (this.#failures <= RETRIES) await pauseStreams(db, ids, effects.clock.now() + PATIENCE_MS);
      else {
        for (const member of members) this.#drop(member);
        await this.#end(members, why, firstWaitMs(effects.random));
      }
    } catch (error) {
      effects.log.error('that a connection broke cannot be noted', { error: withoutStatement(error) });
    }
    return FIRST_RETRY_MS * 2 ** (Math.min(this.#failures, RETRIES) - 1);
  }

  async #end(members: readonly Member[], { reason, detail }: Failure, waitMs: number): Promise<void> {
    const { effects, db } = this.#deps;
    await endStreams(
      db,
      members.map(({ pushId }) => pushId),
      { reason, detail, nowMs: effects.clock.now(), firstWaitMs: waitMs, longestWaitMs: LONGEST_WAIT_MS },
    );
  }

  #drop(member: Member): void {
    if (this.#members.get(member.address) === member) this.#members.delete(member.address);
  }

  /** Ends early when the connection is to be closed. */
  async #sleep(ms: number): Promise<void> {
    await this.#deps.effects.clock.sleep(ms, this.#closing.signal).catch(() => {});
  }
}
