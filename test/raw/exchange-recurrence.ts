/** Recurrence as the raw Exchange client speaks of it, to and from EWS elements. */
import type { XmlTree } from './xml-tree.ts';
import { child } from './xml-tree.ts';

/** Names are Exchange's own: `Monday`, `Weekday`, `First`, `Last`, `January`. */
export type RawPattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      readonly days: readonly string[];
      readonly firstDay?: string;
    }
  | { readonly kind: 'absoluteMonthly'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'relativeMonthly';
      readonly interval: number;
      readonly days: string;
      readonly index: string;
    }
  | { readonly kind: 'absoluteYearly'; readonly month: string; readonly day: number }
  | {
      readonly kind: 'relativeYearly';
      readonly month: string;
      readonly days: string;
      readonly index: string;
    };

/** Dates as `YYYY-MM-DD`. Without `until` and `count` it has no end. */
export type RawRecurrence = RawPattern & {
  readonly startDate: string;
  readonly until?: string;
  readonly count?: number;
};

const el = (name: string, value: string | number): string => `<t:${name}>${value}</t:${name}>`;

function patternXml(pattern: RawPattern): string {
  switch (pattern.kind) {
    case 'daily':
      return el('DailyRecurrence', el('Interval', pattern.interval));
    case 'weekly': {
      const first = pattern.firstDay === undefined ? '' : el('FirstDayOfWeek', pattern.firstDay);
      return el(
        'WeeklyRecurrence',
        `${el('Interval', pattern.interval)}${el('DaysOfWeek', pattern.days.join(' '))}${first}`,
      );
    }
    case 'absoluteMonthly':
      return el(
        'AbsoluteMonthlyRecurrence',
        el('Interval', pattern.interval) + el('DayOfMonth', pattern.day),
      );
    case 'relativeMonthly':
      return el(
        'RelativeMonthlyRecurrence',
        el('Interval', pattern.interval) +
          el('DaysOfWeek', pattern.days) +
          el('DayOfWeekIndex', pattern.index),
      );
    case 'absoluteYearly':
      return el('AbsoluteYearlyRecurrence', el('DayOfMonth', pattern.day) + el('Month', pattern.month));
    case 'relativeYearly':
      return el(
        'RelativeYearlyRecurrence',
        el('DaysOfWeek', pattern.days) + el('DayOfWeekIndex', pattern.index) + el('Month', pattern.month),
      );
  }
}

export function recurrenceXml(recurrence: RawRecurrence): string {
  const start = el('StartDate', recurrence.startDate);
  let range = el('NoEndRecurrence', start);
  if (recurrence.until !== undefined)
    range = el('EndDateRecurrence', start + el('EndDate', recurrence.until));
  if (recurrence.count !== undefined) {
    range = el('NumberedRecurrence', start + el('NumberOfOccurrences', recurrence.count));
  }
  return el('Recurrence', patternXml(recurrence) + range);
}

function rawPattern(element: XmlTree): RawPattern {
  const text = (name: string): string => child(element, name)?.text ?? '';
  const interval = Number(text('Interval'));
  const relative = { days: text('DaysOfWeek'), index: text('DayOfWeekIndex') };
  switch (element.name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval };
    case 'WeeklyRecurrence': {
      const weekly = { kind: 'weekly', interval, days: text('DaysOfWeek').split(' ') } as const;
      return text('FirstDayOfWeek') === '' ? weekly : { ...weekly, firstDay: text('FirstDayOfWeek') };
    }
    case 'AbsoluteMonthlyRecurrence':
      return { kind: 'absoluteMonthly', interval, day: Number(text('DayOfMonth')) };
    case 'RelativeMonthlyRecurrence':
      return { kind: 'relativeMonthly', interval, ...relative };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'absoluteYearly', month: text('Month'), day: Number(text('DayOfMonth')) };
    case 'RelativeYearlyRecurrence':
      return { kind: 'relativeYearly', month: text('Month'), ...relative };
    default:
      throw new Error(`Unknown recurrence pattern ${element.name}`);
  }
}

export function rawRecurrence(element: XmlTree): RawRecurrence {
  const [pattern, range] = element.children;
  if (pattern === undefined || range === undefined) throw new Error('Recurrence without pattern or range');
  const date = (name: string): string | undefined => child(range, name)?.text.slice(0, 10);
  const until = date('EndDate');
  const count = child(range, 'NumberOfOccurrences')?.text;
  return {
    ...rawPattern(pattern),
    startDate: date('StartDate') ?? '',
    ...(until === undefined ? {} : { until }),
    ...(count === undefined ? {} : { count: Number(count) }),
  };
}
