/**
 * Who is invited to an event, as a set of addresses. Exchange is right in it, and in what attendees responded; what
 * Liferay's people change of it is a difference: so nobody is lost whom Liferay does not know.
 */
import type { Attendee, CalendarEvent, Exceptions } from './event.ts';
import { byCodePoint } from './text.ts';

/** What Liferay's people did to the invitees of a booking since both sides agreed. Addresses are in lower case. */
export interface InviteeEdits {
  readonly added: readonly Attendee[];
  readonly removed: readonly string[];
  /** All who are invited there now, as far as they have an address. */
  readonly invited: readonly string[];
}

export const NOBODY: InviteeEdits = { added: [], removed: [], invited: [] };

type Attended = Pick<CalendarEvent, 'attendees'>;

export function addressesOf({ attendees }: Attended): ReadonlySet<string> {
  return new Set(attendees.map(({ address }) => address));
}

/** Whether the same people are invited, whatever they responded. */
export function sameAttendees(a: Attended, b: Attended): boolean {
  const others = addressesOf(b);
  return a.attendees.length === b.attendees.length && [...addressesOf(a)].every((each) => others.has(each));
}

/** Those of `a` who are not invited to `b`. */
export function missingIn(a: Attended, b: Attended): readonly Attendee[] {
  const others = addressesOf(b);
  return a.attendees.filter(({ address }) => !others.has(address));
}

/** The event with what was done to its invitees. Whoever invites somebody to an appointment makes it their meeting. */
export function withInvitees(event: CalendarEvent, { added, removed }: InviteeEdits): CalendarEvent {
  const left = event.attendees.filter(({ address }) => !removed.includes(address));
  const known = addressesOf({ attendees: left });
  const joined = added.filter(({ address }) => !known.has(address));
  const attendees = [...left, ...joined].sort((a, b) => byCodePoint(a.address, b.address));
  if (joined.length === 0) return { ...event, attendees };
  return {
    ...event,
    attendees,
    meeting: true,
    ownResponse: 'organizer',
    exceptions: organised(event.exceptions),
  };
}

function organised(exceptions: Exceptions): Exceptions {
  const entries = Object.entries(exceptions).map(
    ([date, is]) => [date, is === 'deleted' ? is : { ...is, ownResponse: 'organizer' as const }] as const,
  );
  return Object.fromEntries(entries);
}
