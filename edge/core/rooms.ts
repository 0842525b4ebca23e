/**
 * Who has a room when: what time an event takes up, what is in its way, and which of two that want the same time has
 * to give way. Pure; asking and withdrawing is sync/rooms.ts.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, EventTime, ZoneName } from './event.ts';
import { slotsBetween } from './occurrences.ts';
import { byCodePoint } from './text.ts';

/** Epoch milliseconds; `endMs` is exclusive. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** A single event or one occurrence in a calendar. */
export interface Slot extends Interval, Pick<CalendarEvent, 'showAs' | 'cancelled' | 'ownResponse'> {
  /** All occurrences of a series have the same. */
  readonly uid: string;
  /** When the server made the event, by its own clock. */
  readonly createdMs: number;
}

/** Occurrences of one series that are looked at: as many as there are days in two years, and more. */
const OCCURRENCE_LIMIT = 1_000;

/** Whether two stretches of time have a moment in common. One may begin when the other ends. */
export function overlap(a: Interval, b: Interval): boolean {
  return a.startMs < b.endMs && b.startMs < a.endMs;
}

/** What is cancelled or declined, or shown as free, is in nobody's way. */
export function takesUpTime({
  showAs,
  cancelled,
  ownResponse,
}: Pick<CalendarEvent, 'showAs' | 'cancelled' | 'ownResponse'>): boolean {
  return showAs !== 'free' && !cancelled && ownResponse !== 'declined';
}

/**
 * When the event takes place and is not over at `within.startMs`: of a series each occurrence that begins before
 * `within.endMs`. All-day events last from midnight to midnight of `zone`.
 */
export function timesOf(
  { time, recurrence, exceptions }: Pick<CalendarEvent, 'time' | 'recurrence' | 'exceptions'>,
  zone: ZoneName,
  within: Interval,
): readonly Interval[] {
  if (recurrence === null) return [intervalOf(time, zone)].filter(({ endMs }) => endMs > within.startMs);
  const regular = slotsBetween(time, recurrence, within.startMs, within.endMs, OCCURRENCE_LIMIT)
    .filter(({ date }) => exceptions[date.toString()] === undefined)
    .map(({ startMs, endMs }) =>
      time.kind === 'timed'
        ? { startMs, endMs }
        : { startMs: midnight(startMs, zone), endMs: midnight(endMs, zone) },
    );
  const changed = Object.values(exceptions).flatMap((is) =>
    is === 'deleted' ? [] : [intervalOf(is.time, zone)],
  );
  return [...regular, ...changed].filter(
    ({ startMs, endMs }) => endMs > within.startMs && startMs < within.endMs,
  );
}

/** Those of `after` that are not within one of `before`: a booking that is made shorter asks for nothing. */
export function gained(after: readonly Interval[], before: readonly Interval[]): readonly Interval[] {
  return after.filter(
    (time) => !before.some(({ startMs, endMs }) => startMs <= time.startMs && time.endMs <= endMs),
  );
}

/**
 * - `first`, `later`: by the time at which the server made the two. Whoever came later gives way.
 * - `perhapsFirst`: made in the same second, which is all that servers tell, and first by name. Everybody who compares
 *   the two comes to the same answer; but the other may have looked before this one was there, and then it stays.
 */
export function orderOf(own: Slot, other: Slot): 'first' | 'later' | 'perhapsFirst' {
  if (own.createdMs !== other.createdMs) return own.createdMs < other.createdMs ? 'first' : 'later';
  return byCodePoint(own.uid, other.uid) < 0 ? 'perhapsFirst' : 'later';
}

function intervalOf({ kind, start, end }: EventTime, zone: ZoneName): Interval {
  if (kind === 'timed') return { startMs: instantMs(start), endMs: instantMs(end) };
  return { startMs: dayMs(start, zone), endMs: dayMs(end, zone) };
}

function instantMs(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}

function dayMs(date: string, zone: ZoneName): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

/** The midnight in `zone` of the date that has it in UTC at this moment. */
function midnight(utcMs: number, zone: ZoneName): number {
  return dayMs(Temporal.Instant.fromEpochMilliseconds(utcMs).toString().slice(0, 10), zone);
}
