/**
 * A whole world in one process: emulated Exchange and Liferay, a database in memory, people, and engines that can
 * be started, crashed and started again. Time is virtual; everything that is random comes from seeded streams.
 */
import { Hono } from 'hono';
import type { Clock, Effects, HttpFetch } from '#core/effects.ts';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import { openEwsMailbox, openEwsRooms } from '#exchange/ews/ews-mailbox.adapter.ts';
import { openEwsPush } from '#exchange/ews/ews-push.adapter.ts';
import { openEwsStream } from '#exchange/ews/ews-stream.adapter.ts';
import { loadEwsPosts } from '#exchange/ews/push-posts.ts';
import { openGraphMailbox, openGraphRooms } from '#exchange/graph/graph-mailbox.adapter.ts';
import { openGraphPush } from '#exchange/graph/graph-push.adapter.ts';
import { GRAPH_POSTS } from '#exchange/graph/notifications.ts';
import type { MailboxProtocol, MailboxServer, OpenMailbox } from '#exchange/mailbox-calendar.port.ts';
import { firstOf, openByProtocol, openRoomsByProtocol } from '#exchange/open-mailbox.ts';
import { createPushCounter, pushRoutes } from '#http/push.routes.ts';
import type { ApiEnv } from '#http/session.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCalendar, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { fencedCommit } from '#store/commit.ts';
import { credentialOf, serverOf } from '#store/credential.ts';
import { type Database, openDatabase, type StatementSeen } from '#store/database.ts';
import { chunks } from '#store/sync-rows.ts';
import { DEFAULT_SETTINGS, type Engine, type EngineSettings } from '#sync/engine.ts';
import { Streams } from '#sync/streams.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import {
  createGraphEmulator,
  GRAPH_ORIGIN,
  type GraphEmulator,
} from '#test/emulators/exchange/graph/graph-emulator.ts';
import { ewsIdOf } from '#test/emulators/exchange/graph/graph-ids.ts';
import type { GraphSwitches } from '#test/emulators/exchange/graph/graph-switches.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { createLiferayEmulator, type LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { ServiceClock, seeded, seededIds, VirtualClock } from './virtual-time.ts';

export const EXCHANGE_URL = 'https://mail.example.com/EWS/Exchange.asmx';
/** Of the further Exchange servers, from 1 on. */
const exchangeUrl = (server: number) =>
  server === 0 ? EXCHANGE_URL : `https://mail${server}.example.com/EWS/Exchange.asmx`;
export const PORTAL_URL = 'https://portal.example.com';
export const ZONE = 'Europe/Rome';
/** Where Exchange reaches the service. */
export const PUBLIC_URL = 'https://connector.example.com';
export const PUSH_POLL_MS = 30 * 60_000;
const SERVICE = { user: 'svc-sync', password: 'pw-exchange' };
const PORTAL_SERVICE = { user: 'service@example.com', password: 'pw-portal' };

export interface Person {
  readonly address: string;
  /** Which of the world's Exchange servers has the mailbox. */
  readonly server: number;
  readonly mailboxId: string;
  readonly pairingId: string;
  readonly userId: number;
  readonly calendarId: number;
}

/** `both`: the first mailbox over Microsoft Graph, the next over Exchange Web Services, and so on; so with rooms. */
export const PROTOCOLS = ['ews', 'graph', 'both'] as const;
export type Protocols = (typeof PROTOCOLS)[number];

export interface WorldOptions {
  readonly seed?: number;
  readonly people?: number;
  /** Exchange servers, each with a domain of its own; people are on them in turn. 1 unless given. */
  readonly servers?: number;
  /** The service's account on each server; one of its own on each unless given. */
  readonly account?: string;
  /** Of every domain; that of the table unless given. */
  readonly maxConcurrent?: number;
  /** Of every mailbox; 30 unless given. */
  readonly intervalSeconds?: number;
  /** Room mailboxes that a site owns, each paired with the calendar of a resource. */
  readonly rooms?: number;
  readonly startMs?: number;
  readonly direction?: 'both' | 'toLiferay';
  /** Of every mailbox, user and calendar; Rome's by default. */
  readonly zone?: string;
  /** Of every pairing; see the table. */
  readonly policy?: 'exchange' | 'liferay';
  readonly recycleBin?: boolean;
  readonly settings?: Partial<EngineSettings>;
  readonly exchange?: Partial<ExchangeSwitches>;
  /** By which protocol the service reaches the mailboxes of the first server; Exchange Web Services unless given. */
  readonly protocol?: Protocols;
  readonly graph?: Partial<GraphSwitches>;
  /** Of the servers that are reached over Exchange Web Services. */
  readonly version?: ServerVersion;
  /**
   * The service has a public address; `unreachable`: that Exchange does not reach. It has none unless given. `streaming`:
   * it has none, and holds connections; `both`: Exchange does not reach it, and it holds connections.
   */
  readonly push?: boolean | 'unreachable' | 'streaming' | 'both';
  readonly liferay?: Partial<LiferaySwitches>;
  readonly onBatch?: (statements: readonly StatementSeen[]) => void;
  readonly validate?: (xml: string, direction: 'request' | 'response') => readonly string[];
}

export interface World {
  readonly clock: VirtualClock;
  readonly serviceClock: ServiceClock;
  /** The first Exchange server; `servers` has all. */
  readonly exchange: ExchangeEmulator;
  /** The first server, seen through Microsoft Graph. */
  readonly graph: GraphEmulator;
  /** From now on the service reaches the mailboxes of the first server so. */
  speak(protocol: Protocols): void;
  /** By which protocol the service reaches this mailbox. */
  protocolOf(address: string): MailboxProtocol;
  readonly servers: readonly ExchangeEmulator[];
  /** Their endpoints, in the same order. */
  readonly serverUrls: readonly string[];
  readonly liferay: LiferayEmulator;
  readonly db: Database;
  readonly people: readonly Person[];
  /** `userId`: the site's administrator. */
  readonly rooms: readonly Person[];
  readonly settings: EngineSettings;
  /** The platform's fetch as this world has it: to the two servers and nowhere else. */
  readonly fetch: HttpFetch;
  /** An engine with its own database view and fetch, for example faulty ones. */
  engine(parts?: EngineParts): Engine;
  /** What comes in at the service's public address; whoever posts is nobody in particular. */
  post(path: string, body: string): Promise<Response>;
  /** How posts went so far, by outcome. */
  posts(): Readonly<Record<string, number>>;
  /** A database that knows the same pairings and nothing of what was synced. */
  emptyDatabase(): Promise<Database>;
}

export interface EngineParts {
  readonly fetch?: HttpFetch;
  readonly db?: Database;
  readonly commit?: typeof fencedCommit;
  readonly openMailbox?: (open: OpenMailbox) => OpenMailbox;
  readonly portal?: (portal: PortalCalendar) => PortalCalendar;
  /** What stands between the engine and the network. */
  readonly network?: (fetch: HttpFetch) => HttpFetch;
}

export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function mailboxServer({ account, version = 'Exchange2016' }: WorldOptions, endpoint: string): MailboxServer {
  return {
    endpoint,
    signIn: { kind: 'basic', ...SERVICE, user: account ?? SERVICE.user },
    impersonate: 'address',
    version,
    timeoutMs: 30_000,
  };
}

const GRAPH_TOKEN = 'graph-token';
const GRAPH_CLIENT = 'connector';

function graphServer(): MailboxServer {
  return {
    endpoint: `${GRAPH_ORIGIN}/v1.0`,
    protocol: 'graph',
    signIn: {
      kind: 'oauth',
      tokenUrl: 'https://login.microsoftonline.com/example.com/oauth2/v2.0/token',
      clientId: GRAPH_CLIENT,
      scope: null,
      proof: { kind: 'secret', secret: 'unused' },
    },
    impersonate: 'address',
    version: null,
    timeoutMs: 30_000,
  };
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const seed = options.seed ?? 1;
  const clock = new VirtualClock(options.startMs ?? Date.UTC(2026, 4, 4, 8));
  const ids = seededIds(seeded(seed * 7 + 1));
  const newServer = (): ExchangeEmulator =>
    createExchangeEmulator({
      clock,
      ids,
      accounts: [{ ...SERVICE, user: options.account ?? SERVICE.user, mayImpersonate: true }],
      ...(options.version ? { version: options.version } : {}),
      ...(options.exchange ? { switches: options.exchange } : {}),
      ...(options.validate ? { validate: options.validate } : {}),
      send: (request) => reached(request),
    });
  const exchange = newServer();
  const servers = [exchange, ...Array.from({ length: (options.servers ?? 1) - 1 }, newServer)];
  const liferay = createLiferayEmulator({
    clock,
    ids,
    origin: PORTAL_URL,
    ...(options.liferay ? { switches: options.liferay } : {}),
  });
  liferay.addUser({
    screenName: 'service',
    emailAddress: PORTAL_SERVICE.user,
    password: PORTAL_SERVICE.password,
    firstName: 'Sync',
    lastName: 'Service',
    roles: ['Administrator'],
    zone: ZONE,
  });
  const zone = options.zone ?? ZONE;
  const people = addPeople(options.people ?? 1, zone, servers, liferay);
  const rooms = addRooms(options.rooms ?? 0, zone, exchange, liferay);
  const createdAt = clock.now();
  const emptyDatabase = (): Promise<Database> => newDatabase(options, { people, rooms }, servers, createdAt);
  const db = await emptyDatabase();
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const serviceClock = new ServiceClock(clock);
  const graph = createGraphEmulator({
    exchange,
    clock,
    ids,
    applicationOf: (token) => (token === GRAPH_TOKEN ? GRAPH_CLIENT : null),
    applications: [{ clientId: GRAPH_CLIENT, permissions: ['Calendars.ReadWrite', 'Place.Read.All'] }],
    ...(options.graph ? { switches: options.graph } : {}),
    send: (request) => reached(request),
  });
  const counter = createPushCounter();
  const silent = effectsOf({ clock: serviceClock, ids, seed, fetch: unreached });
  const gate = new Hono<ApiEnv>().route(
    '/push',
    pushRoutes(
      { effects: silent, db, pushPosts: { graph: async () => GRAPH_POSTS, ewsPush: loadEwsPosts } },
      counter,
    ),
  );
  /** As the Internet has it: the public address, and nothing else. */
  const reached = async (request: Request): Promise<Response> => {
    if (options.push !== true || !request.url.startsWith(PUBLIC_URL)) throw new TypeError('fetch failed');
    return gate.fetch(request);
  };
  const fetch = networkOf(servers, graph, liferay);
  let protocols = options.protocol ?? 'ews';
  const places = new Map(
    [people, rooms].flatMap((all) => all.map((one, place) => [one.address, { ...one, place }])),
  );
  const protocolOf = (address: string): MailboxProtocol => {
    const { server, place } = places.get(address) ?? { server: 0, place: 0 };
    if (server > 0) return 'ews';
    if (protocols !== 'both') return protocols;
    return place % 2 === 0 ? 'graph' : 'ews';
  };
  const open: Engine['mailboxServer'] = async ({ endpoint }, { address }) =>
    protocolOf(address) === 'graph' ? graphServer() : mailboxServer(options, endpoint ?? '');
  return {
    clock,
    serviceClock,
    exchange,
    graph,
    speak: (next) => {
      protocols = next;
    },
    protocolOf,
    servers,
    serverUrls: servers.map((_, index) => exchangeUrl(index)),
    liferay,
    db,
    people,
    rooms,
    settings,
    fetch,
    engine: (parts = {}) =>
      makeEngine(
        {
          ...{ clock: serviceClock, ids, seed, settings, fetch, liferay, db, zone, mailboxServer: open },
          hasAddress: options.push === true || options.push === 'unreachable' || options.push === 'both',
          holdsConnections: options.push === 'streaming' || options.push === 'both',
        },
        parts,
      ),
    post: async (path, body) => reached(new Request(`${PUBLIC_URL}${path}`, { method: 'POST', body })),
    posts: () =>
      Object.fromEntries(
        counter.family().samples.map(({ labels, value }) => [labels['outcome'] ?? '', value]),
      ),
    emptyDatabase,
  };
}

function addPeople(
  count: number,
  zone: string,
  servers: readonly ExchangeEmulator[],
  liferay: LiferayEmulator,
): readonly Person[] {
  return Array.from({ length: count }, (_, index) => {
    const address = `person${index}@example.com`;
    const server = index % servers.length;
    servers[server]?.addMailbox({ address, displayName: `Person ${index}`, zone });
    const userId = liferay.addUser({
      screenName: `person${index}`,
      emailAddress: address,
      password: 'pw',
      firstName: 'Person',
      lastName: String(index),
      zone,
    });
    const calendarId = liferay.createCalendarFor(userId);
    return { address, server, mailboxId: `m${index}`, pairingId: `p${index}`, userId, calendarId };
  });
}

function addRooms(
  count: number,
  zone: string,
  exchange: ExchangeEmulator,
  liferay: LiferayEmulator,
): readonly Person[] {
  if (count === 0) return [];
  const userId = liferay.addUser({
    screenName: 'rooms',
    emailAddress: 'rooms@example.com',
    password: 'pw',
    firstName: 'Room',
    lastName: 'Keeper',
    zone,
  });
  const siteId = liferay.addSite({ name: 'House', ownerUserId: userId });
  return Array.from({ length: count }, (_, index) => {
    const address = `room${index}@example.com`;
    const name = `Room ${index}`;
    exchange.addMailbox({ address, displayName: name, zone, isRoom: true });
    const { calendarId } = liferay.addResource({ name, siteId, userId });
    liferay.changeCalendar(calendarId, { zone });
    return { address, server: 0, mailboxId: `r${index}`, pairingId: `q${index}`, userId, calendarId };
  });
}

/** SQLite allows 32,766 values in a statement. */
const ROWS_PER_INSERT = 500;

async function newDatabase(
  options: WorldOptions,
  { people, rooms }: Pick<World, 'people' | 'rooms'>,
  servers: readonly ExchangeEmulator[],
  createdAt: number,
): Promise<Database> {
  const client = await emptyDatabase();
  const db = openDatabase(client, options.onBatch ? { onBatch: options.onBatch } : {});
  await db.insert(domain).values(
    servers.map((_, index) => {
      const endpoint = exchangeUrl(index);
      return {
        id: domainId(index),
        portal: PORTAL_URL,
        endpoint,
        server: serverOf(endpoint),
        credential: credentialOf(endpoint, mailboxServer(options, endpoint).signIn),
        ...(options.maxConcurrent === undefined ? {} : { maxConcurrent: options.maxConcurrent }),
        signInSealed: 'unused',
        createdAt,
      };
    }),
  );
  for (const some of chunks([...people, ...rooms], ROWS_PER_INSERT)) {
    await db.insert(mailbox).values(
      some.map((person) => ({
        id: person.mailboxId,
        domainId: domainId(person.server),
        address: person.address,
        ownerKind: rooms.includes(person) ? ('site' as const) : ('user' as const),
        ownerId: String(person.userId),
        intervalSeconds: options.intervalSeconds ?? 30,
        nextSyncAt: createdAt,
        createdAt,
      })),
    );
    await db.insert(pairing).values(
      some.map((person) => ({
        id: person.pairingId,
        mailboxId: person.mailboxId,
        folderId: servers[person.server]?.mailbox(person.address).calendar.id ?? '',
        folderName: 'Calendar',
        calendarId: String(person.calendarId),
        calendarName: 'Calendar',
        calendarZone: options.zone ?? ZONE,
        direction: options.direction ?? ('both' as const),
        policy: options.policy ?? ('exchange' as const),
        recycleBin: options.recycleBin ?? false,
        userId: String(person.userId),
        createdAt,
      })),
    );
  }
  return db;
}

/** The body of a request, and after it the ids in the store of the events that it names over Microsoft Graph. */
export function withItemIds({ exchange }: World, body: string): string {
  const named = [...body.matchAll(/\/events\/([^/"?]+)/g)].map(([, id = '']) => decodeURIComponent(id));
  return named.reduce((text, id) => `${text} "${itemId({ exchange }, id)}"`, body);
}

/** Id in the store of an item that a link knows by either protocol. */
export function itemId({ exchange }: Pick<World, 'exchange'>, id: string): string {
  return ewsIdOf(id, exchange.store) ?? id;
}

/** The domain of a server, by the server's place in the world. */
export function domainId(server: number): string {
  return server === 0 ? 'default' : `domain${server}`;
}

function networkOf(
  servers: readonly ExchangeEmulator[],
  graph: GraphEmulator,
  liferay: LiferayEmulator,
): HttpFetch {
  const hosts = new Map(servers.map((exchange, index) => [serverOf(exchangeUrl(index)), exchange]));
  return async (url, request) => {
    const { signal, goesOn = false, body, ...rest } = request;
    // Only what goes on is ended by who asked for it.
    const ending = goesOn && signal instanceof AbortSignal ? { signal } : {};
    const sent = new Request(url, { ...rest, ...(body === undefined ? {} : { body }), ...ending });
    const { host } = new URL(url);
    const exchange = hosts.get(host);
    if (exchange) return exchange.fetch(sent);
    if (host === new URL(GRAPH_ORIGIN).host) return graph.fetch(sent);
    if (host === new URL(PORTAL_URL).host) return liferay.fetch(sent);
    throw new TypeError('fetch failed');
  };
}

interface Shared {
  readonly clock: Clock;
  readonly ids: { uuid(): string };
  readonly seed: number;
  readonly settings: EngineSettings;
  readonly fetch: HttpFetch;
  readonly liferay: LiferayEmulator;
  readonly db: Database;
  readonly zone: string;
  readonly mailboxServer: Engine['mailboxServer'];
  readonly hasAddress: boolean;
  readonly holdsConnections: boolean;
}

const unreached: HttpFetch = async () => {
  throw new TypeError('fetch failed');
};

function effectsOf({ clock, ids, seed, fetch }: Pick<Shared, 'clock' | 'ids' | 'seed' | 'fetch'>): Effects {
  return {
    fetch,
    clock,
    timeoutSignal: () => new AbortController().signal,
    ids,
    random: { next: seeded(seed * 7 + 2) },
    seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
    log: SILENT,
  };
}

function makeEngine(shared: Shared, parts: EngineParts): Engine {
  const fetch = parts.fetch ?? shared.fetch;
  const effects = effectsOf({ ...shared, fetch: parts.network?.(fetch) ?? fetch });
  const { contextName, hasMvcc, version } = shared.liferay.switches;
  const dialect: PortalDialect = {
    context: contextName,
    version,
    keepsUid: true,
    hasRowVersion: hasMvcc,
    companyId: '',
  };
  const tokens = { get: async () => null, put: async () => {} };
  const portal = openJsonwsPortal(effects, tokens)(
    { url: PORTAL_URL, timeoutMs: shared.settings.requestTimeoutMs, dialect },
    { kind: 'basic', ...PORTAL_SERVICE },
  );
  const ports = { ...memoryEwsPorts(), tokens };
  const granted = { token: GRAPH_TOKEN, expiresAt: Number.MAX_SAFE_INTEGER };
  const graphPorts = { ...ports, tokens: { ...tokens, get: async () => granted } };
  const openMailbox = openByProtocol({
    ews: openEwsMailbox(effects, ports),
    graph: openGraphMailbox(effects, graphPorts),
  });
  const open = firstOf(openGraphPush(effects, graphPorts), openEwsPush(effects, ports));
  const db = parts.db ?? shared.db;
  const posts = shared.hasAddress ? { open, address: PUBLIC_URL } : null;
  const streams = shared.holdsConnections
    ? new Streams({ effects, db, open: openEwsStream(effects, ports), told: () => {} })
    : null;
  return {
    effects,
    db,
    openMailbox: parts.openMailbox?.(openMailbox) ?? openMailbox,
    openRooms: openRoomsByProtocol({
      ews: openEwsRooms(effects, ports),
      graph: openGraphRooms(effects, graphPorts),
    }),
    portal: parts.portal?.(portal) ?? portal,
    mailboxServer: shared.mailboxServer,
    settings: shared.settings,
    commit: parts.commit ?? fencedCommit,
    push: posts || streams ? { posts, streams, pollMs: PUSH_POLL_MS } : null,
  };
}
