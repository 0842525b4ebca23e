/**
 * Which calendars we may manage and read in detail. Liferay does not refuse to list bookings of the others: it
 * leaves out rows and blanks texts (CalendarBookingServiceImpl._filterCalendarBookings), which looks like
 * deletions and edits. The search by action is what tells.
 */
import * as v from 'valibot';
import { LONG, must } from './booking-row.ts';
import type { Command } from './jsonws-client.ts';
import type { Session } from './portal-session.ts';

const LISTED = v.object({
  calendarId: LONG,
  calendarResourceId: LONG,
  timeZoneId: v.nullish(v.string(), ''),
});
export type ListedCalendar = v.InferOutput<typeof LISTED>;
const PROPERTIES = ['calendarId', 'calendarResourceId', 'timeZoneId'] as const;

/** Liferay's CalendarActionKeys, as far as we need them. */
export type CalendarAction = 'VIEW' | 'MANAGE_BOOKINGS' | 'VIEW_BOOKING_DETAILS';

/** `resourceIds`: only calendars of these; null: of all resources. */
export function searchCalendars(
  session: Session,
  companyId: string,
  actionId: CalendarAction,
  resourceIds: readonly string[] | null,
  only?: readonly string[],
): Command {
  return session.command(
    'calendar',
    'search',
    {
      companyId,
      groupIds: null,
      calendarResourceIds: resourceIds,
      keywords: '',
      andOperator: false,
      start: -1,
      end: -1,
      orderByComparator: null,
      actionId,
    },
    only,
  );
}

/** One calendar at most, whichever: for what all of them have in common, and to see whether the service is there. */
export function anyCalendar(session: Session, companyId: string): Command {
  return session.command('calendar', 'search', {
    companyId,
    groupIds: null,
    calendarResourceIds: null,
    keywords: '',
    andOperator: false,
    start: 0,
    end: 1,
    orderByComparator: null,
  });
}

/** The two searches that stand beside what is read from calendars. */
export function accessCommands(
  session: Session,
  companyId: string,
  resourceIds: readonly string[] | null,
  whitelist: boolean,
): readonly Command[] {
  const only = whitelist ? PROPERTIES : undefined;
  return [
    searchCalendars(session, companyId, 'MANAGE_BOOKINGS', resourceIds, only),
    searchCalendars(session, companyId, 'VIEW_BOOKING_DETAILS', resourceIds, only),
  ];
}

/** Calendars that are in both answers of `accessCommands`, by id. */
export function accessible(manageable: unknown, readable: unknown): ReadonlyMap<string, ListedCalendar> {
  const read = new Set(listed(readable).map((calendar) => calendar.calendarId));
  return new Map(
    listed(manageable)
      .filter((calendar) => read.has(calendar.calendarId))
      .map((calendar) => [calendar.calendarId, calendar]),
  );
}

/** The answer of a search. Throws where it is no such list. */
export function listed(value: unknown): readonly ListedCalendar[] {
  return must(v.array(LISTED), value, 'a list of calendars');
}
