/** What all writes of rows have in common: how a row is asked for, and what an answer or a failure means for it. */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { REASONS } from '#shared/reasons.ts';
import type { PortalInvitee, PortalWrite } from '../portal-calendar.port.ts';
import { readBooking } from './booking.normalizer.ts';
import { type BookingRow, bookingRow } from './booking-row.ts';
import { READ_ITEM, type Session } from './portal-session.ts';

export const NO_MAIL = { sendNotification: 'false' } as const;

export function getBooking(session: Session, id: string) {
  return session.command('calendarbooking', 'get-calendar-booking', { calendarBookingId: id });
}

/** By the identity that is expected, so that `{}` is evidence of absence. */
export async function fetchRow(session: Session, id: string): Promise<BookingRow | null> {
  const fetch = session.command('calendarbooking', 'fetch-calendar-booking', { calendarBookingId: id });
  const { values } = await session.invokeAsUs([fetch], READ_ITEM);
  return bookingRow(values[0]);
}

/** The row that a write answered with; null stands for any id (the write made the row) or calendar. */
export function written(value: unknown, id: string | null, calendarId: string | null): BookingRow {
  const row = bookingRow(value);
  const isIt = row !== null && (id ?? row.calendarBookingId) === row.calendarBookingId;
  if (!isIt || (calendarId ?? row.calendarId) !== row.calendarId) {
    throw new RemoteFailure(failure('badAnswer', 'The write was answered with another booking'));
  }
  return row;
}

/** `before` that the port cannot express was not what the plan saw: the plan is made anew from what stands there. */
export function writtenOver(
  before: BookingRow,
  after: BookingRow,
  zone: string,
  invitees: readonly PortalInvitee[],
): PortalWrite {
  const was = readBooking(before, zone, invitees);
  const is = readBooking(after, zone, invitees);
  if (is.kind === 'failed') return { kind: 'failed', failure: is.failure };
  return was.kind === 'booking'
    ? { kind: 'written', booking: is.booking, before: was.booking }
    : { kind: 'failed', failure: failure('changedMeanwhile', was.failure.detail) };
}

/** Failures of this one booking become data; those of the portal reject, since the next write would meet them too. */
export async function itemFailures<Outcome extends { readonly kind: string }>(
  write: () => Promise<Outcome | { readonly kind: 'failed'; readonly failure: Failure }>,
): Promise<Outcome | { readonly kind: 'failed'; readonly failure: Failure }> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof RemoteFailure) || isServers(error.failure)) throw error;
    return { kind: 'failed', failure: error.failure };
  }
}

export function isServers({ reason }: Failure): boolean {
  return REASONS[reason].scope === 'server';
}
