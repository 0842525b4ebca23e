/** What a row stands for, by its key, and by which start it is known. */
import { describe, expect, it, test } from 'vitest';
import {
  dateOf,
  dayMs,
  isOccurrence,
  isSegment,
  noSeries,
  occurrenceRows,
  type RowKey,
  rowStart,
} from '#core/rows.ts';
import { stateOf } from './row-states.ts';
import { allDay, FIRST, occurrence, SECOND, WEEKLY } from './weekly-series.ts';

describe('the key of a row', () => {
  test.each<[RowKey, boolean, boolean]>([
    ['series', false, false],
    [`occurrence:${SECOND}`, true, false],
    [`segment:${SECOND}`, false, true],
  ])('%s tells what it stands for', (key, standsForOccurrence, standsForStretch) => {
    expect(isOccurrence(key)).toBe(standsForOccurrence);
    expect(isSegment(key)).toBe(standsForStretch);
  });

  it.each<RowKey>([`occurrence:${SECOND}`, `segment:${SECOND}`])('%s tells the date', (key) => {
    expect(dateOf(key)).toBe(SECOND);
    expect(dayMs(key)).toBe(Date.UTC(2026, 4, 11));
  });

  it('tells the rows of single occurrences by their dates', () => {
    const row = stateOf(WEEKLY);
    const changed = stateOf({
      ...WEEKLY,
      ...occurrence(SECOND, { title: 'Retrospective' }),
      recurrence: null,
    });
    const rows = new Map<RowKey, typeof row>([
      ['series', row],
      [`segment:${FIRST}`, row],
      [`occurrence:${SECOND}`, changed],
    ]);
    expect([...occurrenceRows(rows)]).toEqual([[SECOND, changed]]);
  });
});

it('a series whose row is gone cannot be read, and says why', () => {
  expect(noSeries()).toEqual({
    kind: 'failed',
    failure: { reason: 'itemNotFound', detail: expect.stringContaining('row of the series') },
  });
});

it('a row starts at its instant, and one of whole days at midnight of UTC', () => {
  expect(rowStart(WEEKLY)).toBe(Date.UTC(2026, 4, 4, 13));
  expect(rowStart({ ...WEEKLY, time: allDay(FIRST, SECOND) })).toBe(Date.UTC(2026, 4, 4));
});
