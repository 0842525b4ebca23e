/**
 * The exceptions of a series: which occurrences a master says are deleted or changed, and what the changed ones are.
 * A master names them by instants; an event names them by the dates on which its rule has them.
 */
import type { CalendarEvent, ChangedOccurrence, DateText, InstantText, ZoneName } from '#core/event.ts';
import { isSlot, normaliseExceptions } from '#core/exceptions.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { dateInSeries } from '../item-dates.ts';
import type { MailboxItem } from '../mailbox-calendar.port.ts';
import { calendarItemIn, type FoundItem, isMeeting, isOnlineMeeting, readContent } from './item-reader.ts';
import { readInstant, readTime, readZone, type TimeContext } from './item-time.ts';
import type { WireNode } from './library.ts';
import { attribute, child, children } from './wire.ts';

/** A changed occurrence that has still to be read. */
export interface NamedOccurrence {
  readonly id: string;
  /** The version of its series when that was read, which all its occurrences share (Microsoft Learn, OccurrenceItemId). */
  readonly version: string;
  readonly date: DateText;
}

/** What a master says of its exceptions. All are empty for a single event. */
export interface NamedExceptions {
  readonly deleted: readonly DateText[];
  /** See MailboxItem. */
  readonly unplaced: readonly InstantText[];
  readonly changed: readonly NamedOccurrence[];
}

/** The contents of a changed occurrence. */
export interface FoundOccurrence {
  readonly content: ChangedOccurrence;
  readonly meeting: boolean;
  readonly onlineMeeting: boolean;
}

/** As many as a numbered series has occurrences (EWS schema, NumberedRecurrence): each has to be read by itself. */
const CHANGED_LIMIT = 999;

/**
 * The exceptions that a master names. Rejects with `recurrenceNotExpressible` where there are too many of them or where
 * a changed one is on no date of the rule, and with `itemUnreadable` for what is no time.
 */
export function namedExceptions({ item, node, zone }: FoundItem): NamedExceptions {
  const { event } = item;
  if (event.recurrence === null) return { deleted: [], unplaced: [], changed: [] };
  const occurrences = children(child(node, 'ModifiedOccurrences'), 'Occurrence');
  if (occurrences.length > CHANGED_LIMIT) {
    throw new RemoteFailure(
      failure('recurrenceNotExpressible', `${occurrences.length} changed occurrences are too many`),
    );
  }
  const changed = occurrences.map((occurrence) => namedOccurrence(occurrence, event, item.version, zone));
  const taken = new Set(changed.map(({ date }) => date));
  const unplaced: InstantText[] = [];
  const deleted: DateText[] = [];
  for (const gap of children(child(node, 'DeletedOccurrences'), 'DeletedOccurrence')) {
    const start = readInstant(gap, 'Start');
    const date = dateInSeries(start, event.time.kind, zone);
    // The date is right although the hour may not be: that of a deleted occurrence can be from before a change.
    if (isSlot(event, date) && !taken.has(date)) deleted.push(date);
    else unplaced.push(start.toString());
    taken.add(date);
  }
  return { deleted, unplaced, changed };
}

function namedOccurrence(
  occurrence: WireNode,
  series: CalendarEvent,
  version: string,
  zone: ZoneName | null,
): NamedOccurrence {
  const itemId = child(occurrence, 'ItemId');
  const id = attribute(itemId, 'Id');
  if (id === '') throw new RemoteFailure(failure('itemUnreadable', 'a changed occurrence without an id'));
  const date = dateInSeries(readInstant(occurrence, 'OriginalStart'), series.time.kind, zone);
  if (!isSlot(series, date)) {
    const found = `a changed occurrence on ${date}, on which the series has none`;
    throw new RemoteFailure(failure('recurrenceNotExpressible', found));
  }
  return { id, version: attribute(itemId, 'ChangeKey') || version, date };
}

/**
 * Reads a changed occurrence from an answer's `Items`. A timed one is in the zone of its series, which of an all-day
 * series is the owner's. The midnights of an all-day one are those of its own zone or, where the server does not tell
 * it, of who is likely to have made it.
 */
export function readOccurrence(items: WireNode, series: FoundItem, context: TimeContext): FoundOccurrence {
  const node = calendarItemIn(items);
  const isAllDaySeries = series.item.event.time.kind === 'allDay';
  const time = readTime(
    node,
    readZone(node, '', context) ?? (isAllDaySeries ? series.zone : context.allDayZone),
  );
  const zone = isAllDaySeries ? context.allDayZone : (series.zone ?? 'UTC');
  const content = { ...readContent(node), time: time.kind === 'allDay' ? time : { ...time, zone } };
  return { content, meeting: isMeeting(node), onlineMeeting: isOnlineMeeting(node) };
}

/**
 * The item with its exceptions, in normal form. An online meeting in one of its occurrences makes it one as a whole:
 * the text of a series is also the text of its occurrences. So do guests of one: whoever writes the series writes
 * theirs.
 */
export function withExceptions(
  { item }: FoundItem,
  { deleted, unplaced }: NamedExceptions,
  changed: ReadonlyMap<DateText, FoundOccurrence>,
): MailboxItem {
  const gaps = deleted.map((date) => [date, 'deleted'] as const);
  const contents = [...changed].map(([date, { content }]) => [date, content] as const);
  const event = normaliseExceptions({
    ...item.event,
    exceptions: Object.fromEntries([...gaps, ...contents].sort(([a], [b]) => (a < b ? -1 : 1))),
    meeting: item.event.meeting || [...changed.values()].some((one) => one.meeting),
    onlineMeeting: item.event.onlineMeeting || [...changed.values()].some((one) => one.onlineMeeting),
  });
  return { ...item, event, unplaced };
}
