/**
 * The written form of iCalendar recurrence properties (RFC 5545 §3.3.10 and §3.8.5): lines of text to values.
 * Knows nothing of what a rule means; that is rrule.ts.
 */
import { Temporal } from 'temporal-polyfill';
import type { Reason } from '#shared/reasons.ts';
import type { DateText, EventTime, Weekday } from './event.ts';
import { type Failure, failure } from './failure.ts';
import { WEEKDAYS } from './recurrence-dates.ts';
import { canonicalZone } from './zones.ts';

/** A rule that has no exact equal on the other side, and why. */
export interface Unsupported extends Failure {
  readonly kind: 'unsupported';
}

/** The detail is cut to one line, as that of any failure. */
export function unsupported(reason: Reason, detail: string): Unsupported {
  return { kind: 'unsupported', ...failure(reason, detail) };
}

/** One entry of BYDAY. */
export interface RuleDay {
  /** `2TU`: 2; `-1FR`: -1; `MO`, which is every Monday: null. */
  readonly position: number | null;
  readonly day: Weekday;
}

/** The end of a rule as it is written: a date, or a date and a time of day. */
interface Until {
  readonly date: DateText;
  /** `225959`; null: a date alone. */
  readonly clock: string | null;
  readonly isUtc: boolean;
}

/** An RRULE with its defaults filled in; a list is empty where its part is absent. */
export interface Rule {
  readonly kind: 'rule';
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  readonly count: number | null;
  /** See lastDateOf. */
  readonly until: Until | null;
  readonly weekStart: Weekday;
  readonly byDay: readonly RuleDay[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly bySetPosition: readonly number[];
}

/** The properties of a recurrence text, names in upper case. */
export interface ContentLine {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

const NUMBERS = /^[+-]?\d{1,3}(?:,[+-]?\d{1,3})*$/;
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
/** What each part may look like. A part that is missing here has no equal in Exchange. */
const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^[A-Z]+$/,
  INTERVAL: /^\d{1,6}$/,
  COUNT: /^\d{1,6}$/,
  UNTIL: /^\d{8}(?:T\d{6}Z?)?$/,
  WKST: /^(?:MO|TU|WE|TH|FR|SA|SU)$/,
  BYDAY: /^[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)(?:,[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU))*$/,
  BYMONTHDAY: NUMBERS,
  BYMONTH: NUMBERS,
  BYSETPOS: NUMBERS,
};
const DATE_OR_TIME = /^(\d{8})(?:T(\d{6})(Z?))?$/;

/** Splits a text into its properties; null: a line is none. Case does not matter in any part of them. */
export function readLines(text: string): readonly ContentLine[] | null {
  const lines: ContentLine[] = [];
  for (const line of text.split(/[\r\n]+/).map((raw) => raw.trim())) {
    if (line === '') continue;
    const colon = valueColon(line);
    if (colon < 0) return null;
    const [name = '', ...parameters] = line.slice(0, colon).split(';');
    const pairs = parameters.map((parameter): [string, string] => {
      const [key = '', value = ''] = parameter.split('=');
      return [key.trim().toUpperCase(), value.trim().replaceAll('"', '')];
    });
    lines.push({
      name: name.trim().toUpperCase(),
      parameters: new Map(pairs),
      value: line
        .slice(colon + 1)
        .trim()
        .toUpperCase(),
    });
  }
  return lines;
}

/** A colon inside quotes belongs to a parameter. */
function valueColon(line: string): number {
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '"') isQuoted = !isQuoted;
    if (line[index] === ':' && !isQuoted) return index;
  }
  return -1;
}

/** Reads the value of an RRULE. */
export function readRule(value: string): Rule | Unsupported {
  const parts = new Map<string, string>();
  for (const part of value.split(';').filter((text) => text.trim() !== '')) {
    const [key = '', text = ''] = part.split('=').map((side) => side.trim());
    const form = PARTS[key];
    if (form === undefined) return unsupported('recurrenceNotExpressible', `The rule has ${key}: ${value}`);
    if (parts.has(key) || !form.test(text)) return unsupported('itemUnreadable', `${part} in rule ${value}`);
    parts.set(key, text);
  }
  const frequency = FREQUENCIES.find((name) => name === parts.get('FREQ'));
  if (frequency === undefined) return unsupported('recurrenceNotExpressible', `FREQ of rule ${value}`);
  const until = readUntil(parts.get('UNTIL'));
  if (until === undefined) return unsupported('itemUnreadable', `UNTIL of rule ${value}`);
  const count = Number(parts.get('COUNT') ?? 0);
  return {
    kind: 'rule',
    frequency,
    interval: Number(parts.get('INTERVAL') ?? 1),
    // google-rfc-2445 and Liferay's own iterator take a count of 0 for none.
    count: count === 0 ? null : count,
    until,
    weekStart: WEEKDAYS.find((day) => day === parts.get('WKST')) ?? 'MO',
    byDay: list(parts.get('BYDAY')).flatMap(readDay),
    byMonthDay: numbers(parts.get('BYMONTHDAY')),
    byMonth: numbers(parts.get('BYMONTH')),
    bySetPosition: numbers(parts.get('BYSETPOS')),
  };
}

function list(text: string | undefined): string[] {
  return text === undefined ? [] : [...new Set(text.split(','))];
}

function numbers(text: string | undefined): number[] {
  return [...new Set(list(text).map(Number))];
}

function readDay(text: string): RuleDay[] {
  const position = text.slice(0, -2);
  const day = WEEKDAYS.find((weekday) => weekday === text.slice(-2));
  return day === undefined ? [] : [{ position: position === '' ? null : Number(position), day }];
}

/** Null: the rule has none; undefined: there is no such day. */
function readUntil(text: string | undefined): Until | null | undefined {
  if (text === undefined) return null;
  const [, day = '', clock, utc] = DATE_OR_TIME.exec(text) ?? [];
  const date = readDate(day);
  if (date === undefined || date === null) return undefined;
  return { date, clock: clock ?? null, isUtc: utc === 'Z' };
}

/**
 * The last date of the event's zone on which an occurrence may start. An UNTIL with a time is a moment at which one
 * may still start (RFC 5545 §3.3.10); of an all-day event it is the date as it is written.
 */
export function lastDateOf(until: Until, time: EventTime): DateText | Unsupported {
  if (until.clock === null || time.kind === 'allDay') return until.date;
  const written = `${until.date.replaceAll('-', '')}T${until.clock}`;
  const end = readDateTime(written, until.isUtc ? 'UTC' : time.zone);
  if (end === null) return unsupported('itemUnreadable', `UNTIL ${written}`);
  const date = end.withTimeZone(time.zone).toPlainDate();
  const plainTime = Temporal.Instant.from(time.start).toZonedDateTimeISO(time.zone).toPlainTime();
  const occurrence = date.toZonedDateTime({ timeZone: time.zone, plainTime });
  const isAfter = Temporal.Instant.compare(occurrence.toInstant(), end.toInstant()) > 0;
  return (isAfter ? date.subtract({ days: 1 }) : date).toString();
}

/** `20240108` as a date; undefined: there is no such day. */
function readDate(text: string | null): DateText | null | undefined {
  if (text === null) return null;
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The dates of an EXDATE, in the event's zone. Liferay writes `EXDATE;TZID="UTC";VALUE=DATE:20240108,20240110`,
 * where the dates are local whatever TZID says; its import of iCalendar files writes instants instead
 * (`VALUE=DATE-TIME:20240108T090000Z`), of which an all-day event keeps the date as it is written.
 */
export function readExcludedDates(line: ContentLine, time: EventTime): readonly DateText[] | Unsupported {
  const zoneName = line.parameters.get('TZID');
  const zone = zoneName === undefined ? null : canonicalZone(zoneName);
  const dates: DateText[] = [];
  for (const text of line.value.split(',').filter((value) => value.trim() !== '')) {
    const [, day = '', clock, utc] = DATE_OR_TIME.exec(text.trim()) ?? [];
    const date = readDate(day);
    if (date === undefined || date === null) return unsupported('itemUnreadable', `EXDATE ${text}`);
    if (clock === undefined || time.kind === 'allDay') {
      dates.push(date);
      continue;
    }
    if (utc === '' && zoneName !== undefined && zone === null) {
      return unsupported('zoneUnknown', `EXDATE in zone ${zoneName}`);
    }
    const writtenIn = utc === 'Z' ? 'UTC' : (zone ?? time.zone);
    const instant = readDateTime(`${day}T${clock}`, writtenIn);
    if (instant === null) return unsupported('itemUnreadable', `EXDATE ${text}`);
    dates.push(instant.withTimeZone(time.zone).toPlainDate().toString());
  }
  return dates;
}

function readDateTime(text: string, zone: string): Temporal.ZonedDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
