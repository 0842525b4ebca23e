/** The port over JSON web services against the emulated portal, with each answer to what nobody has confirmed. */
import { describe, expect, it, vi } from 'vitest';
import type { Effects } from '#core/effects.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCredentials, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import type { LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import { createLiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { VERSIONS } from '#test/emulators/liferay/versions.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { portalCalendarContract } from './portal-calendar.contract.ts';
import { portalSeriesContract } from './portal-calendar-series.contract.ts';
import type { PersonBooking, PortalWorld } from './portal-calendar-world.ts';
import { portalWritesContract } from './portal-calendar-writes.contract.ts';

const ORIGIN = 'https://portal.example.com';
const PASSWORD = 'pässword';
const COMPANY_ID = '20097';
const ANSWERS = {
  htmlPage: FAULTS.htmlPage,
  forbidden: FAULTS.forbiddenEmpty,
  unavailable: FAULTS.unavailable,
  noConnection: FAULTS.noConnection,
} as const;

const TOKEN_URL = `${ORIGIN}/o/oauth2/token`;
const BASIC: PortalCredentials = { kind: 'basic', user: 'connector', password: PASSWORD };
const APPLICATION: PortalCredentials = {
  kind: 'clientCredentials',
  clientId: 'connector-application',
  clientSecret: 'secret',
  tokenUrl: TOKEN_URL,
};
const USER_AGENT = 'connector-user-agent';

interface JsonwsWorld extends PortalWorld {
  readonly emulator: LiferayEmulator;
  openAs(credentials: PortalCredentials): PortalWorld['portal'];
}

function createWorld(
  switches: Partial<LiferaySwitches>,
  credentials: PortalCredentials = BASIC,
): JsonwsWorld {
  let nowMs = Date.parse('2025-03-01T12:00:00Z');
  let uuids = 0;
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const ids = { uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}` };
  const emulator = createLiferayEmulator({ clock, ids, origin: ORIGIN, switches });
  const service = addUser(emulator, 'connector', ['Administrator']);
  const owner = addUser(emulator, 'owner');
  const calendar = emulator.createCalendarFor(owner);
  const dialect: PortalDialect = {
    context: emulator.switches.contextName,
    version: null,
    keepsUid: emulator.switches.keepsUid,
    hasRowVersion: emulator.switches.hasMvcc,
    companyId: COMPANY_ID,
  };
  emulator.addOAuthClient({
    clientId: 'connector-application',
    clientSecret: 'secret',
    kind: 'headlessServer',
    erc: 'connector-oauth-application-headless-server',
    scopes: ['liferay-json-web-services.everything', 'Liferay.Headless.Admin.User.everything.read'],
    serviceUserId: service,
  });
  emulator.addOAuthClient({
    clientId: USER_AGENT,
    clientSecret: '',
    kind: 'userAgent',
    erc: 'connector-oauth-application-user-agent',
    scopes: ['liferay-json-web-services.everything', 'Liferay.Headless.Admin.User.everything.read'],
  });
  const openPortal = openJsonwsPortal(effectsOf(emulator, clock, ids), memoryTokens());
  const openAs = (who: PortalCredentials, known: PortalDialect | null) =>
    openPortal({ url: ORIGIN, timeoutMs: 10_000, dialect: known }, who);
  let people = 0;
  const newUser = (): number => addUser(emulator, `person${++people}`);
  let site: number | null = null;
  const siteId = (): number => {
    site ??= emulator.addSite({ name: 'Site', ownerUserId: owner });
    return site;
  };

  return {
    emulator,
    openAs: (who) => openAs(who, dialect),
    portal: openAs(credentials, dialect),
    unprobed: openAs(credentials, null),
    serviceUser: { id: String(service), name: 'connector Tester', emailAddress: 'connector@example.com' },
    calendarId: String(calendar),
    ownerId: String(owner),
    person: personOf(emulator, owner),
    foreigner: personOf(emulator, addUser(emulator, 'straniera', [], 'it_IT')),
    descriptions: (bookingId) => Object.values(emulator.booking(Number(bookingId))?.descriptions ?? {}),
    titles: (bookingId) => Object.values(emulator.booking(Number(bookingId))?.titles ?? {}),
    newCalendar: () => String(emulator.createCalendarFor(newUser())),
    newUser: () => String(newUser()),
    siteCalendar: () => ({
      calendarId: String(emulator.createCalendarForSite(siteId())),
      siteId: String(siteId()),
    }),
    roomCalendar: () => {
      const room = emulator.addResource({ name: 'Room', siteId: siteId(), userId: owner });
      return { calendarId: String(room.calendarId), resourceId: String(room.calendarResourceId) };
    },
    revoke: (calendarId, action) => emulator.revoke(service, Number(calendarId), action),
    becomeGuest: () => emulator.faults.next(FAULTS.silentGuest, { times: 1_000_000 }),
    answerAll: (answer) => emulator.faults.next(ANSWERS[answer], { times: 1_000_000 }),
    loseNextReply: () =>
      emulator.faults.next(FAULTS.lostReply, { command: /\/(add|update|delete|move|invoke)-/ }),
    requests: () => emulator.requests.http,
    mails: () => emulator.outbox.length,
    pass: (ms) => {
      nowMs += ms;
    },
    keepsUid: emulator.switches.keepsUid,
    hasRowVersion: emulator.switches.hasMvcc,
    keepsSeries: emulator.switches.generation !== '6.2',
    guestReason: credentials.kind === 'basic' ? 'portalBasicOff' : 'guestIdentity',
    tellsRoles: emulator.switches.hasHeadless,
    calendarsHaveZones: emulator.switches.calendarsTellZone,
    refusesTheBusy: emulator.switches.approval === 'workflow',
    countsLocalDays: emulator.switches.seriesDays === 'calendarZone',
    version: emulator.switches.version ?? `6.2 (build ${emulator.switches.buildNumber})`,
  };
}

function addUser(
  emulator: LiferayEmulator,
  screenName: string,
  roles: readonly string[] = [],
  languageId = 'en_US',
): number {
  return emulator.addUser({
    screenName,
    emailAddress: `${screenName}@example.com`,
    password: PASSWORD,
    firstName: screenName,
    lastName: 'Tester',
    zone: 'Europe/Rome',
    roles,
    languageId,
  });
}

function personOf(emulator: LiferayEmulator, userId: number): PortalWorld['person'] {
  const person = emulator.userActs(userId);
  const changeInstance = (
    id: string,
    start: string,
    change: Partial<PersonBooking>,
    allFollowing: boolean,
  ) => {
    const fields = { ...fieldsOf(change), ...timesOf(change) };
    return String(person.changeInstance(Number(id), Date.parse(start), fields, allFollowing));
  };
  return {
    add: (calendarId, booking) => {
      const { startTime, endTime } = timesOf(booking);
      const fields = {
        ...fieldsOf(booking),
        title: booking.title,
        startTime: startTime ?? 0,
        endTime: endTime ?? 0,
      };
      return String(person.addBooking(Number(calendarId), fields));
    },
    change: (id, change) => person.changeBooking(Number(id), { ...fieldsOf(change), ...timesOf(change) }),
    delete: (id) => {
      person.moveToTrash(Number(id));
      person.emptyTrash();
    },
    trash: (id) => person.moveToTrash(Number(id)),
    respond: (id, answer) => person.respond(Number(id), answer),
    deleteOccurrence: (id, start) => person.deleteInstance(Number(id), Date.parse(start)),
    deleteFollowing: (id, start) => person.deleteInstance(Number(id), Date.parse(start), true),
    changeOccurrence: (id, start, change) => changeInstance(id, start, change, false),
    changeFollowing: (id, start, change) => changeInstance(id, start, change, true),
  };
}

function timesOf(booking: Partial<PersonBooking>): { startTime?: number; endTime?: number } {
  return {
    ...(booking.start === undefined ? {} : { startTime: Date.parse(booking.start) }),
    ...(booking.end === undefined ? {} : { endTime: Date.parse(booking.end) }),
  };
}

function fieldsOf(booking: Partial<PersonBooking>) {
  const { start: _start, end: _end, reminderMs, inviteCalendarIds, ...same } = booking;
  return {
    ...same,
    ...(reminderMs === undefined ? {} : { reminder: reminderMs }),
    ...(inviteCalendarIds === undefined ? {} : { inviteCalendarIds: inviteCalendarIds.map(Number) }),
  };
}

function effectsOf(emulator: LiferayEmulator, clock: Effects['clock'], ids: Effects['ids']): Effects {
  const silent = () => undefined;
  return {
    fetch: async (url, { method, headers, body }) => {
      const response = await emulator.fetch(
        new Request(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) }),
      );
      return { status: response.status, headers: response.headers, body: bodyOf(response) };
    },
    clock,
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids,
    random: { next: () => 0.5 },
    seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(await response.arrayBuffer());
}

const PORTALS: Readonly<Record<string, Partial<LiferaySwitches>>> = {
  'longs as numbers, dates as text, vEventUid': {
    longsAsStrings: false,
    datesAs: 'string',
    uidKey: 'vEventUid',
  },
  'errors without a body': { serializeThrowable: false },
  'writes that answer with the approved row': { writesReturn: 'rowAfterWorkflow' },
  AntiSamy: { sanitizer: 'antiSamy' },
  'UIDs that are not kept': { keepsUid: false },
  ...Object.fromEntries(Object.entries(VERSIONS).map(([name, version]) => [`Liferay ${name}`, version])),
};

for (const [title, switches] of Object.entries(PORTALS)) {
  portalCalendarContract(`The portal port over JSONWS: ${title}`, () => createWorld(switches));
  portalWritesContract(`Writes over JSONWS: ${title}`, () => createWorld(switches));
  portalSeriesContract(`Series over JSONWS: ${title}`, () => createWorld(switches));
}
for (const [title, switches] of Object.entries({
  'as an OAuth2 application': {},
  'with opaque tokens': { issueJwtAccessToken: false },
})) {
  const create = () => createWorld(switches, APPLICATION);
  portalCalendarContract(`The portal port over JSONWS: ${title}`, create);
  portalWritesContract(`Writes over JSONWS: ${title}`, create);
}

/** What a portal answers to a method that it does not have, with and without a body. */
const NO_METHOD = {
  told: JSON.stringify({
    exception: 'com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException',
  }),
  untold: '{}',
};

describe('a portal whose bookings cannot go to the Recycle Bin', () => {
  it.each(Object.entries(NO_METHOD))('says so, and the booking stays: %s', async (_what, body) => {
    const world = createWorld({});
    const times = { start: '2025-03-10T09:00:00Z', end: '2025-03-10T10:00:00Z' };
    const id = world.person.add(world.calendarId, { title: 'Stays', ...times });
    const zones = new Map([[world.calendarId, 'Europe/Rome']]);
    const [read] = await world.portal.read([id], zones);
    if (read?.kind !== 'booking') throw new Error(JSON.stringify(read));
    const missing = { kind: 'answer', status: 404, body, contentType: 'application/json' } as const;
    world.emulator.faults.next(missing, { command: /move-calendar-booking-to-trash/ });
    expect(await world.portal.remove(read.booking, 'trash', 'Europe/Rome')).toMatchObject({
      kind: 'failed',
      failure: { reason: 'itemRefused', detail: expect.stringMatching(/Recycle Bin.*deleted for good/) },
    });
    expect(await world.portal.read([id], zones)).toEqual([read]);
  });
});

describe('a calendar for which writes were prepared', () => {
  it('is written to with one request, so that nothing comes between a look at the clock and the write', async () => {
    const { portal, calendarId, emulator } = createWorld({});
    await portal.prepareWrites(calendarId);
    emulator.requests.reset();
    const event: CalendarEvent = {
      ...{ ...NEUTRAL_EVENT, title: 'Board' },
      time: {
        kind: 'timed',
        start: '2025-03-10T09:00:00Z',
        end: '2025-03-10T10:00:00Z',
        zone: 'Europe/Rome',
      },
    };
    const written = await portal.add({ calendarId, uid: 'uid-1', seriesId: null, event }, 'Europe/Rome');
    expect(written.kind).toBe('written');
    expect(emulator.requests).toMatchObject({ http: 1, writes: 1 });
  });
});

describe('a portal that refuses the first request for a snapshot', () => {
  it.each([
    { times: 1, lists: true },
    { times: 2, lists: false },
  ])('$times times: later ones name the properties that are wanted: $lists', async ({ times, lists }) => {
    const world = createWorld({});
    const asked: string[] = [];
    const { fetch } = world.emulator;
    vi.spyOn(world.emulator, 'fetch').mockImplementation(async (request) => {
      asked.push(await request.clone().text());
      return fetch(request);
    });
    const snapshot = async () => {
      const requests = [{ calendarId: world.calendarId, expectedRows: 1, detail: 'light' }] as const;
      expect((await world.portal.snapshot(requests)).get(world.calendarId)?.kind).toBe('rows');
    };
    for (let n = 0; n < times; n += 1) {
      world.emulator.faults.next(FAULTS.http500, { command: /get-calendar-bookings/ });
      await snapshot();
    }
    await snapshot();
    expect(asked.at(-1)?.includes('"$r[')).toBe(lists);
  });
});

describe('the relayed token of a person', () => {
  const relayed = async (world: JsonwsWorld) => {
    const token = await world.emulator.issueUserToken(Number(world.ownerId), USER_AGENT);
    return world.openAs({ kind: 'bearer', token });
  };

  it('tells who they are and which sites they administer', async () => {
    const world = createWorld({});
    const { siteId } = world.siteCalendar();
    const portal = await relayed(world);
    expect(await portal.identity()).toEqual({
      id: world.ownerId,
      name: 'owner Tester',
      emailAddress: 'owner@example.com',
      emailVerified: false,
      isPortalAdministrator: false,
      roleNames: expect.any(Array),
      administeredSiteIds: [siteId],
      siteNames: { [siteId]: 'Site' },
    });
  });

  it('sees the calendars that they manage, and no others', async () => {
    const world = createWorld({});
    world.newCalendar();
    const portal = await relayed(world);
    expect((await portal.calendars()).map(({ id }) => id)).toEqual([world.calendarId]);
  });

  it('expires after ten minutes', async () => {
    const world = createWorld({});
    const portal = await relayed(world);
    await portal.identity();
    world.pass(600_000);
    await expect(portal.identity()).rejects.toMatchObject({ failure: { reason: 'tokenExpired' } });
  });
});

describe('the token of an application', () => {
  it('is renewed over an hour of work, and when the portal forgets it', async () => {
    const world = createWorld({}, APPLICATION);
    for (let minutes = 0; minutes < 60; minutes += 4) {
      await world.portal.identity();
      world.pass(240_000);
    }
    expect(world.emulator.requests.paths.get('/o/oauth2/token')).toBeLessThanOrEqual(8);
    world.emulator.faults.next(FAULTS.expiredToken, { path: /jsonws/ });
    await expect(world.portal.identity()).resolves.toMatchObject(world.serviceUser);
  });

  it('whose scope does not cover the Recycle Bin says so, and the booking stays', async () => {
    const world = createWorld({});
    world.emulator.addOAuthClient({
      clientId: 'narrow',
      clientSecret: 'secret',
      kind: 'headlessServer',
      erc: 'narrow',
      scopes: ['liferay-json-web-services.everything.read', 'liferay-json-web-services.everything.write'],
      serviceUserId: Number(world.serviceUser.id),
    });
    const portal = world.openAs({ ...APPLICATION, clientId: 'narrow' });
    const id = world.person.add(world.calendarId, {
      title: 'Stays',
      start: '2025-03-10T09:00:00Z',
      end: '2025-03-10T10:00:00Z',
    });
    const zones = new Map([[world.calendarId, 'Europe/Rome']]);
    const [read] = await portal.read([id], zones);
    if (read?.kind !== 'booking') throw new Error(JSON.stringify(read));
    const removed = await portal.remove(read.booking, 'trash', 'Europe/Rome');
    expect(removed).toMatchObject({ kind: 'failed', failure: { reason: 'accessDenied' } });
    expect((await portal.read([id], zones))[0]).toMatchObject({
      kind: 'booking',
      booking: { status: 'approved' },
    });
  });
});
