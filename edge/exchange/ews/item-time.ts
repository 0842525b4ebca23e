/**
 * When an item takes place: Start, End, IsAllDayEvent and the zone elements, both ways. All arithmetic is ours, on
 * Temporal, so that nothing depends on the zone of the process.
 *
 * Timed events travel as instants, which no zone can shift; the zone beside them says how a series repeats. An
 * all-day event is a range of dates for us and a range of midnights in some zone for Exchange.
 */
import { Temporal } from 'temporal-polyfill';
import type { DateText, EventTime, InstantText, ZoneName } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { allDayBetween, isWithinYears } from '../item-dates.ts';
import { ianaZoneOf, isKnownZone, windowsZoneOf, zoneOfRules } from '../zones.ts';
import type { WireNode } from './library.ts';
import { attribute, child, element, textOf, type WireElement } from './wire.ts';
import { rulesOfDefinition, rulesOfMeetingZone } from './zone-definition.ts';

/** What the mailbox's server and owner add to an event's time. */
export interface TimeContext {
  /** Exchange 2007 knows MeetingTimeZone only; later versions know StartTimeZone and EndTimeZone. */
  readonly meetingZoneOnly: boolean;
  /** The zone whose midnights bound all-day items: the mailbox owner's, or Outlook shows two days. */
  readonly allDayZone: ZoneName;
  /** The present year: for it and the next, two zones that keep the same time count as one. */
  readonly year: number;
}

/** An event's time as EWS takes it. */
export interface WrittenTime {
  readonly elements: readonly WireElement[];
  /** The date on which the series starts, in its zone. */
  readonly startDate: DateText;
  /** What to remember beside the item, so that the zone's name survives; null for all-day events. */
  readonly zoneNote: string | null;
}

/** Rejects with `startAfterEnd`, and with `zoneUnknown` for a series in a zone that Windows does not have. */
export function writeTime(time: EventTime, isSeries: boolean, context: TimeContext): WrittenTime {
  return time.kind === 'allDay'
    ? writeAllDay(time.start, time.end, context)
    : writeTimed(time.start, time.end, time.zone, isSeries, context);
}

function writeAllDay(start: DateText, end: DateText, context: TimeContext): WrittenTime {
  if (end <= start)
    throw new RemoteFailure(failure('startAfterEnd', `all day from ${start} to before ${end}`));
  const windowsId = windowsZoneOf(context.allDayZone, context.year);
  const zone = windowsId === null ? 'UTC' : context.allDayZone;
  const midnight = (date: DateText): string =>
    Temporal.PlainDate.from(date).toZonedDateTime(zone).toInstant().toString();
  return {
    elements: timeElements(midnight(start), midnight(end), true, windowsId ?? 'UTC', context),
    startDate: start,
    zoneNote: null,
  };
}

function writeTimed(
  start: InstantText,
  end: InstantText,
  zone: ZoneName,
  isSeries: boolean,
  context: TimeContext,
): WrittenTime {
  const from = Temporal.Instant.from(start);
  const to = Temporal.Instant.from(end);
  if (Temporal.Instant.compare(from, to) > 0) {
    throw new RemoteFailure(failure('startAfterEnd', `from ${start} to ${end}`));
  }
  const windowsId = windowsZoneOf(zone, context.year);
  if (windowsId === null && isSeries)
    throw new RemoteFailure(failure('zoneUnknown', `no Windows zone for ${zone}`));
  // A single event's instants stand by themselves; its zone only says how people see it.
  const written = windowsId ?? 'UTC';
  return {
    elements: timeElements(from.toString(), to.toString(), false, written, context),
    startDate: from
      .toZonedDateTimeISO(windowsId === null ? 'UTC' : zone)
      .toPlainDate()
      .toString(),
    zoneNote: `${zone}|${written}`,
  };
}

function timeElements(
  start: string,
  end: string,
  isAllDay: boolean,
  windowsId: string,
  context: TimeContext,
): readonly WireElement[] {
  const zones: readonly WireElement[] = context.meetingZoneOnly
    ? [{ name: 'MeetingTimeZone', attributes: { TimeZoneName: windowsId } }]
    : [
        { name: 'StartTimeZone', attributes: { Id: windowsId } },
        { name: 'EndTimeZone', attributes: { Id: windowsId } },
      ];
  // Zones first: an update is carried out in order, and midnights are rounded in the zone that stands there.
  return [...zones, element('Start', start), element('End', end), element('IsAllDayEvent', String(isAllDay))];
}

/**
 * Reads an item's time; `zone` is the item's own, null where it cannot be told. Rejects with `startAfterEnd`, and with
 * `itemUnreadable` for a start or end that is no time.
 */
export function readTime(item: WireNode, zone: ZoneName | null): EventTime {
  const start = readInstant(item, 'Start');
  const end = readInstant(item, 'End');
  if (Temporal.Instant.compare(start, end) > 0) {
    throw new RemoteFailure(failure('startAfterEnd', `from ${start} to ${end}`));
  }
  if (isAllDay(item)) return allDayBetween(start, end, zone);
  return { kind: 'timed', start: start.toString(), end: end.toString(), zone: zone ?? 'UTC' };
}

/** As readTime, for a master: rejects with `zoneUnknown` too, because without a zone nobody knows when it repeats. */
export function readSeriesTime(item: WireNode, zone: ZoneName | null): EventTime {
  if (zone === null && !isAllDay(item)) {
    throw new RemoteFailure(failure('zoneUnknown', describeZone(item)));
  }
  return readTime(item, zone);
}

function isAllDay(item: WireNode): boolean {
  return textOf(item, 'IsAllDayEvent') === 'true';
}

/**
 * The IANA zone of an item: the one that we noted, if the item still has the Windows zone of the note ('': no note).
 * Null if it cannot be told.
 */
export function readZone(item: WireNode, zoneNote: string, { year }: TimeContext): ZoneName | null {
  const definition = child(item, 'StartTimeZone');
  const meetingZone = child(item, 'MeetingTimeZone');
  const id = attribute(definition, 'Id') || attribute(meetingZone, 'TimeZoneName');
  const [noted, notedId] = zoneNote.split('|');
  // Exchange 2007 does not report the zone of a single item at all.
  const stillValid = id === notedId || (definition === undefined && meetingZone === undefined);
  // Whoever may write to the mailbox may write notes, and another runtime may know fewer zones than ours did.
  if (noted !== undefined && stillValid && isKnownZone(noted)) return noted;
  const named = ianaZoneOf(id);
  if (named !== null) return named;
  const rules = rulesOfDefinition(definition, year) ?? rulesOfMeetingZone(meetingZone);
  return rules === null ? null : zoneOfRules(rules, year);
}

function describeZone(item: WireNode): string {
  const definition = child(item, 'StartTimeZone');
  const id = attribute(definition, 'Id') || attribute(child(item, 'MeetingTimeZone'), 'TimeZoneName');
  return `the server's zone "${id || attribute(definition, 'Name')}" is no zone that we know`;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A dateTime of the server; without an offset it is UTC (Microsoft Learn, time zones and EWS). Rejects with
 * `itemUnreadable` what is none.
 */
export function readInstant(item: WireNode, name: string): Temporal.Instant {
  const text = textOf(item, name);
  const instant = instantIn(text);
  if (instant === null) throw new RemoteFailure(failure('itemUnreadable', `${name} is "${text}"`));
  return instant;
}

function instantIn(text: string): Temporal.Instant | null {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return null;
  try {
    const instant = Temporal.Instant.from(parts[1] === undefined ? `${text}Z` : text);
    return isWithinYears(instant) ? instant : null;
  } catch {
    // A thirteenth month, a thirtieth of February.
    return null;
  }
}
