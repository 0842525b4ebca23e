/**
 * The emulators over HTTP on this machine, with a few accounts: for the demo, the benchmark, the browser tests and
 * for anybody who wants to try the service without an Exchange server or a portal.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { EntraEmulator } from './entra/entra-emulator.ts';
import type { ExchangeEmulator } from './exchange/exchange-emulator.ts';
import { createExchangeEmulator } from './exchange/exchange-emulator.ts';
import type { GraphEmulator } from './exchange/graph/graph-emulator.ts';
import { createGraphEmulator } from './exchange/graph/graph-emulator.ts';
import type { LiferayEmulator } from './liferay/liferay-emulator.ts';
import { createLiferayEmulator } from './liferay/liferay-emulator.ts';
import type { LiferaySwitches } from './liferay/switches.ts';

export interface ServeOptions {
  /** 0, the default, takes any free port. */
  readonly exchangePort?: number;
  readonly liferayPort?: number;
  readonly liferaySwitches?: Partial<LiferaySwitches>;
  /** Where the service listens: the only origin that the page's OAuth2 client sends the token to. */
  readonly serviceUrl?: string;
  /** False: nobody and nothing in it. True by default. */
  readonly seed?: boolean;
  /** Answers on the portal's port before the portal does; null leaves the request to the portal. */
  readonly besidePortal?: (request: Request) => Promise<Response> | null;
}

export interface SeededPerson {
  readonly name: string;
  readonly screenName: string;
  readonly emailAddress: string;
  readonly password: string;
  readonly userId: number;
  /** IANA zone of the account and of the mailbox. */
  readonly zone: string;
  /** The default calendar; null for an account that never opened Calendar. */
  readonly calendarId: number | null;
}

export interface Emulators {
  /** `http://127.0.0.1:…/EWS/Exchange.asmx`. */
  readonly exchangeUrl: string;
  /** The same mailboxes by Microsoft Graph: `http://127.0.0.1:…/v1.0`. */
  readonly graphUrl: string;
  /** Where GRAPH_APPLICATION gets its tokens. */
  readonly tokenUrl: string;
  /** `http://127.0.0.1:…`. */
  readonly liferayUrl: string;
  readonly exchange: ExchangeEmulator;
  readonly graph: GraphEmulator;
  readonly liferay: LiferayEmulator;
  readonly people: readonly SeededPerson[];
  close(): Promise<void>;
}

type FetchCallback = Parameters<typeof serve>[0]['fetch'];
/** `connection` is the same for all requests that come on one. */
type Handler = (request: Request, connection: object) => Promise<Response>;

/** A handler that rejects breaks the connection, as the emulators' `lostReply` and `noConnection` mean it. */
function listen(port: number, handler: Handler): Promise<{ origin: string; close(): Promise<void> }> {
  const fetch: FetchCallback = async (request, { incoming }) => {
    try {
      return await handler(request, 'socket' in incoming ? incoming.socket : request);
    } catch (error) {
      if ('socket' in incoming) incoming.socket.destroy();
      throw error;
    }
  };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, (address: AddressInfo) =>
      resolve({
        origin: `http://127.0.0.1:${address.port}`,
        close: () => new Promise((done) => server.close(() => done())),
      }),
    );
    server.once('error', reject);
  });
}

/** Applications as the client extensions of this project create them. */
export const OAUTH = {
  userAgentErc: 'exchange-connector-oauth-application-user-agent',
  userAgentClientId: 'id-user-agent',
  headlessServerErc: 'exchange-connector-oauth-application-headless-server',
  headlessServerClientId: 'id-headless-server',
  headlessServerSecret: 'secret-headless-server',
} as const;

export const EXCHANGE_SERVICE_ACCOUNT = { user: 'svc-calendar', password: 'svc-calendar' } as const;

/** An application of the emulated Entra tenant. */
export const GRAPH_APPLICATION = {
  tenant: 'example.com',
  clientId: 'calendar-connector',
  secret: 'secret-calendar-connector',
  scope: 'https://graph.microsoft.com/.default',
  permissions: ['Calendars.ReadWrite', 'User.Read.All', 'MailboxSettings.Read', 'Place.Read.All'],
} as const;

const SYNC_ROLE = 'Calendar Synchronisation';
const SCOPES = ['Liferay.Headless.Admin.User.everything.read', 'liferay-json-web-services.everything'];

const PEOPLE = [
  { firstName: 'Anna', lastName: 'Rossi', zone: 'Europe/Rome', opensCalendar: true, roles: [] },
  { firstName: 'Marco', lastName: 'Bianchi', zone: 'Europe/Rome', opensCalendar: true, roles: [] },
  { firstName: 'Grace', lastName: 'Lee', zone: 'America/New_York', opensCalendar: false, roles: [] },
  {
    firstName: 'Paola',
    lastName: 'Verdi',
    zone: 'Europe/Rome',
    opensCalendar: true,
    roles: ['Administrator'],
  },
] as const;

function seed(exchange: ExchangeEmulator, liferay: LiferayEmulator, serviceUrl: string): SeededPerson[] {
  exchange.addAccount({ ...EXCHANGE_SERVICE_ACCOUNT, mayImpersonate: true });
  const service = liferay.addUser({
    screenName: 'default-service-account',
    emailAddress: 'default-service-account@example.com',
    password: 'service',
    firstName: 'Default',
    lastName: 'Service Account',
    roles: [SYNC_ROLE],
  });
  for (const action of [
    'VIEW',
    'VIEW_BOOKING_DETAILS',
    'MANAGE_BOOKINGS',
    'ADD_RESOURCE',
    'ADD_CALENDAR',
    'VIEW_USER',
  ] as const)
    liferay.grant(SYNC_ROLE, 'all', action);
  liferay.addOAuthClient({
    clientId: OAUTH.headlessServerClientId,
    clientSecret: OAUTH.headlessServerSecret,
    kind: 'headlessServer',
    erc: OAUTH.headlessServerErc,
    scopes: SCOPES,
    serviceUserId: service,
    homePageUrl: serviceUrl,
  });
  liferay.addOAuthClient({
    clientId: OAUTH.userAgentClientId,
    clientSecret: '',
    kind: 'userAgent',
    erc: OAUTH.userAgentErc,
    scopes: SCOPES,
    homePageUrl: serviceUrl,
  });
  return PEOPLE.map(({ firstName, lastName, zone, opensCalendar, roles }) => {
    const screenName = `${firstName}.${lastName}`.toLowerCase();
    const emailAddress = `${screenName}@example.com`;
    const password = screenName;
    exchange.addMailbox({ address: emailAddress, displayName: `${firstName} ${lastName}`, zone });
    exchange.addAccount({ user: emailAddress, password, mailbox: emailAddress });
    const userId = liferay.addUser({
      screenName,
      emailAddress,
      password,
      firstName,
      lastName,
      zone,
      roles,
      emailVerified: true,
    });
    const calendarId = opensCalendar ? liferay.createCalendarFor(userId) : null;
    const name = `${firstName} ${lastName}`;
    return { name, screenName, emailAddress, password, userId, zone, calendarId };
  });
}

/** Clay's files from `@clayui/css`, where that package is installed. */
export function clayTheme(): { readonly themeCss?: string; readonly themeIcons?: string } {
  const read = (path: string): string | null => {
    try {
      const file = createRequire(import.meta.url).resolve(`@clayui/css/${path}`);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    } catch {
      return null;
    }
  };
  const themeCss = read('lib/css/atlas.css');
  const themeIcons = read('lib/images/icons/icons.svg');
  return { ...(themeCss === null ? {} : { themeCss }), ...(themeIcons === null ? {} : { themeIcons }) };
}

/** Graph and the token endpoint of its tenant, in front of the Exchange's mailboxes, on the Exchange's own port. */
function microsoft365(exchange: ExchangeEmulator, origin: string) {
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref()),
  };
  const ids = { uuid: () => randomUUID() };
  const { tenant, clientId, secret, scope, permissions } = GRAPH_APPLICATION;
  const application = { clientId, secret, scopes: [scope] };
  const entra = new EntraEmulator({ clock, ids, tenant, applications: [application] });
  const graph = createGraphEmulator({
    ...{ exchange, clock, ids, origin },
    applicationOf: (token) => entra.applicationOf(token, 'https://graph.microsoft.com'),
    applications: [{ clientId, permissions }],
    send: (request) => fetch(request),
    sendsOnClock: true,
  });
  const tokenPath = new URL(entra.tokenUrl).pathname;
  /** Null: the request is for neither. */
  const answer = (request: Request): Promise<Response> | null => {
    const { pathname } = new URL(request.url);
    if (pathname === tokenPath) return entra.fetch(new Request(entra.tokenUrl, request));
    return pathname.toLowerCase().startsWith('/v1.0/') ? graph.fetch(request) : null;
  };
  return { graph, answer, tokenUrl: `${origin}${tokenPath}` };
}

export async function serveEmulators(options: ServeOptions = {}): Promise<Emulators> {
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref()),
  };
  const ids = { uuid: () => randomUUID() };
  const exchange = createExchangeEmulator({
    clock,
    ids,
    send: (request) => fetch(request),
    notifiesOnClock: true,
  });
  // Graph writes links, and so must know its address too.
  let cloud: ReturnType<typeof microsoft365> | null = null;
  const exchangeServer = await listen(
    options.exchangePort ?? 0,
    async (request, connection) => cloud?.answer(request) ?? exchange.fetch(request, connection),
  );
  cloud = microsoft365(exchange, exchangeServer.origin);
  // The portal must know its own address, which is known only once it listens.
  let liferay: LiferayEmulator | null = null;
  const liferayServer = await listen(options.liferayPort ?? 0, async (request) =>
    liferay ? (options.besidePortal?.(request) ?? liferay.fetch(request)) : new Response('', { status: 503 }),
  );
  const portal = createLiferayEmulator({
    clock,
    ids,
    origin: liferayServer.origin,
    ...(options.liferaySwitches ? { switches: options.liferaySwitches } : {}),
  });
  liferay = portal;
  portal.configurePage({ clientExtension: null, ...clayTheme() });
  const people =
    options.seed === false ? [] : seed(exchange, portal, options.serviceUrl ?? 'http://localhost:3001');
  return {
    exchangeUrl: `${exchangeServer.origin}/EWS/Exchange.asmx`,
    graphUrl: `${exchangeServer.origin}/v1.0`,
    tokenUrl: cloud.tokenUrl,
    liferayUrl: liferayServer.origin,
    exchange,
    graph: cloud.graph,
    liferay: portal,
    people,
    close: async () => {
      exchange.notifications.cut();
      await Promise.all([exchangeServer.close(), liferayServer.close()]);
    },
  };
}
