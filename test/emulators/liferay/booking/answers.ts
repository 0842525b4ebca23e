/** Answers to invitations and the Recycle Bin: what moves a booking from one status to another. */
import { PortalException } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import type { Booking } from '../portal-rows.ts';
import { isMaster, isSeriesRow, STATUS } from '../portal-rows.ts';
import { indexOfInstance, seriesZone } from '../recurrence-expansion.ts';
import { parseRecurrence, serializeRecurrence } from '../recurrence-text.ts';
import { deleteInstance } from './instances.ts';
import type { ServiceContext } from './service-context.ts';
import { freshServiceContext } from './service-context.ts';
import { startWorkflow, transitionStatus, updateStatus } from './status.ts';
import { addBooking, invitedCalendarIds } from './writes.ts';

function isStandAlone(portal: Portal, booking: Booking): boolean {
  return isMaster(booking) && portal.model.bookingsByParent(booking.calendarBookingId).length === 1;
}

/** The rest of the rule from `startTime` on, for an answer to this and all following occurrences. */
function followingRecurrence(portal: Portal, booking: Booking, startTime: number): string {
  const recurrence = parseRecurrence(booking.recurrence, seriesZone(portal.model, booking));
  if (!recurrence) return '';
  const passed = indexOfInstance(portal.model, booking, startTime);
  const count = recurrence.count > 0 ? recurrence.count - passed : 0;
  return serializeRecurrence({ ...recurrence, count });
}

/** An answer to one occurrence detaches it: a new row without organiser, of the answering calendar (LPS-62457). */
function answerInstance(
  portal: Portal,
  userId: number,
  booking: Booking,
  startTime: number,
  status: number,
  allFollowing: boolean,
  context: ServiceContext,
): Booking {
  const invitees = invitedCalendarIds(portal, booking, booking.calendarId);
  if (allFollowing)
    for (const row of portal.model.bookingsBySeries(booking.recurringCalendarBookingId))
      if (row.startTime > startTime) updateStatus(portal, userId, row.calendarBookingId, status, context);
  const recurrence = allFollowing ? followingRecurrence(portal, booking, startTime) : '';
  deleteInstance(portal, userId, booking, startTime, allFollowing, false);
  const added = addBooking(
    portal,
    userId,
    {
      ...booking,
      startTime,
      endTime: startTime + booking.endTime - booking.startTime,
      recurrence,
      childCalendarIds: invitees,
      parentCalendarBookingId: 0,
    },
    context,
  );
  return updateStatus(portal, userId, added.calendarBookingId, status, context);
}

/** `invokeTransition`. Without `instance` every row of the same series in that calendar takes the status. */
export function invokeTransition(
  portal: Portal,
  userId: number,
  booking: Booking,
  startTime: number,
  status: number,
  instance: boolean,
  allFollowing: boolean,
  context: ServiceContext,
): Booking {
  if (status === STATUS.pending && isStandAlone(portal, booking)) {
    const answer = portal.switches.statusPendingOnStandAlone;
    if (answer === 'ignored') return booking;
    if (answer === 'rejected')
      throw new PortalException(
        'com.liferay.portal.kernel.workflow.WorkflowException',
        'Unable to move an unattached booking to pending',
      );
  }
  if (instance) return answerInstance(portal, userId, booking, startTime, status, allFollowing, context);
  for (const row of portal.model.bookingsBySeries(booking.recurringCalendarBookingId))
    transitionStatus(portal, userId, row.calendarBookingId, status, context);
  return portal.model.booking(booking.calendarBookingId);
}

const TRASH = 'com.liferay.trash.exception.';

/** `moveCalendarBookingToTrash`: every row of the series; an invitee's row comes back unchanged. */
export function moveToTrash(portal: Portal, userId: number, booking: Booking): Booking {
  if (booking.status === STATUS.inTrash)
    throw new PortalException(`${TRASH}TrashEntryException`, `${TRASH}TrashEntryException`);
  if (!isMaster(booking)) return booking;
  const context = freshServiceContext(userId);
  for (const row of portal.model.bookingsBySeries(booking.recurringCalendarBookingId))
    updateStatus(portal, userId, row.calendarBookingId, STATUS.inTrash, context);
  return portal.model.booking(booking.calendarBookingId);
}

/** `restoreCalendarBookingFromTrash`: by the entry of the series' row; children come back as PENDING. */
export function restoreFromTrash(portal: Portal, userId: number, booking: Booking): Booking {
  const { model } = portal;
  if (booking.status !== STATUS.inTrash)
    throw new PortalException(`${TRASH}RestoreEntryException`, `${TRASH}RestoreEntryException`);
  if (!isMaster(booking)) return booking;
  const status = model.trashEntries.get(booking.calendarBookingId);
  if (status === undefined)
    throw new PortalException(`${TRASH}NoSuchEntryException`, 'No TrashEntry exists for the booking', 404);
  const context = freshServiceContext(userId);
  updateStatus(portal, userId, booking.calendarBookingId, status, context);
  if (portal.switches.restoreApproves) startWorkflow(portal, booking.calendarBookingId, context);
  if (isSeriesRow(booking))
    for (const row of model.bookingsBySeries(booking.calendarBookingId))
      if (row.calendarBookingId !== booking.calendarBookingId)
        updateStatus(portal, userId, row.calendarBookingId, status, context);
  return model.booking(booking.calendarBookingId);
}
