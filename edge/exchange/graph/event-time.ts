/**
 * When an event takes place: start, end, isAllDay and the zone, both ways. Graph takes and gives wall times beside a
 * zone (Microsoft Learn, dateTimeTimeZone); times are asked for in UTC, so that an answer holds instants. All-day events
 * are midnights: in every zone the same ones, as most servers tell them, or those of the event's own zone.
 */
import type { DateTimeTimeZone } from '@microsoft/microsoft-graph-types';
import { Temporal } from 'temporal-polyfill';
import type { DateText, EventTime, InstantText, ZoneName } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { allDay, allDayBetween, isWithinYears } from '../item-dates.ts';
import { ianaZoneOf, isKnownZone, windowsZoneOf } from '../zones.ts';
import type { EventAnswer, TimeAnswer } from './answers.ts';

/** What the mailbox's owner adds to an event's time. */
export interface TimeContext {
  /** The zone whose midnights bound all-day events: the mailbox owner's, or Outlook shows two days. */
  readonly allDayZone: ZoneName;
  /** The present year: for it and the next, two zones that keep the same time count as one. */
  readonly year: number;
}

/** An event's time as Graph takes it. */
export interface WrittenTime {
  readonly start: DateTimeTimeZone;
  readonly end: DateTimeTimeZone;
  readonly isAllDay: boolean;
  /** The date on which the series starts, in its zone. */
  readonly startDate: DateText;
  readonly windowsZone: string;
  /** What to remember beside the event, so that the zone's name survives; null for all-day events. */
  readonly zoneNote: string | null;
}

/** Rejects with `startAfterEnd`, and with `zoneUnknown` for a series in a zone that Windows does not have. */
export function writeTime(time: EventTime, isSeries: boolean, context: TimeContext): WrittenTime {
  return time.kind === 'allDay'
    ? writeAllDay(time.start, time.end, context)
    : writeTimed(time.start, time.end, time.zone, isSeries, context);
}

function writeAllDay(start: DateText, end: DateText, { allDayZone, year }: TimeContext): WrittenTime {
  if (end <= start) {
    throw new RemoteFailure(failure('startAfterEnd', `all day from ${start} to before ${end}`));
  }
  const timeZone = windowsZoneOf(allDayZone, year) ?? 'UTC';
  const midnight = (date: DateText): DateTimeTimeZone => ({ dateTime: `${date}T00:00:00`, timeZone });
  return {
    start: midnight(start),
    end: midnight(end),
    isAllDay: true,
    startDate: start,
    windowsZone: timeZone,
    zoneNote: null,
  };
}

function writeTimed(
  start: InstantText,
  end: InstantText,
  zone: ZoneName,
  isSeries: boolean,
  { year }: TimeContext,
): WrittenTime {
  const [from, to] = [Temporal.Instant.from(start), Temporal.Instant.from(end)];
  if (Temporal.Instant.compare(from, to) > 0) {
    throw new RemoteFailure(failure('startAfterEnd', `from ${start} to ${end}`));
  }
  const windowsId = windowsZoneOf(zone, year);
  if (windowsId === null && isSeries) {
    throw new RemoteFailure(failure('zoneUnknown', `no Windows zone for ${zone}`));
  }
  // The server reads the wall time by the rules of the Windows zone, which of other years may not be those of ours.
  const server = (windowsId === null ? null : ianaZoneOf(windowsId)) ?? 'UTC';
  const isTold = isSeries || [from, to].every((at) => isSameOnWall(at, zone, server));
  const written = windowsId === null || !isTold ? 'UTC' : windowsId;
  const wallZone = written === 'UTC' ? 'UTC' : zone;
  const wall = (at: Temporal.Instant): DateTimeTimeZone => ({
    dateTime: at.toZonedDateTimeISO(wallZone).toPlainDateTime().toString({ smallestUnit: 'millisecond' }),
    timeZone: written,
  });
  return {
    start: wall(from),
    end: wall(to),
    isAllDay: false,
    startDate: from.toZonedDateTimeISO(wallZone).toPlainDate().toString(),
    windowsZone: written,
    zoneNote: `${zone}|${written}`,
  };
}

/** Whether the wall time in `zone` is that instant to a server that has it in `server`, an hour that comes twice included. */
function isSameOnWall(instant: Temporal.Instant, zone: ZoneName, server: ZoneName): boolean {
  const wall = instant.toZonedDateTimeISO(zone).toPlainDateTime();
  return (['earlier', 'later'] as const).every((disambiguation) =>
    wall.toZonedDateTime(server, { disambiguation }).toInstant().equals(instant),
  );
}

/**
 * Reads an event's time; `zone` is the event's own, null where it cannot be told. Rejects with `startAfterEnd`, and with
 * `itemUnreadable` for a start or end that is no time.
 */
export function readTime({ start, end, isAllDay }: EventAnswer, zone: ZoneName | null): EventTime {
  const [from, to] = [readInstant(start, 'start'), readInstant(end, 'end')];
  if (Temporal.Instant.compare(from, to) > 0) {
    throw new RemoteFailure(failure('startAfterEnd', `from ${from.toString()} to ${to.toString()}`));
  }
  if (isAllDay !== true) {
    return { kind: 'timed', start: from.toString(), end: to.toString(), zone: zone ?? 'UTC' };
  }
  const dates = [start, end].map(floatingDate);
  const [first, last] = dates;
  return first && last ? allDay(first, last) : allDayBetween(from, to, zone);
}

/** As readTime, for a master: rejects with `zoneUnknown` too, because without a zone nobody knows when it repeats. */
export function readSeriesTime(event: EventAnswer, zone: ZoneName | null): EventTime {
  if (zone === null && event.isAllDay !== true) {
    const named = event.originalStartTimeZone ?? '';
    throw new RemoteFailure(failure('zoneUnknown', `the server's zone "${named}" is no zone that we know`));
  }
  return readTime(event, zone);
}

/**
 * The IANA zone of an event: the one that we noted ('': no note), if the event still has the Windows zone of the note.
 * Null if it cannot be told, as of a zone that somebody made up in Outlook (`tzone://Microsoft/Custom`): its rules are
 * nowhere to be had.
 */
export function readZone(event: EventAnswer, zoneNote: string): ZoneName | null {
  const named = event.originalStartTimeZone ?? '';
  const [noted, notedId] = zoneNote.split('|');
  // Whoever may write to the mailbox may write notes, and another runtime may know fewer zones than ours did.
  if (noted !== undefined && named !== '' && named === notedId && isKnownZone(noted)) return noted;
  return zoneNamed(named) ?? zoneNamed(event.recurrence?.range.recurrenceTimeZone ?? '');
}

/** Graph takes and tells IANA names beside those of Windows. */
function zoneNamed(name: string): ZoneName | null {
  if (name === '') return null;
  const windows = ianaZoneOf(name);
  if (windows !== null) return windows;
  return name.includes('/') && !name.includes(':') && isKnownZone(name) ? name : null;
}

const WALL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/** The instant of a time that was asked for in UTC; a server may have answered in another zone all the same. */
export function readInstant(time: TimeAnswer | null | undefined, name: string): Temporal.Instant {
  const { dateTime = '', timeZone } = time ?? {};
  const zone = timeZone ? zoneNamed(timeZone) : 'UTC';
  const instant = zone === null ? null : instantIn(dateTime, zone);
  if (instant !== null) return instant;
  throw new RemoteFailure(failure('itemUnreadable', `${name} is "${dateTime}" in "${timeZone ?? ''}"`));
}

function instantIn(text: string, zone: ZoneName): Temporal.Instant | null {
  try {
    const instant = WALL_TIME.test(text)
      ? Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
      : Temporal.Instant.from(text);
    return isWithinYears(instant) ? inMilliseconds(instant) : null;
  } catch {
    // A thirteenth month, a thirtieth of February, or no time at all.
    return null;
  }
}

/** Graph writes seven decimals. */
function inMilliseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(instant.epochMilliseconds);
}

/** A `DateTimeOffset` of the server, such as originalStart. Rejects with `itemUnreadable` what is none. */
export function readOffsetTime(text: string | null | undefined, name: string): Temporal.Instant {
  const instant = instantIn(text ?? '', 'UTC');
  if (instant !== null) return instant;
  throw new RemoteFailure(failure('itemUnreadable', `${name} is "${text ?? ''}"`));
}

/** The date of a time that stands at midnight in the zone in which it was told; undefined for any other. */
function floatingDate(time: TimeAnswer | null | undefined): Temporal.PlainDate | undefined {
  const [, date] = /^(\d{4}-\d\d-\d\d)T00:00(?::00(?:\.0+)?)?Z?$/.exec(time?.dateTime ?? '') ?? [];
  return date === undefined ? undefined : Temporal.PlainDate.from(date);
}
