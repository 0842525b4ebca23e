/**
 * Writes to single occurrences of series: PATCH and DELETE on the occurrence's own id (Microsoft Learn, "Update event"),
 * bound to its entity tag, after a look at the series as a whole.
 */
import type { OccurrenceField } from '#core/event.ts';
import { type Failure, RemoteFailure } from '#core/failure.ts';
import { holdsJoinLink } from '../join-link.ts';
import type { MailboxOccurrenceWrite, MailboxWrite } from '../mailbox-calendar.port.ts';
import { OCCURRENCE_DELETED } from '../response-codes.ts';
import { tagOf } from './answers.ts';
import type { SubAnswer } from './batch.ts';
import type { GraphConversation } from './conversation.ts';
import type { TimeContext } from './event-time.ts';
import { changedOccurrenceProperties } from './event-writer.ts';
import { occurrenceFailureOf } from './failures.ts';
import { type Look, lookUp, type ThereLook } from './lookup.ts';
import { isTold, refuseUnwantedMail } from './mail.ts';
import { type FoundSlot, findOccurrences } from './occurrence-finder.ts';
import { asPlanned, failed, type Order, writeEach } from './outcomes.ts';
import { removalOf } from './removal.ts';

/** One outcome for each write, in order; at most one write for each series. Rejects when a request failed as a whole. */
export async function writeOccurrenceBatch(
  conversation: GraphConversation,
  writes: readonly MailboxOccurrenceWrite[],
  context: TimeContext,
): Promise<readonly MailboxWrite[]> {
  const looks = await lookUp(
    conversation,
    writes.map(({ id }) => id),
  );
  const slots = await slotsOf(conversation, writes, looks);
  return writeEach(conversation, writes, looks, {
    order: (write, look) => orderFor(conversation, write, look, slots.get(write), context),
    outcome: outcomeOf,
  });
}

/** Of those series only that are as they were planned on. */
export async function slotsOf<W extends { readonly id: string; readonly version: string }>(
  conversation: GraphConversation,
  writes: readonly (W & Pick<MailboxOccurrenceWrite, 'series' | 'date'>)[],
  looks: ReadonlyMap<string, Look>,
): Promise<ReadonlyMap<W, FoundSlot>> {
  const going = writes.flatMap((write) => {
    try {
      return [{ write, look: asPlanned(write, looks.get(write.id)) }];
    } catch (error) {
      if (error instanceof RemoteFailure) return [];
      throw error;
    }
  });
  const slots = await findOccurrences(
    conversation,
    going.map(({ write: { series, date }, look }) => ({ look, series, date })),
  );
  return new Map(
    going.flatMap(({ write }, index) => {
      const slot = slots[index];
      return slot ? [[write, slot] as const] : [];
    }),
  );
}

/** Rejects with `occurrenceRefused` a date on which the series has none any more. */
function orderFor(
  conversation: GraphConversation,
  { id, version, series, date, change, invitations }: MailboxOccurrenceWrite,
  look: ThereLook,
  slot: FoundSlot | undefined,
  context: TimeContext,
): Order {
  const unchanged = { kind: 'written', id, version } as const;
  if (slot === undefined || slot.kind === 'failed') throw new RemoteFailure(slot?.failure ?? noSlot(date));
  if (slot.kind === 'cancelled') {
    if (change === 'deleted') return unchanged;
    throw new RemoteFailure({ reason: 'occurrenceRefused', detail: `the occurrence of ${date} was deleted` });
  }
  const { event } = slot;
  if (change === 'deleted') {
    return { kind: 'send', request: removalOf(conversation, event, look.event, invitations) };
  }
  const before = series.exceptions[date];
  const holdsLink =
    series.onlineMeeting ||
    (before !== undefined && before !== 'deleted' && holdsJoinLink(before.description));
  const isWritten = (field: OccurrenceField) => !(holdsLink && field === 'description');
  const body = changedOccurrenceProperties(change.content, change.fields.filter(isWritten), context);
  if (Object.keys(body).length === 0) return unchanged;
  refuseUnwantedMail(invitations, isTold(event) || isTold(look.event));
  const headers = { 'If-Match': tagOf(event) };
  return { kind: 'send', request: { method: 'PATCH', path: conversation.event(event.id), headers, body } };
}

function noSlot(date: string): Failure {
  return { reason: 'badAnswer', detail: `nothing was said of the occurrence of ${date}` };
}

/** The version is that of the series, which is looked at again. */
function outcomeOf(answer: SubAnswer, { id, change }: MailboxOccurrenceWrite): MailboxWrite {
  if (answer.kind === 'done') return { kind: 'written', id, version: '' };
  const isAsWanted = change === 'deleted' && answer.refusal.code === OCCURRENCE_DELETED;
  return isAsWanted ? { kind: 'written', id, version: '' } : failed(occurrenceFailureOf(answer.refusal));
}
