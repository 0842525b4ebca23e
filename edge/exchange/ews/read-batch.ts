/**
 * Many items as few requests: the items themselves, and then the changed occurrences of all series among them.
 * Between the two a series can change; its version tells.
 */
import type * as Ews from 'ews-javascript-api';
import type { DateText } from '#core/event.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxItem, MailboxRead } from '../mailbox-calendar.port.ts';
import { OCCURRENCE_DELETED } from '../response-codes.ts';
import type { Conversation } from './conversation.ts';
import { failureOf } from './failures.ts';
import { type FoundItem, itemIdIn, readItem } from './item-reader.ts';
import { itemShape, occurrenceShape } from './item-shape.ts';
import type { TimeContext } from './item-time.ts';
import type { ItemMessage } from './library.ts';
import {
  type FoundOccurrence,
  type NamedExceptions,
  type NamedOccurrence,
  namedExceptions,
  readOccurrence,
  withExceptions,
} from './series-reader.ts';

/** Items per GetItem, at most. */
export const READ_BATCH = 50;
/** How often items that a server left undone in a batch are asked for again. */
const REREAD_LIMIT = 3;

type Messages = ReadonlyMap<string, ItemMessage>;

interface FoundSeries {
  readonly found: FoundItem;
  readonly exceptions: NamedExceptions;
}

/** How far a read goes, and how much of it is one request. */
export interface ReadLimits {
  readonly mayGoOn: () => boolean;
  readonly most: number;
}

/** One outcome for each id, in order: see MailboxCalendar.read. Rejects when a request failed as a whole. */
export async function readBatch(
  conversation: Conversation,
  ids: readonly string[],
  context: TimeContext,
  { mayGoOn, most }: ReadLimits,
): Promise<readonly MailboxRead[]> {
  const messages = await askForEach(conversation, ids, itemShape(conversation), most);
  const first = ids.map((id) => attempt(id, messages, () => findItem(id)));
  const named = first.map((one) => ('found' in one ? one.exceptions.changed.map(({ id }) => id) : []));
  const atLeast = named.find((series) => series.length > 0)?.length ?? 0;
  const unread = named.flat();
  const occurrences = new Map<string, ItemMessage>();
  for (let asked = 0; unread.length > 0; asked += most) {
    const goesOn = mayGoOn();
    if (!goesOn && asked >= atLeast) break;
    const part = unread.splice(0, most);
    const answers = await askForEach(conversation, part, occurrenceShape(conversation), most);
    for (const [id, message] of answers) occurrences.set(id, message);
  }
  const left = new Set(unread);
  return first.map((one, index) => {
    if (!('found' in one)) return one;
    const { id } = one.found.item;
    if (named[index]?.some((occurrence) => left.has(occurrence))) return { kind: 'unread', id };
    return attempt(id, messages, () => ({ kind: 'item', item: complete(one) }));
  });

  function findItem(id: string): FoundSeries {
    const message = succeeded(conversation, messages.get(id));
    const found = readItem(message.items, context);
    return {
      found: { ...found, item: { ...found.item, id } },
      exceptions: namedExceptions(found),
    };
  }

  function complete({ found, exceptions }: FoundSeries): MailboxItem {
    const changed = new Map<DateText, FoundOccurrence>();
    for (const occurrence of exceptions.changed) {
      const message = unchangedSince(conversation, occurrence, occurrences.get(occurrence.id));
      changed.set(occurrence.date, readOccurrence(message.items, found, context));
    }
    return withExceptions(found, exceptions, changed);
  }
}

/**
 * GetItem for any number of ids, in requests of at most `most`. Items that the server left undone, because one
 * before them failed, are asked for again; those that it never gets to have no message.
 */
export async function askForEach(
  conversation: Conversation,
  ids: readonly string[],
  shape: Ews.PropertySet,
  most = READ_BATCH,
): Promise<Messages> {
  const messages = new Map<string, ItemMessage>();
  const distinct = [...new Set(ids)];
  for (let start = 0; start < distinct.length; start += most) {
    let pending = distinct.slice(start, start + most);
    for (let round = 0; round <= REREAD_LIMIT && pending.length > 0; round += 1) {
      const answers = await conversation.getItems(pending, shape);
      refuseReordered(pending, answers);
      pending.forEach((id, index) => {
        const message = answers[index];
        const isDone =
          message !== undefined && conversation.refusalOf(message).code !== 'ErrorBatchProcessingStopped';
        if (isDone) messages.set(id, message);
      });
      pending = pending.filter((id) => !messages.has(id));
    }
  }
  return messages;
}

/**
 * Rejects answers that stand in another order than what was asked for: taken as they come, one event would get the
 * texts of another. An id that nobody asked for is a new one of the same item.
 */
export function refuseReordered(ids: readonly string[], messages: readonly ItemMessage[]): void {
  const asked = new Set(ids);
  messages.forEach(({ items }, index) => {
    const id = itemIdIn(items)?.id ?? ids[index];
    if (id !== undefined && id !== ids[index] && asked.has(id)) {
      throw new RemoteFailure(failure('badAnswer', 'the answers are in another order than the questions'));
    }
  });
}

/** The message if it carries its item. Rejects with the item's failure. */
export function succeeded(conversation: Conversation, message: ItemMessage | undefined): ItemMessage {
  if (message === undefined) {
    const text = 'the server stopped before this item, again and again';
    throw new RemoteFailure(failure('mailboxUnavailable', text));
  }
  if (conversation.succeeded(message)) return message;
  throw new RemoteFailure(failureOf(conversation.refusalOf(message), 'itemUnreadable', 'itemNotFound'));
}

/** As `succeeded`, for an occurrence: rejects with `changedMeanwhile` if it is not as its series named it. */
function unchangedSince(
  conversation: Conversation,
  { date, version }: NamedOccurrence,
  message: ItemMessage | undefined,
): ItemMessage {
  if (message === undefined || !isGone(conversation, message)) {
    const answer = succeeded(conversation, message);
    if (itemIdIn(answer.items)?.version === version) return answer;
  }
  throw new RemoteFailure(failure('changedMeanwhile', `the occurrence of ${date} changed while it was read`));
}

function isGone(conversation: Conversation, message: ItemMessage): boolean {
  const refusal = conversation.refusalOf(message);
  if (refusal.code === OCCURRENCE_DELETED) return true;
  return failureOf(refusal, 'itemUnreadable', 'itemNotFound').reason === 'itemNotFound';
}

/** What `work` makes of an item, or the item's own failure: one item must not stop the others. */
function attempt<T>(id: string, messages: Messages, work: () => T): T | MailboxRead {
  try {
    return work();
  } catch (error) {
    const why = failureIn(error);
    if (why.reason === 'itemNotFound') return { kind: 'gone', id };
    const version = itemIdIn(messages.get(id)?.items)?.version ?? null;
    return { kind: 'failed', id, version, failure: why };
  }
}

/** A date or zone of an item that Temporal refuses is that item's failure. */
function failureIn(error: unknown): Failure {
  if (error instanceof RemoteFailure) return error.failure;
  if (error instanceof RangeError) return failure('itemUnreadable', error.message);
  throw error;
}
