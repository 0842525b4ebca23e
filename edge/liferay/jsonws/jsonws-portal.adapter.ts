/** The port to portal calendars, over Liferay's JSON web services (7.x and 6.2). */
import type { TokenCache } from '#core/access-token.ts';
import type { Effects } from '#core/effects.ts';
import { openSignIns } from '../oauth.ts';
import type { OpenPortal, PortalServer } from '../portal-calendar.port.ts';
import { CalendarZones } from './calendar-zones.ts';
import { createResourceCalendar, createUserCalendar, listCalendars } from './calendars.ts';
import { identify } from './identity.ts';
import { lookUpInvited } from './invited-calendars.ts';
import { openClient } from './jsonws-client.ts';
import { CalendarLanguages } from './languages.ts';
import { LearntSession } from './learnt-session.ts';
import { lookUpOwners } from './owners.ts';
import { probePortal } from './probe.ts';
import { readBookings } from './read.ts';
import { KnownResources, SnapshotObserver, takeSnapshots } from './snapshot.ts';
import { setBookingStatus } from './status.ts';
import { addBooking, removeBooking, updateBooking } from './write.ts';

/** What does not change about a portal and is worth remembering from one opening to the next. */
interface Remembered {
  readonly resources: KnownResources;
  readonly languages: CalendarLanguages;
  readonly zones: CalendarZones;
}

/** Portals and identities opened through one result share tokens and what was learnt about calendars. */
export function openJsonwsPortal(effects: Effects, tokens: TokenCache): OpenPortal {
  const signInOf = openSignIns(effects, tokens);
  const remembered = new Map<string, Remembered>();

  return (server, credentials) => {
    const signIn = signInOf(credentials);
    const url = server.url.replace(/\/+$/, '');
    const client = openClient(effects, { url, timeoutMs: server.timeoutMs, signIn });
    const learnt = new LearntSession(effects, client, signIn, server);
    const { resources, languages, zones } = remember(effects, remembered, url);
    let observer = new SnapshotObserver(learnt.session, resources, zones);
    learnt.onChange((session) => {
      observer = new SnapshotObserver(session, resources, zones);
    });

    return {
      identity: () => identify(learnt.session),
      probe: (scratchCalendarId) => probePortal(effects, learnt.sessionOf, scratchCalendarId),
      calendars: () => learnt.read((session) => listCalendars(session, zones)),
      invitedCalendars: (calendarIds) => learnt.read((session) => lookUpInvited(session, calendarIds)),
      owners: (userIds) => learnt.read((session) => lookUpOwners(session, userIds)),
      createUserCalendar: (userId, name, zone) =>
        learnt.write((session) => createUserCalendar(session, zones, userId, name, zone)),
      createResourceCalendar: (siteId, name, zone) =>
        learnt.write((session) => createResourceCalendar(session, zones, siteId, name, zone)),
      snapshot: async (requests) => {
        const snapshots = await learnt.read(() => takeSnapshots(observer, requests));
        if (observer.isContradicted) await learnt.learnAnew();
        return snapshots;
      },
      read: (ids, zoneOf) => learnt.read((session) => readBookings(session, ids, zoneOf)),
      prepareWrites: (calendarId) =>
        learnt.read(async (session) => {
          await languages.of(session, calendarId);
        }),
      add: (add, zone) => learnt.write((session) => addBooking(session, languages, add, zone)),
      update: (update, zone) => learnt.write((session) => updateBooking(session, languages, update, zone)),
      setStatus: (planned, status, zone) =>
        learnt.write((session) => setBookingStatus(session, planned, status, zone)),
      remove: (planned, mode, zone) => learnt.write((session) => removeBooking(session, planned, mode, zone)),
    };
  };
}

function remember(effects: Effects, all: Map<string, Remembered>, url: PortalServer['url']): Remembered {
  const known = all.get(url);
  if (known !== undefined) return known;
  const fresh = {
    resources: new KnownResources(),
    languages: new CalendarLanguages(),
    zones: new CalendarZones(effects.clock),
  };
  all.set(url, fresh);
  return fresh;
}
