/** Many events as few requests: what was found of each id, as items of the port. */
import { RemoteFailure } from '#core/failure.ts';
import type { MailboxItem, MailboxRead } from '../mailbox-calendar.port.ts';
import type { GraphConversation } from './conversation.ts';
import { readEvent } from './event-reader.ts';
import type { TimeContext } from './event-time.ts';
import { type Look, type LookLimits, lookUp, type ThereLook } from './lookup.ts';
import { cancelledDates, readOccurrence, withExceptions } from './series-reader.ts';

/** One outcome for each id, in order: see MailboxCalendar.read. Rejects when a request failed as a whole. */
export async function readBatch(
  conversation: GraphConversation,
  ids: readonly string[],
  context: TimeContext,
  limits: LookLimits,
): Promise<readonly MailboxRead[]> {
  const looks = await lookUp(conversation, ids, limits);
  return ids.map((id) => readOf(id, looks.get(id) ?? { kind: 'unread' }, context));
}

function readOf(id: string, look: Look, context: TimeContext): MailboxRead {
  if (look.kind === 'failed') return { kind: 'failed', id, version: look.version, failure: look.failure };
  if (look.kind !== 'there') return { kind: look.kind, id };
  try {
    return { kind: 'item', item: itemOf(look, context) };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'failed', id, version: look.version, failure: error.failure };
  }
}

/** Rejects with the item's own failure. */
export function itemOf(look: ThereLook, context: TimeContext): MailboxItem {
  const found = readEvent(look.event, look.folderId);
  const { event } = found.item;
  if (event.recurrence === null) return { ...found.item, version: look.version };
  const changed = look.changed.map((each) => readOccurrence(each, found, context));
  const taken = new Set(changed.map(({ date }) => date));
  const cancelled = cancelledDates(look.event.cancelledOccurrences ?? [], event, found.zone);
  const gaps = cancelled.filter((date) => !taken.has(date));
  return withExceptions(found, look.version, gaps, changed);
}
