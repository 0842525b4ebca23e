/** What Liferay shows of rows, counted by libraries that share no code with us, and what the event itself means. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent } from '#core/event.ts';
import { occurrences } from '#core/occurrences.ts';
import { startDate } from '#core/recurrence-dates.ts';
import type { PlannedRow } from '#core/rows.ts';
import { formatRRule } from '#core/rrule.ts';
import { localDate, oraclesFor } from './rule-oracles.ts';

export interface Shown {
  readonly title: string;
  readonly start: string;
  readonly end: string;
}
interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const LIMIT = 30_000;

/** What the rows show in the window, each with the rule that is written for it, day by day in the calendar's zone. */
export function shownBy(
  rows: readonly PlannedRow[],
  window: Window,
  disambiguation: 'compatible' | 'later',
): readonly Shown[] {
  return rows.flatMap(({ event }) => shownByRow(event, window, disambiguation)).sort(byStart);
}

function shownByRow(event: CalendarEvent, window: Window, disambiguation: 'compatible' | 'later'): Shown[] {
  const { title, time, recurrence } = event;
  if (recurrence === null) return touching([{ title, start: time.start, end: time.end }], window);
  const rule = formatRRule(recurrence, time);
  if (rule.kind === 'unsupported') throw new Error(`${rule.reason}: ${rule.detail}`);
  const first = localDate(time);
  const lastYear = new Date(window.toMs).getUTCFullYear() + 1;
  const expand = oraclesFor(rule.text).at(-1);
  const dates = expand?.(rule.text, first, LIMIT, lastYear) ?? [];
  const startOf = (date: string) => (date === first ? time.start : onDate(time, date, disambiguation));
  const durationMs = Date.parse(time.end) - Date.parse(time.start);
  const shown = dates
    .filter((date) => event.exceptions[date] === undefined)
    .map((date) => {
      const start = startOf(date);
      return { title, start, end: later(time, start, durationMs) };
    });
  return touching(shown, window);
}

function onDate(time: CalendarEvent['time'], date: string, disambiguation: 'compatible' | 'later'): string {
  if (time.kind === 'allDay') return date;
  const wall = Temporal.Instant.from(time.start).toZonedDateTimeISO(time.zone).toPlainTime();
  return Temporal.PlainDate.from(date)
    .toPlainDateTime(wall)
    .toZonedDateTime(time.zone, { disambiguation })
    .toInstant()
    .toString();
}

function later(time: CalendarEvent['time'], start: string, ms: number): string {
  const end = new Date(Date.parse(start) + ms).toISOString();
  return time.kind === 'allDay' ? end.slice(0, 10) : end.replace('.000Z', 'Z');
}

/** What the series itself means in the window. */
export function meantBy(event: CalendarEvent, window: Window): readonly Shown[] {
  const { title, time, recurrence } = event;
  if (recurrence === null) return touching([{ title, start: time.start, end: time.end }], window);
  const instant = (ms: number) => new Date(ms).toISOString();
  const regular = occurrences(time, recurrence, instant(window.fromMs), instant(window.toMs), LIMIT)
    .filter(({ start }) => event.exceptions[startDate({ ...time, start }).toString()] === undefined)
    .map(({ start, end }) => ({ title, start, end }));
  const changed = Object.values(event.exceptions).flatMap((exception) =>
    exception === 'deleted'
      ? []
      : [{ title: exception.title, start: exception.time.start, end: exception.time.end }],
  );
  return [...regular, ...touching(changed, window)].sort(byStart);
}

function touching(shown: Shown[], { fromMs, toMs }: Window): Shown[] {
  return shown.filter(({ start, end }) => {
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
    return startMs < toMs && (endMs > fromMs || startMs >= fromMs);
  });
}

function byStart(a: Shown, b: Shown): number {
  return (
    Date.parse(a.start) - Date.parse(b.start) ||
    Date.parse(a.end) - Date.parse(b.end) ||
    a.title.localeCompare(b.title)
  );
}
