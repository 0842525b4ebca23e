/** PortalDiagnosis over Liferay's OAuth2 endpoint and its JSON web services. */
import type { TokenCache } from '#core/access-token.ts';
import type { Effects } from '#core/effects.ts';
import { openSignIns } from '../oauth.ts';
import type { OpenPortalDiagnosis, SeenCalendar } from '../portal-diagnosis.port.ts';
import { searchCalendars } from './calendar-lists.ts';
import { namedCalendars } from './calendars.ts';
import { identify } from './identity.ts';
import { openClient } from './jsonws-client.ts';
import { LearntSession } from './learnt-session.ts';
import { READ_SERVICE, type Session } from './portal-session.ts';
import { probePortal } from './probe.ts';

/** Opens portals to be looked at. The token that a portal gives is kept for everybody, and none of before is used. */
export function openJsonwsDiagnosis(effects: Effects, tokens: TokenCache): OpenPortalDiagnosis {
  const fresh: TokenCache = { get: async () => null, put: (key, entry) => tokens.put(key, entry) };
  return (server, credentials) => {
    const signIn = openSignIns(effects, fresh)(credentials);
    const url = server.url.replace(/\/+$/, '');
    const client = openClient(effects, { url, timeoutMs: server.timeoutMs, signIn });
    const learnt = new LearntSession(effects, client, signIn, server);
    let { session } = learnt;
    return {
      token: async () => {
        if (credentials.kind !== 'clientCredentials') return false;
        await signIn.authorization();
        return true;
      },
      identity: () => identify(session),
      probe: async (scratchCalendarId) => {
        const dialect = await probePortal(effects, learnt.sessionOf, scratchCalendarId);
        session = learnt.sessionOf(dialect);
        return dialect;
      },
      seenCalendars: () => seenCalendars(session),
    };
  };
}

const PERMISSIONS = ['VIEW_BOOKING_DETAILS', 'MANAGE_BOOKINGS'] as const;

/** In one request. */
async function seenCalendars(session: Session): Promise<readonly SeenCalendar[]> {
  const { companyId } = await session.user();
  const searches = ['VIEW' as const, ...PERMISSIONS].map((action) =>
    searchCalendars(session, companyId, action, null),
  );
  const { values } = await session.invokeAsUs(searches, READ_SERVICE);
  const [seen = [], ...allowed] = values.map(namedCalendars);
  return seen.map(({ id, name }) => ({
    id,
    name,
    missing: PERMISSIONS.filter((_, index) => !allowed[index]?.some((calendar) => calendar.id === id)),
  }));
}
