/**
 * A room from the release of its mailbox to its bookings: the whole service as the configuration makes it, over HTTP to
 * both emulators, and the API as the site's administrator calls it with their own token.
 */
import * as v from 'valibot';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '#runtime/config.ts';
import { createNodeNetwork } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService, type Service } from '#runtime/service.ts';
import * as api from '#shared/api.ts';
import { openDatabase } from '#store/database.ts';
import { runSlice } from '#sync/run.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import {
  type Emulators,
  EXCHANGE_SERVICE_ACCOUNT,
  OAUTH,
  type SeededPerson,
  serveEmulators,
} from '#test/emulators/serve.ts';
import { SILENT } from '#test/simulation/world.ts';

const ROOM = 'room@example.com';
const SEAL_KEY = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const HOUR_MS = 3_600_000;

let emulators: Emulators;
afterEach(() => emulators.close());

function personNamed(name: string): SeededPerson {
  const person = emulators.people.find((each) => each.name === name);
  if (!person) throw new Error(`There is no ${name}.`);
  return person;
}

class House {
  readonly siteId: number;
  readonly calendarId: number;
  readonly #service: Service;

  private constructor(service: Service, siteId: number, calendarId: number) {
    this.#service = service;
    this.siteId = siteId;
    this.calendarId = calendarId;
  }

  /** Marco administers a site with one room, whose mailbox the configuration releases for it. */
  static async open(): Promise<House> {
    emulators = await serveEmulators();
    const { userId } = personNamed('Marco Bianchi');
    const memberIds = [personNamed('Anna Rossi').userId];
    const siteId = emulators.liferay.addSite({ name: 'House', ownerUserId: userId, memberIds });
    const { calendarId } = emulators.liferay.addResource({ name: 'Room', siteId, userId });
    emulators.exchange.addMailbox({
      address: ROOM,
      displayName: 'Room',
      zone: 'Europe/Rome',
      isRoom: true,
    });
    const outcome = readConfig({
      PORTAL_URL: emulators.liferayUrl,
      PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
      PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
      PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
      EXCHANGE_URL: emulators.exchangeUrl,
      EXCHANGE_USER: EXCHANGE_SERVICE_ACCOUNT.user,
      EXCHANGE_PASSWORD: EXCHANGE_SERVICE_ACCOUNT.password,
      SEAL_KEYS: `${SEAL_KEY.id}:${SEAL_KEY.key}`,
      SITE_MAILBOXES: `${ROOM}=${siteId}`,
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    const db = openDatabase(await emptyDatabase());
    const effects = createPlatformEffects({ seal: await createSeal([SEAL_KEY]), log: SILENT });
    const service = await createService({
      config: outcome.config,
      effects,
      db,
      openConnection: null,
      network: createNodeNetwork(),
    });
    return new House(service, siteId, calendarId);
  }

  async call(method: string, path: string, body?: unknown, as = 'Marco Bianchi'): Promise<Response> {
    const { userId } = personNamed(as);
    const token = await emulators.liferay.issueUserToken(userId, OAUTH.userAgentClientId);
    return await this.#service.app.request(`/api/sites/${this.siteId}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async read<S extends v.GenericSchema>(schema: S, path: string): Promise<v.InferOutput<S>> {
    return v.parse(schema, await (await this.call('GET', path)).json());
  }

  /** Three rounds of what is due, each asked for by the administrator. */
  async settle(pairingId: string): Promise<void> {
    const engine = await this.#service.openEngine();
    for (let round = 0; round < 3; round += 1) {
      expect((await this.call('POST', `/pairings/${pairingId}/sync`)).status).toBe(202);
      while ((await runSlice(engine, 'service')).claimed > 0);
    }
  }

  /** Title and status of each row of the room in Liferay. */
  shown(): readonly string[] {
    const names = new Map<number, string>(Object.entries(STATUS).map(([name, value]) => [value, name]));
    return emulators.liferay
      .bookings(this.calendarId)
      .map(({ titles, status }) => `${Object.values(titles)[0]} ${names.get(status)}`)
      .toSorted();
  }

  booked(): readonly string[] {
    return emulators.exchange
      .items(ROOM)
      .map(({ content }) => content.subject)
      .toSorted();
  }
}

test('a site’s administrator attaches a room by the API; from then on it is booked on either side', async () => {
  const house = await House.open();
  const { mailboxes } = await house.read(api.SiteMailboxes, '/mailboxes');
  expect(mailboxes).toMatchObject([{ address: ROOM }]);
  const [folder] = (await house.read(api.ExchangeCalendars, `/mailboxes/${ROOM}/exchange-calendars`))
    .calendars;
  const { calendars } = await house.read(api.LiferayCalendars, '/liferay-calendars');
  expect(calendars).toMatchObject([{ id: String(house.calendarId), ownerKind: 'resource' }]);
  const body = {
    mailbox: ROOM,
    exchangeCalendarId: folder?.id,
    liferayCalendarId: String(house.calendarId),
    direction: 'both',
  };
  const answer = await house.call('POST', '/pairings', body);
  expect(answer.status).toBe(201);
  const { id } = v.parse(api.Pairing, await answer.json());
  await house.settle(id);

  const start = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS;
  const times = { startTime: start, endTime: start + HOUR_MS };
  const marco = emulators.liferay.userActs(personNamed('Marco Bianchi').userId);
  marco.addBooking(house.calendarId, { title: 'Board', ...times });
  const { emailAddress } = personNamed('Anna Rossi');
  const { calendar } = emulators.exchange.mailbox(emailAddress);
  const attendees = [{ name: 'Room', address: ROOM, role: 'resource', response: 'Unknown' } as const];
  const later = { start: start + 3 * HOUR_MS, end: start + 4 * HOUR_MS };
  emulators.exchange.userActs.createItem(calendar, { subject: 'Talk', attendees, ...later });
  await house.settle(id);
  expect(house.booked()).toEqual(['Anna Rossi', 'Board']);
  expect(house.shown()).toEqual(['Board approved', 'Busy approved']);

  marco.addBooking(house.calendarId, { title: 'Second', ...times });
  await house.settle(id);
  expect(house.booked()).toEqual(['Anna Rossi', 'Board']);
  expect(house.shown()).toEqual(['Board approved', 'Busy approved', 'Second denied']);
  const { problems } = await house.read(api.Problems, `/pairings/${id}/problems`);
  expect(problems).toMatchObject([{ title: 'Second', reason: 'roomTaken' }]);
});

test('Liferay says who administers the site: a member does not, who administers the portal does', async () => {
  const house = await House.open();
  const members = await house.call('GET', '/mailboxes', undefined, 'Anna Rossi');
  expect(members.status).toBe(403);
  expect(await members.json()).toMatchObject({ reason: 'siteNotAdministered' });
  expect((await house.call('GET', '/mailboxes', undefined, 'Paola Verdi')).status).toBe(200);
});
