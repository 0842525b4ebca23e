/** What edits of a stretch say of its series where it is all of it, most of it, or goes on for ever. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, EventTime } from '#core/event.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { withChanges } from './row.arbitrary.ts';
import { Calendar } from './row-calendar.ts';
import { stored, withEvent } from './row-states.ts';

const YEAR = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2026, 0, 1) };
const SPRING = { ...YEAR, toMs: Date.UTC(2025, 2, 29) };

/** At 10:00 in New York; in Rome at 16:00, but from 9 to 30 March at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);
const rome = (event: CalendarEvent) => new Calendar(event, 'Europe/Rome', SPRING);
const putRight = (event: CalendarEvent) => ({ kind: 'read', event, untidy: true, refused: [] });

/** Rome’s Mondays at 00:30 are Sundays in London, in one stretch for ever. */
const late = weekly('2025-01-06T00:30', 'Europe/Rome', ['MO']);
const SUNDAYS_AND_WEDNESDAYS = 'RRULE:FREQ=WEEKLY;UNTIL=20250629;INTERVAL=1;BYDAY=WE,SU';

describe('one stretch that is all of its series', () => {
  it.each<[string, CalendarEvent]>([
    ['goes on for ever', late],
    ['ends', seriesOf('2025-01-06T00:30', 'Europe/Rome', patternOf(late), { kind: 'count', count: 40 })],
    ['has a changed occurrence', withChanges(late, [{ number: 2, change: { title: 'Night shift' } }])],
  ])('and %s takes a new rule', (_name, event) => {
    const calendar = new Calendar(event, 'Europe/London', YEAR);
    const whole = calendar.row('segment:2025-01-06');
    const read = calendar.read({ 'segment:2025-01-06': stored(whole.event, SUNDAYS_AND_WEDNESDAYS) });
    expect(read).toMatchObject({
      kind: 'read',
      refused: [],
      event: { recurrence: { pattern: { days: ['MO', 'TH'] }, range: { until: '2025-06-30' } } },
    });
  });

  it('ends with a changed occurrence whose row is left when it is gone, and those before that are deleted', () => {
    const calendar = new Calendar(
      withChanges(late, [{ number: 2, change: { title: 'Night shift' } }]),
      'Europe/London',
      YEAR,
    );
    expect(calendar.read({ 'segment:2025-01-06': null })).toMatchObject({
      kind: 'read',
      event: {
        recurrence: { range: { kind: 'until', until: '2025-01-20' } },
        exceptions: {
          '2025-01-06': 'deleted',
          '2025-01-13': 'deleted',
          '2025-01-20': { title: 'Night shift' },
        },
      },
    });
  });
});

describe('one stretch that is not all of its series', () => {
  const until = { kind: 'until', until: '2025-03-12' } as const;
  const older = weekly('2024-01-01T00:30', 'Europe/Rome', ['MO']);

  it.each<[string, Calendar, string]>([
    ['begins after it', new Calendar(older, 'Europe/London', YEAR), SUNDAYS_AND_WEDNESDAYS],
    [
      'ends before it, as the last occurrences stand alone',
      rome(seriesOf('2025-01-06T10:00', 'America/New_York', patternOf(standUp), until)),
      'RRULE:FREQ=WEEKLY;UNTIL=20250630;INTERVAL=1;BYDAY=MO,TH',
    ],
  ])('as it %s takes no new rule: the edit is refused', (_name, calendar, rule) => {
    const [key, row] = [...calendar.rows][0] ?? [];
    if (key === undefined || row === undefined) throw new Error('no rows');
    expect(calendar.read({ [key]: stored(row.event, rule) })).toEqual({
      ...calendar.read({}),
      untidy: true,
      refused: [key],
    });
  });

  it('and whose rule nobody can read takes a new title all the same', () => {
    const plain = new Calendar(late, 'Europe/London', YEAR);
    const spoilt = stored(plain.row('segment:2025-01-06').event, 'RRULE:FREQ=SECONDLY');
    const calendar = new Calendar(late, 'Europe/London', YEAR, new Map([['segment:2025-01-06', spoilt]]));
    expect(calendar.read({ 'segment:2025-01-06': withEvent(spoilt, { title: 'Night shift' }) })).toEqual(
      putRight({ ...late, title: 'Night shift' }),
    );
  });
});

describe('the stretch that goes on for ever', () => {
  /** Moscow has the clock of Nairobi since 26 October 2014. */
  const moscow = seriesOf('2014-01-06T10:00', 'Europe/Moscow', {
    kind: 'relativeMonthly',
    interval: 1,
    days: 'MO',
    index: 'first',
  });
  const calendar = new Calendar(moscow, 'Africa/Nairobi', {
    fromMs: Date.UTC(2014, 0, 1),
    toMs: Date.UTC(2015, 0, 1),
  });

  it('is put back when it is moved to days that no rule has', () => {
    const endless = calendar.row('segment:2014-11-03');
    const time: EventTime = {
      kind: 'timed',
      start: '2014-11-04T07:00:00Z',
      end: '2014-11-04T07:30:00Z',
      zone: 'Africa/Nairobi',
    };
    expect(endless.event.recurrence?.range.kind).toBe('noEnd');
    expect(calendar.read({ 'segment:2014-11-03': withEvent(endless, { time }) })).toMatchObject(
      putRight(moscow),
    );
  });

  it('goes on when an earlier one is gone', () => {
    const read = calendar.read({ 'segment:2014-01-06': null });
    expect(read).toMatchObject({ kind: 'read', event: { recurrence: moscow.recurrence } });
    expect(read.kind === 'read' && Object.keys(read.event.exceptions)).toHaveLength(10);
  });
});

function patternOf({ recurrence }: CalendarEvent) {
  if (recurrence === null) throw new Error('no series');
  return recurrence.pattern;
}
