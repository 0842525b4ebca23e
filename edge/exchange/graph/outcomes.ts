/** Writes to events that were looked at first: what each was planned on has to be what is there, and then one batch. */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxWrite } from '../mailbox-calendar.port.ts';
import type { SubAnswer, SubRequest } from './batch.ts';
import type { GraphConversation } from './conversation.ts';
import { OF_ITEM } from './failures.ts';
import { type Look, lookUp, type ThereLook } from './lookup.ts';

/** What becomes of a write: a request, or an outcome without one. */
export type Order = { readonly kind: 'send'; readonly request: SubRequest } | MailboxWrite;

/** Writes of one kind to events that are there. */
export interface EventWrites<W> {
  /** Rejects, as RemoteFailure, what cannot be written. */
  order(write: W, look: ThereLook): Order;
  /** The outcome of what was sent. A version of '' has still to be read. */
  outcome(answer: SubAnswer, write: W): MailboxWrite;
}

interface Targeted {
  readonly id: string;
  /** The version that the write was planned on. */
  readonly version: string;
}

/** One outcome for each write, in order. Rejects when a request failed as a whole. */
export async function writeEach<W extends Targeted>(
  conversation: GraphConversation,
  writes: readonly W[],
  looks: ReadonlyMap<string, Look>,
  { order, outcome }: EventWrites<W>,
): Promise<readonly MailboxWrite[]> {
  const orders = writes.map((write) => attempt(() => order(write, asPlanned(write, looks.get(write.id)))));
  const requests = orders.flatMap((each) => (each.kind === 'send' ? [each.request] : []));
  const answers = [...(await conversation.batch(requests, OF_ITEM))];
  const outcomes = orders.map((each, index) => {
    const write = writes[index];
    if (each.kind !== 'send') return each;
    const answer = answers.shift();
    if (write && answer) return outcome(answer, write);
    return failed(failure('badAnswer', 'the answer says nothing about this event'));
  });
  return withNewVersions(conversation, outcomes);
}

/** Rejects with `itemNotFound` and `changedMeanwhile`. */
export function asPlanned({ version }: Targeted, look: Look | undefined): ThereLook {
  if (look === undefined || look.kind === 'unread') {
    throw new RemoteFailure(failure('changedMeanwhile', 'the event could not be looked at'));
  }
  if (look.kind === 'gone') throw new RemoteFailure(failure('itemNotFound', 'the event is gone'));
  if (look.kind === 'failed') throw new RemoteFailure(look.failure);
  if (look.version === version) return look;
  throw new RemoteFailure(failure('changedMeanwhile', 'the event changed before it was written'));
}

function attempt(work: () => Order): Order {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return failed(error.failure);
  }
}

export function failed(why: Failure): MailboxWrite {
  return { kind: 'failed', failure: why };
}

/** The version of a series is told by a look at all of it. */
async function withNewVersions(
  conversation: GraphConversation,
  outcomes: readonly MailboxWrite[],
): Promise<readonly MailboxWrite[]> {
  const untold = outcomes.flatMap((each) =>
    each.kind === 'written' && each.version === '' ? [each.id] : [],
  );
  if (untold.length === 0) return outcomes;
  const looks = await lookUp(conversation, untold);
  return outcomes.map((each) => {
    if (each.kind !== 'written' || each.version !== '') return each;
    const look = looks.get(each.id);
    if (look?.kind === 'there') return { ...each, version: look.version };
    return failed(failure('badAnswer', 'written, but the event cannot be read'));
  });
}
