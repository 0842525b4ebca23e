/** The state of one slice of work, and of each mailbox in it. */
import type { Attendee, Disclosure } from '#core/event.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { Side } from '#core/merge.ts';
import type { LocateMailbox, MailboxCalendar } from '#exchange/mailbox-calendar.port.ts';
import type { PortalRow } from '#liferay/portal-calendar.port.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Lease } from '#store/commit.ts';
import { framesOf, withoutStatement } from '#store/database-error.ts';
import type { ClaimedMailbox } from '#store/leases.ts';
import type { PairingRow } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';

/**
 * The part of the time for writing by the end of which a batch has been read, first in Exchange and then in Liferay: what
 * is left of it is for planning and writing what was read.
 */
const READ_BY: Readonly<Record<Side, number>> = { exchange: 1 / 2, liferay: 3 / 4 };

/** How much a slice may still do. It ends at a batch boundary and comes again. */
export class Budget {
  readonly #engine: Engine;
  readonly #claimedAt: number;
  #calls = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#claimedAt = engine.effects.clock.monotonic();
  }

  /** Counts a call of a port, or a further request that a call makes. */
  spend(): void {
    this.#calls += 1;
  }

  /** For a call of many requests: counts each that it is asked for, and lets it go on while `hasTime`. */
  counting(hasTime: () => boolean): () => boolean {
    return () => {
      this.spend();
      return hasTime();
    };
  }

  get calls(): number {
    return this.#calls;
  }

  get spent(): boolean {
    const { sliceCalls, sliceMs } = this.#engine.settings;
    return this.#calls >= sliceCalls || this.#elapsed() >= sliceMs || !this.mayWrite;
  }

  /** No remote write is sent so late that it could still be under way when another owner takes over. */
  get mayWrite(): boolean {
    return this.#elapsed() < this.#writableMs;
  }

  /** Whether the batch under way may read more of this side. */
  mayRead(side: Side): boolean {
    return (
      this.#calls < this.#engine.settings.sliceCalls && this.#elapsed() < READ_BY[side] * this.#writableMs
    );
  }

  get #writableMs(): number {
    const { leaseMs, requestTimeoutMs } = this.#engine.settings;
    return leaseMs - requestTimeoutMs;
  }

  #elapsed(): number {
    return this.#engine.effects.clock.monotonic() - this.#claimedAt;
  }
}

/** Events that were written in a slice, and those that failed. */
export interface Tally {
  created: number;
  updated: number;
  deleted: number;
  failed: number;
}

/** Changes written to each side, and events that failed by their reason. */
export interface SliceActivity {
  exchange: number;
  liferay: number;
  readonly failed: Map<Reason, number>;
}

/** A calendar that somebody invites, as far as invitations go. */
export interface InvitedCalendar {
  readonly name: string;
  /** Where its invitations go, in lower case; null: nobody knows. */
  readonly address: string | null;
  readonly role: Attendee['role'];
  /** Whether the portal lets us see it: rows in one that it hides are left out of every answer. */
  readonly isVisible: boolean;
}

/** A pairing within a slice. `row` follows what was committed; a blocked pairing is not worked on. */
export interface PairingSession {
  row: PairingRow;
  /** The mailbox, with its all-day events in the zone of the paired calendar. */
  readonly mailbox: MailboxCalendar;
  /** How much of the mailbox's events the calendar shows. */
  readonly disclosure: Disclosure;
  /** Its mailbox belongs to a site: who books there directly has to find it free. */
  readonly isRoom: boolean;
  blocked: boolean;
  /** Links of new rows that were looked at already: which series they belong to, if any, is known. */
  readonly placed: Set<string>;
  /** Series in Liferay that have a new row which could not be read, and why. */
  readonly unreadSeries: Map<string, Failure>;
  /** The calendar's rows as this slice saw them together. */
  snapshot: readonly PortalRow[];
  /** Calendars that are invited in this one, as they were looked up in this slice. */
  readonly invited: Map<string, InvitedCalendar>;
  /** Links that wait for the next look at the whole calendar. */
  readonly waiting: Set<string>;
  /** Links of items of our making that are matched after all pairs, because the backup knows nothing of them. */
  readonly afterPairs: Set<string>;
}

/** One claimed mailbox within a slice. */
export interface MailboxSession {
  readonly claimed: ClaimedMailbox;
  readonly lease: Lease;
  readonly pairings: readonly PairingSession[];
  readonly tally: Tally;
  /** What of this is counted for the domain's administrators. */
  readonly activity: SliceActivity;
  readonly startedAt: number;
  /** The server of the mailbox, looked for once in a slice. */
  readonly locate: LocateMailbox;
  /** Whether Exchange is asked what changed, and if not told to, why; see push.ts. */
  readonly asks: 'told' | 'toBeSure' | 'no';
  /** It was asked, and all of its answer is recorded. */
  hasAsked: boolean;
  /** Changes that it told. */
  changesSeen: number;
  /** Why this mailbox's run ended as a whole. */
  failure: Failure | null;
  /** The lease was taken over: nothing more may be done or written. */
  lost: boolean;
  /** There is more to do at once. */
  more: boolean;
}

/** An error that nobody foresaw ends the run of one mailbox, not of its cohort. */
export async function guarded(
  engine: Engine,
  session: MailboxSession,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (error instanceof RemoteFailure) {
      session.failure = error.failure;
      return;
    }
    // Users read the detail: what the database says of a statement stays in it, without the values.
    session.failure = failure('internalError', withoutStatement(error));
    engine.effects.log.error('run failed', {
      mailbox: session.lease.mailboxId,
      error: withoutStatement(error),
      frames: framesOf(error),
    });
  }
}

/** Runs `work` for each of `list`, at most `limit` at a time, in order. The first rejection ends it. */
export async function inParallel<T>(
  limit: number,
  list: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = list[next++]; item !== undefined; item = list[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, worker));
}
