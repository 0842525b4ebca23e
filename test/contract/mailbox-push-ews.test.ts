/** MailboxPush over EWS and the posts that come of it, against the emulated Exchange. */
import { describe, expect, test } from 'vitest';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { ANNA, HOOK, MINUTE, openPushWorld, type PushWorld, SECRET } from './push-world.ts';

async function subscribed(world: PushWorld) {
  if (world.push === null) throw new Error('there is no push');
  return world.push.subscribe(world.wanted());
}

const newsIn = ({ received }: PushWorld) => received.map(({ notices }) => notices?.map(({ news }) => news));

describe.each<ServerVersion>(['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013', 'Exchange2016'])(
  '%s',
  (version) => {
    test('tells at our URL that something changed, with the secret and the id that it gave', async () => {
      const world = await openPushWorld({ version });
      const subscription = await subscribed(world);
      expect(subscription).toMatchObject({ lifetimeMs: null, heartbeatMs: 30 * MINUTE });
      expect(subscription.watermark).not.toBeNull();
      await world.pass(0);
      const { id } = world.appointment(ANNA);
      await world.pass(0);
      world.emulator.userActs.deleteItem(id);
      await world.pass(0);
      await world.pass(0);
      expect(newsIn(world)).toEqual([['alive'], ['changed'], ['changed']]);
      for (const { notices } of world.received) {
        expect(notices?.[0]).toMatchObject({ subscriptionId: subscription.id, secret: SECRET });
      }
      expect(world.emulator.requests.get('Subscribe')).toBe(1);
    });

    test('goes on for as long as it is wanted', async () => {
      const world = await openPushWorld({ version });
      await subscribed(world);
      for (let quarter = 0; quarter < 8; quarter += 1) await world.pass(15 * MINUTE);
      expect(world.received.length).toBeGreaterThanOrEqual(8);
      expect(
        newsIn(world)
          .flat()
          .every((news) => news === 'alive'),
      ).toBe(true);
      world.hook.wants = false;
      world.appointment(ANNA);
      await world.pass(0);
      expect(world.notifications.subscriptions.all).toEqual([]);
    });
  },
);

test('a post of one kind of event carries the watermark after it', async () => {
  const world = await openPushWorld();
  await subscribed(world);
  await world.pass(0);
  const { id } = world.appointment(ANNA);
  await world.pass(0);
  world.emulator.userActs.changeItem(id, { subject: 'Dinner' });
  await world.pass(0);
  const marks = world.received.map(({ notices }) => notices?.[0]?.watermark);
  expect(marks[1]).toBeNull();
  expect([typeof marks[0], typeof marks[2]]).toEqual(['string', 'string']);
  const { queue, watermark } = world.notifications.subscriptions.all[0] ?? {};
  expect([queue, watermark]).toEqual([[], marks[2]]);
});

test('while we do not answer for some minutes nothing is lost', async () => {
  const world = await openPushWorld();
  await subscribed(world);
  await world.pass(0);
  world.hook.isUp = false;
  world.appointment(ANNA);
  await world.pass(0);
  for (let half = 0; half < 6; half += 1) await world.pass(30_000);
  world.hook.isUp = true;
  await world.pass(MINUTE);
  expect(newsIn(world)).toEqual([['alive'], ['changed']]);
});

test('a server that cannot read on says that the subscription is gone; it is made anew', async () => {
  const world = await openPushWorld();
  const { id } = await subscribed(world);
  await world.notifications.fail(id);
  expect(world.received.at(-1)?.notices).toEqual([
    { subscriptionId: id, secret: SECRET, news: 'removed', watermark: null },
  ]);
  expect((await subscribed(world)).id).not.toBe(id);
});

test('it cannot be prolonged, and ends with the answer to a post only', async () => {
  const world = await openPushWorld();
  const { id } = await subscribed(world);
  const before = world.sent.length;
  await expect(world.push?.renew(id, MINUTE)).rejects.toMatchObject({
    failure: { reason: 'subscriptionGone' },
  });
  await world.push?.remove(id);
  expect(world.sent.length).toBe(before);
  expect(world.notifications.subscriptions.all).toHaveLength(1);
});

describe('what a server refuses', () => {
  test('no place for another subscription', async () => {
    const world = await openPushWorld();
    world.notifications.condition.subscriptions = 0;
    await expect(subscribed(world)).rejects.toMatchObject({ failure: { reason: 'pushUnavailable' } });
  });

  test('a folder that is gone, and a folder of a mailbox that the account opens as a delegate', async () => {
    const world = await openPushWorld();
    const second = world.emulator.addCalendar(ANNA, 'Second');
    world.emulator.store.deleteFolder(second);
    await expect(world.push?.subscribe(world.wanted({ folderIds: [second.id] }))).rejects.toMatchObject({
      failure: { reason: 'folderNotFound' },
    });
    const user = 'EXAMPLE\\delegate';
    const signIn = { kind: 'basic', user, password: 'secret' } as const;
    const delegate = await openPushWorld({ server: { signIn, impersonate: false } });
    delegate.emulator.addMailbox({ address: 'd@example.com', displayName: 'D', zone: 'Europe/Rome' });
    delegate.emulator.addAccount({ user, password: 'secret', mailbox: 'd@example.com', opens: [ANNA] });
    await expect(subscribed(delegate)).rejects.toMatchObject({ failure: { reason: 'pushUnavailable' } });
  });

  test('a mailbox that is asked over Graph has no EWS push', async () => {
    expect((await openPushWorld({ server: { protocol: 'graph' } })).push).toBeNull();
  });
});

describe('posts that are not what a server sends', () => {
  const read = ({ posts }: PushWorld, body: string) => posts.read({ body, pathSecret: 'x' });

  test.each([
    ['nothing', () => ''],
    ['a page', () => '<html><body>Hello</body></html>'],
    ['JSON', () => '{"value":[]}'],
    ['cut off', (good: string) => good.slice(0, -20)],
    ['not well-formed', (good: string) => good.replace('<m:Notification>', '<m:Notification><t:Open>')],
    ['with a DOCTYPE', (good: string) => good.replace('?>', '?><!DOCTYPE x [<!ENTITY e "x">]>')],
    [
      'without a subscription',
      (good: string) => good.replace(/<t:SubscriptionId>[^<]*<\/t:SubscriptionId>/, ''),
    ],
    ['another operation', (good: string) => good.replaceAll('SendNotification', 'GetEvents')],
    [
      'with an id as long as a book',
      (good: string) => good.replace('<t:SubscriptionId>', `<t:SubscriptionId>${'x'.repeat(5_000)}`),
    ],
    [
      'thousands of elements deep',
      (good: string) =>
        good.replace('<m:Notification>', `<m:Notification>${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`),
    ],
  ])('%s', async (_, spoil) => {
    const world = await openPushWorld();
    await subscribed(world);
    await world.pass(0);
    const good = world.received[0]?.body ?? '';
    expect(read(world, good)).toHaveLength(1);
    expect(read(world, spoil(good))).toBeNull();
  });

  test('one that names a thousand subscriptions and more tells of a thousand', async () => {
    const world = await openPushWorld();
    await subscribed(world);
    await world.pass(0);
    const good = world.received[0]?.body ?? '';
    const [one = ''] = /<m:Notification>.*<\/m:Notification>/s.exec(good) ?? [];
    expect(read(world, good.replace(one, one.repeat(1_500)))).toHaveLength(1_000);
  });

  test('the secret is what stood in the path, and no part of the body', async () => {
    const world = await openPushWorld();
    await subscribed(world);
    await world.pass(0);
    const body = world.received[0]?.body ?? '';
    expect(body).not.toContain(SECRET);
    expect(world.posts.read({ body, pathSecret: null })?.[0]?.secret).toBeNull();
    expect(world.posts.read({ body, pathSecret: 'forged' })?.[0]?.secret).toBe('forged');
  });

  test('both answers are what the schema wants, and say nothing else', async () => {
    const { posts } = await openPushWorld();
    const [yes, no] = [posts.answer(true), posts.answer(false)];
    expect([yes.status, no.status]).toEqual([200, 200]);
    expect(no.body).toBe(yes.body.replace('OK', 'Unsubscribe'));
  });
});

test('the URL that is given to the server is ours with the secret at its end', async () => {
  const world = await openPushWorld();
  await subscribed(world);
  const [subscription] = world.notifications.subscriptions.all;
  expect(subscription?.push?.url).toBe(`${HOOK}/${SECRET}`);
});
