/**
 * Who gets mail because of a write: everybody who is invited, always. Graph has no setting against it (Microsoft Learn,
 * "Create event": the server sends invitations to all attendees), so that a write which nobody shall be told of is refused
 * where it would be told.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { InvitationIntent } from '../mailbox-calendar.port.ts';
import type { EventAnswer } from './answers.ts';
import { invited, isOrganizers } from './event-reader.ts';

/** Whether a write to this event is told to others: what the owner of the mailbox organises, and has invited to. */
export function isTold(event: EventAnswer): boolean {
  return isOrganizers(event) && invited(event).length > 0;
}

/** Rejects with `mailNotSuppressible` a write that would be told to others although nobody shall be told. */
export function refuseUnwantedMail(invitations: InvitationIntent, told: boolean): void {
  if (invitations === 'all' || !told) return;
  throw new RemoteFailure(
    failure('mailNotSuppressible', 'Microsoft Graph mails the attendees of every change of a meeting.'),
  );
}
