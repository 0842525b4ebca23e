/** Learns what a portal is: its version, where its calendar services are, whether rows have a version, whether UIDs stay. */
import type { Effects } from '#core/effects.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { oneLine } from '#core/text.ts';
import type { PortalDialect } from '../portal-calendar.port.ts';
import { searchCalendars } from './calendar-lists.ts';
import { isRecord } from './jsonws-errors.ts';
import { CalendarLanguages } from './languages.ts';
import { PLUGIN_CONTEXT } from './plugin-dialect.ts';
import { READ_ITEM, READ_SERVICE, type Session } from './portal-session.ts';
import { addBooking, removeBooking } from './write.ts';

/** 7.x first. */
const CONTEXTS = ['calendar', PLUGIN_CONTEXT] as const;
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
    version: await versionOf(sessionOf({ ...ASSUMED_DIALECT, context })),
    hasRowVersion: calendars.some(hasRowVersion),
  };
  return scratchCalendarId === null ? dialect : probeBooking(effects, sessionOf(dialect), scratchCalendarId);
}

/** What is assumed of a portal that was not probed. */
export const ASSUMED_DIALECT: PortalDialect = {
  context: CONTEXTS[0],
  version: null,
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

/**
 * PortalServiceImpl publishes `getBuildNumber` in every version and `getVersion` from 7.0 on. An access policy of one's own
 * need not cover them: then the version stays unknown, and nothing depends on it.
 */
async function versionOf(session: Session): Promise<string | null> {
  const told = await asked(session, 'get-version');
  if (typeof told === 'string' && told !== '') return oneLine(told).slice(0, VERSION_LIMIT);
  const build = Number(await asked(session, 'get-build-number'));
  if (!Number.isSafeInteger(build) || build < 1_000) return null;
  return `${Math.floor(build / 1_000)}.${Math.floor(build / 100) % 10} (build ${build})`;
}
const VERSION_LIMIT = 40;

/** Null where the portal does not answer it. */
async function asked(session: Session, method: 'get-version' | 'get-build-number'): Promise<unknown> {
  try {
    const { values } = await session.client.invoke(
      [{ path: `/portal/${method}`, parameters: {} }],
      READ_SERVICE,
    );
    return values[0];
  } catch (error) {
    if (error instanceof RemoteFailure) return null;
    throw error;
  }
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
