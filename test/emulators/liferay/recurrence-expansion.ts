/**
 * Which occurrences a booking has (`RecurrenceUtil`, `CalendarBookingIterator`): expanded by day in the booking's
 * zone, wall time kept over changes of the clock, duration constant in milliseconds, DTSTART always the first.
 */
import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import type { PortalModel } from './portal-model.ts';
import type { Booking } from './portal-rows.ts';
import { parseRecurrence } from './recurrence-text.ts';

export interface Occurrence {
  readonly startTime: number;
  /** Counts the occurrences that are left, so it shifts when one before is removed. */
  readonly instanceIndex: number;
}

/** Beyond this a rule is treated as finished: a runaway rule must not hang a test. */
const MAX_OCCURRENCES = 20_000;

/** `calendarBooking.getTimeZone()`: UTC for all-day rows, else the zone of the organiser's calendar. */
export function bookingZone(model: PortalModel, booking: Booking): string {
  if (booking.allDay) return 'UTC';
  const master = model.fetchBooking(booking.parentCalendarBookingId) ?? booking;
  return model.calendar(master.calendarId).zone;
}

/** The zone whose days a series falls on, and its dates of EXDATE are of. */
export function seriesZone(model: PortalModel, booking: Booking): string {
  return model.seriesDays === 'utc' ? 'UTC' : bookingZone(model, booking);
}

/** `JCalendarUtil.getDSTShift`: by how much the offset at `first` is ahead of that at `later`, milliseconds. */
function clockShift(zone: string, first: number, later: number): number {
  const offset = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
  return offset(first) - offset(later);
}

/** A rule that does not parse ("Unable to parse data") leaves the first occurrence alone. */
function parsedRule(rule: string): ICAL.Recur | null {
  try {
    const recur = ICAL.Recur.fromString(rule);
    recur.count = null;
    recur.until = null;
    return recur;
  } catch {
    return null;
  }
}

/** Dates of the rule from `first` on, without regard to COUNT and UNTIL, which `localDates` applies. */
function* ruleDates(rule: string, first: Temporal.PlainDate): Generator<Temporal.PlainDate> {
  if (/;BYSETPOS=/.test(rule) && !/;BYDAY=/.test(rule)) yield* chosenDates(rule, first);
  else yield* plainDates(rule, first);
}

function* plainDates(rule: string, first: Temporal.PlainDate): Generator<Temporal.PlainDate> {
  const recur = parsedRule(rule);
  if (!recur) return;
  const isPlainYearly = recur.freq === 'YEARLY' && !/;BY/.test(rule);
  const start = ICAL.Time.fromData({ year: first.year, month: first.month, day: first.day, isDate: true });
  const iterator = recur.iterator(start);
  for (let next = iterator.next(); next; next = iterator.next()) {
    // 29 February has no occurrence in other years (RFC 5545); ical.js would move it to 1 March.
    if (isPlainYearly && next.day !== first.day) continue;
    yield new Temporal.PlainDate(next.year, next.month, next.day);
  }
}

/** BYSETPOS beside BYMONTHDAY, which ical.js overlooks: of the days of each month or year those positions. */
function* chosenDates(rule: string, first: Temporal.PlainDate): Generator<Temporal.PlainDate> {
  const positions = (/;BYSETPOS=([-\d,]+)/.exec(rule)?.[1] ?? '').split(',').map(Number);
  const isYearly = rule.includes('FREQ=YEARLY');
  const periodStart = isYearly ? first.with({ month: 1, day: 1 }) : first.with({ day: 1 });
  const periodOf = (date: Temporal.PlainDate): string => date.toString().slice(0, isYearly ? 4 : 7);
  let period: Temporal.PlainDate[] = [];
  for (const date of plainDates(rule.replace(/;BYSETPOS=[-\d,]+/, ''), periodStart)) {
    const [earlier] = period;
    if (earlier && periodOf(earlier) !== periodOf(date)) {
      yield* period.filter((_, index) =>
        positions.some((at) => (at > 0 ? at - 1 : period.length + at) === index),
      );
      period = [];
    }
    period.push(date);
  }
}

function* localDates(
  booking: Booking,
  zone: string,
  first: Temporal.PlainDate,
): Generator<Temporal.PlainDate> {
  yield first;
  const rule = booking.recurrence.split('\n')[0]?.replace(/^RRULE(?:;[^:]*)?:/, '') ?? '';
  const parsed = parseRecurrence(booking.recurrence, zone);
  if (!parsed) return;
  let emitted = 1;
  for (const date of ruleDates(rule, first)) {
    if (Temporal.PlainDate.compare(date, first) <= 0) continue;
    if (parsed.count > 0 && emitted >= parsed.count) return;
    if (parsed.until && date.toString().replaceAll('-', '') > parsed.until) return;
    if (emitted >= MAX_OCCURRENCES) return;
    emitted += 1;
    yield date;
  }
}

/** The occurrences in order; those on a date of the EXDATE line are left out. Infinite for a rule without end. */
export function* occurrences(model: PortalModel, booking: Booking): Generator<Occurrence> {
  if (booking.recurrence === '') {
    yield { startTime: booking.startTime, instanceIndex: 0 };
    return;
  }
  const zone = seriesZone(model, booking);
  const start = Temporal.Instant.fromEpochMilliseconds(booking.startTime).toZonedDateTimeISO(zone);
  const excluded = new Set(parseRecurrence(booking.recurrence, zone)?.exceptionDates ?? []);
  const time = start.toPlainTime();
  let instanceIndex = 0;
  for (const date of localDates(booking, zone, start.toPlainDate())) {
    if (excluded.has(date.toString().replaceAll('-', ''))) continue;
    // java.util.Calendar reads an ambiguous or missing wall time as the later instant.
    const startTime = date.equals(start.toPlainDate())
      ? booking.startTime
      : date.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
    // Days of UTC at a time of day of UTC keep the wall time by a shift.
    const shift = zone === 'UTC' ? clockShift(bookingZone(model, booking), booking.startTime, startTime) : 0;
    yield { startTime: startTime + shift, instanceIndex };
    instanceIndex += 1;
  }
}

/** `RecurrenceUtil.getCalendarBookingInstance`; null past the end. */
export function occurrenceAt(model: PortalModel, booking: Booking, index: number): Occurrence | null {
  for (const occurrence of occurrences(model, booking))
    if (occurrence.instanceIndex === index) return occurrence;
  return null;
}

/** `RecurrenceUtil.getIndexOfInstance`: which surviving occurrence starts then or later. */
export function indexOfInstance(model: PortalModel, booking: Booking, startTime: number): number {
  let index = 0;
  for (const occurrence of occurrences(model, booking)) {
    if (occurrence.startTime >= startTime) break;
    index += 1;
  }
  return index;
}

/** `RecurrenceUtil.expandCalendarBooking`: one row for each occurrence that touches the window; negative: no bound. */
export function expand(model: PortalModel, booking: Booking, startTime: number, endTime: number): Booking[] {
  const duration = booking.endTime - booking.startTime;
  const rows: Booking[] = [];
  for (const occurrence of occurrences(model, booking)) {
    if (endTime >= 0 && occurrence.startTime > endTime) break;
    if (startTime >= 0 && occurrence.startTime + duration < startTime) continue;
    rows.push({
      ...booking,
      startTime: occurrence.startTime,
      endTime: occurrence.startTime + duration,
      instanceIndex: occurrence.instanceIndex,
    });
  }
  return rows;
}
