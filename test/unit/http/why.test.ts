/** "Why is this event not here?": what is told, by title and by time, and to whom. */
import { beforeEach, describe, expect, it } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import * as schema from '#drizzle/schema.ts';
import { BOB, createWorld, NOW_MS, type World } from './app-under-test.ts';
import { contentOf, linkOf, type NewLink, pair } from './pairings-under-test.ts';

const DAY_MS = 86_400_000;
let world: World;
let id: string;
beforeEach(async () => {
  world = await createWorld();
  id = (await pair(world)).id;
});

async function event(linkId: string, title: string | null, more: Partial<NewLink> = {}, event: object = {}) {
  const at = { firstAt: NOW_MS, lastAt: NOW_MS + 3_600_000 };
  await world.db
    .insert(schema.link)
    .values(linkOf(id, linkId, { exchangeId: `x${linkId}`, liferayId: `y${linkId}`, ...at, ...more }));
  if (title === null) return;
  await world.db.insert(schema.linkContent).values(contentOf(linkId, { ...NEUTRAL_EVENT, title, ...event }));
}

async function why(query: Record<string, string | number>) {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { status, json } = await world.call('GET', `/api/pairings/${id}/why?${text}`);
  expect(status).toBe(200);
  return json['found'] as {
    title: string | null;
    verdict: string;
    reason: string | null;
    at: number | null;
  }[];
}

describe('by its title', () => {
  it.each<[string, Partial<NewLink>, object]>([
    ['is on both sides', { work: 'clean' }, { verdict: 'here', reason: null }],
    ['waits for its turn', { work: 'dirty' }, { verdict: 'soon' }],
    [
      'was set aside',
      { work: 'parked', reason: 'textTooLong', reasonDetail: '4,001' },
      { verdict: 'setAside', reason: 'textTooLong', detail: '4,001' },
    ],
    ['is held', { work: 'held', reason: 'heldForApproval' }, { verdict: 'held' }],
    ['is Liferay’s own', { work: 'liferayOnly' }, { verdict: 'leftAlone' }],
    ['is only proposed', { work: 'proposed' }, { verdict: 'preview' }],
  ])('an event that %s', async (_what, link, verdict) => {
    await event('l1', 'Board meeting', link);
    await event('l2', 'Lunch');
    expect(await why({ title: 'BOARD' })).toMatchObject([
      { title: 'Board meeting', start: NOW_MS, ...verdict },
    ]);
  });

  it('one that was removed tells when, and is not told where it is there again', async () => {
    const entry = { pairingId: id, at: NOW_MS, side: 'liferay', kind: 'delete', title: 'Offsite' } as const;
    await world.db.insert(schema.change).values({ ...entry, id: 'c1', linkId: 'gone' });
    expect(await why({ title: 'offsite' })).toMatchObject([
      { title: 'Offsite', verdict: 'removed', at: NOW_MS },
    ]);
    await event('gone', 'Offsite');
    expect(await why({ title: 'offsite' })).toMatchObject([{ verdict: 'here' }]);
  });

  it('what stands for anything in a search stands for itself', async () => {
    await event('l1', '100 % done_now!');
    await event('l2', '100 euros done now');
    expect(await why({ title: '% done_now!' })).toHaveLength(1);
  });

  it('does not find private events, which by their time are told without a title', async () => {
    await event('l1', 'Surgery', { work: 'parked', reason: 'textTooLong' }, { sensitivity: 'private' });
    expect(await why({ title: 'surgery' })).toEqual([]);
    expect(await why({ from: NOW_MS, until: NOW_MS + 1 })).toMatchObject([
      { title: null, verdict: 'setAside' },
    ]);
  });
});

it('by its time finds what is too far away, and a series as long as it lasts', async () => {
  await event('far', null, {
    work: 'outside',
    firstAt: NOW_MS - 900 * DAY_MS,
    lastAt: NOW_MS - 899 * DAY_MS,
  });
  await event('series', 'Standup', { firstAt: NOW_MS - 300 * DAY_MS, lastAt: null });
  const day = (daysAgo: number) => ({
    from: NOW_MS - daysAgo * DAY_MS,
    until: NOW_MS - (daysAgo - 1) * DAY_MS,
  });
  expect(await why(day(900))).toMatchObject([{ title: null, verdict: 'outside' }]);
  expect(await why(day(200))).toMatchObject([{ title: 'Standup', verdict: 'here' }]);
  expect(await why(day(400))).toEqual([]);
});

it('events in trouble are told first', async () => {
  await event('a', 'Review');
  await event('b', 'Review', { work: 'parked', reason: 'textTooLong', firstAt: NOW_MS + DAY_MS });
  expect((await why({ title: 'Review' })).map(({ verdict }) => verdict)).toEqual(['setAside', 'here']);
});

it.each(['', '?title=', '?from=1', '?from=x&until=2'])('refuses the question “%s”', async (query) => {
  const { status, json } = await world.call('GET', `/api/pairings/${id}/why${query}`);
  expect([status, json['reason']]).toEqual([400, 'invalidRequest']);
});

it('is answered to the owner alone', async () => {
  await event('l1', 'Board');
  const { status } = await world.call('GET', `/api/pairings/${id}/why?title=Board`, { as: BOB });
  expect(status).toBe(404);
});
