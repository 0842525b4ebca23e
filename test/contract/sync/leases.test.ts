/** Several workers, small slices, workers that are overtaken: each event once, whoever does the work. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { runSlice } from '#sync/run.ts';
import { DAY, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

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

describe('a server that takes long to answer', () => {
  const { start, end } = hourFrom('2026-05-06T09:00');

  /** A daily series of Outlook's whose first occurrences were changed. */
  function createSeries(stage: Stage, subject: string, changed: number): void {
    const { userActs } = stage.world.exchange;
    const startDay = Math.floor(start / DAY);
    const pattern = { kind: 'daily', interval: 1 } as const;
    const range = { kind: 'numbered', startDay, count: changed + 1 } as const;
    const { id } = stage.create({ subject, start, end, recurrence: { pattern, range } });
    for (let n = 0; n < changed; n += 1)
      userActs.changeItem(userActs.occurrence(id, startDay + n).id, { location: `Room ${n}` });
  }

  /** Each request takes its time. */
  function slow(stage: Stage, exchangeMs: number, liferayMs: number) {
    return stage.world.engine({
      fetch: async (url, request) => {
        stage.world.clock.advance(url.includes('Exchange.asmx') ? exchangeMs : liferayMs);
        return stage.world.fetch(url, request);
      },
    });
  }

  test('has a batch of series worked off that takes longer to read than a lease lasts', async () => {
    const stage = await Stage.open();
    for (let n = 0; n < 20; n += 1) createSeries(stage, `Series ${n}`, 30);
    const engine = slow(stage, 8_000, 50);
    // Twelve requests for the occurrences alone.
    expect(12 * 8_000).toBeGreaterThan(engine.settings.leaseMs - engine.settings.requestTimeoutMs);
    for (let rounds = 0; stage.rows().length < 20 * 31 && rounds < 20; rounds += 1) {
      const { failed, failures } = await stage.round(MINUTE, engine);
      expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
    }
    expect(stage.rows()).toHaveLength(20 * 31);
    await stage.settle();
    expect(stage.rows()).toHaveLength(20 * 31);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('has rows worked off that take longer to read than a lease lasts', async () => {
    const stage = await Stage.open();
    for (let n = 0; n < 4; n += 1) createSeries(stage, `Series ${n}`, 50);
    await stage.settle();
    for (const { calendarBookingId, location } of stage.rows()) {
      // A row that is only stored once more is to be read as well.
      const change = location === 'Room 7' ? { location: 'Elsewhere' } : {};
      stage.atPortal((acts) => acts.changeBooking(calendarBookingId, change));
    }
    const engine = slow(stage, 50, 22_000);
    for (let rounds = 0; rounds < 4; rounds += 1) await stage.round(MINUTE, engine);
    const { userActs } = stage.world.exchange;
    const changed = stage
      .items()
      .map(({ id }) => userActs.occurrence(id, Math.floor(start / DAY) + 7).content.location);
    expect(changed).toEqual(Array(4).fill('Elsewhere'));
    expect(await stage.parked()).toEqual([]);
  });

  test('and one series that takes longer than a lease lasts: the others are worked off, and it has its reason', async () => {
    const stage = await Stage.open();
    createSeries(stage, 'Endless', 200);
    fill(stage, 2);
    const engine = slow(stage, 25_000, 50);
    for (let rounds = 0; rounds < 4; rounds += 1) await stage.round(MINUTE, engine);
    expect(stage.titles().liferay).toEqual(['E 0', 'E 1', 'L 0', 'L 1']);
    const reasons = (await stage.links()).flatMap(({ reason }) => reason ?? []);
    expect(reasons).toEqual(['timedOut']);
    stage.world.exchange.userActs.changeItem(stage.item('Endless').id, { location: 'Elsewhere' });
    await stage.settle();
    expect(stage.titles().liferay).toContain('Endless');
    expect(stage.rows()).toHaveLength(4 + 201);
  });

  test('and one series that takes most of it is worked off', async () => {
    const stage = await Stage.open();
    createSeries(stage, 'Long', 200);
    fill(stage, 2);
    const engine = slow(stage, 13_000, 50);
    for (let rounds = 0; rounds < 8; rounds += 1) await stage.round(MINUTE, engine);
    expect(stage.rows()).toHaveLength(4 + 201);
    expect(await stage.parked()).toEqual([]);
  });
});
