/**
 * An event as a person would say it, in the wall time of their own zone, and how the raw clients write it down on
 * either side. Shares no code with the product's own translation.
 */
import { Temporal } from 'temporal-polyfill';
import type { NewRawEvent, RawRecurrence, RawSensitivity, RawShowAs } from '#test/raw/exchange-client.ts';
import type { RawPattern } from '#test/raw/exchange-recurrence.ts';
import type { RawBookingDraft } from '#test/raw/liferay-client.ts';
import { windowsZone } from './sides.ts';

/** Timed: `YYYY-MM-DDTHH:MM` in the person's zone. All-day: the first date and how many days. */
export type When =
  | { readonly kind: 'timed'; readonly start: string; readonly minutes: number }
  | { readonly kind: 'allDay'; readonly first: string; readonly days: number };

/** Without `until` (a date, inclusive) and `count` it has no end. */
export type Repeat = RawPattern & { readonly until?: string; readonly count?: number };

export interface PlainEvent {
  readonly title: string;
  readonly when: When;
  /** Lines separated by `\n`. */
  readonly description?: string;
  readonly location?: string;
  readonly repeat?: Repeat;
  /** IANA zone of `when`, where it is not the person's own; Liferay knows only the calendar's. */
  readonly zone?: string;
  /** What only Exchange holds. */
  readonly showAs?: RawShowAs;
  readonly sensitivity?: RawSensitivity;
  readonly categories?: readonly string[];
  /** Addresses; they get an invitation. */
  readonly attendees?: readonly string[];
}

export function startDateOf(when: When): string {
  return when.kind === 'timed' ? when.start.slice(0, 10) : when.first;
}

export function instantOf(wall: string, zone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant();
}

/** Start and end of the first occurrence as Exchange counts them: all-day from midnight to midnight in the zone. */
function instants(when: When, zone: string): [start: Temporal.Instant, end: Temporal.Instant] {
  if (when.kind === 'timed') {
    const start = instantOf(when.start, zone);
    return [start, start.add({ minutes: when.minutes })];
  }
  const first = Temporal.PlainDate.from(when.first);
  const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).toInstant();
  return [midnight(first), midnight(first.add({ days: when.days }))];
}

export function exchangeTimes(
  when: When,
  zone: string,
): Pick<NewRawEvent, 'start' | 'end' | 'allDay' | 'zone'> {
  const [start, end] = instants(when, zone);
  return {
    start: start.toString(),
    end: end.toString(),
    allDay: when.kind === 'allDay',
    zone: windowsZone(zone),
  };
}

export function exchangeRepeat(repeat: Repeat, when: When): RawRecurrence {
  return { ...repeat, startDate: startDateOf(when) };
}

export function exchangeForm(event: PlainEvent, zone: string): NewRawEvent {
  const { title, when, description, location, repeat, attendees, zone: own, ...rest } = event;
  return {
    subject: title,
    ...exchangeTimes(when, own ?? zone),
    ...(description === undefined ? {} : { body: description, bodyType: 'Text' as const }),
    ...(location === undefined ? {} : { location }),
    ...(repeat === undefined ? {} : { recurrence: exchangeRepeat(repeat, when) }),
    ...(attendees === undefined ? {} : { requiredAttendees: attendees }),
    ...rest,
  };
}

/** Liferay keeps an all-day event from 00:00 to 23:59 UTC of its last day, as its own editor writes it. */
export function liferayTimes(when: When, zone: string): Pick<RawBookingDraft, 'start' | 'end' | 'allDay'> {
  const allDay = when.kind === 'allDay';
  const [start, end] = instants(when, allDay ? 'UTC' : zone);
  const lastMinute = allDay ? 60_000 : 0;
  return { start: start.epochMilliseconds, end: end.epochMilliseconds - lastMinute, allDay };
}

export function liferayForm(event: PlainEvent, zone: string): RawBookingDraft {
  const { title, when, description, location, repeat } = event;
  return {
    title,
    ...liferayTimes(when, zone),
    ...(description === undefined ? {} : { description: htmlOf(description) }),
    ...(location === undefined ? {} : { location }),
    ...(repeat === undefined ? {} : { recurrence: rruleOf(repeat) }),
  };
}

/** What Liferay's editor makes of typed lines. */
export function htmlOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '' : `<p>${escaped.replaceAll('\n', '<br />')}</p>`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** The lines of such HTML. */
export function textOf(html: string): string {
  return html
    .replaceAll(/\r?\n/g, '')
    .replaceAll(/<br ?\/?>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

const POSITIONS: Readonly<Record<string, number>> = { First: 1, Second: 2, Third: 3, Fourth: 4, Last: -1 };
const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export function monthName(month: number): string {
  return MONTHS[month - 1] ?? '';
}

const dayCode = (name: string): string => name.slice(0, 2).toUpperCase();

/** The column as Liferay's own recurrence dialog fills it. */
export function rruleOf(repeat: Repeat): string {
  const end =
    repeat.count !== undefined
      ? `COUNT=${repeat.count};`
      : repeat.until !== undefined
        ? `UNTIL=${repeat.until.replaceAll('-', '')};`
        : '';
  return `RRULE:${ruleOf(repeat, end)}`;
}

function ruleOf(repeat: Repeat, end: string): string {
  switch (repeat.kind) {
    case 'daily':
      return `FREQ=DAILY;${end}INTERVAL=${repeat.interval}`;
    case 'weekly':
      return `FREQ=WEEKLY;${end}INTERVAL=${repeat.interval};BYDAY=${repeat.days.map(dayCode).join(',')}`;
    case 'absoluteMonthly':
      return `FREQ=MONTHLY;${end}INTERVAL=${repeat.interval}`;
    case 'relativeMonthly':
      return `FREQ=MONTHLY;${end}INTERVAL=${repeat.interval};BYDAY=${POSITIONS[repeat.index]}${dayCode(repeat.days)}`;
    case 'absoluteYearly':
      return `FREQ=YEARLY;${end}INTERVAL=1`;
    case 'relativeYearly':
      return `FREQ=YEARLY;${end}INTERVAL=1;BYMONTH=${MONTHS.indexOf(repeat.month) + 1};BYDAY=${POSITIONS[repeat.index]}${dayCode(repeat.days)}`;
    default:
      return repeat satisfies never;
  }
}
