/** What somebody changed of a series by its own row: its hour, its rule, and the dates that it leaves out. */
import { describe, expect, it } from 'vitest';
import type { EventTime } from '#core/event.ts';
import { inZone } from '#core/row-dates.ts';
import { agreedRows, eventOf, readAfter, singleRow } from './agreed-rows.ts';
import { seriesOf } from './exact-rows.ts';
import { edited, rowAt, stateOf, stored, withEvent, withExcluded } from './row-states.ts';
import { allDay, at, FIRST, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const tidy = { kind: 'read', untidy: false, refused: [] };
const untidy = { ...tidy, untidy: true };
const SECOND_ROW = `occurrence:${SECOND}` as const;
const THIRD_ROW = `occurrence:${THIRD}` as const;

describe('the row of a series', () => {
  const agreed = agreedRows(WEEKLY);
  const row = rowAt(agreed.rows, 'series');

  it('stands as it should with a new hour or a new rule', () => {
    const time = at(FIRST, '15:00');
    expect(readAfter(agreed, { series: withEvent(row, { time }) })).toEqual({
      ...tidy,
      event: { ...WEEKLY, time },
    });
    const everyOther = stored(row.event, 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO');
    expect(readAfter(agreed, { series: everyOther })).toEqual({
      ...tidy,
      event: {
        ...WEEKLY,
        recurrence: {
          pattern: { kind: 'weekly', interval: 2, days: ['MO'], firstDay: 'MO' },
          range: { kind: 'noEnd' },
        },
      },
    });
  });

  it('brings an answer for all of its series', () => {
    const event = weekly({}, { meeting: true, ownResponse: 'pending' });
    const before = { ...row, response: 'pending' as const };
    const asked = { event, rows: edited(agreed.rows, { series: before }) };
    const read = readAfter(asked, { series: { ...before, response: 'tentative' } });
    expect(read).toEqual({ ...tidy, event: { ...event, ownResponse: 'tentative' } });
  });

  it('loses its dates left out with a new rule, and is to have them again', () => {
    const without = agreedRows(weekly({ [SECOND]: 'deleted' }));
    const twice = stored(row.event, 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH');
    const read = readAfter(without, { series: twice });
    expect(read).toMatchObject(untidy);
    expect(eventOf(read).exceptions).toEqual({ [SECOND]: 'deleted' });
  });

  it('may leave out a date on which there is nothing', () => {
    expect(readAfter(agreed, { series: withExcluded(row, '2026-05-12') })).toEqual({
      ...tidy,
      event: WEEKLY,
    });
  });

  it('deletes nothing by a date that it left out when both sides agreed', () => {
    const rows = edited(agreed.rows, { series: withExcluded(row, SECOND) });
    const now = withExcluded(row, SECOND, THIRD);
    const read = readAfter({ event: WEEKLY, rows }, { series: now });
    expect(eventOf(read).exceptions).toEqual({ [THIRD]: 'deleted' });
  });

  it('shows a changed occurrence as the rule has it where its row and its date left out are gone', () => {
    const inTheHall = occurrence(SECOND, { location: 'Hall' });
    const changed = agreedRows(weekly({ [SECOND]: inTheHall, [THIRD]: inTheHall }));
    const back = withExcluded(row, THIRD);
    expect(readAfter(changed, { series: back, [SECOND_ROW]: null })).toEqual({
      ...tidy,
      event: weekly({ [THIRD]: inTheHall }),
    });
    // The date alone: the occurrence is shown twice, and the row counts.
    expect(readAfter(changed, { series: back })).toEqual({ ...untidy, event: changed.event });
  });

  it('with another hour too: with that alone Liferay goes on leaving out what it left out', () => {
    const inTheHall = occurrence(SECOND, { location: 'Hall' });
    const changed = agreedRows(weekly({ [SECOND]: inTheHall, [THIRD]: 'deleted' }));
    const time = at(FIRST, '15:00');
    const later = withEvent(withExcluded(row, THIRD), { time });
    expect(readAfter(changed, { series: later, [SECOND_ROW]: null })).toEqual({
      ...tidy,
      event: { ...WEEKLY, time, exceptions: { [THIRD]: 'deleted' } },
    });
  });

  it('is to leave out each date that got a row', () => {
    const rows = {
      [SECOND_ROW]: singleRow(WEEKLY, occurrence(SECOND, { location: 'Hall' })),
      [THIRD_ROW]: singleRow(WEEKLY, occurrence(THIRD, { location: 'Hall' })),
    };
    expect(readAfter(agreed, { ...rows, series: withExcluded(row, SECOND, THIRD) })).toMatchObject(tidy);
    expect(readAfter(agreed, { ...rows, series: withExcluded(row, SECOND) })).toMatchObject(untidy);
  });

  it('is to leave out none for a row that says no more than the rule', () => {
    const asTheRule = singleRow(WEEKLY, { time: at(SECOND, '09:00') });
    expect(readAfter(agreed, { series: withExcluded(row, SECOND), [SECOND_ROW]: asTheRule })).toEqual({
      ...untidy,
      event: WEEKLY,
    });
  });

  it('of a single event with a rule that nobody can read is a failure where it is moved', () => {
    const event = weekly({}, { recurrence: null });
    const before = stored(event, 'RRULE:FREQ=SECONDLY');
    const moved = withEvent(before, { time: at(FIRST, '15:00') });
    const rows = edited(agreed.rows, { series: before });
    expect(readAfter({ event, rows }, { series: moved })).toEqual({
      kind: 'failed',
      failure: before.ruleFailure,
    });
  });
});

describe('the row of a series of Rome in a calendar of London', () => {
  /** Each day at half past midnight: in London at half past eleven the day before. */
  const nightly = seriesOf('2026-05-04T00:30', 'Europe/Rome', { kind: 'daily', interval: 1 });
  const agreed = agreedRows(nightly, 'Europe/London');
  const row = rowAt(agreed.rows, 'series');

  it('leaves out the day that London counts', () => {
    const date = '2026-05-08';
    const key = `occurrence:${date}` as const;
    const changed = singleRow(nightly, occurrence(date, { location: 'Hall' }, nightly));
    const read = (excluded: string) =>
      readAfter(agreed, { series: withExcluded(row, excluded), [key]: changed }, 'Europe/London');
    expect(read('2026-05-07')).toMatchObject(tidy);
    expect(eventOf(read('2026-05-07')).exceptions).toMatchObject({ [date]: { location: 'Hall' } });
    expect(read(date)).toMatchObject(untidy);
  });

  it.each<[string, EventTime]>([
    // Ten in the evening in London is eleven in Rome: the days are the same in both now.
    [
      'gets an earlier hour',
      { ...row.event.time, start: '2026-05-03T21:00:00Z', end: '2026-05-03T21:30:00Z' },
    ],
    ['becomes one of days', allDay('2026-05-03', '2026-05-04')],
  ])('keeps the days of its exceptions where it %s', (_name, time) => {
    const inTheHall = occurrence('2026-05-06', { location: 'Hall' }, nightly);
    const event = { ...nightly, exceptions: { '2026-05-06': inTheHall, '2026-05-08': 'deleted' as const } };
    const before = agreedRows(event, 'Europe/London');
    const series = rowAt(before.rows, 'series');
    expect(Object.keys(series.event.exceptions)).toEqual(['2026-05-05', '2026-05-07']);
    const moved = readAfter(before, { series: withEvent(series, { time }) }, 'Europe/London');
    expect(eventOf(moved).exceptions).toEqual({ '2026-05-05': inTheHall, '2026-05-07': 'deleted' });
    const without = withEvent(withExcluded(series, '2026-05-09'), { time });
    const changed = singleRow(nightly, occurrence('2026-05-10', { location: 'Hall' }, nightly));
    const read = readAfter(before, { series: without, 'occurrence:2026-05-10': changed }, 'Europe/London');
    expect(read).toMatchObject(tidy);
    expect(Object.keys(eventOf(read).exceptions)).toEqual(['2026-05-05', '2026-05-07', '2026-05-09']);
  });

  it('has no rule whose days cannot be counted in Rome, and says so', () => {
    const firstSundays = stored(row.event, 'RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1SU');
    expect(readAfter(agreed, { series: firstSundays }, 'Europe/London')).toEqual({
      kind: 'failed',
      failure: { reason: 'recurrenceNotExpressible', detail: 'The start is another day in Europe/Rome' },
    });
  });

  it('is moved as any other where the event is a single one', () => {
    const event = { ...nightly, recurrence: null };
    const time = { ...event.time, start: '2026-05-10T22:30:00Z', end: '2026-05-10T23:00:00Z' };
    const single = {
      event,
      rows: new Map([['series', stateOf({ ...event, time: row.event.time })] as const]),
    };
    const moved = stateOf({ ...event, time: inZone(time, 'Europe/London') });
    expect(readAfter(single, { series: moved }, 'Europe/London')).toEqual({
      ...tidy,
      event: { ...event, time },
    });
  });
});
