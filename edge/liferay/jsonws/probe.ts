/** Learns what a portal keeps: where its calendar services are, whether rows have a version, whether UIDs stay. */
import type { Effects } from '#core/effects.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { PortalDialect } from '../portal-calendar.port.ts';
import { searchCalendars } from './calendar-lists.ts';
import { isRecord } from './jsonws-errors.ts';
import { CalendarLanguages } from './languages.ts';
import { READ_ITEM, READ_SERVICE, type Session } from './portal-session.ts';
import { addBooking, removeBooking } from './write.ts';

/** 7.x first. */
const CONTEXTS = ['calendar', 'calendar-portlet'] as const;
/** Far enough in the past that nobody looks there while the probe booking exists. */
const PROBE_DAY = { kind: 'allDay', start: '2000-01-01', end: '2000-01-02' } as const;

/**
 * Rejects with `notTheService` where neither context answers. `sessionOf` opens a session in a dialect. Without a
 * scratch calendar the UID is taken to be kept; whether it was, the first booking that is made tells.
 */
export async function probePortal(
  effects: Effects,
  sessionOf: (dialect: PortalDialect) => Session,
  scratchCalendarId: string | null,
): Promise<PortalDialect> {
  const { companyId } = await sessionOf({ ...ASSUMED_DIALECT }).user();
  const { context, calendars } = await findContext(sessionOf, companyId);
  const dialect: PortalDialect = {
    ...ASSUMED_DIALECT,
    companyId,
    context,
    hasRowVersion: calendars.some(hasRowVersion),
  };
  return scratchCalendarId === null ? dialect : probeBooking(effects, sessionOf(dialect), scratchCalendarId);
}

/** What is assumed of a portal that was not probed. */
export const ASSUMED_DIALECT: PortalDialect = {
  context: CONTEXTS[0],
  keepsUid: true,
  hasRowVersion: false,
  companyId: '',
};

async function findContext(
  sessionOf: (dialect: PortalDialect) => Session,
  companyId: string,
): Promise<{ context: string; calendars: readonly unknown[] }> {
  let last: RemoteFailure | null = null;
  for (const context of CONTEXTS) {
    const session = sessionOf({ ...ASSUMED_DIALECT, context });
    try {
      const search = searchCalendars(session, companyId, 'MANAGE_BOOKINGS', null);
      const { values } = await session.invokeAsUs([search], READ_SERVICE);
      return { context, calendars: Array.isArray(values[0]) ? values[0] : [] };
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.failure.reason !== 'notTheService') throw error;
      last = error;
    }
  }
  throw last ?? new RemoteFailure(failure('notTheService', 'No calendar services'));
}

/** Calendars and bookings got the column in the same release (Liferay 7.3, calendar schema 4.1.0). */
function hasRowVersion(row: unknown): boolean {
  return isRecord(row) && row['mvccVersion'] !== undefined && row['mvccVersion'] !== null;
}

/** Makes a booking, looks at it and deletes it, whatever happened in between. */
async function probeBooking(effects: Effects, session: Session, calendarId: string): Promise<PortalDialect> {
  const uid = effects.ids.uuid();
  const event = { ...NEUTRAL_EVENT, title: 'Calendar Connector: test', time: PROBE_DAY };
  const add = { calendarId, uid, seriesId: null, event };
  const added = await addBooking(session, new CalendarLanguages(), add, 'UTC');
  if (added.kind === 'failed') throw new RemoteFailure(added.failure);
  const { booking } = added;
  try {
    const get = session.command('calendarbooking', 'get-calendar-booking', { calendarBookingId: booking.id });
    const { values } = await session.invokeAsUs([get], READ_ITEM);
    return { ...session.dialect, keepsUid: booking.uid === uid, hasRowVersion: hasRowVersion(values[0]) };
  } finally {
    const removed = await removeBooking(session, booking, 'delete', 'UTC');
    if (removed.kind === 'failed') {
      session.log.warn('The probe booking could not be deleted', { booking: booking.id, ...removed.failure });
    }
  }
}
