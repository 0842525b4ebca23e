/** Who may not: a signed-in user at what belongs to another one. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { Answer, CallOptions, World } from './app-under-test.ts';
import { ADA, BOB, calendarOf, createWorld, folderOf, NOW_MS } from './app-under-test.ts';
import { contents, fill } from './pairings-under-test.ts';
import { NAME, OWN_ROUTES, pathOf } from './routes-under-test.ts';

const ADAS = { exchangeCalendarId: 'ada-main', liferayCalendarId: '41', direction: 'both' };

async function pairAs(world: World, body: unknown = ADAS, options: CallOptions = {}): Promise<Answer> {
  return await world.call('POST', '/api/pairings', { body, ...options });
}

describe('a pairing of somebody else', () => {
  const onPairings = OWN_ROUTES.filter((route) => route.path.includes('{id}'));

  it.each(onPairings.map((route) => [NAME(route), route] as const))(
    'does not exist: %s',
    async (_name, route) => {
      const world = await createWorld();
      const id = String((await pairAs(world)).json['id']);
      await fill(world, id);
      const before = await contents(world);
      const options = { as: BOB, ...(route.body === undefined ? {} : { body: route.body }) };
      const theirs = await world.call(route.method, pathOf(route, id), options);
      const nobodys = await world.call(route.method, pathOf(route, 'no-such-id'), options);
      expect([theirs.status, theirs.json['reason']]).toEqual([404, 'pairingUnknown']);
      expect({ ...theirs.json, requestId: '' }).toEqual({ ...nobodys.json, requestId: '' });
      expect(await contents(world)).toEqual(before);
    },
  );

  it('is in no list', async () => {
    const world = await createWorld();
    await pairAs(world);
    expect((await world.call('GET', '/api/pairings', { as: BOB })).json['pairings']).toEqual([]);
  });

  it('in another domain does not exist for the same user id', async () => {
    const world = await createWorld();
    const id = String((await pairAs(world)).json['id']);
    await world.db.insert(schema.domain).values({
      id: 'd2',
      portal: 'https://other.example.com',
      endpoint: 'https://mail.example.com/',
      signInSealed: '',
      createdAt: NOW_MS,
    });
    await world.db.update(schema.mailbox).set({ domainId: 'd2' });
    expect((await world.call('GET', `/api/pairings/${id}`)).status).toBe(404);
  });

  it('of a site whose id equals the user’s does not exist', async () => {
    const world = await createWorld();
    const id = String((await pairAs(world)).json['id']);
    await world.db.update(schema.mailbox).set({ ownerKind: 'site' });
    expect((await world.call('GET', `/api/pairings/${id}`)).status).toBe(404);
    expect((await world.call('GET', '/api/pairings')).json['pairings']).toEqual([]);
  });

  it('keeps its items: they cannot be retried or decided on through a pairing of one’s own', async () => {
    const world = await createWorld();
    const adas = String((await pairAs(world)).json['id']);
    const body = { exchangeCalendarId: 'bob-main', liferayCalendarId: '42', direction: 'both' };
    const bobs = String((await pairAs(world, body, { as: BOB })).json['id']);
    await fill(world, adas);
    const before = await world.db.select().from(schema.link);
    const retry = await world.call('POST', `/api/pairings/${bobs}/problems/link-1/retry`, { as: BOB });
    expect([retry.status, retry.json['reason']]).toEqual([404, 'notFound']);
    const which = [{ linkId: 'link-2', kind: 'delete', side: 'liferay' }];
    const decision = { decision: 'approve', which };
    const decided = await world.call('POST', `/api/pairings/${bobs}/held`, { as: BOB, body: decision });
    expect(decided.json['decided']).toBe(0);
    expect(await world.db.select().from(schema.link)).toEqual(before);
  });

  it('shows nothing of its items in the lists of one’s own', async () => {
    const world = await createWorld();
    await fill(world, String((await pairAs(world)).json['id']));
    const body = { exchangeCalendarId: 'bob-main', liferayCalendarId: '42', direction: 'both' };
    const bobs = String((await pairAs(world, body, { as: BOB })).json['id']);
    const path = `/api/pairings/${bobs}`;
    expect((await world.call('GET', `${path}/problems`, { as: BOB })).json['problems']).toEqual([]);
    expect((await world.call('GET', `${path}/held`, { as: BOB })).json['held']).toEqual([]);
    expect((await world.call('GET', `${path}/history`, { as: BOB })).json['entries']).toEqual([]);
    expect((await world.call('GET', `${path}/history/change-1`, { as: BOB })).status).toBe(404);
  });
});

describe('a mailbox', () => {
  it('is always the user’s own, whatever the request says', async () => {
    const world = await createWorld();
    const answer = await pairAs(
      world,
      { ...ADAS, mailbox: 'bob@example.com', address: 'bob@example.com', userId: BOB.id },
      { headers: { 'X-AnchorMailbox': 'bob@example.com' } },
    );
    expect(answer.json['mailbox']).toBe('ada@example.com');
    expect(world.asked.filter((each) => each.startsWith('listFolders'))).toEqual([
      'listFolders ada@example.com',
    ]);
  });

  it('of somebody else gives no folders: the folder’s id does not help', async () => {
    const world = await createWorld();
    const answer = await pairAs(world, { ...ADAS, exchangeCalendarId: 'bob-main' });
    expect([answer.status, answer.json['reason']]).toEqual([422, 'folderUnknown']);
    expect(await world.db.select().from(schema.pairing)).toEqual([]);
  });

  it.each([
    ['trustPortal', true, null],
    ['trustPortal', null, null],
    ['trustPortal', false, null],
    ['requireVerified', true, null],
    ['requireVerified', false, 'addressNotVerified'],
    ['requireVerified', null, 'addressNotVerified'],
  ] as const)(
    'by the rule %s with an address verified=%s: %s',
    async (addressRule, emailVerified, reason) => {
      const world = await createWorld({ domain: { addressRule } });
      world.users = [{ ...ADA, emailVerified }];
      const me = await world.call('GET', '/api/me');
      expect(me.json['mailbox']).toBe(reason === null ? 'ada@example.com' : null);
      expect(me.json['mailboxReason']).toBe(reason);
      for (const answer of [await world.call('GET', '/api/exchange-calendars'), await pairAs(world)]) {
        if (reason === null) expect(answer.status).toBeLessThan(300);
        else expect([answer.status, answer.json['reason']]).toEqual([403, reason]);
      }
    },
  );

  it.each([
    ['', 'nothing'],
    ['ada', 'no domain'],
    ['ada@', 'an empty domain'],
    ['a da@example.com', 'a space'],
    ['ada@example.com@example.org', 'two domains'],
    [`${'a'.repeat(320)}@example.com`, 'too long'],
    // U+212A, the Kelvin sign, becomes an ASCII k in lower case: the mailbox of another person.
    ['\u212Aim@example.com', 'a letter that lower-casing turns into another one'],
  ])('is not named by %j: %s', async (emailAddress) => {
    const world = await createWorld();
    world.users = [{ ...ADA, emailAddress }];
    world.folders.set('kim@example.com', [folderOf('kim-main', 'Calendar')]);
    expect((await world.call('GET', '/api/me')).json['mailboxReason']).toBe('noMailboxAddress');
    const answer = await world.call('GET', '/api/exchange-calendars');
    expect([answer.status, answer.json['reason']]).toEqual([403, 'noMailboxAddress']);
    expect(world.asked.some((each) => each.startsWith('listFolders'))).toBe(false);
  });

  it('that is no longer the user’s address is not written to, nor read further, and no more of it is shown', async () => {
    const world = await createWorld();
    const id = String(
      (await pairAs(world, { ...ADAS, direction: 'toLiferay', details: 'title' })).json['id'],
    );
    world.users = [{ ...ADA, emailAddress: 'ada.new@example.com' }];
    world.advance(60_000);
    const answer = await world.call('PATCH', `/api/pairings/${id}`, { body: { direction: 'both' } });
    expect([answer.status, answer.json['reason']]).toEqual([403, 'notYourMailbox']);
    for (const body of [
      { windowPastDays: 91 },
      { windowFutureDays: 731 },
      { details: 'full' },
      { showPrivate: true },
      { participants: true },
    ]) {
      const wider = await world.call('PATCH', `/api/pairings/${id}`, { body });
      expect([wider.status, wider.json['reason']]).toEqual([403, 'notYourMailbox']);
    }
    const less = { details: 'busy', showPrivate: false, participants: false };
    const narrower = { windowPastDays: 0, windowFutureDays: 1, recycleBin: true, ...less };
    expect((await world.call('PATCH', `/api/pairings/${id}`, { body: narrower })).status).toBe(200);
    expect((await world.call('DELETE', `/api/pairings/${id}`)).status).toBe(204);
  });
});

describe('a Liferay calendar', () => {
  it('that Liferay does not let the user manage is not paired, and Exchange is not even asked', async () => {
    const world = await createWorld();
    const answer = await pairAs(world, { ...ADAS, liferayCalendarId: '42' });
    expect([answer.status, answer.json['reason']]).toEqual([403, 'calendarNotManageable']);
    expect(world.asked).toEqual([`identity ${ADA.id}`, `calendars ${ADA.id}`]);
  });

  it('is asked for with the user’s own token each time, so that a right that was taken away counts', async () => {
    const world = await createWorld();
    world.calendars.set(ADA.id, []);
    expect((await pairAs(world)).status).toBe(403);
    world.calendars.set(ADA.id, [calendarOf('41', 'Ada')]);
    expect((await pairAs(world)).status).toBe(201);
  });
});

describe('a folder', () => {
  it('that the mailbox may not write to is paired to Liferay only', async () => {
    const world = await createWorld();
    const both = await pairAs(world, { ...ADAS, exchangeCalendarId: 'ada-shared' });
    expect([both.status, both.json['reason']]).toEqual([422, 'folderReadOnly']);
    const one = await pairAs(world, { ...ADAS, exchangeCalendarId: 'ada-shared', direction: 'toLiferay' });
    expect(one.status).toBe(201);
    const path = `/api/pairings/${one.json['id']}`;
    const patched = await world.call('PATCH', path, { body: { direction: 'both' } });
    expect([patched.status, patched.json['reason']]).toEqual([422, 'folderReadOnly']);
    expect((await world.call('GET', path)).json['direction']).toBe('toLiferay');
  });
});
