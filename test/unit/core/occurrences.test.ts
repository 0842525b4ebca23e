/** Occurrences in time: wall time over changes of the clock, short months, windows and ends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EventTime,
  type Exceptions,
  NEUTRAL_EVENT,
  type Recurrence,
  type RecurrencePattern,
  type RecurrenceRange,
} from '#core/event.ts';
import {
  lastEndMs,
  normaliseSeriesStart,
  occurrenceOn,
  occurrences,
  span,
  startsOnPattern,
} from '#core/occurrences.ts';
import { eventTime, instant, series } from './recurrence.arbitrary.ts';
import { occurrence } from './weekly-series.ts';

const DAY_MS = 86_400_000;
const ROME: EventTime = {
  kind: 'timed',
  start: '2024-03-29T09:00:00Z',
  end: '2024-03-29T10:30:00Z',
  zone: 'Europe/Rome',
};

function every(pattern: RecurrencePattern, range: RecurrenceRange = { kind: 'noEnd' }): Recurrence {
  return { pattern, range };
}

function starts(time: EventTime, recurrence: Recurrence, limit = 5, from = '2000-01-01T00:00:00Z'): string[] {
  return occurrences(time, recurrence, from, '3000-01-01T00:00:00Z', limit).map(({ start }) => start);
}

const daily = every({ kind: 'daily', interval: 1 });

describe('occurrences', () => {
  it('keep the wall time and the duration over a change of the clock', () => {
    expect(occurrences(ROME, daily, '2024-03-30T00:00:00Z', '2024-04-01T00:00:00Z', 9)).toEqual([
      { start: '2024-03-30T09:00:00Z', end: '2024-03-30T10:30:00Z' },
      { start: '2024-03-31T08:00:00Z', end: '2024-03-31T09:30:00Z' },
    ]);
  });

  it('move forward out of the hour that a change skips, and come back', () => {
    const time: EventTime = { ...ROME, start: '2024-03-30T01:30:00Z', end: '2024-03-30T01:30:00Z' };
    expect(starts(time, daily, 3)).toEqual([
      '2024-03-30T01:30:00Z',
      '2024-03-31T01:30:00Z',
      '2024-04-01T00:30:00Z',
    ]);
  });

  it('take the earlier of two equal wall times, but never move the start', () => {
    const before: EventTime = { ...ROME, start: '2024-10-26T00:30:00Z', end: '2024-10-26T00:30:00Z' };
    expect(starts(before, daily, 2)).toEqual(['2024-10-26T00:30:00Z', '2024-10-27T00:30:00Z']);
    const later: EventTime = { ...ROME, start: '2024-10-27T01:30:00Z', end: '2024-10-27T01:30:00Z' };
    expect(starts(later, daily, 2)).toEqual(['2024-10-27T01:30:00Z', '2024-10-28T01:30:00Z']);
  });

  it('fall on the last day of a month that is too short', () => {
    const time: EventTime = { kind: 'allDay', start: '2024-01-31', end: '2024-02-01' };
    const monthly = every({ kind: 'absoluteMonthly', interval: 1, day: 31 });
    expect(starts(time, monthly)).toEqual([
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
      '2024-05-31',
    ]);
    const leapDay: EventTime = { kind: 'allDay', start: '2024-02-29', end: '2024-03-01' };
    const yearly = every({ kind: 'absoluteYearly', month: 2, day: 29 });
    expect(starts(leapDay, yearly)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
  });

  it('of every second week depend on the first day of the week', () => {
    const sunday: EventTime = { kind: 'allDay', start: '2024-01-07', end: '2024-01-08' };
    const fortnightly = (firstDay: 'MO' | 'SU') =>
      every({ kind: 'weekly', interval: 2, days: ['SU', 'TU'], firstDay });
    expect(starts(sunday, fortnightly('SU'), 3)).toEqual(['2024-01-07', '2024-01-09', '2024-01-21']);
    expect(starts(sunday, fortnightly('MO'), 3)).toEqual(['2024-01-07', '2024-01-16', '2024-01-21']);
  });

  it('are counted from the start of the series, not of the window', () => {
    const five = every({ kind: 'daily', interval: 1 }, { kind: 'count', count: 5 });
    expect(starts(ROME, five, 9, '2024-04-01T00:00:00Z')).toEqual([
      '2024-04-01T08:00:00Z',
      '2024-04-02T08:00:00Z',
    ]);
  });

  it('are as many as the count says', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 60 }), ({ time, recurrence }, count) => {
        const counted = every(recurrence.pattern, { kind: 'count', count });
        expect(starts(time, counted, 99)).toEqual(starts(time, every(recurrence.pattern), count));
      }),
      { numRuns: 200 },
    );
  });

  it('include the last date, in the zone of the event', () => {
    // Half past midnight on 10 January in Rome is still the 9th in UTC.
    const time: EventTime = { ...ROME, start: '2024-01-07T23:30:00Z', end: '2024-01-08T00:00:00Z' };
    const until = every({ kind: 'daily', interval: 1 }, { kind: 'until', until: '2024-01-10' });
    expect(starts(time, until)).toEqual([
      '2024-01-07T23:30:00Z',
      '2024-01-08T23:30:00Z',
      '2024-01-09T23:30:00Z',
    ]);
  });

  it('of a far window are found without walking there', () => {
    const time: EventTime = { kind: 'allDay', start: '1900-01-01', end: '1900-01-02' };
    expect(starts(time, daily, 1, '2099-06-01T00:00:00Z')).toEqual(['2099-06-01']);
  });

  // Half past ten to noon in Rome, that is from 9:30 to 11:00 of UTC.
  const meeting: EventTime = { ...ROME, start: '2024-01-08T09:30:00Z', end: '2024-01-08T11:00:00Z' };
  const moment: EventTime = { ...meeting, end: meeting.start };
  const week: EventTime = { kind: 'allDay', start: '2024-01-08', end: '2024-01-15' };
  const monthly = every({ kind: 'absoluteMonthly', interval: 1, day: 8 });
  it.each<[string, EventTime, Recurrence, string, string, string[]]>([
    ['that last into it', meeting, daily, '10T10:59:59Z', '11T00:00:00Z', ['2024-01-10T09:30:00Z']],
    ['not that end as it begins', meeting, daily, '10T11:00:00Z', '11T00:00:00Z', []],
    ['that begin before its end', meeting, daily, '10T00:00:00Z', '10T09:30:01Z', ['2024-01-10T09:30:00Z']],
    ['not that begin as it ends', meeting, daily, '10T00:00:00Z', '10T09:30:00Z', []],
    ['a moment as it begins', moment, daily, '10T09:30:00Z', '11T00:00:00Z', ['2024-01-10T09:30:00Z']],
    ['not a moment before it', moment, daily, '10T09:30:01Z', '11T00:00:00Z', []],
    ['a week that has begun long before', week, monthly, '14T23:00:00Z', '20T00:00:00Z', ['2024-01-08']],
    ['not a week that is over', week, monthly, '15T00:00:00Z', '20T00:00:00Z', []],
  ])('of a window are those that touch it: %s', (_, time, recurrence, from, to, expected) => {
    const found = occurrences(time, recurrence, `2024-01-${from}`, `2024-01-${to}`, 9);
    expect(found.map(({ start }) => start)).toEqual(expected);
  });

  it('are those that touch the window, whatever the window', () => {
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: -400, max: 1200 }),
        fc.integer({ min: 1, max: 400 }),
        ({ time, recurrence }, offset, length) => {
          const fromMs = Date.parse(time.start) + offset * DAY_MS;
          const toMs = fromMs + length * DAY_MS;
          const all = occurrences(time, recurrence, '2000-01-01T00:00:00Z', instant(toMs + 9 * DAY_MS), 5000);
          const touching = all.filter(({ start, end }) => {
            const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
            return startMs < toMs && (endMs > fromMs || startMs >= fromMs);
          });
          expect(occurrences(time, recurrence, instant(fromMs), instant(toMs), 5000)).toEqual(touching);
          expect(occurrences(time, recurrence, instant(fromMs), instant(toMs), 3)).toEqual(
            touching.slice(0, 3),
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('span', () => {
  it('of a single event is its own', () => {
    expect(span({ time: ROME, recurrence: null, exceptions: {} })).toEqual({
      firstMs: Date.parse('2024-03-29T09:00:00Z'),
      lastMs: Date.parse('2024-03-29T10:30:00Z'),
    });
  });

  it('of an all-day event is a day wider on both sides', () => {
    const time: EventTime = { kind: 'allDay', start: '2024-03-29', end: '2024-03-31' };
    expect(span({ time, recurrence: null, exceptions: {} })).toEqual({
      firstMs: Date.parse('2024-03-28T00:00:00Z'),
      lastMs: Date.parse('2024-04-01T00:00:00Z'),
    });
  });

  it('of a series begins with the first occurrence, though its start is none', () => {
    // A Friday; the Monday after it is past the change of the clock.
    const monday = every(
      { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
      { kind: 'count', count: 1 },
    );
    expect(span({ time: ROME, recurrence: monday, exceptions: {} })).toEqual({
      firstMs: Date.parse('2024-04-01T08:00:00Z'),
      lastMs: Date.parse('2024-04-01T09:30:00Z'),
    });
  });

  it.each<[string, string[], string, string]>([
    ['only deleted', [], '2024-03-29T09:00:00Z', '2024-04-02T09:30:00Z'],
    ['moved before it', ['2024-03-01T07:00:00Z'], '2024-03-01T07:00:00Z', '2024-04-02T09:30:00Z'],
    ['moved after it', ['2024-05-01T07:00:00Z'], '2024-03-29T09:00:00Z', '2024-05-01T08:00:00Z'],
    ['moved within it', ['2024-04-01T07:00:00Z'], '2024-03-29T09:00:00Z', '2024-04-02T09:30:00Z'],
    [
      'moved both ways',
      ['2024-05-01T07:00:00Z', '2024-03-01T07:00:00Z'],
      '2024-03-01T07:00:00Z',
      '2024-05-01T08:00:00Z',
    ],
  ])('of a series holds occurrences that are %s', (_, moved, first, last) => {
    const recurrence = every({ kind: 'daily', interval: 1 }, { kind: 'count', count: 5 });
    const fiveDays = { ...NEUTRAL_EVENT, time: ROME, recurrence };
    const exceptions: Record<string, Exceptions[string]> = { '2024-03-31': 'deleted' };
    moved.forEach((start, index) => {
      const end = start.replace('T07', 'T08');
      const date = `2024-04-0${index + 1}`;
      exceptions[date] = occurrence(date, { time: { ...ROME, start, end } }, fiveDays);
    });
    expect(span({ time: ROME, recurrence, exceptions })).toEqual({
      firstMs: Date.parse(first),
      lastMs: Date.parse(last),
    });
    expect(span({ time: ROME, recurrence: daily, exceptions }).lastMs).toBeNull();
  });

  it('of a series without an end has none', () => {
    expect(span({ time: ROME, recurrence: daily, exceptions: {} }).lastMs).toBeNull();
  });

  it('begins with the first occurrence and ends with the last', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const { firstMs, lastMs } = span({ time, recurrence, exceptions: {} });
        const widening = time.kind === 'allDay' ? DAY_MS : 0;
        const limit = lastMs === null ? 1 : 5000;
        const all = occurrences(time, recurrence, '2000-01-01T00:00:00Z', '+020000-01-01T00:00:00Z', limit);
        expect(firstMs + widening).toBe(Date.parse(all[0]?.start ?? ''));
        if (lastMs !== null) expect(lastMs - widening).toBe(Date.parse(all.at(-1)?.end ?? ''));
        expect(lastMs === null).toBe(recurrence.range.kind === 'noEnd');
      }),
      { numRuns: 300 },
    );
  });
});

describe('an event on another date', () => {
  const allDay: EventTime = { kind: 'allDay', start: '2024-03-29', end: '2024-03-31' };
  it.each<[string, EventTime, string, Pick<EventTime, 'start' | 'end'>]>([
    [
      'has the hour of its zone, and lasts as long',
      ROME,
      '2024-04-01',
      { start: '2024-04-01T08:00:00Z', end: '2024-04-01T09:30:00Z' },
    ],
    ['lasts as many days', allDay, '2024-04-30', { start: '2024-04-30', end: '2024-05-02' }],
    ['is where it was on its own date', ROME, '2024-03-29', { start: ROME.start, end: ROME.end }],
  ])('%s', (_, time, date, expected) => {
    expect(occurrenceOn(time, date)).toEqual({ ...time, ...expected });
  });
});

describe('a start that is off the pattern', () => {
  const mondays = every({ kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' });

  it('moves to the first occurrence, with wall time and duration', () => {
    // Friday before, Monday after the change of the clock.
    expect(startsOnPattern(ROME, mondays)).toBe(false);
    expect(normaliseSeriesStart(ROME, mondays)).toEqual({
      kind: 'timed',
      start: '2024-04-01T08:00:00Z',
      end: '2024-04-01T09:30:00Z',
      zone: 'Europe/Rome',
    });
    const days: EventTime = { kind: 'allDay', start: '2024-03-29', end: '2024-03-31' };
    expect(normaliseSeriesStart(days, mondays)).toEqual({
      kind: 'allDay',
      start: '2024-04-01',
      end: '2024-04-03',
    });
  });

  it('is judged by the day in the zone of the event', () => {
    const time: EventTime = { ...ROME, start: '2024-01-07T23:30:00Z', end: '2024-01-08T00:30:00Z' };
    expect(startsOnPattern(time, mondays)).toBe(true);
    expect(startsOnPattern({ ...time, zone: 'Europe/London' }, mondays)).toBe(false);
  });

  it('moves once, never back, and to what is then the first occurrence', () => {
    fc.assert(
      fc.property(eventTime, series, (time, { recurrence: { pattern } }) => {
        const recurrence = every(pattern);
        const moved = normaliseSeriesStart(time, recurrence);
        expect(startsOnPattern(moved, recurrence)).toBe(true);
        expect(Date.parse(moved.start)).toBeGreaterThanOrEqual(Date.parse(time.start));
        expect(normaliseSeriesStart(moved, recurrence)).toEqual(moved);
        expect(starts(time, recurrence, 1)).toEqual([moved.start]);
        if (startsOnPattern(time, recurrence)) expect(moved).toEqual(time);
      }),
      { numRuns: 500 },
    );
  });
});

describe('lastEndMs', () => {
  const FIVE = every({ kind: 'daily', interval: 1 }, { kind: 'count', count: 5 });
  const series = { ...NEUTRAL_EVENT, time: ROME, recurrence: FIVE };
  const moved = (date: string, day: string) =>
    occurrence(date, { time: { ...ROME, start: `${day}T07:00:00Z`, end: `${day}T08:00:00Z` } }, series);

  it.each<[string, Exceptions, string]>([
    ['nothing changed', {}, '2024-04-02T09:30:00Z'],
    ['one between deleted', { '2024-03-31': 'deleted' }, '2024-04-02T09:30:00Z'],
    ['the last two deleted', { '2024-04-01': 'deleted', '2024-04-02': 'deleted' }, '2024-03-31T09:30:00Z'],
    [
      'the last moved before the others',
      { '2024-04-02': moved('2024-04-02', '2024-03-01') },
      '2024-04-01T09:30:00Z',
    ],
    [
      'the last deleted and another moved behind it',
      { '2024-04-02': 'deleted', '2024-04-01': moved('2024-04-01', '2024-05-01') },
      '2024-05-01T08:00:00Z',
    ],
  ])('of a series with %s is the end of the last that takes place', (_, exceptions, end) => {
    expect(lastEndMs({ ...series, exceptions })).toBe(Date.parse(end));
  });

  it('of a series without an end is none, and of a single event its end', () => {
    expect(lastEndMs({ ...series, recurrence: daily, exceptions: { '2024-03-29': 'deleted' } })).toBeNull();
    expect(lastEndMs({ time: ROME, recurrence: null, exceptions: {} })).toBe(
      Date.parse('2024-03-29T10:30:00Z'),
    );
  });
});
