/** Times and rules as people choose them in Outlook and in Liferay's event editor. Days count from 1970-01-01. */
import type { DaySet, Pattern, Range, Recurrence, Weekday } from '#test/emulators/exchange/recurrence.ts';
import { WEEK_INDEXES, WEEKDAYS } from '#test/emulators/exchange/recurrence.ts';
import { DAY_MS, instantOf, wallOf } from '#test/emulators/exchange/zones.ts';

export type Random = () => number;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = DAY_MS;

export interface Span {
  readonly start: number;
  readonly end: number;
}

export function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)];
}

export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** The day on a zone's clock. */
export function dayIn(zone: string, instant: number): number {
  return Math.floor(wallOf(zone, instant) / DAY);
}

/** Midnight of a day in a zone. */
export function midnight(zone: string, day: number): number {
  return instantOf(zone, day * DAY);
}

/** A time of daylight on that day in the zone; `serial` makes it unlike the others. */
export function timeOn(zone: string, day: number, serial: number): Span {
  const start = instantOf(zone, day * DAY + 6 * HOUR + ((serial * 13) % 600) * MINUTE);
  return { start, end: start + (15 + (serial % 45)) * MINUTE };
}

const DAY_SETS: readonly DaySet[] = [...WEEKDAYS, 'Day', 'Weekday', 'WeekendDay'];

function outlookPattern(random: Random, startDay: number): Pattern {
  const weekday = weekdayOf(startDay);
  const month = between(random, 1, 12);
  const index = pick(random, WEEK_INDEXES) ?? 'First';
  const days = pick(random, DAY_SETS) ?? 'Day';
  const roll = random();
  if (roll < 0.25) return { kind: 'daily', interval: between(random, 1, 5) };
  if (roll < 0.5) {
    const more = pick(random, WEEKDAYS) ?? weekday;
    const chosen = random() < 0.5 || more === weekday ? [weekday] : [weekday, more];
    const firstDay = random() < 0.5 ? 'Monday' : 'Sunday';
    return { kind: 'weekly', interval: between(random, 1, 3), days: chosen, firstDay };
  }
  if (roll < 0.65) {
    return { kind: 'absoluteMonthly', interval: between(random, 1, 3), day: between(random, 1, 31) };
  }
  if (roll < 0.85) return { kind: 'relativeMonthly', interval: between(random, 1, 2), days, index };
  if (roll < 0.93) return { kind: 'absoluteYearly', month, day: between(random, 1, 28) };
  return { kind: 'relativeYearly', month, days, index };
}

function outlookRange(random: Random, startDay: number, { kind }: Pattern): Range {
  const roll = random();
  if (roll < 0.45) return { kind: 'numbered', startDay, count: between(random, 2, 12) };
  if (roll < 0.75) {
    const days = kind === 'daily' || kind === 'weekly' ? between(random, 30, 250) : between(random, 400, 700);
    return { kind: 'endDate', startDay, endDay: startDay + days };
  }
  return { kind: 'noEnd', startDay };
}

/** Any rule that Outlook's dialog can make; the first occurrence is on the start or after it. */
export function outlookRule(random: Random, startDay: number): Recurrence {
  const pattern = outlookPattern(random, startDay);
  return { pattern, range: outlookRange(random, startDay, pattern) };
}

export function weekdayOf(day: number): Weekday {
  return WEEKDAYS[(((day + 4) % 7) + 7) % 7] ?? 'Monday';
}

const codeOf = (day: number): string => weekdayOf(day).slice(0, 2).toUpperCase();

/** Which one of its weekday the day is in its month, -1 for the last; the editor offers no fifth. */
function positionOf(day: number): number {
  const date = new Date(day * DAY);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const isLast = date.getUTCDate() + 7 > length;
  const position = Math.ceil(date.getUTCDate() / 7);
  return isLast ? -1 : position;
}

function editorParts(random: Random, day: number): { readonly freq: string; readonly rest: string } {
  const date = new Date(day * DAY);
  const roll = random();
  const positional = `${positionOf(day)}${codeOf(day)}`;
  if (roll < 0.25) return { freq: 'DAILY', rest: '' };
  if (roll < 0.55) {
    const other = codeOf(day + between(random, 0, 6));
    const days = other === codeOf(day) ? [other] : [codeOf(day), other];
    return { freq: 'WEEKLY', rest: `;BYDAY=${days.join(',')}` };
  }
  if (roll < 0.7 && date.getUTCDate() <= 28) return { freq: 'MONTHLY', rest: '' };
  if (roll < 0.85) return { freq: 'MONTHLY', rest: `;BYDAY=${positional}` };
  if (roll < 0.93 && date.getUTCDate() <= 28) return { freq: 'YEARLY', rest: '' };
  return { freq: 'YEARLY', rest: `;BYMONTH=${date.getUTCMonth() + 1};BYDAY=${positional}` };
}

/** Any rule that Liferay's editor makes (calendar-web, its Repeat dialog), for an event that starts on `day`. */
export function editorRule(random: Random, day: number): string {
  const { freq, rest } = editorParts(random, day);
  const isShort = freq === 'DAILY' || freq === 'WEEKLY';
  const interval = `INTERVAL=${freq === 'YEARLY' ? 1 : between(random, 1, 3)}`;
  const roll = random();
  const until = new Date((day + (isShort ? between(random, 30, 250) : between(random, 400, 700))) * DAY);
  const ends = `UNTIL=${until.toISOString().slice(0, 10).replaceAll('-', '')};`;
  const end = roll < 0.45 ? `COUNT=${between(random, 2, 12)};` : roll < 0.7 ? ends : '';
  return `RRULE:FREQ=${freq};${end}${interval}${rest}`;
}
