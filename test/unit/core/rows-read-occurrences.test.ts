/** What rows of single occurrences say: what somebody changed of them, and whether they come. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, Response } from '#core/event.ts';
import { inZone } from '#core/row-dates.ts';
import type { RowState } from '#core/rows.ts';
import { readOccurrenceRows } from '#core/rows-read-occurrences.ts';
import { agreedRows, eventOf, NEW_YORK, readAfter, singleRow } from './agreed-rows.ts';
import { edited, rowAt, withEvent, withExcluded } from './row-states.ts';
import { allDay, at, FIRST, occurrence, SECOND, THIRD, weekly } from './weekly-series.ts';

const HALL = `occurrence:${SECOND}` as const;
const inTheHall = occurrence(SECOND, { location: 'Hall', showAs: 'free', categories: ['Red'] });

describe('the row of a changed occurrence', () => {
  const agreed = agreedRows(weekly({ [SECOND]: inTheHall }));
  const row = rowAt(agreed.rows, HALL);
  const read = (now: RowState | null) =>
    readOccurrenceRows(agreed, edited(agreed.rows, { [HALL]: now }), NEW_YORK);

  it('says what it said while nobody touches it', () => {
    expect(read(row)).toEqual({ exceptions: { [SECOND]: inTheHall }, added: [] });
  });

  it('is a deleted occurrence when it is gone', () => {
    expect(read(null)).toEqual({ exceptions: { [SECOND]: 'deleted' }, added: [] });
  });

  it('brings the text that was edited, and all else stays', () => {
    const { exceptions } = read(withEvent(row, { title: 'Town meeting' }));
    expect(exceptions).toEqual({ [SECOND]: { ...inTheHall, title: 'Town meeting' } });
  });

  it('brings its new time in the zone of the series', () => {
    const time = at(THIRD, '15:00');
    const { exceptions } = readOccurrenceRows(
      agreed,
      edited(agreed.rows, { [HALL]: withEvent(row, { time: inZone(time, 'Europe/Rome') }) }),
      'Europe/Rome',
    );
    expect(exceptions).toEqual({ [SECOND]: { ...inTheHall, time } });
  });

  it('keeps the time that was agreed while only the zone of its calendar is another one', () => {
    const { exceptions } = readOccurrenceRows(
      agreed,
      agreedRows(agreed.event, 'Asia/Tokyo').rows,
      'Asia/Tokyo',
    );
    expect(exceptions).toEqual({ [SECOND]: inTheHall });
  });

  it('of a series of days is in the zone of the calendar', () => {
    const days = weekly({}, { time: allDay(FIRST, SECOND) });
    const at15 = occurrence(SECOND, { time: at(SECOND, '15:00') }, days);
    const before = agreedRows({ ...days, exceptions: { [SECOND]: at15 } });
    const moved = withEvent(rowAt(before.rows, HALL), { time: at(SECOND, '16:00') });
    const { exceptions } = readOccurrenceRows(before, edited(before.rows, { [HALL]: moved }), NEW_YORK);
    expect(exceptions).toEqual({ [SECOND]: { ...at15, time: at(SECOND, '16:00') } });
  });
});

describe('the row of an occurrence that was agreed to be deleted', () => {
  const { rows } = agreedRows(weekly({ [SECOND]: inTheHall }));
  const agreed = { event: weekly({ [SECOND]: 'deleted' }), rows };
  const row = rowAt(rows, HALL);

  it('changes nothing while nobody touches it', () => {
    expect(readOccurrenceRows(agreed, rows, NEW_YORK)).toEqual({
      exceptions: { [SECOND]: 'deleted' },
      added: [],
    });
  });

  it.each<[string, Partial<CalendarEvent>]>([
    ['text', { title: 'Town meeting' }],
    ['time', { time: at(THIRD, '15:00') }],
  ])('brings the occurrence back with a new %s', (_name, change) => {
    const now = edited(rows, { [HALL]: withEvent(row, change) });
    expect(readOccurrenceRows(agreed, now, NEW_YORK)).toEqual({
      exceptions: { [SECOND]: { ...inTheHall, ...change } },
      added: [],
    });
  });
});

it('a new row brings a deleted occurrence back', () => {
  const agreed = agreedRows(weekly({ [SECOND]: 'deleted' }));
  const now = edited(agreed.rows, { [HALL]: singleRow(agreed.event, inTheHall) });
  expect(readOccurrenceRows(agreed, now, NEW_YORK)).toEqual({
    exceptions: { [SECOND]: inTheHall },
    added: [SECOND],
  });
});

it('a row on a date that the rule has not any more says all of itself', () => {
  const { rows } = agreedRows(weekly({ [SECOND]: inTheHall }));
  const everyOther = { kind: 'weekly', interval: 2, days: ['MO'], firstDay: 'MO' } as const;
  const event = weekly({}, { recurrence: { pattern: everyOther, range: { kind: 'noEnd' } } });
  expect(readOccurrenceRows({ event, rows }, rows, NEW_YORK)).toEqual({
    exceptions: { [SECOND]: inTheHall },
    added: [],
  });
});

it('a new row is a changed occurrence of the series beside those that were', () => {
  const agreed = agreedRows(weekly({ [SECOND]: inTheHall }));
  const time = at(THIRD, '15:00');
  const row = singleRow(agreed.event, { title: 'Town meeting', time: inZone(time, 'Europe/Rome') });
  const now = edited(agreed.rows, { [`occurrence:${THIRD}`]: row });
  expect(readOccurrenceRows(agreed, now, 'Europe/Rome')).toEqual({
    exceptions: { [SECOND]: inTheHall, [THIRD]: occurrence(THIRD, { title: 'Town meeting', time }) },
    added: [THIRD],
  });
});

describe('of an invitation to a series', () => {
  const invited = (ownResponse: Response) => weekly({}, { meeting: true, ownResponse });
  /** What is read of a new row for the second Monday. */
  const readNew = (event: CalendarEvent, changes: Partial<CalendarEvent>, response: Response | undefined) => {
    const agreed = agreedRows(event);
    const row = singleRow(event, { time: at(SECOND, '09:00'), ...changes });
    const read = readAfter(agreed, {
      series: withExcluded(rowAt(agreed.rows, 'series'), SECOND),
      [HALL]: response === undefined ? row : { ...row, response },
    });
    return eventOf(read).exceptions[SECOND];
  };

  it.each<Response>(['accepted', 'declined'])(
    'a new row comes of an answer to one occurrence: %s',
    (response) => {
      const event = invited('tentative');
      expect(readNew(event, {}, response)).toEqual(occurrence(SECOND, { ownResponse: response }, event));
    },
  );

  it.each<[string, Partial<CalendarEvent>]>([
    ['title', { title: 'Town meeting' }],
    ['description', { description: 'Votes' }],
    ['location', { location: 'Hall' }],
    ['time', { time: at(SECOND, '15:00') }],
  ])('a new row that Liferay approves because its %s was edited answers nothing', (_name, change) => {
    const event = invited('tentative');
    expect(readNew(event, change, 'accepted')).toEqual(occurrence(SECOND, change, event));
    expect(readNew(event, change, 'declined')).toEqual(
      occurrence(SECOND, { ...change, ownResponse: 'declined' }, event),
    );
  });

  it.each<[string, Response | undefined]>([
    ['is not known', undefined],
    ['waits for an answer', 'pending'],
    ['says nothing', 'none'],
  ])('a new row whose status %s answers nothing', (_name, response) => {
    const event = invited('accepted');
    const change = { title: 'Town meeting' };
    expect(readNew(event, change, response)).toEqual(occurrence(SECOND, change, event));
  });

  it('nobody was asked where it is an appointment', () => {
    const change = { title: 'Town meeting' };
    expect(readNew(weekly({}), change, 'declined')).toEqual(occurrence(SECOND, change));
  });

  it('an approved row on a date that the rule has not answers nothing', () => {
    const agreed = agreedRows(invited('tentative'));
    const tuesday = '2026-05-12';
    const row = { ...singleRow(agreed.event, { time: at(tuesday, '09:00') }), response: 'accepted' as const };
    const now = edited(agreed.rows, { [`occurrence:${tuesday}`]: row });
    expect(readOccurrenceRows(agreed, now, NEW_YORK).exceptions).toMatchObject({
      [tuesday]: { ownResponse: 'tentative' },
    });
  });

  it('the status of a row that is known is its series’, which Liferay gives to all of them: it answers nothing', () => {
    const agreed = agreedRows(
      weekly(
        { [SECOND]: { ...inTheHall, ownResponse: 'pending' } },
        { meeting: true, ownResponse: 'tentative' },
      ),
    );
    const before = { ...rowAt(agreed.rows, HALL), response: 'pending' as const };
    const rows = edited(agreed.rows, { [HALL]: before });
    const now = edited(rows, { [HALL]: { ...before, response: 'accepted' } });
    expect(readOccurrenceRows({ ...agreed, rows }, now, NEW_YORK).exceptions).toEqual({
      [SECOND]: { ...inTheHall, ownResponse: 'pending' },
    });
  });
});
