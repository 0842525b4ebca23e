/** Bookings by id, batched. */
import * as v from 'valibot';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { PortalInvitee, PortalRead } from '../portal-calendar.port.ts';
import { eachInBatch } from './bisect.ts';
import { readBooking } from './booking.normalizer.ts';
import { type BookingRow, bookingRow, INTEGER, LONG, must, statusOf, versionOf } from './booking-row.ts';
import { listed, searchCalendars } from './calendar-lists.ts';
import { checkCalendarServices, READ_ITEM, READ_SERVICE, type Session } from './portal-session.ts';

const MAX_BOOKINGS = 50;

type Fetched =
  | { readonly kind: 'row'; readonly row: BookingRow; readonly invitees: readonly PortalInvitee[] }
  | Extract<PortalRead, { kind: 'gone' | 'failed' }>;

/** One outcome for each id, in order. */
export async function readBookings(
  session: Session,
  ids: readonly string[],
  zones: ReadonlyMap<string, string>,
): Promise<readonly PortalRead[]> {
  const reads: PortalRead[] = [];
  for (let from = 0; from < ids.length; from += MAX_BOOKINGS) {
    const fetched = await fetchRows(session, ids.slice(from, from + MAX_BOOKINGS));
    const blanked = await blankedCalendars(session, fetched);
    reads.push(
      ...fetched.map((one) => {
        if (one.kind !== 'row') return one;
        const { row, invitees } = one;
        if (isBlank(row) && blanked.has(row.calendarId)) return withheld(row);
        return readBooking(row, zones.get(row.calendarId) ?? null, invitees);
      }),
    );
  }
  return reads;
}

function fetchRows(session: Session, ids: readonly string[]): Promise<readonly Fetched[]> {
  return eachInBatch<string, Fetched>(ids, {
    attempt: async (batch) => {
      const { values } = await session.invokeAsUs(
        batch.flatMap((id) => [
          session.command('calendarbooking', 'fetch-calendar-booking', { calendarBookingId: id }),
          session.command('calendarbooking', 'get-child-calendar-bookings', { parentCalendarBookingId: id }, [
            'calendarBookingId',
            'calendarId',
            'status',
          ]),
        ]),
        READ_ITEM,
      );
      return batch.map((id, index) => fetchedRow(id, values[2 * index], values[2 * index + 1]));
    },
    checkPortal: () => checkCalendarServices(session),
    failed: (id, reason) => ({ kind: 'failed', id, version: null, failure: reason }),
  });
}

function fetchedRow(id: string, value: unknown, children: unknown): Fetched {
  const unreadable = (detail: string): Fetched => ({
    kind: 'failed',
    id,
    version: null,
    failure: failure('itemUnreadable', detail),
  });
  try {
    const row = bookingRow(value);
    if (row === null) return { kind: 'gone', id };
    return row.calendarBookingId === id
      ? { kind: 'row', row, invitees: inviteesOf(id, children) }
      : unreadable(`Booking ${row.calendarBookingId} came for ${id}`);
  } catch (error) {
    if (error instanceof RemoteFailure) return unreadable(error.failure.detail);
    throw error;
  }
}

/** The children of a booking include its own row; a row that is nobody's parent has none. */
const CHILDREN = v.array(v.object({ calendarBookingId: LONG, calendarId: LONG, status: INTEGER }));

function inviteesOf(id: string, children: unknown): readonly PortalInvitee[] {
  return must(CHILDREN, children, 'a list of invited bookings')
    .filter((row) => row.calendarBookingId !== id)
    .map((row) => ({ id: row.calendarBookingId, calendarId: row.calendarId, status: statusOf(row) }));
}

/**
 * Calendars of blank rows that we may not read in detail: there Liferay blanks title, description and location of
 * every row, all three (CalendarBookingServiceImpl._filterCalendarBooking), which is not somebody's edit.
 */
async function blankedCalendars(session: Session, fetched: readonly Fetched[]): Promise<ReadonlySet<string>> {
  const blank = fetched.flatMap((one) => (one.kind === 'row' && isBlank(one.row) ? [one.row] : []));
  if (blank.length === 0) return new Set();
  const { companyId } = await session.user();
  const { values } = await session.invokeAsUs(
    [searchCalendars(session, companyId, 'VIEW_BOOKING_DETAILS', resourcesOf(blank))],
    READ_SERVICE,
  );
  const readable = new Set(listed(values[0]).map(({ calendarId }) => calendarId));
  return new Set(blank.map(({ calendarId }) => calendarId).filter((id) => !readable.has(id)));
}

function resourcesOf(rows: readonly BookingRow[]): readonly string[] | null {
  const ids = rows.flatMap(({ calendarResourceId }) => calendarResourceId ?? []);
  return ids.length === rows.length ? [...new Set(ids)] : null;
}

function isBlank(row: BookingRow): boolean {
  return row.title === '' && row.description === '' && row.location === '';
}

function withheld(row: BookingRow): PortalRead {
  return {
    kind: 'failed',
    id: row.calendarBookingId,
    version: versionOf(row),
    failure: failure('portalAccessLost', `VIEW_BOOKING_DETAILS is missing on calendar ${row.calendarId}`),
  };
}
