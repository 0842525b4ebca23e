/** What the administrators of a domain do about its mailboxes: pausing, releasing for sites, approving. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import {
  ADA,
  type Answer,
  BOB,
  calendarOf,
  createWorld,
  folderOf,
  NOW_MS,
  type World,
} from './app-under-test.ts';
import { audited, claim, pair } from './pairings-under-test.ts';

const PAUL: PortalUser = {
  ...ADA,
  id: '20808',
  name: 'Paul',
  emailAddress: 'paul@example.com',
  isPortalAdministrator: true,
};
const DORA: PortalUser = { ...ADA, id: '20505', name: 'Dora', emailAddress: 'dora@example.com' };
const SECRET = 'the-service-password';
const NEW = {
  name: 'Subsidiary',
  mailDomains: ['sub.example'],
  administrators: [{ kind: 'user', value: DORA.id }],
  reach: { kind: 'url', url: 'https://mail.sub.example/EWS/Exchange.asmx' },
  signIn: { kind: 'basic', user: 'SUB\\svc', password: SECRET },
};

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.users = [ADA, BOB, PAUL, DORA];
});

const outcome = ({ status, json }: Answer) => [status, json['reason']];

async function create(body: object = {}): Promise<string> {
  const { status, json } = await world.call('POST', '/api/domains', { as: PAUL, body: { ...NEW, ...body } });
  expect(status).toBe(201);
  return String(json['id']);
}

describe('the mailboxes of a domain', () => {
  async function paired(): Promise<string> {
    const { id } = await pair(world);
    await world.db.update(schema.domain).set({ origin: 'api' });
    await world.db
      .insert(schema.domainAdministrator)
      .values({ domainId: 'd1', kind: 'user', value: DORA.id });
    return id;
  }
  const list = async (query = '') =>
    (await world.call('GET', `/api/domains/d1/mailboxes${query}`, { as: DORA })).json;
  const act = (action: string, which: object = { search: '' }) =>
    world.call('POST', '/api/domains/d1/mailboxes', { as: DORA, body: { action, which } });

  it('are listed by address, searched, and told by how they do', async () => {
    await paired();
    expect(await list()).toMatchObject({
      mailboxes: [{ address: 'ada@example.com', state: 'active', pairings: 1 }],
    });
    await world.db.update(schema.mailbox).set({ reason: 'mailboxFull' });
    expect(await list('?search=ADA&state=failing')).toMatchObject({ mailboxes: [{ reason: 'mailboxFull' }] });
    expect(await list('?search=%25')).toMatchObject({ mailboxes: [] });
    expect(await list('?state=paused')).toMatchObject({ mailboxes: [] });
  });

  it('come by parts', async () => {
    await paired();
    const times = { intervalSeconds: 60, nextSyncAt: NOW_MS, createdAt: NOW_MS };
    const owner = { domainId: 'd1', ownerKind: 'user' } as const;
    const many = Array.from({ length: 150 }, (_, n) => ({
      id: `b${n}`,
      address: `b${n}@example.com`,
      ownerId: `${n}`,
      ...owner,
      ...times,
    }));
    await world.db.insert(schema.mailbox).values(many);
    const first = await list();
    const second = await list(`?after=${encodeURIComponent(String(first['next']))}`);
    const addresses = [first, second].flatMap((part) =>
      (part['mailboxes'] as { address: string }[]).map(({ address }) => address),
    );
    expect(second['next']).toBeNull();
    expect(new Set(addresses).size).toBe(151);
    expect(addresses).toEqual(addresses.toSorted());
  });

  it('stand still when an administrator pauses them, until one resumes them', async () => {
    const id = await paired();
    const running = await claim(world);
    expect(await act('pause')).toMatchObject({ status: 202, json: { mailboxes: 1 } });
    const [row] = await world.db.select().from(schema.mailbox);
    expect(row?.fence).toBeGreaterThan(running?.lease.fence ?? 0);
    expect((await world.call('POST', `/api/pairings/${id}/sync`)).status).toBe(202);
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({
      status: 'paused',
      reason: 'pausedByAdministrator',
    });
    await act('resume', { ids: [row?.id] });
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({
      status: 'starting',
      reason: null,
    });
    expect((await audited(world)).filter((each) => each.includes('mailboxes'))).toEqual([
      `${DORA.id} domain.mailboxes.pause d1`,
      `${DORA.id} domain.mailboxes.resume d1`,
    ]);
  });

  it('of another domain are out of reach', async () => {
    await paired();
    const other = await create();
    const [row] = await world.db.select().from(schema.mailbox);
    const path = `/api/domains/${other}/mailboxes`;
    const body = { action: 'pause', which: { ids: [row?.id] } };
    expect((await world.call('POST', path, { as: DORA, body })).json).toEqual({ mailboxes: 0 });
    const patched = await world.call('PATCH', `${path}/${row?.id}`, {
      as: DORA,
      body: { intervalSeconds: 5 },
    });
    expect(outcome(patched)).toEqual([404, 'mailboxUnknown']);
    expect(await world.db.select().from(schema.mailbox)).toEqual([row]);
  });

  it('follow the interval of the domain, but for those with one of their own', async () => {
    await paired();
    const [row] = await world.db.select().from(schema.mailbox);
    const interval = async () => (await world.db.select().from(schema.mailbox))[0]?.intervalSeconds;
    const domain = (body: object) => world.call('PATCH', '/api/domains/d1', { as: DORA, body });
    const mailbox = (body: object) =>
      world.call('PATCH', `/api/domains/d1/mailboxes/${row?.id}`, { as: DORA, body });
    await domain({ intervalSeconds: 120 });
    expect(await interval()).toBe(120);
    await mailbox({ intervalSeconds: 10 });
    await domain({ intervalSeconds: 240 });
    expect(await interval()).toBe(10);
    await mailbox({ intervalSeconds: null });
    expect(await interval()).toBe(240);
  });
});

describe('releases for sites', () => {
  const SITA: PortalUser = { ...BOB, id: '20303', administeredSiteIds: ['7'] };
  const patch = (body: object) => world.call('PATCH', '/api/domains/d1/releases', { as: PAUL, body });
  const pattern = { siteId: '7', kind: 'pattern', value: 'room-*@example.com' };

  beforeEach(() => {
    world.users.push(SITA);
    world.folders.set('room-1@example.com', [folderOf('room-main', 'Calendar')]);
    world.calendars.set(SITA.id, [
      { ...calendarOf('71', 'Room'), owner: { kind: 'resource', id: '9' }, siteId: '7' },
    ]);
  });

  it('by a pattern reach what fits it, and pause what rests on it when it is taken back', async () => {
    expect((await patch({ add: [pattern] })).status).toBe(200);
    const { json } = await world.call('GET', '/api/sites/7/mailboxes', { as: SITA });
    expect(json).toEqual({ mailboxes: [], patterns: ['room-*@example.com'] });
    const body = {
      mailbox: 'Room-1@example.com',
      exchangeCalendarId: 'room-main',
      liferayCalendarId: '71',
      direction: 'both',
    };
    const answer = await world.call('POST', '/api/sites/7/pairings', { as: SITA, body });
    expect(answer.status).toBe(201);
    for (const mailbox of ['ada@example.com', 'room-1@example.org', 'room-@x@example.com']) {
      const refused = await world.call('POST', '/api/sites/7/pairings', {
        as: SITA,
        body: { ...body, mailbox },
      });
      expect(outcome(refused)).toEqual([404, 'mailboxUnknown']);
    }
    const show = async () =>
      (await world.call('GET', `/api/sites/7/pairings/${answer.json['id']}`, { as: SITA })).json['reason'];
    await patch({ remove: [pattern] });
    expect(await show()).toBe('mailboxNotReleased');
    await patch({ add: [{ siteId: '7', kind: 'address', value: 'room-1@example.com' }] });
    expect(await show()).toBeNull();
  });

  it('by a room list reach the rooms that are in it, of this domain, as the server told last', async () => {
    const list = { siteId: '7', kind: 'roomList', value: 'house@example.com' };
    world.roomLists.set(list.value, ['room-1@example.com', 'room@sub.example']);
    await create();
    expect((await world.call('GET', '/api/domains/d1/room-lists', { as: PAUL })).json).toEqual({
      roomLists: [{ address: list.value, name: `List ${list.value}` }],
    });
    expect((await patch({ add: [list] })).status).toBe(200);
    const mailboxes = async () =>
      (await world.call('GET', '/api/sites/7/mailboxes', { as: SITA })).json['mailboxes'];
    expect(await mailboxes()).toEqual([{ address: 'room-1@example.com' }]);
    const path = '/api/sites/7/mailboxes/room-1@example.com/exchange-calendars';
    expect((await world.call('GET', path, { as: SITA })).status).toBe(200);
    world.roomLists.set(list.value, ['room-2@example.com']);
    const read = await world.call('POST', '/api/domains/d1/room-lists', { as: PAUL });
    expect(read.json).toEqual({ roomLists: [{ address: list.value, rooms: 1 }] });
    expect(await mailboxes()).toEqual([{ address: 'room-2@example.com' }]);
    expect(outcome(await world.call('GET', path, { as: SITA }))).toEqual([404, 'mailboxUnknown']);
    expect(world.asked.filter((each) => each.includes(' as '))).toEqual([
      'lists as paul@example.com',
      'rooms house@example.com as paul@example.com',
      'rooms house@example.com as paul@example.com',
    ]);
  });

  it.each([
    ['an address of another domain', { siteId: '7', kind: 'address', value: 'hall@sub.example' }],
    ['a pattern over e-mail domains', { siteId: '7', kind: 'pattern', value: 'room@*.example.com' }],
    ['a star in an address', { siteId: '7', kind: 'address', value: 'room*@example.com' }],
    ['a set of letters', { siteId: '7', kind: 'pattern', value: 'room[a]*@example.com' }],
  ])('are not of %s', async (_, add) => {
    await create();
    expect(outcome(await patch({ add: [add] }))).toEqual([400, 'invalidRequest']);
  });

  it('of the environment are not taken back', async () => {
    const release = { domainId: 'd1', siteId: '7', kind: 'address', value: 'room-1@example.com' } as const;
    await world.db
      .insert(schema.siteRelease)
      .values({ ...release, origin: 'configuration', createdAt: NOW_MS });
    const { json } = await patch({ remove: [{ siteId: '7', kind: 'address', value: 'room-1@example.com' }] });
    expect(json['releases']).toHaveLength(1);
  });
});

describe('a domain that approves each mailbox', () => {
  const decide = (decision: string) =>
    world.call('POST', '/api/domains/d1/requests', {
      as: PAUL,
      body: { userId: ADA.id, address: 'ada@example.com', decision },
    });
  beforeEach(async () => {
    await world.db.update(schema.domain).set({ addressRule: 'approve' });
  });

  it('lets nobody in whom nobody approved', async () => {
    expect((await world.call('GET', '/api/me')).json).toMatchObject({
      mailbox: null,
      mailboxReason: 'approvalNeeded',
    });
    expect(outcome(await world.call('GET', '/api/exchange-calendars'))).toEqual([403, 'approvalNeeded']);
    expect(outcome(await decide('approved'))).toEqual([404, 'mailboxUnknown']);
    expect((await world.call('POST', '/api/mailbox-request')).json).toEqual({ state: 'waiting' });
    expect(
      (await world.call('GET', '/api/domains/d1/requests', { as: PAUL })).json['requests'],
    ).toMatchObject([{ userId: ADA.id, userName: ADA.name, address: 'ada@example.com', state: 'waiting' }]);
    expect((await decide('approved')).status).toBe(204);
    expect((await world.call('GET', '/api/me')).json['mailbox']).toBe('ada@example.com');
    expect((await pair(world)).status).toBe('starting');
  });

  it('approves a user and an address, and not the user with another address', async () => {
    await world.call('POST', '/api/mailbox-request');
    await decide('approved');
    world.users = [{ ...ADA, emailAddress: 'boss@example.com' }];
    world.advance(60_000);
    expect((await world.call('GET', '/api/me')).json['mailboxReason']).toBe('approvalNeeded');
  });

  it('stops a pairing whose approval is withdrawn', async () => {
    await world.call('POST', '/api/mailbox-request');
    await decide('approved');
    const { id } = await pair(world);
    await decide('refused');
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({ status: 'paused' });
    await world.call('POST', `/api/pairings/${id}/sync`);
    expect(await claim(world)).toBeUndefined();
    await decide('approved');
    expect(await claim(world)).toBeDefined();
  });
});
