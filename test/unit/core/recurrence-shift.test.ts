/** A rule whose dates are some days off those of another one. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { canonicalRecurrence, datesBetween, startDate } from '#core/recurrence-dates.ts';
import { shiftRecurrence } from '#core/recurrence-shift.ts';
import { series } from './recurrence.arbitrary.ts';

const DATES = 150;
const FAR = Temporal.PlainDate.from('2400-01-01');

describe('shiftRecurrence', () => {
  it('names each date of the rule some days later or earlier, or no rule at all', () => {
    const answers = { rule: 0, none: 0 };
    fc.assert(
      fc.property(series, fc.integer({ min: -2, max: 2 }), ({ time, recurrence }, days) => {
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

  it.each([
    ['2025-01-31', 1, { kind: 'absoluteMonthly', interval: 1, day: 1 }],
    ['2025-01-31', 2, { kind: 'absoluteMonthly', interval: 1, day: 2 }],
    ['2025-01-31', -1, null],
  ])('after the last day of each month comes the first: %s by %i', (start, days, pattern) => {
    const last = {
      pattern: { kind: 'absoluteMonthly', interval: 1, day: 31 },
      range: { kind: 'noEnd' },
    } as const;
    const shifted = shiftRecurrence(last, Temporal.PlainDate.from(start), days);
    expect(shifted?.pattern ?? null).toEqual(pattern);
  });

  it('ends as many days later or earlier', () => {
    const range = { kind: 'until', until: '2025-02-28' } as const;
    const daily = { pattern: { kind: 'daily', interval: 1 }, range } as const;
    expect(shiftRecurrence(daily, Temporal.PlainDate.from('2025-01-01'), 1)?.range).toEqual({
      kind: 'until',
      until: '2025-03-01',
    });
  });
});
