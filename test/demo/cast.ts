/**
 * The events that the named changes of `--once` are played on. The dates of series are counted here by hand, so that
 * no rule has to be trusted.
 */
import { Temporal } from 'temporal-polyfill';
import type { SideName } from './demo-api.ts';
import { monthName, type PlainEvent, type Repeat, startDateOf, type When } from './plain-event.ts';

/** Texts that break careless code. Liferay itself deletes some words, such as a call of `alert`, from descriptions. */
export const HOSTILE = {
  title: '🗓️ Q&A <b>"fine"</b> it\'s ]]> שלום עולם ‏مرحبا',
  location: 'Room "A&B" <2nd floor> ]]> 東京 🏯',
  description:
    'First line & <script>"run"</script>\n\n]]> third\'s line: שלום\n&amp; stays &amp;\n👩‍👩‍👧‍👦 end',
} as const;

const MARK: Readonly<Record<SideName, string>> = { exchange: 'E', liferay: 'L' };

export interface Dates {
  /** A Monday some weeks from now. */
  day(offset: number): string;
  /** A date of the n-th month after that Monday's. */
  month(offset: number, day: number): Temporal.PlainDate;
}

export function datesFrom(today: string): Dates {
  const soon = Temporal.PlainDate.from(today).add({ days: 21 });
  const monday = soon.add({ days: (8 - soon.dayOfWeek) % 7 });
  return {
    day: (offset) => monday.add({ days: offset }).toString(),
    month: (offset, day) => monday.with({ day: 1 }).add({ months: offset }).with({ day }),
  };
}

/** One event on its way through the acts. */
export interface Cast {
  readonly event: PlainEvent;
  /** First dates of all occurrences, or of those that are looked at. */
  readonly dates: readonly string[];
}

export const CASTING = [
  'single',
  'whole day',
  'three days',
  'daily',
  'weekly',
  'monthly',
  'second Tuesday',
  'yearly',
  'text',
] as const;
export type Role = (typeof CASTING)[number];

export function cast(side: SideName, { day, month }: Dates): Readonly<Record<Role, Cast>> {
  const mark = MARK[side];
  const timed = (date: string, time: string): When => ({
    kind: 'timed',
    start: `${date}T${time}`,
    minutes: 45,
  });
  const allDay = (first: string, days = 1): When => ({ kind: 'allDay', first, days });
  const make = (title: string, when: When, rest: Partial<PlainEvent> = {}): Cast => ({
    event: { title: `${mark} ${title}`, when, ...rest },
    dates: [startDateOf(when)],
  });
  const series = (title: string, when: When, repeat: Repeat, dates: readonly string[]): Cast => ({
    ...make(title, when, { repeat }),
    dates,
  });
  const tuesdays = [1, 2, 3].map((offset) => {
    const first = month(offset, 1);
    return first.add({ days: ((9 - first.dayOfWeek) % 7) + 7 }).toString();
  });
  const tenths = [1, 2, 3].map((offset) => month(offset, 10).toString());
  const birthday = month(1, 12);
  return {
    single: make('single', timed(day(0), '10:00'), {
      showAs: 'OOF',
      sensitivity: 'Personal',
      categories: ['Blue', 'Travel & more'],
    }),
    'whole day': make('whole day', allDay(day(1))),
    'three days': make('three days', allDay(day(1), 3)),
    daily: series(
      'daily',
      timed(day(0), '08:00'),
      { kind: 'daily', interval: 1, count: 5 },
      [0, 1, 2, 3, 4].map(day),
    ),
    weekly: series(
      'weekly',
      timed(day(0), '12:00'),
      { kind: 'weekly', interval: 1, days: ['Monday', 'Thursday'], firstDay: 'Monday', count: 6 },
      [0, 3, 7, 10, 14, 17].map(day),
    ),
    monthly: series(
      'monthly',
      timed(tenths[0] ?? '', '15:00'),
      { kind: 'absoluteMonthly', interval: 1, day: 10, count: 3 },
      tenths,
    ),
    'second Tuesday': series(
      'second Tuesday',
      timed(tuesdays[0] ?? '', '16:00'),
      { kind: 'relativeMonthly', interval: 1, days: 'Tuesday', index: 'Second', count: 3 },
      tuesdays,
    ),
    yearly: series(
      'yearly',
      allDay(birthday.toString()),
      { kind: 'absoluteYearly', month: monthName(birthday.month), day: 12 },
      [birthday, birthday.add({ years: 1 })].map(String),
    ),
    text: make(HOSTILE.title, timed(day(2), '09:00'), {
      location: HOSTILE.location,
      description: HOSTILE.description,
    }),
  };
}
