/** Each version of Liferay that the emulator can be: what the service learns of it, and what it notices when it changes. */
import { describe, expect, it } from 'vitest';
import type { Effects } from '#core/effects.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCalendar, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { createLiferayEmulator, type LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { type PortalVersion, VERSIONS } from '#test/emulators/liferay/versions.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { writtenBy } from './portal-calendar-world.ts';

const ORIGIN = 'https://portal.example.com';
const ROME = 'Europe/Rome';
const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Meeting',
  description: 'Bring figures',
  time: { kind: 'timed', start: '2025-03-10T09:00:00Z', end: '2025-03-10T10:00:00Z', zone: ROME },
};

/** A portal whose machine can be replaced by one of another version, with the same people on it. */
function replaceablePortal(version: PortalVersion, more: Partial<LiferaySwitches> = {}) {
  let nowMs = Date.parse('2025-03-01T12:00:00Z');
  let uuids = 0;
  const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => {} };
  const ids = { uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}` };
  const build = (switches: Partial<LiferaySwitches>) => {
    const emulator = createLiferayEmulator({ clock, ids, origin: ORIGIN, switches });
    const user = (screenName: string, roles: readonly string[]) =>
      emulator.addUser({
        screenName,
        emailAddress: `${screenName}@example.com`,
        password: 'pw',
        firstName: screenName,
        lastName: 'Tester',
        zone: ROME,
        roles,
      });
    const connector = user('connector', ['Administrator']);
    const owner = user('owner', []);
    return { emulator, connector, owner, calendarId: emulator.createCalendarFor(owner) };
  };
  let running = build({ ...VERSIONS[version], ...more });
  const logged: string[] = [];
  const log = (message: string, fields: object = {}) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const effects: Effects = {
    fetch: async (url, { method, headers, body }) => {
      const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) });
      const response = await running.emulator.fetch(request);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, body: bytesOf(bytes) };
    },
    clock,
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids,
    random: { next: () => 0.5 },
    seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
    log: { debug: log, info: log, warn: log, error: log },
  };
  const relearnt: PortalDialect[] = [];
  const openPortal = openJsonwsPortal(effects, memoryTokens());
  const open = (dialect: PortalDialect | null): PortalCalendar =>
    openPortal(
      {
        url: ORIGIN,
        timeoutMs: 10_000,
        dialect,
        relearnt: async (found) => void relearnt.push(found),
      },
      { kind: 'basic', user: 'connector', password: 'pw' },
    );
  return {
    open,
    relearnt,
    logged,
    get emulator(): LiferayEmulator {
      return running.emulator;
    },
    get connectorId(): number {
      return running.connector;
    },
    get calendarId(): string {
      return String(running.calendarId);
    },
    get person() {
      return running.emulator.userActs(running.owner);
    },
    replaceBy: (next: PortalVersion) => {
      running = build(VERSIONS[next]);
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const snapshotOf = (calendarId: string) => ({ calendarId, expectedRows: 1, detail: 'light' }) as const;

describe('what is learnt of a portal', () => {
  it.each<[PortalVersion, Partial<PortalDialect>]>([
    ['6.2', { version: '6.2 (build 6201)', context: 'calendar-portlet', hasRowVersion: false }],
    ['6.2, last builds', { version: '6.2 (build 6205)', context: 'calendar-portlet', hasRowVersion: false }],
    ['7.1', { version: '7.1.10', context: 'calendar', hasRowVersion: false }],
    ['7.2', { version: '7.2.10', context: 'calendar', hasRowVersion: false }],
    ['7.3', { version: '7.3.10', context: 'calendar', hasRowVersion: true }],
    ['7.4', { version: '7.4.13', context: 'calendar', hasRowVersion: true }],
    ['2025', { version: '2025.Q1.14', context: 'calendar', hasRowVersion: true }],
  ])('of %s', async (version, dialect) => {
    const portal = replaceablePortal(version);
    expect(await portal.open(null).probe(null)).toEqual({ keepsUid: true, companyId: '20097', ...dialect });
  });

  it('goes without the version where nobody may ask for it', async () => {
    const portal = replaceablePortal('7.4');
    const refused = { kind: 'answer', status: 403, body: '{}', contentType: 'application/json' } as const;
    portal.emulator.faults.next(refused, { command: /portal\/get-/, times: 2 });
    expect(await portal.open(null).probe(null)).toMatchObject({ version: null, hasRowVersion: true });
  });
});

describe('a portal that is not what it was', () => {
  it.each<[PortalVersion, PortalVersion]>([
    ['6.2', '7.4'],
    ['7.4', '6.2'],
  ])('from %s to %s: reads and writes go on in the new dialect', async (before, after) => {
    const portal = replaceablePortal(before);
    const client = portal.open(await portal.open(null).probe(null));
    portal.replaceBy(after);
    const { calendarId } = portal;
    // With which every run begins.
    expect((await client.snapshot([snapshotOf(calendarId)])).get(calendarId)).toMatchObject({ rows: [] });
    const written = await client.add({ calendarId, uid: 'uid-1', seriesId: null, event: EVENT }, ROME);
    expect(writtenBy(written).event).toEqual(EVENT);
    expect(portal.emulator.bookings(Number(calendarId))).toHaveLength(1);
    const snapshots = await client.snapshot([snapshotOf(calendarId)]);
    expect(snapshots.get(calendarId)).toMatchObject({ kind: 'rows', rows: [{ status: 'approved' }] });
    const found = await replaceablePortal(after).open(null).probe(null);
    expect(portal.relearnt).toEqual([found]);
    expect(portal.logged.join('\n')).toContain(`Liferay ${found.version}`);
  });

  it('from 7.1 to 7.4: its rows have versions from now on', async () => {
    const portal = replaceablePortal('7.1');
    const client = portal.open(await portal.open(null).probe(null));
    portal.replaceBy('7.4');
    const { calendarId } = portal;
    await client.add({ calendarId, uid: 'uid-1', seriesId: null, event: EVENT }, ROME);
    await client.snapshot([snapshotOf(calendarId)]);
    expect(portal.relearnt).toMatchObject([{ version: '7.4.13', hasRowVersion: true }]);
    await client.snapshot([snapshotOf(calendarId)]);
    expect(portal.relearnt).toHaveLength(1);
  });

  it('is asked what it is once a minute at most while it is no portal at all', async () => {
    const portal = replaceablePortal('7.4');
    const client = portal.open(await portal.open(null).probe(null));
    const page = { kind: 'answer', status: 200, body: '<html></html>', contentType: 'text/html' } as const;
    portal.emulator.faults.next(page, { times: 1_000 });
    const ask = () => client.snapshot([snapshotOf(portal.calendarId)]);
    await expect(ask()).rejects.toMatchObject({ failure: { reason: 'notTheService' } });
    const first = portal.emulator.requests.http;
    await expect(ask()).rejects.toMatchObject({ failure: { reason: 'notTheService' } });
    const second = portal.emulator.requests.http - first;
    portal.pass(61_000);
    await expect(ask()).rejects.toMatchObject({ failure: { reason: 'notTheService' } });
    expect(portal.emulator.requests.http - first - second).toBeGreaterThan(second);
    expect(portal.relearnt).toEqual([]);
  });

  it('and turns out not to keep UIDs: that is remembered', async () => {
    const portal = replaceablePortal('2025', { keepsUid: false });
    const client = portal.open(await portal.open(null).probe(null));
    for (const uid of ['uid-1', 'uid-2']) {
      await client.add({ calendarId: portal.calendarId, uid, seriesId: null, event: EVENT }, ROME);
    }
    expect(portal.relearnt).toMatchObject([{ keepsUid: false }]);
  });
});

describe('a portal that does not let us in says why, whatever its version', () => {
  const failureOf = async (
    version: PortalVersion,
    more: Partial<LiferaySwitches>,
    mustChangePassword = false,
  ) => {
    const portal = replaceablePortal(version, more);
    if (mustChangePassword) portal.emulator.changeUser(portal.connectorId, { passwordReset: true });
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'no failure',
        (error: { failure?: { reason: string } }) => error.failure?.reason ?? String(error),
      );
    const dialect = { context: portal.emulator.switches.contextName, version: null };
    const known = { ...dialect, keepsUid: true, hasRowVersion: false, companyId: '20097' };
    return [
      await outcome(portal.open(null).probe(null)),
      await outcome(portal.open(known).identity()),
      await outcome(portal.open(known).calendars()),
      await outcome(portal.open(known).snapshot([snapshotOf(portal.calendarId)])),
    ];
  };
  const everywhere = (reason: string) => [reason, reason, reason, reason];

  it.each(['7.1', '7.3', '7.4', '2025'] as const)(
    '%s, whose services are forbidden to all, as in the configuration of Liferay’s cloud',
    async (version) => {
      const found = await failureOf(version, { servicesForbidden: true, basicEnabled: false });
      expect(found).toEqual(everywhere('portalForbidsServices'));
    },
  );

  it.each(['6.2', '6.2, last builds', '7.1', '7.4', '2025'] as const)(
    '%s, where Basic authentication is off: we are a guest',
    async (version) => {
      expect(await failureOf(version, { basicEnabled: false })).toEqual(everywhere('portalBasicOff'));
    },
  );

  it.each(['7.1', '2025'] as const)('%s, where our account has to change its password', async (version) => {
    expect(await failureOf(version, {}, true)).toEqual(everywhere('portalBasicOff'));
  });

  it('2026, which asks a CSRF token of Basic requests and says so', async () => {
    const found = await failureOf('2025', { basicNeedsCsrfToken: true });
    expect(found).toEqual(everywhere('portalAsksToken'));
  });
});

describe('the calendar plugin of 6.2', () => {
  it.each<PortalVersion>(['6.2', '6.2, last builds'])(
    'of %s leaves what we make in somebody’s calendar as an open invitation: it is accepted for them',
    async (version) => {
      const portal = replaceablePortal(version);
      const client = portal.open(await portal.open(null).probe(null));
      const { calendarId } = portal;
      const add = { calendarId, uid: 'uid-1', seriesId: null, event: EVENT };
      expect(writtenBy(await client.add(add, ROME)).status).toBe('approved');
      expect(portal.emulator.bookings(Number(calendarId))).toMatchObject([{ status: 0 }]);
      expect(portal.emulator.outbox).toEqual([]);
    },
  );

  it.each<PortalVersion>(['6.2', '6.2, last builds'])(
    'of %s takes the texts of an update in place of all others: those that stay are sent again',
    async (version) => {
      const portal = replaceablePortal(version);
      const client = portal.open(await portal.open(null).probe(null));
      const times = {
        startTime: Date.parse('2025-03-10T09:00:00Z'),
        endTime: Date.parse('2025-03-10T10:00:00Z'),
      };
      const html = '<p>With <b>markup</b></p>';
      const id = portal.person.addBooking(Number(portal.calendarId), {
        title: 'Theirs',
        description: html,
        ...times,
      });
      const zones = new Map([[portal.calendarId, ROME]]);
      const [read] = await client.read([String(id)], zones);
      if (read?.kind !== 'booking') throw new Error(JSON.stringify(read));
      const planned = read.booking;
      await client.update({ planned, event: { ...planned.event, location: 'Room 2' } }, ROME);
      expect(portal.emulator.booking(id)).toMatchObject({
        titles: { en_US: 'Theirs' },
        descriptions: { en_US: html },
        location: 'Room 2',
      });
    },
  );
});
