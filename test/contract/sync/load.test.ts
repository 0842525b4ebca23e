/**
 * Many mailboxes on two servers, one of which throttles for a while, is away for a while and comes back, kept in step by
 * two services on one database. The full size is `npm run bench -- --load`.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type LoadResult,
  LoadRun,
  type LoadShape,
  type Phase,
  type PhaseFigures,
  runLoad,
} from '#test/bench/load.ts';

const SHAPE: LoadShape = { mailboxesEach: 60, services: 2, intervalSeconds: 120, maxConcurrent: 8 };
const LIMIT_MS = 600_000;

describe('120 mailboxes on two servers, one of them in trouble', () => {
  let result: LoadResult;
  beforeAll(async () => {
    result = await runLoad(SHAPE);
  }, LIMIT_MS);

  const of = (server: PhaseFigures['server'], phase: Phase): PhaseFigures => {
    const found = result.phases.find((each) => each.server === server && each.phase === phase);
    if (!found) throw new Error(`There is no phase ${phase}.`);
    return found;
  };

  test('are in step in the end, and what was edited during the outage soon after it', () => {
    expect(result.apart).toBe(0);
    expect(result.convergedAfterSeconds).toBeLessThan(15 * 60 + 2 * SHAPE.intervalSeconds);
  });

  test('never make more requests at a time than a server, an account and a mailbox are to bear', () => {
    for (const { most, mostOfAccount, mostInMailbox } of result.phases) {
      expect(most).toBeLessThanOrEqual(SHAPE.maxConcurrent);
      expect(mostOfAccount).toBeLessThanOrEqual(SHAPE.maxConcurrent);
      expect(mostInMailbox).toBeLessThanOrEqual(1);
    }
    // The first synchronisation uses what is allowed.
    expect(of('well', 'first sync').most).toBe(SHAPE.maxConcurrent);
  });

  test('of the healthy server are looked at as often as ever', () => {
    const usual = SHAPE.intervalSeconds + 5;
    for (const phase of ['in step', 'throttled', 'down', 'back'] as const) {
      expect(of('well', phase).longestGapSeconds).toBeLessThanOrEqual(usual);
    }
  });

  test('send nothing to a server that told them to wait before the time is over', () => {
    const throttled = of('troubled', 'throttled');
    expect(throttled.busy).toBeGreaterThan(0);
    expect(throttled.impatient).toBe(0);
  });

  test('cost a server that is away one connection for each step', () => {
    // Those that were under way together, and then 5 s, 10 s … 15 min.
    expect(of('troubled', 'down').refused).toBeLessThanOrEqual(SHAPE.maxConcurrent + 9);
  });

  test('come back to it one after the other', () => {
    expect(of('troubled', 'back').mostInASecond).toBeLessThan(SHAPE.mailboxesEach / 4);
  });
});

test(
  'a server that takes twenty seconds for each answer keeps nobody else waiting',
  async () => {
    const shape = { ...SHAPE, mailboxesEach: 30, services: 1, intervalSeconds: 30 };
    const run = await LoadRun.start(shape);
    await run.until(() => run.apart() === 0, LIMIT_MS);
    const [, slow] = run.world.servers;
    if (slow) slow.load.condition.latencyMs = 20_000;
    await run.pass(60_000);
    run.begin();
    await run.pass(240_000);
    const [well, troubled] = run.figures('in step');
    expect(troubled?.longestGapSeconds).toBeGreaterThan(60);
    expect(well?.longestGapSeconds).toBeLessThanOrEqual(shape.intervalSeconds + 2);
    await run.stop();
  },
  LIMIT_MS,
);
