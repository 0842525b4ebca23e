/** Random events in time and random recurrences, for the property tests of core. */
import fc from 'fast-check';
import type { DayOfWeekSet, EventTime, Recurrence, RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import { normaliseSeriesStart } from '#core/occurrences.ts';
import { WEEKDAYS } from '#core/recurrence-dates.ts';

/** Zones with and without changes of the clock, in both hemispheres, with odd offsets and across the date line. */
export const ZONES = [
  'UTC',
  'Europe/Rome',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
  'Africa/Casablanca',
] as const;
const FIRST_MS = Date.UTC(2019, 0, 1);
const LAST_MS = Date.UTC(2028, 11, 31);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function date(ms: number): string {
  return instant(ms).slice(0, 10);
}

const timed: fc.Arbitrary<EventTime> = fc
  .record({
    quarter: fc.integer({ min: FIRST_MS / (15 * MINUTE_MS), max: LAST_MS / (15 * MINUTE_MS) }),
    minutes: fc.integer({ min: 0, max: 26 * 60 }),
    zone: fc.constantFrom(...ZONES),
  })
  .map(({ quarter, minutes, zone }) => {
    const startMs = quarter * 15 * MINUTE_MS;
    return { kind: 'timed', start: instant(startMs), end: instant(startMs + minutes * MINUTE_MS), zone };
  });

export const startDay: fc.Arbitrary<string> = fc
  .integer({ min: FIRST_MS / DAY_MS, max: LAST_MS / DAY_MS })
  .map((day) => date(day * DAY_MS));

const allDay: fc.Arbitrary<EventTime> = fc
  .record({
    day: fc.integer({ min: FIRST_MS / DAY_MS, max: LAST_MS / DAY_MS }),
    length: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ day, length }) => ({
    kind: 'allDay',
    start: date(day * DAY_MS),
    end: date((day + length) * DAY_MS),
  }));

export const eventTime: fc.Arbitrary<EventTime> = fc.oneof({ weight: 3, arbitrary: timed }, allDay);

const interval = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(12, 24, 36, 99));
const weekday = fc.constantFrom(...WEEKDAYS);
const month = fc.integer({ min: 1, max: 12 });
const day = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 28, max: 31 }));
const days = fc.constantFrom<DayOfWeekSet>(...WEEKDAYS, 'day', 'weekday', 'weekendDay');
const index = fc.constantFrom('first', 'second', 'third', 'fourth', 'last');

const pattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
  fc.record({ kind: fc.constant('daily'), interval }),
  fc.record({
    kind: fc.constant('weekly'),
    interval,
    days: fc.uniqueArray(weekday, { minLength: 1 }),
    firstDay: weekday,
  }),
  fc.record({ kind: fc.constant('absoluteMonthly'), interval, day }),
  fc.record({ kind: fc.constant('relativeMonthly'), interval, days, index }),
  fc.record({ kind: fc.constant('absoluteYearly'), month, day }),
  fc.record({ kind: fc.constant('relativeYearly'), month, days, index }),
);

/** A series whose start is on its pattern, as Exchange holds it. */
export const series: fc.Arbitrary<{ time: EventTime; recurrence: Recurrence }> = fc
  .record({
    time: eventTime,
    pattern,
    end: fc.constantFrom('noEnd', 'until', 'count'),
    count: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 999)),
    lastDay: fc.integer({ min: 0, max: 4000 }),
  })
  .map(({ time: anyTime, pattern: anyPattern, end, count, lastDay }) => {
    const endless: Recurrence = { pattern: anyPattern, range: { kind: 'noEnd' } };
    const time = normaliseSeriesStart(anyTime, endless);
    // Two days later than the start in UTC is never before the start in any zone.
    const until = date(Date.parse(time.start) + (lastDay + 2) * DAY_MS);
    const ranges: Record<typeof end, RecurrenceRange> = {
      noEnd: { kind: 'noEnd' },
      until: { kind: 'until', until },
      count: { kind: 'count', count },
    };
    return { time, recurrence: { pattern: anyPattern, range: ranges[end] } };
  });
