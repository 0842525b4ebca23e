/**
 * Who may call what: every route of the application × everybody who could call it. A route without a row fails. What is
 * refused is refused with the reason that is written here, and changes nothing.
 */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalCalendarInfo, PortalUser } from '#liferay/portal-calendar.port.ts';
import type { ApiReason } from '#shared/api.ts';
import { ADA, calendarOf, createWorld, folderOf, NOW_MS, PORTAL, type World } from './app-under-test.ts';
import { contents, fill } from './pairings-under-test.ts';
import {
  DOMAIN_ROUTES,
  NAME,
  OWN_ROUTES,
  PORTAL_ROUTES,
  type ProtectedRoute,
  SERVICE_ROUTES,
  SITE,
  SITE_ROUTES,
} from './routes-under-test.ts';

const person = (id: string, name: string, more: Partial<PortalUser> = {}): PortalUser => ({
  ...ADA,
  id,
  name,
  emailAddress: `${name.toLowerCase()}@example.com`,
  ...more,
});

/** `null`: nobody is signed in. */
const ACTORS = {
  guest: null,
  user: ADA,
  otherUser: person('20202', 'Bob'),
  siteAdministrator: person('20303', 'Sita', { administeredSiteIds: [SITE.id] }),
  otherSitesAdministrator: person('20404', 'Otto', { administeredSiteIds: ['8'] }),
  domainAdministrator: person('20505', 'Dora'),
  administratorByRole: person('20606', 'Rolf', { roleNames: ['Exchange Team'] }),
  otherDomainsAdministrator: person('20707', 'Olga', { roleNames: ['Other Team'] }),
  portalAdministrator: person('20808', 'Paul', {
    isPortalAdministrator: true,
    roleNames: ['Administrator'],
  }),
} as const satisfies Record<string, PortalUser | null>;

type Actor = keyof typeof ACTORS;
const NAMES = Object.keys(ACTORS) as Actor[];
const SIGNED_IN = NAMES.filter((name) => name !== 'guest');

type Refusal = readonly [status: number, reason: ApiReason];

type Unlike = Partial<Record<Actor, Refusal>>;

interface Row {
  readonly route: ProtectedRoute;
  readonly may: readonly Actor[];
  /** Of everybody else who is signed in. */
  readonly refusal: Refusal;
  /** Of some of them. */
  readonly unlike?: Unlike;
}

const DOMAINS = ['domainAdministrator', 'administratorByRole', 'portalAdministrator'] as const;
const SITES = ['siteAdministrator', 'portalAdministrator'] as const;
const PORTALS = ['portalAdministrator'] as const;

const none = [500, 'internalError'] as const satisfies Refusal;
const notForDomains: Unlike = {
  domainAdministrator: [403, 'portalAdministratorOnly'],
  administratorByRole: [403, 'portalAdministratorOnly'],
};

/** Of what is a user's own: a list is everybody's own, a pairing its owner's. */
function ownRow(route: ProtectedRoute): Row {
  if (route.path.includes('{id}')) return { route, may: ['user'], refusal: [404, 'pairingUnknown'] };
  if (NAME(route) === 'POST /api/pairings') {
    const body = { exchangeCalendarId: 'ada-shared', liferayCalendarId: '43', direction: 'toLiferay' };
    return { route: { ...route, body }, may: ['user'], refusal: [403, 'calendarNotManageable'] };
  }
  return { route, may: SIGNED_IN, refusal: none };
}

function siteRow(route: ProtectedRoute): Row {
  const body = {
    mailbox: SITE.mailbox,
    exchangeCalendarId: 'room-second',
    liferayCalendarId: '72',
    direction: 'both',
  };
  const isNew = NAME(route) === 'POST /api/sites/{siteId}/pairings';
  return { route: isNew ? { ...route, body } : route, may: SITES, refusal: [403, 'siteNotAdministered'] };
}

function domainRow(route: ProtectedRoute): Row {
  const refusal: Refusal = [404, 'domainUnknown'];
  if (route.method !== 'DELETE') return { route, may: DOMAINS, refusal };
  return {
    route: { ...route, path: `${route.path}?force=true` },
    may: PORTALS,
    refusal,
    unlike: notForDomains,
  };
}

function portalRow(route: ProtectedRoute): Row {
  return NAME(route) === 'GET /api/domains'
    ? { route, may: SIGNED_IN, refusal: none }
    : { route, may: PORTALS, refusal: [403, 'portalAdministratorOnly'] };
}

/** What a domain's administrators may change, and what only the portal's. */
const CHANGE = '/api/domains/{domainId}';
const FIELDS: readonly Row[] = [
  { mailDomains: ['example.com', 'more.example'] },
  { administrators: [] },
  { network: 'private' },
].map((body) => ({
  route: { method: 'PATCH', path: CHANGE, body },
  may: PORTALS,
  refusal: [404, 'domainUnknown'],
  unlike: notForDomains,
}));

const EVERYBODYS: readonly Row[] = (
  ['/health', '/ready', '/openapi.json', '/docs', '/docs/start.js'] as const
).map((path) => ({
  route: { method: 'GET', path },
  may: NAMES,
  refusal: none,
}));

/** Of servers, which bear no token: what a stranger can do there is in push.test.ts. */
const POSTS: readonly Row[] = ['/push/{kind}/{id}', '/push/{kind}/{id}/{secret}'].map((path) => ({
  route: { method: 'POST', path },
  may: NAMES,
  refusal: none,
}));

const ROWS: readonly Row[] = [
  ...OWN_ROUTES.map(ownRow),
  ...SITE_ROUTES.map(siteRow),
  ...DOMAIN_ROUTES.map(domainRow),
  ...PORTAL_ROUTES.map(portalRow),
  ...FIELDS,
  // Its bearer is nobody of these: service-key.test.ts.
  ...SERVICE_ROUTES.map((route): Row => ({ route, may: [], refusal: [401, 'tokenInvalid'] })),
  ...EVERYBODYS,
  ...POSTS,
  { route: { method: 'GET', path: '/metrics' }, may: [], refusal: [401, 'tokenInvalid'] },
];

let world: World;
beforeAll(async () => {
  world = await createWorld({ settings: { serviceKey: 'the-service-key-of-this-service' } });
  world.users = SIGNED_IN.flatMap((name) => ACTORS[name] ?? []);
  world.folders.set(SITE.mailbox, [folderOf('room-main', 'Calendar'), folderOf('room-second', 'Second')]);
  const room: PortalCalendarInfo = {
    ...calendarOf('72', 'Room'),
    owner: { kind: 'resource', id: '97' },
    siteId: SITE.id,
  };
  for (const name of SIGNED_IN)
    world.calendars.set(ACTORS[name]?.id ?? '', name === 'user' ? [calendarOf('43', 'Team')] : []);
  for (const name of SITES) world.calendars.set(ACTORS[name].id, [room]);
});

/** Ada's pairing `p`, the site's `s`, and two domains with their administrators. */
beforeEach(async () => {
  const { db } = world;
  for (const table of [schema.audit, schema.mailboxApproval, schema.pairing, schema.mailbox, schema.domain]) {
    await db.delete(table);
  }
  const domain = {
    portal: PORTAL,
    endpoint: 'https://mail.example.com/EWS',
    signInSealed: 'k1.sealed-sign-in',
    createdAt: NOW_MS,
  };
  await db.insert(schema.domain).values([
    { ...domain, id: 'd1', origin: 'api' },
    { ...domain, id: 'd2', origin: 'api' },
  ]);
  await db.insert(schema.mailDomain).values([
    { name: 'example.com', domainId: 'd1' },
    { name: 'other.example', domainId: 'd2' },
  ]);
  await db.insert(schema.domainAdministrator).values([
    { domainId: 'd1', kind: 'user', value: ACTORS.domainAdministrator.id },
    { domainId: 'd1', kind: 'role', value: 'Exchange Team' },
    { domainId: 'd2', kind: 'role', value: 'Other Team' },
    // A role's name is no user's id, and the other way round.
    { domainId: 'd1', kind: 'role', value: ACTORS.otherUser.id },
    { domainId: 'd1', kind: 'user', value: 'Other Team' },
  ]);
  await db.insert(schema.siteRelease).values({
    domainId: 'd1',
    siteId: SITE.id,
    kind: 'address',
    value: SITE.mailbox,
    origin: 'api',
    createdAt: NOW_MS,
  });
  await db.insert(schema.mailboxApproval).values({
    domainId: 'd1',
    userId: ADA.id,
    userName: ADA.name,
    address: 'ada@example.com',
    state: 'waiting',
    askedAt: NOW_MS,
  });
  await insertPairing('p', 'mailbox-1', { ownerKind: 'user', ownerId: ADA.id, address: 'ada@example.com' });
  await insertPairing('s', 'mailbox-2', { ownerKind: 'site', ownerId: SITE.id, address: SITE.mailbox });
});

async function insertPairing(
  id: string,
  mailboxId: string,
  owner: Pick<typeof schema.mailbox.$inferInsert, 'ownerKind' | 'ownerId' | 'address'>,
): Promise<void> {
  const { db } = world;
  const times = { intervalSeconds: 60, nextSyncAt: NOW_MS, createdAt: NOW_MS };
  await db.insert(schema.mailbox).values({ id: mailboxId, domainId: 'd1', ...owner, ...times });
  await db.insert(schema.pairing).values({
    id,
    mailboxId,
    folderId: `${id}-folder`,
    folderName: 'Calendar',
    calendarId: `${id}-calendar`,
    calendarName: 'Calendar',
    calendarZone: 'Europe/Rome',
    direction: 'both',
    preview: true,
    userId: ADA.id,
    createdAt: NOW_MS,
  });
}

function pathOf({ path, query = '' }: ProtectedRoute): string {
  const pairing = path.includes('{siteId}') ? 's' : 'p';
  const filled = path
    .replace('{siteId}', SITE.id)
    .replace('{domainId}', 'd1')
    .replace('{mailboxId}', 'mailbox-1')
    .replace('{address}', SITE.mailbox)
    .replace('{id}', pairing)
    .replace('{linkId}', 'link-1')
    .replace('{changeId}', 'change-1')
    .replace('{kind}', 'graph')
    .replace('{secret}', 'secret-1');
  return filled + query;
}

describe.each(
  ROWS.map((row) => [`${NAME(row.route)} ${JSON.stringify(row.route.body ?? '')}`, row] as const),
)('%s', (_, { route, may, refusal, unlike = {} }) => {
  it.each(NAMES)('%s', async (name) => {
    await fill(world, route.path.includes('{siteId}') ? 's' : 'p');
    const before = await everything();
    const body = route.body === undefined ? {} : { body: route.body };
    const { status, json } = await world.call(route.method, pathOf(route), { as: ACTORS[name], ...body });
    if (may.includes(name)) {
      expect(status, String(json['reason'])).toSatisfy(isGood);
      return;
    }
    const expected = name === 'guest' ? [401, 'tokenMissing'] : (unlike[name] ?? refusal);
    expect([status, json['reason']]).toEqual(expected);
    expect(await everything()).toEqual(before);
  });
});

const isGood = (status: number) => status >= 200 && status < 300;

async function everything(): Promise<unknown[]> {
  const { db } = world;
  const administration = [
    schema.domain,
    schema.mailDomain,
    schema.domainAdministrator,
    schema.siteRelease,
    schema.mailboxApproval,
  ];
  return [
    ...(await contents(world)),
    ...(await Promise.all(administration.map((table) => db.select().from(table)))),
  ];
}

it('has a row for every route of the application, and none for others', () => {
  const served = world.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const rows = ROWS.map(({ route }) => NAME(route).replace(/\?.*/, ''));
  expect([...new Set(rows)].sort()).toEqual([...new Set(served)].sort());
});
