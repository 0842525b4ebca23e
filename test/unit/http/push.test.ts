/** Where servers tell that something changed: what whoever calls it can bring about, and what they learn by it. */
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { digestOf, pushStateOf } from '#store/push.repository.ts';
import { ADA, createWorld, NOW_MS, type World } from './app-under-test.ts';

const ID = '0b9d0ae2-5a0d-4b43-8a31-0f6d7c1b2a3d';
const STRANGE_ID = '1c8e1bf3-6b1e-4c54-8b42-1a7e8d2c3b4e';
const SECRET = 'f00d'.repeat(16);
const SERVER_ID = 'graph-1';
const LATER = NOW_MS + 3_600_000;

let world: World;
let woken = 0;

beforeEach(async () => {
  world = await createWorld();
  woken = 0;
  const { db } = world;
  await db.insert(schema.mailbox).values({
    ...{ id: 'm1', domainId: 'd1', address: 'ada@example.com', ownerKind: 'user', ownerId: '1' },
    ...{ intervalSeconds: 60, nextSyncAt: LATER, pushUntil: LATER, pushDueAt: LATER, createdAt: NOW_MS },
  });
  await db.insert(schema.push).values({
    ...{ mailboxId: 'm1', id: ID, kind: 'graph', address: 'https://connector.example.com', folders: '[]' },
    ...{ secretDigest: digestOf(SECRET), serverId: SERVER_ID, expiresAt: LATER },
  });
});

const notice = (changes: object = {}) => ({
  subscriptionId: SERVER_ID,
  clientState: SECRET,
  changeType: 'updated',
  resource: 'Users/1/Events/2',
  ...changes,
});

function post(value: unknown, path = `/push/graph/${ID}`) {
  const body = typeof value === 'string' ? value : JSON.stringify({ value });
  const ring = () => {
    woken += 1;
  };
  return world.app.request(path, { method: 'POST', body }, { woken: ring });
}

async function stateOf() {
  const [mailbox] = await world.db.select().from(schema.mailbox).where(eq(schema.mailbox.id, 'm1'));
  const [push] = await world.db.select().from(schema.push);
  return { mailbox, push };
}

const outcomes = async () => {
  const response = await world.app.request('/metrics', {
    headers: { Authorization: 'Bearer the-metrics-token' },
  });
  const lines = (await response.text()).matchAll(/push_posts_total\{outcome="(\w+)"\} (\d+)/g);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
};

describe('a notification', () => {
  it('makes its mailbox due, and whoever waits for work hears of it', async () => {
    const response = await post([notice()]);
    expect([response.status, await response.text()]).toEqual([202, '']);
    const { mailbox, push } = await stateOf();
    expect(mailbox).toMatchObject({ told: 1, asked: 0, nextSyncAt: NOW_MS + 200, pushUntil: LATER });
    expect(push).toMatchObject({ heardAt: NOW_MS, serverId: SERVER_ID });
    expect(woken).toBe(1);
  });

  it('comes a second after the one before at the earliest, however many come', async () => {
    await world.db.update(schema.mailbox).set({ lastRunAt: NOW_MS - 100 });
    for (let n = 0; n < 20; n += 1) await post([notice(), notice()]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 20, nextSyncAt: NOW_MS + 900 });
  });

  it('during a run makes another one follow', async () => {
    const leaseUntil = NOW_MS + 120_000;
    await world.db.update(schema.mailbox).set({ leaseUntil, nextSyncAt: leaseUntil, leaseOwner: 'w' });
    await post([notice()]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 1, nextSyncAt: NOW_MS + 1_000 });
  });

  it('does not make a mailbox that fails be tried sooner', async () => {
    await world.db.update(schema.mailbox).set({ attempts: 3, reason: 'accessDenied' });
    await post([notice()]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 1, nextSyncAt: LATER });
  });

  it('of a subscription that is gone ends it, and one that asks for it makes it due', async () => {
    await post([notice({ lifecycleEvent: 'reauthorizationRequired' })]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 0, pushUntil: LATER, pushDueAt: 0 });
    await post([notice({ lifecycleEvent: 'missed' })]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 1, pushUntil: LATER });
    await post([notice({ lifecycleEvent: 'subscriptionRemoved' })]);
    const { mailbox, push } = await stateOf();
    expect(mailbox).toMatchObject({ told: 2, pushUntil: 0, pushDueAt: 0 });
    expect(push).toMatchObject({ serverId: null, reason: 'subscriptionGone' });
  });

  it('that comes before its making is recorded is known by its secret', async () => {
    await world.db.update(schema.push).set({ serverId: null });
    await post([notice({ subscriptionId: 'made just now' })]);
    expect((await stateOf()).mailbox).toMatchObject({ told: 1 });
  });
});

describe('what a stranger posts', () => {
  it.each([
    ['another secret', [notice({ clientState: 'f00e'.repeat(16) })], undefined],
    ['no secret', [notice({ clientState: null })], undefined],
    ['the digest for the secret', [notice({ clientState: digestOf(SECRET) })], undefined],
    ['another subscription of the server', [notice({ subscriptionId: 'graph-2' })], undefined],
    ['an id that is nobody\u2019s', [notice()], `/push/graph/${STRANGE_ID}`],
    ['what is no id', [notice()], "/push/graph/x'--"],
    ['the secret in the path', [notice({ clientState: undefined })], `/push/graph/${ID}/${SECRET}`],
    ['nothing', [], undefined],
    ['no JSON', '<xml/>', undefined],
    ['JSON of another shape', '[[[[]]]]', undefined],
  ])('%s: the answer is that to everybody, and nothing is changed', async (_, value, path) => {
    const before = await stateOf();
    const response = await post(value, path);
    const own = await post([notice({ clientState: 'wrong' })]);
    expect(response.status).toBe(202);
    expect([response.status, await response.text()]).toEqual([own.status, await own.text()]);
    expect(await stateOf()).toEqual(before);
    expect(woken).toBe(0);
    expect(world.logged).toEqual([]);
  });

  it('is counted by what became of it', async () => {
    await post([notice()]);
    await post([notice({ clientState: 'wrong' })]);
    await post([notice()], `/push/graph/${STRANGE_ID}`);
    await post('{');
    expect(await outcomes()).toEqual({ taken: 1, forged: 1, unknown: 1, unreadable: 1 });
  });

  it('is not read when it is too long', async () => {
    const response = await post([notice({ more: 'x'.repeat(600_000) })]);
    expect(response.status).toBe(413);
    expect((await stateOf()).mailbox).toMatchObject({ told: 0 });
  });

  it('in a flood is sent away without a look into the database, and does not shut out the others', async () => {
    await post([notice()]);
    const statuses = new Set<number>();
    for (let n = 0; n < 300; n += 1) {
      statuses.add((await post([notice()], `/push/graph/${STRANGE_ID}`)).status);
    }
    expect([...statuses]).toEqual([202, 429]);
    expect((await outcomes())['unknown']).toBeLessThanOrEqual(200);
    expect((await post([notice()])).status).toBe(202);
    expect((await stateOf()).mailbox).toMatchObject({ told: 2 });
  });

  it('for kinds that there are not finds nothing', async () => {
    expect((await post([notice()], `/push/smtp/${ID}`)).status).toBe(404);
    expect((await world.app.request(`/push/graph/${ID}`)).status).toBe(404);
  });
});

describe('the validation of the address', () => {
  it('is answered with the token, as text and with nothing else', async () => {
    const token = 'Validation: Testing client application <b>reachability</b> & more %2B';
    const query = new URLSearchParams({ validationToken: token });
    const response = await post('', `/push/graph/${ID}?${query}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(token);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect((await stateOf()).mailbox).toMatchObject({ told: 0 });
  });

  it('repeats no book', async () => {
    const response = await post('', `/push/graph/${ID}?validationToken=${'x'.repeat(5_000)}`);
    expect([response.status, await response.text()]).toEqual([202, '']);
  });
});

describe('the state of push', () => {
  const detail = async () => {
    const { json } = await world.call('GET', '/api/domains/d1/mailboxes/m1', { as: ADMINISTRATOR });
    return json['push'];
  };
  const ADMINISTRATOR = { ...ADA, isPortalAdministrator: true };

  beforeEach(async () => {
    world.users = [ADMINISTRATOR];
    await world.db.insert(schema.pairing).values({
      ...{ id: 'p1', mailboxId: 'm1', folderId: 'f', folderName: 'Calendar', calendarId: '41' },
      ...{ calendarName: 'Ada', calendarZone: 'Europe/Rome', direction: 'both', userId: ADA.id },
      createdAt: NOW_MS,
    });
  });

  it('is on while its subscription is healthy, for the administrators of the domain and in the figures', async () => {
    await post([notice()]);
    expect(await detail()).toEqual({
      ...{ state: 'on', kind: 'graph', heardAt: NOW_MS, nextAt: LATER, reason: null, reasonDetail: null },
    });
    expect(await figures()).toEqual({ 'graph ': 1 });
  });

  it('is off with the reason where none could be made', async () => {
    await world.db.update(schema.mailbox).set({ pushUntil: 0 });
    await world.db.update(schema.push).set({ reason: 'pushUnreachable', reasonDetail: 'no answer' });
    expect(await detail()).toMatchObject({
      state: 'off',
      reason: 'pushUnreachable',
      reasonDetail: 'no answer',
    });
    expect(await figures()).toEqual({ 'none pushUnreachable': 1 });
  });

  it('waits where nothing was tried, and is off where the service has no address', async () => {
    await world.db.delete(schema.push);
    await world.db.update(schema.mailbox).set({ pushUntil: 0, pushDueAt: 0 });
    expect(await detail()).toMatchObject({ state: 'waiting', kind: null, nextAt: null, reason: null });
    const nowhere = { nowMs: NOW_MS, address: null };
    expect(await pushStateOf(world.db, 'm1', nowhere)).toMatchObject({
      ...{ state: 'off', reason: 'pushWithoutAddress', nextAt: null },
    });
  });

  async function figures() {
    const headers = { Authorization: 'Bearer the-metrics-token' };
    const text = await (await world.app.request('/metrics', { headers })).text();
    const lines = text.matchAll(/push_mailboxes\{kind="(\w*)",reason="(\w*)"\} (\d+)/g);
    return Object.fromEntries(
      [...lines].map(([, kind, reason, count]) => [`${kind} ${reason}`, Number(count)]),
    );
  }
});
