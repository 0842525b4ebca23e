/** Where Exchange lets an occurrence be moved to: not past the one before or after it, nor onto its day. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, DateText, EventTime, Exceptions } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { crossesNeighbour } from '#core/neighbours.ts';

/** On days of May 2026, from the 4th, every second day up to the 24th. */
const SERIES: CalendarEvent = {
  ...NEUTRAL_EVENT,
  time: on(4),
  recurrence: { pattern: { kind: 'daily', interval: 2 }, range: { kind: 'count', count: 11 } },
};

function date(day: number): DateText {
  return `2026-05-${String(day).padStart(2, '0')}`;
}

function on(day: number, days = 1): EventTime {
  return { kind: 'allDay', start: date(day), end: date(day + days) };
}

/** Exceptions by the day of the rule: on which day it is now, or null for a deleted one. */
function series(changes: Readonly<Record<number, number | null>>): CalendarEvent {
  const exceptions: Exceptions = Object.fromEntries(
    Object.entries(changes).map(([day, to]) => {
      const regular = regularOccurrence(SERIES, date(Number(day)));
      return [date(Number(day)), to === null || regular === null ? 'deleted' : { ...regular, time: on(to) }];
    }),
  );
  return { ...SERIES, exceptions };
}

describe('the occurrence of the 12th', () => {
  const CASES: readonly [string, Readonly<Record<number, number | null>>, EventTime, boolean][] = [
    ['to a free day', {}, on(13), false],
    ['to the day of the next one', {}, on(14), true],
    ['to the day of the one before', {}, on(10), true],
    ['until the day of the next one', {}, on(13, 2), true],
    ['past the next one', {}, on(15), true],
    ['to the day of one that is deleted', { 14: null }, on(14), false],
    ['past one that is deleted', { 14: null }, on(15), false],
    ['past one that is deleted, to the day of the next one', { 14: null }, on(16), true],
    ['to the day that the next one has left for a later one', { 14: 15 }, on(14), false],
    ['to the day that the one before has left for an earlier one', { 10: 9 }, on(10), false],
    ['past the next one where that has moved to', { 14: 15 }, on(15), true],
    ['to a day to which the next one has come', { 14: 13 }, on(13), true],
    ['to a day to which the one before has come', { 10: 11 }, on(11), true],
    ['before all, with all before it deleted', { 4: null, 6: null, 8: null, 10: null }, on(1), false],
  ];
  test.each(CASES)('%s', (_name, changes, time, crosses) => {
    expect(crossesNeighbour(series(changes), date(12), time)).toBe(crosses);
  });
});

test('the last occurrence may be moved to any later day', () => {
  expect(crossesNeighbour(SERIES, date(24), on(30))).toBe(false);
  expect(crossesNeighbour(SERIES, date(24), on(22))).toBe(true);
});

test('an event that does not repeat has no neighbours', () => {
  expect(crossesNeighbour({ ...SERIES, recurrence: null }, date(4), on(14))).toBe(false);
});

test('an occurrence may last until midnight before the day of the next one, in the zone of the series', () => {
  const late = (end: string): EventTime => ({
    ...{ kind: 'timed', start: '2026-05-13T22:00:00-04:00', end, zone: 'America/New_York' },
  });
  const evenings = { ...SERIES, time: { ...late('2026-05-05T03:00:00Z'), start: '2026-05-05T02:00:00Z' } };
  expect(crossesNeighbour(evenings, date(12), late('2026-05-14T04:00:00Z'))).toBe(false);
  expect(crossesNeighbour(evenings, date(12), late('2026-05-14T04:30:00Z'))).toBe(true);
});

test('a neighbour is found beyond many that are deleted', () => {
  const { recurrence } = SERIES;
  const deleted = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => {
      const day = new Date(Date.UTC(2026, 4, 6 + 2 * n)).toISOString().slice(0, 10);
      return [day, 'deleted' as const];
    }),
  );
  const endless: CalendarEvent = {
    ...SERIES,
    recurrence: recurrence && { ...recurrence, range: { kind: 'noEnd' } },
    exceptions: deleted,
  };
  const free: EventTime = { kind: 'allDay', start: '2027-12-26', end: '2027-12-27' };
  const taken: EventTime = { kind: 'allDay', start: '2027-12-27', end: '2027-12-28' };
  expect(crossesNeighbour(endless, date(4), free)).toBe(false);
  expect(crossesNeighbour(endless, date(4), taken)).toBe(true);
});
