/** The status of a row in Liferay as the response of the person whose calendar it is in, and back. */
import type { CalendarEvent, Response } from '#core/event.ts';
import type { BookingStatus, InvitationStatus } from '#liferay/portal-calendar.port.ts';

const RESPONSES: Partial<Record<BookingStatus, Response>> = {
  approved: 'accepted',
  maybe: 'tentative',
  denied: 'declined',
  pending: 'pending',
};

/** Undefined for statuses on the way to another, which say nothing. */
export function responseOf(status: BookingStatus): Response | undefined {
  return RESPONSES[status];
}

/** The status that a row of this event shall have; null where it is nobody's invitation and any status will do. */
export function statusFor({ ownResponse }: Pick<CalendarEvent, 'ownResponse'>): InvitationStatus | null {
  switch (ownResponse) {
    case 'accepted':
      return 'approved';
    case 'tentative':
      return 'maybe';
    case 'declined':
      return 'denied';
    case 'pending':
      return 'pending';
    default:
      return null;
  }
}

/** Whether a row has to be told its status. A new one may still be on its way to `approved`. */
export function hasStatus(status: BookingStatus, wanted: InvitationStatus | null): boolean {
  return wanted === null || status === wanted || (status === 'draft' && wanted === 'approved');
}
