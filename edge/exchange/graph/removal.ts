/**
 * Taking an event or an occurrence away: DELETE moves it to Deleted Items. A meeting of one's own is cancelled, which does
 * the same and tells those who are invited (Microsoft Learn, "event: cancel"). Whether an attendee who deletes their copy
 * declines is nowhere documented: in silence it is declined, which moves it there too.
 */
import type { InvitationIntent } from '../mailbox-calendar.port.ts';
import { type EventAnswer, tagOf } from './answers.ts';
import type { SubRequest } from './batch.ts';
import type { GraphConversation } from './conversation.ts';
import { isMeeting, isOrganizers } from './event-reader.ts';
import { isTold, refuseUnwantedMail } from './mail.ts';

/** The request that takes `target` away; it is told to others if `meeting` (it, or its series) is. */
export function removalOf(
  conversation: GraphConversation,
  target: EventAnswer,
  meeting: EventAnswer,
  invitations: InvitationIntent,
): SubRequest {
  const path = conversation.event(target.id);
  const told = isTold(target) || isTold(meeting);
  refuseUnwantedMail(invitations, told);
  if (told && target.isCancelled !== true) return { method: 'POST', path: `${path}/cancel`, body: {} };
  const isAttendees = isMeeting(target) && !isOrganizers(target) && target.isCancelled !== true;
  if (isAttendees && invitations === 'none') {
    return { method: 'POST', path: `${path}/decline`, body: { sendResponse: false } };
  }
  return { method: 'DELETE', path, headers: { 'If-Match': tagOf(target) } };
}
