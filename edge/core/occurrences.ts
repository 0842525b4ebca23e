/**
 * The occurrences of an event in time: the dates of recurrence-dates.ts at the wall time of the start. Short months
 * are Exchange's: a day that a month lacks is its last day.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, EventTime, InstantText, Recurrence } from './event.ts';
import { datesBetween, firstDate, lastDate, namesDate, startDate } from './recurrence-dates.ts';

/** Instants for a timed event, dates for an all-day one; `end` is exclusive. */
export interface Occurrence {
  readonly start: string;
  readonly end: string;
}

const DAY_MS = 86_400_000;

/** An occurrence by the date in the zone of the event on which its rule has it. Epoch milliseconds. */
export interface Slot {
  readonly date: Temporal.PlainDate;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The occurrences that touch the window [from, to), ascending, at most `limit`; a day of an all-day event counts as
 * a day of UTC. The wall time of the start is kept across changes of the clock (a time that a change skips moves
 * forward, one that it doubles is the earlier), and so is the duration in milliseconds.
 */
export function occurrences(
  time: EventTime,
  recurrence: Recurrence,
  from: InstantText,
  to: InstantText,
  limit: number,
): readonly Occurrence[] {
  const { text } = placement(time);
  const fromMs = Temporal.Instant.from(from).epochMilliseconds;
  const toMs = Temporal.Instant.from(to).epochMilliseconds;
  return slotsBetween(time, recurrence, fromMs, toMs, limit).map(({ startMs, endMs }) => ({
    start: text(startMs),
    end: text(endMs),
  }));
}

/** The same occurrences, with the dates that the rule names. */
export function slotsBetween(
  time: EventTime,
  recurrence: Recurrence,
  fromMs: number,
  toMs: number,
  limit: number,
): readonly Slot[] {
  const place = placement(time);
  // A day more on both sides than any zone is away from UTC.
  const first = dateOf(fromMs - place.durationMs).subtract({ days: 2 });
  const last = dateOf(toMs).add({ days: 2 });
  const found: Slot[] = [];
  // At most the days of the margin lie outside the window.
  for (const date of datesBetween(recurrence, place.start, first, last, limit + 6)) {
    const startMs = place.startMs(date);
    const endMs = startMs + place.durationMs;
    const touches = startMs < toMs && (endMs > fromMs || startMs >= fromMs);
    if (touches && found.length < limit) found.push({ date, startMs, endMs });
  }
  return found;
}

/** Whether two times mean the same moments or days, whatever their zones. */
export function sameInstants(a: EventTime, b: EventTime): boolean {
  return a.kind === b.kind && a.start === b.start && a.end === b.end;
}

/** When an event of this time takes place if it is on another date of its zone: the same hour, as long. */
export function occurrenceOn(time: EventTime, date: DateText): EventTime {
  const place = placement(time);
  const startMs = place.startMs(Temporal.PlainDate.from(date));
  return { ...time, start: place.text(startMs), end: place.text(startMs + place.durationMs) };
}

/**
 * From when to when the event and all its occurrences last, in epoch milliseconds; `lastMs` is null without an end.
 * An all-day event has no zone: its days are those of UTC, widened by a day on both sides, so that a look at a
 * window is never too narrow wherever on Earth the window was meant.
 */
export function span(event: Pick<CalendarEvent, 'time' | 'recurrence' | 'exceptions'>): {
  firstMs: number;
  lastMs: number | null;
} {
  const { firstMs, lastMs } = spanByRule(event);
  const moved = Object.values(event.exceptions).flatMap((is) =>
    is === 'deleted' ? [] : [spanByRule({ time: is.time, recurrence: null })],
  );
  return {
    firstMs: Math.min(firstMs, ...moved.map((each) => each.firstMs)),
    lastMs: lastMs === null ? null : Math.max(lastMs, ...moved.map((each) => each.lastMs ?? 0)),
  };
}

/**
 * When the last of what is left of the event ends, in epoch milliseconds; null without an end. Unlike its span this does
 * not reach over occurrences at the end of a series that were deleted or moved to an earlier time.
 */
export function lastEndMs(event: Pick<CalendarEvent, 'time' | 'recurrence' | 'exceptions'>): number | null {
  const { time, recurrence, exceptions } = event;
  const { firstMs, lastMs } = spanByRule(event);
  const last = recurrence && lastDate(recurrence, startDate(time));
  if (!recurrence || lastMs === null || !last || !(last.toString() in exceptions)) return span(event).lastMs;
  const widening = time.kind === 'allDay' ? DAY_MS : 0;
  const ruled = slotsBetween(time, recurrence, firstMs, lastMs, SLOTS_LIMIT);
  const asRuled = ruled.findLast(({ date }) => !(date.toString() in exceptions));
  const changed = Object.values(exceptions).flatMap((is) =>
    is === 'deleted' ? [] : [spanByRule({ time: is.time, recurrence: null }).lastMs ?? firstMs],
  );
  return Math.max(asRuled ? asRuled.endMs + widening : firstMs, ...changed);
}

/** A daily series of a hundred years. */
const SLOTS_LIMIT = 40_000;

function spanByRule({ time, recurrence }: Pick<CalendarEvent, 'time' | 'recurrence'>): {
  firstMs: number;
  lastMs: number | null;
} {
  const place = placement(time);
  const widening = time.kind === 'allDay' ? DAY_MS : 0;
  const first = recurrence === null ? place.start : firstDate(recurrence.pattern, place.start);
  const last = recurrence === null ? place.start : lastDate(recurrence, place.start);
  return {
    firstMs: place.startMs(first) - widening,
    lastMs: last === null ? null : place.startMs(last) + place.durationMs + widening,
  };
}

/** Whether the event's own start is an occurrence of the pattern, as Exchange requires. */
export function startsOnPattern(time: EventTime, recurrence: Recurrence): boolean {
  return namesDate(recurrence.pattern, startDate(time));
}

/** The time with its start moved to the first occurrence, as Exchange stores a series whose start is off the pattern. */
export function normaliseSeriesStart(time: EventTime, recurrence: Recurrence): EventTime {
  const place = placement(time);
  const first = firstDate(recurrence.pattern, place.start);
  if (first.equals(place.start)) return time;
  const startMs = place.startMs(first);
  return { ...time, start: place.text(startMs), end: place.text(startMs + place.durationMs) };
}

interface Placement {
  readonly start: Temporal.PlainDate;
  readonly durationMs: number;
  /** Epoch milliseconds of the occurrence that starts on a date of the event's zone. */
  startMs(date: Temporal.PlainDate): number;
  /** What the event writes for an instant: the instant itself, or the date in UTC. */
  text(ms: number): string;
}

/** Placing hundreds of occurrences of one series takes the same start each time. */
const placements = new WeakMap<EventTime, Placement>();

function placement(time: EventTime): Placement {
  const known = placements.get(time) ?? placementOf(time);
  placements.set(time, known);
  return known;
}

function placementOf(time: EventTime): Placement {
  const start = startDate(time);
  if (time.kind === 'allDay') {
    const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime('UTC').epochMilliseconds;
    const durationMs = midnight(Temporal.PlainDate.from(time.end)) - midnight(start);
    return { start, durationMs, startMs: midnight, text: (ms) => dateOf(ms).toString() };
  }
  const firstMs = Temporal.Instant.from(time.start).epochMilliseconds;
  const plainTime = Temporal.Instant.from(time.start).toZonedDateTimeISO(time.zone).toPlainTime();
  return {
    start,
    durationMs: Temporal.Instant.from(time.end).epochMilliseconds - firstMs,
    // The start itself may be the later of two equal wall times.
    startMs: (date) =>
      date.equals(start)
        ? firstMs
        : date.toZonedDateTime({ timeZone: time.zone, plainTime }).epochMilliseconds,
    text: (ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString(),
  };
}

function dateOf(ms: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDate();
}
