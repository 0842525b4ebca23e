/** Reading bookings: what the caller is shown, what is blanked and what is silently left out (`CalendarBookingServiceImpl`). */

import { localisationXml } from '../localised-text.ts';
import type { PermissionChecker } from '../permissions.ts';
import type { Portal } from '../portal-model.ts';
import type { Booking } from '../portal-rows.ts';
import { STATUS } from '../portal-rows.ts';
import { expand } from '../recurrence-expansion.ts';

/** `service.xml` orders CalendarBooking by startTime, then title. */
export function inDefaultOrder(rows: readonly Booking[]): Booking[] {
  const title = (row: Booking): string => localisationXml(row.titles, 'Title');
  return rows.toSorted((a, b) => {
    if (a.startTime !== b.startTime) return a.startTime - b.startTime;
    const [left, right] = [title(a), title(b)];
    if (left !== right) return left < right ? -1 : 1;
    return a.calendarBookingId - b.calendarBookingId;
  });
}

/** `_filterCalendarBooking`: refuses without VIEW, blanks the texts without VIEW_BOOKING_DETAILS. */
export function visibleBooking(portal: Portal, caller: PermissionChecker, booking: Booking): Booking {
  const calendar = portal.model.calendar(booking.calendarId);
  // In 6.2 `filterCalendarBooking` blanks and refuses nothing.
  if (portal.switches.generation !== '6.2') caller.check(calendar, 'VIEW');
  if (caller.contains(calendar, 'VIEW_BOOKING_DETAILS')) return booking;
  return { ...booking, titles: {}, descriptions: {}, location: '' };
}

interface CalendarRights {
  readonly manage: boolean;
  readonly details: boolean;
  readonly view: boolean;
}

function rightsOn(portal: Portal, caller: PermissionChecker): (calendarId: number) => CalendarRights {
  const known = new Map<number, CalendarRights>();
  return (calendarId) => {
    const found = known.get(calendarId);
    if (found) return found;
    const calendar = portal.model.calendar(calendarId);
    const rights = {
      manage: caller.contains(calendar, 'MANAGE_BOOKINGS'),
      details: caller.contains(calendar, 'VIEW_BOOKING_DETAILS'),
      view: caller.contains(calendar, 'VIEW'),
    };
    known.set(calendarId, rights);
    return rights;
  };
}

/** `_filterCalendarBookings(…, VIEW)`: never refuses; rows are missing or blank instead. */
export function filteredBookings(
  portal: Portal,
  caller: PermissionChecker,
  rows: readonly Booking[],
): Booking[] {
  const rightsOf = rightsOn(portal, caller);
  return rows.flatMap((row) => {
    const rights = rightsOf(row.calendarId);
    if (row.status === STATUS.pending && !rights.manage) return [];
    if (rights.details) return [row];
    return rights.view ? [{ ...row, titles: {}, descriptions: {}, location: '' }] : [];
  });
}

export interface BookingSearch {
  readonly groupIds: readonly number[];
  readonly calendarIds: readonly number[];
  readonly calendarResourceIds: readonly number[];
  /** -1: any. */
  readonly parentCalendarBookingId: number;
  readonly matchesText: (row: Booking) => boolean;
  /** Epoch milliseconds; negative: no bound. */
  readonly startTime: number;
  readonly endTime: number;
  readonly recurring: boolean;
  readonly statuses: readonly number[];
  /** Positions of database rows, before expansion; -1: all. */
  readonly start: number;
  readonly end: number;
}

function touchesWindow(row: Booking, search: BookingSearch): boolean {
  const startsInTime = search.endTime < 0 || row.startTime <= search.endTime;
  const endsInTime = search.startTime < 0 || row.endTime >= search.startTime;
  return startsInTime && (endsInTime || (search.recurring && row.recurrence !== ''));
}

/** `CalendarBookingFinder` and, for a recurring search, the expansion of what it found. */
export function searchBookings(portal: Portal, search: BookingSearch): Booking[] {
  const { model } = portal;
  const isAmong = (list: readonly number[], value: number): boolean =>
    list.length === 0 || list.includes(value);
  const calendarIds = search.calendarIds.length > 0 ? search.calendarIds : [...model.calendars.keys()];
  const found = calendarIds.flatMap((id) =>
    model
      .bookingsOf(id)
      .filter(
        (row) =>
          isAmong(search.groupIds, row.groupId) &&
          isAmong(search.calendarResourceIds, row.calendarResourceId) &&
          isAmong(search.statuses, row.status) &&
          (search.parentCalendarBookingId < 0 ||
            row.parentCalendarBookingId === search.parentCalendarBookingId) &&
          touchesWindow(row, search) &&
          search.matchesText(row),
      ),
  );
  const ordered = inDefaultOrder(found);
  const page = search.start < 0 || search.end < 0 ? ordered : ordered.slice(search.start, search.end);
  if (!search.recurring) return page;
  return page.flatMap((row) => expand(model, row, search.startTime, search.endTime));
}
