/**
 * iCalendar recurrence text, as Liferay stores it in a booking's `recurrence`, and the canonical recurrence.
 * What has no exact equal on the other side is refused with a reason, never approximated. Liferay counts a series by
 * day, in the zone of the calendar (CalendarBookingIterator), which therefore has to be the zone of the event.
 */
import type { Temporal } from 'temporal-polyfill';
import type {
  DateText,
  DayOfWeekSet,
  EventTime,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
  Weekday,
  WeekIndex,
} from './event.ts';
import {
  canonicalRecurrence,
  lastDate,
  namesDate,
  startDate,
  toMonthlyForm,
  visitedMonthLengths,
  weekdaysOf,
} from './recurrence-dates.ts';
import {
  lastDateOf,
  type Rule,
  readExcludedDates,
  readLines,
  readRule,
  type Unsupported,
  unsupported,
} from './rrule-grammar.ts';
import { INDEXES, inexpressible, lastDaysUpTo, toPattern } from './rrule-pattern.ts';

export type { Unsupported } from './rrule-grammar.ts';

/** What a recurrence text means; `none` for the empty one. */
export type ParsedRecurrence =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'recurrence';
      readonly recurrence: Recurrence;
      /** Occurrences that are left out, as dates in the event's zone: ascending, without duplicates. */
      readonly excludedDates: readonly DateText[];
    }
  | Unsupported;

/** The RRULE line, or why there is none. */
export type FormattedRule = { readonly kind: 'rule'; readonly text: string } | Unsupported;

/** The count is Exchange's limit (MS-OXWSCDATA, NumberedRecurrenceRangeType); the intervals are what EWS clients keep to. */
const MAX_COUNT = 999;
const MAX_DAYS = 999;
const MAX_WEEKS_OR_MONTHS = 99;
/** The last day that Outlook's calendar has. */
const LAST_DATE = '4500-08-31';
const MAX_PERIODS = 1_000_000;

/**
 * Reads a booking's recurrence text in canonical form (see canonicalRecurrence). Unsupported:
 * - `recurrenceNotExpressible`: Exchange has no pattern with the same dates, the start is not one of them (Liferay
 *   shows it all the same), or a limit of Exchange is passed;
 * - `itemUnreadable`: the text is no iCalendar;
 * - `zoneUnknown`: an EXDATE in a zone that nobody knows.
 */
export function parseLiferayRecurrence(text: string, time: EventTime): ParsedRecurrence {
  const lines = readLines(text);
  if (lines === null) return unsupported('itemUnreadable', `Recurrence ${text}`);
  if (lines.length === 0) return { kind: 'none' };
  const other = lines.find(({ name }) => name !== 'RRULE' && name !== 'EXDATE');
  if (other !== undefined) return unsupported('recurrenceNotExpressible', `The recurrence has ${other.name}`);
  const [rule, second] = lines.filter(({ name }) => name === 'RRULE');
  if (rule === undefined) return unsupported('itemUnreadable', `No RRULE in ${text}`);
  if (second !== undefined) return unsupported('recurrenceNotExpressible', 'The recurrence has two rules');

  const recurrence = toRecurrence(readRule(rule.value), time);
  if ('kind' in recurrence) return recurrence;
  const excluded = new Set<DateText>();
  for (const line of lines.filter(({ name }) => name === 'EXDATE')) {
    const dates = readExcludedDates(line, time);
    if ('kind' in dates) return dates;
    for (const date of dates) excluded.add(date);
  }
  return { kind: 'recurrence', recurrence, excludedDates: [...excluded].sort() };
}

function toRecurrence(rule: Rule | Unsupported, time: EventTime): Recurrence | Unsupported {
  if (rule.kind === 'unsupported') return rule;
  const start = startDate(time);
  const pattern = toPattern(rule, start);
  if (pattern.kind === 'unsupported') return pattern;
  if (rule.count !== null && rule.until !== null) return inexpressible('The rule has both COUNT and UNTIL');
  const range = rangeOf(rule, time);
  if (range.kind === 'unsupported') return range;
  const recurrence = countedByDate({ pattern, range }, start);
  return findObstacle(recurrence, start) ?? canonicalRecurrence(recurrence, time);
}

/** More occurrences than Exchange counts can still end on the date of the last one. */
function countedByDate(recurrence: Recurrence, start: Temporal.PlainDate): Recurrence {
  const { pattern, range } = recurrence;
  if (range.kind !== 'count' || range.count <= MAX_COUNT) return recurrence;
  const interval = 'interval' in pattern ? pattern.interval : 12;
  // Few enough for a date that can be written; how many days a period has does not matter for that.
  if (range.count * interval > MAX_PERIODS) return recurrence;
  const last = lastDate(recurrence, start)?.toString();
  return last === undefined || last > LAST_DATE
    ? recurrence
    : { pattern, range: { kind: 'until', until: last } };
}

function rangeOf(rule: Rule, time: EventTime): RecurrenceRange | Unsupported {
  if (rule.count !== null) return { kind: 'count', count: rule.count };
  if (rule.until === null) return { kind: 'noEnd' };
  const until = lastDateOf(rule.until, time);
  return typeof until === 'string' ? { kind: 'until', until } : until;
}

/** Why Exchange and Liferay could not both hold this recurrence for an event that starts on `start`. */
function findObstacle({ pattern, range }: Recurrence, start: Temporal.PlainDate): Unsupported | null {
  if ('interval' in pattern) {
    const most = pattern.kind === 'daily' ? MAX_DAYS : MAX_WEEKS_OR_MONTHS;
    if (!Number.isInteger(pattern.interval) || pattern.interval < 1 || pattern.interval > most) {
      return inexpressible(`Interval ${pattern.interval} is not between 1 and ${most}`);
    }
  }
  if (
    range.kind === 'count' &&
    !(Number.isInteger(range.count) && range.count >= 1 && range.count <= MAX_COUNT)
  ) {
    return inexpressible(`${range.count} occurrences are not between 1 and ${MAX_COUNT}`);
  }
  if (range.kind === 'until' && range.until < start.toString()) {
    return inexpressible(`The series ends on ${range.until}, before it starts on ${start.toString()}`);
  }
  return namesDate(pattern, start)
    ? null
    : inexpressible(`The start ${start.toString()} is not on the pattern`);
}

/**
 * The RRULE line that Liferay shows right and that loses least when Liferay writes it anew, as it does whenever a
 * user changes one occurrence (RecurrenceSerializer): it drops WKST, BYMONTHDAY and BYSETPOS, so these stand only
 * where nothing else says it, and shifts BYMONTH by one, so the month is the start's and a yearly rule by weekday
 * is written as every 12 months. Unsupported: `recurrenceNotExpressible`, as when parsing.
 */
export function formatRRule(recurrence: Recurrence, time: EventTime): FormattedRule {
  const start = startDate(time);
  const obstacle = findObstacle(recurrence, start);
  if (obstacle !== null) return obstacle;
  const { pattern, range } = canonicalRecurrence(recurrence, time);
  const form = rulePattern(pattern, start);
  // The order in which google-rfc-2445 writes them (RRule.toIcal).
  const parts: readonly (readonly [string, string | number | undefined])[] = [
    ['FREQ', form.frequency],
    ['WKST', form.weekStart],
    ['UNTIL', range.kind === 'until' ? range.until.replaceAll('-', '') : undefined],
    ['COUNT', range.kind === 'count' ? range.count : undefined],
    ['INTERVAL', form.interval],
    ['BYMONTHDAY', form.byMonthDay],
    ['BYDAY', form.byDay],
    ['BYSETPOS', form.bySetPosition],
  ];
  const written = parts.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  return { kind: 'rule', text: `RRULE:${written.join(';')}` };
}

/** The EXDATE line in Liferay's own spelling, where dates are local whatever TZID says; '' without dates. */
export function formatExcludedDates(dates: readonly DateText[]): string {
  const compact = [...new Set(dates)].sort().map((date) => date.replaceAll('-', ''));
  return compact.length === 0 ? '' : `EXDATE;TZID="UTC";VALUE=DATE:${compact.join(',')}`;
}

interface WrittenPattern {
  readonly frequency: Rule['frequency'];
  readonly interval: number;
  readonly weekStart?: Weekday;
  readonly byMonthDay?: string;
  readonly byDay?: string;
  readonly bySetPosition?: number;
}

function rulePattern(pattern: RecurrencePattern, start: Temporal.PlainDate): WrittenPattern {
  if (pattern.kind === 'daily') return { frequency: 'DAILY', interval: pattern.interval };
  if (pattern.kind === 'weekly') {
    const { interval, days, firstDay } = pattern;
    const written = { frequency: 'WEEKLY', interval, byDay: days.join(',') } as const;
    return firstDay === 'MO' ? written : { ...written, weekStart: firstDay };
  }
  const { interval, on } = toMonthlyForm(pattern, start);
  return on.kind === 'nth'
    ? byNumberedDay(interval, on.days, on.index)
    : byDayOfMonth(interval, on.day, start);
}

function byNumberedDay(interval: number, days: DayOfWeekSet, index: WeekIndex): WrittenPattern {
  const position = [...INDEXES].find(([, name]) => name === index)?.[0] ?? 1;
  const named = weekdaysOf(days);
  return named.length === 1
    ? { frequency: 'MONTHLY', interval, byDay: `${position}${named.join('')}` }
    : { frequency: 'MONTHLY', interval, byDay: named.join(','), bySetPosition: position };
}

function byDayOfMonth(interval: number, day: number, start: Temporal.PlainDate): WrittenPattern {
  const { shortest, longest } = visitedMonthLengths(interval, start.month);
  if (day <= shortest) {
    return interval % 12 === 0
      ? { frequency: 'YEARLY', interval: interval / 12 }
      : { frequency: 'MONTHLY', interval };
  }
  if (day === longest) return { frequency: 'MONTHLY', interval, byMonthDay: '-1' };
  const byMonthDay = lastDaysUpTo(day).join(',');
  return { frequency: 'MONTHLY', interval, byMonthDay, bySetPosition: -1 };
}
