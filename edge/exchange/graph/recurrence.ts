/**
 * Recurrence as Graph writes it, both ways (Microsoft Learn, recurrencePattern and recurrenceRange). Dates are plain
 * dates in the series' zone; the range's startDate is always the date of the event's own start.
 */
import type {
  PatternedRecurrence,
  RecurrencePattern as WrittenPattern,
} from '@microsoft/microsoft-graph-types';
import { Temporal } from 'temporal-polyfill';
import type {
  DateText,
  DayOfWeekSet,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
  Weekday,
  WeekIndex,
} from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { RecurrenceAnswer } from './answers.ts';

type DayName = NonNullable<NonNullable<WrittenPattern['daysOfWeek']>[number]>;

const WEEK: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAY_NAMES: Readonly<Record<Weekday, DayName>> = {
  MO: 'monday',
  TU: 'tuesday',
  WE: 'wednesday',
  TH: 'thursday',
  FR: 'friday',
  SA: 'saturday',
  SU: 'sunday',
};
/** "The first of these days" is how Graph says the sets of Exchange (Microsoft Learn, recurrencePattern). */
const DAY_SETS: Readonly<Record<Exclude<DayOfWeekSet, Weekday>, readonly Weekday[]>> = {
  day: WEEK,
  weekday: ['MO', 'TU', 'WE', 'TH', 'FR'],
  weekendDay: ['SA', 'SU'],
};
const INDICES: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last'];
/** As Exchange itself has them: 1 to 999 occurrences, intervals up to 999 days or 99 of anything else. */
const COUNT_LIMIT = 999;
const INTERVAL_LIMIT = { daily: 999, others: 99 } as const;

/** `recurrence` of an event. Rejects what Exchange cannot say with `recurrenceNotExpressible`. */
export function writtenRecurrence(
  { pattern, range }: Recurrence,
  startDate: DateText,
  windowsZone: string,
): PatternedRecurrence {
  return {
    pattern: writtenPattern(pattern),
    range: { ...writtenRange(range, startDate), startDate, recurrenceTimeZone: windowsZone },
  };
}

function writtenPattern(pattern: RecurrencePattern): WrittenPattern {
  switch (pattern.kind) {
    case 'daily':
      return { type: 'daily', interval: interval(pattern.interval, INTERVAL_LIMIT.daily) };
    case 'weekly': {
      const days = WEEK.filter((day) => pattern.days.includes(day));
      if (days.length === 0) throw notExpressible('a weekly pattern without a day');
      return {
        type: 'weekly',
        interval: interval(pattern.interval, INTERVAL_LIMIT.others),
        daysOfWeek: days.map((day) => DAY_NAMES[day]),
        firstDayOfWeek: DAY_NAMES[pattern.firstDay],
      };
    }
    case 'absoluteMonthly':
      return {
        type: 'absoluteMonthly',
        interval: interval(pattern.interval, INTERVAL_LIMIT.others),
        dayOfMonth: pattern.day,
      };
    case 'relativeMonthly':
      return {
        type: 'relativeMonthly',
        interval: interval(pattern.interval, INTERVAL_LIMIT.others),
        daysOfWeek: namesOf(pattern.days),
        index: pattern.index,
      };
    case 'absoluteYearly':
      return { type: 'absoluteYearly', interval: 1, dayOfMonth: pattern.day, month: pattern.month };
    case 'relativeYearly':
      return {
        type: 'relativeYearly',
        interval: 1,
        daysOfWeek: namesOf(pattern.days),
        index: pattern.index,
        month: pattern.month,
      };
    default:
      return pattern satisfies never;
  }
}

function namesOf(days: DayOfWeekSet): DayName[] {
  const set = days === 'day' || days === 'weekday' || days === 'weekendDay' ? DAY_SETS[days] : [days];
  return set.map((day) => DAY_NAMES[day]);
}

function interval(value: number, limit: number): number {
  if (!Number.isInteger(value) || value < 1 || value > limit) throw notExpressible(`an interval of ${value}`);
  return value;
}

function writtenRange(range: RecurrenceRange, startDate: DateText): PatternedRecurrence['range'] {
  switch (range.kind) {
    case 'noEnd':
      return { type: 'noEnd' };
    case 'until':
      if (range.until < startDate) throw notExpressible(`an end on ${range.until} before the start`);
      return { type: 'endDate', endDate: range.until };
    case 'count':
      if (!Number.isInteger(range.count) || range.count < 1 || range.count > COUNT_LIMIT) {
        throw notExpressible(`${range.count} occurrences`);
      }
      return { type: 'numbered', numberOfOccurrences: range.count };
    default:
      return range satisfies never;
  }
}

/** Reads `recurrence`. `start` is the first date. Rejects with `recurrenceNotExpressible` what an event cannot hold. */
export function readRecurrence({ pattern, range }: RecurrenceAnswer, start: DateText): Recurrence {
  return { pattern: readPattern(pattern, Temporal.PlainDate.from(start)), range: readRange(range) };
}

function readPattern(pattern: RecurrenceAnswer['pattern'], start: Temporal.PlainDate): RecurrencePattern {
  const every = numberWithin(pattern.interval ?? 1, 'interval', 1, 9999);
  const day = () => numberWithin(pattern.dayOfMonth, 'dayOfMonth', 1, 31);
  switch (pattern.type) {
    case 'daily':
      return { kind: 'daily', interval: every };
    case 'weekly': {
      const days = daysIn(pattern.daysOfWeek ?? []);
      const firstDay = weekday(pattern.firstDayOfWeek ?? 'sunday') ?? 'SU';
      return { kind: 'weekly', interval: every, days, firstDay };
    }
    case 'absoluteMonthly':
      return { kind: 'absoluteMonthly', interval: every, day: day() };
    case 'relativeMonthly':
      return { kind: 'relativeMonthly', interval: every, ...nth(pattern) };
    case 'absoluteYearly': {
      const month = monthOf(pattern);
      if (every === 1) return { kind: 'absoluteYearly', month, day: day() };
      return { kind: 'absoluteMonthly', interval: years(every, month, start), day: day() };
    }
    case 'relativeYearly': {
      const month = monthOf(pattern);
      if (every === 1) return { kind: 'relativeYearly', month, ...nth(pattern) };
      return { kind: 'relativeMonthly', interval: years(every, month, start), ...nth(pattern) };
    }
    default:
      throw notExpressible(`the pattern ${pattern.type ?? ''}`);
  }
}

function monthOf({ month }: RecurrenceAnswer['pattern']): number {
  return numberWithin(month, 'month', 1, 12);
}

/** Every so many years is every so many months, if it begins in its month. */
function years(every: number, month: number, start: Temporal.PlainDate): number {
  if (start.month !== month) throw notExpressible(`every ${every} years from another month`);
  return every * 12;
}

function nth(pattern: RecurrenceAnswer['pattern']): {
  readonly days: DayOfWeekSet;
  readonly index: WeekIndex;
} {
  const index = INDICES.find((each) => each === (pattern.index ?? 'first'));
  if (index === undefined) throw notExpressible(`the week ${pattern.index}`);
  return { days: daySet(daysIn(pattern.daysOfWeek ?? [])), index };
}

function daySet(days: readonly Weekday[]): DayOfWeekSet {
  const [only] = days;
  if (only !== undefined && days.length === 1) return only;
  for (const set of ['day', 'weekday', 'weekendDay'] as const) {
    if (DAY_SETS[set].join() === days.join()) return set;
  }
  throw notExpressible(`the first of ${days.join(', ')}`);
}

/** In the order of the week. */
function daysIn(names: readonly string[]): readonly Weekday[] {
  const days = names.map((name) => weekday(name));
  const known = WEEK.filter((day) => days.includes(day));
  if (known.length === 0 || days.includes(undefined)) throw notExpressible(`the days ${names.join(' ')}`);
  return known;
}

function weekday(name: string): Weekday | undefined {
  return WEEK.find((day) => DAY_NAMES[day] === name.toLowerCase());
}

function readRange(range: RecurrenceAnswer['range']): RecurrenceRange {
  switch (range.type) {
    case 'noEnd':
      return { kind: 'noEnd' };
    case 'endDate':
      return { kind: 'until', until: dateOf(range.endDate ?? '') };
    case 'numbered':
      return {
        kind: 'count',
        count: numberWithin(range.numberOfOccurrences, 'numberOfOccurrences', 1, 100_000),
      };
    default:
      throw notExpressible(`the range ${range.type ?? ''}`);
  }
}

function dateOf(text: string): DateText {
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    throw notExpressible(`an end on "${text}"`);
  }
}

function numberWithin(value: number | null | undefined, name: string, least: number, most: number): number {
  if (value === null || value === undefined || !Number.isInteger(value) || value < least || value > most) {
    throw notExpressible(`${name} ${value}`);
  }
  return value;
}

function notExpressible(what: string): RemoteFailure {
  return new RemoteFailure(failure('recurrenceNotExpressible', what));
}
