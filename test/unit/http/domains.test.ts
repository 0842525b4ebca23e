/** Exchange domains by the API: what is written and never shown, what belongs to whom, what pausing and releasing does. */
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import { noteOutage } from '#store/outages.ts';
import { domainById } from '#store/sync-rows.ts';
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

async function rowOf(id: string) {
  const row = await domainById(world.db, id);
  if (row === null) throw new Error('There is no such domain.');
  return row;
}

describe('a domain', () => {
  it('is shown with everything but its sign-in, which is kept sealed', async () => {
    const id = await create();
    const { json, text } = await world.call('GET', `/api/domains/${id}`, { as: DORA });
    expect(json).toMatchObject({
      id,
      name: 'Subsidiary',
      origin: 'api',
      state: 'active',
      mailDomains: ['sub.example'],
      administrators: [{ kind: 'user', value: DORA.id }],
      reach: NEW.reach,
      network: 'public',
      signInKind: 'basic',
      acting: 'address',
      addressRule: 'trustPortal',
      server: 'mail.sub.example',
      mailboxes: 0,
    });
    expect(text).not.toMatch(/svc|password/);
    expect(world.logged.join()).not.toContain(SECRET);
    expect(await audited(world)).toEqual([`${PAUL.id} domain.create ${id}`]);
  });

  it('stands in the list of its administrators and the portal’s alone', async () => {
    const id = await create();
    const list = async (as: PortalUser) =>
      ((await world.call('GET', '/api/domains', { as })).json['domains'] as { id: string }[]).map(
        (each) => each.id,
      );
    expect(await list(DORA)).toEqual([id]);
    expect(await list(ADA)).toEqual([]);
    expect((await list(PAUL)).toSorted()).toEqual([id, 'd1'].toSorted());
  });

  it.each([
    ['an address with credentials', { reach: { kind: 'url', url: 'https://a:b@mail.sub.example/' } }],
    ['an address in the clear', { reach: { kind: 'url', url: 'http://mail.sub.example/' } }],
    ['no released hosts', { reach: { kind: 'autodiscover', releasedHosts: [] } }],
    ['a number as a released host', { reach: { kind: 'autodiscover', releasedHosts: ['10.0.0.1'] } }],
    ['an interval below the service’s', { intervalSeconds: 1 }],
    ['no e-mail domain', { mailDomains: [] }],
    ['addresses of this machine', { network: 'loopback' }],
    [
      'an application without impersonation',
      {
        acting: 'delegate',
        signIn: {
          kind: 'oauth',
          tokenUrl: 'https://login.microsoftonline.com/x/oauth2/v2.0/token',
          clientId: 'app',
          proof: { kind: 'secret', secret: SECRET },
        },
      },
    ],
  ])('is not created with %s', async (_, body) => {
    const answer = await world.call('POST', '/api/domains', { as: PAUL, body: { ...NEW, ...body } });
    expect(outcome(answer)).toEqual([400, 'invalidRequest']);
    expect(await world.db.select().from(schema.domain)).toHaveLength(1);
  });

  it('has its e-mail domains alone', async () => {
    await create();
    const second = await world.call('POST', '/api/domains', {
      as: PAUL,
      body: { ...NEW, mailDomains: ['SUB.example'] },
    });
    expect(outcome(second)).toEqual([409, 'mailDomainTaken']);
  });

  it('takes the mailboxes of its e-mail domains, and with them their pairings', async () => {
    const { id: pairingId } = await pair(world);
    const id = await create({ mailDomains: ['example.com'] });
    expect(await world.db.select().from(schema.mailbox)).toMatchObject([{ domainId: id }]);
    expect((await world.call('GET', `/api/pairings/${pairingId}`)).status).toBe(200);
    const gone = await world.call('PATCH', `/api/domains/${id}`, {
      as: PAUL,
      body: { mailDomains: ['sub.example'] },
    });
    expect(outcome(gone)).toEqual([409, 'mailDomainTaken']);
  });

  it('takes users whose address is in it, and nobody takes those of none', async () => {
    const id = await create();
    world.users = [{ ...ADA, emailAddress: 'Ada@Sub.Example' }, PAUL];
    world.folders.set('ada@sub.example', [folderOf('ada-main', 'Calendar')]);
    await pair(world);
    expect(await world.db.select().from(schema.mailbox)).toMatchObject([
      { domainId: id, address: 'ada@sub.example' },
    ]);
    await world.db.insert(schema.mailDomain).values({ name: 'example.com', domainId: 'd1' });
    world.users = [{ ...BOB, emailAddress: 'bob@nowhere.example' }];
    expect((await world.call('GET', '/api/me', { as: BOB })).json).toMatchObject({
      mailbox: null,
      mailboxReason: 'noDomain',
    });
    expect(outcome(await world.call('GET', '/api/exchange-calendars', { as: BOB }))).toEqual([
      403,
      'noDomain',
    ]);
  });

  it('that has no mailboxes is deleted; one that has is refused, or paused if that is forced', async () => {
    const id = await create();
    expect((await world.call('DELETE', `/api/domains/${id}`, { as: PAUL })).status).toBe(204);
    expect(outcome(await world.call('GET', `/api/domains/${id}`, { as: PAUL }))).toEqual([
      404,
      'domainUnknown',
    ]);
    const { id: pairingId } = await pair(world);
    expect(outcome(await world.call('DELETE', '/api/domains/d1', { as: PAUL }))).toEqual([
      409,
      'domainInUse',
    ]);
    const forced = await world.call('DELETE', '/api/domains/d1?force=true', { as: PAUL });
    expect(forced.json).toMatchObject({ id: 'd1', state: 'paused' });
    expect(await claim(world)).toBeUndefined();
    expect((await world.call('GET', `/api/pairings/${pairingId}`)).json).toMatchObject({
      status: 'paused',
      reason: 'pausedByAdministrator',
    });
    expect(outcome(await world.call('GET', '/api/exchange-calendars'))).toEqual([409, 'domainPaused']);
    await world.call('PATCH', '/api/domains/d1', { as: PAUL, body: { state: 'active' } });
    expect(await claim(world)).toBeDefined();
  });

  it('of the environment keeps what that says, and the rest can be changed', async () => {
    for (const body of [{ network: 'private' }, { addressRule: 'approve' }, { maxConcurrent: 2 }]) {
      const answer = await world.call('PATCH', '/api/domains/d1', { as: PAUL, body });
      expect(outcome(answer)).toEqual([409, 'domainConfigured']);
    }
    expect(outcome(await world.call('DELETE', '/api/domains/d1', { as: PAUL }))).toEqual([
      409,
      'domainConfigured',
    ]);
    const body = { name: 'Headquarters', intervalSeconds: 300, mailDomains: ['example.com'] };
    expect((await world.call('PATCH', '/api/domains/d1', { as: PAUL, body })).json).toMatchObject(body);
  });
});

describe('a sign-in', () => {
  const signIn = { kind: 'basic', user: 'SUB\\other', password: 'another-password' };

  it('that changes touches no other domain, not even one with the same account on the same server', async () => {
    const first = await create();
    const second = await create({ name: 'Twin', mailDomains: ['twin.example'] });
    await noteOutage(world.db, await rowOf(second), {
      outage: 'credential',
      reason: 'signInRefused',
      detail: '',
      askedAt: NOW_MS,
      notBefore: NOW_MS + 60_000,
      isNamed: false,
    });
    const before = await rowOf(second);
    expect((await world.call('PATCH', `/api/domains/${first}`, { as: DORA, body: { signIn } })).status).toBe(
      200,
    );
    expect(await rowOf(second)).toEqual(before);
    expect(await rowOf(first)).toMatchObject({ reason: null, notBefore: 0 });
    expect((await rowOf(first)).signInSealed).toContain('another-password');
    expect((await rowOf(first)).credential).not.toBe(before.credential);
  });

  it.each([
    ['another server', { reach: { kind: 'url', url: 'https://attacker.example/EWS' } }],
    ['Autodiscover', { reach: { kind: 'autodiscover', releasedHosts: ['attacker.example'] } }],
  ])('is not sent to %s unless it is given anew', async (_, body) => {
    const id = await create();
    const path = `/api/domains/${id}`;
    const before = await rowOf(id);
    expect(outcome(await world.call('PATCH', path, { as: DORA, body }))).toEqual([422, 'signInNeeded']);
    expect(await rowOf(id)).toEqual(before);
    const whole = await world.call('PATCH', path, { as: DORA, body: { ...body, signIn } });
    expect(whole.json['reach']).toMatchObject(body.reach);
    expect((await rowOf(id)).signInSealed).not.toContain(SECRET);
  });

  it('stays where the server is the same, whatever else changes', async () => {
    const id = await create({
      reach: { kind: 'autodiscover', releasedHosts: ['sub.example', 'mail.example'] },
    });
    const body = {
      reach: { kind: 'autodiscover', releasedHosts: ['mail.sub.example'] },
      acting: 'principalName',
    };
    const { json } = await world.call('PATCH', `/api/domains/${id}`, { as: DORA, body });
    expect(json).toMatchObject({ acting: 'principalName', reach: { releasedHosts: ['mail.sub.example'] } });
    expect((await rowOf(id)).signInSealed).toContain(SECRET);
  });
});

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

describe('the record', () => {
  it('shows a domain’s administrators what was done to it, and the portal’s everything', async () => {
    await pair(world);
    const id = await create();
    await world.call('PATCH', `/api/domains/${id}`, { as: DORA, body: { name: 'Renamed' } });
    const acts = async (path: string, as: PortalUser) =>
      ((await world.call('GET', path, { as })).json['entries'] as { action: string }[]).map(
        ({ action }) => action,
      );
    expect((await acts(`/api/domains/${id}/audit`, DORA)).toSorted()).toEqual([
      'domain.change name',
      'domain.create',
    ]);
    expect((await acts('/api/audit', PAUL)).toSorted()).toEqual([
      'domain.change name',
      'domain.create',
      'pairing.create',
    ]);
    expect(JSON.stringify(await world.db.select().from(schema.audit))).not.toContain(SECRET);
  });
});

describe('asking Exchange again and again', () => {
  it('is refused for a while, for the one who does it', async () => {
    const ask = (as: PortalUser) => world.call('GET', '/api/exchange-calendars', { as });
    for (let n = 0; n < 30; n += 1) expect((await ask(ADA)).status).toBe(200);
    const refused = await ask(ADA);
    expect(outcome(refused)).toEqual([429, 'tooManyRequests']);
    expect(refused.headers.get('Retry-After')).toBe('2');
    expect((await ask(BOB)).status).toBe(200);
    world.advance(2_000);
    expect((await ask(ADA)).status).toBe(200);
    const { length } = world.asked.filter((each) => each === 'listFolders ada@example.com');
    expect(length).toBe(31);
  });
});

it('a mailbox that is a domain’s own is told apart by nothing but its e-mail domain', async () => {
  await create({ mailDomains: ['example.co'] });
  await pair(world);
  const [row] = await world.db.select().from(schema.mailbox).where(eq(schema.mailbox.domainId, 'd1'));
  expect(row?.address).toBe('ada@example.com');
});
