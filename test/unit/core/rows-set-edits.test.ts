/** What people do in Liferay to a series that stands there as a set of rows is done to the one series of Exchange. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, type EventTime, type Exceptions, NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import type { RowKey, RowState, RowsRead } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { readRows } from '#core/rows-read.ts';
import { anyZone, seriesEvent } from './row.arbitrary.ts';
import { meantBy, shownBy } from './row-expansion.ts';
import { edited, plannedRows, rowAt, rowsOf, stored, withEvent, withExcluded } from './row-states.ts';

const YEAR = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2026, 0, 1) };
/**
 * Their clocks skip the last hour of a day: an occurrence that would be in it is on the day after, and an edit of its
 * row is not brought back to it (README, limits).
 */
const SKIP_THE_LAST_HOUR = ['America/Nuuk', 'America/Godthab', 'America/Scoresbysund'];
const isOrdinary = ({ time }: CalendarEvent, zone: string): boolean =>
  time.kind === 'allDay' || ![time.zone, zone].some((one) => SKIP_THE_LAST_HOUR.includes(one));

const SPRING = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 2, 29) };

function weekly(wall: string, zone: string, days: readonly ('MO' | 'WE')[]): CalendarEvent {
  const start = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant();
  const end = start.add({ minutes: 30 }).toString();
  return {
    ...NEUTRAL_EVENT,
    title: 'Stand-up',
    time: { kind: 'timed', start: start.toString(), end, zone },
    recurrence: { pattern: { kind: 'weekly', interval: 1, days, firstDay: 'MO' }, range: { kind: 'noEnd' } },
  };
}

/** At 10:00 in New York; in Rome at 16:00, but from 9 to 30 March at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);
const rows = rowsOf(planRows(standUp, 'Europe/Rome', SPRING));
const winter = rowAt(rows, 'segment:2025-01-06');
const march = rowAt(rows, 'segment:2025-03-10');

function readAfter(
  edits: Partial<Record<RowKey, RowState | null>>,
  event = standUp,
  before = rows,
): RowsRead {
  return readRows({
    agreed: { event, rows: before },
    now: edited(before, edits),
    calendarZone: 'Europe/Rome',
  });
}

function eventOf(read: RowsRead): CalendarEvent {
  if (read.kind === 'read') return read.event;
  throw new Error(`${read.failure.reason}: ${read.failure.detail}`);
}

function datesOf(
  exceptions: Exceptions,
  what: (exception: Exceptions[string]) => boolean,
): readonly string[] {
  return Object.keys(exceptions).filter((date) => what(exceptions[date] ?? 'deleted'));
}

function later(time: EventTime, hours: number): EventTime {
  const on = (instant: string) => Temporal.Instant.from(instant).add({ hours }).toString();
  return { ...time, start: on(time.start), end: on(time.end) };
}

const MARCH = ['2025-03-10', '2025-03-12', '2025-03-17', '2025-03-19', '2025-03-24', '2025-03-26'];
const isDeleted = (exception: Exceptions[string]) => exception === 'deleted';

describe('a set of rows', () => {
  it('is two stretches up to 30 March', () => {
    expect([...rows.keys()]).toEqual(['segment:2025-01-06', 'segment:2025-03-10']);
  });

  it('that nobody touched says what was agreed, whatever zone the calendar has got', () => {
    for (const calendarZone of ['Europe/Rome', 'Asia/Tokyo']) {
      const read = readRows({ agreed: { event: standUp, rows }, now: rows, calendarZone });
      expect(read).toEqual({ kind: 'read', event: standUp, untidy: false, refused: [] });
    }
  });

  it('of which one occurrence is deleted or changed is the series without it', () => {
    const read = readAfter({ 'segment:2025-03-10': withExcluded(march, '2025-03-12') });
    expect(read).toEqual({
      kind: 'read',
      event: { ...standUp, exceptions: { '2025-03-12': 'deleted' } },
      untidy: false,
      refused: [],
    });
    const time: EventTime = {
      kind: 'timed',
      start: '2025-03-13T08:00:00Z',
      end: '2025-03-13T09:00:00Z',
      zone: 'Europe/Rome',
    };
    const changed = readAfter({
      'segment:2025-03-10': withExcluded(march, '2025-03-12'),
      'occurrence:2025-03-12': stored({ ...march.event, title: 'Retrospective', time }, ''),
    });
    expect(changed).toMatchObject({ kind: 'read', untidy: false });
    expect(eventOf(changed).exceptions).toMatchObject({
      '2025-03-12': { title: 'Retrospective', time: { ...time, zone: 'America/New_York' } },
    });
  });

  it('of which a changed occurrence has a row and is shown by its stretch as well has to be put right', () => {
    const row = stored({ ...march.event, title: 'Retrospective' }, '');
    const read = (stretch: RowState) =>
      readAfter({ 'segment:2025-03-10': stretch, 'occurrence:2025-03-10': row });
    expect(read(march)).toMatchObject({ untidy: true });
    expect(read(withExcluded(march, '2025-03-10'))).toMatchObject({ untidy: false });
    expect(eventOf(read(march)).exceptions).toMatchObject({ '2025-03-10': { title: 'Retrospective' } });
  });

  it('of which a deleted occurrence comes back has it again', () => {
    const event: CalendarEvent = {
      ...standUp,
      exceptions: { '2025-03-12': 'deleted', '2025-03-17': 'deleted' },
    };
    const before = rowsOf(planRows(event, 'Europe/Rome', SPRING));
    const row = rowAt(before, 'segment:2025-03-10');
    const back = stored(row.event, row.rule.replace('20250312,', ''));
    expect(eventOf(readAfter({ 'segment:2025-03-10': back }, event, before)).exceptions).toEqual({
      '2025-03-17': 'deleted',
    });
    const moved = withEvent(back, { time: later(back.event.time, 1) });
    const both = readAfter({ 'segment:2025-03-10': moved }, event, before);
    expect(both).toMatchObject({ kind: 'read', untidy: true });
    expect(datesOf(eventOf(both).exceptions, isDeleted)).toEqual(['2025-03-12', '2025-03-17']);
  });

  it('of which one stretch gets another title is the series with changed occurrences', () => {
    const read = readAfter({ 'segment:2025-03-10': withEvent(march, { title: 'Early stand-up' }) });
    expect(read).toMatchObject({ kind: 'read', untidy: false, event: { title: 'Stand-up' } });
    const { exceptions } = eventOf(read);
    expect(datesOf(exceptions, (each) => each !== 'deleted' && each.title === 'Early stand-up')).toEqual(
      MARCH,
    );
  });

  it('of which all get another title is the series with that title', () => {
    const read = readAfter({
      'segment:2025-01-06': withEvent(winter, { title: 'Daily' }),
      'segment:2025-03-10': withEvent(march, { title: 'Daily', location: 'Room 2' }),
    });
    const { title, location, exceptions } = eventOf(read);
    expect({ title, location }).toEqual({ title: 'Daily', location: '' });
    expect(Object.keys(exceptions)).toEqual(MARCH);
  });

  it('of which one stretch is moved is the series with moved occurrences', () => {
    const read = readAfter({ 'segment:2025-03-10': withEvent(march, { time: later(march.event.time, 2) }) });
    const { time, exceptions } = eventOf(read);
    expect(time).toEqual(standUp.time);
    expect(Object.keys(exceptions)).toEqual(MARCH);
    expect(exceptions['2025-03-26']).toMatchObject({
      time: { start: '2025-03-26T16:00:00Z', end: '2025-03-26T16:30:00Z' },
    });
  });

  it('of which one stretch becomes days is the series with days', () => {
    const days: EventTime = { kind: 'allDay', start: '2025-03-10', end: '2025-03-11' };
    const { exceptions } = eventOf(readAfter({ 'segment:2025-03-10': withEvent(march, { time: days }) }));
    expect(exceptions['2025-03-26']).toMatchObject({
      time: { kind: 'allDay', start: '2025-03-26', end: '2025-03-27' },
    });
  });

  it('of which all are moved alike is the series moved', () => {
    const read = readAfter({
      'segment:2025-01-06': withEvent(winter, { time: later(winter.event.time, 2) }),
      'segment:2025-03-10': withEvent(march, { time: later(march.event.time, 2) }),
    });
    expect(eventOf(read)).toEqual({ ...standUp, time: later(standUp.time, 2) });
  });

  it('of which all are moved to another day takes its exceptions along', () => {
    const event: CalendarEvent = { ...standUp, exceptions: { '2025-03-12': 'deleted' } };
    const before = rowsOf(planRows(event, 'Europe/Rome', SPRING));
    const moved = (key: RowKey) => {
      const row = rowAt(before, key);
      return withEvent(row, { time: later(row.event.time, 24) });
    };
    const read = readAfter(
      {
        'segment:2025-01-06': moved('segment:2025-01-06'),
        'segment:2025-03-10': moved('segment:2025-03-10'),
      },
      event,
      before,
    );
    expect(eventOf(read)).toMatchObject({
      time: later(standUp.time, 24),
      recurrence: { pattern: { days: ['TU', 'TH'] } },
      exceptions: { '2025-03-13': 'deleted' },
    });
  });

  it('of which a stretch is gone is the series without its occurrences', () => {
    expect(eventOf(readAfter({ 'segment:2025-03-10': null })).exceptions).toEqual(
      Object.fromEntries(MARCH.map((date) => [date, 'deleted'])),
    );
  });

  it('of which a stretch ends earlier, as "this and following" deleted it, is the series without these', () => {
    const read = readAfter({
      'segment:2025-03-10': stored(march.event, march.rule.replace(/UNTIL=\d+/, 'UNTIL=20250319')),
    });
    expect(eventOf(read).exceptions).toEqual({ '2025-03-24': 'deleted', '2025-03-26': 'deleted' });
  });

  it('of which a stretch gets another rule, or loses its own, stays as agreed: the edit is refused', () => {
    const refused = ['segment:2025-03-10'];
    for (const rule of ['RRULE:FREQ=WEEKLY;UNTIL=20250326;INTERVAL=2;BYDAY=MO', 'RRULE:FREQ=SECONDLY']) {
      const read = readAfter({ 'segment:2025-03-10': stored(march.event, rule) });
      expect(read).toEqual({ kind: 'read', event: standUp, untidy: true, refused });
    }
  });

  it('of which a stretch ends earlier at another hour is the series without these: the hour is refused', () => {
    const time = later(march.event.time, 2);
    const rule = march.rule.replace(/UNTIL=\d+/, 'UNTIL=20250319');
    const read = readAfter({ 'segment:2025-03-10': stored({ ...march.event, time }, rule) });
    expect(read).toMatchObject({ refused: ['segment:2025-03-10'] });
    expect(eventOf(read)).toEqual({
      ...standUp,
      exceptions: { '2025-03-24': 'deleted', '2025-03-26': 'deleted' },
    });
  });

  it('of which nothing is left is a failure, and one with a foreign row has to be put right', () => {
    expect(readAfter({ 'segment:2025-01-06': null, 'segment:2025-03-10': null })).toMatchObject({
      kind: 'failed',
      failure: { reason: 'itemNotFound' },
    });
    expect(readAfter({ 'segment:2025-06-02': march })).toEqual({
      kind: 'read',
      event: standUp,
      untidy: true,
      refused: [],
    });
  });

  it('shows after any new title of a row what the event then says', () => {
    fc.assert(
      fc.property(seriesEvent, anyZone, fc.nat(20), (event, zone, number) => {
        const plan = planRows(event, zone, YEAR);
        const before = plannedRows(plan);
        const target = before[number % before.length];
        if (target === undefined || before[0]?.key === 'series' || plan.kind === 'unsupported') return;
        if (!isOrdinary(event, zone)) return;
        const after = before.map((row) =>
          row === target ? { ...row, event: { ...row.event, title: 'New' } } : row,
        );
        const states = (planned: typeof before) => rowsOf({ ...plan, rows: planned });
        const read = readRows({
          agreed: { event, rows: states(before) },
          now: states(after),
          calendarZone: zone,
        });
        expect(read).toMatchObject({ kind: 'read', untidy: false });
        expect(meantBy(eventOf(read), YEAR)).toEqual(shownBy(after, YEAR, 'later'));
        const anew = planRows(
          eventOf(read),
          zone,
          YEAR,
          before.map(({ key }) => key),
        );
        expect(shownBy(plannedRows(anew), YEAR, 'later')).toEqual(shownBy(after, YEAR, 'later'));
      }),
      { numRuns: 250 },
    );
  });

  it('shows after the deletion of a row what the event then says', () => {
    fc.assert(
      fc.property(seriesEvent, anyZone, fc.nat(20), (event, zone, number) => {
        const plan = planRows(event, zone, YEAR);
        const before = plannedRows(plan);
        const target = before[number % before.length];
        if (target === undefined || before[0]?.key === 'series' || before.length < 2) return;
        if (plan.kind === 'unsupported' || !isOrdinary(event, zone)) return;
        const states = (planned: typeof before) => rowsOf({ ...plan, rows: planned });
        const after = before.filter((row) => row !== target);
        const read = readRows({
          agreed: { event, rows: states(before) },
          now: states(after),
          calendarZone: zone,
        });
        expect(meantBy(eventOf(read), YEAR)).toEqual(shownBy(after, YEAR, 'later'));
      }),
      { numRuns: 250 },
    );
  });
});

describe('a set with a stretch that goes on for ever', () => {
  /** Rome's Mondays at 00:30 are Sundays in London; a first stretch of it has another name, as after a move. */
  const late = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']);
  const plan = () =>
    rowsOf(planRows(late, 'Europe/London', YEAR, ['segment:2025-01-06', 'segment:2025-06-02']));
  const before = plan();
  const first = rowAt(before, 'segment:2025-01-06');
  const endless = rowAt(before, 'segment:2025-06-02');
  const read = (edits: Partial<Record<RowKey, RowState | null>>) =>
    eventOf(
      readRows({
        agreed: { event: late, rows: before },
        now: edited(before, edits),
        calendarZone: 'Europe/London',
      }),
    );

  it('is two rows', () => {
    expect(first.event.recurrence?.range).toEqual({ kind: 'until', until: '2025-05-25' });
    expect(endless.event.recurrence?.range).toEqual({ kind: 'noEnd' });
  });

  it('ends where that one was deleted', () => {
    expect(read({ 'segment:2025-06-02': null }).recurrence?.range).toEqual({
      kind: 'until',
      until: '2025-06-01',
    });
  });

  it('lasts until a changed occurrence whose row still stands, when that one was deleted', () => {
    const { time } = regularOccurrence(late, '2025-06-16') ?? late;
    const changed = { ...late, time, recurrence: null, exceptions: {}, title: 'Still on' };
    const event = read({ 'segment:2025-06-02': null, 'occurrence:2025-06-16': stored(changed, '') });
    expect(event.recurrence?.range).toEqual({ kind: 'until', until: '2025-06-16' });
    expect(event.exceptions).toMatchObject({
      '2025-06-02': 'deleted',
      '2025-06-09': 'deleted',
      '2025-06-16': { title: 'Still on' },
    });
  });

  it('ends where that one does', () => {
    const ended = stored(endless.event, endless.rule.replace('FREQ=WEEKLY;', 'FREQ=WEEKLY;UNTIL=20250622;'));
    expect(read({ 'segment:2025-06-02': ended }).recurrence?.range).toEqual({
      kind: 'until',
      until: '2025-06-23',
    });
  });

  it('has the title of that one, and the other one keeps its own', () => {
    const event = read({ 'segment:2025-06-02': withEvent(endless, { title: 'Night shift' }) });
    expect(event.title).toBe('Night shift');
    expect(Object.values(event.exceptions)).toHaveLength(21);
    expect(event.exceptions['2025-01-06']).toMatchObject({ title: 'Stand-up' });
  });

  it('is moved with that one, and the other one stays', () => {
    const event = read({ 'segment:2025-06-02': withEvent(endless, { time: later(endless.event.time, 1) }) });
    expect(event.time).toEqual(later(late.time, 1));
    expect(event.exceptions['2025-05-26']).toMatchObject({ time: { start: '2025-05-25T22:30:00Z' } });
  });

  it('of which the earlier one is edited changes up to there', () => {
    const event = read({ 'segment:2025-01-06': withEvent(first, { title: 'Night shift' }) });
    expect(event.title).toBe('Stand-up');
    expect(Object.keys(event.exceptions).at(-1)).toBe('2025-05-26');
  });
});

describe('one stretch that is all of a series', () => {
  const late = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']);
  const before = rowsOf(planRows(late, 'Europe/London', YEAR));
  const whole = rowAt(before, 'segment:2025-01-06');
  const read = (row: RowState) =>
    readRows({
      agreed: { event: late, rows: before },
      now: new Map([['segment:2025-01-06' as const, row]]),
      calendarZone: 'Europe/London',
    });

  it('takes a new rule, counted in the zone of the series', () => {
    const thursdays = stored(whole.event, 'RRULE:FREQ=WEEKLY;UNTIL=20250629;INTERVAL=1;BYDAY=WE,SU');
    expect(eventOf(read(thursdays)).recurrence).toEqual({
      pattern: { kind: 'weekly', interval: 1, days: ['MO', 'TH'], firstDay: 'MO' },
      range: { kind: 'until', until: '2025-06-30' },
    });
  });

  it('takes a new hour, and with it other days', () => {
    const earlier = withEvent(whole, { time: later(whole.event.time, -1) });
    expect(eventOf(read(earlier))).toMatchObject({
      time: { start: '2025-01-05T22:30:00Z', zone: 'Europe/Rome' },
      recurrence: { pattern: { days: ['SU'] } },
    });
  });
});
