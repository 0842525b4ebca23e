/**
 * The application with an in-memory database, real RS256 keys, and a portal and an Exchange server that answer from
 * memory. Two users, Ada and Bob; each sees only what is theirs.
 */
import type { Hono } from 'hono';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { expect } from 'vitest';
import type { Effects, HttpRequest, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { DoctorOrder } from '#doctor/doctor.ts';
import * as schema from '#drizzle/schema.ts';
import { loadEwsPosts } from '#exchange/ews/push-posts.ts';
import { GRAPH_POSTS } from '#exchange/graph/notifications.ts';
import type { MailboxCalendar, MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { RoomDirectory } from '#exchange/room-directory.port.ts';
import { createApp } from '#http/app.ts';
import type { ApiEnv } from '#http/session.ts';
import type { AppDependencies, AppSettings } from '#http/settings.ts';
import type { PortalCalendar, PortalCalendarInfo, PortalUser } from '#liferay/portal-calendar.port.ts';
import type { DoctorReport } from '#shared/doctor.ts';
import type { Reason } from '#shared/reasons.ts';
import { type Database, openDatabase } from '#store/database.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { expectDescribed, expectProblem } from './described-answers.ts';

export const NOW_MS = 1_790_000_000_000;
export const CLIENT_ID = 'id-of-the-application';
export const PORTAL = 'https://portal.example.com';

const pair = await generateKeyPair('RS256', { extractable: true });
const strangers = await generateKeyPair('RS256', { extractable: true });
const publicKey: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'key-1', use: 'sig', alg: 'RS256' };

export interface TokenOptions {
  readonly claims?: JWTPayload;
  readonly header?: Record<string, string>;
  readonly omit?: readonly string[];
  /** Signed with a key that the portal does not have. */
  readonly forged?: boolean;
}

/** An access token as Liferay issues it, with whatever is wrong with it. */
export async function tokenOf(userId: string, options: TokenOptions = {}): Promise<string> {
  const seconds = NOW_MS / 1_000;
  const claims: JWTPayload = {
    sub: userId,
    client_id: CLIENT_ID,
    username: 'somebody',
    iss: 'portal.example.com',
    iat: seconds,
    exp: seconds + 600,
    ...options.claims,
  };
  for (const claim of options.omit ?? []) delete claims[claim];
  const header = { alg: 'RS256', typ: 'at+jwt', kid: 'key-1', ...options.header };
  const signer = new SignJWT(claims).setProtectedHeader(header);
  if (header.alg === 'HS256') return await signer.sign(new TextEncoder().encode(JSON.stringify(publicKey)));
  return await signer.sign(options.forged === true ? strangers.privateKey : pair.privateKey);
}

export const ADA: PortalUser = {
  id: '20101',
  name: 'Ada Lovelace',
  emailAddress: 'Ada@Example.com',
  emailVerified: true,
  isPortalAdministrator: false,
  roleNames: [],
  administeredSiteIds: [],
};
export const BOB: PortalUser = { ...ADA, id: '20202', name: 'Bob Builder', emailAddress: 'bob@example.com' };

/** Of the service itself, as which only the bearer of the service key has the portal asked. */
const SERVICE_ACCOUNT = { kind: 'basic', user: 'service', password: 'the-portal-password' } as const;

export interface World {
  readonly app: Hono<ApiEnv>;
  readonly db: Database;
  readonly logged: string[];
  /** Requests to the portal's OAuth endpoints, by path. */
  readonly fetched: string[];
  /** Calls of ports: `identity 20101`, `listFolders ada@example.com`. */
  readonly asked: string[];
  users: PortalUser[];
  /** Whom the portal sees, whatever the token says. */
  portalSees: PortalUser | null;
  readonly calendars: Map<string, PortalCalendarInfo[]>;
  readonly folders: Map<string, MailboxFolder[]>;
  /** Rooms by list. */
  readonly roomLists: Map<string, readonly string[]>;
  keys: JWK[];
  /** Opaque tokens that the portal knows. */
  readonly opaque: Map<string, Record<string, unknown>>;
  applicationClientId: string;
  /** Connection tests that were ordered, and what they come to; null: another one is under way. */
  readonly examined: (DoctorOrder & { readonly domainId: string })[];
  report: DoctorReport | null;
  portalFails: { reason: Reason; waitMs?: number } | null;
  exchangeFails: { reason: Reason; waitMs?: number } | null;
  oauthAnswers: ((url: string) => HttpResponse | Error | null) | null;
  advance(ms: number): void;
  /** Sends a request, as Ada unless told otherwise, and checks the answer against the description of its route. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly as?: PortalUser | null;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
  readonly text: string;
}

export interface WorldOptions {
  readonly settings?: Partial<AppSettings>;
  /** Of the domain `d1`, which takes every address that no other domain has. */
  readonly domain?: Partial<typeof schema.domain.$inferInsert>;
  readonly readiness?: AppDependencies['readiness'];
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const db = openDatabase(await emptyDatabase());
  await db.insert(schema.domain).values({
    id: 'd1',
    portal: PORTAL,
    endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
    signInSealed: 'k1.sealed-sign-in',
    createdAt: NOW_MS,
    ...options.domain,
  });
  let elapsedMs = 0;
  let ids = 0;
  const logged: string[] = [];
  const log = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const effects: Effects = {
    fetch: async (url, request) => answerOAuth(world, url, request),
    clock: { now: () => NOW_MS + elapsedMs, monotonic: () => elapsedMs, sleep: async () => {} },
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: { uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}` },
    random: { next: () => 0.5 },
    seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
    log: { debug: log, info: log, warn: log, error: log },
  };
  const settings: AppSettings = {
    portalUrl: PORTAL,
    portalOrigins: [PORTAL],
    oauth: {
      expectedClientId: CLIENT_ID,
      externalReferenceCode: null,
      jwksUrl: `${PORTAL}/o/oauth2/jwks`,
      introspectUrl: `${PORTAL}/o/oauth2/introspect`,
    },
    portalCredentials: SERVICE_ACCOUNT,
    serviceKey: null,
    mailboxServer: async () => ({
      endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
      signIn: { kind: 'basic', user: 'service', password: 'the-service-password' },
      impersonate: 'address',
      version: 'Exchange2016',
      timeoutMs: 10_000,
    }),
    intervalSeconds: 60,
    minIntervalSeconds: 2,
    allowHttp: false,
    keepsConnections: true,
    windowPastDays: 90,
    windowFutureDays: 730,
    timeoutMs: 10_000,
    publicUrl: 'https://connector.example.com',
    metricsToken: 'the-metrics-token',
    metricsOpen: false,
    ...options.settings,
  };
  const app = createApp({
    effects,
    db,
    settings,
    openMailbox: (_server, address) => mailboxOf(world, address),
    openRooms: (_server, address) => roomsOf(world, address),
    openPortal: (_server, credentials) => {
      if (credentials === SERVICE_ACCOUNT) return servicePortalOf(world);
      if (credentials.kind !== 'bearer') throw new Error('The API acts with the token of its user only.');
      return portalOf(world, credentials.token);
    },
    pushPosts: { graph: async () => GRAPH_POSTS, ewsPush: loadEwsPosts },
    examine: async (domainId, { onStep, ...order }) => {
      world.examined.push({ domainId, ...order });
      for (const step of world.report?.steps ?? []) onStep?.(step);
      return world.report;
    },
    readiness: options.readiness ?? (async () => ({ ready: true })),
  });
  const world: World = {
    app,
    db,
    logged,
    fetched: [],
    asked: [],
    users: [ADA, BOB],
    portalSees: null,
    calendars: new Map([
      [ADA.id, [calendarOf('41', 'Ada'), { ...calendarOf('43', 'Team'), owner: { kind: 'site', id: '7' } }]],
      [BOB.id, [calendarOf('42', 'Bob'), { ...calendarOf('43', 'Team'), owner: { kind: 'site', id: '7' } }]],
    ]),
    folders: new Map([
      ['ada@example.com', [folderOf('ada-main', 'Calendar'), folderOf('ada-shared', 'Holidays', false)]],
      ['bob@example.com', [folderOf('bob-main', 'Calendar')]],
    ]),
    roomLists: new Map(),
    keys: [publicKey],
    opaque: new Map(),
    applicationClientId: CLIENT_ID,
    examined: [],
    report: { healthy: true, steps: [] },
    portalFails: null,
    exchangeFails: null,
    oauthAnswers: null,
    advance: (ms) => {
      elapsedMs += ms;
    },
    call: (method, path, callOptions) => call(world, method, path, callOptions),
  };
  return world;
}

export function calendarOf(id: string, name: string): PortalCalendarInfo {
  return { id, name, zone: 'Europe/Rome', isDefault: true, owner: { kind: 'user', id: '1' }, siteId: '1' };
}

export function folderOf(id: string, name: string, canWrite = true): MailboxFolder {
  return { id, name, isDefault: name === 'Calendar', canWrite };
}

async function call(world: World, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { as = ADA, body } = options;
  const token = options.token ?? (as === null ? null : await tokenOf(as.id));
  const headers: Record<string, string> = { Origin: PORTAL, ...options.headers };
  if (token !== null) headers['Authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await world.app.request(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get('Content-Type') ?? '');
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  if (response.status >= 400 && path !== '/ready') expectProblem(response, json);
  if (method !== 'OPTIONS') await expectDescribed(world.app, method, path, response, isJson ? json : null);
  return { status: response.status, headers: response.headers, json, text };
}

function answerOAuth(world: World, url: string, request: HttpRequest): HttpResponse {
  const { pathname, searchParams } = new URL(url);
  world.fetched.push(pathname);
  const special = world.oauthAnswers?.(url) ?? null;
  if (special instanceof Error) throw special;
  if (special !== null) return special;
  switch (pathname) {
    case '/o/oauth2/jwks':
      return httpJson(200, { keys: world.keys });
    case '/o/oauth2/application':
      expect(searchParams.get('externalReferenceCode')).toBe('the-application');
      return httpJson(200, { client_id: world.applicationClientId, homePageURL: PORTAL });
    case '/o/oauth2/introspect': {
      const form = new URLSearchParams(request.body);
      expect(form.get('client_id')).toBe(CLIENT_ID);
      return httpJson(200, world.opaque.get(form.get('token') ?? '') ?? { active: false });
    }
    default:
      return httpJson(404, {});
  }
}

export function httpJson(status: number, json: unknown): HttpResponse {
  return httpText(status, JSON.stringify(json));
}

export function httpText(status: number, text: string): HttpResponse {
  const bytes = new TextEncoder().encode(text);
  return {
    status,
    headers: { get: () => null },
    body: (async function* () {
      yield bytes;
    })(),
  };
}

function portalOf(world: World, token: string): PortalCalendar {
  const ask = (what: string): PortalUser => {
    const subject = world.opaque.get(token)?.['sub'] ?? JSON.parse(atob(token.split('.')[1] ?? ''))['sub'];
    world.asked.push(`${what} ${subject}`);
    if (world.portalFails !== null) {
      const { reason, waitMs } = world.portalFails;
      throw new RemoteFailure(failure(reason, 'the portal said: the-service-password', waitMs));
    }
    const user = world.portalSees ?? world.users.find((each) => each.id === subject);
    if (user === undefined) throw new RemoteFailure(failure('guestIdentity', 'guest'));
    return user;
  };
  return {
    ...refusing<PortalCalendar>(['probe', 'snapshot', 'read', 'prepareWrites', 'add', 'update', 'remove']),
    identity: async () => ask('identity'),
    calendars: async () => world.calendars.get(ask('calendars').id) ?? [],
    createUserCalendar: async (userId, name, zone) => {
      const user = ask('createUserCalendar');
      expect(userId).toBe(user.id);
      return { ...calendarOf('44', name), zone };
    },
    createResourceCalendar: async (siteId, name, zone) => {
      ask(`createResourceCalendar ${siteId}`);
      return { ...calendarOf('45', name), zone, owner: { kind: 'resource', id: '98' }, siteId };
    },
  };
}

/** Manages all calendars that anybody has. */
function servicePortalOf(world: World): PortalCalendar {
  return {
    ...refusing<PortalCalendar>(['identity', 'probe', 'snapshot', 'read', 'add', 'update', 'remove']),
    calendars: async () => {
      world.asked.push('calendars of the service');
      const all = [...world.calendars.values()].flat();
      return [...new Map(all.map((each) => [each.id, each])).values()];
    },
  } as PortalCalendar;
}

function mailboxOf(world: World, address: string): MailboxCalendar {
  return {
    ...refusing<MailboxCalendar>(['changes', 'read', 'create', 'update', 'remove', 'findByStamp']),
    capabilities: {
      canSuppressMail: true,
      canCompareAndSet: true,
      searchableStamp: true,
      occurrenceDeltas: true,
      readBatch: 50,
      writeBatch: 50,
      changesPage: 50,
      overlapBatch: 50,
    },
    listFolders: async () => {
      world.asked.push(`listFolders ${address}`);
      if (world.exchangeFails !== null) {
        const { reason, waitMs } = world.exchangeFails;
        throw new RemoteFailure(failure(reason, 'Exchange said: the-service-password', waitMs));
      }
      return world.folders.get(address) ?? [];
    },
  };
}

function roomsOf(world: World, address: string): RoomDirectory {
  const ask = (what: string) => {
    world.asked.push(`${what} as ${address}`);
    if (world.exchangeFails !== null)
      throw new RemoteFailure(failure(world.exchangeFails.reason, 'Exchange'));
  };
  return {
    lists: async () => {
      ask('lists');
      return [...world.roomLists].map(([list]) => ({ address: list, name: `List ${list}` }));
    },
    rooms: async (list) => {
      ask(`rooms ${list}`);
      return (world.roomLists.get(list) ?? []).map((room) => ({ address: room, name: room }));
    },
  };
}

/** The API never reads or writes events: these methods blow up when they are called. */
function refusing<T extends object>(methods: readonly (keyof T & string)[]): T {
  return Object.fromEntries(
    methods.map((name) => [name, () => Promise.reject(new Error(`${name} was called by the API.`))]),
  ) as unknown as T;
}
