/** What people do about meetings, and how often: weights. `outlook` and `row`, Liferay's, say where it is done. */
import type { Random } from '../shapes.ts';

const WEIGHTS = {
  'outlook:organise': 16,
  'outlook:organiseAllDay': 4,
  'outlook:organiseSeries': 10,
  'outlook:rename': 7,
  /** A subject that begins like that of a cancelled meeting. */
  'outlook:renameAsCancelled': 2,
  'outlook:changePlace': 3,
  'outlook:moveTime': 6,
  'outlook:moveSeriesTime': 3,
  'outlook:renameOccurrence': 4,
  'outlook:moveOccurrence': 4,
  'outlook:cancelOccurrence': 3,
  'outlook:addAttendee': 4,
  'outlook:removeAttendee': 3,
  'outlook:cancel': 4,
  'outlook:respond': 12,
  'outlook:respondToOccurrence': 5,
  /** The response of somebody whose mailbox is elsewhere arrives. */
  'outlook:outsiderResponds': 3,
  /** An invitation is deleted, and the organiser told. */
  'outlook:declineByDeletion': 2,
  /** An invitation is deleted, and nobody told. */
  'outlook:dropInvitation': 2,
  'outlook:clearCancelled': 2,
  /** A write that changes nothing but the change key. */
  'outlook:touch': 2,
  'row:respond': 18,
  'row:respondToOccurrence': 7,
  'row:deleteInvitation': 4,
  /** By an attendee a no to this one, by the organiser its end. */
  'row:deleteOccurrence': 5,
  /** By the organiser it travels; by others in vain: Liferay approves the row, and all of it is put back. */
  'row:rename': 10,
  'row:moveTime': 6,
  /** By organisers alone. */
  'row:changePlace': 4,
  'row:moveSeriesTime': 3,
  'row:renameOccurrence': 3,
  'row:moveOccurrence': 3,
  'row:deleteOwn': 3,
  /** Days pass, until some meetings are over. */
  'time:pass': 3,
} as const satisfies Record<string, number>;

/** Of bookings that are made in Liferay: others are invited to them, or they have a room. */
const WEIGHTS_OF_BOOKINGS = {
  'row:organise': 9,
  'row:organiseSeries': 6,
  'row:invite': 4,
  'row:uninvite': 3,
  /** Directly in the calendar of a room. */
  'room:book': 6,
  'room:move': 2,
  'room:delete': 1,
} as const satisfies Record<string, number>;

export type MeetingKind = keyof typeof WEIGHTS | keyof typeof WEIGHTS_OF_BOOKINGS;

export const MEETING_KINDS = Object.keys(WEIGHTS) as readonly MeetingKind[];
export const BOOKING_KINDS = Object.keys(WEIGHTS_OF_BOOKINGS) as readonly MeetingKind[];

export const ORGANISING: readonly MeetingKind[] = [
  'outlook:organise',
  'outlook:organiseAllDay',
  'outlook:organiseSeries',
];
export const TAKING_PART: readonly MeetingKind[] = [
  'outlook:respond',
  'outlook:respondToOccurrence',
  'outlook:declineByDeletion',
  'outlook:dropInvitation',
  'outlook:clearCancelled',
  'outlook:touch',
];

export type RoomKind = Extract<MeetingKind, `room:${string}`>;

export function isAtRoom(kind: MeetingKind): kind is RoomKind {
  return kind.startsWith('room:');
}

/** What somebody does next. `hasBookings`: others are invited in Liferay too. */
export function drawMeetingKind(random: Random, hasBookings: boolean): MeetingKind {
  const weights = hasBookings ? { ...WEIGHTS, ...WEIGHTS_OF_BOOKINGS } : WEIGHTS;
  const entries = Object.entries(weights) as [MeetingKind, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [kind, weight] of entries) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'outlook:organise';
}
