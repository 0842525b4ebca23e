/** From when to when the rows of a set show their series. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import type { RowKey, RowPlan, RowWindow } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { plannedRows } from './row-states.ts';

const DAILY: RecurrencePattern = { kind: 'daily', interval: 1 };
const FIRST_MONDAYS: RecurrencePattern = {
  kind: 'relativeMonthly',
  interval: 1,
  days: 'MO',
  index: 'first',
};
const SPRING = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 2, 29) };

/** At 10:00 in New York; in Rome at 16:00, but from 9 to 30 March at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);
/** Mondays in Rome are Sundays in London: their clocks change together. */
const late = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']);

const keysOf = (plan: RowPlan) => plannedRows(plan).map(({ key }) => key);
const rowOf = (plan: RowPlan, key: RowKey) => plannedRows(plan).find((row) => row.key === key);
const endOf = (plan: RowPlan) => rowOf(plan, keysOf(plan).at(-1) ?? 'series')?.event.recurrence?.range;
const inRome = (event: CalendarEvent, window: RowWindow = SPRING, keys: readonly RowKey[] = []) =>
  planRows(event, 'Europe/Rome', window, keys);

function lasting(event: CalendarEvent, hours: number): CalendarEvent {
  const { time } = event;
  return { ...event, time: { ...time, end: Temporal.Instant.from(time.start).add({ hours }).toString() } };
}

describe('a set of rows shows its series', () => {
  const until = (day: string): RecurrenceRange => ({ kind: 'until', until: day });
  const { pattern } = late.recurrence ?? { pattern: DAILY };
  const lateUntil = (day: string) => seriesOf('2025-01-06T00:30', 'Europe/Rome', pattern, until(day));

  it('up to the next change of the clocks after the window', () => {
    expect(inRome(standUp)).toMatchObject({ untilMs: Date.UTC(2025, 2, 30, 1) });
    const plan = inRome(standUp, SPRING, ['segment:2025-01-06']);
    expect(plan).toMatchObject({ untilMs: Date.UTC(2025, 2, 30, 1) });
    expect(keysOf(plan)).toEqual(['segment:2025-01-06', 'segment:2025-03-10']);
  });

  it('up to the second new year after the window where the clocks do not part', () => {
    expect(planRows(lateUntil('2035-01-01'), 'Europe/London', SPRING)).toMatchObject({
      untilMs: Date.UTC(2027, 0, 1),
    });
  });

  it('up to the new year after a stretch that stands beyond that', () => {
    const plan = planRows(lateUntil('2035-01-01'), 'Europe/London', SPRING, ['segment:2029-06-04']);
    expect(plan).toMatchObject({ untilMs: Date.UTC(2030, 0, 1) });
    expect(keysOf(plan)).toEqual(['segment:2029-06-04', 'segment:2025-01-06']);
  });

  it('for ever where it is over', () => {
    const plan = planRows(lateUntil('2025-06-30'), 'Europe/London', SPRING);
    expect(plan).toMatchObject({ untilMs: null });
    expect(endOf(plan)).toEqual({ kind: 'until', until: '2025-06-29' });
  });

  it('for ever where the clocks stay as they are', () => {
    const plan = planRows(late, 'Europe/London', SPRING);
    expect(plan).toMatchObject({ untilMs: null });
    expect(endOf(plan)).toEqual({ kind: 'noEnd' });
  });

  it.each<[string, CalendarEvent, string, RowWindow, number]>([
    [
      'one of the clocks will change one day',
      // On 15 April 2006 Colombo took the clock of Kolkata.
      weekly('2000-01-03T00:15', 'Asia/Colombo', ['MO']),
      'Asia/Kolkata',
      { fromMs: Date.UTC(2000, 0, 1), toMs: Date.UTC(2000, 5, 1) },
      Date.UTC(2002, 0, 1),
    ],
    [
      'the clock of the calendar skips its hour in spring',
      weekly('2025-01-06T02:30', 'Europe/Rome', ['MO']),
      'America/Nuuk',
      SPRING,
      Date.UTC(2027, 0, 1),
    ],
    [
      'no rule has its days',
      seriesOf('2025-01-06T00:30', 'Europe/Rome', FIRST_MONDAYS),
      'Europe/London',
      SPRING,
      Date.UTC(2027, 0, 1),
    ],
    [
      'it has no occurrence yet',
      seriesOf('2024-06-15T00:30', 'Europe/Rome', { kind: 'absoluteMonthly', interval: 48, day: 15 }),
      'Europe/London',
      SPRING,
      Date.UTC(2027, 0, 1),
    ],
  ])('not for ever where %s', (_name, event, zone, window, untilMs) => {
    const plan = planRows(event, zone, window);
    expect(plan).toMatchObject({ untilMs });
    expect(endOf(plan)).not.toEqual({ kind: 'noEnd' });
  });

  // On 9 March 2025 at 7:00 in UTC New York goes from 2 to 3 o’clock.
  const threeOClock = (day: string) => seriesOf('2025-01-06T03:00', 'America/New_York', DAILY, until(day));
  const FEBRUARY = { ...SPRING, toMs: Date.UTC(2025, 2, 1) };

  it('not beyond a change at which its last occurrence begins', () => {
    expect(inRome(threeOClock('2025-03-09'), FEBRUARY)).toMatchObject({ untilMs: Date.UTC(2025, 2, 9, 7) });
    expect(inRome(threeOClock('2025-03-08'), FEBRUARY)).toMatchObject({ untilMs: null });
  });

  it('beyond a change at which a stretch begins that stands', () => {
    const plan = inRome(threeOClock('2025-12-31'), FEBRUARY, ['segment:2025-01-06', 'segment:2025-03-09']);
    expect(plan).toMatchObject({ untilMs: Date.UTC(2025, 2, 30, 1) });
    expect(keysOf(plan)).toEqual(['segment:2025-01-06', 'segment:2025-03-09']);
  });
});

describe('a set begins', () => {
  const march: readonly RowKey[] = ['segment:2025-03-10'];
  const from = (day: string): RowWindow => ({ fromMs: Date.parse(day), toMs: Date.UTC(2025, 2, 29) });

  it('with the window where nothing stands', () => {
    expect(keysOf(inRome(standUp, from('2025-03-12')))).toEqual(['segment:2025-03-12']);
  });

  it('with the first stretch that stands, in whichever order they are named', () => {
    const keys = ['segment:2025-03-10', 'segment:2025-01-13'] as const;
    const plan = inRome(standUp, from('2025-03-12'), keys);
    expect(keysOf(plan).toSorted()).toEqual(keys.toSorted());
    expect(rowOf(plan, 'segment:2025-01-13')?.event.time.start).toBe('2025-01-13T15:00:00Z');
    expect(rowOf(plan, 'segment:2025-03-10')?.event.time.start).toBe('2025-03-10T14:00:00Z');
  });

  it('with what is in the window before that', () => {
    expect(keysOf(inRome(standUp, from('2025-03-03'), march)).toSorted()).toEqual([
      'occurrence:2025-03-03',
      'occurrence:2025-03-05',
      'segment:2025-03-10',
    ]);
  });

  it.each<[string, boolean, number, string]>([
    ['lasts into the window', true, 8 * 24, '2025-03-11'],
    ['ends as the window begins', false, 8 * 24, '2025-03-13T15:00Z'],
    ['ends before the window', false, 8 * 24, '2025-03-20'],
    ['begins with the window and has no length', true, 0, '2025-03-05T15:00Z'],
    ['begins before the window and has no length', false, 0, '2025-03-05T15:01Z'],
  ])('with an occurrence that %s: %s', (_name, isShown, hours, day) => {
    const wednesdays = lasting(weekly('2025-01-08T10:00', 'America/New_York', ['WE']), hours);
    const keys = keysOf(inRome(wednesdays, from(day), ['segment:2025-03-12']));
    expect(keys.toSorted()).toEqual([...(isShown ? ['occurrence:2025-03-05'] : []), 'segment:2025-03-12']);
  });
});
