/** MailboxStream over EWS, against the emulated Exchange: what is told, and what becomes of a connection. */
import { describe, expect, test } from 'vitest';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { ANNA, BRUNO, CARLA, listening, MINUTE, openPushWorld, settle, streaming } from './push-world.ts';

const changed = (mailbox: string) => ({ kind: 'changed', mailbox });
const alive = { kind: 'alive' };

test.each<ServerVersion>(['Exchange2010_SP2', 'Exchange2013', 'Exchange2016'])(
  '%s tells which mailbox changed, and of none that did not',
  async (version) => {
    const world = await openPushWorld({ version });
    const connection = await listening(await streaming(world, ANNA, BRUNO));
    expect(await connection.told()).toEqual([alive]);
    const { id } = world.appointment(BRUNO);
    expect(await connection.told()).toEqual([changed(BRUNO), changed(BRUNO)]);
    world.emulator.userActs.deleteItem(id);
    world.appointment(CARLA);
    const told = await connection.told();
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((each) => each.kind === 'changed' && each.mailbox === BRUNO)).toBe(true);
    expect(world.notifications.connections).toHaveLength(1);
  },
);

test('Exchange 2007 has no streaming, known or found out', async () => {
  const known = await openPushWorld({ version: 'Exchange2007_SP1', server: { version: 'Exchange2007_SP1' } });
  expect(known.stream).toBeNull();
  const world = await openPushWorld({ version: 'Exchange2007_SP1' });
  await expect(streaming(world, ANNA)).rejects.toMatchObject({ failure: { reason: 'pushUnavailable' } });
  expect(world.emulator.requests.get('Subscribe')).toBeUndefined();
});

test('a mailbox that is asked over Graph has no EWS stream', async () => {
  expect((await openPushWorld({ server: { protocol: 'graph' } })).stream).toBeNull();
});

describe('one connection', () => {
  test('carries 200 mailboxes in one request, and no more', async () => {
    const world = await openPushWorld({ server: { version: 'Exchange2016' } });
    const addresses = Array.from({ length: 201 }, (_, index) => `m${index}@example.com`);
    for (const address of addresses) {
      world.emulator.addMailbox({ address, displayName: address, zone: 'Europe/Rome' });
    }
    const stream = await streaming(world, ...addresses.slice(0, 200));
    await expect(streaming(world, addresses[200] ?? '')).rejects.toThrow(RangeError);
    const connection = await listening(stream);
    expect(world.notifications.connections.map((ids) => ids.length)).toEqual([200]);
    world.appointment('m199@example.com');
    expect(await connection.told()).toContainEqual(changed('m199@example.com'));
    expect(Object.fromEntries(world.emulator.requests)).toEqual({ Subscribe: 200, GetStreamingEvents: 1 });
    expect(world.sent.at(-1)?.headers['Accept-Encoding']).toBe('identity');
  });

  test('pieces that end anywhere are put together', async () => {
    const world = await openPushWorld();
    world.notifications.condition.pieceBytes = 7;
    const connection = await listening(await streaming(world, ANNA));
    world.appointment(ANNA);
    expect(await connection.told()).toEqual([alive, changed(ANNA), changed(ANNA)]);
  });

  test.each(['connectionStatus', 'statusEvent'] as const)(
    'a heartbeat by %s is no change',
    async (heartbeat) => {
      const world = await openPushWorld();
      world.notifications.condition.heartbeat = heartbeat;
      const connection = await listening(await streaming(world, ANNA, BRUNO));
      await connection.told();
      await world.pass(45_000);
      await world.pass(45_000);
      expect(await connection.told()).toEqual([alive, alive]);
      expect(connection.state()).toBe('open');
    },
  );

  test('a server that says nothing for twice its heartbeat is given up', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    const connection = await listening(stream);
    world.clock.advance(stream.heartbeatMs - 1);
    await settle();
    expect(connection.state()).toBe('open');
    world.clock.advance(1);
    await settle();
    expect(connection.state()).toMatchObject({ failure: { reason: 'timedOut' } });
    expect(world.notifications.connections).toEqual([]);
  });

  test('that the server closes in its time ends without failure, and is opened again for the same subscriptions', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA, BRUNO);
    const first = await listening(stream);
    const [before] = world.notifications.connections;
    for (let minute = 0; minute < 30; minute += 0.5) await world.pass(MINUTE / 2);
    expect(first.state()).toBe('ended');
    world.appointment(BRUNO);
    const second = await listening(stream);
    expect(world.notifications.connections).toEqual([before]);
    expect(await second.told()).toEqual([alive, changed(BRUNO)]);
    expect(world.emulator.requests.get('Subscribe')).toBe(2);
  });

  test.each(['between', 'middle'] as const)(
    'that breaks %s of messages is a failure, and can be opened again',
    async (where) => {
      const world = await openPushWorld();
      const stream = await streaming(world, ANNA);
      const first = await listening(stream);
      world.notifications.cut(where);
      await settle();
      expect(first.state()).toMatchObject({ failure: { reason: 'unreachable' } });
      world.appointment(ANNA);
      expect(await (await listening(stream)).told()).toContainEqual(changed(ANNA));
    },
  );

  test('that is left by its user is closed at once, without failure', async () => {
    const world = await openPushWorld();
    const connection = await listening(await streaming(world, ANNA));
    connection.leave();
    await settle();
    expect(connection.state()).toBe('ended');
    expect(world.notifications.connections).toEqual([]);
  });

  test('whose loop is left is closed too', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    for await (const _ of stream.listen(new AbortController().signal)) break;
    await settle();
    expect(world.notifications.connections).toEqual([]);
  });
});

describe('a subscription that is gone', () => {
  test.each([true, false])('is named, and the others are told of (the server closes: %s)', async (closes) => {
    const world = await openPushWorld();
    world.notifications.condition.lostSubscriptionEndsStream = closes;
    const stream = await streaming(world, ANNA, BRUNO);
    const connection = await listening(stream);
    await connection.told();
    const [ids = []] = world.notifications.connections;
    world.notifications.lose(ids[0] ?? '');
    expect(await connection.told()).toMatchObject([
      { kind: 'lost', mailbox: ANNA, failure: { reason: 'subscriptionGone' } },
    ]);
    expect(connection.state()).toBe(closes ? 'ended' : 'open');
    const rest = closes ? await listening(stream) : connection;
    world.appointment(BRUNO);
    expect(await rest.told()).toContainEqual(changed(BRUNO));
    await stream.subscribe(world.server, ANNA, [world.calendarOf(ANNA)]);
    rest.leave();
    const anew = await listening(stream);
    world.appointment(ANNA);
    expect(await anew.told()).toContainEqual(changed(ANNA));
  });

  test('and is not named, may be any of them', async () => {
    const world = await openPushWorld();
    world.notifications.condition.namesLostSubscriptions = false;
    const stream = await streaming(world, ANNA, BRUNO);
    const connection = await listening(stream);
    await connection.told();
    const [ids = []] = world.notifications.connections;
    world.notifications.lose(ids[0] ?? '');
    expect((await connection.told()).map((each) => each.kind === 'lost' && each.mailbox)).toEqual([
      ANNA,
      BRUNO,
    ]);
    const none = await listening(stream);
    expect(none.state()).toMatchObject({ failure: { reason: 'subscriptionGone' } });
  });

  test('for half an hour without a connection: told when the next one is opened', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    await world.pass(31 * MINUTE);
    const connection = await listening(stream);
    expect(await connection.told()).toMatchObject([{ kind: 'lost', mailbox: ANNA }]);
  });

  test('events that the server dropped are a change', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    world.appointment(ANNA);
    const [subscription] = world.notifications.subscriptions.all;
    world.notifications.subscriptions.flood(subscription?.id ?? '', 1_000);
    const connection = await listening(stream);
    expect(await connection.told()).toContainEqual(changed(ANNA));
    expect(connection.state()).toBe('open');
  });
});

test('a flood is told as it comes, once for each message of fifty events', async () => {
  const world = await openPushWorld();
  const connection = await listening(await streaming(world, ANNA));
  world.appointment(ANNA);
  await connection.told();
  const [subscription] = world.notifications.subscriptions.all;
  world.notifications.condition.delayMs = 1;
  world.notifications.subscriptions.flood(subscription?.id ?? '', 500);
  await world.pass(1);
  expect(await connection.told()).toEqual(Array(10).fill(changed(ANNA)));
});

describe('what a server refuses', () => {
  test('no place for another subscription', async () => {
    const world = await openPushWorld();
    world.notifications.condition.subscriptions = 0;
    await expect(streaming(world, ANNA)).rejects.toMatchObject({ failure: { reason: 'pushUnavailable' } });
  });

  test('too many connections: to wait, and later it goes', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    world.notifications.condition.hangingConnections = 0;
    expect((await listening(stream)).state()).toMatchObject({
      failure: { reason: 'throttled', ofAccount: true },
    });
    world.notifications.condition.hangingConnections = 1;
    expect(await (await listening(stream)).told()).toEqual([alive]);
  });

  test('a server that is busy names its time; a page and a refused sign-in are what they are', async () => {
    const world = await openPushWorld();
    const stream = await streaming(world, ANNA);
    const { faults } = world.emulator;
    faults.inject({ kind: 'serverBusy', backOffMs: 30_000 });
    expect((await listening(stream)).state()).toMatchObject({
      failure: { reason: 'throttled', waitMs: 30_000 },
    });
    faults.inject({ kind: 'html' });
    expect((await listening(stream)).state()).toMatchObject({ failure: { reason: 'notTheService' } });
    faults.inject({ kind: 'http401' });
    expect((await listening(stream)).state()).toMatchObject({ failure: { reason: 'signInRefused' } });
  });

  test('a mailbox that cannot be subscribed leaves the others and their place alone', async () => {
    const world = await openPushWorld();
    const nobody = world.stream?.subscribe(world.server, 'nobody@example.com', [world.calendarOf(BRUNO)]);
    await expect(nobody).rejects.toMatchObject({ failure: { reason: 'mailboxNotFound' } });
    const connection = await listening(await streaming(world, BRUNO));
    world.appointment(BRUNO);
    expect(await connection.told()).toContainEqual(changed(BRUNO));
  });
});

test('a mailbox that is subscribed anew has one subscription, of the folders that it has now', async () => {
  const world = await openPushWorld();
  const stream = await streaming(world, ANNA);
  const second = world.emulator.addCalendar(ANNA, 'Second');
  await stream.subscribe(world.server, ANNA, [second.id]);
  expect(world.notifications.subscriptions.all).toHaveLength(1);
  const connection = await listening(stream);
  await connection.told();
  world.appointment(ANNA);
  expect(await connection.told()).toEqual([]);
  world.emulator.userActs.createItem(second, { subject: 'There' });
  expect(await connection.told()).toContainEqual(changed(ANNA));
});

describe('affinity', () => {
  test('all requests of a connection go to the mailbox server of the first mailbox, also of those that begin together', async () => {
    const world = await openPushWorld();
    world.notifications.condition.backEnds.set(ANNA, 'be7').set(BRUNO, 'be8').set(CARLA, 'be9');
    const { stream, server, calendarOf, sent } = world;
    await Promise.all(
      [ANNA, BRUNO, CARLA].map((each) => stream?.subscribe(server, each, [calendarOf(each)])),
    );
    if (stream === null) throw new Error('there is no streaming');
    const connection = await listening(stream);
    expect(await connection.told()).toEqual([alive]);
    expect(world.notifications.subscriptions.all.map((each) => each.server)).toEqual(['be7', 'be7', 'be7']);
    expect(new Set(sent.map(({ headers }) => headers['X-AnchorMailbox']))).toEqual(new Set([ANNA]));
    expect(sent.every(({ headers }) => headers['X-PreferServerAffinity'] === 'true')).toBe(true);
    expect(sent.at(-1)?.headers['Cookie']?.split('; ').sort()).toEqual([
      'X-BackEndOverrideCookie=be7~1941996295',
      'exchangecookie=7f1c0f0ae0ab4b5d',
    ]);
  });

  test('of Exchange 2010 behind a load balancer', async () => {
    const world = await openPushWorld({ version: 'Exchange2010_SP2' });
    world.notifications.condition.clientAccessServers = 3;
    const connection = await listening(await streaming(world, ANNA, BRUNO, CARLA));
    expect(await connection.told()).toEqual([alive]);
  });
});

describe('by NTLM', () => {
  const signIn = { kind: 'ntlm', user: 'EXAMPLE\\sync', password: 'pässwörd' } as const;

  test('an answer that goes on is told as it comes, and takes its connection with it', async () => {
    const world = await openPushWorld({ offers: { schemes: ['NTLM'] }, server: { signIn } });
    const connection = await listening(await streaming(world, ANNA));
    world.appointment(ANNA);
    expect(await connection.told()).toContainEqual(changed(ANNA));
    const { closed } = world.lines;
    connection.leave();
    await settle();
    expect(world.lines.closed).toBe(closed + 1);
    expect(world.notifications.connections).toEqual([]);
  });
});
