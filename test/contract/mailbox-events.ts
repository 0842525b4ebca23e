/** Arbitrary events as a mailbox can hold them: in canonical form, series starting on their own pattern. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type {
  CalendarEvent,
  EventTime,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
  Weekday,
  WeekIndex,
} from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { datesBetween } from '#core/recurrence-dates.ts';

const WEEK: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
type TimedEventTime = Extract<EventTime, { kind: 'timed' }>;
const INDICES: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last'];
const ZONES = [
  'UTC',
  'Europe/Rome',
  'Europe/Kyiv',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];

/** Characters that XML can hold; a carriage return is no part of canonical text. */
const CARRIED = /[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const text = fc.string({ unit: 'binary', maxLength: 80 }).map((raw) => raw.replace(CARRIED, ''));
const line = text.map((raw) => raw.replace(/ *[\p{Cc}\u2028\u2029][\p{Cc}\u2028\u2029 ]*/gu, ' ').trim());
const categories = fc
  .array(line, { maxLength: 4 })
  .map((names) => [...new Set(names.filter((name) => name !== ''))].sort(byCodePoint));

const date = fc
  .integer({ min: 0, max: 365 * 3 })
  .map((days) => Temporal.PlainDate.from('2025-06-01').add({ days }));

const allDay = fc.tuple(date, fc.integer({ min: 1, max: 5 })).map(
  ([start, days]): EventTime => ({
    kind: 'allDay',
    start: start.toString(),
    end: start.add({ days }).toString(),
  }),
);
const timed = fc
  .record({
    day: date,
    minute: fc.integer({ min: 0, max: 1439 }),
    minutes: fc.integer({ min: 0, max: 600 }),
    zone: fc.constantFrom(...ZONES),
  })
  .map(({ day, minute, minutes, zone }): EventTime => {
    const start = day.toZonedDateTime('UTC').add({ minutes: minute }).toInstant();
    return { kind: 'timed', start: start.toString(), end: start.add({ minutes }).toString(), zone };
  });

/** What an occurrence can have of its own, but for the time. */
const content = {
  title: line,
  description: text,
  location: line,
  showAs: fc.constantFrom('free', 'tentative', 'busy', 'outOfOffice'),
  reminderMinutes: fc.option(fc.integer({ min: 0, max: 20_160 })),
  categories,
} as const;

const singles: fc.Arbitrary<CalendarEvent> = fc
  .record({
    ...content,
    time: fc.oneof(timed, allDay),
    sensitivity: fc.constantFrom('normal', 'personal', 'private', 'confidential'),
  })
  .map((fields) => ({ ...NEUTRAL_EVENT, ...fields }));

const repeats = (weeksFromSunday: boolean): fc.Arbitrary<Repeat> =>
  fc.record({
    kind: fc.integer({ min: 0, max: 5 }),
    interval: fc.integer({ min: 1, max: 12 }),
    otherDays: fc.subarray([...WEEK]),
    firstDay: weeksFromSunday ? fc.constant<Weekday>('SU') : fc.constantFrom(...WEEK),
    range: fc.integer({ min: 0, max: 2 }),
    length: fc.integer({ min: 1, max: 900 }),
  });

/** An event without attendees, which the server would add to. */
export const mailboxEvents = (weeksFromSunday: boolean): fc.Arbitrary<CalendarEvent> =>
  fc
    .tuple(singles, fc.option(repeats(weeksFromSunday)))
    .map(([event, repeat]) => (repeat === null ? event : { ...event, ...series(event.time, repeat) }));

const changes = fc.record({
  slot: fc.integer({ min: 0, max: 5 }),
  isDeleted: fc.boolean(),
  fields: fc.record(content),
  /** Null: all day, where that is one day of the series too. */
  minute: fc.option(fc.integer({ min: 0, max: 1380 })),
  minutes: fc.integer({ min: 0, max: 59 }),
});

/**
 * A series without attendees, with exceptions among its first occurrences. Each stays on its day, so that none gets in
 * the way of another. The owner lives in Rome.
 */
export const mailboxSeries = (weeksFromSunday: boolean): fc.Arbitrary<CalendarEvent> =>
  fc
    .tuple(singles, repeats(weeksFromSunday), fc.array(changes, { maxLength: 4 }))
    .map(([single, repeat, changed]) => {
      const event = { ...single, ...series(single.time, repeat) };
      const start = startDate(event.time);
      const dates = datesBetween(event.recurrence, start, start, start.add({ years: 100 }), 6);
      const entries = changed.flatMap(({ slot, isDeleted, fields, minute, minutes }) => {
        const day = dates[slot];
        if (day === undefined) return [];
        const time = timeOn(day, event.time, minute, minutes);
        const { ownResponse } = event;
        const changed = isDeleted ? ('deleted' as const) : { ...fields, time, ownResponse };
        return [[day.toString(), changed] as const];
      });
      return { ...event, exceptions: Object.fromEntries(entries) };
    });

function timeOn(day: Temporal.PlainDate, time: EventTime, minute: number | null, minutes: number): EventTime {
  const zone = time.kind === 'timed' ? time.zone : 'Europe/Rome';
  if (minute === null && zone === 'Europe/Rome') {
    return { kind: 'allDay', start: day.toString(), end: day.add({ days: 1 }).toString() };
  }
  const start = day
    .toZonedDateTime(zone)
    .add({ minutes: minute ?? 600 })
    .toInstant();
  return { kind: 'timed', start: start.toString(), end: start.add({ minutes }).toString(), zone };
}

interface Repeat {
  readonly kind: number;
  readonly interval: number;
  readonly otherDays: readonly Weekday[];
  readonly firstDay: Weekday;
  readonly range: number;
  readonly length: number;
}

function series(
  time: EventTime,
  repeat: Repeat,
): { readonly time: EventTime; readonly recurrence: Recurrence } {
  // An occurrence may not reach into the next one.
  const short: EventTime =
    time.kind === 'allDay'
      ? { ...time, end: startDate(time).add({ days: 1 }).toString() }
      : pastRepeatedHours(time);
  const start = startDate(short);
  return { time: short, recurrence: { pattern: patternAt(start, repeat), range: rangeFrom(start, repeat) } };
}

/** A series repeats by the wall clock, which does not tell the two hours apart that it shows twice: a week later then. */
function pastRepeatedHours(time: TimedEventTime): EventTime {
  const [start, end] = [time.start, time.end].map((at) => Temporal.Instant.from(at));
  if (!start || !end || ![start, end].some((at) => isShownBefore(at, time.zone))) return time;
  const later = (at: Temporal.Instant) => at.add({ hours: 7 * 24 }).toString();
  return { ...time, start: later(start), end: later(end) };
}

function isShownBefore(instant: Temporal.Instant, zone: string): boolean {
  const local = instant.toZonedDateTimeISO(zone).toPlainDateTime();
  return !local.toZonedDateTime(zone, { disambiguation: 'earlier' }).toInstant().equals(instant);
}

function startDate(time: EventTime): Temporal.PlainDate {
  return time.kind === 'allDay'
    ? Temporal.PlainDate.from(time.start)
    : Temporal.Instant.from(time.start).toZonedDateTimeISO(time.zone).toPlainDate();
}

function patternAt(
  start: Temporal.PlainDate,
  { kind, interval, otherDays, firstDay }: Repeat,
): RecurrencePattern {
  const weekday = WEEK[start.dayOfWeek - 1] ?? 'MO';
  const index = INDICES[Math.floor((start.day - 1) / 7)] ?? 'last';
  const days = WEEK.filter((day) => day === weekday || otherDays.includes(day));
  // Every twelve months is every year, and servers call it so.
  const months = interval % 12 || 1;
  const patterns: readonly RecurrencePattern[] = [
    { kind: 'daily', interval },
    { kind: 'weekly', interval, days, firstDay },
    { kind: 'absoluteMonthly', interval: months, day: start.day },
    { kind: 'relativeMonthly', interval: months, days: weekday, index },
    { kind: 'absoluteYearly', month: start.month, day: start.day },
    { kind: 'relativeYearly', month: start.month, days: weekday, index },
  ];
  return patterns[kind] ?? { kind: 'daily', interval };
}

function rangeFrom(start: Temporal.PlainDate, { range, length }: Repeat): RecurrenceRange {
  if (range === 0) return { kind: 'noEnd' };
  if (range === 1) return { kind: 'count', count: length };
  return { kind: 'until', until: start.add({ days: length }).toString() };
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
