/**
 * Responses to invitations: response objects that name the copy of the meeting in the mailbox, or one occurrence of it.
 * The id of the copy may be another one afterwards, and a declined one goes to Deleted Items (Microsoft Learn, CreateItem
 * with AcceptItem, TentativelyAcceptItem and DeclineItem).
 */
import { slotNumber } from '#core/exceptions.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { Answer } from '#core/responses.ts';
import type { MailboxResponded, MailboxResponse, MailboxWrite } from '../mailbox-calendar.port.ts';
import { isCancelledCode } from '../response-codes.ts';
import { writeBatch } from './batch.ts';
import { type Conversation, type ItemTarget, itemTarget, occurrenceTarget } from './conversation.ts';
import { failureOf, occurrenceFailureOf } from './failures.ts';
import { itemIdIn } from './item-reader.ts';
import type { ItemMessage } from './library.ts';
import { askForEach, succeeded } from './read-batch.ts';
import type { WireElement } from './wire.ts';

const RESPONSE_OBJECTS: Readonly<Record<Answer, string>> = {
  accepted: 'AcceptItem',
  tentative: 'TentativelyAcceptItem',
  declined: 'DeclineItem',
};

/** One outcome for each, in order: see MailboxCalendar.respond. Rejects when a request failed as a whole. */
export async function respondBatch(
  conversation: Conversation,
  responses: readonly MailboxResponse[],
): Promise<readonly MailboxResponded[]> {
  const references = await referencesOf(conversation, responses);
  const outcomes = await writeBatch<MailboxResponse, WireElement>(responses, {
    prepare: (each) => responseObject(each, references.get(each)),
    send: (objects, invitations) => conversation.createResponses(objects, invitations),
    outcome: (message, each) => outcomeOf(conversation, message, each),
    unchanged: ({ id, version }) => ({ kind: 'written', id, version }),
  });
  return withNewVersions(conversation, outcomes);
}

type References = ReadonlyMap<MailboxResponse, ItemTarget | Failure>;

/** What each response refers to. An occurrence is known by its number, and has to be named by its id. */
async function referencesOf(
  conversation: Conversation,
  responses: readonly MailboxResponse[],
): Promise<References> {
  const references = new Map<MailboxResponse, ItemTarget | Failure>();
  const numbered: { readonly each: MailboxResponse; readonly target: ItemTarget }[] = [];
  for (const each of responses) {
    const { id, version, occurrence } = each;
    const index = occurrence === null ? null : slotNumber(occurrence.series, occurrence.date);
    if (occurrence === null) references.set(each, itemTarget(id, version));
    else if (index !== null) numbered.push({ each, target: occurrenceTarget(id, version, index) });
    else
      references.set(
        each,
        failure('occurrenceRefused', `the series has no occurrence on ${occurrence.date}`),
      );
  }
  if (numbered.length === 0) return references;
  const messages = await conversation.identify(numbered.map(({ target }) => target));
  for (const [index, { each }] of numbered.entries()) {
    references.set(each, identified(conversation, messages[index], each));
  }
  return references;
}

/** An occurrence has the version of its series (Microsoft Learn, OccurrenceItemId). */
function identified(
  conversation: Conversation,
  message: ItemMessage | undefined,
  { version }: MailboxResponse,
): ItemTarget | Failure {
  if (message === undefined) return failure('badAnswer', 'the answer says nothing about this occurrence');
  if (!conversation.succeeded(message)) return occurrenceFailureOf(conversation.refusalOf(message));
  const ids = itemIdIn(message.items);
  if (ids === null) return failure('badAnswer', 'the answer names no occurrence');
  return ids.version === version
    ? itemTarget(ids.id, version)
    : failure('changedMeanwhile', 'the series changed before it was answered');
}

function responseObject(
  { response }: MailboxResponse,
  reference: ItemTarget | Failure | undefined,
): WireElement {
  if (reference === undefined || 'reason' in reference) {
    throw new RemoteFailure(reference ?? failure('badAnswer', 'the occurrence was not named'));
  }
  return { name: RESPONSE_OBJECTS[response], children: [{ ...reference, name: 'ReferenceItemId' }] };
}

/**
 * The version is '' until it is asked for: the answer names a message, if anything. An occurrence that was cancelled
 * asks for no answer any more, and its series goes on.
 */
function outcomeOf(
  conversation: Conversation,
  message: ItemMessage,
  { id, occurrence }: MailboxResponse,
): MailboxWrite {
  if (conversation.succeeded(message)) return { kind: 'written', id, version: '' };
  const refusal = conversation.refusalOf(message);
  const isCancelled = isCancelledCode(refusal.code);
  if (isCancelled && occurrence !== null) return { kind: 'written', id, version: '' };
  return {
    kind: 'failed',
    failure: isCancelled
      ? failure('changedMeanwhile', `${refusal.code}: ${refusal.text}`)
      : failureOf(refusal, 'itemRefused', 'itemNotFound'),
  };
}

async function withNewVersions(
  conversation: Conversation,
  outcomes: readonly MailboxWrite[],
): Promise<readonly MailboxResponded[]> {
  const written = outcomes.flatMap((outcome) => (outcome.kind === 'written' ? [outcome.id] : []));
  if (written.length === 0) return outcomes;
  const idOnly = new conversation.ews.PropertySet(conversation.ews.BasePropertySet.IdOnly);
  const messages = await askForEach(conversation, written, idOnly);
  return outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return outcome;
    return presentState(conversation, outcome.id, messages.get(outcome.id));
  });
}

/** After a response that was given; a failure leaves open what came of the item. */
function presentState(
  conversation: Conversation,
  id: string,
  message: ItemMessage | undefined,
): MailboxResponded {
  try {
    const version = itemIdIn(succeeded(conversation, message).items)?.version;
    if (version !== undefined) return { kind: 'written', id, version };
    return { kind: 'failed', failure: failure('badAnswer', 'answered, but the item has no version') };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (error.failure.reason === 'itemNotFound') return { kind: 'gone' };
    return { kind: 'failed', failure: failure('badAnswer', error.failure.detail) };
  }
}
