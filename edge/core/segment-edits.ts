/** What somebody changed of one segment: of its texts and its hour, of its end, and of which days it leaves out. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, EventTime } from './event.ts';
import { sameInstants } from './occurrences.ts';
import { lastDate, startDate } from './recurrence-dates.ts';
import { excludedDates, type RowText, ruleChange, textEdits } from './row-edits.ts';
import type { RowState } from './rows.ts';
import { parseLiferayRecurrence } from './rrule.ts';
import { mendedRule } from './rrule-liferay.ts';

/** What somebody changed of one segment; texts only where they differ. */
export interface SegmentEdit {
  readonly before: RowState;
  readonly texts: Partial<Pick<CalendarEvent, RowText>>;
  /** The row as it is. */
  readonly after: RowState;
  /** The row's new time if it was moved, else null. */
  readonly moved: EventTime | null;
  /** The last date in the calendar's zone, if the end was brought forward; else null. */
  readonly cutAfter: DateText | null;
  /** Dates in the calendar's zone that came into EXDATE, and that went out of it. */
  readonly excluded: readonly DateText[];
  readonly restored: readonly DateText[];
  /** It has not the rule that we would write. */
  readonly isSpoilt: boolean;
  /** Somebody gave it a rule of its own, which is neither the series' nor all of its occurrences'. */
  readonly isRefused: boolean;
}

/** Both states are of the same row, in the calendar's zone. */
export function segmentEdit(before: RowState, after: RowState): SegmentEdit {
  const was = excludedDates(before);
  const is = excludedDates(after);
  const change = ruleChange(before, after);
  const cutAfter = change === 'edited' ? cutOf(before, after) : null;
  const isElsewhere = !sameInstants(before.event.time, after.event.time);
  return {
    before,
    after,
    texts: textEdits(before, after),
    moved: change !== 'edited' && isElsewhere ? after.event.time : null,
    cutAfter,
    excluded: is.filter((date) => !was.includes(date)),
    restored: was.filter((date) => !is.includes(date)),
    isSpoilt: change !== 'same',
    isRefused: change === 'edited' && (cutAfter === null || isElsewhere),
  };
}

/**
 * The new last date where the same rule ends earlier, as after "this and all following" were deleted: a mended rule has
 * the old pattern.
 */
function cutOf(before: RowState, after: RowState): DateText | null {
  const was = before.event.recurrence;
  const text = mendedRule(before.rule, after.rule);
  const parsed = text === null ? null : parseLiferayRecurrence(text, before.event.time);
  if (was === null || parsed?.kind !== 'recurrence') return null;
  const first = startDate(before.event.time);
  const last = lastDate(parsed.recurrence, first)?.toString() ?? null;
  const wasLast = lastDate(was, first)?.toString() ?? null;
  return last !== null && (wasLast === null || last < wasLast) ? last : null;
}

/** Whether the row repeats for ever. */
export function isEndless({ event }: RowState): boolean {
  return event.recurrence?.range.kind === 'noEnd';
}

/** By how much the start of a segment was moved on the clock, and how long its occurrences are now. */
export interface Move {
  readonly by: Temporal.Duration;
  readonly durationMs: number;
}

/** Null: it was not moved, or its occurrences became days. */
export function moveOf({ before, moved }: SegmentEdit): Move | null {
  const was = before.event.time;
  if (moved?.kind !== 'timed' || was.kind !== 'timed') return null;
  const by = wallTime(was.start, was.zone).until(wallTime(moved.start, was.zone), { largestUnit: 'day' });
  const ends = Temporal.Instant.from(moved.end).epochMilliseconds;
  return { by, durationMs: ends - Temporal.Instant.from(moved.start).epochMilliseconds };
}

/** The time moved on the clock of its own zone. */
export function movedBy(time: EventTime, { by, durationMs }: Move): EventTime {
  if (time.kind === 'allDay') return time;
  const start = wallTime(time.start, time.zone).add(by).toZonedDateTime(time.zone).toInstant();
  return { ...time, start: start.toString(), end: start.add({ milliseconds: durationMs }).toString() };
}

/** When an occurrence of a segment that was moved takes place now, from when it did. */
export function movedAlong(edit: SegmentEdit, time: EventTime): EventTime {
  const move = moveOf(edit);
  if (move !== null) return movedBy(time, move);
  const { moved, before } = edit;
  if (moved === null) return time;
  const away = startDate(before.event.time).until(startDate(time), { largestUnit: 'day' });
  const on = (day: string) => Temporal.PlainDate.from(day).add(away).toString();
  return { ...moved, start: on(moved.start), end: on(moved.end) };
}

function wallTime(instant: string, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
}
