/** What the reading and the changing half of `CalendarBookingService` have in common. */
import type { Booking } from '../portal-rows.ts';
import type { ModelView } from './model-json.ts';
import type { ServiceCall } from './signatures.ts';

export const SINCE_71 = ['7.1', 'current'] as const;
export const CURRENT = ['current'] as const;
export const SIX_TWO = ['6.2'] as const;

export const view = (row: Booking): ModelView => ({ model: 'booking', row });
export const views = (rows: readonly Booking[]): ModelView[] => rows.map(view);

/** The row that is named, after the check of MANAGE_BOOKINGS on its calendar. */
export function managed(call: ServiceCall): Booking {
  const booking = call.portal.model.booking(call.long('calendarBookingId'));
  call.caller.check(call.portal.model.calendar(booking.calendarId), 'MANAGE_BOOKINGS');
  return booking;
}

/** Add and update check the calendar that is named, not the one in which the row lies. */
export function checkNamedCalendar(call: ServiceCall): void {
  call.caller.check(call.portal.model.calendar(call.long('calendarId')), 'MANAGE_BOOKINGS');
}
