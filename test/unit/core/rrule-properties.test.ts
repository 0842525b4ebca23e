/** Rules and patterns, there and back, with other libraries as judges of what a rule means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventTime } from '#core/event.ts';
import { occurrences, startsOnPattern } from '#core/occurrences.ts';
import { canonicalRecurrence } from '#core/recurrence-dates.ts';
import { formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { series, startDay } from './recurrence.arbitrary.ts';
import { firstDate, localDate, oraclesFor } from './rule-oracles.ts';

const LIMIT = 40;

const LAST_YEAR = 2060;

function ownDates(time: EventTime, recurrence: Parameters<typeof occurrences>[1]): string[] {
  const end = `${LAST_YEAR + 1}-01-03T00:00:00Z`;
  return occurrences(time, recurrence, '2018-01-01T00:00:00Z', end, LIMIT)
    .map(({ start }) => localDate(time, start))
    .filter((date) => date <= `${LAST_YEAR}-12-31`);
}

describe('for every series that Exchange can hold', () => {
  it('the rule is read back as the same recurrence', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const canonical = canonicalRecurrence(recurrence, time);
        const formatted = formatRRule(canonical, time);
        const text = formatted.kind === 'rule' ? formatted.text : formatted.detail;
        expect(parseLiferayRecurrence(text, time)).toEqual({
          kind: 'recurrence',
          recurrence: canonical,
          excludedDates: [],
        });
        expect(formatRRule(recurrence, time)).toEqual(formatted);
      }),
      { numRuns: 2000 },
    );
  });

  it('the rule has the same dates', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const formatted = formatRRule(recurrence, time);
        const text = formatted.kind === 'rule' ? formatted.text : formatted.detail;
        for (const oracle of oraclesFor(text)) {
          expect(ownDates(time, recurrence)).toEqual(oracle(text, localDate(time), LIMIT, LAST_YEAR));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the canonical recurrence has the same dates and is its own canonical form', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const canonical = canonicalRecurrence(recurrence, time);
        expect(canonicalRecurrence(canonical, time)).toEqual(canonical);
        expect(ownDates(time, canonical)).toEqual(ownDates(time, recurrence));
      }),
      { numRuns: 300 },
    );
  });
});

describe('for every rule of iCalendar', () => {
  const weekdays = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
  const numbers = (...from: number[]) => fc.constantFrom(...from);
  const days = fc.oneof(
    fc.tuple(fc.constantFrom('', '1', '2', '4', '5', '-1', '-2'), weekdays).map((parts) => parts.join('')),
    fc.uniqueArray(weekdays, { minLength: 1, maxLength: 7 }).map((list) => list.join(',')),
    fc.constantFrom('MO,TU,WE,TH,FR', 'SA,SU', 'MO,TU,WE,TH,FR,SA,SU', '1MO,2TU'),
  );
  const monthDays = fc.oneof(
    numbers(1, 9, 15, 28, 29, 30, 31, -1, -2).map(String),
    fc.constantFrom('28,29', '28,29,30', '28,29,30,31', '30,31', '1,15', '27,28,29'),
    fc.constantFrom('1,2,3,4,5,6,7', '8,9,10,11,12,13,14', '22,23,24,25,26,27,28', '-7,-6,-5,-4,-3,-2,-1'),
  );
  const parts = {
    INTERVAL: numbers(1, 2, 3, 4, 6, 12),
    WKST: weekdays,
    BYMONTH: fc.constantFrom('1', '2', '4', '12', '1,7', '3,6,9,12', '2,5,8', '1,2,3,4,5,6,7,8,9,10,11,12'),
    BYMONTHDAY: monthDays,
    BYDAY: days,
    BYSETPOS: numbers(1, 2, -1),
    COUNT: numbers(1, 3, 12),
  };
  const rule = fc
    .record({
      frequency: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      // Few parts at a time: most rules with many have no equal, or no date at all.
      names: fc.subarray(Object.keys(parts) as (keyof typeof parts)[], { maxLength: 3 }),
      values: fc.record(parts),
    })
    .map(({ frequency, names, values }) => {
      const written = names.map((name) => `;${name}=${values[name]}`);
      return `RRULE:FREQ=${frequency}${written.join('')}`;
    });

  it('what we read has the dates that others read', () => {
    let understood = 0;
    const check = (text: string, anyDay: string) => {
      const start = firstDate(text, anyDay);
      if (start === null) return;
      const time: EventTime = { kind: 'allDay', start, end: start };
      const parsed = parseLiferayRecurrence(text, time);
      if (parsed.kind !== 'recurrence') return;
      understood++;
      expect(startsOnPattern(time, parsed.recurrence)).toBe(true);
      for (const each of oraclesFor(text)) {
        expect(ownDates(time, parsed.recurrence)).toEqual(each(text, start, LIMIT, LAST_YEAR));
      }
    };
    fc.assert(fc.property(rule, startDay, check), { numRuns: 1000 });
    expect(understood).toBeGreaterThan(200);
  });
});
