/**
 * Writes, one request each. Liferay has no conditional write: an update or a removal is sent behind a read of the
 * same row, in one batch, so that what it overwrote is known and the window is milliseconds.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type {
  PortalAdd,
  PortalBooking,
  PortalRemoval,
  PortalUpdate,
  PortalWrite,
} from '../portal-calendar.port.ts';
import { readBooking, writeBooking } from './booking.normalizer.ts';
import { type BookingRow, bookingRow, statusCode, statusOf } from './booking-row.ts';
import type { CalendarLanguages } from './languages.ts';
import { isPlugin, UUID_LIMIT } from './plugin-dialect.ts';
import { type Session, WRITE_ITEM } from './portal-session.ts';
import {
  fetchRow,
  getBooking,
  isServers,
  itemFailures,
  NO_MAIL,
  written,
  writtenOver,
} from './row-requests.ts';
import { approved, withStatusOf } from './status.ts';

/** `zone`: of the calendar, as Liferay names it. */
export async function addBooking(
  session: Session,
  languages: CalendarLanguages,
  add: PortalAdd,
  zone: string,
): Promise<PortalWrite> {
  return itemFailures(async () => {
    const spoken = await languages.of(session, add.calendarId);
    const plugin = isPlugin(session.dialect) ? { stored: null } : null;
    const writable = writeBooking(add.event, zone, spoken, null, plugin);
    if (writable.kind === 'failed') return writable;
    // A superset of the signatures of all versions: JSONWS ignores names that the chosen method does not have.
    const command = session.command('calendarbooking', 'add-calendar-booking', {
      calendarId: add.calendarId,
      childCalendarIds: [],
      parentCalendarBookingId: 0,
      // Where rows cannot belong to a series (6.2) it is one of those names, and the row is one of its own.
      recurringCalendarBookingId: add.seriesId ?? 0,
      externalReferenceCode: null,
      ...writable.parameters,
      serviceContext: {
        attributes: { vEventUid: add.uid, ...NO_MAIL },
        // 6.2 has no vEventUid before its last builds, and keeps this one.
        ...(plugin !== null && add.uid.length <= UUID_LIMIT ? { uuid: add.uid } : {}),
      },
    });
    const { values } = await session.client.invoke([command], WRITE_ITEM);
    const answered = written(values[0], null, add.calendarId);
    const row = plugin === null ? answered : await approved(session, answered);
    const read = readBooking(row, zone, []);
    if (read.kind === 'failed') return { kind: 'failed', failure: read.failure };
    if (session.dialect.keepsUid && read.booking.uid !== add.uid) {
      session.log.warn('The portal did not keep the UID of a new booking', {
        booking: row.calendarBookingId,
      });
      await session.learn({ keepsUid: false });
    }
    return { kind: 'written', booking: read.booking, before: null };
  });
}

/** As `addBooking`; what the row held before the write comes back with it. */
export async function updateBooking(
  session: Session,
  languages: CalendarLanguages,
  { planned, event, uninvited = new Set() }: PortalUpdate,
  zone: string,
): Promise<PortalWrite> {
  return itemFailures(async () => {
    const spoken = await languages.of(session, planned.calendarId);
    const plugin = isPlugin(session.dialect) ? { stored: await fetchRow(session, planned.id) } : null;
    const writable = writeBooking(event, zone, spoken, planned, plugin);
    if (writable.kind === 'failed') return writable;
    const invitees = planned.invitees.filter(({ calendarId }) => !uninvited.has(calendarId));
    const { values } = await session.client.invoke(
      [
        getBooking(session, planned.id),
        // Without childCalendarIds: the form that keeps the invitees. `status` is for 6.2 only.
        session.command('calendarbooking', 'update-calendar-booking', {
          calendarBookingId: planned.id,
          calendarId: planned.calendarId,
          // With them: the form in which they are all who are invited from now on, the own calendar among them.
          ...(invitees.length < planned.invitees.length
            ? { childCalendarIds: [planned.calendarId, ...invitees.map(({ calendarId }) => calendarId)] }
            : {}),
          ...writable.parameters,
          status: statusCode(planned.status),
          serviceContext: { attributes: NO_MAIL },
        }),
      ],
      WRITE_ITEM,
    );
    // Somebody may have moved it to another calendar; that is for `before` to show.
    const before = written(values[0], planned.id, null);
    const after = written(values[1], planned.id, planned.calendarId);
    return writtenOver(before, await withStatusOf(session, before, after), zone, invitees);
  });
}

/**
 * Removes the one row; rows of the same series stay where it is deleted, and go along where it is trashed. What is
 * gone or in the Recycle Bin already counts as removed. A removal to the Recycle Bin never becomes a deletion.
 */
export async function removeBooking(
  session: Session,
  planned: PortalBooking,
  mode: 'delete' | 'trash',
  zone: string,
): Promise<PortalRemoval> {
  return itemFailures(async () => {
    if (mode === 'trash' && planned.seriesId !== null) return occurrenceToTrash(session, planned);
    let before: BookingRow | null = null;
    try {
      const { values } = await session.client.invoke(
        [
          getBooking(session, planned.id),
          session.command('calendarbooking', REMOVALS[mode], { calendarBookingId: planned.id }),
        ],
        WRITE_ITEM,
      );
      before = bookingRow(values[0]);
    } catch (error) {
      const mayLackTrash = mode === 'trash' && saysMissing(error);
      if (!(error instanceof RemoteFailure) || (isServers(error.failure) && !mayLackTrash)) throw error;
      // It may be gone, or in the Recycle Bin, already; then what was wanted is the case.
      if (await isRemoved(session, planned.id, mode)) return { kind: 'removed', before: null };
      if (mayLackTrash) return notTrashed('This portal cannot move bookings to the Recycle Bin');
      throw error;
    }
    // On a row of an invitee the Recycle Bin answers 200 and does nothing.
    if (mode === 'trash' && !(await isRemoved(session, planned.id, mode))) {
      return notTrashed('The row did not go to the Recycle Bin');
    }
    const was = before === null ? null : readBooking(before, zone, planned.invitees);
    return { kind: 'removed', before: was?.kind === 'booking' ? was.booking : null };
  });
}

const REMOVALS = {
  delete: 'delete-calendar-booking',
  trash: 'move-calendar-booking-to-trash',
} as const;

/** With any row of a series Liferay takes all of them (CalendarBookingLocalServiceImpl, moveCalendarBookingToTrash). */
async function occurrenceToTrash(session: Session, planned: PortalBooking): Promise<PortalRemoval> {
  if (await isRemoved(session, planned.id, 'trash')) return { kind: 'removed', before: null };
  return notTrashed(
    `The row belongs to series ${planned.seriesId}, which would go to the Recycle Bin as a whole`,
  );
}

function notTrashed(detail: string): PortalRemoval {
  return { kind: 'failed', failure: failure('itemRefused', `${detail}: it can only be deleted for good`) };
}

/** The row, or the method: without a body (`{}`) the portal does not say which. */
function saysMissing(error: unknown): boolean {
  return (
    error instanceof RemoteFailure &&
    (error.failure.reason === 'notTheService' || error.failure.reason === 'itemNotFound')
  );
}

async function isRemoved(session: Session, id: string, mode: 'delete' | 'trash'): Promise<boolean> {
  const row = await fetchRow(session, id);
  return row === null || (mode === 'trash' && statusOf(row) === 'trashed');
}
