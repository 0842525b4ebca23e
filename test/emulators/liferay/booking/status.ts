/** Statuses of bookings: `CalendarBookingLocalServiceImpl.updateStatus` and the workflow that approves rows. */
import type { Portal } from '../portal-model.ts';
import type { Booking, Mail } from '../portal-rows.ts';
import { isMaster, isSeriesRow, STATUS } from '../portal-rows.ts';
import type { ServiceContext } from './service-context.ts';
import { sendNotification } from './service-context.ts';

/** 6.2 has the cascade of the Recycle Bin alone. */
function newPluginChildStatus(parentStatus: number, oldParentStatus: number, childStatus: number): number {
  if (parentStatus === STATUS.inTrash) return STATUS.inTrash;
  return oldParentStatus === STATUS.inTrash ? STATUS.pending : childStatus;
}

function newChildStatus(parentStatus: number, oldParentStatus: number, childStatus: number): number {
  if (parentStatus === STATUS.inTrash) return STATUS.inTrash;
  if (oldParentStatus === STATUS.inTrash) return STATUS.pending;
  if (parentStatus === STATUS.denied || parentStatus === STATUS.maybe) return childStatus;
  if (parentStatus !== STATUS.approved) return STATUS.masterPending;
  return childStatus === STATUS.masterPending ? STATUS.pending : childStatus;
}

function notifyChildren(portal: Portal, booking: Booking, before: Booking, context: ServiceContext): void {
  let kind: Mail['kind'] = booking.createDate === before.modifiedDate ? 'invite' : 'update';
  for (const child of portal.model.bookingsByParent(booking.calendarBookingId)) {
    if (child.calendarBookingId === booking.calendarBookingId) continue;
    if (child.createDate === booking.modifiedDate || child.createDate === before.modifiedDate)
      kind = 'invite';
    if (child.status === STATUS.denied) kind = 'decline';
    if (booking.status === STATUS.approved) sendNotification(portal, child, kind, context);
    else if (before.status === STATUS.approved && booking.status === STATUS.inTrash)
      sendNotification(portal, child, 'movedToTrash', context);
  }
}

/** Sets the status, lets it cascade to the children, keeps the trash entry, mails the invitees. */
export function updateStatus(
  portal: Portal,
  userId: number,
  bookingId: number,
  status: number,
  context: ServiceContext,
): Booking {
  const { model } = portal;
  const before = model.booking(bookingId);
  const now = portal.clock.now();
  const isSixTwo = portal.switches.approval === 'resourceUser';
  const childStatusOf = isSixTwo ? newPluginChildStatus : newChildStatus;
  const stored = model.putBooking({
    ...before,
    status,
    statusByUserId: userId,
    statusDate: now,
    modifiedDate: now,
  });
  for (const child of model.bookingsByParent(bookingId)) {
    if (child.calendarBookingId === bookingId) continue;
    const childStatus = childStatusOf(status, before.status, child.status);
    if (childStatus === child.status) continue;
    updateStatus(portal, userId, child.calendarBookingId, childStatus, context);
    if (isSixTwo && status === STATUS.inTrash) sendNotification(portal, child, 'movedToTrash', context);
    else if (isSixTwo) sendNotification(portal, child, 'invite', context);
  }
  if (before.status === STATUS.inTrash) model.setTrashEntry(bookingId, null);
  if (status === STATUS.inTrash && isSeriesRow(stored))
    model.setTrashEntry(bookingId, isMaster(stored) ? before.status : STATUS.pending);
  if (isMaster(stored) && !isSixTwo) notifyChildren(portal, stored, before, context);
  return stored;
}

/** `isAutoApproveCalendarBooking`: the row's author is the user of the calendar's resource, and nobody declined it. */
function approvesItself(portal: Portal, userId: number, booking: Booking): boolean {
  const resource = portal.model.resources.get(booking.calendarResourceId);
  return booking.status !== STATUS.denied && userId === booking.userId && userId === resource?.userId;
}

/** `invokeTransition`, which in 6.2 approves a row of one's own that is to be PENDING. */
export function transitionStatus(
  portal: Portal,
  userId: number,
  bookingId: number,
  status: number,
  context: ServiceContext,
): Booking {
  const isApproved =
    portal.switches.approval === 'resourceUser' &&
    status === STATUS.pending &&
    approvesItself(portal, userId, portal.model.booking(bookingId));
  return updateStatus(portal, userId, bookingId, isApproved ? STATUS.approved : status, context);
}

/** `WorkflowHandlerRegistryUtil.startWorkflowInstance`: approves at once unless a definition holds the row. */
export function startWorkflow(portal: Portal, bookingId: number, context: ServiceContext): void {
  if (portal.switches.approval === 'resourceUser') {
    transitionStatus(portal, portal.model.booking(bookingId).userId, bookingId, STATUS.pending, context);
    return;
  }
  if (context.workflowAction !== 1) return;
  const status = portal.switches.workflowDefinition ? STATUS.pending : STATUS.approved;
  updateStatus(portal, context.userId, bookingId, status, context);
}
