/** Which occurrences of a series make one row in a calendar of another zone, and which stand alone. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, RecurrencePattern } from '#core/event.ts';
import { slotsBetween } from '#core/occurrences.ts';
import type { PlannedSeries } from '#core/planned-rows.ts';
import { isPlainHour, type Run, runsOf } from '#core/set-runs.ts';
import { seriesOf, weekly } from './exact-rows.ts';

const DAY_MS = 86_400_000;
const DAILY: RecurrencePattern = { kind: 'daily', interval: 1 };
const NONE_STANDS = { segments: [], strays: new Set<string>() };

/** A stand-up in New York; in Rome it is at 16:00, and for three weeks in March and one in October at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);

function planned(event: CalendarEvent, calendarZone: string): PlannedSeries {
  const { recurrence } = event;
  if (recurrence === null) throw new Error('no series');
  return { event: { ...event, recurrence }, calendarZone };
}

/** The runs of the occurrences from one day to another one, both included, of UTC. */
function runsIn(
  event: CalendarEvent,
  calendarZone: string,
  [first, last]: readonly [string, string],
  standing: Parameters<typeof runsOf>[2] = NONE_STANDS,
  goesOn = false,
): readonly Run[] {
  const series = planned(event, calendarZone);
  const slots = slotsBetween(
    event.time,
    series.event.recurrence,
    Date.parse(first),
    Date.parse(last) + DAY_MS,
    1000,
  );
  return runsOf(series, slots, standing, goesOn);
}

const datesOf = (run: Run) => run.slots.map(({ date }) => date.toString());
/** A run in a line: its name, its hour, its first and last date. `alone`: it has no rule. */
function line(run: Run): string {
  const dates = datesOf(run);
  const name = run.pattern === null ? 'alone' : (run.key ?? 'new');
  return `${name} ${run.wallTime.toString().slice(0, 5)} ${dates.at(0)}..${dates.at(-1)}`;
}
const inRome = (days: readonly [string, string], segments: string[] = [], strays: string[] = []) =>
  runsIn(standUp, 'Europe/Rome', days, { segments, strays: new Set(strays) }).map(line);

describe('occurrences that follow each other', () => {
  it('are one run while they keep their hour in the calendar', () => {
    expect(inRome(['2025-02-24', '2025-04-09'])).toEqual([
      'new 16:00 2025-02-24..2025-03-05',
      'new 15:00 2025-03-10..2025-03-26',
      'new 16:00 2025-03-31..2025-04-09',
    ]);
  });

  it('are a run if they are three', () => {
    expect(inRome(['2025-02-26', '2025-03-17'])).toEqual([
      'new 16:00 2025-02-26..2025-03-05',
      'new 15:00 2025-03-10..2025-03-17',
    ]);
    expect(inRome(['2025-03-03', '2025-03-12'])).toEqual([
      'alone 16:00 2025-03-03..2025-03-05',
      'alone 15:00 2025-03-10..2025-03-12',
    ]);
  });

  it('may be fewer at the end of a series that goes on', () => {
    const runs = runsIn(standUp, 'Europe/Rome', ['2025-03-03', '2025-03-31'], NONE_STANDS, true);
    expect(runs.map(line)).toEqual([
      'alone 16:00 2025-03-03..2025-03-05',
      'new 15:00 2025-03-10..2025-03-26',
      'new 16:00 2025-03-31..2025-03-31',
    ]);
  });

  it('are none where there are none', () => {
    expect(inRome(['2025-03-13', '2025-03-14'])).toEqual([]);
  });

  it('are two runs where the same hour is another day’s', () => {
    // Samoa had no 30 December 2011. At 20:00 in UTC it was 10:00 there the same day, and then the day after.
    const event = seriesOf('2011-12-01T20:00', 'UTC', DAILY);
    const runs = runsIn(event, 'Pacific/Apia', ['2011-12-26', '2012-01-02']);
    expect(runs.map(line)).toEqual(['new 10:00 2011-12-26..2011-12-29', 'new 10:00 2011-12-30..2012-01-02']);
    expect(runs.map(({ shift }) => shift)).toEqual([0, 1]);
  });

  it('stand alone where no rule is the same a day earlier', () => {
    const firstMonday = { kind: 'relativeMonthly', interval: 1, days: 'MO', index: 'first' } as const;
    const event = seriesOf('2025-01-06T00:30', 'Europe/Rome', firstMonday);
    expect(
      runsIn(event, 'Europe/London', ['2025-01-01', '2025-06-30']).map(({ pattern }) => pattern),
    ).toEqual([null]);
  });

  it('have the rule of the day earlier, however it is spelled', () => {
    const secondDay = { kind: 'relativeMonthly', interval: 1, days: 'day', index: 'second' } as const;
    const event = seriesOf('2025-01-02T00:30', 'Europe/Rome', secondDay);
    expect(runsIn(event, 'Europe/London', ['2025-01-01', '2025-06-30'])).toMatchObject([
      { shift: -1, pattern: { kind: 'absoluteMonthly', interval: 1, day: 1 } },
    ]);
  });
});

describe('a stretch that stands in the calendar', () => {
  it('begins a run and names it, be it short', () => {
    expect(inRome(['2025-02-24', '2025-03-17'], ['2025-03-03', '2025-03-17'])).toEqual([
      'alone 16:00 2025-02-24..2025-02-26',
      'segment:2025-03-03 16:00 2025-03-03..2025-03-05',
      'alone 15:00 2025-03-10..2025-03-12',
      'segment:2025-03-17 15:00 2025-03-17..2025-03-17',
    ]);
  });

  it('begins with the next occurrence where the series has its own no more', () => {
    expect(inRome(['2025-03-10', '2025-03-26'], ['2025-03-11', '2025-03-18'])).toEqual([
      'alone 15:00 2025-03-10..2025-03-10',
      'segment:2025-03-11 15:00 2025-03-12..2025-03-17',
      'segment:2025-03-18 15:00 2025-03-19..2025-03-26',
    ]);
  });

  it('leaves the next occurrence to the stretch that has it, and to the first of two', () => {
    expect(
      inRome(['2025-03-10', '2025-03-26'], ['2025-03-11', '2025-03-12', '2025-03-20', '2025-03-21']),
    ).toEqual([
      'alone 15:00 2025-03-10..2025-03-10',
      'segment:2025-03-12 15:00 2025-03-12..2025-03-19',
      'segment:2025-03-20 15:00 2025-03-24..2025-03-26',
    ]);
  });

  it('is forgotten after the last occurrence', () => {
    expect(inRome(['2025-03-10', '2025-03-26'], ['2025-03-28'])).toEqual([
      'new 15:00 2025-03-10..2025-03-26',
    ]);
  });
});

describe('occurrences that have rows of their own', () => {
  it.each<[readonly string[], string]>([
    [['2025-03-12'], 'new'],
    [['2025-03-12', '2025-03-17'], 'alone'],
    [['2025-03-11', '2025-03-13'], 'new'],
  ])('on %j do not make four a run of their own accord', (strays, name) => {
    expect(inRome(['2025-03-10', '2025-03-19'], [], [...strays])).toEqual([
      `${name} 15:00 2025-03-10..2025-03-19`,
    ]);
  });
});

describe('an hour that the clock of the calendar shows twice', () => {
  // On 26 October 2025 it is 2 o’clock in Rome at midnight of UTC, and again an hour later.
  it.each<[string, boolean]>([
    ['2025-10-25T23:59', false],
    ['2025-10-26T00:00', true],
    ['2025-10-26T00:30', true],
    ['2025-10-26T01:00', true],
    ['2025-10-26T01:59', true],
    ['2025-10-26T02:00', false],
    ['2025-03-30T00:30', false],
    ['2025-03-30T01:00', false],
    ['2025-03-30T01:30', false],
  ])('at %s of UTC stands alone: %s', (wall, isAlone) => {
    const event = seriesOf(wall, 'UTC', DAILY);
    const day = wall.slice(0, 10);
    const [run] = runsIn(event, 'Europe/Rome', [day, day], { ...NONE_STANDS, segments: [day] }, true);
    expect(run?.pattern).toEqual(isAlone ? null : DAILY);
    expect(run?.key).toBe(isAlone ? null : `segment:${day}`);
  });

  it('parts a run in two', () => {
    const event = seriesOf('2025-10-20T00:30', 'UTC', DAILY);
    expect(runsIn(event, 'Europe/Rome', ['2025-10-22', '2025-10-30']).map(line)).toEqual([
      'new 02:30 2025-10-22..2025-10-25',
      'alone 02:30 2025-10-26..2025-10-26',
      'new 01:30 2025-10-27..2025-10-30',
    ]);
  });
});

describe('a plain hour', () => {
  const isPlain = (event: CalendarEvent, zone: string, days: readonly [string, string], forDays: number) => {
    const [run] = runsIn(event, zone, days);
    if (run === undefined) throw new Error('no run');
    return isPlainHour(planned(event, zone), run, forDays * DAY_MS);
  };

  it.each<[string, string, boolean]>([
    ['2025-01-06T01:59', 'Europe/Rome', true],
    ['2025-01-06T02:00', 'Europe/Rome', false],
    ['2025-01-06T02:59', 'Europe/Rome', false],
    ['2025-01-06T03:00', 'Europe/Rome', true],
    ['2025-01-06T02:30', 'Asia/Tokyo', true],
    // Until 2011 the clock of St John’s went from 0:01 to 1:01 in spring, and back to 23:01 in autumn.
    ['2010-01-06T23:00', 'America/St_Johns', true],
    ['2010-01-06T23:01', 'America/St_Johns', false],
    ['2010-01-06T00:00', 'America/St_Johns', false],
    ['2010-01-06T00:30', 'America/St_Johns', false],
    ['2010-01-06T01:01', 'America/St_Johns', true],
  ])('is one that the clock neither skips nor shows twice: %s in %s: %s', (wall, zone, expected) => {
    const day = Temporal.PlainDateTime.from(wall).toPlainDate();
    const days = [day.toString(), day.add({ days: 1 }).toString()] as const;
    expect(isPlain(seriesOf(wall, zone, DAILY), zone, days, 366)).toBe(expected);
  });

  it('is asked for from the last occurrence on, and no longer than is said', () => {
    // Rome has no such hour on Sunday, 30 March.
    const mondays = weekly('2025-03-17T02:30', 'Europe/Rome', ['MO']);
    expect(isPlain(mondays, 'Europe/Rome', ['2025-03-17', '2025-03-24'], 30)).toBe(false);
    expect(isPlain(mondays, 'Europe/Rome', ['2025-03-17', '2025-03-24'], 5)).toBe(true);
    expect(isPlain(mondays, 'Europe/Rome', ['2025-03-17', '2025-03-31'], 30)).toBe(true);
  });
});
