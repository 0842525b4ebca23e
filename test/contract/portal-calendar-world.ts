/**
 * A portal with people in it, seen from outside the port, for the suites of what implementations of the port to portal
 * calendars owe their callers; and what every one of these suites does with it.
 */
import type { CalendarEvent } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import type {
  PortalBooking,
  PortalCalendar,
  PortalRead,
  PortalRow,
  PortalWrite,
} from '#liferay/portal-calendar.port.ts';

/** What a person does at the portal's own pages. Times are ISO instants. */
export interface PortalPerson {
  add(calendarId: string, booking: PersonBooking): string;
  change(bookingId: string, change: Partial<PersonBooking>): void;
  /** For good. */
  delete(bookingId: string): void;
  trash(bookingId: string): void;
  respond(bookingId: string, answer: 'accept' | 'maybe' | 'decline'): void;
  deleteOccurrence(bookingId: string, start: string): void;
  deleteFollowing(bookingId: string, start: string): void;
  /** Returns the id of the row that was made. */
  changeOccurrence(bookingId: string, start: string, change: Partial<PersonBooking>): string;
  changeFollowing(bookingId: string, start: string, change: Partial<PersonBooking>): string;
}
export interface PersonBooking {
  readonly title: string;
  /** HTML. */
  readonly description?: string;
  readonly location?: string;
  readonly start: string;
  readonly end: string;
  readonly allDay?: boolean;
  readonly recurrence?: string;
  readonly reminderMs?: number;
  readonly inviteCalendarIds?: readonly string[];
}

export interface PortalWorld {
  /** As the service identity, an administrator who may manage every calendar. */
  readonly portal: PortalCalendar;
  /** The same, opened without what `probe` learns. */
  readonly unprobed: PortalCalendar;
  readonly serviceUser: { readonly id: string; readonly name: string; readonly emailAddress: string };
  /** A calendar in Europe/Rome and its owner. */
  readonly calendarId: string;
  readonly ownerId: string;
  readonly person: PortalPerson;
  /** Who uses the portal in another language than the service identity and the owner. */
  readonly foreigner: PortalPerson;
  /** The title in each language that the portal keeps it in. */
  titles(bookingId: string): readonly string[];
  /** The HTML of the description, likewise. */
  descriptions(bookingId: string): readonly string[];
  /** Another user's calendar. */
  newCalendar(): string;
  /** A user who never opened a calendar. */
  newUser(): string;
  siteCalendar(): { readonly calendarId: string; readonly siteId: string };
  roomCalendar(): { readonly calendarId: string; readonly resourceId: string };
  revoke(calendarId: string, action: 'MANAGE_BOOKINGS' | 'VIEW_BOOKING_DETAILS' | 'VIEW'): void;
  /** From now on the portal overlooks our credentials and takes us for a guest. */
  becomeGuest(): void;
  /** Every request is answered so until it is undone. */
  answerAll(answer: 'htmlPage' | 'forbidden' | 'unavailable' | 'noConnection'): void;
  /** The next write happens, and its answer does not arrive. */
  loseNextReply(): void;
  requests(): number;
  mails(): number;
  /** Milliseconds pass. */
  pass(ms: number): void;
  readonly keepsUid: boolean;
  readonly hasRowVersion: boolean;
  /** As the portal calls itself. */
  readonly version: string;
  /** What being taken for a guest means, with these credentials. */
  readonly guestReason: 'guestIdentity' | 'portalBasicOff';
  /** Rows tell to which series they belong. */
  readonly keepsSeries: boolean;
  /** Who we are comes with the roles that we have. */
  readonly tellsRoles: boolean;
  /** Calendars have zones of their own. */
  readonly calendarsHaveZones: boolean;
  /** Whoever is invited at a time that is taken stands as denied. */
  readonly refusesTheBusy: boolean;
  /** The days of a series are the calendar's, and not UTC's. */
  readonly countsLocalDays: boolean;
}

export const ROME = 'Europe/Rome';
export const TIME = {
  kind: 'timed',
  start: '2025-03-10T09:00:00Z',
  end: '2025-03-10T10:00:00Z',
  zone: ROME,
} as const;
export const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Meeting',
  description: 'First line\n\n  third, indented',
  location: 'Room 1',
  time: TIME,
};
export const WEEKLY = {
  pattern: { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
  range: { kind: 'count', count: 4 },
} as const;
/** Bookings in the world's own calendar, through the port. */
export interface BookingDesk {
  add(event?: Partial<CalendarEvent>, uid?: string): Promise<PortalBooking>;
  /** A second later. */
  update(planned: PortalBooking, event: Partial<CalendarEvent>): Promise<PortalWrite>;
  read(id: string): Promise<PortalRead | undefined>;
  /** @throws Error when it is no booking that can be read */
  readBooking(id: string): Promise<PortalBooking>;
  rowsOf(calendarId: string, detail?: 'light' | 'linking'): Promise<readonly PortalRow[]>;
  versionIn(calendarId: string, id: string): Promise<string | undefined>;
}

export function bookingDesk(world: PortalWorld): BookingDesk {
  const add = async (event: Partial<CalendarEvent> = {}, uid = 'uid-1'): Promise<PortalBooking> =>
    writtenBy(
      await world.portal.add(
        { calendarId: world.calendarId, uid, seriesId: null, event: { ...MEETING, ...event } },
        ROME,
      ),
    );
  const update = async (planned: PortalBooking, event: Partial<CalendarEvent>): Promise<PortalWrite> => {
    world.pass(1000);
    return world.portal.update({ planned, event: { ...planned.event, ...event } }, ROME);
  };
  const read = async (id: string): Promise<PortalRead | undefined> =>
    (await world.portal.read([id], new Map([[world.calendarId, ROME]])))[0];
  const readBooking = async (id: string): Promise<PortalBooking> => {
    const outcome = await read(id);
    if (outcome?.kind !== 'booking') throw new Error(`Not readable: ${JSON.stringify(outcome)}`);
    return outcome.booking;
  };
  const rowsOf = async (calendarId: string, detail: 'light' | 'linking' = 'light') => {
    const snapshots = await world.portal.snapshot([{ calendarId, expectedRows: 10, detail }]);
    const snapshot = snapshots.get(calendarId);
    if (snapshot?.kind !== 'rows') throw new Error(`No rows: ${JSON.stringify(snapshot)}`);
    return snapshot.rows;
  };
  const versionIn = async (calendarId: string, id: string): Promise<string | undefined> =>
    (await rowsOf(calendarId)).find((row) => row.id === id)?.version;
  return { add, update, read, readBooking, rowsOf, versionIn };
}

export function writtenBy(written: PortalWrite): PortalBooking {
  if (written.kind === 'failed') throw new Error(`Not written: ${JSON.stringify(written.failure)}`);
  return written.booking;
}

export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await promise)}`;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure.reason;
    throw error;
  }
}
