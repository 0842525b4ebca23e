/** Several workers, small slices, workers that are overtaken: each event once, whoever does the work. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { runSlice } from '#sync/run.ts';
import { hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

function fill(stage: Stage, each: number): void {
  const { start, end } = hourFrom('2026-05-06T09:00');
  for (const person of stage.world.people) {
    for (let n = 0; n < each; n += 1) {
      stage.create({ subject: `E ${n}`, start: start + n * MINUTE, end: end + n * MINUTE }, person);
      stage.book({ title: `L ${n}`, startTime: start + n * MINUTE, endTime: end + n * MINUTE }, person);
    }
  }
}

function expectEachOnce(stage: Stage, each: number): void {
  for (const person of stage.world.people) {
    const { exchange, liferay } = stage.titles(person);
    expect(new Set(exchange).size).toBe(2 * each);
    expect(exchange).toHaveLength(2 * each);
    expect(liferay).toEqual(exchange);
  }
  expect(stage.mails).toBe(0);
}

describe('two workers at the same time', () => {
  test('share the mailboxes and do nothing twice', async () => {
    const stage = await Stage.open({ people: 6, settings: { cohortSize: 2 } });
    fill(stage, 10);
    const workers = ['one', 'two', 'three'].map(async (owner) => {
      const engine = stage.world.engine();
      let claimed = 0;
      for (let slice = 0; slice < 20; slice += 1) claimed += (await runSlice(engine, owner)).claimed;
      return claimed;
    });
    const claimed = await Promise.all(workers);
    expect(claimed.reduce((sum, n) => sum + n)).toBe(6);
    expect(Math.min(...claimed)).toBeGreaterThan(0);
    expectEachOnce(stage, 10);
    await stage.round();
    expect(stage.world.exchange.requests.get('CreateItem')).toBe(6);
  });

  test('cannot have one mailbox both', async () => {
    const stage = await Stage.open();
    fill(stage, 5);
    const [one, two] = await Promise.all([
      runSlice(stage.world.engine(), 'one'),
      runSlice(stage.world.engine(), 'two'),
    ]);
    expect([one?.claimed, two?.claimed].sort()).toEqual([0, 1]);
    expectEachOnce(stage, 5);
  });
});

describe('a worker that stalls until its lease is over', () => {
  /** Stalls just before the n-th request reaches the server; another worker does all the work meanwhile. */
  function stalling(stage: Stage, at: number): HttpFetch {
    let requests = 0;
    return async (url, request) => {
      requests += 1;
      if (requests === at) {
        stage.world.clock.advance(stage.world.settings.leaseMs + 1);
        await runSlice(stage.world.engine(), 'second');
      }
      return stage.world.fetch(url, request);
    };
  }

  test.each([2, 3, 4, 5, 6, 8, 10])(
    'before its request number %i: nothing is there twice and nothing is lost',
    async (at) => {
      const stage = await Stage.open();
      fill(stage, 4);
      await runSlice(stage.world.engine({ fetch: stalling(stage, at) }), 'first');
      await stage.settle();
      expectEachOnce(stage, 4);
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );
});

describe('small slices', () => {
  test('of three calls each finish a first sync of 300 events, each event once', async () => {
    const stage = await Stage.open({ settings: { sliceCalls: 3 } });
    fill(stage, 150);
    const round = await stage.round();
    expect(round.slices).toBeGreaterThan(5);
    expect(round).toMatchObject({ created: 300, failed: 0, failures: [] });
    expectEachOnce(stage, 150);
    await stage.round();
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('that end by time do as well', async () => {
    const stage = await Stage.open({ settings: { sliceMs: 5_000 } });
    fill(stage, 40);
    // Every request takes a second.
    const slow = stage.world.engine({
      fetch: async (url, request) => {
        stage.world.clock.advance(1_000);
        return stage.world.fetch(url, request);
      },
    });
    let slices = 0;
    while (stage.items().length < 80 && slices < 100) {
      await stage.round(0, slow);
      slices += 1;
    }
    await stage.settle();
    expectEachOnce(stage, 40);
  });

  test('are taken up by another worker where one of them ended', async () => {
    const stage = await Stage.open({ settings: { sliceCalls: 3 } });
    fill(stage, 60);
    for (let slice = 0; slice < 200; slice += 1) {
      const { claimed } = await runSlice(stage.world.engine(), `worker ${slice}`);
      if (claimed === 0) break;
    }
    expectEachOnce(stage, 60);
  });
});
