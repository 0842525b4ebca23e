/**
 * Writes to single occurrences of series. Each is named by its series and its number, which holds for those that are
 * as their rule says too; those have no id that anybody was told.
 */
import type { OccurrenceField } from '#core/event.ts';
import { slotNumber } from '#core/exceptions.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { holdsJoinLink } from '../join-link.ts';
import type { InvitationIntent, MailboxOccurrenceWrite, MailboxWrite } from '../mailbox-calendar.port.ts';
import { OCCURRENCE_DELETED } from '../response-codes.ts';
import { writeBatch } from './batch.ts';
import { type Conversation, type ItemChange, type ItemTarget, occurrenceTarget } from './conversation.ts';
import { occurrenceFailureOf } from './failures.ts';
import { itemIdIn } from './item-reader.ts';
import { changedOccurrenceFields, type WriteContext } from './item-writer.ts';
import type { ItemMessage } from './library.ts';
import { askForEach, succeeded } from './read-batch.ts';

type Order =
  | ({ readonly kind: 'change' } & ItemChange)
  | { readonly kind: 'delete'; readonly target: ItemTarget };

/** One outcome for each write, in order; at most one write for each series. Rejects when a request failed as a whole. */
export async function writeOccurrenceBatch(
  conversation: Conversation,
  writes: readonly MailboxOccurrenceWrite[],
  context: WriteContext,
): Promise<readonly MailboxWrite[]> {
  const outcomes = await writeBatch<MailboxOccurrenceWrite, Order>(writes, {
    prepare: (write) => orderFor(write, context),
    send: (orders, invitations) => send(conversation, orders, invitations),
    outcome: (message, write) => outcomeOf(conversation, message, write),
    unchanged: ({ id, version }) => ({ kind: 'written', id, version }),
  });
  return withNewVersions(conversation, outcomes);
}

/** Null if nothing is to be changed. Rejects with `occurrenceRefused` a date on which the series has none. */
function orderFor(
  { id, version, series, date, change }: MailboxOccurrenceWrite,
  context: WriteContext,
): Order | null {
  const index = slotNumber(series, date);
  if (index === null) {
    throw new RemoteFailure(failure('occurrenceRefused', `the series has no occurrence on ${date}`));
  }
  const target = occurrenceTarget(id, version, index);
  if (change === 'deleted') return { kind: 'delete', target };
  const before = series.exceptions[date];
  const holdsLink =
    series.onlineMeeting ||
    (before !== undefined && before !== 'deleted' && holdsJoinLink(before.description));
  const written = (field: OccurrenceField) => !(holdsLink && field === 'description');
  const fields = changedOccurrenceFields(change.content, change.fields.filter(written), context);
  return fields.length === 0 ? null : { kind: 'change', target, fields };
}

/** Changes and deletions are different requests; the messages come back in the order of the orders. */
async function send(
  conversation: Conversation,
  orders: readonly Order[],
  invitations: InvitationIntent,
): Promise<readonly (ItemMessage | undefined)[]> {
  const changes = orders.filter((order) => order.kind === 'change');
  const deletions = orders.filter((order) => order.kind === 'delete');
  const changed = changes.length === 0 ? [] : await conversation.updateItems(changes, invitations);
  const targets = deletions.map(({ target }) => target);
  const deleted = targets.length === 0 ? [] : await conversation.deleteItems(targets, invitations);
  const messages = new Map<Order, ItemMessage | undefined>([
    ...changes.map((order, index) => [order, changed[index]] as const),
    ...deletions.map((order, index) => [order, deleted[index]] as const),
  ]);
  return orders.map((order) => messages.get(order));
}

/** The version is '' where no answer tells it: see withNewVersions. */
function outcomeOf(
  conversation: Conversation,
  message: ItemMessage,
  { id, change }: MailboxOccurrenceWrite,
): MailboxWrite {
  const refusal = conversation.refusalOf(message);
  const isAsWanted = change === 'deleted' && refusal.code === OCCURRENCE_DELETED;
  if (!conversation.succeeded(message) && !isAsWanted) {
    return { kind: 'failed', failure: occurrenceFailureOf(refusal) };
  }
  // The answer to a change names the occurrence, whose version is its series' (Microsoft Learn, OccurrenceItemId).
  return { kind: 'written', id, version: itemIdIn(message.items)?.version ?? '' };
}

async function withNewVersions(
  conversation: Conversation,
  outcomes: readonly MailboxWrite[],
): Promise<readonly MailboxWrite[]> {
  const untold = outcomes.flatMap((outcome) => (isUntold(outcome) ? [outcome.id] : []));
  const idOnly = new conversation.ews.PropertySet(conversation.ews.BasePropertySet.IdOnly);
  const messages = await askForEach(conversation, untold, idOnly);
  return outcomes.map((outcome) =>
    isUntold(outcome) ? versionIn(conversation, outcome.id, messages.get(outcome.id)) : outcome,
  );
}

function isUntold(outcome: MailboxWrite): outcome is MailboxWrite & { readonly kind: 'written' } {
  return outcome.kind === 'written' && outcome.version === '';
}

function versionIn(conversation: Conversation, id: string, message: ItemMessage | undefined): MailboxWrite {
  try {
    const version = itemIdIn(succeeded(conversation, message).items)?.version;
    if (version !== undefined) return { kind: 'written', id, version };
    return { kind: 'failed', failure: failure('badAnswer', 'written, but the answer names no item') };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'failed', failure: error.failure };
  }
}
