/**
 * patternedRecurrence in both directions (Microsoft Learn, recurrencePattern and recurrenceRange). Yearly patterns have
 * an interval here, which EWS has not: a year is twelve months (MS-OXOCAL, RecurrencePattern structure).
 */

import type {
  DayOfWeek,
  PatternedRecurrence,
  RecurrencePattern,
  RecurrenceRange,
} from '@microsoft/microsoft-graph-types';
import type { DaySet, Pattern, Range, Recurrence, WeekIndex } from '../recurrence.ts';
import { WEEK_INDEXES, WEEKDAYS } from '../recurrence.ts';
import { DAY_MS, formatDay, parseDay, zoneNamed } from '../zones.ts';
import { invalidProperty, unknownZone, unreadableBody } from './graph-errors.ts';

const lower = (name: string): DayOfWeek => name.toLowerCase() as DayOfWeek;

const SETS: Readonly<Record<'Day' | 'Weekday' | 'WeekendDay', readonly DayOfWeek[]>> = {
  Day: WEEKDAYS.map(lower),
  Weekday: WEEKDAYS.slice(1, 6).map(lower),
  WeekendDay: ['sunday', 'saturday'],
};

const weekdaysOf = (set: DaySet): readonly DayOfWeek[] =>
  set === 'Day' || set === 'Weekday' || set === 'WeekendDay' ? SETS[set] : [lower(set)];

function patternJson(pattern: Pattern, startDay: number): RecurrencePattern {
  const blank = { interval: 1, month: 0, dayOfMonth: 0, firstDayOfWeek: 'sunday', index: 'first' } as const;
  const month = new Date(startDay * DAY_MS).getUTCMonth() + 1;
  switch (pattern.kind) {
    case 'daily':
      return { ...blank, type: 'daily', interval: pattern.interval };
    case 'weekly':
      return {
        ...blank,
        type: 'weekly',
        interval: pattern.interval,
        daysOfWeek: pattern.days.map(lower),
        firstDayOfWeek: lower(pattern.firstDay),
      };
    case 'absoluteMonthly': {
      const { interval, day } = pattern;
      if (interval % 12 !== 0) return { ...blank, type: 'absoluteMonthly', interval, dayOfMonth: day };
      const years = interval / 12;
      return { ...blank, type: 'absoluteYearly', interval: years, month, dayOfMonth: day };
    }
    case 'relativeMonthly': {
      const { interval } = pattern;
      const which = { daysOfWeek: [...weekdaysOf(pattern.days)], index: indexJson(pattern.index) };
      if (interval % 12 !== 0) return { ...blank, type: 'relativeMonthly', interval, ...which };
      const years = interval / 12;
      return { ...blank, type: 'relativeYearly', interval: years, month, ...which };
    }
    case 'absoluteYearly':
      return { ...blank, type: 'absoluteYearly', month: pattern.month, dayOfMonth: pattern.day };
    case 'relativeYearly': {
      const which = { daysOfWeek: [...weekdaysOf(pattern.days)], index: indexJson(pattern.index) };
      return { ...blank, type: 'relativeYearly', month: pattern.month, ...which };
    }
  }
}

const indexJson = (index: WeekIndex) => index.toLowerCase() as Lowercase<WeekIndex>;

function rangeJson(range: Range, zoneName: string): RecurrenceRange {
  const blank = {
    startDate: formatDay(range.startDay),
    endDate: '0001-01-01',
    recurrenceTimeZone: zoneName,
    numberOfOccurrences: 0,
  };
  switch (range.kind) {
    case 'noEnd':
      return { ...blank, type: 'noEnd' };
    case 'endDate':
      return { ...blank, type: 'endDate', endDate: formatDay(range.endDay) };
    case 'numbered':
      return { ...blank, type: 'numbered', numberOfOccurrences: range.count };
  }
}

/** `zoneName`: that of the series. */
export function recurrenceJson({ pattern, range }: Recurrence, zoneName: string): PatternedRecurrence {
  return { pattern: patternJson(pattern, range.startDay), range: rangeJson(range, zoneName) };
}

function whole(value: unknown, name: string, from: number, to: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw invalidProperty(`The property '${name}' of the recurrence is not valid.`);
  }
  return value;
}

function daysOf(value: unknown): readonly DayOfWeek[] {
  const known = new Set<unknown>(SETS.Day);
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidProperty('The recurrence pattern needs daysOfWeek.');
  }
  const days = value.map((day) => String(day).toLowerCase());
  if (!days.every((day) => known.has(day))) throw unreadableBody('daysOfWeek has a value that is no day.');
  return days as DayOfWeek[];
}

const named = (day: DayOfWeek) => WEEKDAYS.find((each) => lower(each) === day) ?? 'Sunday';

/** Of relative patterns: one day, or a set that Outlook has a word for. */
function daySetOf(value: unknown): DaySet {
  const days = daysOf(value);
  if (days.length === 1) return named(days[0] ?? 'sunday');
  const wanted = new Set(days);
  for (const [name, set] of Object.entries(SETS)) {
    if (set.length === wanted.size && set.every((day) => wanted.has(day))) return name as DaySet;
  }
  throw invalidProperty('The days of a relative pattern are one day, all days, weekdays or weekend days.');
}

function indexOf(value: unknown): WeekIndex {
  // "Default is first."
  const index = WEEK_INDEXES.find((each) => indexJson(each) === String(value ?? 'first').toLowerCase());
  if (index === undefined) throw unreadableBody(`'${String(value)}' is no weekIndex.`);
  return index;
}

function firstDayOf(value: unknown) {
  // "Default is sunday. Required if type is weekly" says the table; requests without it are taken.
  return named(daysOf([value ?? 'sunday'])[0] ?? 'sunday');
}

/** Values of enumerations come in any case: the samples write "Monday". */
const typeOf = (json: Record<string, unknown>): string => String(json['type']).toLowerCase();

function readPattern(json: Record<string, unknown>, startDay: number): { pattern: Pattern; from: number } {
  const interval = whole(json['interval'], 'interval', 1, 999);
  const day = () => whole(json['dayOfMonth'], 'dayOfMonth', 1, 31);
  const days = () => daySetOf(json['daysOfWeek']);
  switch (typeOf(json)) {
    case 'daily':
      return { pattern: { kind: 'daily', interval }, from: startDay };
    case 'weekly': {
      const weekdays = daysOf(json['daysOfWeek']).map(named);
      const firstDay = firstDayOf(json['firstDayOfWeek']);
      return { pattern: { kind: 'weekly', interval, days: weekdays, firstDay }, from: startDay };
    }
    case 'absolutemonthly':
      return { pattern: { kind: 'absoluteMonthly', interval, day: day() }, from: startDay };
    case 'relativemonthly': {
      const index = indexOf(json['index']);
      return { pattern: { kind: 'relativeMonthly', interval, days: days(), index }, from: startDay };
    }
    case 'absoluteyearly': {
      const month = whole(json['month'], 'month', 1, 12);
      if (interval === 1) {
        return { pattern: { kind: 'absoluteYearly', month, day: day() }, from: startDay };
      }
      const pattern = { kind: 'absoluteMonthly', interval: 12 * interval, day: day() } as const;
      return { pattern, from: monthFrom(startDay, month) };
    }
    case 'relativeyearly': {
      const month = whole(json['month'], 'month', 1, 12);
      const index = indexOf(json['index']);
      if (interval === 1) {
        return { pattern: { kind: 'relativeYearly', month, days: days(), index }, from: startDay };
      }
      const pattern = { kind: 'relativeMonthly', interval: 12 * interval, days: days(), index } as const;
      return { pattern, from: monthFrom(startDay, month) };
    }
    default:
      throw unreadableBody(`'${String(json['type'])}' is no recurrencePatternType.`);
  }
}

/** The day itself where it is in this month, else the first day of the next such month. */
function monthFrom(day: number, month: number): number {
  const at = new Date(day * DAY_MS);
  if (at.getUTCMonth() + 1 === month) return day;
  const year = at.getUTCFullYear() + (at.getUTCMonth() + 1 > month ? 1 : 0);
  return Date.UTC(year, month - 1, 1) / DAY_MS;
}

function dateOf(value: unknown, name: string): number {
  const day = typeof value === 'string' ? parseDay(value) : null;
  if (day === null) throw unreadableBody(`Cannot convert '${String(value)}' to Edm.Date (${name}).`);
  return day;
}

function objectOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidProperty(`The recurrence needs a ${name}.`);
  }
  return value as Record<string, unknown>;
}

/**
 * `startDay`: the event's own, on its own clock; `refusesOther`: a range that starts elsewhere is refused ("must be the
 * same value as the start property of the recurring event"). Throws GraphError.
 */
export function readRecurrence(json: unknown, startDay: number, refusesOther: boolean): Recurrence {
  const parts = objectOf(json, 'recurrence');
  const range = objectOf(parts['range'], 'range');
  const sent = dateOf(range['startDate'], 'startDate');
  if (sent !== startDay && refusesOther) {
    throw invalidProperty('The startDate of the recurrence range is not the day of the start of the event.');
  }
  const zone = range['recurrenceTimeZone'];
  if (typeof zone === 'string' && zone !== '' && zoneNamed(zone) === null && !zone.startsWith('tzone://')) {
    throw unknownZone(zone);
  }
  const { pattern, from } = readPattern(objectOf(parts['pattern'], 'pattern'), sent);
  return { pattern, range: readRange(range, from) };
}

function readRange(range: Record<string, unknown>, startDay: number): Range {
  switch (typeOf(range)) {
    case 'noend':
      return { kind: 'noEnd', startDay };
    case 'enddate': {
      const endDay = dateOf(range['endDate'], 'endDate');
      if (endDay < startDay) throw invalidProperty('The recurrence ends before it starts.');
      return { kind: 'endDate', startDay, endDay };
    }
    case 'numbered':
      return {
        kind: 'numbered',
        startDay,
        count: whole(range['numberOfOccurrences'], 'numberOfOccurrences', 1, 999),
      };
    default:
      throw unreadableBody(`'${String(range['type'])}' is no recurrenceRangeType.`);
  }
}
