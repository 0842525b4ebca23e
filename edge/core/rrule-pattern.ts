/**
 * What an RRULE means: the pattern of Exchange that has exactly the same dates, or that there is none.
 * The judge is google-rfc-2445 (RecurrenceIteratorFactory), by which Liferay shows a series; what it and other
 * readers of RFC 5545 disagree on is refused.
 */
import type { Temporal } from 'temporal-polyfill';
import type { DayOfWeekSet, RecurrencePattern, Weekday, WeekIndex } from './event.ts';
import {
  DAY_SETS,
  fromMonthlyForm,
  type MonthlyForm,
  visitedMonthLengths,
  WEEKDAYS,
  weekdayOf,
} from './recurrence-dates.ts';
import { type Rule, type Unsupported, unsupported } from './rrule-grammar.ts';

/** The positions of RRULE that Exchange has words for. */
export const INDEXES: ReadonlyMap<number, WeekIndex> = new Map([
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [-1, 'last'],
]);
/** Every month has this many days; how many more it has is what the rules differ on. */
const DAYS_OF_EVERY_MONTH = 28;

/** The days from which a rule picks the last one that the month has, so that it falls back as Exchange does. */
export function lastDaysUpTo(day: number): number[] {
  return Array.from(
    { length: Math.max(0, day - DAYS_OF_EVERY_MONTH + 1) },
    (_, offset) => DAYS_OF_EVERY_MONTH + offset,
  );
}

/** A rule that no pattern of Exchange equals. */
export function inexpressible(detail: string): Unsupported {
  return unsupported('recurrenceNotExpressible', detail);
}

/** The pattern with the dates that the rule has from `start` on. */
export function toPattern(rule: Rule, start: Temporal.PlainDate): RecurrencePattern | Unsupported {
  if (rule.interval < 1) return inexpressible('The interval is 0');
  switch (rule.frequency) {
    case 'DAILY':
      return dailyPattern(rule);
    case 'WEEKLY':
      return weeklyPattern(rule, start);
    case 'MONTHLY':
    case 'YEARLY':
      return monthlyPattern(rule, start);
    default:
      return rule.frequency satisfies never;
  }
}

function dailyPattern(rule: Rule): RecurrencePattern | Unsupported {
  if (rule.byMonth.length + rule.byMonthDay.length + rule.bySetPosition.length > 0) {
    return inexpressible('A daily rule with BYMONTH, BYMONTHDAY or BYSETPOS');
  }
  return rule.byDay.length === 0 ? { kind: 'daily', interval: rule.interval } : everyNamedDay(rule);
}

/** "Every day that is a Monday", "every Monday of the month": the same as every week on Monday. */
function everyNamedDay(rule: Rule): RecurrencePattern | Unsupported {
  if (rule.interval > 1 || rule.byDay.some(({ position }) => position !== null)) {
    return inexpressible(`BYDAY with INTERVAL=${rule.interval} in a ${rule.frequency.toLowerCase()} rule`);
  }
  return { kind: 'weekly', interval: 1, days: namedDays(rule), firstDay: rule.weekStart };
}

function weeklyPattern(rule: Rule, start: Temporal.PlainDate): RecurrencePattern | Unsupported {
  if (rule.byMonth.length + rule.byMonthDay.length + rule.bySetPosition.length > 0) {
    return inexpressible('A weekly rule with BYMONTH, BYMONTHDAY or BYSETPOS');
  }
  if (rule.byDay.some(({ position }) => position !== null))
    return inexpressible('A weekly rule with a numbered day');
  const days = rule.byDay.length === 0 ? [weekdayOf(start)] : namedDays(rule);
  return { kind: 'weekly', interval: rule.interval, days, firstDay: rule.weekStart };
}

function namedDays(rule: Rule): readonly Weekday[] {
  return WEEKDAYS.filter((weekday) => rule.byDay.some(({ day }) => day === weekday));
}

function monthlyPattern(rule: Rule, start: Temporal.PlainDate): RecurrencePattern | Unsupported {
  const isNumbered = rule.bySetPosition.length > 0 || rule.byDay.some(({ position }) => position !== null);
  const namesDays = rule.byMonth.length === 0 && rule.byMonthDay.length === 0 && !isNumbered;
  if (rule.byDay.length > 0 && namesDays) return everyNamedDay(rule);

  const step = monthStep(rule, start);
  if (typeof step !== 'number') return step;
  const on = rule.byDay.length > 0 ? numberedDay(rule) : dayOfMonth(rule, step, start);
  return 'detail' in on ? on : fromMonthlyForm({ interval: step, month: start.month, on });
}

/** From how many months to how many the rule goes, the start's month being the first. */
function monthStep(rule: Rule, start: Temporal.PlainDate): number | Unsupported {
  const { frequency, interval } = rule;
  const months = rule.byMonth.length > 0 ? rule.byMonth : monthOfYearlyRule(rule, start);
  if (months.length === 0) {
    return frequency === 'MONTHLY'
      ? interval
      : inexpressible('A yearly rule with BYMONTHDAY, but without BYMONTH, which some read as every month');
  }
  if (!months.includes(start.month)) return inexpressible(`The start is not in month ${months.join(', ')}`);
  if (months.length === 1) {
    if (frequency === 'YEARLY') return 12 * interval;
    return 12 % interval === 0 ? 12 : inexpressible(`Every ${interval} months with BYMONTH`);
  }
  if (interval > 1) return inexpressible(`Several months in BYMONTH with INTERVAL=${interval}`);
  // In a yearly rule the position would be that in the year.
  if (frequency === 'YEARLY' && rule.bySetPosition.length > 0) {
    return inexpressible('BYSETPOS in several months of a year');
  }
  return evenStep(months);
}

/** The months that lie between any two neighbours of these, where that is the same all year round. */
function evenStep(months: readonly number[]): number | Unsupported {
  const step = 12 / months.length;
  const isEven = months.every(
    (month) => month >= 1 && month <= 12 && (month - (months[0] ?? 0)) % step === 0,
  );
  return isEven ? step : inexpressible(`Months ${months.join(', ')} are not evenly spaced`);
}

/** Without BYMONTH, the nth weekday of a year is that of January, the last one that of December. */
function monthOfYearlyRule(rule: Rule, start: Temporal.PlainDate): readonly number[] {
  if (rule.frequency === 'MONTHLY' || rule.byMonthDay.length > 0) return [];
  if (rule.byDay.length === 0) return [start.month];
  const position = rule.byDay[0]?.position ?? rule.bySetPosition[0] ?? 1;
  return [position > 0 ? 1 : 12];
}

function numberedDay(rule: Rule): MonthlyForm['on'] | Unsupported {
  const [first, another] = rule.byDay;
  if (rule.byMonthDay.length > 0) return weekdayInDays(rule);
  const ownPosition = first?.position ?? null;
  const days = setOf(namedDays(rule));
  const hasOnePosition =
    ownPosition === null
      ? rule.bySetPosition.length === 1 && rule.byDay.every(({ position }) => position === null)
      : rule.bySetPosition.length === 0 && another === undefined;
  const index = INDEXES.get(ownPosition ?? rule.bySetPosition[0] ?? 0);
  if (!hasOnePosition || days === null || index === undefined) {
    return inexpressible(
      'BYDAY and BYSETPOS that are not one of first to fourth and last of one set of days',
    );
  }
  return { kind: 'nth', days, index };
}

/** "The Friday among the days 8 to 14" is the second one of its month. */
function weekdayInDays(rule: Rule): MonthlyForm['on'] | Unsupported {
  const [only, another] = rule.byDay;
  const isSame = (days: readonly number[]) =>
    days.length === rule.byMonthDay.length && days.every((day) => rule.byMonthDay.includes(day));
  const index = [...INDEXES].find(([position]) => isSame(daysOfWeekIndex(position)))?.[1];
  if (
    only?.position !== null ||
    another !== undefined ||
    rule.bySetPosition.length > 0 ||
    index === undefined
  ) {
    return inexpressible('Both BYMONTHDAY and BYDAY');
  }
  return { kind: 'nth', days: only.day, index };
}

/** The days of a month among which the nth one of every weekday is. */
function daysOfWeekIndex(position: number): number[] {
  const first = position < 0 ? 7 * position : 7 * position - 6;
  return Array.from({ length: 7 }, (_, offset) => first + offset);
}

function setOf(days: readonly Weekday[]): DayOfWeekSet | null {
  const [only, another] = days;
  if (only !== undefined && another === undefined) return only;
  const isSet = (set: readonly Weekday[]) =>
    set.length === days.length && set.every((day) => days.includes(day));
  return (['day', 'weekday', 'weekendDay'] as const).find((name) => isSet(DAY_SETS[name])) ?? null;
}

/**
 * RRULE skips a month that lacks the day, Exchange takes its last day: the two agree where no visited month lacks
 * it, and where the rule itself falls back, as `BYMONTHDAY=28,29,30;BYSETPOS=-1` does.
 */
function dayOfMonth(rule: Rule, step: number, start: Temporal.PlainDate): MonthlyForm['on'] | Unsupported {
  const { shortest, longest } = visitedMonthLengths(step, start.month);
  const days = rule.byMonthDay.length > 0 ? rule.byMonthDay : [start.day];
  const [day = 0, another] = days;
  const [setPosition, anotherPosition] = rule.bySetPosition;
  const isAlone = another === undefined && (setPosition === undefined || Math.abs(setPosition) === 1);
  if (anotherPosition !== undefined || (rule.byMonthDay.length === 0 && setPosition !== undefined)) {
    return inexpressible('BYSETPOS that does not pick one day of the month');
  }
  if (isAlone && day === -1) return { kind: 'day', day: longest };
  if (isAlone && day >= 1 && day <= shortest) return { kind: 'day', day };
  if (setPosition === -1 && days.every((each) => each >= 1 && each <= 31)) {
    const latest = Math.max(...days);
    const fallsBack = lastDaysUpTo(latest).every((each) => days.includes(each));
    if (fallsBack) return { kind: 'day', day: latest };
  }
  return inexpressible(`Day ${days.join(', ')} of the month, and none where a month lacks it`);
}
