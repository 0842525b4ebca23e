/**
 * The portal's tables with the indexes that the services use. Rows are replaced on write, so that a failed service
 * call can be rolled back as a transaction.
 */

import { constraintViolation, noSuch } from './portal-exception.ts';
import type { Booking, Calendar, CalendarResource, Group, Mail, User } from './portal-rows.ts';
import type { LiferaySwitches } from './switches.ts';

export class PortalModel {
  /** See LiferaySwitches. */
  readonly seriesDays: LiferaySwitches['seriesDays'];
  readonly users = new Map<number, User>();
  readonly groups = new Map<number, Group>();
  readonly resources = new Map<number, CalendarResource>();
  readonly calendars = new Map<number, Calendar>();
  /** Row id → status before it went to the Recycle Bin (`TrashEntry`). */
  readonly trashEntries = new Map<number, number>();
  readonly mails: Mail[] = [];
  readonly #bookings = new Map<number, Booking>();
  readonly #byCalendar = new Map<number, Set<number>>();
  readonly #byParent = new Map<number, Set<number>>();
  readonly #bySeries = new Map<number, Set<number>>();
  readonly #uids = new Map<number, Map<string, number>>();
  readonly #resourceByOwner = new Map<string, number>();
  readonly #calendarsByResource = new Map<number, number[]>();
  readonly #userByName = new Map<string, number>();
  #undo: (() => void)[] | null = null;
  #counter = 40_000;

  constructor(seriesDays: LiferaySwitches['seriesDays']) {
    this.seriesDays = seriesDays;
  }

  /** `counterLocalService.increment()`: ids grow and are never used twice. */
  nextId(): number {
    this.#counter += 1;
    return this.#counter;
  }

  /** Runs one service call: when it throws, every booking, trash entry and mail is as before. */
  transaction<T>(call: () => T): T {
    if (this.#undo) return call();
    const undo: (() => void)[] = [];
    const mails = this.mails.length;
    this.#undo = undo;
    try {
      return call();
    } catch (error) {
      for (const step of undo.reverse()) step();
      this.mails.length = mails;
      throw error;
    } finally {
      this.#undo = null;
    }
  }

  /** Adds or replaces; a replaced user can no longer sign in by an old name. */
  putUser(user: User): void {
    const old = this.users.get(user.userId);
    if (old)
      for (const name of [old.screenName, old.emailAddress]) this.#userByName.delete(name.toLowerCase());
    this.users.set(user.userId, user);
    this.#userByName.set(user.screenName.toLowerCase(), user.userId);
    this.#userByName.set(user.emailAddress.toLowerCase(), user.userId);
  }

  /** By screen name or e-mail address, whatever the portal's `authType` says. */
  userByName(name: string): User | null {
    const id = this.#userByName.get(name.toLowerCase());
    return id === undefined ? null : (this.users.get(id) ?? null);
  }

  addResource(resource: CalendarResource): void {
    this.resources.set(resource.calendarResourceId, resource);
    this.#resourceByOwner.set(`${resource.classNameId}:${resource.classPK}`, resource.calendarResourceId);
  }

  resourceOf(classNameId: number, classPK: number): CalendarResource | null {
    const id = this.#resourceByOwner.get(`${classNameId}:${classPK}`);
    return id === undefined ? null : (this.resources.get(id) ?? null);
  }

  putCalendar(calendar: Calendar): void {
    if (!this.calendars.has(calendar.calendarId)) {
      const siblings = this.#calendarsByResource.get(calendar.calendarResourceId) ?? [];
      this.#calendarsByResource.set(calendar.calendarResourceId, [...siblings, calendar.calendarId]);
    }
    this.calendars.set(calendar.calendarId, calendar);
  }

  calendarsOf(calendarResourceId: number): readonly Calendar[] {
    return (this.#calendarsByResource.get(calendarResourceId) ?? []).flatMap((id) => {
      const calendar = this.calendars.get(id);
      return calendar ? [calendar] : [];
    });
  }

  calendar(calendarId: number): Calendar {
    const calendar = this.calendars.get(calendarId);
    if (!calendar) throw noSuch('Calendar', calendarId);
    return calendar;
  }

  resource(calendarResourceId: number): CalendarResource {
    const resource = this.resources.get(calendarResourceId);
    if (!resource) throw noSuch('Resource', calendarResourceId);
    return resource;
  }

  fetchBooking(id: number): Booking | null {
    return this.#bookings.get(id) ?? null;
  }

  booking(id: number): Booking {
    const booking = this.#bookings.get(id);
    if (!booking) throw noSuch('Booking', id);
    return booking;
  }

  allBookings(): Iterable<Booking> {
    return this.#bookings.values();
  }

  /** `findByCalendarId`: rows of one calendar, oldest first. */
  bookingsOf(calendarId: number): Booking[] {
    return this.#rows(this.#byCalendar.get(calendarId));
  }

  /** `findByParentCalendarBookingId`: the master itself and its children. */
  bookingsByParent(parentCalendarBookingId: number): Booking[] {
    return this.#rows(this.#byParent.get(parentCalendarBookingId));
  }

  /** `findByRecurringCalendarBookingId`: the series' row and its changed occurrences. */
  bookingsBySeries(recurringCalendarBookingId: number): Booking[] {
    return this.#rows(this.#bySeries.get(recurringCalendarBookingId));
  }

  #rows(ids: ReadonlySet<number> | undefined): Booking[] {
    const rows: Booking[] = [];
    for (const id of ids ?? []) {
      const row = this.#bookings.get(id);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** `persistence.update`: raises `mvccVersion`, holds the unique keys of `indexes.sql`; returns the stored row. */
  putBooking(booking: Booking): Booking {
    const before = this.#bookings.get(booking.calendarBookingId);
    const owner = this.#uids.get(booking.calendarId)?.get(booking.vEventUid);
    if (owner !== undefined && owner !== booking.calendarBookingId)
      throw constraintViolation('calendarId, vEventUid');
    for (const sibling of this.bookingsByParent(booking.parentCalendarBookingId))
      if (
        sibling.calendarId === booking.calendarId &&
        sibling.calendarBookingId !== booking.calendarBookingId
      )
        throw constraintViolation('calendarId, parentCalendarBookingId');
    const stored: Booking = { ...booking, instanceIndex: 0, mvccVersion: booking.mvccVersion + 1 };
    this.#undo?.push(() => this.#replace(stored, before ?? null));
    this.#replace(before ?? null, stored);
    return stored;
  }

  removeBooking(booking: Booking): void {
    const before = this.#bookings.get(booking.calendarBookingId);
    if (!before) return;
    this.#undo?.push(() => this.#replace(null, before));
    this.#replace(before, null);
    this.setTrashEntry(booking.calendarBookingId, null);
  }

  setTrashEntry(bookingId: number, status: number | null): void {
    const before = this.trashEntries.get(bookingId);
    const set = (value: number | undefined): void => {
      if (value === undefined) this.trashEntries.delete(bookingId);
      else this.trashEntries.set(bookingId, value);
    };
    this.#undo?.push(() => set(before));
    set(status ?? undefined);
  }

  #replace(before: Booking | null, after: Booking | null): void {
    const id = (after ?? before)?.calendarBookingId;
    if (id === undefined) return;
    if (after) this.#bookings.set(id, after);
    else this.#bookings.delete(id);
    move(this.#byCalendar, id, before?.calendarId, after?.calendarId);
    move(this.#byParent, id, before?.parentCalendarBookingId, after?.parentCalendarBookingId);
    move(this.#bySeries, id, before?.recurringCalendarBookingId, after?.recurringCalendarBookingId);
    if (before) this.#uids.get(before.calendarId)?.delete(before.vEventUid);
    if (after) {
      const uids = this.#uids.get(after.calendarId) ?? new Map<string, number>();
      this.#uids.set(after.calendarId, uids.set(after.vEventUid, id));
    }
  }
}

/** Moves a row between the buckets of one index; rows that stay keep their place. */
function move(
  index: Map<number, Set<number>>,
  id: number,
  from: number | undefined,
  to: number | undefined,
): void {
  if (from === to) return;
  if (from !== undefined) index.get(from)?.delete(id);
  if (to !== undefined) slot(index, to).add(id);
}

function slot(index: Map<number, Set<number>>, key: number): Set<number> {
  const found = index.get(key);
  if (found) return found;
  const made = new Set<number>();
  index.set(key, made);
  return made;
}

/** Everything a service needs: the tables, the switches, the time and fresh UUIDs. */
export interface Portal {
  readonly model: PortalModel;
  readonly switches: LiferaySwitches;
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
}
