/** Where an occurrence of a series can be moved to in Exchange. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, EventTime } from './event.ts';
import { datesBetween, startDate } from './recurrence-dates.ts';

/** More dates than one occurrence can pass without meeting another that is there. */
const DATES_LIMIT = 400;

/**
 * Whether the occurrence of `date`, at this time, would pass or touch the day of another one of its series, which
 * Exchange refuses (Microsoft Learn, ResponseCode, ErrorOccurrenceCrossingBoundary). Days are those of the series'
 * zone.
 */
export function crossesNeighbour(series: CalendarEvent, date: DateText, time: EventTime): boolean {
  const { recurrence, exceptions } = series;
  if (recurrence === null) return false;
  const days = [Temporal.PlainDate.from(date), startDate(time), lastDay(time)];
  const [first, ...others] = days.toSorted(Temporal.PlainDate.compare);
  const last = others.at(-1);
  if (!first || !last) return false;
  return datesBetween(recurrence, startDate(series.time), first, last, DATES_LIMIT).some((day) => {
    const text = day.toString();
    return text !== date && exceptions[text] !== 'deleted';
  });
}

function lastDay(time: EventTime): Temporal.PlainDate {
  if (time.kind === 'allDay') return Temporal.PlainDate.from(time.end).subtract({ days: 1 });
  return Temporal.Instant.from(time.end)
    .subtract({ milliseconds: 1 })
    .toZonedDateTimeISO(time.zone)
    .toPlainDate();
}
