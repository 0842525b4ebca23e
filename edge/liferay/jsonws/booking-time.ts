/**
 * When a booking takes place. A timed one has epoch milliseconds; an all-day one runs from 00:00 UTC of its first
 * day to 23:59 UTC of its last, whatever the zones are (LPS-49890), which is how Liferay's own form writes it.
 */
import { Temporal } from 'temporal-polyfill';
import type { EventTime, ZoneName } from '#core/event.ts';

/** When a booking takes place, as Liferay keeps it. */
export interface BookingTimes {
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly allDay: boolean;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What has a year of four digits in every zone, also a day later, when all-day events end. */
const EARLIEST_MS = -62_135_424_000_000;
const LATEST_MS = 253_402_041_600_000;

/**
 * Imports end at 23:59:59.999 and the form at 23:59: either way the last day counts whole. Null for numbers that are
 * no time: a Java long holds more than a date.
 */
export function eventTime(times: BookingTimes, zone: ZoneName): EventTime | null {
  const isTime = (ms: number) => ms >= EARLIEST_MS && ms <= LATEST_MS;
  if (!isTime(times.startTime) || !isTime(times.endTime)) return null;
  if (times.allDay) {
    return { kind: 'allDay', start: utcDate(times.startTime), end: utcDate(times.endTime + DAY_MS) };
  }
  return { kind: 'timed', start: instantText(times.startTime), end: instantText(times.endTime), zone };
}

/** Null where the end is before the start, which Liferay refuses (CalendarBookingDurationException). */
export function bookingTimes(time: EventTime): BookingTimes | null {
  const allDay = time.kind === 'allDay';
  const startTime = allDay ? utcMidnight(time.start) : epochMs(time.start);
  const endTime = allDay ? utcMidnight(time.end) - MINUTE_MS : epochMs(time.end);
  return endTime < startTime ? null : { startTime, endTime, allDay };
}

function utcDate(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDate().toString();
}

function instantText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString();
}

function utcMidnight(date: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime('UTC').epochMilliseconds;
}

function epochMs(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds;
}
