/** Several writes as few requests: one for each invitation intent, since a request has one intent for all its items. */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { InvitationIntent, MailboxWrite } from '../mailbox-calendar.port.ts';
import type { ItemMessage } from './library.ts';

/** How writes of one kind are made. */
export interface BatchWrite<W, P> {
  /** What to send for a write; null where nothing is to be sent because nothing changes. Rejects what cannot be written. */
  prepare(write: W): P | null;
  /** One message for each of `prepared`, in order; undefined where there is none. */
  send(prepared: readonly P[], invitations: InvitationIntent): Promise<readonly (ItemMessage | undefined)[]>;
  outcome(message: ItemMessage, write: W): MailboxWrite;
  unchanged(write: W): MailboxWrite;
}

type Planned<P> =
  | { readonly kind: 'send'; readonly item: P }
  | { readonly kind: 'done'; readonly outcome: MailboxWrite };

/** One outcome for each write, in order. Rejects when a request failed as a whole. */
export async function writeBatch<W extends { readonly invitations: InvitationIntent }, P>(
  writes: readonly W[],
  batch: BatchWrite<W, P>,
): Promise<readonly MailboxWrite[]> {
  const plans = writes.map((write) => planOne(write, batch));
  const outcomes = plans.map((plan) => (plan.kind === 'done' ? plan.outcome : null));
  for (const invitations of ['none', 'all'] as const) {
    const entries = plans.flatMap((plan, index) => {
      const write = writes[index];
      const belongs = plan.kind === 'send' && write?.invitations === invitations;
      return belongs ? [{ index, write, item: plan.item }] : [];
    });
    if (entries.length === 0) continue;
    const items = entries.map((entry) => entry.item);
    const messages = await batch.send(items, invitations);
    entries.forEach(({ index, write }, position) => {
      const message = messages[position];
      if (message !== undefined) outcomes[index] = batch.outcome(message, write);
    });
  }
  const silent = failure('badAnswer', 'the answer says nothing about this item');
  return outcomes.map((outcome) => outcome ?? { kind: 'failed', failure: silent });
}

function planOne<W, P>(write: W, batch: BatchWrite<W, P>): Planned<P> {
  try {
    const item = batch.prepare(write);
    return item === null ? { kind: 'done', outcome: batch.unchanged(write) } : { kind: 'send', item };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'done', outcome: { kind: 'failed', failure: error.failure } };
  }
}
