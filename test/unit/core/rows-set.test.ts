/** A series that means other instants in the calendar's zone: its rows show what the series means, to the minute. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, RecurrencePattern } from '#core/event.ts';
import type { RowPlan, RowWindow } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { expectExact, isSet, seriesOf, weekly } from './exact-rows.ts';
import { anyZone, seriesEvent, withChanges } from './row.arbitrary.ts';
import { plannedRows } from './row-states.ts';

const DAY_MS = 86_400_000;
const YEAR = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2026, 0, 1) };

const window: fc.Arbitrary<RowWindow> = fc
  .record({
    day: fc.integer({ min: Date.UTC(2022, 0, 1) / DAY_MS, max: Date.UTC(2030, 0, 1) / DAY_MS }),
    days: fc.integer({ min: 1, max: 500 }),
  })
  .map(({ day, days }) => ({ fromMs: day * DAY_MS, toMs: (day + days) * DAY_MS }));

describe('rows of a series in a calendar of another zone', () => {
  it('show exactly what the series means', () => {
    const plans = { series: 0, set: 0 };
    fc.assert(
      fc.property(seriesEvent, anyZone, window, (event, zone, within) => {
        const plan = planRows(event, zone, within);
        expectExact(event, plan, within);
        plans[isSet(plannedRows(plan)) ? 'set' : 'series']++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(plans.series, plans.set)).toBeGreaterThan(100);
  });
});

describe('a set of rows', () => {
  const standUp = weekly('2024-01-01T10:00', 'America/New_York', ['MO', 'WE']);
  const keysOf = (plan: RowPlan) => plannedRows(plan).map(({ key }) => key);
  const moved = (within: RowWindow, days: number) => ({
    fromMs: within.fromMs + days * DAY_MS,
    toMs: within.toMs + days * DAY_MS,
  });

  it('has a row with the rule of the calendar for each stretch between two changes of the clocks', () => {
    // In 2025 New York changes its clock on 9 March and 2 November, Rome on 30 March and 26 October.
    const rows = plannedRows(planRows(standUp, 'Europe/Rome', YEAR));
    expect(rows.map(({ key, event }) => [key, event.time.start, event.recurrence?.range])).toEqual([
      ['segment:2025-01-01', '2025-01-01T15:00:00Z', { kind: 'until', until: '2025-03-05' }],
      ['segment:2025-03-10', '2025-03-10T14:00:00Z', { kind: 'until', until: '2025-03-26' }],
      ['segment:2025-03-31', '2025-03-31T14:00:00Z', { kind: 'until', until: '2025-10-22' }],
      ['occurrence:2025-10-27', '2025-10-27T14:00:00Z', undefined],
      ['occurrence:2025-10-29', '2025-10-29T14:00:00Z', undefined],
      ['segment:2025-11-03', '2025-11-03T15:00:00Z', { kind: 'until', until: '2026-03-04' }],
    ]);
    for (const { event, of } of rows) {
      expect(event.time).toMatchObject({ zone: 'Europe/Rome' });
      expect(of).toBeNull();
    }
  });

  it('has one row for ever where only the day is another one', () => {
    const event = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO', 'TH']);
    const plan = planRows(event, 'Europe/London', YEAR);
    expect(plan).toMatchObject({ untilMs: null });
    expect(plannedRows(plan).map(({ key, event: { recurrence } }) => [key, recurrence])).toEqual([
      [
        'segment:2025-01-06',
        {
          pattern: { kind: 'weekly', interval: 1, days: ['WE', 'SU'], firstDay: 'MO' },
          range: { kind: 'noEnd' },
        },
      ],
    ]);
    expectExact(event, plan, { ...YEAR, toMs: Date.UTC(2055, 0, 1) });
  });

  it.each<[string, RecurrencePattern, string, RecurrencePattern | null]>([
    [
      'the 15th',
      { kind: 'absoluteMonthly', interval: 1, day: 15 },
      '2025-01-15',
      { kind: 'absoluteMonthly', interval: 1, day: 14 },
    ],
    [
      'the 1st',
      { kind: 'absoluteMonthly', interval: 1, day: 1 },
      '2025-01-01',
      { kind: 'absoluteMonthly', interval: 1, day: 31 },
    ],
    [
      '30 January',
      { kind: 'absoluteYearly', month: 1, day: 30 },
      '2025-01-30',
      { kind: 'absoluteYearly', month: 1, day: 29 },
    ],
    [
      '1 January',
      { kind: 'absoluteYearly', month: 1, day: 1 },
      '2025-01-01',
      { kind: 'absoluteYearly', month: 12, day: 31 },
    ],
    ['the 30th', { kind: 'absoluteMonthly', interval: 1, day: 30 }, '2025-01-30', null],
    ['the last day', { kind: 'absoluteMonthly', interval: 1, day: 31 }, '2025-01-31', null],
    [
      'the first Monday',
      { kind: 'relativeMonthly', interval: 1, days: 'MO', index: 'first' },
      '2025-01-06',
      null,
    ],
  ])('counts a day less of %s only where that is a rule', (_name, pattern, day, expected) => {
    const event = seriesOf(`${day}T00:30`, 'Europe/Rome', pattern);
    const plan = planRows(event, 'Europe/London', YEAR);
    const rows = plannedRows(plan);
    if (expected === null) expect(rows.every(({ event: { recurrence } }) => recurrence === null)).toBe(true);
    else expect(rows.map(({ event: { recurrence } }) => recurrence?.pattern)).toEqual([expected]);
    expectExact(event, plan, YEAR);
  });

  it('shows an hour that the calendar has twice by a row of its own', () => {
    // 00:30 in UTC is 02:30 in Rome, for the first of two times on 26 October 2025.
    const event = seriesOf('2025-01-01T00:30', 'UTC', { kind: 'daily', interval: 1 });
    const plan = planRows(event, 'Europe/Rome', YEAR);
    expect(plannedRows(plan).map(({ key }) => key)).toContain('occurrence:2025-10-26');
    expectExact(event, plan, YEAR);
  });

  it('keeps its rows and their names while the window moves, and only grows at its end', () => {
    fc.assert(
      fc.property(
        seriesEvent,
        anyZone,
        window,
        fc.integer({ min: 1, max: 400 }),
        (event, zone, within, days) => {
          const before = planRows(event, zone, within);
          if (!isSet(plannedRows(before))) return;
          const later = moved(within, days);
          const after = planRows(event, zone, later, keysOf(before));
          if (!isSet(plannedRows(after))) return;
          expect(keysOf(after)).toEqual(expect.arrayContaining(keysOf(before)));
          for (const each of [within, later]) expectExact(event, after, each);
          expect(planRows(event, zone, later, keysOf(after))).toEqual(after);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the same until the clocks change again', () => {
    const before = planRows(standUp, 'Europe/Rome', YEAR);
    // New York changes its clock on 8 March 2026.
    expect(before).toMatchObject({ untilMs: Date.UTC(2026, 2, 8, 7) });
    expect(planRows(standUp, 'Europe/Rome', moved(YEAR, 60), keysOf(before))).toEqual(before);
    const after = planRows(standUp, 'Europe/Rome', moved(YEAR, 70), keysOf(before));
    expect(keysOf(after)).toEqual([...keysOf(before), 'segment:2026-03-09']);
  });

  it('keeps the rows of a series that was moved to another day', () => {
    const before = planRows(standUp, 'Europe/Rome', YEAR);
    const tuesdays = weekly('2024-01-02T10:00', 'America/New_York', ['TU', 'TH']);
    const after = planRows(tuesdays, 'Europe/Rome', YEAR, keysOf(before));
    expect(keysOf(after)).toEqual(
      expect.arrayContaining(keysOf(before).filter((key) => key.startsWith('segment'))),
    );
    expectExact(tuesdays, after, YEAR);
  });

  it('is one row with its own rule again when the calendar gets the zone of the series', () => {
    const before = planRows(standUp, 'Europe/Rome', YEAR);
    expect(keysOf(planRows(standUp, 'America/New_York', YEAR, keysOf(before)))).toEqual(['series']);
  });

  it('has a row of its own for a changed occurrence, and none for a deleted one', () => {
    const event = withChanges(standUp, [
      { number: 2, change: { title: 'Kick-off' } },
      { number: 3, change: 'deleted' },
    ]);
    const plan = planRows(event, 'Europe/Rome', { fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2024, 1, 1) });
    const [segment, changed, ...others] = plannedRows(plan);
    expect(Object.keys(segment?.event.exceptions ?? {})).toEqual(['2024-01-08', '2024-01-10']);
    expect(changed).toMatchObject({
      key: 'occurrence:2024-01-08',
      of: expect.stringMatching(/^segment:/),
      event: { title: 'Kick-off' },
    });
    expect(others).toEqual([]);
  });

  it('has a row also while nothing of the series is near the window', () => {
    const yearly = seriesOf('2020-06-01T00:30', 'Europe/Rome', {
      kind: 'relativeYearly',
      month: 6,
      days: 'MO',
      index: 'first',
    });
    const january = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 0, 31) };
    expect(keysOf(planRows(yearly, 'America/New_York', january))).toEqual(['occurrence:2025-06-02']);
    const over = seriesOf(
      '2020-06-01T00:30',
      'Europe/Rome',
      { kind: 'relativeYearly', month: 6, days: 'MO', index: 'first' },
      { kind: 'count', count: 2 },
    );
    expect(keysOf(planRows(over, 'America/New_York', january))).toEqual(['occurrence:2021-06-07']);
    const gone = withChanges(over, [
      { number: 0, change: 'deleted' },
      { number: 1, change: 'deleted' },
    ]);
    const plan = planRows(gone, 'America/New_York', january);
    expect(plannedRows(plan)).toHaveLength(1);
    expectExact(gone, plan, { fromMs: Date.UTC(2019, 0, 1), toMs: Date.UTC(2026, 0, 1) });
  });
});

describe('a series of another zone that is long or odd', () => {
  const daily: RecurrencePattern = { kind: 'daily', interval: 1 };

  it.each<[string, CalendarEvent]>([
    [
      '999 occurrences',
      seriesOf('2024-12-01T09:00', 'America/New_York', daily, { kind: 'count', count: 999 }),
    ],
    ['endless since 1900', seriesOf('1900-01-01T09:00', 'America/New_York', daily)],
    ['no time at all', withLength(seriesOf('2024-12-01T09:00', 'America/New_York', daily), 0)],
    [
      'five years each',
      withLength(
        seriesOf('2020-12-01T09:00', 'America/New_York', { kind: 'absoluteYearly', month: 12, day: 1 }),
        5 * 365 * DAY_MS,
      ),
    ],
  ])('of %s is shown as it is', (_name, event) => {
    expectExact(event, planRows(event, 'Europe/Rome', YEAR), YEAR);
  });

  it('in the year 2100 is shown as it is', () => {
    const event = seriesOf('2099-12-01T09:00', 'America/New_York', daily);
    const within = { fromMs: Date.UTC(2100, 0, 1), toMs: Date.UTC(2101, 0, 1) };
    expectExact(event, planRows(event, 'Europe/Rome', within), within);
  });

  it('is refused where it would take too many rows', () => {
    const mondays = seriesOf('1990-01-01T00:30', 'Europe/Rome', {
      kind: 'relativeMonthly',
      interval: 1,
      days: 'MO',
      index: 'first',
    });
    const decades = { fromMs: Date.UTC(1990, 0, 1), toMs: Date.UTC(2030, 0, 1) };
    expect(planRows(mondays, 'America/New_York', decades)).toMatchObject({
      kind: 'unsupported',
      reason: 'zonesDisagree',
    });
    const centuries = { fromMs: Date.UTC(1900, 0, 1), toMs: Date.UTC(2100, 0, 1) };
    expect(
      planRows(seriesOf('1900-01-01T09:00', 'America/New_York', daily), 'Europe/Rome', centuries),
    ).toMatchObject({ reason: 'zonesDisagree' });
  });

  it.each(['Mars/Olympus', ''])('is refused in a calendar of zone %j', (zone) => {
    const event = seriesOf('2024-12-01T09:00', 'Europe/Rome', daily);
    expect(planRows(event, zone, YEAR)).toMatchObject({ kind: 'unsupported', reason: 'zoneUnknown' });
  });

  it('is refused where its rule is none', () => {
    const event = seriesOf('2024-12-01T09:00', 'America/New_York', { kind: 'daily', interval: 0 });
    expect(planRows(event, 'Europe/Rome', YEAR)).toMatchObject({ reason: 'recurrenceNotExpressible' });
  });
});

function withLength(event: CalendarEvent, ms: number): CalendarEvent {
  const { time } = event;
  const end = Temporal.Instant.from(time.start).add({ milliseconds: ms }).toString();
  return { ...event, time: { ...time, end } };
}
