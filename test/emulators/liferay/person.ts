/**
 * A person at Liferay's own pages: the calendar portlet calls the local services with its own ServiceContext, so the
 * mails go out and nothing is asked of the remote services. Times are epoch milliseconds.
 */
import { invokeTransition, moveToTrash, restoreFromTrash } from './booking/answers.ts';
import { deleteInstance, updateInstance } from './booking/instances.ts';
import { freshServiceContext } from './booking/service-context.ts';
import type { BookingFields } from './booking/writes.ts';
import { addBooking, deleteBooking, updateBooking } from './booking/writes.ts';
import type { Portal } from './portal-model.ts';
import type { Booking, User } from './portal-rows.ts';
import { STATUS } from './portal-rows.ts';
import { indexOfInstance } from './recurrence-expansion.ts';

export interface PersonBooking {
  readonly title: string;
  /** HTML. */
  readonly description?: string;
  readonly location?: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly allDay?: boolean;
  /** As Liferay stores it, `RRULE:…`; none by default. */
  readonly recurrence?: string;
  /** Milliseconds before the start; none by default. */
  readonly reminder?: number;
  /** The calendars of the people and rooms invited; on a change: the complete set. */
  readonly inviteCalendarIds?: readonly number[];
}

export type PersonAnswer = 'accept' | 'maybe' | 'decline';

export interface Person {
  /** Returns the id of the new row. */
  addBooking(calendarId: number, booking: PersonBooking): number;
  /** Edits the whole row (for a series: all of it); what is not named stays. */
  changeBooking(bookingId: number, change: Partial<PersonBooking> & { readonly calendarId?: number }): void;
  /** "Delete": to the Recycle Bin where the site has one, else for good. */
  deleteBooking(bookingId: number): void;
  moveToTrash(bookingId: number): void;
  restore(bookingId: number): void;
  /** Deletes trashed rows for good. */
  emptyTrash(): void;
  /** Answers the whole row, or one occurrence of it. */
  respond(bookingId: number, answer: PersonAnswer, occurrenceStart?: number): void;
  deleteInstance(bookingId: number, occurrenceStart: number, allFollowing?: boolean): void;
  /** "Only this event" or "all following"; returns the id of the row that was made. */
  changeInstance(
    bookingId: number,
    occurrenceStart: number,
    change: Partial<PersonBooking>,
    allFollowing?: boolean,
  ): number;
}

const STATUS_OF: Readonly<Record<PersonAnswer, number>> = {
  accept: STATUS.approved,
  maybe: STATUS.maybe,
  decline: STATUS.denied,
};

function fields(
  user: User,
  old: Booking | null,
  calendarId: number,
  change: Partial<PersonBooking>,
): BookingFields {
  const text = (value: string | undefined, before: BookingFields['titles']): BookingFields['titles'] =>
    value === undefined ? (before ?? {}) : { [user.languageId]: value };
  return {
    calendarId,
    titles: text(change.title, old?.titles ?? {}),
    descriptions: text(change.description, old?.descriptions ?? {}),
    location: change.location ?? old?.location ?? '',
    startTime: change.startTime ?? old?.startTime ?? 0,
    endTime: change.endTime ?? old?.endTime ?? 0,
    allDay: change.allDay ?? old?.allDay ?? false,
    recurrence: change.recurrence ?? old?.recurrence ?? '',
    firstReminder: change.reminder ?? old?.firstReminder ?? 0,
    firstReminderType: 'email',
    secondReminder: old?.secondReminder ?? 0,
    secondReminderType: 'email',
  };
}

function occurrenceFields(
  user: User,
  series: Booking,
  start: number,
  change: Partial<PersonBooking>,
): BookingFields {
  const startTime = change.startTime ?? start;
  const endTime = change.endTime ?? startTime + series.endTime - series.startTime;
  return fields(user, series, series.calendarId, { ...change, startTime, endTime });
}

export function personAt(portal: Portal, user: User): Person {
  const { model } = portal;
  const { userId } = user;
  const context = () => freshServiceContext(userId);
  const act = <T>(deed: () => T): T => model.transaction(deed);
  const trash = (id: number): void => void act(() => moveToTrash(portal, userId, model.booking(id)));
  return {
    addBooking: (calendarId, booking) =>
      act(() => {
        const row = {
          ...fields(user, null, calendarId, booking),
          childCalendarIds: booking.inviteCalendarIds ?? [],
          parentCalendarBookingId: 0,
          recurringCalendarBookingId: 0,
        };
        return addBooking(portal, userId, row, context()).calendarBookingId;
      }),
    changeBooking: (id, change) =>
      void act(() => {
        const old = model.booking(id);
        const changed = fields(user, old, change.calendarId ?? old.calendarId, change);
        updateBooking(portal, id, changed, change.inviteCalendarIds ?? null, context());
      }),
    deleteBooking: (id) => {
      if (portal.switches.recycleBin) trash(id);
      else act(() => deleteBooking(portal, model.booking(id)));
    },
    moveToTrash: trash,
    restore: (id) => void act(() => restoreFromTrash(portal, userId, model.booking(id))),
    emptyTrash: () => {
      for (const id of [...model.trashEntries.keys()]) {
        const row = model.fetchBooking(id);
        for (const sibling of row ? model.bookingsBySeries(row.recurringCalendarBookingId) : [])
          act(() => deleteBooking(portal, sibling));
      }
    },
    respond: (id, answer, occurrenceStart) =>
      void act(() => {
        const row = model.booking(id);
        const isOne = occurrenceStart !== undefined;
        const start = occurrenceStart ?? row.startTime;
        invokeTransition(portal, userId, row, start, STATUS_OF[answer], isOne, false, context());
      }),
    deleteInstance: (id, start, allFollowing = false) =>
      act(() => deleteInstance(portal, userId, model.booking(id), start, allFollowing, allFollowing)),
    changeInstance: (id, start, change, allFollowing = false) =>
      act(() => {
        const series = model.booking(id);
        const changed = occurrenceFields(user, series, start, change);
        const index = indexOfInstance(model, series, start);
        const invitees = change.inviteCalendarIds ?? null;
        return updateInstance(portal, userId, id, index, changed, invitees, allFollowing, context())
          .calendarBookingId;
      }),
  };
}
