/** RecurrenceType elements: reading and writing patterns and ranges (EWS schema). */
import { EwsError, schemaViolation } from './errors.ts';
import type { DaySet, Pattern, Range, Recurrence, Weekday, WeekIndex } from './recurrence.ts';
import { MONTHS, WEEK_INDEXES, WEEKDAYS } from './recurrence.ts';
import type { ExchangeSwitches } from './switches.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf, textOf } from './xml.ts';
import { DAY_MS, formatDay, instantOf, offsetAt, parseDay } from './zones.ts';

const invalidRecurrence = (text: string): EwsError => new EwsError('ErrorCalendarInvalidRecurrence', text);

function integer(parent: XmlElement, name: string, least: number, most: number): number {
  const value = Number(textOf(childOf(parent, name)));
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new EwsError('ErrorCalendarOutOfRange', `${name} is out of range.`);
  }
  return value;
}

function oneOf<T extends string>(parent: XmlElement, name: string, values: readonly T[]): T {
  const text = textOf(childOf(parent, name)).trim();
  const value = values.find((candidate) => candidate === text);
  if (value === undefined) throw schemaViolation(`'${text}' is no value of ${name}.`);
  return value;
}

const DAY_SETS: readonly DaySet[] = [...WEEKDAYS, 'Day', 'Weekday', 'WeekendDay'];
const daySet = (element: XmlElement): DaySet => oneOf(element, 'DaysOfWeek', DAY_SETS);
const weekIndex = (element: XmlElement): WeekIndex => oneOf(element, 'DayOfWeekIndex', WEEK_INDEXES);
const month = (element: XmlElement): number => MONTHS.indexOf(oneOf(element, 'Month', MONTHS)) + 1;

function weekly(element: XmlElement): Pattern {
  const names = textOf(childOf(element, 'DaysOfWeek')).trim().split(/\s+/);
  const days = WEEKDAYS.filter((day) => names.includes(day));
  if (days.length === 0 || names.some((name) => !DAY_SETS.some((day) => day === name))) {
    throw new EwsError('ErrorCalendarInvalidDayForWeeklyRecurrence', 'The days of the week are invalid.');
  }
  if (names.some((name) => !WEEKDAYS.some((day) => day === name))) {
    throw new EwsError('ErrorCalendarInvalidDayForWeeklyRecurrence', 'Only days of the week may be given.');
  }
  const first: Weekday =
    childOf(element, 'FirstDayOfWeek') === undefined ? 'Sunday' : oneOf(element, 'FirstDayOfWeek', WEEKDAYS);
  return { kind: 'weekly', interval: integer(element, 'Interval', 1, 99), days, firstDay: first };
}

function readPattern(element: XmlElement): Pattern {
  switch (element.name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval: integer(element, 'Interval', 1, 999) };
    case 'WeeklyRecurrence':
      return weekly(element);
    case 'AbsoluteMonthlyRecurrence':
      return {
        kind: 'absoluteMonthly',
        interval: integer(element, 'Interval', 1, 99),
        day: integer(element, 'DayOfMonth', 1, 31),
      };
    case 'RelativeMonthlyRecurrence':
      return {
        kind: 'relativeMonthly',
        interval: integer(element, 'Interval', 1, 99),
        days: daySet(element),
        index: weekIndex(element),
      };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'absoluteYearly', month: month(element), day: integer(element, 'DayOfMonth', 1, 31) };
    case 'RelativeYearlyRecurrence':
      return {
        kind: 'relativeYearly',
        month: month(element),
        days: daySet(element),
        index: weekIndex(element),
      };
    default:
      throw schemaViolation(`${element.name} is no recurrence pattern of a calendar item.`);
  }
}

function day(element: XmlElement, name: string): number {
  const value = parseDay(textOf(childOf(element, name)));
  if (value === null) throw schemaViolation(`${name} is no date.`);
  return value;
}

// The last date that a series may end on (Microsoft Learn, ErrorRecurrenceEndDateTooBig).
const LAST_END_DAY = Date.UTC(4500, 8, 1) / DAY_MS;

function readRange(element: XmlElement): Range {
  const startDay = day(element, 'StartDate');
  switch (element.name) {
    case 'NoEndRecurrence':
      return { kind: 'noEnd', startDay };
    case 'EndDateRecurrence': {
      const endDay = day(element, 'EndDate');
      if (endDay > LAST_END_DAY)
        throw new EwsError('ErrorRecurrenceEndDateTooBig', 'The recurrence end date is too big.');
      return { kind: 'endDate', startDay, endDay };
    }
    case 'NumberedRecurrence':
      return { kind: 'numbered', startDay, count: integer(element, 'NumberOfOccurrences', 1, 999) };
    default:
      throw schemaViolation(`${element.name} is no recurrence range.`);
  }
}

/** Throws EwsError (values out of range) or EwsFault (no such element). */
export function readRecurrence(element: XmlElement): Recurrence {
  const [pattern, range] = elementsOf(element);
  if (pattern === undefined || range === undefined) throw invalidRecurrence('Pattern or range is missing.');
  return { pattern: readPattern(pattern), range: readRange(range) };
}

const element = (name: string, value: string | number): string => `<t:${name}>${value}</t:${name}>`;

function patternXml(pattern: Pattern, withFirstDay: boolean): string {
  const relative = (at: { days: DaySet; index: WeekIndex }): string =>
    element('DaysOfWeek', at.days) + element('DayOfWeekIndex', at.index);
  const monthName = (at: { month: number }): string => element('Month', MONTHS[at.month - 1] ?? 'January');
  switch (pattern.kind) {
    case 'daily':
      return element('DailyRecurrence', element('Interval', pattern.interval));
    case 'weekly':
      return element(
        'WeeklyRecurrence',
        element('Interval', pattern.interval) +
          element('DaysOfWeek', pattern.days.join(' ')) +
          (withFirstDay ? element('FirstDayOfWeek', pattern.firstDay) : ''),
      );
    case 'absoluteMonthly':
      return element(
        'AbsoluteMonthlyRecurrence',
        element('Interval', pattern.interval) + element('DayOfMonth', pattern.day),
      );
    case 'relativeMonthly':
      return element('RelativeMonthlyRecurrence', element('Interval', pattern.interval) + relative(pattern));
    case 'absoluteYearly':
      return element('AbsoluteYearlyRecurrence', element('DayOfMonth', pattern.day) + monthName(pattern));
    case 'relativeYearly':
      return element('RelativeYearlyRecurrence', relative(pattern) + monthName(pattern));
  }
}

function dateText(at: number, zone: string, form: ExchangeSwitches['recurrenceDates']): string {
  if (form === 'plain') return formatDay(at);
  const offset = form === 'utc' ? 0 : offsetAt(zone, instantOf(zone, at * DAY_MS)) / 60_000;
  if (offset === 0) return `${formatDay(at)}Z`;
  const size = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${formatDay(at)}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `zone` is the IANA zone of the series; FirstDayOfWeek is known since Exchange 2010. */
export function recurrenceXml(
  recurrence: Recurrence,
  zone: string,
  form: ExchangeSwitches['recurrenceDates'],
  withFirstDay: boolean,
): string {
  const { pattern, range } = recurrence;
  const start = element('StartDate', dateText(range.startDay, zone, form));
  const rangeXml =
    range.kind === 'noEnd'
      ? element('NoEndRecurrence', start)
      : range.kind === 'endDate'
        ? element('EndDateRecurrence', start + element('EndDate', dateText(range.endDay, zone, form)))
        : element('NumberedRecurrence', start + element('NumberOfOccurrences', range.count));
  return element('Recurrence', patternXml(pattern, withFirstDay) + rangeXml);
}
