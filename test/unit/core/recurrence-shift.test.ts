/** A rule whose dates are some days off those of another one. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import { canonicalRecurrence, datesBetween, startDate } from '#core/recurrence-dates.ts';
import { shiftRecurrence } from '#core/recurrence-shift.ts';
import { series } from './recurrence.arbitrary.ts';

const DATES = 150;
const FAR = Temporal.PlainDate.from('2400-01-01');

describe('shiftRecurrence', () => {
  it('names each date of the rule some days later or earlier, or no rule at all', () => {
    const answers = { rule: 0, none: 0 };
    const distance = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -40, max: 40 }));
    fc.assert(
      fc.property(series, distance, ({ time, recurrence }, days) => {
        const start = startDate(time);
        const shifted = shiftRecurrence(canonicalRecurrence(recurrence, time), start, days);
        answers[shifted === null ? 'none' : 'rule']++;
        if (shifted === null) return;
        const there = start.add({ days });
        const wanted = datesBetween(recurrence, start, start, FAR, DATES).map(
          (date) => `${date.add({ days })}`,
        );
        expect(datesBetween(shifted, there, there, FAR.add({ days }), DATES).map(String)).toEqual(wanted);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(answers.rule, answers.none)).toBeGreaterThan(100);
  });
});

const NO_END: RecurrenceRange = { kind: 'noEnd' };

function shiftedPattern(pattern: RecurrencePattern, start: string, days: number): RecurrencePattern | null {
  const shifted = shiftRecurrence({ pattern, range: NO_END }, Temporal.PlainDate.from(start), days);
  if (shifted === null) return null;
  expect(shifted).toEqual({ pattern: expect.objectContaining({ kind: pattern.kind }), range: NO_END });
  return shifted.pattern;
}

describe('moved by some days', () => {
  const onDay = (day: number, interval = 1): RecurrencePattern => ({
    kind: 'absoluteMonthly',
    interval,
    day,
  });
  const yearly = (month: number, day: number): RecurrencePattern => ({ kind: 'absoluteYearly', month, day });

  it.each<[string, string, number, RecurrencePattern | null]>([
    ['into the next month', '2025-01-31', 1, onDay(1)],
    ['further into the next month', '2025-01-31', 2, onDay(2)],
    ['to the last day that every month has', '2025-01-31', 28, onDay(28)],
    ['to a day that some months lack', '2025-01-31', 29, null],
    ['past the next month', '2025-01-31', 60, null],
    ['back into a month of any length', '2025-01-31', -1, null],
  ])('the last day of each month goes %s', (_, start, days, pattern) => {
    expect(shiftedPattern(onDay(31), start, days)).toEqual(pattern);
  });

  it.each<[string, RecurrencePattern, string, number, RecurrencePattern | null]>([
    ['stays in its month', onDay(15), '2025-01-15', 3, onDay(18)],
    ['stays in its month, earlier', onDay(15), '2025-01-15', -14, onDay(1)],
    ['gets to the last day that every month has', onDay(27), '2025-01-27', 1, onDay(28)],
    ['gets to a day that February may lack', onDay(28), '2025-01-28', 1, null],
    ['is none that every month has', onDay(29), '2025-01-29', 1, null],
    ['is none that every month has, nor is the one before', onDay(30), '2025-01-30', -1, null],
    ['leaves February alone', onDay(29, 2), '2025-01-29', 1, onDay(30, 2)],
    ['becomes the last of the month before', onDay(1), '2025-01-01', -1, onDay(31)],
    ['gets before the last of the month before', onDay(1), '2025-01-01', -2, null],
    ['goes into a month that has one day more', onDay(30, 6), '2025-06-30', 1, null],
  ])('a day of the month %s', (_, pattern, start, days, expected) => {
    expect(shiftedPattern(pattern, start, days)).toEqual(expected);
  });

  it.each<[string, RecurrencePattern, string, number, RecurrencePattern | null]>([
    ['goes into the next year', yearly(12, 31), '2025-12-31', 1, yearly(1, 1)],
    ['goes to the end of the next month', yearly(12, 31), '2025-12-31', 31, yearly(1, 31)],
    ['goes past the next month', yearly(12, 31), '2025-12-31', 32, null],
    ['comes from the next year', yearly(1, 1), '2025-01-01', -1, yearly(12, 31)],
    ['goes to the last of February', yearly(3, 1), '2025-03-01', -1, yearly(2, 31)],
    ['comes from the last of February', yearly(2, 29), '2025-02-28', 1, yearly(3, 1)],
    ['goes on after 28 February, which is the last in some years', yearly(2, 28), '2025-02-28', 1, null],
    ['goes back from the last of February', yearly(2, 29), '2025-02-28', -1, null],
    ['stays in its month', yearly(6, 30), '2025-06-30', -1, yearly(6, 29)],
    ['goes into the next month', yearly(6, 30), '2025-06-30', 1, yearly(7, 1)],
  ])('a date of the year %s', (_, pattern, start, days, expected) => {
    expect(shiftedPattern(pattern, start, days)).toEqual(expected);
  });

  it.each<[number, string, string]>([
    [1, 'TU SA MO', 'MO'],
    [2, 'WE SU TU', 'TU'],
    [7, 'MO FR SU', 'SU'],
    [-1, 'SU TH SA', 'SA'],
    [-8, 'SU TH SA', 'SA'],
  ])('days of the week by %i are %s, in weeks that begin as much later', (days, moved, firstDay) => {
    const pattern = { kind: 'weekly', interval: 2, days: ['MO', 'FR', 'SU'], firstDay: 'SU' } as const;
    expect(shiftedPattern(pattern, '2025-01-06', days)).toEqual({
      ...pattern,
      ...{ days: moved.split(' '), firstDay },
    });
  });

  it('every so many days is the same', () => {
    expect(shiftedPattern({ kind: 'daily', interval: 3 }, '2025-01-06', 1)).toEqual({
      kind: 'daily',
      interval: 3,
    });
  });

  it.each<RecurrencePattern>([
    { kind: 'relativeMonthly', interval: 1, days: 'MO', index: 'first' },
    { kind: 'relativeYearly', month: 1, days: 'MO', index: 'first' },
  ])('the first Monday is no rule, but for none: %j', (pattern) => {
    expect(shiftedPattern(pattern, '2025-01-06', 1)).toBeNull();
    expect(shiftedPattern(pattern, '2025-01-06', 0)).toEqual(pattern);
  });

  it.each<[RecurrenceRange, RecurrenceRange]>([
    [
      { kind: 'until', until: '2025-02-28' },
      { kind: 'until', until: '2025-03-01' },
    ],
    [
      { kind: 'count', count: 3 },
      { kind: 'count', count: 3 },
    ],
    [{ kind: 'noEnd' }, { kind: 'noEnd' }],
  ])('the end is as much later: %j', (range, expected) => {
    const daily = { pattern: { kind: 'daily', interval: 1 }, range } as const;
    expect(shiftRecurrence(daily, Temporal.PlainDate.from('2025-01-01'), 1)?.range).toEqual(expected);
  });
});
