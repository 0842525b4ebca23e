/** The job that mails reminders (`CalendarBookingLocalServiceImpl.checkCalendarBookings`), every 15 minutes. */
import type { Portal } from '../portal-model.ts';
import type { Booking } from '../portal-rows.ts';
import { isMaster, STATUS } from '../portal-rows.ts';
import { occurrences } from '../recurrence-expansion.ts';

const CHECK_INTERVAL_MS = 15 * 60_000;

function nextStart(portal: Portal, booking: Booking, now: number): number | null {
  for (const { startTime } of occurrences(portal.model, booking)) if (startTime >= now) return startTime;
  return null;
}

function recipients(portal: Portal, booking: Booking): Set<number> {
  const owner = portal.model.resources.get(booking.calendarResourceId)?.userId;
  const users = new Set(isMaster(booking) ? [booking.userId] : []);
  if (owner !== undefined) users.add(owner);
  return users;
}

export function checkReminders(portal: Portal): void {
  const now = portal.clock.now();
  for (const booking of portal.model.allBookings()) {
    const reminders = [booking.firstReminder, booking.secondReminder].filter((before) => before > 0);
    if (reminders.length === 0 || booking.status === STATUS.inTrash) continue;
    const start = nextStart(portal, booking, now);
    if (start === null) continue;
    const wait = start - now;
    const isDue = reminders.some((before) => before <= wait && wait < before + CHECK_INTERVAL_MS);
    if (!isDue) continue;
    for (const userId of recipients(portal, booking)) {
      const to = portal.model.users.get(userId)?.emailAddress;
      if (to !== undefined)
        portal.model.mails.push({ kind: 'reminder', to, bookingId: booking.calendarBookingId, sentAt: now });
    }
  }
}
