/** The single parts of which plans of rows are made. */
import { describe, expect, it, test } from 'vitest';
import { excluding, occurrenceRow, yearStart } from '#core/planned-rows.ts';
import { at, FIRST, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

it('a row leaves out dates as deleted occurrences', () => {
  expect(excluding([])).toEqual({});
  expect(excluding([FIRST, SECOND])).toEqual({ [FIRST]: 'deleted', [SECOND]: 'deleted' });
});

describe('an occurrence that has a row of its own', () => {
  const { recurrence } = WEEKLY;
  if (recurrence === null) throw new Error('A weekly series has a rule');
  const series = { event: { ...weekly({ [THIRD]: 'deleted' }), recurrence }, calendarZone: 'Europe/Rome' };

  it('holds what it was changed to, else what its series does, in the zone of the calendar', () => {
    const time = at(SECOND, '15:00');
    expect(occurrenceRow(series, SECOND, { title: 'Retrospective', time }, 'series')).toEqual({
      key: `occurrence:${SECOND}`,
      event: {
        ...WEEKLY,
        title: 'Retrospective',
        time: { ...time, zone: 'Europe/Rome' },
        recurrence: null,
        exceptions: {},
      },
      of: 'series',
    });
  });

  it('may stand by itself', () => {
    expect(occurrenceRow(series, SECOND, { time: at(SECOND, '09:00') }, null)).toMatchObject({ of: null });
  });
});

test.each([
  ['this year', Date.UTC(2026, 6, 1), 0, Date.UTC(2026, 0, 1)],
  ['in its last moment', Date.UTC(2026, 11, 31, 23, 59, 59, 999), 1, Date.UTC(2027, 0, 1)],
  ['in its first moment', Date.UTC(2026, 0, 1), 2, Date.UTC(2028, 0, 1)],
])('a year starts at midnight of UTC: counted from %s', (_name, ms, yearsOn, expected) => {
  expect(yearStart(ms, yearsOn)).toBe(expected);
});
