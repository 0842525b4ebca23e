/**
 * The days of a series as its organiser counts them, in the zone of the event, and as Liferay counts them, in the zone
 * of the calendar: an occurrence of Monday at half past midnight in Rome is one of Sunday in a calendar of London.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, EventTime, ZoneName } from './event.ts';
import { isSlot } from './exceptions.ts';
import { normaliseSeriesStart, occurrenceOn } from './occurrences.ts';
import { startDate } from './recurrence-dates.ts';
import { excludedDates } from './row-edits.ts';
import type { RowState } from './rows.ts';

type Series = Pick<CalendarEvent, 'time' | 'recurrence'>;

/** No zone is further than 26 hours from another. */
const NEAR_DAYS = [0, -1, 1, -2, 2] as const;

/** The same instants, seen from another zone. Days have none. */
export function inZone(time: EventTime, zone: ZoneName): EventTime {
  return time.kind === 'allDay' ? time : { ...time, zone };
}

/** In which zone an event repeats; one of whole days has none, and counts as one of the calendar's. */
export function seriesZone({ time }: Pick<CalendarEvent, 'time'>, calendarZone: ZoneName): ZoneName {
  return time.kind === 'timed' ? time.zone : calendarZone;
}

/** On which date, in the zone of the calendar, Liferay has the occurrence of a date of the series' own zone. */
export function calendarDate(event: Series, calendarZone: ZoneName, originalStart: DateText): DateText {
  if (event.time.kind === 'allDay') return originalStart;
  const time = seriesTime(event);
  const slot = Temporal.Instant.from(occurrenceOn(time, originalStart).start);
  const there = Temporal.Instant.from(time.start).toZonedDateTimeISO(calendarZone);
  const shift = startDate(time).until(there.toPlainDate(), { largestUnit: 'day' });
  // An hour that a change of the clock skips may lie on the other side of midnight: the rule still means this day.
  const counted = Temporal.PlainDate.from(originalStart).add(shift);
  const expected = counted.toZonedDateTime({ timeZone: calendarZone, plainTime: there.toPlainTime() });
  if (expected.epochMilliseconds === slot.epochMilliseconds) return counted.toString();
  return slot.toZonedDateTimeISO(calendarZone).toPlainDate().toString();
}

/**
 * The original start, as a date in the zone of the event, of the occurrence that has this date in the calendar's zone;
 * null if there is none.
 * @param row the stretch whose EXDATE the date is: where one stretch ends and another one begins, two occurrences may
 *   have the same date there
 */
export function originalStart(
  event: Series,
  calendarZone: ZoneName,
  date: DateText,
  row?: RowState,
): DateText | null {
  const { time } = event;
  const day = Temporal.PlainDate.from(date);
  const near = NEAR_DAYS.map((days) => day.add({ days }).toString()).filter((each) => isSlot(event, each));
  if (row !== undefined) {
    const { start } = occurrenceOn(row.event.time, date);
    const found = near.find((each) => occurrenceOn(time, each).start === start);
    if (found !== undefined) return found;
  }
  return near.find((each) => calendarDate(event, calendarZone, each) === date) ?? null;
}

/**
 * For a new row in Liferay that belongs to a series: from which of the series' EXDATEs it was made, which Liferay does
 * not keep. That of the row's own day, or else the nearest, of two the earlier; null if all have a row.
 * @param series the row of the series, or of a stretch, as it is now
 * @param taken dates in the calendar's zone that have a row already
 */
export function exceptionDate(
  series: RowState,
  calendarZone: ZoneName,
  taken: ReadonlySet<DateText>,
  row: RowState,
): DateText | null {
  const own = startDate(inZone(row.event.time, calendarZone));
  const distance = (date: DateText) =>
    Math.abs(own.until(Temporal.PlainDate.from(date), { largestUnit: 'day' }).days);
  const free = excludedDates(series).filter((date) => !taken.has(date));
  return free.toSorted((a, b) => distance(a) - distance(b)).at(0) ?? null;
}

/** From when to when the first occurrence lasts, also of a series whose start is off its pattern. */
export function seriesTime({ time, recurrence }: Series): EventTime {
  return recurrence === null ? time : normaliseSeriesStart(time, recurrence);
}
