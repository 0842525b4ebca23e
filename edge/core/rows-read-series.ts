/** The edits of a series that has one row with its rule, and one more for each changed occurrence. */
import type { CalendarEvent, DateText, EventTime, Exceptions, Recurrence, ZoneName } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';
import type { Failure } from './failure.ts';
import { sameInstants, startsOnPattern } from './occurrences.ts';
import { canonicalRecurrence, startDate } from './recurrence-dates.ts';
import { shiftRecurrence } from './recurrence-shift.ts';
import { calendarDate, inZone, originalStart, seriesZone } from './row-dates.ts';
import { excludedDates, responseEdit, ruleChange, textEdits } from './row-edits.ts';
import { type AgreedRows, occurrenceRows, type RowState, type RowStates, type RowsRead } from './rows.ts';
import { readOccurrenceRows } from './rows-read-occurrences.ts';
import { parseLiferayRecurrence } from './rrule.ts';
import { unsupported } from './rrule-grammar.ts';
import { mendedRule } from './rrule-liferay.ts';

/** The row of a series when both sides agreed, and as it is. */
interface SeriesRow {
  readonly before: RowState;
  readonly after: RowState;
  readonly calendarZone: ZoneName;
}

interface ReadWhen {
  readonly kind: 'when';
  readonly time: EventTime;
  readonly recurrence: Recurrence | null;
  /** Somebody gave the series another time or rule. */
  readonly isEdited: boolean;
  /** Liferay shows another rule than anybody wanted. */
  readonly isSpoilt: boolean;
}
interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
}

/** The event after the edits of a series' own row and of its changed occurrences. */
export function readSeriesEdits(agreed: AgreedRows, row: SeriesRow, now: RowStates): RowsRead {
  const when = readWhen(agreed.event, row);
  if (when.kind === 'failed') return when;
  const { time, recurrence } = when;
  const { before, after } = row;
  const edits = { ...textEdits(before, after), ...responseEdit(agreed.event, before, after) };
  const series = { ...agreed.event, ...edits, time, recurrence };
  const movedDate = when.isEdited ? movedDates(agreed.event, series, row.calendarZone) : sameDate;
  const isRuledAnew = when.isEdited && ruleChange(row.before, row.after) !== 'same';
  const excluded = readExcluded(agreed, row, now, { series, movedDate, isRuledAnew });
  const rows = readOccurrenceRows(agreed, now, row.calendarZone);
  const shown = withoutShown(rows.exceptions, excluded.shown);
  const event = normaliseExceptions({
    ...series,
    exceptions: { ...excluded.exceptions, ...underDates(movedDate, shown) },
  });
  const dates = excludedDates(row.after);
  const isTidy = rows.added
    .map(movedDate)
    .every((date) => date in event.exceptions && dates.includes(calendarDate(event, row.calendarZone, date)));
  return { kind: 'read', event, untidy: when.isSpoilt || excluded.untidy || !isTidy, refused: [] };
}

function readWhen(agreed: CalendarEvent, row: SeriesRow): ReadWhen | Failed {
  const { before, after } = row;
  const change = ruleChange(before, after);
  if (change !== 'edited' && sameInstants(before.event.time, after.event.time)) {
    const { time, recurrence } = agreed;
    return { kind: 'when', time, recurrence, isEdited: false, isSpoilt: change === 'spoilt' };
  }
  const mended = change === 'same' ? null : mendedRecurrence(agreed, row);
  if (mended === null && after.ruleFailure !== null) return { kind: 'failed', failure: after.ruleFailure };
  return inEventZone(agreed, row, mended ?? after.event.recurrence, mended !== null);
}

/**
 * The rule that somebody wanted for the new start, or with the new end, but for what Liferay lost of it when it wrote
 * that down; null where the row says all that was wanted.
 */
function mendedRecurrence(agreed: CalendarEvent, { before, after }: SeriesRow): Recurrence | null {
  const text = mendedRule(before.rule, after.rule);
  const parsed = text === null ? null : parseLiferayRecurrence(text, after.event.time);
  if (parsed?.kind === 'recurrence') return parsed.recurrence;
  const { recurrence } = agreed;
  const isWanted =
    after.ruleFailure !== null &&
    ruleChange(before, after) === 'spoilt' &&
    recurrence !== null &&
    startsOnPattern(after.event.time, recurrence);
  return isWanted ? recurrence : null;
}

/** What the row says of time and rule, in the zone in which the agreed event repeats. */
function inEventZone(
  agreed: CalendarEvent,
  { after, calendarZone }: SeriesRow,
  recurrence: Recurrence | null,
  isMended: boolean,
): ReadWhen | Failed {
  const there = inZone(after.event.time, calendarZone);
  const time = inZone(there, seriesZone(agreed, calendarZone));
  const day = startDate(there);
  const { days } = day.until(startDate(time), { largestUnit: 'day' });
  const shifted = recurrence === null ? null : shiftRecurrence(recurrence, day, days);
  if (shifted === null && recurrence !== null) {
    const { reason, detail } = unsupported(
      'recurrenceNotExpressible',
      `The start is another day in ${seriesZone(agreed, calendarZone)}`,
    );
    return { kind: 'failed', failure: { reason, detail } };
  }
  const wanted = shifted === null ? null : canonicalRecurrence(shifted, time);
  return { kind: 'when', time, recurrence: wanted, isEdited: true, isSpoilt: isMended };
}

/** A row that is gone is no deleted occurrence where the series itself shows that one again. */
function withoutShown(exceptions: Exceptions, shown: ReadonlySet<DateText>): Exceptions {
  return Object.fromEntries(Object.entries(exceptions).filter(([date]) => !shown.has(date)));
}

/** The date that an occurrence has in the series as it is now, from the one that it had when both sides agreed. */
type MovedDate = (date: DateText) => DateText;

interface SeriesNow {
  readonly series: CalendarEvent;
  readonly movedDate: MovedDate;
  /** It got another rule, with which Liferay loses the dates that it left out; with another hour alone it keeps them. */
  readonly isRuledAnew: boolean;
}

interface ReadExcluded {
  /** But for those that have a row of their own: what that says counts. */
  readonly exceptions: Exceptions;
  /** Original starts of what the series left out and does not any more. */
  readonly shown: ReadonlySet<DateText>;
  readonly untidy: boolean;
}

/** What the agreed exceptions have become by dates that came into EXDATE or went out of it. */
function readExcluded(
  agreed: AgreedRows,
  { before, after, calendarZone }: SeriesRow,
  now: RowStates,
  { series, movedDate, isRuledAnew }: SeriesNow,
): ReadExcluded {
  const was = excludedDates(before);
  const is = excludedDates(after);
  const rows = occurrenceRows(now);
  const exceptions = underDates(movedDate, agreed.event.exceptions);
  for (const date of is.filter((each) => !was.includes(each))) {
    const original = originalStart(series, calendarZone, date);
    if (original !== null) exceptions[original] = 'deleted';
  }
  // Lost together with the old rule, or while a row still stands for it, a date has to come back into EXDATE.
  let untidy = false;
  const shown = new Set<DateText>();
  for (const date of was.filter((each) => !is.includes(each))) {
    const original = originalStart(agreed.event, calendarZone, date);
    if (isRuledAnew || original === null || rows.has(original)) untidy = true;
    else {
      delete exceptions[movedDate(original)];
      shown.add(original);
    }
  }
  return { exceptions, shown, untidy };
}

/** EXDATE stays while the start of its series moves: what counts is the date in the calendar's zone. */
function movedDates(agreed: CalendarEvent, series: CalendarEvent, calendarZone: ZoneName): MovedDate {
  return (date) => originalStart(series, calendarZone, calendarDate(agreed, calendarZone, date)) ?? date;
}

function sameDate(date: DateText): DateText {
  return date;
}

function underDates(movedDate: MovedDate, exceptions: Exceptions): Record<DateText, Exceptions[DateText]> {
  return Object.fromEntries(
    Object.entries(exceptions).map(([date, exception]) => [movedDate(date), exception]),
  );
}
