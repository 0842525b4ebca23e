/** Series and their occurrences in the emulated Exchange. */
import { describe, expect, test } from 'vitest';
import type { NewRawEvent, RawItem, RawRecurrence } from '#test/raw/exchange-client.ts';
import { lunch, ROME, startServer, weekly } from './exchange-emulator-stage.ts';

const starts = (items: readonly RawItem[]): string[] => items.map(({ start }) => start);

describe('recurrence', () => {
  const at = (date: string): Pick<NewRawEvent, 'start' | 'end'> => ({
    start: `${date}T09:00:00`,
    end: `${date}T10:00:00`,
  });
  const cases: readonly [string, RawRecurrence, readonly string[]][] = [
    [
      'every third day across the change from summer time',
      { kind: 'daily', interval: 3, startDate: '2026-10-23', count: 3 },
      ['2026-10-23T07:00:00Z', '2026-10-26T08:00:00Z', '2026-10-29T08:00:00Z'],
    ],
    [
      'every second week, weeks beginning on Sunday',
      {
        kind: 'weekly',
        interval: 2,
        days: ['Sunday', 'Monday'],
        firstDay: 'Sunday',
        startDate: '2026-11-23',
        count: 3,
      },
      ['2026-11-23T08:00:00Z', '2026-12-06T08:00:00Z', '2026-12-07T08:00:00Z'],
    ],
    [
      'every second week, weeks beginning on Monday',
      {
        kind: 'weekly',
        interval: 2,
        days: ['Sunday', 'Monday'],
        firstDay: 'Monday',
        startDate: '2026-11-23',
        count: 3,
      },
      ['2026-11-23T08:00:00Z', '2026-11-29T08:00:00Z', '2026-12-07T08:00:00Z'],
    ],
    [
      'the 31st, which means the last day',
      { kind: 'absoluteMonthly', interval: 1, day: 31, startDate: '2027-01-01', count: 3 },
      ['2027-01-31T08:00:00Z', '2027-02-28T08:00:00Z', '2027-03-31T07:00:00Z'],
    ],
    [
      'the last weekday of each month',
      {
        kind: 'relativeMonthly',
        interval: 1,
        days: 'Weekday',
        index: 'Last',
        startDate: '2026-11-01',
        count: 2,
      },
      ['2026-11-30T08:00:00Z', '2026-12-31T08:00:00Z'],
    ],
    [
      'the second Tuesday, with an end date',
      {
        kind: 'relativeMonthly',
        interval: 1,
        days: 'Tuesday',
        index: 'Second',
        startDate: '2026-11-01',
        until: '2027-01-12',
      },
      ['2026-11-10T08:00:00Z', '2026-12-08T08:00:00Z', '2027-01-12T08:00:00Z'],
    ],
    [
      '29 February, which is the 28th in other years',
      { kind: 'absoluteYearly', month: 'February', day: 29, startDate: '2027-01-01', count: 2 },
      ['2027-02-28T08:00:00Z', '2028-02-29T08:00:00Z'],
    ],
    [
      'the first weekend day of May',
      {
        kind: 'relativeYearly',
        month: 'May',
        days: 'WeekendDay',
        index: 'First',
        startDate: '2027-01-01',
        count: 2,
      },
      ['2027-05-01T07:00:00Z', '2028-05-06T07:00:00Z'],
    ],
  ];

  test.each(cases)('%s', async (_, recurrence, expected) => {
    const { client } = startServer();
    const { id } = await client().create({
      subject: 'S',
      zone: ROME,
      ...at(recurrence.startDate),
      recurrence,
    });
    const shown = [
      ...(await client().listEvents('calendar', '2026-10-01T00:00:00Z', '2028-09-30T00:00:00Z')),
    ];
    expect(starts(shown)).toEqual(expected);
    const master = await client().get(id);
    expect(master.start).toBe(expected[0]);
    const { startDate: _startDate, ...pattern } = recurrence;
    expect(master.recurrence).toMatchObject(pattern);
  });

  test('an endless series is shown in a window and is one item', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23' };
    await client().create({ ...lunch, recurrence });
    const shown = await client().listEvents('calendar', '2027-11-23T00:00:00Z', '2027-11-26T00:00:00Z');
    expect(shown.map(({ type }) => type)).toEqual(['Occurrence', 'Occurrence', 'Occurrence']);
    expect((await client().listItems()).map(({ type }) => type)).toEqual(['RecurringMaster']);
  });

  test('a series without an occurrence is refused', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = {
      kind: 'weekly',
      interval: 1,
      days: ['Friday'],
      startDate: '2026-11-23',
      until: '2026-11-24',
    };
    const refused = client().create({ ...lunch, recurrence });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorRecurrenceHasNoOccurrence' });
  });

  test('an occurrence that reaches into the next is refused', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 3 };
    const refused = client().create({ ...lunch, end: '2026-11-24T13:00:00', recurrence });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorOccurrenceTimeSpanTooBig' });
  });

  test('a calendar view of more than two years is refused', async () => {
    const { client } = startServer();
    const view = client().listEvents('calendar', '2026-01-01T00:00:00Z', '2028-02-01T00:00:00Z');
    await expect(view).rejects.toMatchObject({ code: 'ErrorCalendarViewRangeTooBig' });
  });
});

describe('occurrences', () => {
  test('a changed occurrence becomes an exception and shows up as an update of the master', async () => {
    const { client } = startServer();
    const { id: seriesId, changeKey } = await client().create(weekly());
    const { state } = await client().sync('calendar');
    const moved = { subject: 'Moved', start: '2026-12-01T15:00:00Z', end: '2026-12-01T16:00:00Z' };
    await client().update({ seriesId, changeKey, index: 2 }, moved);
    const changes = await client().sync('calendar', state);
    expect(changes.updated.map(({ id }) => id)).toEqual([seriesId]);
    const master = await client().get(seriesId);
    expect(master.modifiedOccurrences).toMatchObject([
      { start: '2026-12-01T15:00:00Z', end: '2026-12-01T16:00:00Z', originalStart: '2026-11-30T11:00:00Z' },
    ]);
    const exception = await client().get(master.modifiedOccurrences[0]?.id ?? '');
    expect(exception).toMatchObject({ type: 'Exception', subject: 'Moved', changeKey: master.changeKey });
  });

  test('a deleted occurrence leaves a gap, keeps its number and is not in Deleted Items', async () => {
    const { client } = startServer();
    const { id: seriesId, changeKey } = await client().create(weekly());
    await client().delete({ seriesId, changeKey, index: 2 });
    const master = await client().get(seriesId);
    expect(master.deletedOccurrences).toEqual(['2026-11-30T11:00:00Z']);
    await expect(client().getOccurrence(seriesId, 2)).rejects.toMatchObject({
      code: 'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    });
    expect((await client().getOccurrence(seriesId, 3)).start).toBe('2026-12-07T11:00:00Z');
    await expect(client().getOccurrence(seriesId, 6)).rejects.toMatchObject({
      code: 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    });
    expect(await client().listItems('deleteditems')).toEqual([]);
  });

  test('an occurrence may not touch the day of its neighbour', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 5 };
    const { id: seriesId, changeKey } = await client().create(weekly({ recurrence }));
    const moved = { start: '2026-11-25T07:00:00Z', end: '2026-11-25T08:00:00Z' };
    await expect(client().update({ seriesId, changeKey, index: 2 }, moved)).rejects.toMatchObject({
      code: 'ErrorOccurrenceCrossingBoundary',
    });
  });

  test('what the master changes shows in its exceptions unless they have it of their own', async () => {
    const { client } = startServer();
    const series = await client().create(weekly());
    const target = { seriesId: series.id, changeKey: series.changeKey, index: 2 };
    await client().update(target, { subject: 'Own' });
    await client().update(series, { subject: 'New', location: 'Hall' });
    const exception = await client().getOccurrence(series.id, 2);
    expect([exception.subject, exception.location]).toEqual(['Own', 'Hall']);
  });

  test.each([
    [true, []],
    [false, ['Own']],
  ])('a new pattern drops the exceptions (%s)', async (patternChangeDropsExceptions, left) => {
    const { client } = startServer({ patternChangeDropsExceptions });
    const series = await client().create(weekly());
    await client().update({ seriesId: series.id, changeKey: series.changeKey, index: 2 }, { subject: 'Own' });
    await client().update(series, {
      recurrence: { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 20 },
    });
    const { modifiedOccurrences } = await client().get(series.id);
    const kept = await client().getMany(modifiedOccurrences.map(({ id }) => id));
    expect(kept.map(({ subject }) => subject)).toEqual(left);
  });

  test('an occurrence with another end stays where it is when its series gets another hour', async () => {
    const { client } = startServer({ patternChangeDropsExceptions: false });
    const series = await client().create(weekly());
    const target = { seriesId: series.id, changeKey: series.changeKey, index: 2 };
    await client().update(target, { end: '2026-11-30T12:30:00Z' });
    await client().update(series, { start: '2026-11-23T16:00:00Z', end: '2026-11-23T17:00:00Z' });
    const { start, end } = await client().getOccurrence(series.id, 2);
    expect([start, end]).toEqual(['2026-11-30T11:00:00Z', '2026-11-30T12:30:00Z']);
  });

  test('a new subject leaves the exceptions alone', async () => {
    const { client } = startServer();
    const series = await client().create(weekly());
    await client().delete({ seriesId: series.id, changeKey: series.changeKey, index: 3 });
    await client().update(series, { subject: 'New' });
    expect((await client().get(series.id)).deletedOccurrences).toHaveLength(1);
  });
});
