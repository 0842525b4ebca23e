/** Push over Exchange Web Services: a server of the organisation that reaches the service posts what changes. */
import { expect, test } from 'vitest';
import { keptOf, SOON } from './push-stage.ts';
import { hourFrom, MINUTE, Stage } from './stage.ts';

const LUNCH = { subject: 'Lunch', ...hourFrom('2026-05-06T12:00') };

/** What the server has to tell arrives. */
const told = ({ world }: Stage) => world.exchange.notifications.run();

async function open(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open({ push: true, ...options });
  await stage.settle();
  await told(stage);
  await stage.round(SOON);
  await stage.round();
  return stage;
}

/** EWS requests of so many rounds, in each of which the server tells what it has to. */
async function askedIn(stage: Stage, rounds: number): Promise<Readonly<Record<string, number>>> {
  stage.world.exchange.resetRequests();
  for (let n = 0; n < rounds; n += 1) {
    await stage.round();
    await told(stage);
  }
  return Object.fromEntries(stage.world.exchange.requests);
}

test('what is made, changed and deleted there is in Liferay long before the interval is over', async () => {
  const stage = await open();
  const { userActs } = stage.world.exchange;
  const item = stage.create(LUNCH);
  await told(stage);
  await stage.round(SOON);
  expect(stage.titles().liferay).toEqual(['Lunch']);
  userActs.changeItem(item.id, { subject: 'Dinner' });
  await told(stage);
  await stage.round(SOON);
  expect(stage.titles().liferay).toEqual(['Dinner']);
  userActs.deleteItem(item.id);
  await told(stage);
  await stage.round(SOON);
  expect(stage.titles().liferay).toEqual([]);
});

test('ten intervals in which nothing happens: no request to Exchange, and Liferay is asked in each', async () => {
  const stage = await open();
  stage.world.liferay.requests.reset();
  expect(await askedIn(stage, 10)).toEqual({});
  expect(stage.world.liferay.requests.http).toBe(10);
});

test('a server that says that it is there, hour after hour, keeps its subscription', async () => {
  const stage = await open();
  const { row } = await keptOf(stage);
  for (let n = 0; n < 48; n += 1) {
    await stage.round(15 * MINUTE);
    await told(stage);
  }
  expect((await keptOf(stage)).row.id).toBe(row.id);
  stage.create(LUNCH);
  await told(stage);
  await stage.round(SOON);
  expect(stage.titles().liferay).toEqual(['Lunch']);
});

test('a server that falls silent is asked again, and subscribed at anew', async () => {
  const stage = await open();
  const { row } = await keptOf(stage);
  stage.world.exchange.notifications.subscriptions.remove(row.serverId ?? '');
  stage.create(LUNCH);
  await stage.round(31 * MINUTE);
  expect(stage.titles().liferay).toEqual(['Lunch']);
  await stage.round();
  await told(stage);
  const after = await keptOf(stage);
  expect(after.row.id).not.toBe(row.id);
  expect(after.schedule.pushUntil).toBeGreaterThan(stage.world.clock.now());
});

test('a server that does not reach the service: every round asks, and it is tried again ever later', async () => {
  const stage = await open({ push: 'unreachable' });
  const asked = await askedIn(stage, 120);
  expect(asked['SyncFolderItems']).toBeGreaterThanOrEqual(120);
  expect(asked['Subscribe'] ?? 0).toBeLessThanOrEqual(5);
  expect(asked['Subscribe'] ?? 0).toBeGreaterThanOrEqual(2);
  stage.create(LUNCH);
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Lunch']);
  expect((await keptOf(stage)).row.reason).toBe('pushUnreachable');
});
