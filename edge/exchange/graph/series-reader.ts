/**
 * The exceptions of a series: which occurrences a master names as cancelled or changed, and what the changed ones are.
 * Cancelled ones are named by `OID.{master}.{date}` (Microsoft Learn, "Get event", example 3), changed ones come whole.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import type { CalendarEvent, ChangedOccurrence, DateText, EventTime, ZoneName } from '#core/event.ts';
import { isSlot, normaliseExceptions, slotTime } from '#core/exceptions.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { dateInSeries } from '../item-dates.ts';
import type { MailboxItem } from '../mailbox-calendar.port.ts';
import { EventAnswer, tagOf } from './answers.ts';
import { type FoundEvent, isMeeting, isOnlineMeeting, readContent } from './event-reader.ts';
import { readOffsetTime, readTime, readZone, type TimeContext } from './event-time.ts';

/** As many as a numbered series has occurrences. */
const CHANGED_LIMIT = 999;

/** The changed occurrences of a master's answer. Rejects with `itemUnreadable` and, of too many, `recurrenceNotExpressible`. */
export function changedIn({ exceptionOccurrences }: EventAnswer): readonly EventAnswer[] {
  const changed = exceptionOccurrences ?? [];
  if (changed.length > CHANGED_LIMIT) {
    const found = `${changed.length} changed occurrences are too many`;
    throw new RemoteFailure(failure('recurrenceNotExpressible', found));
  }
  return changed.map((each) => {
    const parsed = v.safeParse(EventAnswer, each);
    if (parsed.success) return parsed.output;
    throw new RemoteFailure(failure('itemUnreadable', 'a changed occurrence in another shape'));
  });
}

/**
 * The version of a series: the master's own, and what it names. That a cancelled or changed occurrence gives the master
 * a new entity tag is nowhere documented, so that it does not have to.
 */
export function seriesVersion(
  master: EventAnswer,
  named: Pick<EventAnswer, 'cancelledOccurrences' | 'exceptionOccurrences'>,
): string {
  const cancelled = [...(named.cancelledOccurrences ?? [])].sort();
  const changed = changedIn({ ...master, exceptionOccurrences: named.exceptionOccurrences })
    .map((each) => `${each.id} ${tagOf(each)}`)
    .sort();
  const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify([cancelled, changed]))));
  return `${tagOf(master)} ${digest.slice(0, 16)}`;
}

/** The entity tag in the version of an event, for `If-Match`. */
export function tagIn(version: string): string {
  return /^(.*) [0-9a-f]{16}$/.exec(version)?.[1] ?? version;
}

/** The date on which the rule has a changed occurrence. Rejects with `recurrenceNotExpressible` one that it has not. */
export function dateOfChanged(
  occurrence: EventAnswer,
  series: CalendarEvent,
  zone: ZoneName | null,
): DateText {
  const told = occurrence.originalStart
    ? dateInSeries(readOffsetTime(occurrence.originalStart, 'originalStart'), series.time.kind, zone)
    : dateOfName(occurrence.occurrenceId ?? '');
  if (told !== null && isSlot(series, told)) return told;
  const found = `a changed occurrence on ${told ?? 'no date'}, on which the series has none`;
  throw new RemoteFailure(failure('recurrenceNotExpressible', found));
}

/** Ids may hold dots: the date is behind the last one. */
function dateOfName(name: string): DateText | null {
  const [, date] = /\.(\d{4}-\d\d-\d\d)$/.exec(name) ?? [];
  return date ?? null;
}

/**
 * The dates of the cancelled occurrences. Whose date it is is not documented: that of the series' zone or, if the rule has
 * an occurrence on each of them then and not else, that of UTC.
 */
export function cancelledDates(
  names: readonly string[],
  series: CalendarEvent,
  zone: ZoneName | null,
): readonly DateText[] {
  const told = names.flatMap((name) => dateOfName(name) ?? []);
  if (told.every((date) => isSlot(series, date))) return told;
  const byUtc = told.map((date) => slotOnUtcDate(series, date, zone));
  if (byUtc.every((date) => date !== null)) return byUtc;
  return told.filter((date) => isSlot(series, date));
}

/** The date of the occurrence whose start has this date in UTC. */
function slotOnUtcDate(series: CalendarEvent, date: DateText, zone: ZoneName | null): DateText | null {
  const day = Temporal.PlainDate.from(date);
  const near = [-1, 0, 1].map((days) => day.add({ days }).toString());
  return near.find((each) => utcDateOf(slotTime(series, each), zone) === date) ?? null;
}

function utcDateOf(time: EventTime | null, zone: ZoneName | null): DateText | null {
  if (time === null) return null;
  if (time.kind === 'timed') return time.start.slice(0, 10);
  return Temporal.PlainDate.from(time.start)
    .toZonedDateTime(zone ?? 'UTC')
    .toInstant()
    .toString()
    .slice(0, 10);
}

/** A changed occurrence, read. */
export interface FoundOccurrence {
  readonly date: DateText;
  readonly content: ChangedOccurrence;
  readonly meeting: boolean;
  readonly onlineMeeting: boolean;
}

/**
 * Reads a changed occurrence. A timed one is in the zone of its series, which of an all-day series is the owner's. The
 * midnights of an all-day one are those of its own zone or, where the server does not tell it, of who is likely to have
 * made it.
 */
export function readOccurrence(
  answer: EventAnswer,
  { item, zone }: FoundEvent,
  context: TimeContext,
): FoundOccurrence {
  const isAllDaySeries = item.event.time.kind === 'allDay';
  const own = readZone(answer, '') ?? (isAllDaySeries ? zone : context.allDayZone);
  const time = readTime(answer, own);
  const shown = isAllDaySeries ? context.allDayZone : (zone ?? 'UTC');
  return {
    date: dateOfChanged(answer, item.event, zone),
    content: { ...readContent(answer), time: time.kind === 'allDay' ? time : { ...time, zone: shown } },
    meeting: isMeeting(answer),
    onlineMeeting: isOnlineMeeting(answer),
  };
}

/**
 * The item with its exceptions, in normal form. An online meeting in one of its occurrences makes it one as a whole: the
 * text of a series is also the text of its occurrences. So do guests of one: whoever writes the series writes theirs.
 */
export function withExceptions(
  { item }: FoundEvent,
  version: string,
  cancelled: readonly DateText[],
  changed: readonly FoundOccurrence[],
): MailboxItem {
  const entries = [
    ...cancelled.map((date) => [date, 'deleted'] as const),
    ...changed.map(({ date, content }) => [date, content] as const),
  ];
  const event = normaliseExceptions({
    ...item.event,
    exceptions: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))),
    meeting: item.event.meeting || changed.some(({ meeting }) => meeting),
    onlineMeeting: item.event.onlineMeeting || changed.some(({ onlineMeeting }) => onlineMeeting),
  });
  return { ...item, version, event };
}
