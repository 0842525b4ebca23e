/** Single occurrences of a series: removing one, changing one (`CalendarBookingLocalServiceImpl`). */
import { Temporal } from 'temporal-polyfill';
import { mergeTranslations } from '../localised-text.ts';
import { nullPointer } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import type { Booking } from '../portal-rows.ts';
import { isMaster } from '../portal-rows.ts';
import { indexOfInstance, occurrenceAt, seriesZone } from '../recurrence-expansion.ts';
import type { Recurrence } from '../recurrence-text.ts';
import { parseRecurrence, serializeRecurrence } from '../recurrence-text.ts';
import type { ServiceContext } from './service-context.ts';
import { freshServiceContext, sendNotification } from './service-context.ts';
import type { BookingFields } from './writes.ts';
import { addBooking, deleteBooking, invitedCalendarIds, updateBooking } from './writes.ts';

function notifyInvitees(
  portal: Portal,
  booking: Booking,
  kind: 'movedToTrash' | 'instanceDeleted' | 'update',
  context: ServiceContext,
): void {
  if (portal.switches.generation === '6.2') return;
  for (const child of portal.model.bookingsByParent(booking.calendarBookingId))
    if (child.calendarBookingId !== booking.calendarBookingId) sendNotification(portal, child, kind, context);
}

/** `_updateChildCalendarBookings(calendarBooking, modifiedDate, recurrence)`: a master hands its rule to the children. */
function storeRecurrence(portal: Portal, booking: Booking, recurrence: string): void {
  const isSixTwo = portal.switches.generation === '6.2';
  // 6.2 leaves an invitee's row as it is (LPS-44628).
  const own = isSixTwo ? [] : [booking];
  const rows = isMaster(booking) ? portal.model.bookingsByParent(booking.calendarBookingId) : own;
  for (const row of rows) {
    const touched = portal.switches.instanceDeletionTouchesModifiedDate;
    const modifiedDate = touched ? portal.clock.now() : row.modifiedDate;
    portal.model.putBooking({ ...row, recurrence, modifiedDate });
  }
}

function deleteWhole(portal: Portal, booking: Booking, context: ServiceContext): void {
  notifyInvitees(portal, booking, 'movedToTrash', context);
  deleteBooking(portal, booking);
}

/** The time at which an `instanceIndex` stands; past the end Liferay runs into a null object. */
export function startOfInstance(portal: Portal, booking: Booking, instanceIndex: number): number {
  const occurrence = occurrenceAt(portal.model, booking, instanceIndex);
  if (!occurrence) throw nullPointer();
  return occurrence.startTime;
}

function localDate(portal: Portal, booking: Booking, startTime: number): Temporal.PlainDate {
  const zone = seriesZone(portal.model, booking);
  return Temporal.Instant.fromEpochMilliseconds(startTime).toZonedDateTimeISO(zone).toPlainDate();
}

/**
 * `deleteCalendarBookingInstance`: an EXDATE, or UNTIL the day before for all following ones. The booking itself goes
 * when its last occurrence, or all from the first one on, are deleted. It always mails: the context is a fresh one.
 */
export function deleteInstance(
  portal: Portal,
  userId: number,
  booking: Booking,
  startTime: number,
  allFollowing: boolean,
  deleteLaterRows: boolean,
): void {
  const { model } = portal;
  const context = freshServiceContext(userId);
  if (allFollowing && deleteLaterRows)
    for (const row of model.bookingsBySeries(booking.recurringCalendarBookingId))
      if (row.startTime > startTime) deleteBooking(portal, row);
  const isFirst = allFollowing && startTime === booking.startTime;
  const goesWhole = portal.switches.generation !== '6.2';
  const isLast = goesWhole && !allFollowing && occurrenceAt(model, booking, 1) === null;
  if (isFirst || isLast) {
    deleteWhole(portal, booking, context);
    return;
  }
  const recurrence = parseRecurrence(booking.recurrence, seriesZone(model, booking));
  if (!recurrence) throw nullPointer();
  const date = localDate(portal, booking, startTime);
  const ending = date.subtract({ days: 1 }).toString().replaceAll('-', '');
  const changed: Recurrence = allFollowing
    ? { ...recurrence, count: 0, until: ending }
    : {
        ...recurrence,
        exceptionDates: [...recurrence.exceptionDates, date.toString().replaceAll('-', '')],
      };
  const next = indexOfInstance(model, booking, startTime) + 1;
  const hasMore = allFollowing && occurrenceAt(model, booking, next) !== null;
  storeRecurrence(portal, booking, serializeRecurrence(changed));
  notifyInvitees(portal, booking, hasMore ? 'update' : 'instanceDeleted', context);
}

/** The rule of the new row: none for a single occurrence, else what remains of the series. */
function recurrenceOfNewRow(
  portal: Portal,
  booking: Booking,
  fields: BookingFields,
  instanceIndex: number,
  allFollowing: boolean,
): string {
  if (!allFollowing) return '';
  const zone = portal.model.calendar(fields.calendarId).zone;
  const recurrence = parseRecurrence(fields.recurrence, zone);
  if (!recurrence) return fields.recurrence;
  if (fields.recurrence !== booking.recurrence)
    return serializeRecurrence({ ...recurrence, exceptionDates: [] });
  if (recurrence.count === 0) return fields.recurrence;
  return serializeRecurrence({ ...recurrence, count: recurrence.count - instanceIndex });
}

/**
 * `updateCalendarBookingInstance`: the occurrence is deleted and a new row added, a master of its own that only
 * `recurringCalendarBookingId` ties to the series. Its original date is kept nowhere.
 */
export function updateInstance(
  portal: Portal,
  userId: number,
  bookingId: number,
  instanceIndex: number,
  fields: BookingFields,
  childCalendarIds: readonly number[] | null,
  allFollowing: boolean,
  context: ServiceContext,
): Booking {
  const booking = portal.model.booking(bookingId);
  const invitees = childCalendarIds ?? invitedCalendarIds(portal, booking, fields.calendarId);
  if (!fields.titles || !fields.descriptions) throw nullPointer();
  const startTime = startOfInstance(portal, booking, instanceIndex);
  deleteInstance(portal, userId, booking, startTime, allFollowing, false);
  const added = {
    ...fields,
    titles: mergeTranslations(booking.titles, fields.titles),
    descriptions: mergeTranslations(booking.descriptions, fields.descriptions),
    recurrence: recurrenceOfNewRow(portal, booking, fields, instanceIndex, allFollowing),
    childCalendarIds: invitees,
    parentCalendarBookingId: 0,
    recurringCalendarBookingId: booking.recurringCalendarBookingId,
  };
  return addBooking(portal, userId, added, context);
}

const DAY_MS = 86_400_000;

/** `JCalendarUtil.convertTimeToNewDay`: the time of day of `time` on the UTC day of `newDay`. */
function onDayOf(time: number, newDay: number): number {
  return newDay - (newDay % DAY_MS) + (time % DAY_MS);
}

/** `updateRecurringCalendarBooking`: every row of the series gets the texts and the time of day. */
export function updateSeries(
  portal: Portal,
  bookingId: number,
  fields: BookingFields,
  childCalendarIds: readonly number[],
  context: ServiceContext,
): Booking {
  const booking = portal.model.booking(bookingId);
  for (const row of portal.model.bookingsBySeries(booking.recurringCalendarBookingId)) {
    const moved = {
      ...fields,
      recurrence: row.recurrence,
      startTime: onDayOf(fields.startTime, row.startTime),
      endTime: onDayOf(fields.endTime, row.endTime),
    };
    updateBooking(portal, row.calendarBookingId, moved, childCalendarIds, context);
  }
  return booking;
}
