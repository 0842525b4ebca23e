/** Every shape that a series can have: what Exchange can hold, what Liferay's editor makes, and what files bring. */
import type { DayOfWeekSet, RecurrencePattern, RecurrenceRange, Weekday, WeekIndex } from '#core/event.ts';

/** One of the patterns that a row of the table is about; its labels say in what it differs from the others. */
export interface Variant {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
  /** By what varies, for example `interval`: `2`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExchangeShape {
  readonly name: string;
  /** The day from which the first occurrence is looked for. */
  readonly from: string;
  readonly variants: readonly Variant[];
}

const INTERVALS = [1, 2, 12] as const;
const INDEXES: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last'];
const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const JANUARY = '2026-01-05';

const ENDS: Readonly<Record<string, RecurrenceRange>> = {
  'no end': { kind: 'noEnd' },
  'until a date': { kind: 'until', until: '2029-06-30' },
  'a number of times': { kind: 'count', count: 10 },
};

type Labelled = Omit<Variant, 'range'>;

function shape(name: string, patterns: readonly Labelled[], from = JANUARY): ExchangeShape {
  const variants = patterns.flatMap(({ pattern, labels }) =>
    Object.entries(ENDS).map(([end, range]) => ({ pattern, range, labels: { ...labels, end } })),
  );
  return { name, from, variants };
}

function byInterval(make: (interval: number) => RecurrencePattern): readonly Labelled[] {
  return INTERVALS.map((interval) => ({ pattern: make(interval), labels: { interval: String(interval) } }));
}

function weekly(days: readonly Weekday[], firstDay: Weekday): readonly Labelled[] {
  return byInterval((interval) => ({ kind: 'weekly', interval, days, firstDay }));
}

function onDay(day: number): readonly Labelled[] {
  return byInterval((interval) => ({ kind: 'absoluteMonthly', interval, day }));
}

function numbered(sets: readonly DayOfWeekSet[]): readonly Labelled[] {
  return sets.flatMap((days) =>
    INDEXES.flatMap((index) =>
      byInterval((interval) => ({ kind: 'relativeMonthly', interval, days, index })).map(
        ({ pattern, labels }) => ({ pattern, labels: { ...labels, index } }),
      ),
    ),
  );
}

function numberedInYear(sets: readonly DayOfWeekSet[]): readonly Labelled[] {
  return sets.flatMap((days) =>
    INDEXES.flatMap((index) =>
      [2, 7].map((month) => ({
        pattern: { kind: 'relativeYearly' as const, month, days, index },
        labels: { month: String(month), index },
      })),
    ),
  );
}

function inYear(month: number, day: number): readonly Labelled[] {
  return [{ pattern: { kind: 'absoluteYearly', month, day }, labels: {} }];
}

/** Each with every interval of 1, 2 and 12, every end, and every index. */
export const EXCHANGE_SHAPES: readonly ExchangeShape[] = [
  shape(
    'every n days',
    byInterval((interval) => ({ kind: 'daily', interval })),
  ),
  shape(
    'every n weeks on one day',
    WEEKDAYS.flatMap((day) => weekly([day], 'MO')),
  ),
  shape('every n weeks on several days', weekly(['MO', 'WE', 'FR'], 'MO')),
  shape('every n weeks on Sunday and Monday, weeks from Sunday', weekly(['SU', 'MO'], 'SU')),
  shape('every n weeks on all days', weekly(WEEKDAYS, 'MO')),
  shape('every n months on day 15', onDay(15)),
  shape('every n months on day 1', onDay(1)),
  shape('every n months on day 28', onDay(28)),
  shape('every n months on day 29', onDay(29)),
  shape('every n months on day 30', onDay(30)),
  shape('every n months on day 31', onDay(31)),
  shape('every n months on day 31, from 28 February', onDay(31), '2026-02-05'),
  shape('every n months on the nth Monday, Friday or Sunday', numbered(['MO', 'FR', 'SU'])),
  shape('every n months on the nth day', numbered(['day'])),
  shape('every n months on the nth weekday', numbered(['weekday'])),
  shape('every n months on the nth weekend day', numbered(['weekendDay'])),
  shape('every year on 15 March', inYear(3, 15)),
  shape('every year on 28 February', inYear(2, 28)),
  shape('every year on 29 February', inYear(2, 29), '2027-03-01'),
  shape('every year on 31 December', inYear(12, 31)),
  shape('every year on the nth Monday, Friday or Sunday of a month', numberedInYear(['MO', 'FR', 'SU'])),
  shape('every year on the nth day of a month', numberedInYear(['day'])),
  shape('every year on the nth weekday of a month', numberedInYear(['weekday'])),
  shape('every year on the nth weekend day of a month', numberedInYear(['weekendDay'])),
];

export interface LiferayShape {
  readonly name: string;
  /** Lines of recurrence text as Liferay stores them. */
  readonly text: string;
  readonly start: string;
}

const rule = (name: string, parts: string, start: string): LiferayShape => ({
  name,
  text: `RRULE:${parts}`,
  start,
});

/** 9 January 2024 is the second Tuesday of its month, the 30th the last one. */
export const EDITOR_SHAPES: readonly LiferayShape[] = [
  rule('every day', 'FREQ=DAILY;INTERVAL=1', '2024-01-09'),
  rule('every third day, ten times', 'FREQ=DAILY;COUNT=10;INTERVAL=3', '2024-01-09'),
  rule('every week on the days ticked', 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH', '2024-01-09'),
  rule('every other week, until a date', 'FREQ=WEEKLY;UNTIL=20240630;INTERVAL=2;BYDAY=SU,TU', '2024-01-09'),
  rule('every month on the day of the start', 'FREQ=MONTHLY;INTERVAL=1', '2024-01-09'),
  rule('the same, the 29th', 'FREQ=MONTHLY;INTERVAL=1', '2024-01-29'),
  rule('the same, the 31st', 'FREQ=MONTHLY;INTERVAL=1', '2024-01-31'),
  rule('the same, the 31st, every twelfth month', 'FREQ=MONTHLY;INTERVAL=12', '2024-01-31'),
  rule('every month on the weekday of the start', 'FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU', '2024-01-09'),
  rule('the same, the last one', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TU', '2024-01-30'),
  rule('every year on the day of the start', 'FREQ=YEARLY;INTERVAL=1', '2024-01-09'),
  rule('the same, every other year', 'FREQ=YEARLY;INTERVAL=2', '2024-01-09'),
  rule('the same, 29 February', 'FREQ=YEARLY;INTERVAL=1', '2024-02-29'),
  rule('every year on the weekday of the start', 'FREQ=YEARLY;INTERVAL=1;BYMONTH=1;BYDAY=2TU', '2024-01-09'),
  rule('the same, after Liferay wrote it anew', 'FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYDAY=2TU', '2024-01-09'),
];

export const IMPORTED_SHAPES: readonly LiferayShape[] = [
  rule('a day of the month', 'FREQ=MONTHLY;BYMONTHDAY=9', '2024-01-09'),
  rule('the last day of the month', 'FREQ=MONTHLY;BYMONTHDAY=-1', '2024-01-31'),
  rule('the last day but one', 'FREQ=MONTHLY;BYMONTHDAY=-2', '2024-01-30'),
  rule('several days of the month', 'FREQ=MONTHLY;BYMONTHDAY=9,23', '2024-01-09'),
  rule('day 30, or the last one', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1', '2024-01-30'),
  rule('day 30, and none in February', 'FREQ=MONTHLY;BYMONTHDAY=30', '2024-01-30'),
  rule('the last working day', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2024-01-31'),
  rule('the first weekend day', 'FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1', '2024-01-06'),
  rule('the first Monday or Tuesday', 'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1', '2024-01-01'),
  rule('first and third Tuesday', 'FREQ=MONTHLY;BYDAY=1TU,3TU', '2024-01-02'),
  rule('fifth Tuesday', 'FREQ=MONTHLY;BYDAY=5TU', '2024-01-30'),
  rule('last Tuesday but one', 'FREQ=MONTHLY;BYDAY=-2TU', '2024-01-23'),
  rule('every Tuesday, as a monthly rule', 'FREQ=MONTHLY;BYDAY=TU', '2024-01-09'),
  rule('Friday the 13th', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2024-09-13'),
  rule('working days, as a daily rule', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', '2024-01-09'),
  rule('daily in January', 'FREQ=DAILY;BYMONTH=1', '2024-01-09'),
  rule('weeks from Sunday', 'FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,SU', '2024-01-09'),
  rule('every year in one month', 'FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=9', '2024-01-09'),
  rule('every year in two months', 'FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=9', '2024-01-09'),
  rule('every year, without a month', 'FREQ=YEARLY;BYMONTHDAY=9', '2024-01-09'),
  rule('the second Tuesday of the year', 'FREQ=YEARLY;BYDAY=2TU', '2024-01-09'),
  rule('the twentieth Tuesday of the year', 'FREQ=YEARLY;BYDAY=20TU', '2024-05-14'),
  rule('a week of the year', 'FREQ=YEARLY;BYWEEKNO=2;BYDAY=TU', '2024-01-09'),
  rule('a day of the year', 'FREQ=YEARLY;BYYEARDAY=9', '2024-01-09'),
  rule('every hour', 'FREQ=HOURLY;INTERVAL=6', '2024-01-09'),
  rule('at two hours of a day', 'FREQ=DAILY;BYHOUR=10,16', '2024-01-09'),
  rule('999 times', 'FREQ=DAILY;COUNT=999', '2024-01-09'),
  rule('1,000 times', 'FREQ=DAILY;COUNT=1000', '2024-01-09'),
  rule('every 99 weeks', 'FREQ=WEEKLY;INTERVAL=99;BYDAY=TU', '2024-01-09'),
  rule('every 100 weeks', 'FREQ=WEEKLY;INTERVAL=100;BYDAY=TU', '2024-01-09'),
  rule('every 999 days', 'FREQ=DAILY;INTERVAL=999', '2024-01-09'),
  rule('every 1,000 days', 'FREQ=DAILY;INTERVAL=1000', '2024-01-09'),
  rule('until an instant', 'FREQ=DAILY;UNTIL=20240131T090000Z', '2024-01-09'),
  rule('until before its start', 'FREQ=DAILY;UNTIL=20240101', '2024-01-09'),
  rule('both an end and a number', 'FREQ=DAILY;UNTIL=20240131;COUNT=3', '2024-01-09'),
  rule('starts off its pattern', 'FREQ=WEEKLY;BYDAY=WE', '2024-01-09'),
  {
    name: 'dates left out',
    text: 'RRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID="UTC";VALUE=DATE:20240110,20240112',
    start: '2024-01-09',
  },
  {
    name: 'dates beside the rule',
    text: 'RRULE:FREQ=WEEKLY;BYDAY=TU\nRDATE;VALUE=DATE:20240111',
    start: '2024-01-09',
  },
  {
    name: 'two rules',
    text: 'RRULE:FREQ=WEEKLY;BYDAY=TU\nRRULE:FREQ=MONTHLY;BYMONTHDAY=9',
    start: '2024-01-09',
  },
  { name: 'rubbish', text: 'RRULE:FREQ=WEEKLY;BYDAY=XX', start: '2024-01-09' },
];
