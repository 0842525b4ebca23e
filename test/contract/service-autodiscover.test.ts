/**
 * A service that knows no Exchange server, only the hosts at which one may be: from a user's e-mail address to a calendar
 * that is in step. The service is as the configuration makes it, the portal answers over HTTP, Exchange is in a small
 * Internet of names, addresses and certificates.
 */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { readConfig } from '#runtime/config.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService, type Service } from '#runtime/service.ts';
import * as api from '#shared/api.ts';
import { type Database, openDatabase } from '#store/database.ts';
import { runSlice } from '#sync/run.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { EmulatedNetwork, type Server } from '#test/emulators/network.ts';
import { type Emulators, OAUTH, serveEmulators } from '#test/emulators/serve.ts';
import { SILENT } from '#test/simulation/world.ts';
import { redirectTo, WEBSITE } from './autodiscover-stage.ts';

const ANNA = 'anna.rossi@example.com';
const ACCOUNT = { user: 'EXAMPLE\\sync', password: 'pw' };
const SEAL_KEY = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const ONLINE = 'https://outlook.office365.com';
const MINUTE_MS = 60_000;

let portal: Emulators;
beforeEach(async () => {
  // Tests let hours pass.
  portal = await serveEmulators({ liferaySwitches: { accessTokenSeconds: 86_400 } });
});
afterEach(() => portal.close());

class Office {
  readonly network = new EmulatedNetwork();
  readonly exchange: ExchangeEmulator;
  /** EWS and Autodiscover. */
  readonly server: Server = (request) => this.exchange.fetch(request);
  readonly db: Database;
  /** What Autodiscover tells; an administrator may change it. */
  readonly told = { externalUrl: 'https://mail.example.com/EWS/Exchange.asmx', internalUrl: null };
  #service: Service | null = null;
  #aheadMs = 0;

  constructor(version: ServerVersion, db: Database) {
    this.db = db;
    this.exchange = createExchangeEmulator({
      clock: { now: () => Date.now() },
      ids: { uuid: () => crypto.randomUUID() },
      version,
      autodiscover: this.told,
      accounts: [{ ...ACCOUNT, mayImpersonate: true }],
    });
    this.exchange.addMailbox({ address: ANNA, displayName: 'Anna Rossi', zone: 'Europe/Rome' });
    this.network.add('https://mail.example.com', this.server);
  }

  static async open(
    version: ServerVersion = 'Exchange2016',
    env: Readonly<Record<string, string>> = {},
  ): Promise<Office> {
    const office = new Office(version, openDatabase(await emptyDatabase()));
    const outcome = readConfig({
      PORTAL_URL: portal.liferayUrl,
      PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
      PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
      PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
      EXCHANGE_RELEASED_HOSTS: 'example.com',
      SEAL_KEYS: `${SEAL_KEY.id}:${SEAL_KEY.key}`,
      ...(env['EXCHANGE_SIGN_IN'] === 'oauth'
        ? {}
        : { EXCHANGE_USER: ACCOUNT.user, EXCHANGE_PASSWORD: ACCOUNT.password }),
      ...env,
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    const platform = createPlatformEffects({ seal: await createSeal([SEAL_KEY]), log: SILENT });
    const ahead = (ms: number) => ms + office.#aheadMs;
    const { now, monotonic, sleep } = platform.clock;
    const clock = { now: () => ahead(now()), monotonic: () => ahead(monotonic()), sleep };
    office.#service = await createService({
      config: outcome.config,
      effects: { ...platform, clock },
      db: office.db,
      openConnection: null,
      network: office.network,
    });
    return office;
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    const person = portal.people.find(({ emailAddress }) => emailAddress === ANNA);
    const token = await portal.liferay.issueUserToken(person?.userId ?? 0, OAUTH.userAgentClientId);
    return await this.service.app.request(`/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Status, reason and the log's words where listing the calendars fails; else their names. */
  async calendars(): Promise<unknown> {
    const answer = await this.call('GET', '/exchange-calendars');
    const json: unknown = await answer.json();
    if (answer.status !== 200) return [answer.status, v.parse(api.ProblemDetails, json).reason];
    return v.parse(api.ExchangeCalendars, json).calendars.map(({ name }) => name);
  }

  async pair(): Promise<void> {
    const read = async <S extends v.GenericSchema>(schema: S, path: string): Promise<v.InferOutput<S>> =>
      v.parse(schema, await (await this.call('GET', path)).json());
    const [folder] = (await read(api.ExchangeCalendars, '/exchange-calendars')).calendars;
    const [calendar] = (await read(api.LiferayCalendars, '/liferay-calendars')).calendars;
    const answer = await this.call('POST', '/pairings', {
      exchangeCalendarId: folder?.id,
      liferayCalendarId: calendar?.id,
      direction: 'both',
    });
    expect(answer.status).toBe(201);
  }

  /** What is due after a while, and what of it failed. */
  async round(waitMs: number): Promise<readonly string[]> {
    this.#aheadMs += waitMs;
    const engine = await this.service.openEngine();
    const failures: string[] = [];
    for (;;) {
      const report = await runSlice(engine, 'service');
      failures.push(...report.failures.map(({ failure }) => failure.reason));
      if (report.claimed === 0) return failures;
    }
  }

  create(subject: string): void {
    const start = Date.now() + 60 * MINUTE_MS;
    const { calendar } = this.exchange.mailbox(ANNA);
    this.exchange.userActs.createItem(calendar, { subject, start, end: start + MINUTE_MS });
  }

  shown(): readonly string[] {
    const person = portal.people.find(({ emailAddress }) => emailAddress === ANNA);
    return portal.liferay
      .bookings(person?.calendarId ?? 0)
      .map(({ titles }) => Object.values(titles)[0] ?? '')
      .toSorted();
  }

  get service(): Service {
    if (this.#service === null) throw new Error('There is no service yet.');
    return this.#service;
  }

  /** Hosts to which anything was sent, and those to which a sign-in was. */
  asked() {
    const { seen } = this.network;
    const hosts = (list: typeof seen) => [...new Set(list.map(({ url }) => new URL(url).host))].toSorted();
    return { all: hosts(seen), signedIn: hosts(seen.filter(({ authorization }) => authorization !== null)) };
  }
}

describe('a user has an e-mail address and nothing to type', () => {
  test.each([
    ['JSON v2', 'Exchange2016', /\.json/],
    ['POX', 'Exchange2013', /\.xml/],
    ['POX', 'Exchange2007_SP1', /\.xml/],
    ['SOAP', 'Exchange2010_SP2', /\.svc/],
  ] as const)(
    'by %s of %s the service finds the server, and keeps the calendar in step',
    async (_, version, published) => {
      const office = await Office.open(version);
      office.network.add('https://autodiscover.example.com', (request) =>
        published.test(request.url) ? office.server(request) : new Response('', { status: 404 }),
      );
      await office.pair();
      office.create('Board');
      expect(await office.round(MINUTE_MS)).toEqual([]);
      expect(await office.round(MINUTE_MS)).toEqual([]);
      expect(office.shown()).toEqual(['Board']);
      expect(await office.db.select().from(schema.whereabouts)).toMatchObject([
        { domainId: 'default', address: ANNA, host: 'mail.example.com' },
      ]);
      expect(await office.db.select().from(schema.domain)).toMatchObject([{ server: 'mail.example.com' }]);
    },
  );

  test('service records of the DNS lead there as well', async () => {
    const office = await Office.open('Exchange2013');
    office.network.serviceRecords.set('_autodiscover._tcp.example.com', [
      { host: 'mail.example.com', port: 443, priority: 0, weight: 0 },
    ]);
    expect(await office.calendars()).toEqual(['Calendar']);
  });

  test('the web site of the e-mail domain is never shown the sign-in', async () => {
    const office = await Office.open('Exchange2013');
    office.network.add('https://example.com', WEBSITE);
    office.network.add('https://autodiscover.example.com', office.server);
    expect(await office.calendars()).toEqual(['Calendar']);
    expect(office.asked().signedIn).toEqual(['autodiscover.example.com', 'mail.example.com']);
  });

  test('once found it is not looked for again', async () => {
    const office = await Office.open();
    office.network.add('https://autodiscover.example.com', office.server);
    await office.pair();
    await office.round(MINUTE_MS);
    office.network.seen.length = 0;
    await office.round(6 * MINUTE_MS);
    expect(office.asked().all).toEqual(['mail.example.com']);
  });
});

describe('a mailbox that moves', () => {
  async function moved(answers: Server): Promise<Office> {
    const office = await Office.open();
    office.network.add('https://autodiscover.example.com', office.server);
    await office.pair();
    await office.round(MINUTE_MS);
    office.told.externalUrl = 'https://mail2.example.com/EWS/Exchange.asmx';
    office.network.add('https://mail2.example.com', office.server);
    office.network.add('https://mail.example.com', answers);
    office.create('After the move');
    return office;
  }

  test.each([
    ['is redirected', redirectTo('https://mail2.example.com/EWS/Exchange.asmx'), 'redirected'],
    ['meets another service', () => new Response('', { status: 404 }), 'notTheService'],
    ['meets a server that is gone', () => Promise.reject(new TypeError('fetch failed')), 'unreachable'],
  ] as const)('and whose request %s is found again', async (_, answers, reason) => {
    const office = await moved(answers);
    expect(await office.round(11 * MINUTE_MS)).toEqual([reason]);
    expect(await office.round(31 * MINUTE_MS)).toEqual([]);
    await office.round(MINUTE_MS);
    expect(office.shown()).toEqual(['After the move']);
    expect(await office.db.select().from(schema.domain)).toMatchObject([{ server: 'mail2.example.com' }]);
  });

  test('is found while its user waits', async () => {
    const office = await moved(() => new Response('', { status: 404 }));
    await office.round(11 * MINUTE_MS);
    expect(await office.calendars()).toEqual(['Calendar']);
  });
});

describe('what an administrator has to allow', () => {
  test('a host that is not released is not asked, and the user learns why', async () => {
    const office = await Office.open();
    office.network.add(
      'https://autodiscover.example.com',
      redirectTo('https://mail.example.net/autodiscover'),
    );
    office.network.add('https://mail.example.net', office.server);
    expect(await office.calendars()).toEqual([502, 'hostNotReleased']);
    expect(office.asked()).toEqual({ all: ['autodiscover.example.com'], signedIn: [] });
  });

  test.each([
    ['public', [502, 'addressNotAllowed']],
    ['private', ['Calendar']],
  ])('a server in a private network is reached with %s', async (reach, expected) => {
    const office = await Office.open('Exchange2016', { EXCHANGE_REACH: reach });
    office.network.add('https://autodiscover.example.com', office.server);
    office.network.add('https://mail.example.com', office.server, { addresses: ['10.1.0.4'] });
    expect(await office.calendars()).toEqual(expected);
  });

  test('no server anywhere is told apart from one that fails', async () => {
    const office = await Office.open();
    expect(await office.calendars()).toEqual([404, 'endpointNotFound']);
  });
});

describe('a mailbox in Exchange Online', () => {
  const APPLICATION = {
    clientId: 'app-1',
    secret: 's3cret',
    scopes: [`${ONLINE}/.default`, 'https://graph.microsoft.com/.default'],
  };

  async function online(env: Readonly<Record<string, string>>): Promise<Office> {
    const office = await Office.open('Exchange2016', env);
    office.told.externalUrl = `${ONLINE}/EWS/Exchange.asmx`;
    office.network.add('https://autodiscover.example.com', office.server);
    return office;
  }

  const asApplication = {
    EXCHANGE_SIGN_IN: 'oauth',
    EXCHANGE_CLIENT_ID: APPLICATION.clientId,
    EXCHANGE_CLIENT_SECRET: APPLICATION.secret,
    EXCHANGE_TOKEN_URL: 'https://login.microsoftonline.com/example.com/oauth2/v2.0/token',
  };

  test('is not tried with a password, which Exchange Online does not take', async () => {
    const office = await online({});
    expect(await office.calendars()).toEqual([403, 'needsApplication']);
    expect(office.asked().signedIn).toEqual([]);
  });

  function addEntra(office: Office): void {
    const entra = new EntraEmulator({
      clock: { now: () => Date.now() },
      ids: { uuid: () => crypto.randomUUID() },
      tenant: 'example.com',
      applications: [APPLICATION],
    });
    office.network.add('https://login.microsoftonline.com', (request) => entra.fetch(request));
  }

  const CALENDAR = { id: 'AAMk', name: 'Calendar in Graph', isDefaultCalendar: true, canEdit: true };

  test('is asked over Microsoft Graph, with a token for Graph', async () => {
    const office = await online(asApplication);
    addEntra(office);
    const asked: string[] = [];
    office.network.add('https://graph.microsoft.com', (request) => {
      asked.push(new URL(request.url).pathname);
      return Response.json({ value: [CALENDAR] });
    });
    expect(await office.calendars()).toEqual(['Calendar in Graph']);
    expect(asked).toEqual([expect.stringMatching(/^\/v1\.0\/users\/[^/]+\/calendars$/)]);
  });

  test.each([
    ['is asked over Microsoft Graph', () => Response.json({ value: [CALENDAR] }), ['Calendar in Graph']],
    [
      'says so, where Microsoft Graph was not granted either',
      () => Response.json({ error: { code: 'ErrorAccessDenied', message: '' } }, { status: 403 }),
      [403, 'accessDenied'],
    ],
  ])('for which Exchange Web Services are blocked %s', async (_, answer, expected) => {
    const office = await online({ ...asApplication, EXCHANGE_ONLINE_PROTOCOL: 'ews' });
    addEntra(office);
    const headers = { 'X-EWS-Policy-Reason': 'EWS is disabled for this user or tenant' };
    office.network.add(ONLINE, () => new Response('', { status: 403, headers }));
    office.network.add('https://graph.microsoft.com', answer);
    expect(await office.calendars()).toEqual(expected);
  });
});
