/**
 * Recurrence as EWS writes it, both ways. Dates are plain dates in the series' zone; the range's StartDate is
 * always the date of the event's own start. Source: MS-OXWSCDATA RecurrenceType; Microsoft Learn, Recurrence.
 */
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
import type { WireNode } from './library.ts';
import { child, element, namesIn, textOf, type WireElement } from './wire.ts';
import { monthName, monthNumber } from './zone-definition.ts';

const DAY_NAMES: Readonly<Record<DayOfWeekSet, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
  day: 'Day',
  weekday: 'Weekday',
  weekendDay: 'WeekendDay',
};
const WEEK: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const INDEX_NAMES: Readonly<Record<WeekIndex, string>> = {
  first: 'First',
  second: 'Second',
  third: 'Third',
  fourth: 'Fourth',
  last: 'Last',
};
/** NumberedRecurrence takes 1 to 999 occurrences, and intervals end at 999 days or 99 of anything else. */
const COUNT_LIMIT = 999;
const INTERVAL_LIMIT = { daily: 999, others: 99 } as const;

/** `Recurrence` as an element. Rejects what EWS cannot say with `recurrenceNotExpressible`. */
export function recurrenceElement(
  recurrence: Recurrence,
  startDate: DateText,
  hasFirstDayOfWeek: boolean,
): WireElement {
  const pattern = patternElement(recurrence.pattern, hasFirstDayOfWeek);
  return { name: 'Recurrence', children: [pattern, rangeElement(recurrence.range, startDate)] };
}

function patternElement(pattern: RecurrencePattern, hasFirstDayOfWeek: boolean): WireElement {
  switch (pattern.kind) {
    case 'daily':
      return { name: 'DailyRecurrence', children: [interval(pattern.interval, INTERVAL_LIMIT.daily)] };
    case 'weekly':
      return { name: 'WeeklyRecurrence', children: weekly(pattern, hasFirstDayOfWeek) };
    case 'absoluteMonthly':
      return {
        name: 'AbsoluteMonthlyRecurrence',
        children: [
          interval(pattern.interval, INTERVAL_LIMIT.others),
          element('DayOfMonth', String(pattern.day)),
        ],
      };
    case 'relativeMonthly':
      return {
        name: 'RelativeMonthlyRecurrence',
        children: [
          interval(pattern.interval, INTERVAL_LIMIT.others),
          element('DaysOfWeek', DAY_NAMES[pattern.days]),
          element('DayOfWeekIndex', INDEX_NAMES[pattern.index]),
        ],
      };
    case 'absoluteYearly':
      return {
        name: 'AbsoluteYearlyRecurrence',
        children: [element('DayOfMonth', String(pattern.day)), element('Month', monthName(pattern.month))],
      };
    case 'relativeYearly':
      return {
        name: 'RelativeYearlyRecurrence',
        children: [
          element('DaysOfWeek', DAY_NAMES[pattern.days]),
          element('DayOfWeekIndex', INDEX_NAMES[pattern.index]),
          element('Month', monthName(pattern.month)),
        ],
      };
    default:
      return pattern satisfies never;
  }
}

function weekly(
  pattern: RecurrencePattern & { kind: 'weekly' },
  hasFirstDayOfWeek: boolean,
): readonly WireElement[] {
  const days = WEEK.filter((day) => pattern.days.includes(day));
  if (days.length === 0) throw notExpressible('a weekly pattern without a day');
  const elements = [
    interval(pattern.interval, INTERVAL_LIMIT.others),
    element('DaysOfWeek', days.map((day) => DAY_NAMES[day]).join(' ')),
  ];
  if (hasFirstDayOfWeek) return [...elements, element('FirstDayOfWeek', DAY_NAMES[pattern.firstDay])];
  // Exchange 2007 counts weeks from Sunday. Which day comes first matters only where weeks are skipped.
  if (pattern.interval > 1 && pattern.firstDay !== 'SU') throw notExpressible('weeks that begin on this day');
  return elements;
}

function interval(value: number, limit: number): WireElement {
  if (!Number.isInteger(value) || value < 1 || value > limit) throw notExpressible(`an interval of ${value}`);
  return element('Interval', String(value));
}

function rangeElement(range: RecurrenceRange, startDate: DateText): WireElement {
  const start = element('StartDate', startDate);
  switch (range.kind) {
    case 'noEnd':
      return { name: 'NoEndRecurrence', children: [start] };
    case 'until':
      if (range.until < startDate) throw notExpressible(`an end on ${range.until} before the start`);
      return { name: 'EndDateRecurrence', children: [start, element('EndDate', range.until)] };
    case 'count':
      if (!Number.isInteger(range.count) || range.count < 1 || range.count > COUNT_LIMIT) {
        throw notExpressible(`${range.count} occurrences`);
      }
      return {
        name: 'NumberedRecurrence',
        children: [start, element('NumberOfOccurrences', String(range.count))],
      };
    default:
      return range satisfies never;
  }
}

/** Reads a `Recurrence` element. Rejects with `recurrenceNotExpressible` what no calendar item should have. */
export function readRecurrence(node: WireNode): Recurrence {
  const names = namesIn(node);
  const patternName = names.find((name) =>
    /(?:Daily|Weekly|Monthly|Yearly)Re(?:currence|generation)$/.test(name),
  );
  if (patternName === undefined) throw notExpressible('a recurrence without a pattern');
  return { pattern: readPattern(patternName, child(node, patternName)), range: readRange(node) };
}

function readPattern(name: string, node: WireNode): RecurrencePattern {
  const every = () => numberIn(node, 'Interval', 1, 9999);
  const day = () => numberIn(node, 'DayOfMonth', 1, 31);
  const month = () => monthNumber(textOf(node, 'Month')) || numberIn(node, 'Month', 1, 12);
  switch (name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval: every() };
    case 'WeeklyRecurrence': {
      const names = textOf(node, 'DaysOfWeek').split(/\s+/);
      const days = WEEK.filter((weekday) => names.includes(DAY_NAMES[weekday]));
      if (days.length === 0 || days.length !== names.length)
        throw notExpressible(`the days ${names.join(' ')}`);
      const first = textOf(node, 'FirstDayOfWeek');
      const firstDay = WEEK.find((weekday) => DAY_NAMES[weekday] === first) ?? 'SU';
      return { kind: 'weekly', interval: every(), days, firstDay };
    }
    case 'AbsoluteMonthlyRecurrence':
      return { kind: 'absoluteMonthly', interval: every(), day: day() };
    case 'RelativeMonthlyRecurrence':
      return { kind: 'relativeMonthly', interval: every(), days: daySet(node), index: weekIndex(node) };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'absoluteYearly', month: month(), day: day() };
    case 'RelativeYearlyRecurrence':
      return { kind: 'relativeYearly', month: month(), days: daySet(node), index: weekIndex(node) };
    default:
      throw notExpressible(name);
  }
}

function readRange(node: WireNode): RecurrenceRange {
  const ends = child(node, 'EndDateRecurrence');
  // The date comes with or without an offset ("2025-07-02Z"); it is a date of the series' zone either way.
  if (ends !== undefined) return { kind: 'until', until: dateOf(textOf(ends, 'EndDate').slice(0, 10)) };
  const numbered = child(node, 'NumberedRecurrence');
  if (numbered !== undefined) {
    return { kind: 'count', count: numberIn(numbered, 'NumberOfOccurrences', 1, 100_000) };
  }
  if (namesIn(node).includes('NoEndRecurrence')) return { kind: 'noEnd' };
  throw notExpressible('a recurrence without a range');
}

function dateOf(text: string): DateText {
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    throw notExpressible(`an end on "${text}"`);
  }
}

function daySet(node: WireNode): DayOfWeekSet {
  const name = textOf(node, 'DaysOfWeek');
  const found = Object.entries(DAY_NAMES).find(([, value]) => value === name);
  if (found === undefined) throw notExpressible(`the days ${name}`);
  return found[0] as DayOfWeekSet;
}

function weekIndex(node: WireNode): WeekIndex {
  const name = textOf(node, 'DayOfWeekIndex');
  const found = Object.entries(INDEX_NAMES).find(([, value]) => value === name);
  if (found === undefined) throw notExpressible(`the week ${name}`);
  return found[0] as WeekIndex;
}

function numberIn(node: WireNode, name: string, least: number, most: number): number {
  const value = Number(textOf(node, name) || 'NaN');
  if (!Number.isInteger(value) || value < least || value > most) throw notExpressible(`${name} ${value}`);
  return value;
}

function notExpressible(what: string): RemoteFailure {
  return new RemoteFailure(failure('recurrenceNotExpressible', what));
}
