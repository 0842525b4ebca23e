/** Servers that ask for patience: everybody waits, also other services and those that start anew. */
import { describe, expect, test } from 'vitest';
import { runSlice } from '#sync/run.ts';
import type { FaultKind } from '#test/emulators/exchange/faults.ts';
import { hourFrom, MINUTE, Stage } from './stage.ts';

const FIVE_MINUTES: readonly (readonly [string, FaultKind])[] = [
  ['BackOffMilliseconds', { kind: 'serverBusy', backOffMs: 5 * MINUTE }],
  ['Retry-After', { kind: 'http503', retryAfterSeconds: 300 }],
];

function requestsTo(stage: Stage): number {
  return stage.world.servers.reduce((sum, { load }) => sum + load.traffic.requests, 0);
}

describe.each(FIVE_MINUTES)('a server that asks for five minutes of patience by %s', (_name, fault) => {
  test('is not asked before by any mailbox, nor by another service, nor by one that starts anew', async () => {
    const stage = await Stage.open({ people: 12 });
    await stage.round();
    stage.world.exchange.faults.inject({ ...fault, mailbox: stage.of(0).address });
    await stage.round();
    const another = stage.world.engine();
    stage.world.exchange.load.reset();
    for (let minute = 1; minute < 5; minute += 1) {
      await stage.round(MINUTE);
      await stage.round(0, another, 'another');
      await stage.round(0, stage.world.engine(), `started anew ${minute}`);
    }
    expect(requestsTo(stage)).toBe(0);
    await stage.round(MINUTE);
    expect(requestsTo(stage)).toBe(1);
  });

  test('is then asked by one mailbox, and by the others one after the other within their interval', async () => {
    const stage = await Stage.open({ people: 30 });
    await stage.round();
    stage.world.exchange.faults.inject(fault);
    await stage.round();
    stage.world.exchange.load.reset();
    await stage.round(5 * MINUTE);
    expect(requestsTo(stage)).toBe(1);
    const each: number[] = [];
    for (let second = 0; second < 30; second += 5) {
      const before = requestsTo(stage);
      await stage.round(4_999);
      each.push(requestsTo(stage) - before);
    }
    expect(each.reduce((sum, n) => sum + n)).toBeGreaterThanOrEqual(29);
    expect(Math.max(...each)).toBeLessThanOrEqual(6);
    expect(Math.min(...each)).toBeGreaterThanOrEqual(4);
  });
});

test('a service in the middle of its work stops within a second when another one is told to wait', async () => {
  const stage = await Stage.open({ people: 20, settings: { cohortSize: 10, mailboxConcurrency: 4 } });
  await stage.round();
  stage.world.clock.advance(31_000);
  const { exchange, fetch } = stage.world;
  let asked = 0;
  let meanwhile: Promise<void> | null = null;
  const another = async () => {
    exchange.faults.inject({ kind: 'serverBusy', backOffMs: 5 * MINUTE });
    expect(await runSlice(stage.world.engine(), 'another')).toMatchObject({ claimed: 10 });
    stage.world.clock.advance(1_000);
  };
  const busy = stage.world.engine({
    fetch: async (url, request) => {
      if (!url.includes('Exchange.asmx')) return fetch(url, request);
      asked += 1;
      if (asked === 5) meanwhile = another();
      if (asked >= 5) await meanwhile;
      return fetch(url, request);
    },
  });
  const report = await runSlice(busy, 'busy');
  expect(report.claimed).toBe(10);
  expect(report.deferred).toBeGreaterThanOrEqual(2);
  expect(report.failures).toEqual([]);
  // Those that were under way, and no others.
  expect(asked).toBeLessThanOrEqual(8);
});

test('one account that is used on two servers waits on both; a busy server keeps only its own mailboxes waiting', async () => {
  const stage = await Stage.open({ people: 6, servers: 2, account: 'sync@example.com' });
  const [first, second] = stage.world.servers;
  await stage.round();
  first?.faults.inject({ kind: 'serverBusy', backOffMs: 5 * MINUTE });
  await stage.round();
  second?.load.reset();
  await stage.round(MINUTE);
  expect(second?.load.traffic.requests).toBe(0);
  for (let n = 0; n < 10; n += 1) await stage.round(MINUTE);
  first?.faults.inject({ kind: 'http503', retryAfterSeconds: 300 });
  await stage.round(MINUTE);
  for (const { load } of stage.world.servers) load.reset();
  await stage.round(MINUTE);
  expect(first?.load.traffic.requests).toBe(0);
  expect(second?.load.traffic.requests).toBe(3);
});

test('two accounts with the same name on two servers are two accounts', async () => {
  const stage = await Stage.open({ people: 6, servers: 2, account: 'svc-sync' });
  const [first, second] = stage.world.servers;
  await stage.round();
  first?.faults.inject({ kind: 'serverBusy', backOffMs: 5 * MINUTE });
  await stage.round();
  second?.load.reset();
  await stage.round(MINUTE);
  expect(second?.load.traffic.requests).toBe(3);
});

test('an item that is refused because the server is busy is not set aside for it, however often that happens', async () => {
  const stage = await Stage.open();
  const { id } = stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') });
  const { faults } = stage.world.exchange;
  faults.inject({ kind: 'internalErrorOn', itemId: id, code: 'ErrorServerBusy', times: 12 });
  for (let n = 0; n < 12; n += 1) await stage.round(30 * MINUTE);
  expect(await stage.parked()).toEqual([]);
  faults.clear();
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Event'], liferay: ['Event'] });
});
