/** Streaming over Exchange Web Services: a service that no server reaches is told of changes on connections of its own. */
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { mailbox, push } from '#drizzle/schema.ts';
import { forgetStreams } from '#store/streams.repository.ts';
import type { Person } from '#test/simulation/world.ts';
import { keptOf, SOON } from './push-stage.ts';
import { hourFrom, MINUTE, Stage } from './stage.ts';

const LUNCH = { subject: 'Lunch', ...hourFrom('2026-05-06T12:00') };
/** Longer than newcomers wait for one another. */
const JOINED = 2_500;

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.engine.push?.streams?.close();
});

/** In step, and listened to. */
async function open(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open({ push: 'streaming', protocol: 'ews', ...options });
  stages.push(stage);
  await stage.settle();
  await listened(stage);
  return stage;
}

/** The connections are opened, what they tell is looked at, and all is at rest. */
async function listened(stage: Stage): Promise<void> {
  await passed(stage, JOINED);
  await stage.round(SOON);
  await stage.round(SOON);
}

/** Time goes on, and the servers tell what they have to tell. */
async function passed({ world }: Stage, ms: number): Promise<void> {
  world.clock.advance(ms);
  for (const { notifications } of world.servers) await notifications.run();
  await calm();
}

/** What is under way comes to rest. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((done) => setImmediate(done));
}

/** Told, and looked at long before the interval is over. */
async function soon(stage: Stage): Promise<void> {
  await calm();
  await stage.round(SOON);
}

const connectionsOf = ({ world }: Stage) => world.exchange.notifications.connections;

async function rowOf({ world }: Stage, { mailboxId }: Person) {
  const [row] = await world.db.select().from(push).where(eq(push.mailboxId, mailboxId));
  const [schedule] = await world.db.select().from(mailbox).where(eq(mailbox.id, mailboxId));
  if (row === undefined || schedule === undefined) throw new Error('Nothing is kept of a subscription.');
  return { row, isOn: schedule.pushUntil > world.clock.now() };
}

/** EWS requests in so many rounds, half a minute each, in which the servers tell what they have to. */
async function askedIn(stage: Stage, rounds: number): Promise<Readonly<Record<string, number>>> {
  stage.world.exchange.resetRequests();
  for (let n = 0; n < rounds; n += 1) {
    await stage.round();
    await passed(stage, 0);
  }
  return Object.fromEntries(stage.world.exchange.requests);
}

test('what is made, changed and deleted there is in Liferay long before the interval is over', async () => {
  const stage = await open();
  const { userActs } = stage.world.exchange;
  const item = stage.create(LUNCH);
  await soon(stage);
  expect(stage.titles().liferay).toEqual(['Lunch']);
  userActs.changeItem(item.id, { subject: 'Dinner' });
  await soon(stage);
  expect(stage.titles().liferay).toEqual(['Dinner']);
  userActs.deleteItem(item.id);
  await soon(stage);
  expect(stage.titles().liferay).toEqual([]);
});

test('ten intervals in which nothing happens: no request to Exchange', async () => {
  const stage = await open();
  expect(await askedIn(stage, 10)).toEqual({});
  expect((await keptOf(stage)).row).toMatchObject({ kind: 'ewsStreaming', reason: null });
});

test('the mailboxes of a server share one connection, opened anew each half hour, and each is told of its own', async () => {
  const stage = await open({ people: 3 });
  expect(connectionsOf(stage).map((ids) => ids.length)).toEqual([3]);
  const subscribed = stage.world.exchange.requests.get('Subscribe');
  for (let n = 0; n < 130; n += 1) {
    await stage.round(30_000);
    await passed(stage, 0);
  }
  expect(connectionsOf(stage).map((ids) => ids.length)).toEqual([3]);
  expect(stage.world.exchange.requests.get('Subscribe')).toBe(subscribed);
  stage.create(LUNCH, stage.of(2));
  await soon(stage);
  expect(stage.titles(stage.of(2)).liferay).toEqual(['Lunch']);
  expect(stage.titles(stage.of(1)).liferay).toEqual([]);
});

describe('a connection that breaks', () => {
  test('is opened again, and what changed meanwhile is found', async () => {
    const stage = await open();
    stage.world.exchange.resetRequests();
    stage.world.exchange.notifications.cut();
    await calm();
    expect((await rowOf(stage, stage.person)).isOn).toBe(false);
    stage.create(LUNCH);
    await passed(stage, 1_000);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect((await rowOf(stage, stage.person)).isOn).toBe(true);
    expect(stage.world.exchange.requests.get('Subscribe')).toBeUndefined();
  });

  test('and breaks again is given up with the reason; every round asks, and it is tried ever later', async () => {
    const stage = await open();
    const tries = stage.world.exchange.requests.get('GetStreamingEvents') ?? 0;
    for (let n = 0; n < 90; n += 1) {
      stage.world.exchange.notifications.cut();
      await stage.round(1_000);
      await calm();
    }
    const { row, isOn } = await rowOf(stage, stage.person);
    expect(isOn).toBe(false);
    expect(row).toMatchObject({ reason: 'unreachable', attempts: 1 });
    expect((stage.world.exchange.requests.get('GetStreamingEvents') ?? 0) - tries).toBeLessThanOrEqual(6);
    stage.create(LUNCH);
    await stage.round();
    expect(stage.titles().liferay).toEqual(['Lunch']);
    await listened(stage);
    await stage.round(2 * MINUTE);
    await listened(stage);
    expect(await rowOf(stage, stage.person)).toMatchObject({
      isOn: true,
      row: { reason: null, attempts: 0 },
    });
  });

  test('by a server that falls silent: rounds ask until it is open again', async () => {
    const stage = await open();
    stage.world.clock.advance(140_000);
    expect((await rowOf(stage, stage.person)).isOn).toBe(false);
    await calm();
    stage.create(LUNCH);
    await stage.round();
    expect(stage.titles().liferay).toEqual(['Lunch']);
    await listened(stage);
    expect((await rowOf(stage, stage.person)).isOn).toBe(true);
  });
});

test.each([true, false])(
  'a subscription that the server lost is made anew, and the others go on (the server closes: %s)',
  async (closes) => {
    const stage = await open({ people: 2 });
    const { notifications } = stage.world.exchange;
    notifications.condition.lostSubscriptionEndsStream = closes;
    await passed(stage, MINUTE);
    const [[id] = []] = connectionsOf(stage);
    notifications.lose(id ?? '');
    await calm();
    await stage.round(SOON);
    await stage.round(SOON);
    await listened(stage);
    expect(connectionsOf(stage).flat()).toHaveLength(2);
    expect(connectionsOf(stage).flat()).not.toContain(id);
    stage.create(LUNCH);
    stage.create(LUNCH, stage.of(1));
    await soon(stage);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect(stage.titles(stage.of(1)).liferay).toEqual(['Lunch']);
  },
);

describe('of two processes', () => {
  test('the one that subscribed last is told, and the other lets the mailbox go', async () => {
    const stage = await open();
    const earlier = stage.engine;
    await forgetStreams(stage.world.db);
    stage.engine = stage.world.engine();
    await stage.round();
    await listened(stage);
    expect((await rowOf(stage, stage.person)).isOn).toBe(true);
    await passed(stage, MINUTE);
    await passed(stage, MINUTE);
    expect(connectionsOf(stage)).toHaveLength(1);
    stage.create(LUNCH);
    await soon(stage);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    await earlier.push?.streams?.close();
    expect((await rowOf(stage, stage.person)).isOn).toBe(true);
  });

  test('the other takes over at once when one is stopped', async () => {
    const stage = await open();
    await stage.engine.push?.streams?.close();
    await calm();
    expect(connectionsOf(stage)).toEqual([]);
    expect((await rowOf(stage, stage.person)).isOn).toBe(false);
    stage.engine = stage.world.engine();
    await stage.round();
    await listened(stage);
    expect(connectionsOf(stage)).toHaveLength(1);
    expect((await rowOf(stage, stage.person)).isOn).toBe(true);
  });
});

test('a server that does not reach PUBLIC_URL is listened to once that is known', async () => {
  const stage = await open({ push: 'both' });
  for (let n = 0; n < 40; n += 1) await stage.round();
  await listened(stage);
  expect((await keptOf(stage)).row).toMatchObject({ kind: 'ewsStreaming', reason: null });
  stage.create(LUNCH);
  await soon(stage);
  expect(stage.titles().liferay).toEqual(['Lunch']);
});

test('Exchange 2007, which has no streaming, is asked at every interval', async () => {
  const stage = await open({ version: 'Exchange2007_SP1' });
  expect(connectionsOf(stage)).toEqual([]);
  expect((await askedIn(stage, 5))['SyncFolderItems']).toBe(5);
});

test('a flood of changes is few runs', async () => {
  const stage = await open();
  const item = stage.create(LUNCH);
  await soon(stage);
  stage.world.exchange.resetRequests();
  for (let n = 0; n < 300; n += 1) {
    stage.world.exchange.userActs.changeItem(item.id, { subject: `Lunch ${n}` });
    if (n % 100 === 99) await soon(stage);
  }
  await stage.round(SOON);
  expect(stage.titles().liferay).toEqual(['Lunch 299']);
  expect(stage.world.exchange.requests.get('SyncFolderItems')).toBeLessThanOrEqual(5);
});
