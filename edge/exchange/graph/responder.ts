/**
 * Responses to invitations: accept, tentativelyAccept and decline of the copy in the mailbox, or of one occurrence of it.
 * With `sendResponse` the organiser is told. What was declined goes to Deleted Items (Microsoft Learn, "event: accept",
 * "event: decline").
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Answer } from '#core/responses.ts';
import type { MailboxResponded, MailboxResponse, MailboxWrite } from '../mailbox-calendar.port.ts';
import { isCancelledCode } from '../response-codes.ts';
import type { SubAnswer } from './batch.ts';
import type { GraphConversation } from './conversation.ts';
import { failureOf, OF_ITEM, occurrenceFailureOf } from './failures.ts';
import { lookUp, type ThereLook } from './lookup.ts';
import type { FoundSlot } from './occurrence-finder.ts';
import { slotsOf } from './occurrence-writer.ts';
import { asPlanned, failed } from './outcomes.ts';

const ACTIONS: Readonly<Record<Answer, string>> = {
  accepted: 'accept',
  tentative: 'tentativelyAccept',
  declined: 'decline',
};

interface OfOccurrence extends Pick<MailboxResponse, 'id' | 'version'> {
  readonly response: MailboxResponse;
  readonly series: NonNullable<MailboxResponse['occurrence']>['series'];
  readonly date: string;
}

type Order = { readonly kind: 'send'; readonly target: string } | MailboxWrite;

/** One outcome for each, in order: see MailboxCalendar.respond. Rejects when a request failed as a whole. */
export async function respondBatch(
  conversation: GraphConversation,
  responses: readonly MailboxResponse[],
): Promise<readonly MailboxResponded[]> {
  const looks = await lookUp(
    conversation,
    responses.map(({ id }) => id),
  );
  const ofOccurrences = responses.flatMap((response): readonly OfOccurrence[] => {
    const { id, version, occurrence } = response;
    return occurrence === null ? [] : [{ id, version, response, ...occurrence }];
  });
  const found = await slotsOf(conversation, ofOccurrences, looks);
  const slots = new Map([...found].map(([each, slot]) => [each.response, slot]));
  const orders = responses.map((response) => {
    try {
      return orderFor(response, asPlanned(response, looks.get(response.id)), slots.get(response));
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      return failed(error.failure);
    }
  });
  const sent = responses.flatMap((response, index) => {
    const order = orders[index];
    return order?.kind === 'send' ? [{ response, target: order.target }] : [];
  });
  const answers = await conversation.batch(
    sent.map(({ response: { response, invitations }, target }) => ({
      method: 'POST',
      path: `${conversation.event(target)}/${ACTIONS[response]}`,
      body: { sendResponse: invitations === 'all' },
    })),
    OF_ITEM,
  );
  const answerTo = new Map(sent.map(({ response }, index) => [response, answers[index]] as const));
  const outcomes = responses.map((response, index) => {
    const order = orders[index];
    return order && order.kind !== 'send' ? order : outcomeOf(answerTo.get(response), response);
  });
  return withPresentState(conversation, outcomes);
}

function orderFor(
  { id, occurrence }: MailboxResponse,
  { event }: ThereLook,
  slot: FoundSlot | undefined,
): Order {
  if (occurrence === null) {
    if (event.isCancelled !== true) return { kind: 'send', target: id };
    throw new RemoteFailure(failure('changedMeanwhile', 'the meeting was cancelled before it was answered'));
  }
  if (slot?.kind === 'there' && slot.event.isCancelled !== true) {
    return { kind: 'send', target: slot.event.id };
  }
  // An occurrence that was cancelled asks for no answer any more, and its series goes on.
  if (slot?.kind === 'there' || slot?.kind === 'cancelled') return { kind: 'written', id, version: '' };
  throw new RemoteFailure(slot?.failure ?? failure('badAnswer', 'nothing was said of the occurrence'));
}

function outcomeOf(answer: SubAnswer | undefined, { id, occurrence }: MailboxResponse): MailboxWrite {
  if (answer === undefined) return failed(failure('badAnswer', 'nothing was said of the response'));
  if (answer.kind === 'done') return { kind: 'written', id, version: '' };
  const { refusal } = answer;
  if (occurrence !== null) {
    const isCancelled = isCancelledCode(refusal.code);
    return isCancelled ? { kind: 'written', id, version: '' } : failed(occurrenceFailureOf(refusal));
  }
  return failed(
    isCancelledCode(refusal.code)
      ? failure('changedMeanwhile', `${refusal.code}: ${refusal.text}`)
      : failureOf(refusal, OF_ITEM),
  );
}

/** After responses that were given; a failure leaves open what came of the event. */
async function withPresentState(
  conversation: GraphConversation,
  outcomes: readonly MailboxWrite[],
): Promise<readonly MailboxResponded[]> {
  const looks = await lookUp(
    conversation,
    outcomes.flatMap((each) => (each.kind === 'written' ? [each.id] : [])),
  );
  return outcomes.map((each): MailboxResponded => {
    if (each.kind === 'failed') return each;
    const look = looks.get(each.id);
    if (look?.kind === 'gone') return { kind: 'gone' };
    if (look?.kind === 'there') return { ...each, version: look.version };
    return failed(failure('badAnswer', 'answered, but the event cannot be read'));
  });
}
