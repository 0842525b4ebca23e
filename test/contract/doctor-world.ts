/**
 * "Test connection" between both emulators: the whole service as the configuration makes it, in process, with whatever is
 * broken on the way. What is told is the report; what happened is asked of the emulators.
 */
import { expect } from 'vitest';
import type { Effects, HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';
import type { ConnectionProbe, SeenCertificate } from '#doctor/connection-probe.port.ts';
import type { EarlierStep } from '#doctor/exchange-steps.ts';
import { readConfig } from '#runtime/config.ts';
import { createService } from '#runtime/service.ts';
import type { DoctorReport, DoctorStep } from '#shared/doctor.ts';
import { type Database, openDatabase } from '#store/database.ts';
import { CONFIGURED_DOMAIN } from '#store/domains.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import {
  createExchangeEmulator,
  type ExchangeEmulator,
  type ExchangeEmulatorOptions,
} from '#test/emulators/exchange/exchange-emulator.ts';
import { createLiferayEmulator, type LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { CalendarAction } from '#test/emulators/liferay/permissions.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { seeded, seededIds } from '#test/simulation/virtual-time.ts';
import { SILENT } from '#test/simulation/world.ts';

export const ANNA = 'anna@example.com';
export const MAIL = 'mail.example.com';
export const PORTAL = 'portal.example.com';
const ENTRA = 'login.microsoftonline.com';
const ACCOUNT = { user: 'EXAMPLE\\sync', password: 'the-exchange-password' };
const CLIENT = { id: 'id-headless-server', secret: 'the-client-secret' };
const APPLICATION = { id: '5f0b3a52-7f4d-4c5e-9a53-1c2d3e4f5a6b', secret: 'the-application-secret' };
const PORTAL_ACCOUNT = { user: 'service@example.com', password: 'the-portal-password' };
const SECRETS = [ACCOUNT, CLIENT, APPLICATION, PORTAL_ACCOUNT].map((each) =>
  'secret' in each ? each.secret : each.password,
);
const SCOPES = ['Liferay.Headless.Admin.User.everything.read', 'liferay-json-web-services.everything'];
const ROLE = 'Calendar Synchronisation';
export const NOW = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;

/** Signing in to Exchange by an application. */
export const BY_APPLICATION = {
  EXCHANGE_SIGN_IN: 'oauth',
  EXCHANGE_USER: '',
  EXCHANGE_PASSWORD: '',
  EXCHANGE_CLIENT_ID: APPLICATION.id,
  EXCHANGE_CLIENT_SECRET: APPLICATION.secret,
  EXCHANGE_TOKEN_URL: `https://${ENTRA}/example.com/oauth2/v2.0/token`,
};
/** Signing in to the portal by a password. */
export const BY_PASSWORD = {
  PORTAL_CLIENT_ID: '',
  PORTAL_CLIENT_SECRET: '',
  PORTAL_USER: PORTAL_ACCOUNT.user,
  PORTAL_PASSWORD: PORTAL_ACCOUNT.password,
};

export interface DoctorWorldOptions {
  readonly exchange?: Partial<ExchangeEmulatorOptions>;
  /** Of the service's account on Exchange; it may impersonate unless told otherwise. */
  readonly account?: { readonly mayImpersonate?: boolean; readonly opens?: readonly string[] };
  readonly liferay?: Partial<LiferaySwitches>;
  readonly scopes?: readonly string[];
  /** What the service's role may do with all calendars. */
  readonly actions?: readonly CalendarAction[];
  /** Anna has opened her calendar in Liferay, unless told otherwise. */
  readonly hasCalendar?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A request that left. */
export interface Sent {
  readonly url: URL;
  readonly request: HttpRequest;
}

export interface DoctorWorld {
  readonly exchange: ExchangeEmulator;
  readonly liferay: LiferayEmulator;
  readonly db: Database;
  readonly sent: Sent[];
  /** What answers in place of a server; null: the server does. */
  between: (sent: Sent) => HttpResponse | Error | null;
  /** What the network says of a host that is not well, by host. */
  readonly network: Map<string, Partial<ConnectionProbe>>;
  /** What happens while the service waits. */
  onSleep: (nowMs: number) => Promise<void>;
  /** Epoch ms. */
  now(): number;
  pass(ms: number): void;
  /** Looks at both servers, and at Anna's mailbox unless told otherwise. No secret is ever told. */
  examine(mailbox?: string | null, write?: boolean, before?: readonly EarlierStep[]): Promise<DoctorReport>;
  /** As `examine`; null where another one looks at the same server. */
  tryToExamine(): Promise<DoctorReport | null>;
}

export const GOOD_CERTIFICATE: SeenCertificate = {
  issuer: 'Example Trust, Example Root',
  names: ['*.example.com'],
  validUntil: NOW + 200 * DAY_MS,
  problem: null,
  said: '',
};

export async function openDoctorWorld(options: DoctorWorldOptions = {}): Promise<DoctorWorld> {
  let now = NOW;
  const clock = { now: () => now };
  const ids = seededIds(seeded(1));
  const application = {
    clientId: APPLICATION.id,
    secret: APPLICATION.secret,
    scopes: [`https://${MAIL}/.default`],
  };
  const entra = new EntraEmulator({ clock, ids, tenant: 'example.com', applications: [application] });
  const exchange = createExchangeEmulator({ clock, ids, ...options.exchange });
  exchange.addAccount({ ...ACCOUNT, mayImpersonate: true, ...options.account, mailbox: 'sync@example.com' });
  for (const address of [ANNA, 'sync@example.com']) {
    exchange.addMailbox({ address, displayName: address, zone: 'Europe/Rome' });
  }
  const liferay = portal(clock, ids, options);
  const db = openDatabase(await emptyDatabase());
  const network = new Map<string, Partial<ConnectionProbe>>();
  const fetch: HttpFetch = async (address, request) => {
    const sent = { url: new URL(address), request };
    world.sent.push(sent);
    const answer = world.between(sent);
    if (answer instanceof Error) throw answer;
    if (answer !== null) return answer;
    const { signal: _, body, ...rest } = request;
    const platform = new Request(address, { ...rest, ...(body === undefined ? {} : { body }) });
    const server = { [MAIL]: exchange, [PORTAL]: liferay, [ENTRA]: entra }[sent.url.host];
    if (server === undefined) throw new TypeError('fetch failed');
    return server.fetch(platform);
  };
  const effects: Effects = {
    fetch,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (ms) => {
        now += ms;
        await world.onSleep(now);
      },
    },
    timeoutSignal: () => new AbortController().signal,
    ids,
    random: { next: () => 0.5 },
    seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
    log: SILENT,
  };
  const service = await createService({
    config: configured(options.variables),
    effects,
    db,
    openConnection: null,
    network: { fetchWithin: () => fetch, services: async () => [] },
    connections: networkOf(network),
  });
  const world: DoctorWorld = {
    exchange,
    liferay,
    db,
    sent: [],
    between: () => null,
    network,
    onSleep: async () => {},
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    examine: async (mailbox = ANNA, write = false, before = []) => {
      const report = await service.examine(CONFIGURED_DOMAIN, { mailbox, write, before });
      if (report === null) throw new Error('Another doctor was there.');
      for (const secret of SECRETS) expect(JSON.stringify(report)).not.toContain(secret);
      return report;
    },
    tryToExamine: () => service.examine(CONFIGURED_DOMAIN, { mailbox: ANNA, write: false }),
  };
  return world;
}

function configured(variables: DoctorWorldOptions['variables'] = {}) {
  const outcome = readConfig({
    PORTAL_URL: `https://${PORTAL}`,
    PORTAL_CLIENT_ID: CLIENT.id,
    PORTAL_CLIENT_SECRET: CLIENT.secret,
    PORTAL_OAUTH_ERC: 'connector',
    EXCHANGE_URL: `https://${MAIL}/EWS/Exchange.asmx`,
    EXCHANGE_USER: ACCOUNT.user,
    EXCHANGE_PASSWORD: ACCOUNT.password,
    SEAL_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    ...variables,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.config;
}

function portal(
  clock: { now(): number },
  ids: { uuid(): string },
  { liferay: switches = {}, scopes = SCOPES, actions, hasCalendar = true }: DoctorWorldOptions,
): LiferayEmulator {
  const liferay = createLiferayEmulator({ clock, ids, origin: `https://${PORTAL}`, switches });
  const serviceUserId = liferay.addUser({
    screenName: 'service',
    emailAddress: PORTAL_ACCOUNT.user,
    password: PORTAL_ACCOUNT.password,
    firstName: 'Sync',
    lastName: 'Service',
    roles: [ROLE],
  });
  for (const action of actions ?? (['VIEW', 'VIEW_BOOKING_DETAILS', 'MANAGE_BOOKINGS'] as const)) {
    liferay.grant(ROLE, 'all', action);
  }
  liferay.addOAuthClient({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    kind: 'headlessServer',
    erc: 'connector',
    scopes,
    serviceUserId,
  });
  const anna = liferay.addUser({
    screenName: 'anna',
    emailAddress: ANNA,
    password: 'pw',
    firstName: 'Anna',
    lastName: 'Rossi',
  });
  if (hasCalendar) liferay.createCalendarFor(anna);
  return liferay;
}

function networkOf(unwell: ReadonlyMap<string, Partial<ConnectionProbe>>): ConnectionProbe {
  const well: ConnectionProbe = {
    resolve: async () => ['192.0.2.1'],
    connect: async () => {},
    certificate: async () => GOOD_CERTIFICATE,
  };
  return {
    resolve: (host, signal) => (unwell.get(host)?.resolve ?? well.resolve)(host, signal),
    connect: (place, signal) => (unwell.get(place.host)?.connect ?? well.connect)(place, signal),
    certificate: (place, signal) => (unwell.get(place.host)?.certificate ?? well.certificate)(place, signal),
  };
}

/** An error of the platform with the code of the system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`the system says ${code}`), { code });
}

/** An answer that comes from something in between. */
export function page(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const response = new Response(text, { status, headers: { 'Content-Type': 'text/html', ...headers } });
  return response;
}

export function stepOf(
  { steps }: DoctorReport,
  side: DoctorStep['side'],
  name: DoctorStep['step'],
): DoctorStep {
  const found = steps.find((each) => each.side === side && each.step === name);
  if (found === undefined) throw new Error(`There is no step ${name} of ${side}.`);
  return found;
}

/**
 * The first step that failed on one side, as `step, reason, remedy`; null: none did. What comes after it was not tried,
 * and the other side is well.
 */
export function failureOf(
  { steps, healthy }: DoctorReport,
  side: DoctorStep['side'],
): readonly (string | null)[] | null {
  const own = steps.filter((each) => each.side === side);
  const at = own.findIndex(({ result }) => result === 'failed');
  const others = steps.filter((each) => each.side !== side);
  expect(others.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(healthy).toBe(at < 0);
  const failed = own[at];
  if (failed === undefined) return null;
  expect(own.slice(at + 1).filter(({ result }) => result !== 'notTried')).toEqual([]);
  return [failed.step, failed.reason, failed.remedy];
}
