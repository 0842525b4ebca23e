/** What `ServiceContext` carries into a booking service, and the mails that depend on it. */
import type { Portal } from '../portal-model.ts';
import type { Booking, Mail } from '../portal-rows.ts';
import { isMaster } from '../portal-rows.ts';

export interface ServiceContext {
  readonly userId: number;
  /** 1: publish, 2: save as draft (`WorkflowConstants.ACTION_…`). */
  readonly workflowAction: number;
  readonly vEventUid: string | null;
  /** The `uuid` of the row that is made next; `getUuid()` forgets it. */
  uuid: string | null;
  /** `ParamUtil.getBoolean(serviceContext, "sendNotification", true)`; the handling of children sets it to true. */
  sendNotification: boolean;
}

/** `new ServiceContext()` with a user: nothing that the caller asked for survives in it. */
export function freshServiceContext(userId: number): ServiceContext {
  return { userId, workflowAction: 1, vEventUid: null, uuid: null, sendNotification: true };
}

/** `_sendNotification`: to the row's owner and the calendar's owner, never to the sender; a decline to the sender. */
export function sendNotification(
  portal: Portal,
  booking: Booking,
  kind: Mail['kind'],
  context: ServiceContext,
): void {
  if (!context.sendNotification) return;
  const { model } = portal;
  const owner = model.resources.get(booking.calendarResourceId)?.userId;
  const recipients = new Set<number>();
  if (kind === 'decline') recipients.add(context.userId);
  else {
    if (isMaster(booking)) recipients.add(booking.userId);
    if (owner !== undefined) recipients.add(owner);
    recipients.delete(context.userId);
  }
  for (const userId of recipients) {
    const user = model.users.get(userId);
    if (user)
      model.mails.push({
        kind,
        to: user.emailAddress,
        bookingId: booking.calendarBookingId,
        sentAt: portal.clock.now(),
      });
  }
}
