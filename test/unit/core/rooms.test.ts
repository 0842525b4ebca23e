/** What time an event takes up in a room, and who of two gives way. */
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT, type Recurrence } from '#core/event.ts';
import { gained, type Interval, orderOf, overlap, type Slot, takesUpTime, timesOf } from '#core/rooms.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function ms(text: string): number {
  return Date.parse(`${text}Z`);
}

function between(start: string, end: string): Interval {
  return { startMs: ms(start), endMs: ms(end) };
}

function timed(start: string, end: string): EventTime {
  return { kind: 'timed', start: `${start}:00Z`, end: `${end}:00Z`, zone: 'Europe/Rome' };
}

const YEAR = between('2026-05-01T00:00', '2027-05-01T00:00');
const NINE = timed('2026-05-06T07:00', '2026-05-06T08:00');
const DAILY: Recurrence = { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 4 } };
const OCCURRENCE = { ...NEUTRAL_EVENT, ownResponse: 'none' } as const;

function event(more: Partial<CalendarEvent>): CalendarEvent {
  return { ...NEUTRAL_EVENT, time: NINE, ...more };
}

describe('two stretches overlap', () => {
  const nine = between('2026-05-06T09:00', '2026-05-06T10:00');

  test.each([
    ['the same', '09:00', '10:00', true],
    ['within', '09:10', '09:20', true],
    ['around', '08:00', '11:00', true],
    ['the last minute', '09:59', '11:00', true],
    ['the first minute', '08:00', '09:01', true],
    ['right before', '08:00', '09:00', false],
    ['right after', '10:00', '11:00', false],
  ])('%s', (_, start, end, expected) => {
    const other = between(`2026-05-06T${start}`, `2026-05-06T${end}`);
    expect([overlap(nine, other), overlap(other, nine)]).toEqual([expected, expected]);
  });
});

test.each<[string, Partial<CalendarEvent>, boolean]>([
  ['busy', {}, true],
  ['tentative', { showAs: 'tentative' }, true],
  ['away', { showAs: 'outOfOffice' }, true],
  ['accepted', { ownResponse: 'accepted' }, true],
  ['not answered yet', { ownResponse: 'pending' }, true],
  ['free', { showAs: 'free' }, false],
  ['cancelled', { cancelled: true }, false],
  ['declined', { ownResponse: 'declined' }, false],
])('what is %s is in the way: %o', (_, more, expected) => {
  expect(takesUpTime(event(more))).toBe(expected);
});

describe('the times of', () => {
  test('a single event, wherever it ends', () => {
    expect(timesOf(event({}), 'Europe/Rome', YEAR)).toEqual([
      between('2026-05-06T07:00', '2026-05-06T08:00'),
    ]);
    const later = event({ time: timed('2029-05-06T07:00', '2029-05-06T08:00') });
    expect(timesOf(later, 'Europe/Rome', YEAR)).toHaveLength(1);
  });

  test('what is over: none; what still goes on: its own', () => {
    const during = { ...YEAR, startMs: ms('2026-05-06T07:30') };
    expect(timesOf(event({}), 'UTC', during)).toHaveLength(1);
    const after = { ...YEAR, startMs: ms('2026-05-06T08:00') };
    expect(timesOf(event({}), 'UTC', after)).toEqual([]);
  });

  test('a series: each occurrence, the moved one where it is, none that is deleted', () => {
    const moved = { ...OCCURRENCE, time: timed('2026-05-07T15:00', '2026-05-07T16:00') };
    const series = event({
      recurrence: DAILY,
      exceptions: { '2026-05-07': moved, '2026-05-08': 'deleted' },
    });
    expect(timesOf(series, 'Europe/Rome', YEAR).toSorted((a, b) => a.startMs - b.startMs)).toEqual([
      between('2026-05-06T07:00', '2026-05-06T08:00'),
      between('2026-05-07T15:00', '2026-05-07T16:00'),
      between('2026-05-09T07:00', '2026-05-09T08:00'),
    ]);
  });

  test('a series: those that begin within the window', () => {
    const endless = event({ recurrence: { ...DAILY, range: { kind: 'noEnd' } } });
    const days = between('2026-05-10T00:00', '2026-05-12T07:00');
    expect(timesOf(endless, 'Europe/Rome', days)).toEqual([
      between('2026-05-10T07:00', '2026-05-10T08:00'),
      between('2026-05-11T07:00', '2026-05-11T08:00'),
    ]);
    const exceptions = {
      '2026-05-20': { ...OCCURRENCE, time: timed('2026-05-11T15:00', '2026-05-11T16:00') },
      '2026-05-11': { ...OCCURRENCE, time: timed('2026-06-01T15:00', '2026-06-01T16:00') },
    };
    expect(timesOf({ ...endless, exceptions }, 'Europe/Rome', days)).toEqual([
      between('2026-05-10T07:00', '2026-05-10T08:00'),
      between('2026-05-11T15:00', '2026-05-11T16:00'),
    ]);
  });

  test.each([
    ['ends when the window begins', '06:00', '07:00', 0],
    ['goes on when it begins', '06:01', '07:01', 1],
    ['begins right before it ends', '08:59', '10:00', 1],
    ['begins when it ends', '09:00', '10:00', 0],
  ])('a series: an occurrence that was moved so that it %s', (_, start, end, count) => {
    const time = timed(`2026-05-10T${start}`, `2026-05-10T${end}`);
    const exceptions = { '2026-05-07': { ...OCCURRENCE, time } };
    const days = between('2026-05-10T07:00', '2026-05-10T09:00');
    expect(timesOf(event({ recurrence: DAILY, exceptions }), 'Europe/Rome', days)).toHaveLength(count);
  });

  test('an all-day event: from midnight to midnight of the calendar', () => {
    const time: EventTime = { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' };
    const day = between('2026-05-05T22:00', '2026-05-06T22:00');
    expect(timesOf(event({ time }), 'Europe/Rome', YEAR)).toEqual([day]);
    const series = timesOf(event({ time, recurrence: DAILY }), 'Europe/Rome', YEAR);
    expect(series).toHaveLength(4);
    expect(series[0]).toEqual(day);
  });

  test('a day on which the clock changes has 25 hours', () => {
    const time: EventTime = { kind: 'allDay', start: '2026-10-25', end: '2026-10-26' };
    const [day] = timesOf(event({ time }), 'Europe/Rome', YEAR);
    expect((day?.endMs ?? 0) - (day?.startMs ?? 0)).toBe(DAY + HOUR);
  });
});

test('a booking gains the times that are not within one that it had', () => {
  const had = [between('2026-05-06T09:00', '2026-05-06T10:00')];
  const shorter = between('2026-05-06T09:15', '2026-05-06T09:45');
  const longer = between('2026-05-06T09:00', '2026-05-06T10:01');
  const earlier = between('2026-05-06T08:59', '2026-05-06T09:30');
  expect(gained([...had, shorter, longer, earlier], had)).toEqual([longer, earlier]);
  expect(gained(had, [])).toEqual(had);
});

describe('of two that want one time', () => {
  const slot = (uid: string, createdMs: number): Slot => ({
    ...between('2026-05-06T09:00', '2026-05-06T10:00'),
    ...{ uid, createdMs, showAs: 'busy', cancelled: false, ownResponse: 'none' },
  });

  test('who was made first has it, whatever their names', () => {
    expect(orderOf(slot('b', 1), slot('a', 2))).toBe('first');
    expect(orderOf(slot('a', 2), slot('b', 1))).toBe('later');
  });

  test('in one moment the name decides, and whoever is first by it cannot be sure', () => {
    expect(orderOf(slot('a', 1), slot('b', 1))).toBe('perhapsFirst');
    expect(orderOf(slot('b', 1), slot('a', 1))).toBe('later');
  });
});
