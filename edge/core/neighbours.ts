/** Where an occurrence of a series can be moved to in Exchange. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, EventTime } from './event.ts';
import { slotTime } from './exceptions.ts';
import { datesBetween, lastDate, startDate } from './recurrence-dates.ts';

/** Days around a date in which its neighbours are looked for first; then in twice as many, and so on. */
const NEAR_DAYS = 32;

/**
 * Whether the occurrence of `date`, at this time, would pass or touch the day of the one before or after it, which
 * Exchange refuses (Microsoft Learn, ResponseCode, ErrorOccurrenceCrossingBoundary). These are where they have been
 * moved to, and deleted ones are none. Days are those of the series' zone.
 */
export function crossesNeighbour(series: CalendarEvent, date: DateText, time: EventTime): boolean {
  const first = startDate(time);
  const last = lastDay(time);
  const before = dayOf(series, neighbour(series, date, 'before'));
  const after = dayOf(series, neighbour(series, date, 'after'));
  return (before !== null && !isBefore(before, first)) || (after !== null && !isBefore(last, after));
}

/** The next date of the series in one direction whose occurrence is not deleted. */
function neighbour(
  { recurrence, time, exceptions }: CalendarEvent,
  date: DateText,
  where: 'before' | 'after',
): DateText | null {
  if (recurrence === null) return null;
  const start = startDate(time);
  const end = lastDate(recurrence, start);
  const day = Temporal.PlainDate.from(date);
  for (let days = NEAR_DAYS; ; days *= 2) {
    const from = where === 'after' ? day.add({ days: 1 }) : day.subtract({ days });
    const to = where === 'after' ? day.add({ days }) : day.subtract({ days: 1 });
    const dates = datesBetween(recurrence, start, from, to, days).map(String);
    const isThere = (each: DateText) => exceptions[each] !== 'deleted';
    const found = where === 'after' ? dates.find(isThere) : dates.findLast(isThere);
    if (found !== undefined) return found;
    const isAll = where === 'after' ? end !== null && !isBefore(to, end) : !isBefore(start, from);
    if (isAll) return null;
  }
}

/** The day on which the occurrence of a date begins. */
function dayOf(series: CalendarEvent, date: DateText | null): Temporal.PlainDate | null {
  if (date === null) return null;
  const is = series.exceptions[date];
  const time = is === undefined || is === 'deleted' ? slotTime(series, date) : is.time;
  return time === null ? null : startDate(time);
}

function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0;
}

function lastDay(time: EventTime): Temporal.PlainDate {
  const first = startDate(time);
  const last =
    time.kind === 'allDay'
      ? Temporal.PlainDate.from(time.end).subtract({ days: 1 })
      : Temporal.Instant.from(time.end)
          .subtract({ milliseconds: 1 })
          .toZonedDateTimeISO(time.zone)
          .toPlainDate();
  return isBefore(last, first) ? first : last;
}
