/** Rules as recurrencePattern and recurrenceRange (Microsoft Learn), both ways. */
import { expect, test } from 'vitest';
import type { Recurrence, RecurrencePattern } from '#core/event.ts';
import type { RecurrenceAnswer } from '#exchange/graph/answers.ts';
import { readRecurrence, writtenRecurrence } from '#exchange/graph/recurrence.ts';

const START = '2026-12-01';
const NO_END = { kind: 'noEnd' } as const;

function pattern(answer: Partial<RecurrenceAnswer['pattern']>): RecurrenceAnswer['pattern'] {
  return {
    type: undefined,
    interval: 1,
    month: undefined,
    dayOfMonth: undefined,
    daysOfWeek: undefined,
    firstDayOfWeek: undefined,
    index: undefined,
    ...answer,
  };
}

function range(answer: Partial<RecurrenceAnswer['range']>): RecurrenceAnswer['range'] {
  const none = { startDate: START, endDate: undefined, numberOfOccurrences: undefined };
  return { type: 'noEnd', recurrenceTimeZone: undefined, ...none, ...answer };
}

test.each<[RecurrencePattern, object]>([
  [
    { kind: 'daily', interval: 3 },
    { type: 'daily', interval: 3 },
  ],
  [
    { kind: 'weekly', interval: 2, days: ['MO', 'FR'], firstDay: 'SU' },
    { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'], firstDayOfWeek: 'sunday' },
  ],
  [
    { kind: 'absoluteMonthly', interval: 1, day: 31 },
    { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
  ],
  [
    { kind: 'relativeMonthly', interval: 2, days: 'TU', index: 'last' },
    { type: 'relativeMonthly', interval: 2, daysOfWeek: ['tuesday'], index: 'last' },
  ],
  [
    { kind: 'relativeMonthly', interval: 1, days: 'weekendDay', index: 'first' },
    { type: 'relativeMonthly', interval: 1, daysOfWeek: ['saturday', 'sunday'], index: 'first' },
  ],
  [
    { kind: 'absoluteYearly', month: 12, day: 1 },
    { type: 'absoluteYearly', interval: 1, month: 12, dayOfMonth: 1 },
  ],
  [
    { kind: 'relativeYearly', month: 12, days: 'weekday', index: 'first' },
    {
      type: 'relativeYearly',
      interval: 1,
      month: 12,
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      index: 'first',
    },
  ],
])('%j is written as Graph says it, and read back', (canonical, written) => {
  const recurrence: Recurrence = { pattern: canonical, range: NO_END };
  const told = writtenRecurrence(recurrence, START, 'W. Europe Standard Time');
  expect(told.pattern).toEqual(written);
  expect(told.range).toMatchObject({
    type: 'noEnd',
    startDate: START,
    recurrenceTimeZone: 'W. Europe Standard Time',
  });
  expect(readRecurrence({ pattern: pattern(written), range: range({}) }, START)).toEqual(recurrence);
});

test.each([
  [
    { kind: 'until', until: '2027-01-31' },
    { type: 'endDate', endDate: '2027-01-31' },
  ],
  [
    { kind: 'count', count: 10 },
    { type: 'numbered', numberOfOccurrences: 10 },
  ],
] as const)('a range %j, both ways', (canonical, written) => {
  const recurrence: Recurrence = { pattern: { kind: 'daily', interval: 1 }, range: canonical };
  expect(writtenRecurrence(recurrence, START, 'UTC').range).toMatchObject(written);
  expect(readRecurrence({ pattern: pattern({ type: 'daily' }), range: range(written) }, START)).toEqual(
    recurrence,
  );
});

test('every two years is every 24 months, if it begins in its month', () => {
  const yearly = pattern({ type: 'absoluteYearly', interval: 2, month: 12, dayOfMonth: 1 });
  expect(readRecurrence({ pattern: yearly, range: range({}) }, START).pattern).toEqual({
    kind: 'absoluteMonthly',
    interval: 24,
    day: 1,
  });
  expect(() => readRecurrence({ pattern: yearly, range: range({}) }, '2026-11-01')).toThrow(
    /recurrenceNotExpressible/,
  );
});

test.each([
  ['two weekdays of which the first counts', { type: 'relativeMonthly', daysOfWeek: ['monday', 'friday'] }],
  ['a kind that nobody knows', { type: 'hourly' }],
  ['no day', { type: 'weekly', daysOfWeek: [] }],
  ['a day that is none', { type: 'weekly', daysOfWeek: ['constructor'] }],
  ['an interval of nothing', { type: 'daily', interval: 0 }],
])('%s is refused', (_, answer) => {
  expect(() => readRecurrence({ pattern: pattern(answer), range: range({}) }, START)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ reason: 'recurrenceNotExpressible' }) }),
  );
});

test.each<[string, Recurrence]>([
  [
    'an end before the start',
    { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'until', until: '2026-11-30' } },
  ],
  [
    'a thousand occurrences',
    { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 1_000 } },
  ],
  [
    'an interval of 100 weeks',
    { pattern: { kind: 'weekly', interval: 100, days: ['MO'], firstDay: 'MO' }, range: NO_END },
  ],
])('%s is not written', (_, recurrence) => {
  expect(() => writtenRecurrence(recurrence, START, 'UTC')).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ reason: 'recurrenceNotExpressible' }) }),
  );
});
