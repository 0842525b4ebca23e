/** What is told apart of the edits that people make to one stretch of a series, and when its occurrences then are. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, EventTime, RecurrencePattern } from '#core/event.ts';
import type { RowState } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import {
  isEndless,
  movedAlong,
  movedBy,
  moveOf,
  type SegmentEdit,
  segmentEdit,
} from '#core/segment-edits.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { rowAt, rowsOf, stateOf, stored, withEvent, withExcluded } from './row-states.ts';

const SPRING = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 2, 29) };

/** A stretch of a stand-up in New York, in Rome at 15:00 on Mondays and Wednesdays from 10 to 26 March. */
const march = rowAt(
  rowsOf(planRows(weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']), 'Europe/Rome', SPRING)),
  'segment:2025-03-10',
);
const RULE = 'RRULE:FREQ=WEEKLY;UNTIL=20250326;INTERVAL=1;BYDAY=MO,WE';
/** Sundays in London, for ever. */
const endless = rowAt(
  rowsOf(planRows(weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']), 'Europe/London', SPRING)),
  'segment:2025-01-06',
);

function rome(start: string, end: string): EventTime {
  return { kind: 'timed', start, end, zone: 'Europe/Rome' };
}

function days(start: string, end: string): EventTime {
  return { kind: 'allDay', start, end };
}

function retimed(time: EventTime, row = march): SegmentEdit {
  return segmentEdit(row, withEvent(row, { time }));
}

describe('an edit of a stretch', () => {
  it('is none where nobody touched it', () => {
    expect(march.rule).toBe(RULE);
    expect(segmentEdit(march, march)).toEqual({
      before: march,
      after: march,
      texts: {},
      moved: null,
      cutAfter: null,
      excluded: [],
      restored: [],
      isSpoilt: false,
      isRefused: false,
    });
  });

  it('names the texts that are others, with what they are now', () => {
    const after = withEvent(march, { title: 'Scrum', location: 'Room 2' });
    expect(segmentEdit(march, after)).toMatchObject({ texts: { title: 'Scrum', location: 'Room 2' } });
    expect(segmentEdit(march, after).texts).not.toHaveProperty('description');
  });

  it('names the dates that were taken out, and those that came back', () => {
    const before = withExcluded(march, '2025-03-12', '2025-03-17');
    const after = withExcluded(march, '2025-03-17', '2025-03-24');
    expect(segmentEdit(before, after)).toMatchObject({ excluded: ['2025-03-24'], restored: ['2025-03-12'] });
  });

  it('is a move where the first occurrence starts or ends at another moment', () => {
    const time = rome('2025-03-10T14:00:00Z', '2025-03-10T15:00:00Z');
    expect(retimed(time)).toMatchObject({ moved: time, isSpoilt: false, isRefused: false });
  });
});

describe('the end of a stretch', () => {
  it.each<[string, RowState, string, string]>([
    ['a date', march, 'RRULE:FREQ=WEEKLY;UNTIL=20250319;INTERVAL=1;BYDAY=MO,WE', '2025-03-19'],
    ['a day without an occurrence', march, 'RRULE:FREQ=WEEKLY;UNTIL=20250321;BYDAY=MO,WE', '2025-03-19'],
    ['a number of times', march, 'RRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=1;BYDAY=MO,WE', '2025-03-12'],
    ['its first occurrence', march, 'RRULE:FREQ=WEEKLY;COUNT=1;INTERVAL=1;BYDAY=MO,WE', '2025-03-10'],
    ['a date, though it had none', endless, 'RRULE:FREQ=WEEKLY;UNTIL=20250622;BYDAY=SU', '2025-06-22'],
  ])('is brought forward to %s', (_name, before, rule, cutAfter) => {
    const edit = segmentEdit(before, stored(before.event, rule));
    expect(edit).toMatchObject({ cutAfter, moved: null, isSpoilt: true, isRefused: false });
  });

  it.each<[string, string]>([
    ['later', 'RRULE:FREQ=WEEKLY;UNTIL=20250402;INTERVAL=1;BYDAY=MO,WE'],
    ['never', 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE'],
    ['the same, said otherwise', 'RRULE:FREQ=WEEKLY;UNTIL=20250328;INTERVAL=1;BYDAY=MO,WE'],
    ['earlier, on other days', 'RRULE:FREQ=WEEKLY;UNTIL=20250319;INTERVAL=1;BYDAY=MO'],
    ['one that nobody can read', 'RRULE:FREQ=WEEKLY;UNTIL=soon;INTERVAL=1;BYDAY=MO,WE'],
    ['that of a stretch which repeats no more', ''],
  ])('is refused where it would be %s', (_name, rule) => {
    const edit = segmentEdit(march, stored(march.event, rule));
    expect(edit).toMatchObject({ cutAfter: null, isSpoilt: true, isRefused: true });
  });

  it('is refused where it could not be read before', () => {
    const before = stored(march.event, RULE.replace('20250326', 'soon'));
    expect(before.ruleFailure).not.toBeNull();
    const edit = segmentEdit(before, stored(march.event, RULE));
    expect(edit).toMatchObject({ cutAfter: null, isSpoilt: true, isRefused: true });
  });

  it('is brought forward at another hour, and the hour is refused', () => {
    const time = rome('2025-03-10T15:00:00Z', '2025-03-10T15:30:00Z');
    const after = stored({ ...march.event, time }, RULE.replace('20250326', '20250319'));
    expect(segmentEdit(march, after)).toMatchObject({
      cutAfter: '2025-03-19',
      moved: null,
      isSpoilt: true,
      isRefused: true,
    });
  });

  it('is nobody’s edit where the rule is spelled otherwise', () => {
    const after = stored(march.event, 'RRULE:FREQ=WEEKLY;BYDAY=WE,MO;WKST=MO;UNTIL=20250326');
    expect(segmentEdit(march, after)).toMatchObject({ cutAfter: null, isSpoilt: false, isRefused: false });
  });

  it('is nobody’s edit where Liferay lost a part of the rule', () => {
    const lastDays: RecurrencePattern = { kind: 'absoluteMonthly', interval: 1, day: 31 };
    const before = stateOf(
      seriesOf('2025-03-31T15:00', 'Europe/Rome', lastDays, { kind: 'until', until: '2025-09-30' }),
    );
    const after = stored(before.event, 'RRULE:FREQ=MONTHLY;UNTIL=20250930;INTERVAL=1');
    expect(segmentEdit(before, after)).toMatchObject({ cutAfter: null, isSpoilt: true, isRefused: false });
  });

  it('is never where the rule names none', () => {
    const single: CalendarEvent = { ...march.event, recurrence: null };
    expect([march, endless, stateOf(single)].map(isEndless)).toEqual([false, true, false]);
  });
});

describe('a move of a stretch', () => {
  const moves: readonly (readonly [string, EventTime, string, number])[] = [
    ['an hour later', rome('2025-03-10T15:00:00Z', '2025-03-10T15:30:00Z'), 'PT1H', 30],
    ['the day before', rome('2025-03-09T14:00:00Z', '2025-03-09T14:30:00Z'), '-P1D', 30],
    ['beyond a change of the clock', rome('2025-04-07T13:00:00Z', '2025-04-07T13:30:00Z'), 'P28D', 30],
    ['longer', rome('2025-03-10T14:00:00Z', '2025-03-10T16:00:00Z'), 'PT0S', 120],
  ];

  it.each(moves)('is by the clock: %s', (_name, time, by, minutes) => {
    const move = moveOf(retimed(time));
    expect([move?.by.toString(), move?.durationMs]).toEqual([by, minutes * 60_000]);
  });

  it('is none where nobody moved it, and where its occurrences became days or were some', () => {
    const allDay = withEvent(march, { time: days('2025-03-10', '2025-03-11') });
    expect(moveOf(segmentEdit(march, march))).toBeNull();
    expect(moveOf(segmentEdit(march, allDay))).toBeNull();
    expect(moveOf(segmentEdit(allDay, march))).toBeNull();
  });

  it('moves an occurrence by the clock of its own zone, and a day not at all', () => {
    const move = moveOf(retimed(rome('2025-03-11T15:00:00Z', '2025-03-11T16:00:00Z')));
    if (move === null) throw new Error('not moved');
    expect(move.by.toString()).toBe('P1DT1H');
    // On 30 March 2025 the clock of Rome goes from 2 to 3.
    const time = rome('2025-03-29T14:00:00Z', '2025-03-29T14:30:00Z');
    expect(movedBy(time, move)).toEqual(rome('2025-03-30T14:00:00Z', '2025-03-30T15:00:00Z'));
    expect(movedBy(days('2025-03-29', '2025-03-30'), move)).toEqual(days('2025-03-29', '2025-03-30'));
  });

  it('takes each occurrence along', () => {
    const last = rome('2025-03-26T14:00:00Z', '2025-03-26T14:30:00Z');
    expect(movedAlong(segmentEdit(march, march), last)).toEqual(last);
    const later = retimed(rome('2025-03-10T16:00:00Z', '2025-03-10T17:00:00Z'));
    expect(movedAlong(later, last)).toEqual(rome('2025-03-26T16:00:00Z', '2025-03-26T17:00:00Z'));
  });

  it('makes each occurrence as many days as the first one, as long after it as before', () => {
    const twoDays = retimed(days('2025-03-09', '2025-03-11'));
    const last = rome('2025-03-26T14:00:00Z', '2025-03-26T14:30:00Z');
    expect(movedAlong(twoDays, last)).toEqual(days('2025-03-25', '2025-03-27'));
  });
});
