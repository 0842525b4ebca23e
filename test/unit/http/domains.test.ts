/** Exchange domains by the API: what is written and never shown, what belongs to whom; the record; how often. */
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import { noteOutage } from '#store/outages.ts';
import { domainById } from '#store/sync-rows.ts';
import { ADA, BOB, createWorld, folderOf, NOW_MS, type World } from './app-under-test.ts';
import { createDomain, DORA, NEW, outcome, PAUL, SECRET } from './domains-under-test.ts';
import { audited, claim, pair } from './pairings-under-test.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.users = [ADA, BOB, PAUL, DORA];
});

const create = (body: object = {}) => createDomain(world, body);

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

  it('has those who administer one told so with who they are, and the portal’s administrators', async () => {
    const administers = async (as: PortalUser) =>
      (await world.call('GET', '/api/me', { as })).json['administers'];
    expect(await administers(DORA)).toBe(null);
    await create();
    expect(await administers(DORA)).toBe('domains');
    expect(await administers(ADA)).toBe(null);
    expect(await administers(PAUL)).toBe('portal');
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
