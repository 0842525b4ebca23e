/**
 * What the owner of a calendar said to a meeting that was made in Liferay. Their row there is a child of the organiser's:
 * Liferay itself keeps its texts, its time and its rule in step with that one, so none of these is anybody's edit here.
 * Its status is the owner's response. An occurrence that was answered by itself has a row of its own, and its date is
 * left out of the child (CalendarBookingServiceImpl, invokeTransition with updateInstance).
 */
import type { CalendarEvent, DateText, Exceptions, Response, ZoneName } from './event.ts';
import { isSlot, normaliseExceptions, regularOccurrence } from './exceptions.ts';
import { sameInstants } from './occurrences.ts';
import { isAnswer } from './responses.ts';
import { calendarDate, originalStart } from './row-dates.ts';
import { excludedDates, ROW_TEXTS, responseEdit } from './row-edits.ts';
import { occurrenceRows, type RowKey, type RowState, type RowStates } from './rows.ts';

/** The rows of a meeting in an invitee's calendar. */
export interface InvitationRows {
  /** What both sides agreed on, as Liferay shows it. */
  readonly event: CalendarEvent;
  /** The rows as they were then, and as they are. */
  readonly before: RowStates;
  readonly now: RowStates;
  /** Rows that are children of the organiser's rows. */
  readonly children: ReadonlySet<RowKey>;
  /** The dates that the organiser's own row leaves out; null: not known, or there was no need to ask. */
  readonly organisers: readonly DateText[] | null;
  /** An IANA name. */
  readonly calendarZone: ZoneName;
}

/** The agreed event with what the owner of the calendar answered since. */
export function readInvitation(rows: InvitationRows): CalendarEvent {
  const { event, before, now } = rows;
  if (event.ownResponse === 'none') return event;
  const ownResponse = answerOf(before.get('series'), now.get('series')) ?? event.ownResponse;
  const exceptions: Record<DateText, Exceptions[DateText]> = { ...event.exceptions };
  for (const date of leftOut(rows)) if (!isOrganisers(rows, date)) exceptions[date] = 'deleted';
  for (const date of occurrenceRows(before).keys()) {
    const key: RowKey = `occurrence:${date}`;
    if (!now.has(key) && !rows.children.has(key)) exceptions[date] = 'deleted';
  }
  for (const [date, row] of occurrenceRows(now)) {
    const was = event.exceptions[date] ?? regularOccurrence(event, date);
    const answer = occurrenceAnswer(rows, date, row);
    if (was !== null && was !== 'deleted' && answer !== undefined) {
      exceptions[date] = { ...was, ownResponse: answer };
    }
  }
  return normaliseExceptions({ ...event, ownResponse, exceptions });
}

/** Original starts of the occurrences that the child leaves out since the agreement and that no row stands for. */
export function leftOut({ event, before, now, calendarZone }: InvitationRows): readonly DateText[] {
  const [was, is] = [before.get('series'), now.get('series')];
  if (was === undefined || is === undefined) return [];
  const known = excludedDates(was);
  return excludedDates(is).flatMap((each) => {
    const date = known.includes(each) ? null : originalStart(event, calendarZone, each);
    if (date === null || now.has(`occurrence:${date}`)) return [];
    return event.exceptions[date] === 'deleted' ? [] : [date];
  });
}

/** Whoever leaves out an occurrence of the organiser's row leaves it out of all children with it. */
function isOrganisers({ event, organisers, calendarZone }: InvitationRows, date: DateText): boolean {
  return organisers === null || organisers.includes(calendarDate(event, calendarZone, date));
}

/** Liferay never accepts or declines for the owner of a row that stands already, whatever else it does to its status. */
function answerOf(before: RowState | undefined, now: RowState | undefined): Response | undefined {
  const response = now?.response;
  const isGiven = before !== undefined && response !== undefined && before.response !== response;
  return isGiven && isAnswer(response) ? response : undefined;
}

function occurrenceAnswer(rows: InvitationRows, date: DateText, row: RowState): Response | undefined {
  const { event, before, now, children } = rows;
  const key: RowKey = `occurrence:${date}`;
  const was = before.get(key);
  if (children.has(key)) return answerOf(was, row);
  if (was !== undefined) return responseEdit(event, was, row).ownResponse;
  const { response } = row;
  if (response === undefined || !isAnswer(response)) return undefined;
  return response !== 'accepted' || isAsTaken(rows, now.get('series'), date, row) ? response : undefined;
}

/** Liferay approves a row that is taken out of its series in order to edit it; one that was answered is as it was. */
function isAsTaken(
  { event, calendarZone }: InvitationRows,
  series: RowState | undefined,
  date: DateText,
  row: RowState,
): boolean {
  if (series === undefined) return false;
  const there = calendarDate(event, calendarZone, date);
  const regular = regularOccurrence(series.event, there);
  if (regular === null || !sameInstants(regular.time, row.event.time)) return false;
  return ROW_TEXTS.every((field) => regular[field] === row.event[field]);
}

/** Dates in the calendar's zone that the child has to leave out, and does not. `dates`: original starts. */
export function toLeaveOut(
  event: CalendarEvent,
  child: RowState,
  dates: Iterable<DateText>,
  calendarZone: ZoneName,
): readonly DateText[] {
  const left = excludedDates(child);
  const there = [...dates].map((date) => calendarDate(event, calendarZone, date));
  return there.filter((date) => !left.includes(date) && isSlot(child.event, date));
}
