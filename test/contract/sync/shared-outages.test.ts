/** What all mailboxes of a domain need is away: one of them finds out whether it is back, and the others wait. */
import { describe, expect, test } from 'vitest';
import { domain, mailbox } from '#drizzle/schema.ts';
import { runSlice } from '#sync/run.ts';
import { HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const PEOPLE = 40;

async function domainRow(stage: Stage) {
  const [row] = await stage.engine.db.select().from(domain);
  if (!row) throw new Error('There is no domain.');
  return row;
}

/** Lets time pass until somebody may ask again, and a moment more. */
async function untilNextProbe(stage: Stage, engine = stage.engine) {
  const { notBefore } = await domainRow(stage);
  return stage.round(Math.max(0, notBefore - stage.world.clock.now()), engine);
}

async function inStep(people = PEOPLE): Promise<Stage> {
  const stage = await Stage.open({ people });
  await stage.round();
  await stage.round();
  return stage;
}

describe('an Exchange server on which nobody listens', () => {
  test('costs one connection for each step, however many mailboxes and services there are', async () => {
    const stage = await inStep();
    const another = stage.world.engine();
    const { load } = stage.world.exchange;
    load.condition.isDown = true;
    await stage.round();
    // Those that were under way together.
    expect(load.traffic.refused).toBeLessThanOrEqual(8);
    const waits: number[] = [];
    for (let step = 2; step <= 10; step += 1) {
      const before = load.traffic.refused;
      const { notBefore } = await domainRow(stage);
      waits.push(notBefore - stage.world.clock.now());
      stage.world.clock.advance(notBefore - stage.world.clock.now());
      const reports = await Promise.all([runSlice(stage.engine, 'one'), runSlice(another, 'two')]);
      expect(reports.map(({ claimed }) => claimed).sort()).toEqual([0, 1]);
      expect(load.traffic.refused - before).toBe(1);
    }
    expect(waits[0]).toBeGreaterThanOrEqual(4_000);
    expect(waits[0]).toBeLessThanOrEqual(6_000);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(18 * MINUTE);
    expect(waits.at(-1)).toBeGreaterThan(10 * MINUTE);
  });

  test('that comes back is asked by one mailbox, then by all over one interval, and all is in step', async () => {
    const stage = await inStep();
    const { load } = stage.world.exchange;
    load.condition.isDown = true;
    await stage.round();
    for (const person of stage.world.people) {
      stage.create({ subject: 'Meanwhile', ...hourFrom('2026-05-06T09:00') }, person);
    }
    for (let n = 0; n < 4; n += 1) await untilNextProbe(stage);
    load.condition.isDown = false;
    load.reset();
    // The event of the mailbox that finds it is read, too.
    await untilNextProbe(stage);
    expect(stage.world.people.filter((person) => stage.rows(person).length > 0)).toHaveLength(1);
    for (let second = 0; second < 30; second += 1) {
      const before = stage.world.people.filter((person) => stage.rows(person).length > 0).length;
      await stage.round(1_000);
      const after = stage.world.people.filter((person) => stage.rows(person).length > 0).length;
      expect(after - before).toBeLessThanOrEqual(2);
    }
    expect(stage.world.people.filter((person) => stage.rows(person).length === 1)).toHaveLength(PEOPLE);
    expect(await domainRow(stage)).toMatchObject({ backoffStep: 0, outage: null, reason: null });
    await stage.settle();
    expect((await stage.traffic()).liferayWrites).toBe(0);
  });

  test('is known to be away by a service that starts anew', async () => {
    const stage = await inStep();
    const { load } = stage.world.exchange;
    load.condition.isDown = true;
    await stage.round();
    for (let n = 0; n < 6; n += 1) await untilNextProbe(stage);
    load.reset();
    await stage.round(MINUTE, stage.world.engine(), 'started anew');
    expect(load.traffic.refused).toBe(0);
  });

  test('and what was begun when the process ended does not keep the others from asking again', async () => {
    const stage = await inStep(3);
    const { load } = stage.world.exchange;
    load.condition.isDown = true;
    await stage.round();
    const { notBefore } = await domainRow(stage);
    stage.world.clock.advance(notBefore - stage.world.clock.now());
    const never = stage.world.engine({ fetch: () => new Promise(() => {}) });
    void runSlice(never, 'ended');
    while ((await stage.engine.db.select().from(mailbox)).every(({ leaseOwner }) => leaseOwner === null)) {
      await Promise.resolve();
    }
    load.condition.isDown = false;
    await stage.round(0);
    expect(await domainRow(stage)).toMatchObject({ outage: 'server' });
    await stage.round(stage.world.settings.leaseMs);
    expect(await domainRow(stage)).toMatchObject({ outage: null });
  });
});

test('an account whose sign-in is refused is tried once for each step, and seldom, so that it is not locked', async () => {
  const stage = await inStep();
  const { faults, requests } = stage.world.exchange;
  faults.inject({ kind: 'http401', times: 10_000 });
  await stage.round();
  stage.world.exchange.resetRequests();
  for (let minute = 0; minute < 60; minute += 1) await stage.round(MINUTE);
  const tried = [...requests.values()].reduce((sum, n) => sum + n, 0);
  expect(tried).toBeGreaterThan(2);
  expect(tried).toBeLessThan(8);
  expect(await domainRow(stage)).toMatchObject({ outage: 'credential', reason: 'signInRefused' });
});

test('a portal that is away costs one look at each side for each step, not one for each mailbox', async () => {
  const stage = await inStep();
  const { faults } = stage.world.liferay;
  const network = stage.world.fetch;
  let asked = 0;
  const cut = stage.world.engine({
    fetch: async (url, request) => {
      if (!url.includes('portal.example.com')) return network(url, request);
      asked += 1;
      throw new TypeError('fetch failed');
    },
  });
  await stage.round(31_000, cut);
  expect(await domainRow(stage)).toMatchObject({ outage: 'portal', reason: 'unreachable' });
  stage.world.exchange.resetRequests();
  asked = 0;
  for (let n = 0; n < 5; n += 1) await untilNextProbe(stage, cut);
  expect(asked).toBe(5);
  expect(stage.world.exchange.requests.get('SyncFolderItems')).toBe(5);
  faults.clear();
  await stage.round(HOUR);
  await stage.round();
  expect(await domainRow(stage)).toMatchObject({ backoffStep: 0, outage: null });
  expect((await stage.traffic()).exchange).toEqual({ SyncFolderItems: PEOPLE });
});

describe('one mailbox with an answer that makes no sense', () => {
  test('waits by itself, and the others go on', async () => {
    const stage = await inStep(10);
    stage.world.exchange.faults.inject({ kind: 'truncated', mailbox: stage.of(4).address, times: 1_000 });
    for (const person of stage.world.people) {
      stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') }, person);
    }
    const { failures } = await stage.round();
    expect(failures.map(({ reason }) => reason)).toEqual(['badAnswer']);
    expect(await domainRow(stage)).toMatchObject({ outage: null });
    expect(stage.world.people.filter((person) => stage.rows(person).length === 1)).toHaveLength(9);
  });

  test('is one too many when it is two in a row: then it is the server', async () => {
    const stage = await inStep(10);
    stage.world.exchange.faults.inject({ kind: 'html', status: 200, times: 1_000 });
    await stage.round();
    expect(await domainRow(stage)).toMatchObject({ outage: 'server', reason: 'notTheService' });
    stage.world.exchange.resetRequests();
    await stage.round(20_000);
    expect([...stage.world.exchange.requests.values()]).toEqual([]);
  });
});

test('a mailbox for which EWS is switched off waits by itself, with a reason that points to Graph', async () => {
  const stage = await inStep(10);
  stage.world.exchange.faults.inject({
    kind: 'policyBlocked',
    reason: 'EWS is blocked by policy for this user or tenant',
    mailbox: stage.of(3).address,
    times: 1_000,
  });
  const { failures } = await stage.round();
  expect(failures).toEqual([
    { reason: 'ewsBlocked', detail: expect.stringContaining('blocked by policy') as string },
  ]);
  expect(await domainRow(stage)).toMatchObject({ outage: null });
  stage.world.exchange.faults.clear();
  await stage.settle();
  expect((await stage.traffic()).liferay).toBe(IDLE.liferay);
});
