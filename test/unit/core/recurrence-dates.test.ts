/** On which dates a pattern has an occurrence, and how the window, the end and the start of the series cut them. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import { datesBetween, firstDate, lastDate, namesDate } from '#core/recurrence-dates.ts';

const NO_END: RecurrenceRange = { kind: 'noEnd' };
const FAR = '2200-01-01';

function date(text: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(text);
}

function dates(
  pattern: RecurrencePattern,
  start: string,
  { from = start, to = FAR, limit = 4, range = NO_END } = {},
): string[] {
  return datesBetween({ pattern, range }, date(start), date(from), date(to), limit).map(String);
}

const daily = (interval: number): RecurrencePattern => ({ kind: 'daily', interval });
const onDay = (day: number, interval = 1): RecurrencePattern => ({ kind: 'absoluteMonthly', interval, day });
/** Weeks begin on Monday. */
const THRICE: RecurrencePattern = { kind: 'weekly', interval: 1, days: ['MO', 'WE', 'FR'], firstDay: 'MO' };
const FORTNIGHTLY: RecurrencePattern = { kind: 'weekly', interval: 2, days: ['TU', 'TH'], firstDay: 'MO' };

describe('a pattern has its dates', () => {
  it.each<[string, RecurrencePattern, string, string[]]>([
    ['every third day', daily(3), '2024-02-27', ['2024-02-27', '2024-03-01', '2024-03-04', '2024-03-07']],
    [
      'on the days of a week that has begun, from its start on',
      THRICE,
      '2024-01-10',
      ['2024-01-10', '2024-01-12', '2024-01-15', '2024-01-17'],
    ],
    [
      'in every second week',
      FORTNIGHTLY,
      '2024-01-09',
      ['2024-01-09', '2024-01-11', '2024-01-23', '2024-01-25'],
    ],
    [
      'in every second week that begins on Sunday',
      { kind: 'weekly', interval: 2, days: ['SA', 'SU'], firstDay: 'SU' },
      '2024-01-06',
      ['2024-01-06', '2024-01-14', '2024-01-20', '2024-01-28'],
    ],
    [
      'in every second week that begins on Monday',
      { kind: 'weekly', interval: 2, days: ['SA', 'SU'], firstDay: 'MO' },
      '2024-01-06',
      ['2024-01-06', '2024-01-07', '2024-01-20', '2024-01-21'],
    ],
    [
      'on a day of every month, which short ones end before',
      onDay(30),
      '2023-12-30',
      ['2023-12-30', '2024-01-30', '2024-02-29', '2024-03-30'],
    ],
    [
      'on a day of every fifth month, over the end of the year',
      onDay(9, 5),
      '2024-09-09',
      ['2024-09-09', '2025-02-09', '2025-07-09', '2025-12-09'],
    ],
    [
      'from the next month, where its own day is past',
      onDay(5),
      '2024-01-09',
      ['2024-02-05', '2024-03-05', '2024-04-05', '2024-05-05'],
    ],
    [
      'on a date of each year',
      { kind: 'absoluteYearly', month: 3, day: 15 },
      '2024-01-09',
      ['2024-03-15', '2025-03-15', '2026-03-15', '2027-03-15'],
    ],
    [
      'on a date of each year that is past in the first one',
      { kind: 'absoluteYearly', month: 1, day: 8 },
      '2024-03-09',
      ['2025-01-08', '2026-01-08', '2027-01-08', '2028-01-08'],
    ],
    [
      'on the last Friday of each November',
      { kind: 'relativeYearly', month: 11, days: 'FR', index: 'last' },
      '2024-01-09',
      ['2024-11-29', '2025-11-28', '2026-11-27', '2027-11-26'],
    ],
  ])('%s', (_, pattern, start, expected) => {
    expect(dates(pattern, start)).toEqual(expected);
  });

  // September 2024 begins on a Sunday and has 30 days.
  it.each<[string, string, number]>([
    ['first', 'SU', 1],
    ['first', 'MO', 2],
    ['first', 'SA', 7],
    ['second', 'SU', 8],
    ['third', 'WE', 18],
    ['fourth', 'SA', 28],
    ['last', 'MO', 30],
    ['last', 'TU', 24],
    ['first', 'weekday', 2],
    ['fourth', 'weekday', 5],
    ['last', 'weekday', 30],
    ['first', 'weekendDay', 1],
    ['second', 'weekendDay', 7],
    ['last', 'weekendDay', 29],
    ['third', 'day', 3],
    ['last', 'day', 30],
  ])('the %s %s of September is the %i', (index, days, day) => {
    const pattern = { kind: 'relativeMonthly', interval: 1, days, index } as RecurrencePattern;
    expect(dates(pattern, '2024-09-01', { limit: 1 })).toEqual([`2024-09-${String(day).padStart(2, '0')}`]);
  });
});

describe('the dates in a window', () => {
  it.each<[string, Parameters<typeof dates>[2], string[]]>([
    ['begin on its first day', { from: '2024-01-15', limit: 2 }, ['2024-01-15', '2024-01-17']],
    ['begin after its first day', { from: '2024-01-16', limit: 2 }, ['2024-01-17', '2024-01-19']],
    ['begin with the series', { from: '2020-01-01', limit: 2 }, ['2024-01-10', '2024-01-12']],
    ['end on its last day', { to: '2024-01-15' }, ['2024-01-10', '2024-01-12', '2024-01-15']],
    ['end before its last day', { to: '2024-01-14' }, ['2024-01-10', '2024-01-12']],
    ['are none before the series', { from: '2024-01-01', to: '2024-01-09' }, []],
    ['are none where it ends before it begins', { from: '2024-01-17', to: '2024-01-15' }, []],
    ['are no more than the limit', { to: '2024-01-31', limit: 1 }, ['2024-01-10']],
    ['are none with a limit of none', { limit: 0 }, []],
    [
      'end with the series',
      { to: '2024-01-31', range: { kind: 'count', count: 3 } },
      ['2024-01-10', '2024-01-12', '2024-01-15'],
    ],
    [
      'end on the last day of the window, though the series goes on',
      { to: '2024-01-12', range: { kind: 'count', count: 3 } },
      ['2024-01-10', '2024-01-12'],
    ],
  ])('%s', (_, window, expected) => {
    expect(dates(THRICE, '2024-01-10', window)).toEqual(expected);
  });

  it('are found in the middle of a period of several months', () => {
    const window = { from: '2024-03-01', to: '2025-03-31' };
    expect(dates(onDay(9, 7), '2024-01-09', window)).toEqual(['2024-08-09', '2025-03-09']);
  });
});

describe('the first date', () => {
  it.each<[string, RecurrencePattern, string, string]>([
    ['is the start, if the pattern names it', THRICE, '2024-01-10', '2024-01-10'],
    ['comes later in the week', THRICE, '2024-01-11', '2024-01-12'],
    ['comes in the next week', THRICE, '2024-01-13', '2024-01-15'],
    ['comes in the next week that counts', FORTNIGHTLY, '2024-01-12', '2024-01-23'],
    ['comes later in the month', onDay(10), '2024-01-09', '2024-01-10'],
    ['comes in the next month that counts', onDay(8, 3), '2024-01-09', '2024-04-08'],
  ])('%s', (_, pattern, start, expected) => {
    expect(String(firstDate(pattern, date(start)))).toBe(expected);
    expect(namesDate(pattern, date(start))).toBe(start === expected);
  });
});

describe('the last date', () => {
  const last = (pattern: RecurrencePattern, start: string, range: RecurrenceRange) =>
    lastDate({ pattern, range }, date(start))?.toString() ?? null;

  it.each<[string, RecurrencePattern, string, string, string]>([
    ['is the end, if the pattern names it', THRICE, '2024-01-10', '2024-01-17', '2024-01-17'],
    ['is the one before the end', THRICE, '2024-01-10', '2024-01-18', '2024-01-17'],
    ['is the one of the week before', THRICE, '2024-01-10', '2024-01-14', '2024-01-12'],
    ['is that of the weeks before', FORTNIGHTLY, '2024-01-09', '2024-01-22', '2024-01-11'],
    ['is the start that is the end too', THRICE, '2024-01-10', '2024-01-10', '2024-01-10'],
    ['is the start of a series that ends before it', THRICE, '2024-01-10', '2024-01-08', '2024-01-10'],
    ['is the start, if none is before the end', onDay(5), '2024-01-09', '2024-02-04', '2024-01-09'],
    ['is that of the last month', onDay(31), '2024-01-31', '2024-02-29', '2024-02-29'],
    ['is that of the month before', onDay(31), '2024-01-31', '2024-03-30', '2024-02-29'],
    ['is that of the months before', onDay(9, 5), '2024-09-09', '2025-07-08', '2025-02-09'],
    ['is that of the last days', daily(3), '2024-01-09', '2024-01-14', '2024-01-12'],
  ])('of a series that ends on a date %s', (_, pattern, start, until, expected) => {
    expect(last(pattern, start, { kind: 'until', until })).toBe(expected);
  });

  it.each<[string, RecurrencePattern, string, number, string]>([
    ['one', THRICE, '2024-01-10', 1, '2024-01-10'],
    ['those of a week that had begun', THRICE, '2024-01-10', 2, '2024-01-12'],
    ['one more', THRICE, '2024-01-10', 3, '2024-01-15'],
    ['those of a whole week more', THRICE, '2024-01-10', 5, '2024-01-19'],
    ['those of that week and the first of the next', THRICE, '2024-01-10', 6, '2024-01-22'],
    ['those of two weeks out of three', FORTNIGHTLY, '2024-01-11', 3, '2024-01-25'],
    ['days', daily(3), '2024-01-09', 3, '2024-01-15'],
    ['months', onDay(31), '2024-01-31', 2, '2024-02-29'],
    ['months, the first one lost', onDay(5), '2024-01-09', 2, '2024-03-05'],
  ])('of a series of so many occurrences: %s', (_, pattern, start, count, expected) => {
    expect(last(pattern, start, { kind: 'count', count })).toBe(expected);
  });

  it('is none without an end', () => {
    expect(last(THRICE, '2024-01-10', NO_END)).toBeNull();
  });
});
