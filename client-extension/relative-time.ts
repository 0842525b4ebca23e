/** Times as people say them, "3 minutes ago", "in 8 seconds", in the language of the texts. */
import type { EventImage } from '#shared/api.ts';

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** Both times are epoch milliseconds of the same clock. */
export function relativeTime(atMs: number, nowMs: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const differenceMs = atMs - nowMs;
  const step = UNITS.find(({ ms }) => Math.abs(differenceMs) >= ms);
  if (step !== undefined) return format.format(Math.trunc(differenceMs / step.ms), step.unit);
  return format.format(Math.round(differenceMs / 1000), 'second');
}

/** The day of an all-day event, which is a date and no instant: midnight UTC of it. */
export function day(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(atMs);
}

/** From when to when, in the reader's zone; of all-day events the days, of which the last is in it. */
export function timeSpan(time: EventImage['time'], locale: string): string {
  if (time.kind === 'timed') {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    return format.formatRange(Date.parse(time.start), Date.parse(time.end));
  }
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return format.formatRange(Date.parse(time.start), Date.parse(time.end) - 86_400_000);
}

export function dateTime(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs);
}
