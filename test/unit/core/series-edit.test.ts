/** Which edits of stretches are edits of their whole series, and which stretches then still say something else. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, EventTime, RecurrencePattern, Response } from '#core/event.ts';
import type { RowState } from '#core/rows.ts';
import { type SegmentEdit, segmentEdit } from '#core/segment-edits.ts';
import { seriesEdit } from '#core/series-edit.ts';
import { seriesOf } from './exact-rows.ts';
import { stateOf, withEvent } from './row-states.ts';
import { allDay } from './weekly-series.ts';

const MONDAYS: RecurrencePattern = { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' };
/** Mondays at ten in New York: in Rome at four, but for some weeks of March at three. */
const series = seriesOf('2025-01-06T10:00', 'America/New_York', MONDAYS);
const stretch = (wall: string, until: string) =>
  stateOf(seriesOf(wall, 'Europe/Rome', MONDAYS, { kind: 'until', until }));
const winter = stretch('2025-01-06T16:00', '2025-03-03');
const march = stretch('2025-03-10T15:00', '2025-03-24');
const forEver = stateOf(seriesOf('2025-03-31T16:00', 'Europe/Rome', MONDAYS));

const untouched = (row: RowState) => segmentEdit(row, row);
const changed = (row: RowState, fields: Partial<CalendarEvent>) => segmentEdit(row, withEvent(row, fields));

/** The row's time, put off by hours, and lasting longer. */
function later({ event: { time } }: { event: CalendarEvent }, hours: number, more = 0): EventTime {
  const on = (instant: string, by: number) => Temporal.Instant.from(instant).add({ hours: by }).toString();
  return { ...time, start: on(time.start, hours), end: on(time.end, hours + more) };
}
const moved = (row: RowState, hours: number, more = 0) => changed(row, { time: later(row, hours, more) });

/** Which of the edits say something else than the series then does. */
function read(edits: readonly SegmentEdit[], event = series) {
  const { event: after, days, differs } = seriesEdit(event, edits);
  return { event: after, days, differing: edits.map((edit) => differs(edit)) };
}

it('stretches that nobody touched say what the series does', () => {
  expect(read([untouched(winter), untouched(march)])).toEqual({
    event: series,
    days: 0,
    differing: [false, false],
  });
});

describe('a text of stretches', () => {
  it.each(['title', 'description', 'location'] as const)(
    'is the series’ where all got the same %s',
    (field) => {
      const edits = [changed(winter, { [field]: 'New' }), changed(march, { [field]: 'New' })];
      expect(read(edits)).toEqual({
        event: { ...series, [field]: 'New' },
        days: 0,
        differing: [false, false],
      });
    },
  );

  it('is their own where they got different ones, or one got none', () => {
    const different = [changed(winter, { title: 'New' }), changed(march, { title: 'Newer' })];
    expect(read(different)).toEqual({ event: series, days: 0, differing: [true, true] });
    expect(read([changed(winter, { title: 'New' }), untouched(march)])).toEqual({
      event: series,
      days: 0,
      differing: [true, false],
    });
  });

  it('is the series’ where the one that goes on for ever got it', () => {
    const edits = [changed(winter, { title: 'Old' }), untouched(march), changed(forEver, { title: 'New' })];
    expect(read(edits)).toEqual({
      event: { ...series, title: 'New' },
      days: 0,
      differing: [true, true, false],
    });
  });

  it('is not the series’ where the one that goes on for ever did not get it', () => {
    const edits = [changed(winter, { title: 'New' }), changed(march, { title: 'New' }), untouched(forEver)];
    expect(read(edits)).toEqual({ event: series, days: 0, differing: [true, true, false] });
  });
});

describe('a new time of stretches', () => {
  it('is the series’ where all were moved alike, in its own zone', () => {
    expect(read([moved(winter, 2), moved(march, 2)])).toEqual({
      event: { ...series, time: later({ event: series }, 2) },
      days: 0,
      differing: [false, false],
    });
    expect(read([moved(winter, 0, 1), moved(march, 0, 1)])).toMatchObject({
      event: { time: later({ event: series }, 0, 1) },
      differing: [false, false],
    });
  });

  it('moves the days of the series too', () => {
    expect(read([moved(winter, 48), moved(march, 48)])).toEqual({
      event: {
        ...series,
        time: later({ event: series }, 48),
        recurrence: { pattern: { ...MONDAYS, days: ['WE'] }, range: { kind: 'noEnd' } },
      },
      days: 2,
      differing: [false, false],
    });
  });

  it.each<[string, SegmentEdit, SegmentEdit, boolean[]]>([
    ['by different hours', moved(winter, 2), moved(march, 3), [true, true]],
    ['to different lengths', moved(winter, 2), moved(march, 2, 1), [true, true]],
    ['in part', moved(winter, 2), untouched(march), [true, false]],
    ['in part, the first ones not', untouched(winter), moved(march, 2), [false, true]],
    [
      'to days',
      changed(winter, { time: allDay('2025-01-06', '2025-01-07') }),
      changed(march, { time: allDay('2025-03-10', '2025-03-11') }),
      [true, true],
    ],
  ])('is their own where they were moved %s', (_name, first, second, differing) => {
    expect(read([first, second])).toEqual({ event: series, days: 0, differing });
  });

  it('is the series’ where the one that goes on for ever was moved', () => {
    const edits = [untouched(winter), moved(march, 3), moved(forEver, 2)];
    expect(read(edits)).toEqual({
      event: { ...series, time: later({ event: series }, 2) },
      days: 0,
      differing: [true, true, false],
    });
    const longer = [moved(winter, 2, 1), changed(march, { time: allDay('2025-03-10', '2025-03-11') })];
    expect(read([...longer, moved(forEver, 2)]).differing).toEqual([true, true, false]);
  });

  it('is their own where no rule has the days of the series then', () => {
    const firstMondays = { kind: 'relativeMonthly', interval: 1, days: 'MO', index: 'first' } as const;
    const monthly = seriesOf('2025-01-06T10:00', 'America/New_York', firstMondays);
    const row = (wall: string) =>
      stateOf(seriesOf(wall, 'Europe/Rome', firstMondays, { kind: 'count', count: 2 }));
    const edits = [moved(row('2025-01-06T16:00'), 24), moved(row('2025-04-07T16:00'), 24)];
    expect(read(edits, monthly)).toEqual({ event: monthly, days: 0, differing: [true, true] });
    const endless = moved(stateOf(seriesOf('2025-07-07T16:00', 'Europe/Rome', firstMondays)), 24);
    const [first] = edits.map(({ before }) => untouched(before));
    expect(read(first === undefined ? [] : [first, endless], monthly)).toEqual({
      event: monthly,
      days: 0,
      differing: [false, true],
    });
  });

  it('is their own where some month lacks the day to which the last of a month would move', () => {
    const lastDays = { kind: 'absoluteMonthly', interval: 1, day: 31 } as const;
    const monthly = seriesOf('2025-01-31T10:00', 'America/New_York', lastDays);
    const row = (wall: string) =>
      stateOf(seriesOf(wall, 'Europe/Rome', lastDays, { kind: 'count', count: 2 }));
    const rows = [row('2025-01-31T16:00'), row('2025-03-31T16:00')];
    const byDays = (days: number) =>
      read(
        rows.map((each) => moved(each, days * 24)),
        monthly,
      );
    expect(byDays(28)).toMatchObject({ days: 28, event: { recurrence: { pattern: { day: 28 } } } });
    expect(byDays(29)).toEqual({ event: monthly, days: 0, differing: [true, true] });
  });

  it('is their own where the event repeats no longer', () => {
    const single = { ...series, recurrence: null };
    expect(read([moved(winter, 2), moved(march, 2)], single)).toEqual({
      event: single,
      days: 0,
      differing: [true, true],
    });
  });
});

it('an answer to one stretch is one to all of the series', () => {
  const invited = { ...series, meeting: true, ownResponse: 'pending' as const };
  const asked = (row: RowState, response: Response): RowState => ({ ...row, response });
  const answered = segmentEdit(asked(march, 'pending'), asked(march, 'declined'));
  for (const edits of [
    [untouched(winter), answered],
    [answered, untouched(forEver)],
  ]) {
    expect(read(edits, invited)).toEqual({
      event: { ...invited, ownResponse: 'declined' },
      days: 0,
      differing: [false, false],
    });
  }
});
