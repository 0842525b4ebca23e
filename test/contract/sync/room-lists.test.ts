/** The daily refresh of released room lists, against Exchange: what is released by it, what stops, and what is no evidence. */
import { describe, expect, test } from 'vitest';
import { domain, siteRelease } from '#drizzle/schema.ts';
import { releasedFor, sitesWithReleases } from '#store/site-releases.repository.ts';
import { refreshRoomLists } from '#sync/room-lists.ts';
import { PORTAL_URL } from '#test/simulation/world.ts';
import { DAY, HOUR, MINUTE, Stage } from './stage.ts';

const LIST = 'house@example.com';

/** Two rooms of a site, both in a list that was released to it, and read. */
async function released(lists: readonly string[] = [LIST]): Promise<Stage> {
  const stage = await Stage.open({ people: 1, rooms: 2 });
  const { db, rooms } = stage.world;
  const [room] = rooms;
  const [where] = await db.select({ id: domain.id }).from(domain);
  if (room === undefined || where === undefined) throw new Error('no room');
  await db.insert(siteRelease).values(
    lists.map((value) => ({
      domainId: where.id,
      siteId: String(room.userId),
      kind: 'roomList' as const,
      value,
      origin: 'api' as const,
      createdAt: 0,
    })),
  );
  inLists(stage, [0, 1], lists);
  await refreshRoomLists(stage.engine);
  return stage;
}

function inLists(stage: Stage, indexes: readonly number[], lists: readonly string[] = [LIST]): void {
  const rooms = stage.world.rooms.filter((_, index) => indexes.includes(index)).map(({ address }) => address);
  stage.world.exchange.roomLists = lists.map((address) => ({ address, name: 'House', rooms }));
}

async function standing(stage: Stage): Promise<readonly unknown[]> {
  return Promise.all(stage.world.rooms.map(async (room) => (await stage.pairing(room)).reason));
}

async function offered(stage: Stage): Promise<readonly string[]> {
  const [site = ''] = await sitesWithReleases(stage.world.db, PORTAL_URL);
  return (await releasedFor(stage.world.db, PORTAL_URL, site)).map(({ address }) => address);
}

async function dayLater(stage: Stage) {
  stage.world.clock.advance(DAY);
  return refreshRoomLists(stage.engine);
}

describe('a room', () => {
  test('that was added to a list in Exchange is its sites’ a day later, and not asked for before', async () => {
    const stage = await released();
    expect(await offered(stage)).toEqual(['room0@example.com', 'room1@example.com']);
    stage.world.exchange.roomLists = [
      { address: LIST, name: 'House', rooms: ['room0@example.com', 'room1@example.com', 'new@example.com'] },
    ];
    stage.world.clock.advance(23 * HOUR);
    expect(await refreshRoomLists(stage.engine)).toEqual({ read: 0, kept: 0 });
    stage.world.clock.advance(HOUR);
    expect(await refreshRoomLists(stage.engine)).toEqual({ read: 1, kept: 0 });
    expect(await offered(stage)).toEqual(['new@example.com', 'room0@example.com', 'room1@example.com']);
  });

  test('that was taken out of the list stands still, and goes on when it is back', async () => {
    const stage = await released();
    inLists(stage, [1]);
    await dayLater(stage);
    expect(await standing(stage)).toEqual(['mailboxNotReleased', null]);
    inLists(stage, [0, 1]);
    await dayLater(stage);
    expect(await standing(stage)).toEqual([null, null]);
  });
});

describe('no evidence', () => {
  test('is an empty answer: the rooms stay, and the list is read again within the hour', async () => {
    const stage = await released();
    inLists(stage, []);
    expect(await dayLater(stage)).toEqual({ read: 0, kept: 1 });
    expect(await standing(stage)).toEqual([null, null]);
    stage.world.clock.advance(50 * MINUTE);
    expect(await refreshRoomLists(stage.engine)).toEqual({ read: 0, kept: 0 });
    inLists(stage, [0, 1]);
    stage.world.clock.advance(10 * MINUTE);
    expect(await refreshRoomLists(stage.engine)).toEqual({ read: 1, kept: 0 });
  });

  test('is a list that the server does not know', async () => {
    const stage = await released();
    stage.world.exchange.roomLists = [];
    expect(await dayLater(stage)).toEqual({ read: 0, kept: 1 });
    expect(await standing(stage)).toEqual([null, null]);
  });

  test('is a server that does not answer, which is not asked for its other lists then', async () => {
    const lists = ['house@example.com', 'garden@example.com', 'tower@example.com'];
    const stage = await released(lists);
    let requests = 0;
    stage.engine = stage.world.engine({
      network: () => () => {
        requests += 1;
        return Promise.reject(new TypeError('fetch failed'));
      },
    });
    expect(await dayLater(stage)).toEqual({ read: 0, kept: 3 });
    expect(requests).toBe(1);
    expect(await standing(stage)).toEqual([null, null]);
  });

  test('is a domain that is paused: nobody asks it', async () => {
    const stage = await released();
    await stage.world.db.update(domain).set({ state: 'paused' });
    inLists(stage, [1]);
    expect(await dayLater(stage)).toEqual({ read: 0, kept: 0 });
    expect(await standing(stage)).toEqual([null, null]);
  });
});

test('each list is read once a day, a few at a time, and by one of several processes', async () => {
  const lists = Array.from({ length: 7 }, (_, index) => `list${index}@example.com`);
  const stage = await released(lists);
  await refreshRoomLists(stage.engine);
  stage.world.clock.advance(DAY);
  const both = await Promise.all([refreshRoomLists(stage.engine), refreshRoomLists(stage.world.engine())]);
  expect(both.map(({ read }) => read).toSorted((a, b) => a - b)).toEqual([2, 5]);
  expect(await refreshRoomLists(stage.engine)).toEqual({ read: 0, kept: 0 });
});
