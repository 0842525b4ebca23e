/** Which of several patterns with the same dates is taken, and what is known of a pattern before its dates are. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DayOfWeekSet, EventTime, RecurrencePattern, Weekday } from '#core/event.ts';
import {
  canonicalRecurrence,
  fromMonthlyForm,
  startDate,
  toMonthlyForm,
  visitedMonthLengths,
  weekdayOf,
  weekdaysOf,
} from '#core/recurrence-dates.ts';
import { timed } from './event-times.ts';

describe('the one spelling of a pattern', () => {
  const everyOtherWeek = (days: readonly Weekday[], firstDay: Weekday): RecurrencePattern => ({
    kind: 'weekly',
    interval: 2,
    days,
    firstDay,
  });

  it.each<[string, string, RecurrencePattern, RecurrencePattern]>([
    ['of days is their own', '2024-01-09', { kind: 'daily', interval: 2 }, { kind: 'daily', interval: 2 }],
    [
      'of every week has its days from Monday on, and weeks from Monday',
      '2024-01-09',
      { kind: 'weekly', interval: 1, days: ['SU', 'TU', 'MO'], firstDay: 'TU' },
      { kind: 'weekly', interval: 1, days: ['MO', 'TU', 'SU'], firstDay: 'MO' },
    ],
    [
      'of every other week has weeks from Monday, if no day lies between',
      '2024-01-09',
      everyOtherWeek(['TH', 'TU'], 'SU'),
      everyOtherWeek(['TU', 'TH'], 'MO'),
    ],
    [
      'of every other week has weeks from Sunday, if Sunday comes first',
      '2024-01-09',
      everyOtherWeek(['TU', 'SU'], 'SU'),
      everyOtherWeek(['TU', 'SU'], 'SU'),
    ],
    [
      'of every other week has weeks from Sunday, if the same day comes first from Saturday on',
      '2024-01-09',
      everyOtherWeek(['MO', 'TU', 'SU'], 'SA'),
      everyOtherWeek(['MO', 'TU', 'SU'], 'SU'),
    ],
    [
      'of every other week has weeks from the day that comes first, if neither does',
      '2024-01-09',
      everyOtherWeek(['TU', 'TH'], 'WE'),
      everyOtherWeek(['TU', 'TH'], 'TH'),
    ],
    [
      'of every twelfth month is that of a year',
      '2024-01-09',
      { kind: 'absoluteMonthly', interval: 12, day: 9 },
      { kind: 'absoluteYearly', month: 1, day: 9 },
    ],
    [
      'of every twelfth month by weekday is that of a year',
      '2024-01-09',
      { kind: 'relativeMonthly', interval: 12, days: 'TU', index: 'second' },
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
    ],
    [
      'of a year is its own',
      '2024-01-09',
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
    ],
    [
      'of every 24th month is its own',
      '2024-01-09',
      { kind: 'absoluteMonthly', interval: 24, day: 9 },
      { kind: 'absoluteMonthly', interval: 24, day: 9 },
    ],
    [
      'of the third day is the 3rd',
      '2024-01-03',
      { kind: 'relativeMonthly', interval: 1, days: 'day', index: 'third' },
      { kind: 'absoluteMonthly', interval: 1, day: 3 },
    ],
    [
      'of the last day is the 31st',
      '2024-01-31',
      { kind: 'relativeMonthly', interval: 1, days: 'day', index: 'last' },
      { kind: 'absoluteMonthly', interval: 1, day: 31 },
    ],
    [
      'of the last day of June is the 30th',
      '2024-06-30',
      { kind: 'relativeYearly', month: 6, days: 'day', index: 'last' },
      { kind: 'absoluteYearly', month: 6, day: 30 },
    ],
    [
      'of the 31st of a month that has 30 days is the 30th',
      '2024-06-30',
      { kind: 'absoluteYearly', month: 6, day: 31 },
      { kind: 'absoluteYearly', month: 6, day: 30 },
    ],
    [
      'of the 30th of February is the 29th',
      '2023-02-28',
      { kind: 'absoluteYearly', month: 2, day: 30 },
      { kind: 'absoluteYearly', month: 2, day: 29 },
    ],
    [
      'of the last weekday is its own',
      '2024-01-31',
      { kind: 'relativeMonthly', interval: 1, days: 'weekday', index: 'last' },
      { kind: 'relativeMonthly', interval: 1, days: 'weekday', index: 'last' },
    ],
    [
      'of a pattern that its start is not on stays as it is',
      '2024-01-09',
      { kind: 'absoluteMonthly', interval: 12, day: 10 },
      { kind: 'absoluteMonthly', interval: 12, day: 10 },
    ],
  ])('%s', (_, start, pattern, expected) => {
    const range = { kind: 'count', count: 5 } as const;
    expect(canonicalRecurrence({ pattern, range }, timed(start))).toEqual({ pattern: expected, range });
  });
});

describe('by month', () => {
  const start = Temporal.PlainDate.from('2024-03-09');

  it.each<[RecurrencePattern, ReturnType<typeof toMonthlyForm>]>([
    [
      { kind: 'absoluteMonthly', interval: 5, day: 9 },
      { interval: 5, month: 3, on: { kind: 'day', day: 9 } },
    ],
    [
      { kind: 'absoluteYearly', month: 7, day: 9 },
      { interval: 12, month: 7, on: { kind: 'day', day: 9 } },
    ],
    [
      { kind: 'relativeMonthly', interval: 5, days: 'SA', index: 'second' },
      { interval: 5, month: 3, on: { kind: 'nth', days: 'SA', index: 'second' } },
    ],
    [
      { kind: 'relativeYearly', month: 7, days: 'SA', index: 'second' },
      { interval: 12, month: 7, on: { kind: 'nth', days: 'SA', index: 'second' } },
    ],
  ])('%j is, from March on, %j, and back', (pattern, form) => {
    if (pattern.kind === 'daily' || pattern.kind === 'weekly') throw new Error(pattern.kind);
    expect(toMonthlyForm(pattern, start)).toEqual(form);
    expect(fromMonthlyForm(form)).toEqual(pattern);
  });

  it.each([
    ['every month from January', 1, 1, 28, 31],
    ['every other month from January', 2, 1, 30, 31],
    ['every other month from February', 2, 2, 28, 31],
    ['every third month from March', 3, 3, 30, 31],
    ['every fourth month from April', 4, 4, 30, 31],
    ['every fifth month from January, in the end all', 5, 1, 28, 31],
    ['every sixth month from April', 6, 4, 30, 31],
    ['every sixth month from January', 6, 1, 31, 31],
    ['each year in April', 12, 4, 30, 30],
    ['each year in December', 12, 12, 31, 31],
    ['each year in February', 12, 2, 28, 29],
    ['every third year in February', 36, 2, 28, 29],
  ])('%s: %i months from %i have %i to %i days', (_, interval, month, shortest, longest) => {
    expect(visitedMonthLengths(interval, month)).toEqual({ shortest, longest });
  });
});

describe('a day', () => {
  it.each<[string, Weekday]>([
    ['2024-01-08', 'MO'],
    ['2024-01-09', 'TU'],
    ['2024-01-14', 'SU'],
  ])('%s is one of the week: %s', (day, weekday) => {
    expect(weekdayOf(Temporal.PlainDate.from(day))).toBe(weekday);
  });

  it.each<[DayOfWeekSet, string]>([
    ['day', 'MO TU WE TH FR SA SU'],
    ['weekday', 'MO TU WE TH FR'],
    ['weekendDay', 'SA SU'],
    ['WE', 'WE'],
  ])('%s stands for %s', (days, expected) => {
    expect(weekdaysOf(days).join(' ')).toBe(expected);
  });

  it.each<[EventTime, string]>([
    [{ kind: 'allDay', start: '2024-01-09', end: '2024-01-11' }, '2024-01-09'],
    [timed('2024-01-09'), '2024-01-09'],
    [timed('2024-01-09', 'Pacific/Auckland'), '2024-01-09'],
    [timed('2024-01-09', 'Pacific/Kiritimati'), '2024-01-10'],
    [timed('2024-01-09', 'Pacific/Niue'), '2024-01-08'],
  ])('of the start of %j is %s', (time, expected) => {
    expect(startDate(time).toString()).toBe(expected);
  });
});
