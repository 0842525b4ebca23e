/** What the adapter of Liferay asks: every operation, on a portal of today and on 6.2. */
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalBooking, PortalCalendar, PortalCredentials } from '#liferay/portal-calendar.port.ts';
import { createLiferayEmulator, type LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { VERSIONS } from '#test/emulators/liferay/versions.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

const ORIGIN = 'https://portal.example.com';
const PASSWORD = 'secret';
const BASIC: PortalCredentials = { kind: 'basic', user: 'connector', password: PASSWORD };
const APPLICATION: PortalCredentials = {
  kind: 'clientCredentials',
  clientId: 'connector-application',
  clientSecret: 'secret',
  tokenUrl: `${ORIGIN}/o/oauth2/token`,
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = NOW + DAY;
const ZONE = 'Europe/Rome';

interface Portal {
  readonly emulator: LiferayEmulator;
  readonly calendarId: string;
  readonly invitedId: string;
  readonly newcomer: string;
  readonly rows: readonly string[];
}

function populated(switches: Partial<LiferaySwitches>): Portal {
  const emulator = createLiferayEmulator({
    clock: { now: () => NOW },
    ids: serialIds(),
    origin: ORIGIN,
    switches,
  });
  const user = (screenName: string, roles: readonly string[] = []) =>
    emulator.addUser({
      ...{ screenName, emailAddress: `${screenName}@example.com`, password: PASSWORD, roles },
      ...{ firstName: screenName, lastName: 'Tester', zone: ZONE },
    });
  const service = user('connector', ['Administrator']);
  emulator.addOAuthClient({
    ...{ clientId: 'connector-application', clientSecret: 'secret', kind: 'headlessServer' },
    ...{ erc: 'connector-oauth-application-headless-server', serviceUserId: service },
    scopes: ['liferay-json-web-services.everything', 'Liferay.Headless.Admin.User.everything.read'],
  });
  const owner = user('owner');
  const calendar = emulator.createCalendarFor(owner);
  const invited = emulator.createCalendarFor(user('invited'));
  const person = emulator.userActs(owner);
  const when = { startTime: START, endTime: START + HOUR };
  const daily = person.addBooking(calendar, {
    title: 'Daily',
    ...when,
    recurrence: 'RRULE:FREQ=DAILY;COUNT=9;INTERVAL=1',
  });
  person.deleteInstance(daily, START + 2 * DAY);
  if (emulator.switches.generation !== '6.2') {
    person.changeInstance(daily, START + DAY, { title: 'Another' }, false);
  }
  const rows = [
    person.addBooking(calendar, {
      ...{ title: 'Rich', description: '<p>One <b>two</b></p><ul><li>three</li></ul>', location: 'Room 1' },
      ...when,
    }),
    person.addBooking(calendar, {
      title: 'All day',
      startTime: START - 9 * HOUR,
      endTime: START,
      allDay: true,
    }),
    daily,
    person.addBooking(calendar, {
      ...{ title: 'Weekly', recurrence: 'RRULE:FREQ=WEEKLY;UNTIL=20270101;INTERVAL=2;BYDAY=TU,FR' },
      ...when,
    }),
    person.addBooking(calendar, { title: 'Meeting', ...when, inviteCalendarIds: [invited] }),
  ];
  return {
    emulator,
    calendarId: String(calendar),
    invitedId: String(invited),
    newcomer: String(user('newcomer')),
    rows: rows.map(String),
  };
}

export async function liferayScenes(): Promise<readonly Scene[]> {
  return [...(await scenesOf('7.4', {})), ...(await scenesOf('6.2', VERSIONS['6.2']))];
}

async function scenesOf(name: string, switches: Partial<LiferaySwitches>): Promise<readonly Scene[]> {
  const { emulator, calendarId, invitedId, newcomer, rows } = populated(switches);
  const network = emulated((request) => emulator.fetch(request));
  const dialect = {
    context: emulator.switches.contextName,
    keepsUid: emulator.switches.keepsUid,
    hasRowVersion: emulator.switches.hasMvcc,
    companyId: '20097',
    version: emulator.switches.version,
  };
  const scenes: Scene[] = [];
  const scene = async (
    operation: string,
    run: (portal: PortalCalendar) => Promise<unknown>,
  ): Promise<void> => {
    scenes.push(
      await record('jsonws', `${operation} (Liferay ${name})`, network, (fetch) =>
        run(
          openJsonwsPortal(fuzzEffects(fetch), memoryTokens())(
            { url: ORIGIN, timeoutMs: 10_000, dialect },
            BASIC,
          ),
        ),
      ),
    );
  };
  const zones = new Map([[calendarId, ZONE]]);
  const bookings = new Map<string, PortalBooking>();
  const request = (detail: 'light' | 'linking') => [{ calendarId, expectedRows: 10, detail }];

  await scene('read', async (portal) => {
    const reads = await portal.read(rows, zones);
    for (const each of reads) if (each.kind === 'booking') bookings.set(each.booking.id, each.booking);
    return reads;
  });
  const [rich, , , , meeting] = rows.map((id) => bookings.get(id));
  if (rich === undefined || meeting === undefined) throw new Error('rows that cannot be read');
  await scene('snapshot', (portal) => portal.snapshot(request('light')));
  await scene('snapshot to link', (portal) => portal.snapshot(request('linking')));
  await scene('add', (portal) =>
    portal.add({ calendarId, uid: 'uid-1', seriesId: null, event: eventOf(rich, 'New') }, ZONE),
  );
  await scene('update', (portal) => portal.update({ planned: rich, event: eventOf(rich, 'Changed') }, ZONE));
  if (name === '6.2') return scenes;

  await scene('identity', (portal) => portal.identity());
  await scene('probe', (portal) => portal.probe(calendarId));
  await scene('calendars', (portal) => portal.calendars());
  await scene('invitedCalendars', (portal) => portal.invitedCalendars([invitedId]));
  await scene('createUserCalendar', (portal) => portal.createUserCalendar(newcomer, 'Mine', ZONE));
  await scene('prepareWrites', (portal) => portal.prepareWrites(calendarId));
  await scene('setStatus', (portal) => portal.setStatus(meeting, 'maybe', ZONE));
  await scene('remove', (portal) => portal.remove(rich, 'delete', ZONE));
  await scene('remove to the bin', (portal) => portal.remove(meeting, 'trash', ZONE));
  scenes.push(
    await record('portalToken', 'token of the portal', network, (fetch) =>
      openJsonwsPortal(fuzzEffects(fetch), memoryTokens())(
        { url: ORIGIN, timeoutMs: 10_000, dialect },
        APPLICATION,
      ).identity(),
    ),
  );
  return scenes;
}

function eventOf({ event }: PortalBooking, title: string): CalendarEvent {
  return { ...NEUTRAL_EVENT, ...event, title };
}
