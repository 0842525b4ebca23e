/** Which rows of a set are planned beside its stretches, and which of those that stand remain. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, RecurrencePattern } from '#core/event.ts';
import type { RowKey, RowPlan, RowWindow } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { plannedRows } from './row-states.ts';
import { occurrence } from './weekly-series.ts';

const DAY_MS = 86_400_000;
const DAILY: RecurrencePattern = { kind: 'daily', interval: 1 };
const FIRST_MONDAYS: RecurrencePattern = {
  kind: 'relativeMonthly',
  interval: 1,
  days: 'MO',
  index: 'first',
};
const YEAR = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2026, 0, 1) };
const SPRING = { ...YEAR, toMs: Date.UTC(2025, 2, 29) };

/** At 10:00 in New York; in Rome at 16:00, but from 9 to 30 March at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);
/** Mondays in Rome are Sundays in London: their clocks change together. */
const late = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']);

const keysOf = (plan: RowPlan) => plannedRows(plan).map(({ key }) => key);
const rowOf = (plan: RowPlan, key: RowKey) => plannedRows(plan).find((row) => row.key === key);
const excludedOf = (plan: RowPlan, key: RowKey) => Object.keys(rowOf(plan, key)?.event.exceptions ?? {});
const inRome = (event: CalendarEvent, window: RowWindow = SPRING, keys: readonly RowKey[] = []) =>
  planRows(event, 'Europe/Rome', window, keys);

function deleted(event: CalendarEvent, ...dates: readonly string[]): CalendarEvent {
  return { ...event, exceptions: Object.fromEntries(dates.map((date) => [date, 'deleted' as const])) };
}

function retitled(event: CalendarEvent, date: string): CalendarEvent {
  return { ...event, exceptions: { [date]: occurrence(date, { title: 'With guests' }, event) } };
}

describe('a row that stands', () => {
  it('is the first one while it does, whatever its date', () => {
    const keys: readonly RowKey[] = ['segment:2025-03-10', 'segment:2025-01-06'];
    expect(keysOf(inRome(standUp, SPRING, keys))).toEqual(keys);
    expect(keysOf(inRome(standUp, SPRING, ['occurrence:2025-03-11', ...keys]))).toEqual(keys);
  });

  it('for an occurrence as the rule says stays beside its stretch, which leaves it out', () => {
    const plan = inRome(deleted(standUp, '2025-03-24'), SPRING, [
      'segment:2025-01-06',
      'segment:2025-03-10',
      'occurrence:2025-03-26',
      'occurrence:2025-03-12',
    ]);
    expect(plannedRows(plan).map(({ key, of }) => [key, of])).toEqual([
      ['segment:2025-01-06', null],
      ['segment:2025-03-10', null],
      ['occurrence:2025-03-12', 'segment:2025-03-10'],
      ['occurrence:2025-03-26', 'segment:2025-03-10'],
    ]);
    expect(excludedOf(plan, 'segment:2025-03-10')).toEqual(['2025-03-12', '2025-03-24', '2025-03-26']);
    expect(excludedOf(plan, 'segment:2025-01-06')).toEqual([]);
  });

  it('of long ago stays, once, with the others in the order of their dates', () => {
    const event = retitled(weekly('2024-01-01T10:00', 'America/New_York', ['MO']), '2024-02-05');
    const dates = ['2024-03-04', '2024-02-26', '2024-02-12', '2024-02-05', '2024-02-06'];
    const keys = dates.map((date) => `occurrence:${date}` as const);
    const [first, ...rows] = plannedRows(inRome(event, SPRING, keys));
    expect(first).toMatchObject({ key: 'occurrence:2024-03-04', of: null });
    expect(rows.map(({ key, event: { title } }) => `${key} ${title}`)).toEqual([
      'segment:2025-01-06 Stand-up',
      'segment:2025-03-10 Stand-up',
      'occurrence:2024-02-05 With guests',
      'occurrence:2024-02-12 Stand-up',
      'occurrence:2024-02-26 Stand-up',
    ]);
  });
});

describe('an exception of a set', () => {
  it('of the first date has its row behind its stretch', () => {
    expect(keysOf(inRome(retitled(standUp, '2025-03-10')))).toEqual([
      'segment:2025-01-06',
      'segment:2025-03-10',
      'occurrence:2025-03-10',
    ]);
  });

  it('is left out by its stretch, by one that goes on for ever also in later years', () => {
    const event = deleted(late, '2025-01-06', '2025-06-02', '2045-01-02');
    const plan = planRows(event, 'Europe/London', YEAR, ['segment:2025-06-02']);
    // Sundays, as London counts them.
    expect(excludedOf(plan, 'segment:2025-06-02')).toEqual(['2025-06-01', '2045-01-01']);
    expect(excludedOf(plan, 'segment:2025-01-06')).toEqual(['2025-01-05']);
  });

  const older = weekly('2024-01-01T10:00', 'America/New_York', ['MO']);
  it.each<[string, boolean, string, string]>([
    ['into the window', true, '2025-02-01T15:00:00Z', '2025-02-01T16:00:00Z'],
    ['onto its begin', true, '2024-12-31T23:00:00Z', '2025-01-01T00:00:01Z'],
    ['before it', false, '2024-12-31T23:00:00Z', '2025-01-01T00:00:00Z'],
    ['to its first moment', true, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ['to its end', false, '2025-03-29T00:00:00Z', '2025-03-29T01:00:00Z'],
    ['to just before its end', true, '2025-03-28T23:59:59Z', '2025-03-29T01:00:00Z'],
  ])('moved from before the window %s has a row: %s', (_name, isShown, start, end) => {
    const time = { kind: 'timed', start, end, zone: 'America/New_York' } as const;
    const event = { ...older, exceptions: { '2024-12-02': occurrence('2024-12-02', { time }, older) } };
    expect(keysOf(inRome(event)).includes('occurrence:2024-12-02')).toBe(isShown);
  });

  it('from before the window has a row where it became a day of it', () => {
    const time = { kind: 'allDay', start: '2025-02-01', end: '2025-02-02' } as const;
    const event = { ...older, exceptions: { '2024-12-02': occurrence('2024-12-02', { time }, older) } };
    expect(rowOf(inRome(event), 'occurrence:2024-12-02')?.event.time).toEqual(time);
  });
});

describe('a series without an occurrence in the window', () => {
  const january = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 0, 31) };
  const june: RecurrencePattern = { kind: 'relativeYearly', month: 6, days: 'MO', index: 'first' };
  const inNewYork = (event: CalendarEvent) => planRows(event, 'America/New_York', january);
  const thrice = seriesOf('2020-06-01T00:30', 'Europe/Rome', june, { kind: 'count', count: 3 });

  it('has the row of its next one that is not deleted', () => {
    const event = deleted(seriesOf('2020-06-01T00:30', 'Europe/Rome', june), '2025-06-02');
    expect(keysOf(inNewYork(event))).toEqual(['occurrence:2026-06-01']);
  });

  it('has the row of its last one that is not deleted, as it was changed', () => {
    expect(keysOf(inNewYork(deleted(thrice, '2022-06-06')))).toEqual(['occurrence:2021-06-07']);
    expect(plannedRows(inNewYork(retitled(thrice, '2022-06-06')))).toMatchObject([
      { key: 'occurrence:2022-06-06', event: { title: 'With guests', recurrence: null }, of: null },
    ]);
  });

  it('has a row that shows nothing where all are deleted', () => {
    const event = deleted(thrice, '2020-06-01', '2021-06-07', '2022-06-06');
    expect(inNewYork(event)).toEqual({
      kind: 'rows',
      rows: [
        {
          key: 'segment:2020-06-01',
          event: {
            ...event,
            time: { ...event.time, zone: 'America/New_York' },
            recurrence: { pattern: DAILY, range: { kind: 'until', until: '2020-05-31' } },
            exceptions: { '2020-05-31': 'deleted' },
          },
          of: null,
        },
      ],
      untilMs: null,
    });
  });
});

describe('a set that nobody would want', () => {
  const mondays = seriesOf('1990-01-01T00:30', 'Europe/Rome', FIRST_MONDAYS);
  const since = (month: number) => ({
    fromMs: Date.UTC(1990, month, 1) - DAY_MS,
    toMs: Date.UTC(2023, 3, 1),
  });

  it('is one of more than 400 rows', () => {
    expect(plannedRows(planRows(mondays, 'America/New_York', since(6)))).toHaveLength(400);
    expect(planRows(mondays, 'America/New_York', since(5))).toMatchObject({
      kind: 'unsupported',
      reason: 'zonesDisagree',
      detail: 'From Europe/Rome to America/New_York it would take 401 rows',
    });
  });

  it('is one of 20000 occurrences', () => {
    const daily = seriesOf('1900-01-01T09:00', 'America/New_York', DAILY);
    const century = { fromMs: Date.UTC(1900, 0, 1), toMs: Date.UTC(2000, 0, 1) };
    expect(planRows(daily, 'Europe/Rome', century)).toMatchObject({
      detail: 'From America/New_York to Europe/Rome it would take 20000 occurrences',
    });
  });
});
