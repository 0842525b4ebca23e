/** What "Test connection" finds at the portal: in every broken state the right step, the reason and the remedy. */
import { describe, expect, it } from 'vitest';
import { mailbox, pairing } from '#drizzle/schema.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { VERSIONS } from '#test/emulators/liferay/versions.ts';
import {
  ANNA,
  BY_PASSWORD,
  type DoctorWorld,
  type DoctorWorldOptions,
  failureOf,
  GOOD_CERTIFICATE,
  openDoctorWorld,
  PORTAL,
  page,
  stepOf,
  systemError,
} from './doctor-world.ts';

const ALWAYS = 1_000;
const NO_SUCH_SERVICE = {
  kind: 'answer',
  status: 404,
  body: '{"error":{"message":"No JSON web service action","type":"com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException"}}',
  contentType: 'application/json',
} as const;
const NOTHING = { kind: 'answer', status: 200, body: '{}', contentType: 'application/json' } as const;

interface Broken {
  readonly options?: DoctorWorldOptions;
  readonly break?: (world: DoctorWorld) => void;
  readonly found: readonly [step: string, reason: string, remedy: string];
}

type Fault = Parameters<DoctorWorld['liferay']['faults']['next']>[0];
const always =
  (fault: Fault, match: { readonly path?: RegExp; readonly command?: RegExp } = {}) =>
  ({ liferay }: DoctorWorld) =>
    liferay.faults.next(fault, { ...match, times: ALWAYS });
const all = { path: /^(?!\/o\/oauth2\/token)/ };
const late = () => Object.assign(new Error('too late'), { name: 'TimeoutError' });

const STATES: Readonly<Record<string, Broken>> = {
  'the name does not resolve': {
    break: ({ network }) => network.set(PORTAL, { resolve: () => Promise.reject(systemError('ENOTFOUND')) }),
    found: ['resolve', 'unreachable', 'nameUnknown'],
  },
  'nobody listens': {
    break: ({ network }) =>
      network.set(PORTAL, { connect: () => Promise.reject(systemError('ECONNREFUSED')) }),
    found: ['connect', 'unreachable', 'connectionRefused'],
  },
  'the certificate has expired': {
    break: ({ network }) => {
      const expired = { ...GOOD_CERTIFICATE, problem: 'expired', said: 'CERT_HAS_EXPIRED' } as const;
      network.set(PORTAL, { certificate: async () => expired });
    },
    found: ['certificate', 'certificateRefused', 'certificateExpired'],
  },
  'the application has another id': {
    options: { variables: { PORTAL_CLIENT_ID: 'id-of-another' } },
    found: ['token', 'signInRefused', 'clientRefused'],
  },
  'the application has another secret': {
    options: { variables: { PORTAL_CLIENT_SECRET: 'another-secret' } },
    found: ['token', 'signInRefused', 'clientRefused'],
  },
  'there is no OAuth 2': {
    break: always({ ...NOTHING, status: 404 }, { path: /token$/ }),
    found: ['token', 'notTheService', 'noOAuth'],
  },
  'a sign-in page stands before the token': {
    break: always(FAULTS.htmlPage, { path: /token$/ }),
    found: ['token', 'notTheService', 'noOAuth'],
  },
  'the portal is busy': {
    break: (world) => {
      world.between = ({ url }) => (url.host === PORTAL ? page(429, '', { 'Retry-After': '30' }) : null);
    },
    found: ['token', 'throttled', 'busy'],
  },
  'the portal takes the connection and says nothing': {
    break: (world) => {
      world.between = ({ url }) => (url.host === PORTAL ? late() : null);
    },
    found: ['token', 'timedOut', 'tooSlow'],
  },
  'the portal answers 403 to everything': {
    break: always(FAULTS.forbiddenEmpty, all),
    found: ['identity', 'portalForbidsServices', 'portalClosed'],
  },
  'it has the settings of Liferay’s cloud': {
    options: { liferay: { servicesForbidden: true } },
    found: ['identity', 'portalForbidsServices', 'portalClosed'],
  },
  'so has an old portal': {
    options: { liferay: { ...VERSIONS['7.1'], servicesForbidden: true } },
    found: ['identity', 'portalForbidsServices', 'portalClosed'],
  },
  'the application has no scope for JSON web services': {
    options: { scopes: ['Liferay.Headless.Admin.User.everything.read'] },
    found: ['identity', 'portalPolicyDenies', 'servicesClosed'],
  },
  'the token is not accepted': {
    break: always(FAULTS.expiredToken),
    found: ['identity', 'signInRefused', 'tokenRefused'],
  },
  'the token is overlooked': {
    break: always(FAULTS.silentGuest),
    found: ['identity', 'guestIdentity', 'tokenOverlooked'],
  },
  'a single sign-on shows its page instead of JSON': {
    break: always(FAULTS.htmlPage),
    found: ['identity', 'notTheService', 'noJsonws'],
  },
  'JSON web services are switched off': {
    break: always(NO_SUCH_SERVICE),
    found: ['identity', 'notTheService', 'noJsonws'],
  },
  'another JSON comes than was asked for': {
    break: always(NOTHING),
    found: ['identity', 'badAnswer', 'badAnswer'],
  },
  'the portal is broken': {
    break: always(FAULTS.unavailable),
    found: ['identity', 'serverError', 'serverFailed'],
  },
  'the scope covers who we are and no more': {
    options: {
      scopes: [
        'liferay-json-web-services.everything.read.userprofile',
        'Liferay.Headless.Admin.User.everything.read',
      ],
    },
    found: ['dialect', 'portalPolicyDenies', 'servicesClosed'],
  },
  'there is no calendar app': {
    break: always(NO_SUCH_SERVICE, { command: /calendar/ }),
    found: ['dialect', 'notTheService', 'noCalendarServices'],
  },
  'the role may view calendars and no more': {
    options: { actions: ['VIEW'] },
    found: ['permission', 'portalAccessLost', 'noPermission'],
  },
  'the password is wrong': {
    options: { variables: { ...BY_PASSWORD, PORTAL_PASSWORD: 'another-password' } },
    found: ['identity', 'signInRefused', 'portalPasswordRefused'],
  },
  'passwords are not looked at': {
    options: { variables: BY_PASSWORD, liferay: { basicEnabled: false } },
    found: ['identity', 'portalBasicOff', 'passwordOverlooked'],
  },
  'passwords are not looked at, and guests may ask': {
    options: { variables: BY_PASSWORD, liferay: { basicEnabled: false, silentGuest: true } },
    found: ['identity', 'portalBasicOff', 'passwordOverlooked'],
  },
  'passwords need a CSRF token too': {
    options: { variables: BY_PASSWORD, liferay: { basicNeedsCsrfToken: true } },
    found: ['identity', 'portalAsksToken', 'pageTokenAsked'],
  },
};

describe('where', () => {
  it.each(Object.entries(STATES))('%s', async (_, { options = {}, break: broken, found }) => {
    const world = await openDoctorWorld(options);
    broken?.(world);
    expect(failureOf(await world.examine(), 'liferay')).toEqual(found);
  });

  it('there are no calendars yet, that is a warning', async () => {
    const world = await openDoctorWorld({ hasCalendar: false });
    const report = await world.examine();
    const { result, remedy, facts } = stepOf(report, 'liferay', 'calendars');
    expect([result, remedy, facts]).toEqual(['warning', 'noCalendars', { visible: 0, manageable: 0 }]);
    expect(stepOf(report, 'liferay', 'permission').result).toBe('notTried');
    expect(report.healthy).toBe(true);
  });
});

describe('the calendar whose permissions are looked at', () => {
  async function paired(): Promise<{ world: DoctorWorld; calendarId: number }> {
    const world = await openDoctorWorld();
    const marco = world.liferay.addUser({
      screenName: 'marco',
      emailAddress: 'marco@example.com',
      password: 'pw',
      firstName: 'Marco',
      lastName: 'Bianchi',
    });
    const calendarId = world.liferay.createCalendarFor(marco);
    await world.db.insert(mailbox).values({
      id: 'm',
      domainId: 'default',
      address: ANNA,
      ownerKind: 'user',
      ownerId: '1',
      intervalSeconds: 30,
      nextSyncAt: 0,
      createdAt: 0,
    });
    await world.db.insert(pairing).values({
      id: 'p',
      mailboxId: 'm',
      folderId: 'f',
      folderName: 'Calendar',
      calendarId: String(calendarId),
      calendarName: 'Marco',
      calendarZone: 'UTC',
      direction: 'both',
      userId: '1',
      createdAt: 0,
    });
    return { world, calendarId };
  }

  it('is that of the mailbox’s pairing', async () => {
    const { world, calendarId } = await paired();
    expect(stepOf(await world.examine(), 'liferay', 'permission').facts).toEqual({
      calendar: 'Marco Bianchi',
    });
    world.liferay.revoke('Calendar Synchronisation', calendarId, 'MANAGE_BOOKINGS');
    const report = await world.examine();
    expect(failureOf(report, 'liferay')).toEqual(['permission', 'portalAccessLost', 'noPermission']);
    const facts = { calendar: 'Marco Bianchi', missing: ['MANAGE_BOOKINGS'] };
    expect(stepOf(report, 'liferay', 'permission').facts).toEqual(facts);
  });

  it('may be hidden altogether', async () => {
    const { world, calendarId } = await paired();
    for (const action of ['VIEW', 'VIEW_BOOKING_DETAILS', 'MANAGE_BOOKINGS'] as const) {
      world.liferay.revoke('Calendar Synchronisation', calendarId, action);
    }
    const { facts } = stepOf(await world.examine(), 'liferay', 'permission');
    expect(facts).toEqual({ calendar: String(calendarId), missing: ['VIEW'] });
  });
});

describe('a portal in order', () => {
  it.each([
    ['2025', {}, 'calendar', true],
    ['7.4', {}, 'calendar', true],
    ['7.1', {}, 'calendar', false],
    ['6.2', BY_PASSWORD, 'calendar-portlet', false],
  ] as const)('is understood when it is %s', async (name, variables, context, rowVersions) => {
    const liferay: Partial<LiferaySwitches> = VERSIONS[name];
    const world = await openDoctorWorld({ liferay, variables });
    const report = await world.examine();
    expect(failureOf(report, 'liferay')).toBeNull();
    expect(stepOf(report, 'liferay', 'dialect').facts).toMatchObject({ context, rowVersions });
    expect(stepOf(report, 'liferay', 'identity').facts.user).toMatch(
      /^Sync Service <service@example\.com> \(\d+\)$/,
    );
    expect(stepOf(report, 'liferay', 'calendars').facts).toEqual({ visible: 1, manageable: 1 });
  });

  it('says which version it is', async () => {
    const world = await openDoctorWorld({ liferay: VERSIONS['7.4'] });
    expect(stepOf(await world.examine(), 'liferay', 'dialect').facts.version).toBe('7.4.13');
  });

  it('is asked for a new token each time', async () => {
    const world = await openDoctorWorld();
    for (let n = 0; n < 2; n += 1) await world.examine();
    expect(world.sent.filter(({ url }) => url.pathname === '/o/oauth2/token')).toHaveLength(2);
  });

  it('is only read', async () => {
    const world = await openDoctorWorld();
    await world.examine(ANNA, true);
    expect(world.liferay.requests.writes).toBe(0);
  });
});
