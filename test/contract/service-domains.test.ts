/**
 * Several Exchange domains side by side, made by the API of a service that was told of none: each mailbox is asked at its
 * own domain's server, and what is wrong with one domain is nobody else's trouble. The portal answers over HTTP.
 */
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '#runtime/config.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService, type Service } from '#runtime/service.ts';
import * as api from '#shared/api.ts';
import { Domain, Domains } from '#shared/domain-api.ts';
import { openDatabase } from '#store/database.ts';
import { runSlice } from '#sync/run.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { EmulatedNetwork } from '#test/emulators/network.ts';
import { type Emulators, OAUTH, type SeededPerson, serveEmulators } from '#test/emulators/serve.ts';
import { SILENT } from '#test/simulation/world.ts';

const SEAL_KEY = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const MINUTE_MS = 60_000;
const ADMINISTRATOR = 'Paola Verdi';

let portal: Emulators;
beforeEach(async () => {
  portal = await serveEmulators({ liferaySwitches: { accessTokenSeconds: 86_400 } });
});
afterEach(() => portal.close());

function personNamed(name: string): SeededPerson {
  const person = portal.people.find((each) => each.name === name);
  if (!person) throw new Error(`There is no ${name}.`);
  return person;
}

class Group {
  readonly network = new EmulatedNetwork();
  readonly service: Service;
  readonly #ahead: { ms: number };

  private constructor(network: EmulatedNetwork, service: Service, ahead: { ms: number }) {
    this.network = network;
    this.service = service;
    this.#ahead = ahead;
  }

  static async open(): Promise<Group> {
    const outcome = readConfig({
      PORTAL_URL: portal.liferayUrl,
      PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
      PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
      PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
      SEAL_KEYS: `${SEAL_KEY.id}:${SEAL_KEY.key}`,
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    const db = openDatabase(await emptyDatabase());
    const ahead = { ms: 0 };
    const platform = createPlatformEffects({ seal: await createSeal([SEAL_KEY]), log: SILENT });
    const { now, monotonic, sleep } = platform.clock;
    const clock = { now: () => now() + ahead.ms, monotonic: () => monotonic() + ahead.ms, sleep };
    const network = new EmulatedNetwork();
    const service = await createService({
      config: outcome.config,
      effects: { ...platform, clock },
      db,
      openConnection: null,
      network,
    });
    return new Group(network, service, ahead);
  }

  /** A server with an account of its own, and nothing else in common with others. */
  server(mailDomain: string, addresses: readonly string[]): ExchangeEmulator {
    const exchange = createExchangeEmulator({
      clock: { now: () => Date.now() },
      ids: { uuid: () => crypto.randomUUID() },
      accounts: [{ user: `svc@${mailDomain}`, password: `pw-${mailDomain}`, mayImpersonate: true }],
    });
    for (const address of addresses)
      exchange.addMailbox({ address, displayName: address, zone: 'Europe/Rome' });
    this.network.add(`https://mail.${mailDomain}`, (request) => exchange.fetch(request));
    return exchange;
  }

  async call(method: string, path: string, as: string, body?: unknown): Promise<Response> {
    const { userId } = personNamed(as);
    const token = await portal.liferay.issueUserToken(userId, OAUTH.userAgentClientId);
    return await this.service.app.request(`/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async create(mailDomain: string, more: object = {}): Promise<string> {
    const answer = await this.call('POST', '/domains', ADMINISTRATOR, {
      name: mailDomain,
      mailDomains: [mailDomain],
      reach: { kind: 'url', url: `https://mail.${mailDomain}/EWS/Exchange.asmx` },
      signIn: signIn(mailDomain),
      ...more,
    });
    expect(answer.status).toBe(201);
    return v.parse(Domain, await answer.json()).id;
  }

  async pair(name: string): Promise<void> {
    const read = async <S extends v.GenericSchema>(schema: S, path: string): Promise<v.InferOutput<S>> =>
      v.parse(schema, await (await this.call('GET', path, name)).json());
    const [folder] = (await read(api.ExchangeCalendars, '/exchange-calendars')).calendars;
    const [calendar] = (await read(api.LiferayCalendars, '/liferay-calendars')).calendars;
    const body = { exchangeCalendarId: folder?.id, liferayCalendarId: calendar?.id, direction: 'both' };
    expect((await this.call('POST', '/pairings', name, body)).status).toBe(201);
  }

  async round(): Promise<readonly string[]> {
    this.#ahead.ms += 2 * MINUTE_MS;
    const engine = await this.service.openEngine();
    const failures: string[] = [];
    for (;;) {
      const report = await runSlice(engine, 'service');
      failures.push(...report.failures.map(({ mailbox, failure }) => `${mailbox} ${failure.reason}`));
      if (report.claimed === 0) return failures;
    }
  }

  async domains(as: string): Promise<readonly string[]> {
    const { domains } = v.parse(Domains, await (await this.call('GET', '/domains', as)).json());
    return domains.map(({ name, reason }) => `${name} ${reason}`);
  }
}

function signIn(mailDomain: string, password = `pw-${mailDomain}`) {
  return { kind: 'basic', user: `svc@${mailDomain}`, password };
}

function create(exchange: ExchangeEmulator, address: string, subject: string): void {
  const start = Date.now() + 60 * MINUTE_MS;
  exchange.userActs.createItem(exchange.mailbox(address).calendar, {
    subject,
    start,
    end: start + MINUTE_MS,
  });
}

const shown = (name: string) =>
  portal.liferay
    .bookings(personNamed(name).calendarId ?? 0)
    .map(({ titles }) => Object.values(titles)[0] ?? '')
    .toSorted();

test('two domains: each mailbox at its own server, and a wrong password in one stops that one alone', async () => {
  const marco = personNamed('Marco Bianchi');
  const elsewhere = 'marco@sub.example';
  portal.liferay.changeUser(marco.userId, { emailAddress: elsewhere });
  const group = await Group.open();
  const head = group.server('example.com', [personNamed('Anna Rossi').emailAddress]);
  const sub = group.server('sub.example', [elsewhere]);
  await group.create('example.com');
  const id = await group.create('sub.example', {
    administrators: [{ kind: 'user', value: String(marco.userId) }],
  });
  await group.pair('Anna Rossi');
  await group.pair('Marco Bianchi');
  create(head, personNamed('Anna Rossi').emailAddress, 'Head office');
  create(sub, elsewhere, 'Subsidiary');
  expect(await group.round()).toEqual([]);
  expect(await group.round()).toEqual([]);
  expect([shown('Anna Rossi'), shown('Marco Bianchi')]).toEqual([['Head office'], ['Subsidiary']]);

  expect(await group.domains('Marco Bianchi')).toEqual(['sub.example null']);
  expect(await group.domains('Anna Rossi')).toEqual([]);
  const wrong = { signIn: signIn('sub.example', 'wrong') };
  expect((await group.call('PATCH', `/domains/${id}`, 'Marco Bianchi', wrong)).status).toBe(200);
  create(head, personNamed('Anna Rossi').emailAddress, 'Goes on');
  expect(await group.round()).toEqual([`${elsewhere} signInRefused`]);
  expect(shown('Anna Rossi')).toEqual(['Goes on', 'Head office']);
  expect(await group.domains(ADMINISTRATOR)).toEqual(['example.com null', 'sub.example signInRefused']);

  const right = { signIn: signIn('sub.example') };
  expect((await group.call('PATCH', `/domains/${id}`, 'Marco Bianchi', right)).status).toBe(200);
  create(sub, elsewhere, 'Is back');
  for (let n = 0; n < 3; n += 1) expect(await group.round()).toEqual([]);
  expect(shown('Marco Bianchi')).toEqual(['Is back', 'Subsidiary']);
});

test('a domain with Autodiscover beside one with an address', async () => {
  const group = await Group.open();
  const { emailAddress } = personNamed('Anna Rossi');
  const exchange = createExchangeEmulator({
    clock: { now: () => Date.now() },
    ids: { uuid: () => crypto.randomUUID() },
    version: 'Exchange2013',
    autodiscover: { externalUrl: 'https://mail.example.com/EWS/Exchange.asmx' },
    accounts: [{ user: 'svc@example.com', password: 'pw-example.com', mayImpersonate: true }],
  });
  exchange.addMailbox({ address: emailAddress, displayName: 'Anna', zone: 'Europe/Rome' });
  for (const host of ['autodiscover.example.com', 'mail.example.com']) {
    group.network.add(`https://${host}`, (request) => exchange.fetch(request));
  }
  await group.create('sub.example');
  await group.create('example.com', { reach: { kind: 'autodiscover', releasedHosts: ['example.com'] } });
  await group.pair('Anna Rossi');
  create(exchange, emailAddress, 'Found');
  await group.round();
  await group.round();
  expect(shown('Anna Rossi')).toEqual(['Found']);
});
