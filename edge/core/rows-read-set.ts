/**
 * The edits of a series that stands in the calendar as a set of segments and single rows (rows-plan-set.ts). What was
 * done to all segments alike, or to the one that goes on for ever, was done to the series; what was done to another one,
 * to each of its occurrences.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, ChangedOccurrence, DateText, Exceptions, ZoneName } from './event.ts';
import { isSlot, normaliseExceptions, regularOccurrence } from './exceptions.ts';
import { occurrenceOn, sameInstants } from './occurrences.ts';
import { datesBetween, lastDate, startDate } from './recurrence-dates.ts';
import { calendarDate, inZone, originalStart, seriesTime, seriesZone } from './row-dates.ts';
import { excludedDates } from './row-edits.ts';
import {
  type AgreedRows,
  isSegment,
  noSeries,
  occurrenceRows,
  type RowKey,
  type RowState,
  type RowStates,
  type RowsRead,
} from './rows.ts';
import { readOccurrenceRows } from './rows-read-occurrences.ts';
import { readSeriesEdits } from './rows-read-series.ts';
import { isEndless, movedAlong, type SegmentEdit, segmentEdit } from './segment-edits.ts';
import { type SeriesEdit, seriesEdit } from './series-edit.ts';

/** More occurrences no segment has (rows-plan-set.ts). */
const MAX_SLOTS = 20_000;

/** By original start; undefined: as the rule says. */
type Changes = Map<DateText, Exceptions[DateText] | undefined>;

/** The event after the edits of a set's rows. Fails where none of the agreed rows is left. */
export function readSetEdits(agreed: AgreedRows, now: RowStates, calendarZone: ZoneName): RowsRead {
  if (![...agreed.rows.keys()].some((key) => now.has(key))) return noSeries();
  const whole = wholeSeries(agreed, calendarZone);
  const after = whole === null ? undefined : now.get(whole.key);
  if (whole !== null && after !== undefined) {
    return readSeriesEdits(agreed, { before: whole.row, after, calendarZone }, now);
  }
  return readSegments({ agreed, now, calendarZone });
}

interface SetRows {
  readonly agreed: AgreedRows;
  readonly now: RowStates;
  readonly calendarZone: ZoneName;
}

/** The one segment that is all of the series, so that an edit of its rule is one of the series' rule. */
function wholeSeries(
  { event, rows }: AgreedRows,
  calendarZone: ZoneName,
): { key: RowKey; row: RowState } | null {
  const [entry, another] = [...rows].filter(([key]) => isSegment(key));
  if (entry === undefined || another !== undefined || event.recurrence === null) return null;
  const [key, row] = entry;
  const { recurrence, time } = row.event;
  const first = seriesTime(event);
  if (recurrence === null || !sameInstants(time, first)) return null;
  const end = lastDate(event.recurrence, startDate(first))?.toString() ?? null;
  const rowEnd = lastDate(recurrence, startDate(time))?.toString() ?? null;
  const isWhole = rowEnd === null ? end === null : originalStart(event, calendarZone, rowEnd, row) === end;
  return isWhole ? { key, row } : null;
}

function readSegments(set: SetRows): RowsRead {
  const { agreed, now, calendarZone } = set;
  const before = [...agreed.rows].filter(([key]) => isSegment(key));
  const gone = before.flatMap(([key, row]) => (now.has(key) ? [] : [row]));
  const edits = before.flatMap(([key, row]) => {
    const after = now.get(key);
    return after === undefined ? [] : [{ key, ...segmentEdit(row, after) }];
  });
  const ended = withEnd(set, gone, edits);
  const series = seriesEdit(ended.event, edits);
  const changes: Changes = new Map(Object.entries(agreed.event.exceptions));
  for (const row of gone) deleteAll(set, row, changes);
  for (const date of ended.dropped) changes.set(date, 'deleted');
  const rows = readOccurrenceRows(agreed, now, calendarZone);
  for (const [date, exception] of Object.entries(rows.exceptions)) changes.set(date, exception);
  // Last: a row that is gone is no deleted occurrence where its segment shows that one again.
  for (const edit of edits) applyEdit(set, edit, series, changes);

  const event = normaliseExceptions({ ...series.event, exceptions: movedKeys(changes, series.days) });
  const isForeign = [...now.keys()].some((key) => isSegment(key) && !agreed.rows.has(key));
  const isTidy =
    rows.added.every((date) => date in event.exceptions && !isShownTwice(set, date)) && !isForeign;
  const untidy = !isTidy || edits.some((edit) => isUntidy(set, edit, series));
  const refused = edits.flatMap(({ key, isRefused }) => (isRefused ? [key] : []));
  return { kind: 'read', event, untidy, refused };
}

interface Ended {
  /** The agreed event, with an end if what went on for ever in the calendar does so no longer. */
  readonly event: CalendarEvent;
  /** Original starts before that end at which nothing stands any more. */
  readonly dropped: readonly DateText[];
}

function withEnd(set: SetRows, gone: readonly RowState[], edits: readonly SegmentEdit[]): Ended {
  const { event } = set.agreed;
  const last = lastShown(set, gone, edits);
  if (event.recurrence === null || last === null) return { event, dropped: [] };
  const first = startDate(seriesTime(event));
  // A changed occurrence whose row still stands takes place: the series lasts until then.
  const rows = occurrenceRows(set.now);
  const kept =
    [...rows.keys()]
      .filter((date) => date > last)
      .toSorted()
      .at(-1) ?? last;
  const after = Temporal.PlainDate.from(last).add({ days: 1 });
  const between = datesBetween(event.recurrence, first, after, Temporal.PlainDate.from(kept), MAX_SLOTS);
  const dropped = between.map(String).filter((date) => !rows.has(date));
  // A series without any occurrence cannot be said: its first one stays, and is deleted.
  const range = { kind: 'until', until: kept < first.toString() ? first.toString() : kept } as const;
  return { event: { ...event, recurrence: { ...event.recurrence, range } }, dropped };
}

/** The last date of what does not go on for ever any more, in the zone of the series; null: nothing came to an end. */
function lastShown(set: SetRows, gone: readonly RowState[], edits: readonly SegmentEdit[]): DateText | null {
  const lost = gone.find((row) => isEndless(row));
  const cut = edits.find(({ before }) => isEndless(before));
  if (lost !== undefined) {
    const from = originalOf(set, lost, startDate(lost.event.time).toString());
    return from === null ? null : Temporal.PlainDate.from(from).subtract({ days: 1 }).toString();
  }
  return cut?.cutAfter ? originalOf(set, cut.before, cut.cutAfter) : null;
}

function originalOf({ agreed, calendarZone }: SetRows, row: RowState, date: DateText): DateText | null {
  return originalStart(agreed.event, calendarZone, date, row);
}

/** The occurrences that a segment showed when both agreed: their dates in the calendar's zone. Of an endless one: the first. */
export function shownDates({ event, ...row }: RowState): readonly DateText[] {
  const { time, recurrence } = event;
  if (recurrence === null) return [];
  const start = startDate(time);
  const last = lastDate(recurrence, start) ?? start;
  const excluded = excludedDates({ event, ...row });
  return datesBetween(recurrence, start, start, last, MAX_SLOTS)
    .map(String)
    .filter((date) => !excluded.includes(date));
}

function deleteAll(set: SetRows, row: RowState, changes: Changes): void {
  for (const date of shownDates(row)) {
    const original = originalOf(set, row, date);
    if (original !== null) changes.set(original, 'deleted');
  }
}

function applyEdit(set: SetRows, edit: SegmentEdit, series: SeriesEdit, changes: Changes): void {
  const { before, cutAfter, excluded } = edit;
  const rows = occurrenceRows(set.now);
  const change = (date: DateText, exception: Exceptions[DateText] | undefined) => {
    const original = originalOf(set, before, date);
    if (original !== null && !rows.has(original)) changes.set(original, exception);
  };
  const shown = isEndless(before) ? [] : shownDates(before);
  if (series.differs(edit)) for (const date of shown) change(date, changedBy(set, edit, series, date));
  for (const date of shown) if (cutAfter !== null && date > cutAfter) change(date, 'deleted');
  for (const date of excluded) change(date, 'deleted');
  if (keepsDates(edit)) for (const date of edit.restored) change(date, undefined);
}

/** What an edited segment makes of its occurrence of a date in the calendar's zone. An answer is the series'. */
function changedBy(
  set: SetRows,
  edit: SegmentEdit,
  series: SeriesEdit,
  date: DateText,
): ChangedOccurrence | undefined {
  const { event } = set.agreed;
  const original = originalOf(set, edit.before, date);
  const regular = original === null ? null : regularOccurrence(event, original);
  if (regular === null) return undefined;
  const there = movedAlong(edit, occurrenceOn(edit.before.event.time, date));
  const time = edit.moved === null ? regular.time : inZone(there, seriesZone(event, set.calendarZone));
  return { ...regular, ...edit.texts, time, ownResponse: series.event.ownResponse };
}

/** Whether a date that went out of EXDATE was taken out by somebody, and not lost with a new rule or hour. */
function keepsDates({ moved, isSpoilt }: SegmentEdit): boolean {
  return moved === null && !isSpoilt;
}

function isUntidy(set: SetRows, edit: SegmentEdit, series: SeriesEdit): boolean {
  const rows = occurrenceRows(set.now);
  const isRegular = (date: DateText) => {
    const original = originalOf(set, edit.before, date);
    return keepsDates(edit) && original !== null && !rows.has(original);
  };
  const isLost = isEndless(edit.before) && series.differs(edit);
  return edit.isSpoilt || isLost || !edit.restored.every(isRegular);
}

/** Whether a segment shows an occurrence that has a row of its own: who made that one was cut short. */
function isShownTwice(set: SetRows, date: DateText): boolean {
  const there = calendarDate(set.agreed.event, set.calendarZone, date);
  return [...set.now].some(
    ([key, row]) =>
      isSegment(key) &&
      isSlot(row.event, there) &&
      !excludedDates(row).includes(there) &&
      originalOf(set, row, there) === date,
  );
}

/** The exceptions under the dates of a series that now is on other days. */
function movedKeys(changes: Changes, days: number): Exceptions {
  const entries = [...changes].flatMap(([date, exception]) =>
    exception === undefined
      ? []
      : [[Temporal.PlainDate.from(date).add({ days }).toString(), exception] as const],
  );
  return Object.fromEntries(entries);
}
