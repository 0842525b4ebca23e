/**
 * The six patterns and three ranges of MS-OXWSCDATA RecurrenceType, and the days on which they fall. Days are
 * counted since 1970-01-01 on the series' own wall clock; zones are no business of this module.
 */
import { DAY_MS } from './zones.ts';

export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type DaySet = Weekday | 'Day' | 'Weekday' | 'WeekendDay';
export const WEEK_INDEXES = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const;
export type WeekIndex = (typeof WEEK_INDEXES)[number];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export type Pattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      readonly days: readonly Weekday[];
      readonly firstDay: Weekday;
    }
  | { readonly kind: 'absoluteMonthly'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'relativeMonthly';
      readonly interval: number;
      readonly days: DaySet;
      readonly index: WeekIndex;
    }
  /** `month` from 1. */
  | { readonly kind: 'absoluteYearly'; readonly month: number; readonly day: number }
  | {
      readonly kind: 'relativeYearly';
      readonly month: number;
      readonly days: DaySet;
      readonly index: WeekIndex;
    };

/** `startDay` and `endDay` are days since 1970-01-01; `endDay` is the last possible one. */
export type Range =
  | { readonly kind: 'noEnd'; readonly startDay: number }
  | { readonly kind: 'endDate'; readonly startDay: number; readonly endDay: number }
  | { readonly kind: 'numbered'; readonly startDay: number; readonly count: number };

export interface Recurrence {
  readonly pattern: Pattern;
  readonly range: Range;
}

// Exchange ends a series at the latest on 1 September 4500 (MS-OXOCAL); nobody here needs to go that far.
const LAST_DAY = Date.UTC(2150, 0, 1) / DAY_MS;

const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function inDaySet(day: number, set: DaySet): boolean {
  const weekday = weekdayOf(day);
  switch (set) {
    case 'Day':
      return true;
    case 'Weekday':
      return weekday >= 1 && weekday <= 5;
    case 'WeekendDay':
      return weekday === 0 || weekday === 6;
    default:
      return WEEKDAYS[weekday] === set;
  }
}

interface MonthSpan {
  readonly first: number;
  readonly length: number;
}

function monthSpan(monthsSince1970: number): MonthSpan {
  const first = Date.UTC(1970, monthsSince1970, 1) / DAY_MS;
  return { first, length: Date.UTC(1970, monthsSince1970 + 1, 1) / DAY_MS - first };
}

/** A day that the month does not have means its last day, as Outlook shows it. */
const absoluteDay = (month: MonthSpan, day: number): number => month.first + Math.min(day, month.length) - 1;

function relativeDay(month: MonthSpan, set: DaySet, index: WeekIndex): number {
  const days: number[] = [];
  for (let day = month.first; day < month.first + month.length; day++) if (inDaySet(day, set)) days.push(day);
  const position = index === 'Last' ? days.length - 1 : WEEK_INDEXES.indexOf(index);
  return days[position] ?? month.first;
}

function* weeklyDays(pattern: Pattern & { kind: 'weekly' }, startDay: number): Generator<number> {
  const firstDay = WEEKDAYS.indexOf(pattern.firstDay);
  const offsets = pattern.days.map((day) => (WEEKDAYS.indexOf(day) - firstDay + 7) % 7).sort((a, b) => a - b);
  let week = startDay - ((weekdayOf(startDay) - firstDay + 7) % 7);
  for (; week <= LAST_DAY; week += 7 * pattern.interval) for (const offset of offsets) yield week + offset;
}

function* monthlyDays(
  startDay: number,
  interval: number,
  month: number | null,
  dayIn: (span: MonthSpan) => number,
): Generator<number> {
  const start = new Date(startDay * DAY_MS);
  let at = (start.getUTCFullYear() - 1970) * 12 + (month === null ? start.getUTCMonth() : month - 1);
  for (let day = 0; day <= LAST_DAY; at += interval) {
    day = dayIn(monthSpan(at));
    yield day;
  }
}

function patternDays(pattern: Pattern, startDay: number): Generator<number> {
  switch (pattern.kind) {
    case 'daily':
      return (function* () {
        for (let day = startDay; day <= LAST_DAY; day += pattern.interval) yield day;
      })();
    case 'weekly':
      return weeklyDays(pattern, startDay);
    case 'absoluteMonthly':
      return monthlyDays(startDay, pattern.interval, null, (span) => absoluteDay(span, pattern.day));
    case 'relativeMonthly':
      return monthlyDays(startDay, pattern.interval, null, (span) =>
        relativeDay(span, pattern.days, pattern.index),
      );
    case 'absoluteYearly':
      return monthlyDays(startDay, 12, pattern.month, (span) => absoluteDay(span, pattern.day));
    case 'relativeYearly':
      return monthlyDays(startDay, 12, pattern.month, (span) =>
        relativeDay(span, pattern.days, pattern.index),
      );
  }
}

/** The days of the series in order; endless ones go on until the consumer stops (or the year 2150). */
export function* recurrenceDays({ pattern, range }: Recurrence): Generator<number> {
  let count = 0;
  for (const day of patternDays(pattern, range.startDay)) {
    if (day < range.startDay) continue;
    if (range.kind === 'endDate' && day > range.endDay) return;
    if (range.kind === 'numbered' && count >= range.count) return;
    count += 1;
    yield day;
  }
}

/** Null when the series has no day at all. */
export function firstDay(recurrence: Recurrence): number | null {
  return recurrenceDays(recurrence).next().value ?? null;
}
