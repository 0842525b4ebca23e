/**
 * What a slice learns about the server, the account and the portal that all its mailboxes share, and what it does about
 * it: the first failure that is not one mailbox's own is noted for all workers, and ends the requests of this slice.
 */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { failureKind, isReason, REASONS, type Reason } from '#shared/reasons.ts';
import { paceAt } from '#store/limits.ts';
import { endOutage, noteOutage, type Outage, slowDown } from '#store/outages.ts';
import { type DomainRow, domainById } from '#store/sync-rows.ts';
import { backoffMs } from './backoff.ts';
import type { Engine } from './engine.ts';

/** How old what is known of the domain may be when a request is sent: others may have noted something since. */
const LOOK_AGAIN_MS = 1_000;
/** A server that named no time worth mentioning is left alone this long all the same. */
const LEAST_WAIT_MS = 1_000;
/** After an outage the mailboxes come within this time, or within their interval where that is shorter. */
const SPREAD_MS = 60_000;
/**
 * Failures that one mailbox can have by itself: something in it, or where it is. Of two mailboxes in a row, with nothing
 * that succeeded in between, they are the server's.
 */
const MAY_BE_ONE_MAILBOXS: ReadonlySet<Reason> = new Set<Reason>([
  'timedOut',
  'serverError',
  'badAnswer',
  'answerTooLarge',
  'notTheService',
  'redirected',
]);

/** A request that failed. */
export interface FailedCall {
  readonly mailboxId: string;
  /** Epoch ms. */
  readonly askedAt: number;
  /** It asked for more than one thing, so a smaller one might do. */
  readonly isLarge: boolean;
}

/** The watch of one slice. `domain` follows what is known of it. */
export class ServerWatch {
  readonly #engine: Engine;
  readonly #claimedAt: number;
  #domain: DomainRow;
  #lookedAt: number;
  /** Under way: whoever comes meanwhile waits for what it tells. */
  #looking: Promise<void> | null = null;
  /** Whether the slice is to find out if what was out of order is in order again. */
  #probes: boolean;
  /** Whether Exchange answered anything in this slice. */
  #wasAnswered = false;
  /** Mailboxes that failed since a request last succeeded. */
  readonly #suspects = new Set<string>();
  /** Failures of looking for a mailbox: they tell nothing about the server that the others are on. */
  readonly #ofLocating = new WeakSet<Failure>();
  /** Failures that were noted for all workers. */
  readonly #noted = new Set<Failure>();
  #refusal: Failure | null = null;

  constructor(engine: Engine, domain: DomainRow) {
    const { clock } = engine.effects;
    this.#engine = engine;
    this.#domain = domain;
    this.#claimedAt = clock.now();
    this.#lookedAt = clock.monotonic();
    this.#probes = domain.backoffStep > 0;
  }

  /** How much of `most` the server is asked for at once. */
  size(most: number): number {
    return Math.max(1, Math.floor(most * paceAt(this.#domain, this.#engine.effects.clock.now())));
  }

  /** Rejects with RemoteFailure when no request may be sent any more in this slice; see `isRefusal`. */
  async pass(): Promise<void> {
    const isOld = this.#engine.effects.clock.monotonic() - this.#lookedAt >= LOOK_AGAIN_MS;
    if (this.#refusal === null && isOld) {
      this.#looking ??= this.#lookAgain().finally(() => {
        this.#looking = null;
      });
      await this.#looking;
    }
    if (this.#refusal !== null) throw new RemoteFailure(this.#refusal);
  }

  /** Whether a run ended because nothing may be asked at present, and not by a failure of its own. */
  isRefusal(of: Failure | null): boolean {
    return of !== null && of === this.#refusal;
  }

  /** Whether the failure concerns everybody and was noted as such. */
  isNoted(of: Failure): boolean {
    return this.#noted.has(of);
  }

  /** Looks for the server of a mailbox. */
  async locating<T>(locate: () => Promise<T>): Promise<T> {
    try {
      return await locate();
    } catch (error) {
      if (error instanceof RemoteFailure) this.#ofLocating.add(error.failure);
      throw error;
    }
  }

  /** The server answered: whatever it said, it is there. */
  answered(): void {
    this.#wasAnswered = true;
    this.#suspects.clear();
  }

  /** A request to Exchange failed, or one item of it, in a way that is not the item's own. */
  async exchangeFailed(failed: Failure, call: FailedCall): Promise<void> {
    const { reason } = failed;
    const isOfLocating = this.#ofLocating.has(failed);
    if (REASONS[reason].scope !== 'server') {
      if (!isOfLocating) this.answered();
      return;
    }
    const isStrained = reason === 'throttled' || (reason === 'timedOut' && call.isLarge);
    // While it is only looked whether the server is back, its failures tell nothing about sizes.
    if (isStrained && !this.#probes) await this.#slowDown(call.askedAt);
    this.#suspects.add(call.mailboxId);
    const mayBeOnes = MAY_BE_ONE_MAILBOXS.has(reason) || isOfLocating;
    if (mayBeOnes && !this.#probes && this.#suspects.size < 2) return;
    const isAccounts = reason === 'signInRefused' || failed.ofAccount === true;
    await this.#note(isAccounts ? 'credential' : 'server', failed, call.askedAt);
  }

  /** A request to the portal failed that was made for all of the slice: there is nobody else whose fault it could be. */
  async portalFailed(failed: Failure, askedAt: number): Promise<void> {
    if (REASONS[failed.reason].scope === 'server') await this.#note('portal', failed, askedAt);
  }

  /** Both sides were asked. If something was out of order and is no more, the other mailboxes may come. */
  async observed(): Promise<void> {
    if (!this.#probes || !this.#wasAnswered || this.#refusal !== null) return;
    this.#probes = false;
    const { effects, db } = this.#engine;
    const { id, server, reason } = this.#domain;
    await endOutage(db, this.#domain, {
      claimedAt: this.#claimedAt,
      nowMs: effects.clock.now(),
      longestMs: SPREAD_MS,
      jitter: effects.random.next(),
    });
    effects.log.info('in order again', { domain: id, server, reason });
  }

  async #lookAgain(): Promise<void> {
    const { clock } = this.#engine.effects;
    this.#domain = (await domainById(this.#engine.db, this.#domain.id)) ?? this.#domain;
    this.#lookedAt = clock.monotonic();
    const { notBefore, reason, reasonDetail } = this.#domain;
    if (notBefore <= clock.now()) return;
    const known = reason !== null && isReason(reason) ? reason : 'throttled';
    this.#close(failure(known, reasonDetail ?? ''));
  }

  async #slowDown(askedAt: number): Promise<void> {
    const nowMs = this.#engine.effects.clock.now();
    await slowDown(this.#engine.db, this.#domain, { askedAt, nowMs });
    const halved = { pace: paceAt(this.#domain, nowMs) / 2, slowedAt: nowMs };
    if (this.#domain.slowedAt <= askedAt) this.#domain = { ...this.#domain, ...halved };
  }

  async #note(outage: Outage, failed: Failure, askedAt: number): Promise<void> {
    const { effects, db } = this.#engine;
    const { reason, detail, waitMs } = failed;
    const step = this.#domain.backoffStep + 1;
    const wait = waitMs ?? backoffMs(step, effects.random, REASONS[reason].retry);
    const notBefore = effects.clock.now() + Math.max(LEAST_WAIT_MS, wait);
    const isNamed = waitMs !== undefined;
    this.#noted.add(failed);
    this.#close(failed);
    await noteOutage(db, this.#domain, { outage, reason, detail, askedAt, notBefore, isNamed });
    const { id, server } = this.#domain;
    const kind = failureKind(reason);
    effects.log.warn('out of order', {
      domain: id,
      server,
      outage,
      kind,
      reason,
      detail,
      step,
      waitMs: wait,
    });
  }

  #close({ reason, detail }: Failure): void {
    this.#refusal ??= failure(reason, detail);
  }
}
