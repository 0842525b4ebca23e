/** Which edits of segments are edits of their whole series. */
import type { CalendarEvent } from './event.ts';
import { canonicalRecurrence, startDate } from './recurrence-dates.ts';
import { shiftRecurrence } from './recurrence-shift.ts';
import { seriesTime } from './row-dates.ts';
import { ROW_TEXTS, responseEdit } from './row-edits.ts';
import { isEndless, type Move, movedBy, moveOf, type SegmentEdit } from './segment-edits.ts';

/** What was done to the series as a whole. */
export interface SeriesEdit {
  /** The series as edited; its exceptions are as they were. */
  readonly event: CalendarEvent;
  /** By how many days its dates were moved. */
  readonly days: number;
  /** Whether a segment says something else than the series now does. */
  differs(edit: SegmentEdit): boolean;
}

/** What all segments have in common is the series', and so is all that the endless one says: nothing else goes on. */
export function seriesEdit(event: CalendarEvent, edits: readonly SegmentEdit[]): SeriesEdit {
  const endless = edits.find(({ before }) => isEndless(before));
  const common = <Value>(of: (edit: SegmentEdit) => Value, isSame: (a: Value, b: Value) => boolean) => {
    const [first, ...others] = (endless === undefined ? edits : [endless]).map(of);
    return first !== undefined && others.every((other) => isSame(first, other)) ? first : undefined;
  };
  const texts = Object.fromEntries(
    ROW_TEXTS.map(
      (field) => [field, common(({ texts: { [field]: text } }) => text, Object.is)] as const,
    ).filter(([, text]) => text !== undefined),
  );
  const move = common(moveOf, sameMove) ?? null;
  const moved = move === null ? null : movedSeries(event, move);
  // A meeting is one, in however many stretches it is shown: who answers one of them answers all.
  const answered = edits.map(({ before, after }) => responseEdit(event, before, after));
  return {
    event: { ...event, ...texts, ...Object.assign({}, ...answered), ...moved?.when },
    days: moved?.days ?? 0,
    differs: (edit) =>
      ROW_TEXTS.some((field) => edit.texts[field] !== texts[field]) ||
      (edit.moved === null) !== (moved === null) ||
      !sameMove(moveOf(edit), moved === null ? null : move),
  };
}

function sameMove(a: Move | null, b: Move | null): boolean {
  if (a === null || b === null) return a === b;
  return a.by.toString() === b.by.toString() && a.durationMs === b.durationMs;
}

interface MovedSeries {
  readonly when: Pick<CalendarEvent, 'time' | 'recurrence'>;
  readonly days: number;
}

/** The series with its wall time moved, in its own zone; null where no rule has its dates then. */
function movedSeries(event: CalendarEvent, move: Move): MovedSeries | null {
  if (event.recurrence === null) return null;
  const first = seriesTime(event);
  const time = movedBy(first, move);
  const { days } = startDate(first).until(startDate(time), { largestUnit: 'day' });
  const canonical = canonicalRecurrence(event.recurrence, first);
  const recurrence = shiftRecurrence(canonical, startDate(first), days);
  return recurrence === null
    ? null
    : { when: { time, recurrence: canonicalRecurrence(recurrence, time) }, days };
}
