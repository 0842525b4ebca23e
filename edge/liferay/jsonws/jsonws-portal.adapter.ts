/** The port to portal calendars, over Liferay's JSON web services (7.x and 6.2). */
import type { TokenCache } from '#core/access-token.ts';
import type { Effects } from '#core/effects.ts';
import { openSignIns } from '../oauth.ts';
import type { OpenPortal, PortalDialect } from '../portal-calendar.port.ts';
import { createUserCalendar, listCalendars } from './calendars.ts';
import { identify } from './identity.ts';
import { lookUpInvited } from './invited-calendars.ts';
import { openClient } from './jsonws-client.ts';
import { CalendarLanguages } from './languages.ts';
import { openSession } from './portal-session.ts';
import { ASSUMED_DIALECT, probePortal } from './probe.ts';
import { readBookings } from './read.ts';
import { KnownResources, SnapshotObserver, takeSnapshots } from './snapshot.ts';
import { setBookingStatus } from './status.ts';
import { addBooking, removeBooking, updateBooking } from './write.ts';

/** What does not change about a portal and is worth remembering from one opening to the next. */
interface Remembered {
  readonly resources: KnownResources;
  readonly languages: CalendarLanguages;
}

/** Portals and identities opened through one result share tokens and what was learnt about calendars. */
export function openJsonwsPortal(effects: Effects, tokens: TokenCache): OpenPortal {
  const signInOf = openSignIns(effects, tokens);
  const remembered = new Map<string, Remembered>();

  return (server, credentials) => {
    const signIn = signInOf(credentials);
    const url = server.url.replace(/\/+$/, '');
    const client = openClient(effects, { url, timeoutMs: server.timeoutMs, signIn });
    const sessionOf = (dialect: PortalDialect) => openSession(client, signIn, dialect, effects.log);
    const session = sessionOf(server.dialect ?? ASSUMED_DIALECT);
    const { resources, languages } = remember(remembered, url);
    const observer = new SnapshotObserver(session, resources);

    return {
      identity: () => identify(session),
      probe: (scratchCalendarId) => probePortal(effects, sessionOf, scratchCalendarId),
      calendars: () => listCalendars(session),
      invitedCalendars: (calendarIds) => lookUpInvited(session, calendarIds),
      createUserCalendar: (userId, name, zone) => createUserCalendar(session, userId, name, zone),
      snapshot: (requests) => takeSnapshots(observer, requests),
      read: (ids, zones) => readBookings(session, ids, zones),
      prepareWrites: async (calendarId) => {
        await languages.of(session, calendarId);
      },
      add: (add, zone) => addBooking(session, languages, add, zone),
      update: (update, zone) => updateBooking(session, languages, update, zone),
      setStatus: (planned, status, zone) => setBookingStatus(session, planned, status, zone),
      remove: (planned, mode, zone) => removeBooking(session, planned, mode, zone),
    };
  };
}

function remember(all: Map<string, Remembered>, url: string): Remembered {
  const known = all.get(url);
  if (known !== undefined) return known;
  const fresh = { resources: new KnownResources(), languages: new CalendarLanguages() };
  all.set(url, fresh);
  return fresh;
}
