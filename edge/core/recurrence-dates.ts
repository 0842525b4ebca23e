/**
 * The calendar dates that a recurrence names, counted from the start of its series, and the one spelling of a
 * pattern among several that name the same dates. Knows dates only: hours and zones are in occurrences.ts.
 */
import { Temporal } from 'temporal-polyfill';
import type { DayOfWeekSet, EventTime, Recurrence, RecurrencePattern, Weekday, WeekIndex } from './event.ts';

/** In the order of ISO 8601, in which Temporal counts `dayOfWeek` from 1. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const satisfies readonly Weekday[];
/** The weekdays that each set of Exchange stands for (MS-OXWSCDATA, DayOfWeekType). */
export const DAY_SETS = {
  day: WEEKDAYS,
  weekday: WEEKDAYS.slice(0, 5),
  weekendDay: WEEKDAYS.slice(5),
} as const satisfies Record<string, readonly Weekday[]>;
const POSITIONS: Record<Exclude<WeekIndex, 'last'>, number> = { first: 1, second: 2, third: 3, fourth: 4 };
const SHORTEST_FEBRUARY = 28;
const LONGEST_FEBRUARY = 29;

/** The weekdays of a set, Monday first. */
export function weekdaysOf(days: DayOfWeekSet): readonly Weekday[] {
  return days === 'day' || days === 'weekday' || days === 'weekendDay' ? DAY_SETS[days] : [days];
}

/** The day of the week by the ISO calendar. */
export function weekdayOf(date: Temporal.PlainDate): Weekday {
  return WEEKDAYS[date.dayOfWeek - 1] ?? 'MO';
}

/** The date on which the event starts, in its own zone. */
export function startDate(time: EventTime): Temporal.PlainDate {
  if (time.kind === 'allDay') return Temporal.PlainDate.from(time.start);
  return Temporal.Instant.from(time.start).toZonedDateTimeISO(time.zone).toPlainDate();
}

/**
 * All patterns by month in one form: every `interval` months from `month` of the start's year, either on a day
 * of the month (months without it: their last day) or on the nth of a set of weekdays.
 */
export interface MonthlyForm {
  readonly interval: number;
  readonly month: number;
  readonly on:
    | { readonly kind: 'day'; readonly day: number }
    | { readonly kind: 'nth'; readonly days: DayOfWeekSet; readonly index: WeekIndex };
}
type MonthlyPattern = Exclude<RecurrencePattern, { kind: 'daily' | 'weekly' }>;

/** A monthly or yearly pattern in one shape: every so many months from a month on, on a day. */
export function toMonthlyForm(pattern: MonthlyPattern, start: Temporal.PlainDate): MonthlyForm {
  switch (pattern.kind) {
    case 'absoluteMonthly':
      return { interval: pattern.interval, month: start.month, on: { kind: 'day', day: pattern.day } };
    case 'absoluteYearly':
      return { interval: 12, month: pattern.month, on: { kind: 'day', day: pattern.day } };
    case 'relativeMonthly':
      return {
        interval: pattern.interval,
        month: start.month,
        on: { kind: 'nth', days: pattern.days, index: pattern.index },
      };
    case 'relativeYearly':
      return {
        interval: 12,
        month: pattern.month,
        on: { kind: 'nth', days: pattern.days, index: pattern.index },
      };
    default:
      return pattern satisfies never;
  }
}

/** Every twelve months is a yearly pattern, all else a monthly one. */
export function fromMonthlyForm({ interval, month, on }: MonthlyForm): RecurrencePattern {
  if (on.kind === 'day') {
    return interval === 12
      ? { kind: 'absoluteYearly', month, day: on.day }
      : { kind: 'absoluteMonthly', interval, day: on.day };
  }
  return interval === 12
    ? { kind: 'relativeYearly', month, days: on.days, index: on.index }
    : { kind: 'relativeMonthly', interval, days: on.days, index: on.index };
}

/** The fewest and the most days of the months that a step of `interval` months from `month` ever visits. */
export function visitedMonthLengths(interval: number, month: number): { shortest: number; longest: number } {
  let shortest = 31;
  let longest = SHORTEST_FEBRUARY;
  for (let step = 0; step < 12; step++) {
    const visited = ((month - 1 + step * interval) % 12) + 1;
    const days = Temporal.PlainYearMonth.from({ year: 2023, month: visited }).daysInMonth;
    shortest = Math.min(shortest, days);
    longest = Math.max(longest, visited === 2 ? LONGEST_FEBRUARY : days);
  }
  return { shortest, longest };
}

/**
 * The same recurrence in the one spelling that formatRRule writes and parseLiferayRecurrence gives back, so that
 * two sides that name the same dates compare equal: every 12 months is yearly, "the last day" is day 31, a day
 * that no visited month has is the last one they have, weekdays stand Monday first, and `firstDay` is Monday
 * unless another one makes a difference. A recurrence whose start is off its pattern comes back as it is.
 */
export function canonicalRecurrence(recurrence: Recurrence, time: EventTime): Recurrence {
  const start = startDate(time);
  if (!namesDate(recurrence.pattern, start)) return recurrence;
  return { pattern: canonicalPattern(recurrence.pattern, start), range: recurrence.range };
}

function canonicalPattern(pattern: RecurrencePattern, start: Temporal.PlainDate): RecurrencePattern {
  if (pattern.kind === 'daily') return pattern;
  if (pattern.kind === 'weekly') {
    const days = WEEKDAYS.filter((day) => pattern.days.includes(day));
    const firstDay = pattern.interval === 1 ? 'MO' : canonicalFirstDay(days, pattern.firstDay);
    return { kind: 'weekly', interval: pattern.interval, days, firstDay };
  }
  const form = toMonthlyForm(pattern, start);
  const day = dayOfMonth(form.on);
  if (day === null) return fromMonthlyForm(form);
  const { longest } = visitedMonthLengths(form.interval, form.month);
  return fromMonthlyForm({ ...form, on: { kind: 'day', day: Math.min(day, longest) } });
}

/** "The second day" of a month is the 2nd, "the last day" is what day 31 means; other sets have no such day. */
function dayOfMonth(on: MonthlyForm['on']): number | null {
  if (on.kind === 'day') return on.day;
  if (on.days !== 'day') return null;
  return on.index === 'last' ? 31 : POSITIONS[on.index];
}

/**
 * Two first days cut the same weeks out of `days` when the same one of `days` comes first after both. Of these we
 * take Monday, the default of iCalendar, or else Sunday, the default of Outlook.
 */
function canonicalFirstDay(days: readonly Weekday[], firstDay: Weekday): Weekday {
  const opening = (first: Weekday) => days.toSorted((a, b) => daysFrom(first, a) - daysFrom(first, b)).at(0);
  const preferred: readonly Weekday[] = ['MO', 'SU', ...days];
  return preferred.find((first) => opening(first) === opening(firstDay)) ?? firstDay;
}

/** Whether the pattern, counted from `start`, names the start itself. */
export function namesDate(pattern: RecurrencePattern, start: Temporal.PlainDate): boolean {
  return datesOfPeriod(pattern, start, 0).some((date) => date.equals(start));
}

/** The first date on or after `start` that the pattern, counted from `start`, names. */
export function firstDate(pattern: RecurrencePattern, start: Temporal.PlainDate): Temporal.PlainDate {
  const isReached = (date: Temporal.PlainDate) => !isBefore(date, start);
  return (
    datesOfPeriod(pattern, start, 0).find(isReached) ??
    datesOfPeriod(pattern, start, 1).find(isReached) ??
    start
  );
}

/** The dates of the series from `from` to `to`, both inclusive, ascending, at most `limit`; steps over the rest. */
export function datesBetween(
  recurrence: Recurrence,
  start: Temporal.PlainDate,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  limit: number,
): Temporal.PlainDate[] {
  const { pattern } = recurrence;
  const end = lastDate(recurrence, start);
  const last = end !== null && isBefore(end, to) ? end : to;
  const lastPeriod = periodOf(pattern, start, last);
  const dates: Temporal.PlainDate[] = [];
  for (let period = Math.max(0, periodOf(pattern, start, from)); period <= lastPeriod; period++) {
    for (const date of datesOfPeriod(pattern, start, period)) {
      if (isBefore(last, date) || dates.length >= limit) return dates;
      if (!isBefore(date, start) && !isBefore(date, from)) dates.push(date);
    }
  }
  return dates;
}

/** The date of the last occurrence; null: the series has no end. One that ends before its first date: the start. */
export function lastDate(
  { pattern, range }: Recurrence,
  start: Temporal.PlainDate,
): Temporal.PlainDate | null {
  if (range.kind === 'noEnd') return null;
  if (range.kind === 'until') {
    const until = Temporal.PlainDate.from(range.until);
    const period = periodOf(pattern, start, until);
    const candidates = [period - 1, period].flatMap((index) => datesOfPeriod(pattern, start, index));
    return candidates.findLast((date) => !isBefore(until, date) && !isBefore(date, start)) ?? start;
  }
  // Only the first period may have lost dates, to the start of the series; all others have as many.
  const opening = datesOfPeriod(pattern, start, 0).filter((date) => !isBefore(date, start));
  const perPeriod = datesOfPeriod(pattern, start, 1).length;
  const beyond = range.count - 1 - opening.length;
  if (beyond < 0) return opening[range.count - 1] ?? start;
  return datesOfPeriod(pattern, start, 1 + Math.floor(beyond / perPeriod))[beyond % perPeriod] ?? start;
}

const LAST_YEAR = 9999;

/** Whether the last occurrence is on a date that DateText can write: of a rule from elsewhere that has to be asked first. */
export function endsWithinDates(recurrence: Recurrence, time: EventTime): boolean {
  try {
    const last = lastDate(recurrence, startDate(time));
    return last === null || last.year <= LAST_YEAR;
  } catch (error) {
    // Temporal goes no further than the year 275760.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The number of the period (interval of days, weeks or months, counted from the start's) that holds `date`. */
function periodOf(pattern: RecurrencePattern, start: Temporal.PlainDate, date: Temporal.PlainDate): number {
  if (pattern.kind === 'daily') return Math.floor(daysBetween(start, date) / pattern.interval);
  if (pattern.kind === 'weekly') {
    return Math.floor(daysBetween(weekOf(start, pattern.firstDay), date) / (7 * pattern.interval));
  }
  const { interval, month } = toMonthlyForm(pattern, start);
  const months = (date.year - start.year) * 12 + date.month - month;
  return Math.floor(months / interval);
}

/** The dates of one period, ascending; in period 0 also those before the start. */
function datesOfPeriod(
  pattern: RecurrencePattern,
  start: Temporal.PlainDate,
  period: number,
): Temporal.PlainDate[] {
  if (pattern.kind === 'daily') return [start.add({ days: period * pattern.interval })];
  if (pattern.kind === 'weekly') {
    const week = weekOf(start, pattern.firstDay).add({ days: 7 * pattern.interval * period });
    const offsets = pattern.days.map((day) => daysFrom(pattern.firstDay, day)).sort((a, b) => a - b);
    return offsets.map((days) => week.add({ days }));
  }
  const form = toMonthlyForm(pattern, start);
  const first = Temporal.PlainYearMonth.from({ year: start.year, month: form.month });
  return [dateInMonth(first.add({ months: form.interval * period }), form.on)];
}

function dateInMonth(month: Temporal.PlainYearMonth, on: MonthlyForm['on']): Temporal.PlainDate {
  if (on.kind === 'day') return month.toPlainDate({ day: Math.min(on.day, month.daysInMonth) });
  const named = weekdaysOf(on.days);
  const opening = month.toPlainDate({ day: 1 }).dayOfWeek - 1;
  const days: number[] = [];
  for (let day = 1; day <= month.daysInMonth; day++) {
    const weekday = WEEKDAYS[(opening + day - 1) % 7];
    if (weekday !== undefined && named.includes(weekday)) days.push(day);
  }
  const day = on.index === 'last' ? days.at(-1) : days[POSITIONS[on.index] - 1];
  return month.toPlainDate({ day: day ?? month.daysInMonth });
}

function weekOf(date: Temporal.PlainDate, firstDay: Weekday): Temporal.PlainDate {
  return date.subtract({ days: daysFrom(firstDay, weekdayOf(date)) });
}

function daysFrom(first: Weekday, day: Weekday): number {
  return (WEEKDAYS.indexOf(day) - WEEKDAYS.indexOf(first) + 7) % 7;
}

function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'day' }).days;
}

function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0;
}
