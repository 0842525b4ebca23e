/** What the forms of Liferay's calendar pages have in common: who fills them in, in which zone, and their times. */
import type { PersonBooking, Person as PortalPerson } from '#test/emulators/liferay/person.ts';
import type { Deed } from './deed.ts';
import { DAY, MINUTE, type Span } from './shapes.ts';

/** What the person of the deed can do in the portal. */
export function acts({ world, person }: Deed): PortalPerson {
  return world.liferay.userActs(person.userId);
}

/** The zone of the person's calendar. */
export function ownCalendarZone({ world, person }: Deed): string {
  return world.liferay.calendarZone(person.calendarId);
}

/** Whole days, as the form sends them: from UTC midnight to a minute before one. */
export function allDay(
  day: number,
  days: number,
): Required<Pick<PersonBooking, 'startTime' | 'endTime' | 'allDay'>> {
  return { startTime: day * DAY, endTime: (day + days) * DAY - MINUTE, allDay: true };
}

/** A time of day. */
export function timed({
  start,
  end,
}: Span): Required<Pick<PersonBooking, 'startTime' | 'endTime' | 'allDay'>> {
  return { startTime: start, endTime: end, allDay: false };
}
