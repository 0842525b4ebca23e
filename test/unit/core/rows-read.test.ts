/** What the rows of a calendar say of an event of which nothing was agreed yet. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent } from '#core/event.ts';
import type { RowKey, RowState } from '#core/rows.ts';
import { readRows } from '#core/rows-read.ts';
import { agreedRows, NEW_YORK, singleRow } from './agreed-rows.ts';
import { rowAt, stored, withExcluded } from './row-states.ts';
import { at, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

describe('rows of which nothing was agreed', () => {
  const series = rowAt(agreedRows(WEEKLY).rows, 'series');
  const read = (rows: Partial<Record<RowKey, RowState>>) =>
    readRows({
      agreed: null,
      now: new Map(Object.entries(rows) as [RowKey, RowState][]),
      calendarZone: NEW_YORK,
    });
  const inTheHall = occurrence(SECOND, { location: 'Hall' });
  const hallRow = singleRow(WEEKLY, inTheHall);
  const tidy = (event: CalendarEvent) => ({ kind: 'read', event, untidy: false, refused: [] });

  it('are the series, with a deleted occurrence for each date that it leaves out', () => {
    expect(read({ series })).toEqual(tidy(WEEKLY));
    expect(read({ series: withExcluded(series, SECOND) })).toEqual(tidy(weekly({ [SECOND]: 'deleted' })));
  });

  it('are the series with a changed occurrence for each row on a date that it leaves out', () => {
    expect(read({ series: withExcluded(series, SECOND, THIRD), [`occurrence:${SECOND}`]: hallRow })).toEqual(
      tidy(weekly({ [SECOND]: inTheHall, [THIRD]: 'deleted' })),
    );
  });

  it('are to be put right where one of two changed occurrences is shown by the series as well', () => {
    const atThree = occurrence(THIRD, { time: at(THIRD, '15:00') });
    expect(
      read({
        series: withExcluded(series, SECOND),
        [`occurrence:${SECOND}`]: hallRow,
        [`occurrence:${THIRD}`]: singleRow(WEEKLY, atThree),
      }),
    ).toEqual({ ...tidy(weekly({ [SECOND]: inTheHall, [THIRD]: atThree })), untidy: true });
  });

  it('are to be put right where a row says no more than the rule', () => {
    const asTheRule = singleRow(WEEKLY, { time: at(SECOND, '09:00') });
    expect(read({ series: withExcluded(series, SECOND), [`occurrence:${SECOND}`]: asTheRule })).toEqual({
      ...tidy(WEEKLY),
      untidy: true,
    });
  });

  it('say nothing where the rule has no equal in Exchange', () => {
    const secondly = stored(series.event, 'RRULE:FREQ=SECONDLY');
    expect(read({ series: secondly })).toEqual({ kind: 'failed', failure: secondly.ruleFailure });
  });
});
