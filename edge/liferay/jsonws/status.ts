/** Statuses of rows: what a person answered, and what Liferay makes of it by itself. */
import { RemoteFailure } from '#core/failure.ts';
import type { InvitationStatus, PortalBooking, PortalWrite } from '../portal-calendar.port.ts';
import { type BookingRow, familyOf, statusCode, statusOf } from './booking-row.ts';
import { bookingTimes } from './booking-time.ts';
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

/**
 * An update takes a row that was answered Maybe or Declined to APPROVED, and an invitee's row to PENDING when the
 * time changed: that is Liferay's doing and nobody's answer, so the former status is put back. That of a changed
 * occurrence is its series', which would get this row's with it: it is given by way of that row, because a portal may
 * take PENDING for a row that has an organiser only. When that fails the update stands all the same, and the log says so.
 */
export async function withStatusOf(
  session: Session,
  before: BookingRow,
  answered: BookingRow,
): Promise<BookingRow> {
  const former = statusOf(before);
  const isAnswer = former === 'maybe' || former === 'denied' || former === 'pending';
  const isInvitees = answered.parentCalendarBookingId !== answered.calendarBookingId;
  if (!(isAnswer || (isInvitees && former === 'approved'))) return answered;
  // In DRAFT the row has still to be told what the workflow made of it, and so has one that was PENDING and is no
  // invitee's: it is approved after the update has answered.
  const isOnItsWay = statusOf(answered) === 'draft' || (!isInvitees && statusOf(answered) === 'pending');
  const now = isOnItsWay ? await triedFetch(session, answered.calendarBookingId) : { row: answered };
  const after = now.row ?? answered;
  if (statusOf(after) === former) return after;
  const { seriesId } = familyOf(after);
  const standard = seriesId === null ? before : (await triedFetch(session, seriesId)).row;
  if (standard === null || statusOf(after) === statusOf(standard)) return after;
  const wanted = statusOf(standard);
  let refusal = '';
  try {
    await session.client.invoke([transitionTo(session, standard, standard.status)], WRITE_ITEM);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    refusal = error.failure.detail;
  }
  const { row, detail } = await triedFetch(session, after.calendarBookingId);
  if (row === null || statusOf(row) !== wanted) {
    session.log.warn('The status of an updated booking could not be put back', {
      booking: after.calendarBookingId,
      wanted,
      detail: refusal || detail,
    });
  }
  return row ?? after;
}

/**
 * 6.2 approves a new row only where its author is the user of the calendar's resource, and leaves any other PENDING, as if
 * its calendar's owner had been invited (CalendarBookingApprovalWorkflowImpl): it is accepted for them. When that fails
 * the row stands all the same, and the log says so.
 */
export async function approved(session: Session, answered: BookingRow): Promise<BookingRow> {
  if (statusOf(answered) !== 'pending') return answered;
  let refusal = '';
  try {
    await session.client.invoke([transitionTo(session, answered, statusCode('approved'))], WRITE_ITEM);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    refusal = error.failure.detail;
  }
  const { row, detail } = await triedFetch(session, answered.calendarBookingId);
  if (row === null || statusOf(row) !== 'approved') {
    const booking = answered.calendarBookingId;
    session.log.warn('A new booking stays pending', { booking, detail: refusal || detail });
  }
  return row ?? answered;
}

/** All rows of the series in that calendar take the status (CalendarBookingServiceImpl, invokeTransition). */
function transitionTo(session: Session, { calendarBookingId, startTime }: Transitioned, status: number) {
  return session.command('calendarbooking', 'invoke-transition', {
    calendarBookingId,
    startTime,
    status,
    updateInstance: false,
    allFollowing: false,
    serviceContext: { attributes: NO_MAIL },
  });
}

type Transitioned = Pick<BookingRow, 'calendarBookingId' | 'startTime'>;

/** See PortalCalendar.setStatus. */
export async function setBookingStatus(
  session: Session,
  planned: PortalBooking,
  status: InvitationStatus,
  zone: string,
): Promise<PortalWrite> {
  return itemFailures(async () => {
    if (status === 'pending') {
      const attempt = await attempted(() => writeStatus(session, planned, status));
      if (attempt !== null && statusOf(attempt.after) === status) return told(attempt);
    }
    return told(await writeStatus(session, planned, status === 'pending' ? 'maybe' : status));
  });

  function told({ before, after }: StatusWrite): PortalWrite {
    return writtenOver(before, after, zone, planned.invitees);
  }
}

interface StatusWrite {
  readonly before: BookingRow;
  readonly after: BookingRow;
}

async function writeStatus(
  session: Session,
  { id, event }: PortalBooking,
  status: InvitationStatus,
): Promise<StatusWrite> {
  const row = { calendarBookingId: id, startTime: bookingTimes(event.time)?.startTime ?? 0 };
  const { values } = await session.client.invoke(
    [getBooking(session, id), transitionTo(session, row, statusCode(status)), getBooking(session, id)],
    WRITE_ITEM,
  );
  return { before: written(values[0], id, null), after: written(values[2], id, null) };
}

/** Null where the portal refuses this one row. */
async function attempted<T>(write: () => Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof RemoteFailure && !isServers(error.failure)) return null;
    throw error;
  }
}

/** After a write nothing may make it look as if it had not happened. */
async function triedFetch(session: Session, id: string): Promise<{ row: BookingRow | null; detail: string }> {
  try {
    return { row: await fetchRow(session, id), detail: '' };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { row: null, detail: error.failure.detail };
  }
}
