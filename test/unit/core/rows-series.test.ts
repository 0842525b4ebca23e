/** A series with exceptions that Liferay counts by its own rule: its rows, and what people do to them there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT, type RecurrencePattern } from '#core/event.ts';
import { sameExceptions } from '#core/exceptions.ts';
import { canonicalRecurrence } from '#core/recurrence-dates.ts';
import { calendarDate, originalStart } from '#core/row-dates.ts';
import type { RowState, RowStates, RowsRead } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { readRows } from '#core/rows-read.ts';
import { occurrenceChange, seriesEvent, withChanges } from './row.arbitrary.ts';
import {
  edited,
  plannedRows,
  rowAt,
  rowsOf,
  stateOf,
  stored,
  withEvent,
  withExcluded,
} from './row-states.ts';

const WINDOW = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2026, 0, 1) };

function rome(start: string, end: string): EventTime {
  return { kind: 'timed', start, end, zone: 'Europe/Rome' };
}

function series(pattern: RecurrencePattern, start = '2025-01-07'): CalendarEvent {
  return {
    ...NEUTRAL_EVENT,
    title: 'Board',
    location: 'Room 1',
    time: rome(`${start}T09:00:00Z`, `${start}T10:00:00Z`),
    recurrence: { pattern, range: { kind: 'noEnd' } },
  };
}

/** On Tuesdays from 7 January 2025; the 14th is deleted, the 21st has another title. */
const board = withChanges(series({ kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' }), [
  { number: 1, change: 'deleted' },
  { number: 2, change: { title: 'Board with Ada' } },
]);

function rowsIn(zone: string, event: CalendarEvent): RowStates {
  return rowsOf(planRows(event, zone, WINDOW));
}

function readAfter(
  event: CalendarEvent,
  edits: Parameters<typeof edited>[1],
  zone = 'Europe/Rome',
): RowsRead {
  const rows = rowsIn(zone, event);
  return readRows({ agreed: { event, rows }, now: edited(rows, edits), calendarZone: zone });
}

function eventOf(read: RowsRead): CalendarEvent {
  if (read.kind === 'read') return read.event;
  throw new Error(`${read.failure.reason}: ${read.failure.detail}`);
}

const boardRow = rowAt(rowsIn('Europe/Rome', board), 'series');
const changedRow = rowAt(rowsIn('Europe/Rome', board), 'occurrence:2025-01-21');

describe('rows of a series', () => {
  it('are the series without its exceptions, and each changed occurrence', () => {
    expect(plannedRows(planRows(board, 'Europe/Rome', WINDOW))).toMatchObject([
      {
        key: 'series',
        of: null,
        event: { title: 'Board', exceptions: { '2025-01-14': 'deleted', '2025-01-21': 'deleted' } },
      },
      {
        key: 'occurrence:2025-01-21',
        of: 'series',
        event: { title: 'Board with Ada', recurrence: null, time: { start: '2025-01-21T09:00:00Z' } },
      },
    ]);
  });

  it('of a single event are one row in the zone of the calendar', () => {
    const single = { ...board, recurrence: null, exceptions: {} };
    expect(planRows(single, 'Asia/Tokyo', WINDOW)).toEqual({
      kind: 'rows',
      rows: [{ key: 'series', of: null, event: { ...single, time: { ...single.time, zone: 'Asia/Tokyo' } } }],
      untilMs: null,
    });
  });

  it('leave out the day that the calendar counts', () => {
    // Half past midnight on Tuesday in Rome is half past eleven on Monday in London.
    const daily = series({ kind: 'daily', interval: 1 });
    const late = { ...daily, time: rome('2025-01-06T23:30:00Z', '2025-01-07T00:00:00Z') };
    const [row] = plannedRows(
      planRows(withChanges(late, [{ number: 1, change: 'deleted' }]), 'Europe/London', WINDOW),
    );
    expect(row).toMatchObject({ key: 'series', event: { exceptions: { '2025-01-07': 'deleted' } } });
  });

  it('say together what the series says, as when nothing was agreed yet', () => {
    fc.assert(
      fc.property(seriesEvent, (event) => {
        const { recurrence } = event;
        if (recurrence === null) return;
        const zone = event.time.kind === 'timed' ? event.time.zone : 'Europe/Rome';
        const now = rowsIn(zone, event);
        const read = readRows({ agreed: null, now, calendarZone: zone });
        expect(read).toMatchObject({ kind: 'read', untidy: false });
        const { exceptions, ...fields } = eventOf(read);
        const { exceptions: wanted, ...said } = event;
        expect(fields).toEqual({ ...said, recurrence: canonicalRecurrence(recurrence, event.time) });
        expect(sameExceptions(exceptions, wanted)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('that nobody touched say what was agreed, whatever zone the calendar has got', () => {
    fc.assert(
      fc.property(
        seriesEvent,
        fc.constantFrom('Europe/Rome', 'America/New_York', 'Pacific/Apia'),
        (event, zone) => {
          const plan = planRows(event, zone, WINDOW);
          if (plan.kind === 'unsupported') return;
          const rows = rowsOf(plan);
          for (const calendarZone of [zone, 'Asia/Tokyo']) {
            expect(readRows({ agreed: { event, rows }, now: rows, calendarZone })).toEqual({
              kind: 'read',
              event,
              untidy: false,
              refused: [],
            });
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('of a series in Liferay', () => {
  it('a deleted occurrence is a date in EXDATE', () => {
    const read = readAfter(board, { series: withExcluded(boardRow, '2025-02-04') });
    expect(read).toMatchObject({ kind: 'read', untidy: false });
    expect(eventOf(read).exceptions).toEqual({ ...board.exceptions, '2025-02-04': 'deleted' });
  });

  it('a changed occurrence is a date in EXDATE and a new row', () => {
    const time = rome('2025-02-05T11:00:00Z', '2025-02-05T11:30:00Z');
    const read = readAfter(board, {
      series: withExcluded(boardRow, '2025-02-04'),
      'occurrence:2025-02-04': stateOf({
        ...board,
        title: 'Elsewhere',
        time,
        recurrence: null,
        exceptions: {},
      }),
    });
    expect(read).toMatchObject({ kind: 'read', untidy: false });
    expect(eventOf(read).exceptions['2025-02-04']).toMatchObject({
      title: 'Elsewhere',
      location: 'Room 1',
      time,
    });
  });

  it('a changed occurrence that is deleted is deleted', () => {
    const read = readAfter(board, { 'occurrence:2025-01-21': null });
    expect(eventOf(read).exceptions).toEqual({ '2025-01-14': 'deleted', '2025-01-21': 'deleted' });
  });

  it('a changed occurrence that is changed again keeps what was not', () => {
    const time = rome('2025-01-22T09:00:00Z', '2025-01-22T10:00:00Z');
    const read = readAfter(board, { 'occurrence:2025-01-21': withEvent(changedRow, { time }) });
    expect(eventOf(read).exceptions['2025-01-21']).toMatchObject({ title: 'Board with Ada', time });
  });

  it('an occurrence can become a whole day', () => {
    const time: EventTime = { kind: 'allDay', start: '2025-01-21', end: '2025-01-22' };
    const read = readAfter(board, { 'occurrence:2025-01-21': withEvent(changedRow, { time }) });
    expect(eventOf(read).exceptions['2025-01-21']).toMatchObject({ time });
  });

  it('a changed occurrence that is made regular again is none, and its row is to go', () => {
    const read = readAfter(board, { 'occurrence:2025-01-21': withEvent(changedRow, { title: 'Board' }) });
    expect(eventOf(read).exceptions).toEqual({ '2025-01-14': 'deleted' });
  });

  it('a new title is the series’ and leaves changed occurrences alone', () => {
    const read = readAfter(board, { series: withEvent(boardRow, { title: 'Council' }) });
    expect(eventOf(read)).toEqual({ ...board, title: 'Council' });
  });

  it('a new hour keeps the rule and the exceptions', () => {
    const time = rome('2025-01-07T14:00:00Z', '2025-01-07T15:00:00Z');
    const read = readAfter(board, { series: withEvent(boardRow, { time }) });
    expect(eventOf(read)).toEqual({ ...board, time });
  });

  it('a new rule takes along the exceptions that still have an occurrence', () => {
    const rule = 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU';
    const read = readAfter(board, { series: stored(boardRow.event, rule) });
    expect(read).toMatchObject({ kind: 'read', untidy: true });
    expect(eventOf(read)).toMatchObject({
      recurrence: { pattern: { kind: 'weekly', interval: 2 } },
      exceptions: { '2025-01-21': { title: 'Board with Ada' } },
    });
    expect(Object.keys(eventOf(read).exceptions)).toEqual(['2025-01-21']);
  });

  it('a date that went out of EXDATE by itself is regular again, unless it has a row', () => {
    const read = readAfter(board, { series: stored(boardRow.event, `${boardRow.rule.split('\n')[0]}`) });
    expect(read).toMatchObject({ kind: 'read', untidy: true });
    expect(Object.keys(eventOf(read).exceptions)).toEqual(['2025-01-21']);
  });

  it('a row for an occurrence that EXDATE does not leave out counts, and is untidy', () => {
    const row = stateOf({ ...board, title: 'Twice', recurrence: null, exceptions: {} });
    const rows = edited(rowsIn('Europe/Rome', board), { 'occurrence:2025-01-28': row });
    for (const agreed of [null, { event: board, rows: rowsIn('Europe/Rome', board) }]) {
      const read = readRows({ agreed, now: rows, calendarZone: 'Europe/Rome' });
      expect(read).toMatchObject({ kind: 'read', untidy: true });
      expect(eventOf(read).exceptions['2025-01-28']).toMatchObject({ title: 'Twice' });
    }
  });

  it('a series may become single, and a single event a series', () => {
    const single = readAfter(board, { series: stored(boardRow.event, '') });
    expect(eventOf(single)).toMatchObject({ recurrence: null, exceptions: {} });
    const event = { ...board, recurrence: null, exceptions: {} };
    const again = readAfter(event, {
      series: stored(event, 'RRULE:FREQ=DAILY;INTERVAL=1\nEXDATE;TZID="UTC";VALUE=DATE:20250109'),
    });
    expect(eventOf(again)).toMatchObject({
      recurrence: { pattern: { kind: 'daily', interval: 1 } },
      exceptions: { '2025-01-09': 'deleted' },
    });
  });

  it('a rule that has no equal is a failure', () => {
    const read = readAfter(board, { series: stored(boardRow.event, 'RRULE:FREQ=WEEKLY;BYDAY=2TU') });
    expect(read).toMatchObject({ kind: 'failed', failure: { reason: 'recurrenceNotExpressible' } });
  });

  it('a missing row of the series is a failure', () => {
    const failed = { kind: 'failed', failure: { reason: 'itemNotFound' } };
    expect(readAfter(board, { series: null })).toMatchObject(failed);
    expect(readRows({ agreed: null, now: new Map(), calendarZone: 'Europe/Rome' })).toMatchObject(failed);
  });

  it('any edit of one occurrence changes that one only', () => {
    fc.assert(
      fc.property(seriesEvent, occurrenceChange, (event, { number, change }) => {
        const zone = event.time.kind === 'timed' ? event.time.zone : 'Europe/Rome';
        const after = withChanges(event, [{ number, change }]);
        const wanted = { ...event, exceptions: { ...event.exceptions, ...after.exceptions } };
        const rows = rowsIn(zone, event);
        const read = readRows({ agreed: { event, rows }, now: rowsIn(zone, wanted), calendarZone: zone });
        expect(sameExceptions(eventOf(read).exceptions, wanted.exceptions)).toBe(true);
        expect({ ...eventOf(read), exceptions: {} }).toEqual({ ...event, exceptions: {} });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a rule that Liferay wrote anew', () => {
  /** On the last day of each month: of BYMONTHDAY=-1 only FREQ=MONTHLY is left. */
  const lastDays = series({ kind: 'absoluteMonthly', interval: 1, day: 31 }, '2025-01-31');
  const row = rowAt(rowsIn('Europe/Rome', lastDays), 'series');
  const spoilt = (event: CalendarEvent, more = ''): RowState =>
    stored(event, `RRULE:FREQ=MONTHLY;${more}INTERVAL=1`);

  it('is nobody’s edit, and what was deleted with it is', () => {
    const rule = `${spoilt(row.event).rule}\nEXDATE;TZID="UTC";VALUE=DATE:20250228`;
    const read = readAfter(lastDays, { series: stored(row.event, rule) });
    expect(read).toEqual({
      kind: 'read',
      event: { ...lastDays, exceptions: { '2025-02-28': 'deleted' } },
      untidy: true,
      refused: [],
    });
  });

  it('keeps its days when somebody gives it another hour or end', () => {
    const time = rome('2025-01-31T14:00:00Z', '2025-01-31T15:00:00Z');
    const moved = readAfter(lastDays, { series: spoilt({ ...row.event, time }) });
    expect(moved).toEqual({ kind: 'read', event: { ...lastDays, time }, untidy: true, refused: [] });
    const ended = eventOf(readAfter(lastDays, { series: spoilt(row.event, 'UNTIL=20250630;') }));
    expect(ended.recurrence).toEqual({
      pattern: { kind: 'absoluteMonthly', interval: 1, day: 31 },
      range: { kind: 'until', until: '2025-06-30' },
    });
  });

  it('stays as agreed while it stands there spoilt', () => {
    const before = spoilt(row.event);
    const agreed = { event: lastDays, rows: new Map([['series', before] as const]) };
    const title = new Map([['series', withEvent(before, { title: 'Close' })] as const]);
    const read = readRows({ agreed, now: title, calendarZone: 'Europe/Rome' });
    expect(read).toEqual({ kind: 'read', event: { ...lastDays, title: 'Close' }, untidy: true, refused: [] });
    const time = rome('2025-01-31T14:00:00Z', '2025-01-31T15:00:00Z');
    const moved = new Map([['series', withEvent(before, { time })] as const]);
    expect(eventOf(readRows({ agreed, now: moved, calendarZone: 'Europe/Rome' }))).toEqual({
      ...lastDays,
      time,
    });
  });

  it('is a failure where it was moved to where it means nothing', () => {
    const time = rome('2025-01-30T09:00:00Z', '2025-01-30T10:00:00Z');
    const read = readAfter(lastDays, { series: spoilt({ ...row.event, time }) });
    expect(read).toMatchObject({ kind: 'failed', failure: { reason: 'recurrenceNotExpressible' } });
  });
});

describe('a series of Rome in a calendar of London', () => {
  /** Every day at half past midnight: in London at half past eleven the day before. */
  const late = withChanges(
    { ...series({ kind: 'daily', interval: 1 }), time: rome('2025-01-06T23:30:00Z', '2025-01-07T00:30:00Z') },
    [{ number: 3, change: 'deleted' }],
  );
  const row = rowAt(rowsIn('Europe/London', late), 'series');

  it('keeps its zone and its deleted occurrences when it gets another hour there', () => {
    // 22:00 in London on 6 January is 23:00 in Rome: the days are the same in both now.
    const time: EventTime = { ...row.event.time, start: '2025-01-06T22:00:00Z', end: '2025-01-06T23:00:00Z' };
    const read = readAfter(late, { series: withEvent(row, { time }) }, 'Europe/London');
    expect(eventOf(read)).toMatchObject({
      time: rome('2025-01-06T22:00:00Z', '2025-01-06T23:00:00Z'),
      exceptions: { '2025-01-09': 'deleted' },
    });
    expect(Object.keys(late.exceptions)).toEqual(['2025-01-10']);
  });

  it('counts the days of a new rule in its own zone', () => {
    const read = readAfter(
      late,
      { series: stored(row.event, 'RRULE:FREQ=WEEKLY;UNTIL=20250331;INTERVAL=1;BYDAY=MO') },
      'Europe/London',
    );
    expect(eventOf(read).recurrence).toEqual({
      pattern: { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' },
      range: { kind: 'until', until: '2025-04-01' },
    });
  });

  it('has no new rule whose days cannot be counted there', () => {
    const read = readAfter(
      late,
      { series: stored(row.event, 'RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO') },
      'Europe/London',
    );
    expect(read).toMatchObject({ kind: 'failed', failure: { reason: 'recurrenceNotExpressible' } });
  });
});

it('each date of the calendar’s zone is the original start that it came from', () => {
  fc.assert(
    fc.property(
      seriesEvent,
      fc.constantFrom('Europe/Rome', 'America/New_York', 'Asia/Tokyo'),
      (event, zone) => {
        const plan = planRows(event, zone, WINDOW);
        if (plan.kind === 'unsupported' || plan.rows[0]?.key !== 'series') return;
        for (const date of Object.keys(event.exceptions)) {
          expect(originalStart(event, zone, calendarDate(event, zone, date))).toBe(date);
        }
      },
    ),
    { numRuns: 300 },
  );
});
