/** When the clocks of zones change, and at the edges of which windows two zones part for a series. */
import { describe, expect, it } from 'vitest';
import type { EventTime, RecurrencePattern } from '#core/event.ts';
import { differenceChanges, offsetChanges, zonesAgreeOn } from '#core/zones.ts';
import { instant } from './recurrence.arbitrary.ts';

const HOUR_NS = 3_600_000_000_000;
const ROME = 'Europe/Rome';
const NEW_YORK = 'America/New_York';
const at = (text: string) => Date.parse(text);
const CENTURIES = [at('1990-01-01'), at('2260-01-01')] as const;

describe('the clock of a zone', () => {
  const changes = (zone: string, from: string, to: string) =>
    offsetChanges(zone, at(from), at(to))?.map(({ ms, offset }) => [instant(ms), offset / HOUR_NS]);

  it('is what it is at the start, and each change before the end', () => {
    expect(changes(ROME, '2025-01-01', '2026-01-01')).toEqual([
      ['2025-01-01T00:00:00Z', 1],
      ['2025-03-30T01:00:00Z', 2],
      ['2025-10-26T01:00:00Z', 1],
    ]);
    expect(changes(ROME, '2025-03-30T01:00Z', '2025-10-26T01:00Z')).toEqual([['2025-03-30T01:00:00Z', 2]]);
    expect(changes('Asia/Kolkata', '2025-01-01', '2026-01-01')).toEqual([['2025-01-01T00:00:00Z', 5.5]]);
  });

  it('is looked at for 499 changes', () => {
    // Twice a year.
    expect(changes(ROME, '1990-01-01', '2239-07-01')).toHaveLength(500);
    expect(changes(ROME, '1990-01-01', '2240-01-01')).toBeUndefined();
  });

  it('is not compared with another one where one of them changes more often than that', () => {
    expect(differenceChanges(ROME, 'Africa/Lagos', ...CENTURIES)).toBeNull();
    expect(differenceChanges('Africa/Lagos', ROME, ...CENTURIES)).toBeNull();
    expect(differenceChanges('Africa/Lagos', 'Asia/Tokyo', ...CENTURIES)).toEqual([]);
  });
});

describe('two zones agree on a series', () => {
  const monthly = (day: number): RecurrencePattern => ({ kind: 'absoluteMonthly', interval: 1, day });
  const yearly = (month: number, day: number): RecurrencePattern => ({ kind: 'absoluteYearly', month, day });
  const mondays: RecurrencePattern = { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' };

  interface Case {
    readonly start: string;
    readonly pattern: RecurrencePattern;
    readonly other: string;
    readonly from: string;
    readonly to: string;
    readonly zone?: string;
    readonly end?: string;
  }
  function agree({ start, end = start, zone = ROME, pattern, other, from, to }: Case): boolean {
    const time: EventTime = { kind: 'timed', start, end, zone };
    return zonesAgreeOn(time, { pattern, range: { kind: 'noEnd' } }, other, at(from), at(to));
  }

  // In 2025 the clocks of Rome and New York are an hour closer from 9 to 30 March and from 26 October to 2 November.
  it.each<[string, boolean, Case]>([
    [
      'whose clocks are equal at its start only',
      false,
      {
        start: '2024-01-08T09:00:00Z',
        pattern: mondays,
        other: 'Africa/Lagos',
        from: '2024-01-01',
        to: '2025-01-01',
      },
    ],
    [
      'that never meets the weeks in which the clocks part',
      true,
      {
        start: '2024-01-05T09:00:00Z',
        pattern: monthly(5),
        other: NEW_YORK,
        from: '2024-01-01',
        to: '2026-01-01',
      },
    ],
    [
      'that begins when the clocks no longer part',
      true,
      {
        start: '2025-11-03T09:00:00Z',
        pattern: mondays,
        other: 'Australia/Sydney',
        from: '2025-01-01',
        to: '2026-01-01',
      },
    ],
    [
      'that meets those weeks before the window',
      true,
      {
        start: '2025-01-20T09:00:00Z',
        pattern: monthly(20),
        other: NEW_YORK,
        from: '2025-04-01',
        to: '2025-10-01',
      },
    ],
    [
      'that meets those weeks before the window and lasts into it',
      false,
      {
        start: '2025-01-20T09:00:00Z',
        end: '2025-02-09T09:00:00Z',
        pattern: monthly(20),
        other: NEW_YORK,
        from: '2025-04-01',
        to: '2025-10-01',
      },
    ],
    [
      'on the first day on which the clocks part',
      false,
      {
        start: '2024-03-09T09:00:00Z',
        pattern: yearly(3, 9),
        other: NEW_YORK,
        from: '2025-01-01',
        to: '2026-01-01',
      },
    ],
    [
      'on the last day on which the clocks part',
      false,
      {
        start: '2023-03-29T08:00:00Z',
        pattern: yearly(3, 29),
        other: NEW_YORK,
        from: '2025-01-01',
        to: '2026-01-01',
      },
    ],
    [
      'on the day after the window',
      true,
      {
        start: '2024-03-09T09:00:00Z',
        pattern: yearly(3, 9),
        other: NEW_YORK,
        from: '2025-01-01',
        to: '2025-03-09T07:30Z',
      },
    ],
    [
      'in the window by one of the clocks only',
      false,
      {
        start: '2024-03-09T09:00:00Z',
        pattern: yearly(3, 9),
        other: NEW_YORK,
        from: '2025-01-01',
        to: '2025-03-09T08:30Z',
      },
    ],
    [
      'of another date there, even without an occurrence in the window',
      false,
      {
        start: '2024-01-07T23:30:00Z',
        pattern: yearly(1, 8),
        other: 'Europe/London',
        from: '2025-02-01',
        to: '2025-12-01',
      },
    ],
    [
      'of another date there, in more than 4000 occurrences',
      false,
      {
        start: '2024-01-07T23:30:00Z',
        pattern: { kind: 'daily', interval: 1 },
        other: 'Europe/London',
        from: '2024-01-01',
        to: '2035-01-01',
      },
    ],
    [
      'over centuries where they are one zone',
      true,
      {
        start: '2024-01-08T09:00:00Z',
        pattern: mondays,
        zone: NEW_YORK,
        other: 'US/Eastern',
        from: '1990-01-01',
        to: '2260-01-01',
      },
    ],
    [
      'over centuries of which one changes its clock',
      false,
      {
        start: '2024-01-08T09:00:00Z',
        pattern: yearly(1, 8),
        other: NEW_YORK,
        from: '1990-01-01',
        to: '2260-01-01',
      },
    ],
    [
      'over centuries of which the other one does not',
      false,
      {
        start: '2024-01-08T09:00:00Z',
        pattern: yearly(1, 8),
        other: 'Africa/Lagos',
        from: '1990-01-01',
        to: '2260-01-01',
      },
    ],
    [
      'over centuries of which the other one does alone',
      false,
      {
        start: '2024-01-08T09:00:00Z',
        zone: 'Africa/Lagos',
        pattern: yearly(1, 8),
        other: ROME,
        from: '1990-01-01',
        to: '2260-01-01',
      },
    ],
  ])('%s: %s', (_name, expected, given) => {
    expect(agree(given)).toBe(expected);
  });
});
