/** The edits of rows that stand for one occurrence each. */
import type {
  CalendarEvent,
  ChangedOccurrence,
  DateText,
  EventTime,
  Exceptions,
  Response,
  ZoneName,
} from './event.ts';
import { regularOccurrence } from './exceptions.ts';
import { sameInstants } from './occurrences.ts';
import { isAnswer } from './responses.ts';
import { inZone, seriesZone } from './row-dates.ts';
import { occurrenceOf, ROW_TEXTS, sameRow, textEdits } from './row-edits.ts';
import { type AgreedRows, occurrenceRows, type RowState, type RowStates } from './rows.ts';

/** What the rows of single occurrences say together. */
export interface ReadOccurrenceRows {
  /** What each row, there or gone, makes of its occurrence. */
  readonly exceptions: Exceptions;
  /** Original starts of rows that were not there when both sides agreed. */
  readonly added: readonly DateText[];
}

/** A row that is gone is a deleted occurrence, a new one a changed one; of others only the edits count. */
export function readOccurrenceRows(
  agreed: AgreedRows,
  now: RowStates,
  calendarZone: ZoneName,
): ReadOccurrenceRows {
  const before = occurrenceRows(agreed.rows);
  const after = occurrenceRows(now);
  const exceptions: Record<DateText, Exceptions[DateText]> = {};
  for (const date of before.keys()) if (!after.has(date)) exceptions[date] = 'deleted';
  for (const [date, row] of after) {
    exceptions[date] = occurrenceNow(agreed, date, before.get(date), row, calendarZone);
  }
  return { exceptions, added: [...after.keys()].filter((date) => !before.has(date)) };
}

function occurrenceNow(
  { event }: AgreedRows,
  date: DateText,
  before: RowState | undefined,
  after: RowState,
  calendarZone: ZoneName,
): 'deleted' | ChangedOccurrence {
  const was = event.exceptions[date] ?? regularOccurrence(event, date);
  if (was === 'deleted' && before !== undefined && sameRow(before, after)) return was;
  const time = inZone(after.event.time, seriesZone(event, calendarZone));
  if (before === undefined || was === null || was === 'deleted') {
    return occurrenceOf(after, time, responseOfNew(event, after, time, date));
  }
  const isMoved = !sameInstants(before.event.time, after.event.time);
  // Its status is its series': Liferay gives it to all rows of a series (CalendarBookingServiceImpl, invokeTransition).
  return { ...was, ...textEdits(before, after), ...(isMoved ? { time } : {}) };
}

/**
 * A new row comes of an answer to one occurrence (CalendarBookingLocalServiceImpl, invokeTransition with
 * updateInstance), or of an edit, with which Liferay approves it.
 */
function responseOfNew(
  series: CalendarEvent,
  { event, response }: RowState,
  time: EventTime,
  date: DateText,
): Response {
  if (series.ownResponse === 'none' || response === undefined || !isAnswer(response))
    return series.ownResponse;
  const regular = regularOccurrence(series, date);
  const isAsItWas =
    regular !== null &&
    sameInstants(regular.time, time) &&
    ROW_TEXTS.every((field) => regular[field] === event[field]);
  return response !== 'accepted' || isAsItWas ? response : series.ownResponse;
}
