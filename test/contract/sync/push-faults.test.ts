/** Push over Microsoft Graph when it does not go as it should: nothing is lost, and nothing is done twice. */
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { examinePush } from '#doctor/push-step.ts';
import { domain, push } from '#drizzle/schema.ts';
import { forgetOtherAddress, pushStateAt } from '#store/push.repository.ts';
import { PUBLIC_URL } from '#test/simulation/world.ts';
import { askedIn, delivered, keptOf, openPush, SOON, subscriptionOf } from './push-stage.ts';
import { DAY, HOUR, hourFrom, MINUTE, Stage } from './stage.ts';

const LUNCH = { subject: 'Lunch', ...hourFrom('2026-05-06T12:00') };
const HALF_AN_HOUR = 31 * MINUTE;
const THEIR_ID = '00000000-0000-4000-8000-000000000000';

/** Path and content of a post about a subscription, as Graph would send it. */
async function post(stage: Stage, notice: object): Promise<Response> {
  const { notificationUrl, id, clientState } = subscriptionOf(stage);
  const value = [{ subscriptionId: id, clientState, ...notice }];
  return stage.world.post(new URL(notificationUrl).pathname, JSON.stringify({ value }));
}

describe('notifications', () => {
  test('that are lost: the change is found after half an hour, and a new subscription is made', async () => {
    const stage = await openPush({ graph: { losesEach: 1 } });
    const first = subscriptionOf(stage).id;
    stage.create(LUNCH);
    await delivered(stage);
    expect(await askedIn(stage, 2)).toEqual({});
    expect(stage.titles().liferay).toEqual([]);
    await stage.round(HALF_AN_HOUR);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    const { row } = await keptOf(stage);
    expect(subscriptionOf(stage).id).not.toBe(first);
    expect(row.serverId).toBe(subscriptionOf(stage).id);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('that come twice: each change is made once', async () => {
    const stage = await openPush({ graph: { duplicatesEach: 1 } });
    stage.create(LUNCH);
    await delivered(stage);
    expect(stage.world.posts()['taken']).toBe(2);
    expect(await stage.round(SOON)).toMatchObject({ slices: 1, created: 1 });
    await delivered(stage);
    expect(await stage.round(SOON)).toMatchObject({ slices: 0 });
    expect(stage.titles().liferay).toEqual(['Lunch']);
  });

  test('that come late: the look to be sure was there before, and theirs finds nothing more', async () => {
    const stage = await openPush({ graph: { notificationDelayMs: HOUR } });
    stage.create(LUNCH);
    await stage.round(HALF_AN_HOUR);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    stage.world.clock.advance(HOUR);
    await delivered(stage);
    expect(await stage.round(SOON)).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 });
    expect(stage.titles().liferay).toEqual(['Lunch']);
  });

  test('that are forged: no run, no request, and they are counted', async () => {
    const stage = await openPush();
    stage.world.graph.resetRequests();
    for (let n = 0; n < 50; n += 1) {
      expect((await post(stage, { clientState: 'guessed' })).status).toBe(202);
      expect((await post(stage, { subscriptionId: 'another' })).status).toBe(202);
    }
    expect(await stage.round(SOON)).toMatchObject({ slices: 0 });
    expect(Object.fromEntries(stage.world.graph.requests)).toEqual({});
    expect(stage.world.posts()).toMatchObject({ forged: 100 });
  });

  test('in a flood of a thousand in ten seconds: no more than a run in each', async () => {
    const stage = await openPush();
    stage.world.graph.resetRequests();
    let slices = 0;
    for (let n = 0; n < 1_000; n += 1) {
      await post(stage, { changeType: 'updated' });
      slices += (await stage.round(10)).slices;
    }
    slices += (await stage.round(SOON)).slices;
    expect(slices).toBeLessThanOrEqual(12);
    expect(stage.world.graph.requests.get('eventsDelta')).toBe(slices);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('during a run: another one follows, which sees what the first may have missed', async () => {
    const stage = await openPush();
    const { fetch } = stage.world;
    let isFirst = true;
    const engine = stage.world.engine({
      fetch: async (url, request) => {
        const answer = await fetch(url, request);
        if (isFirst && url.includes('delta')) {
          isFirst = false;
          stage.create(LUNCH);
          await delivered(stage);
        }
        return answer;
      },
    });
    await post(stage, { changeType: 'updated' });
    await stage.round(SOON, engine);
    expect(isFirst).toBe(false);
    expect(stage.titles().liferay).toEqual([]);
    await stage.round(SOON, engine);
    expect(stage.titles().liferay).toEqual(['Lunch']);
  });
});

describe('a subscription', () => {
  test('is renewed well before it ends, again and again, and tells all the time', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    const left: number[] = [];
    for (let hour = 0; hour < 14 * 24; hour += 1) {
      left.push(subscriptionOf(stage).expiresAt - stage.world.clock.now());
      await stage.round(HOUR);
    }
    expect(Math.min(...left)).toBeGreaterThan(0.2 * 3 * DAY);
    expect(subscriptionOf(stage).id).toBe(id);
    stage.create(LUNCH);
    await delivered(stage);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual(['Lunch']);
  });

  test('of many mailboxes: made together, they are renewed apart', async () => {
    const stage = await openPush({ people: 20 });
    expect(stage.world.graph.subscriptions.all).toHaveLength(20);
    const perHour: number[] = [];
    for (let hour = 0; hour < 60; hour += 1) {
      stage.world.graph.resetRequests();
      await stage.round(HOUR);
      perHour.push(stage.world.graph.requests.get('updateSubscription') ?? 0);
    }
    expect(perHour.reduce((sum, each) => sum + each, 0)).toBe(20);
    expect(Math.max(...perHour)).toBeLessThanOrEqual(5);
    expect(perHour.slice(0, 35)).toEqual(Array.from({ length: 35 }, () => 0));
  });

  test('that is to be reauthorised is renewed, and what nobody told meanwhile is found', async () => {
    const stage = await openPush();
    stage.world.graph.subscriptions.tellLifecycle(subscriptionOf(stage).id, 'reauthorizationRequired');
    await delivered(stage);
    stage.create(LUNCH);
    await delivered(stage);
    await stage.round();
    expect(subscriptionOf(stage).awaitsReauthorization).toBe(false);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('that was removed is made anew within moments, and what nobody told meanwhile is found', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    stage.world.graph.subscriptions.tellLifecycle(id, 'subscriptionRemoved');
    stage.create(LUNCH);
    await delivered(stage);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect(subscriptionOf(stage).id).not.toBe(id);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('some of whose notifications were lost, says Graph: a run looks', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    stage.world.graph.subscriptions.tellLifecycle(id, 'missed');
    await delivered(stage);
    stage.world.graph.resetRequests();
    await stage.round(SOON);
    expect(Object.fromEntries(stage.world.graph.requests)).toEqual({ eventsDelta: 1 });
    expect(subscriptionOf(stage).id).toBe(id);
  });

  test('that is not renewed, because Graph is away, ends: every round asks, as without it', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    stage.world.graph.subscriptions.remove(id);
    stage.world.clock.advance(3 * DAY);
    stage.world.graph.resetRequests();
    await stage.round();
    expect(stage.world.graph.requests.get('createSubscription')).toBe(1);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('is not made where Graph cannot reach the service: every round asks, and it is tried again ever later', async () => {
    const stage = await openPush({ push: 'unreachable' });
    stage.create(LUNCH);
    stage.world.graph.resetRequests();
    for (let n = 0; n < 120; n += 1) await stage.round(MINUTE);
    const { eventsDelta, createSubscription } = Object.fromEntries(stage.world.graph.requests);
    expect(eventsDelta).toBeGreaterThanOrEqual(120);
    expect(createSubscription).toBeLessThanOrEqual(12);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    const { row } = await keptOf(stage);
    expect(row).toMatchObject({ reason: 'pushUnreachable', serverId: null });
    expect(await stage.round(HOUR)).toMatchObject({ failures: [] });
  });

  test('whose making was answered by nobody is found, removed and made anew', async () => {
    const stage = await Stage.open({ protocol: 'graph', push: true });
    stage.world.graph.faults.inject({ kind: 'lostReply', operation: 'createSubscription', times: 1 });
    await stage.round();
    const [lost] = stage.world.graph.subscriptions.all;
    expect(lost).toBeDefined();
    await stage.round(5 * MINUTE);
    await stage.settle();
    expect(subscriptionOf(stage).id).not.toBe(lost?.id);
    expect((await keptOf(stage)).row.serverId).toBe(subscriptionOf(stage).id);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('is not made a second time by a process that starts anew, nor by a second process', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    const engines = [stage.world.engine(), stage.world.engine()];
    stage.create(LUNCH);
    await delivered(stage);
    stage.world.graph.resetRequests();
    stage.world.clock.advance(SOON);
    const rounds = await Promise.all(engines.map((engine, n) => stage.round(0, engine, `process ${n}`)));
    expect(rounds.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect(subscriptionOf(stage).id).toBe(id);
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('is made anew when the public address changes, and until then every round asks', async () => {
    const stage = await openPush();
    const { id } = subscriptionOf(stage);
    const { push: before } = stage.engine;
    if (!before?.posts) throw new Error('There is no push.');
    const address = `${PUBLIC_URL}:443`;
    await forgetOtherAddress(stage.world.db, address);
    expect((await keptOf(stage)).schedule.pushUntil).toBe(0);
    stage.engine = { ...stage.engine, push: { ...before, posts: { ...before.posts, address } } };
    await stage.round();
    expect(subscriptionOf(stage).id).not.toBe(id);
    expect(subscriptionOf(stage).notificationUrl.startsWith(`${address}/push/graph/`)).toBe(true);
  });

  test('of another installation of the same application is left alone, and every round asks', async () => {
    const stage = await Stage.open({ protocol: 'graph', push: true });
    const { subscriptions } = stage.world.graph;
    const theirs = {
      ...{ changeType: 'created,updated,deleted', clientState: 'theirs' },
      resource: `users/${encodeURIComponent(stage.person.address)}/events`,
      notificationUrl: `${PUBLIC_URL}/push/graph/${THEIR_ID}`,
      expirationDateTime: new Date(stage.world.clock.now() + DAY).toISOString(),
    };
    const made = await subscriptions.create('connector', 'restImmutableEntryId', theirs, () => {});
    Object.assign(made, { notificationUrl: `https://elsewhere.example.com/push/graph/${THEIR_ID}` });
    await stage.settle();
    expect(subscriptionOf(stage).id).toBe(made.id);
    expect((await keptOf(stage)).row).toMatchObject({ reason: 'pushUnavailable', serverId: null });
    expect(await askedIn(stage, 3)).toMatchObject({ eventsDelta: 3 });
  });

  test('without a public address there is none, and every round asks', async () => {
    const stage = await Stage.open({ protocol: 'graph' });
    await stage.settle();
    expect(stage.world.graph.subscriptions.all).toEqual([]);
    expect(await askedIn(stage, 10)).toEqual({ eventsDelta: 10 });
    expect(await stage.world.db.select().from(push).where(eq(push.kind, 'graph'))).toEqual([]);
  });
});

describe('a server that is away', () => {
  test('is asked until it is back, whatever its notifications were', async () => {
    const stage = await openPush();
    stage.world.graph.faults.inject({ kind: 'http503', times: 3 });
    stage.create(LUNCH);
    await delivered(stage);
    await stage.round(SOON);
    for (let n = 0; n < 6; n += 1) await stage.round(MINUTE);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    expect(await askedIn(stage, 10)).toEqual({});
  });
});

describe('"Test connection" of push', () => {
  const examined = async (stage: Stage) => {
    const { engine, person, world } = stage;
    const [row] = await world.db.select().from(domain);
    const { posts } = engine.push ?? {};
    if (!posts || row === undefined) throw new Error('There is nothing to look at.');
    const server = await engine.mailboxServer(row, { address: person.address, failed: null });
    const nowMs = world.clock.now();
    const stateOf = (address: string) =>
      pushStateAt(world.db, row.id, { address, nowMs, publicUrl: PUBLIC_URL });
    return examinePush(engine.effects, { ...posts, stateOf }, server, person.address);
  };

  test('asks nothing where it works, and tries where nothing is known; nothing is left of that', async () => {
    const stage = await Stage.open({ protocol: 'graph', push: true });
    expect(await examined(stage)).toEqual({});
    expect(stage.world.posts()).toEqual({ validated: 1 });
    expect(stage.world.graph.subscriptions.all).toEqual([]);
    await stage.settle();
    stage.world.graph.resetRequests();
    expect(await examined(stage)).toEqual({});
    expect(Object.fromEntries(stage.world.graph.requests)).toEqual({});
  });

  test('says that Graph does not reach the service', async () => {
    const stage = await Stage.open({ protocol: 'graph', push: 'unreachable' });
    expect(await examined(stage)).toEqual({
      warning: 'pushUnreachable',
      detail: expect.stringContaining('validation'),
    });
  });
});
