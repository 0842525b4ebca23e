/** The simulation as a test: nothing breaks in 300 lives, and a seed can be repeated. */
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { LIFE_KINDS } from './life.ts';
import { liveAll, livesOf, mixedLives, someOf } from './lives.ts';
import { storyOf } from './shrink.ts';
import { simulate } from './simulate.ts';
import { Tally } from './tally.ts';

const RUNS = 300;
const RUNS_OVER_GRAPH = 40;
const RUNS_OVER_BOTH = 20;
const STEPS = 40;

describe('The simulated service', () => {
  test(`breaks nothing in ${RUNS} runs of ${STEPS} steps, and meets every fault and every edit`, async () => {
    const tally = new Tally();
    await liveAll(someOf(mixedLives(1), RUNS, { steps: STEPS }), availableParallelism(), (result) => {
      tally.add(result);
      return false;
    });
    const broken = tally.broken.flatMap(({ seed, kind, violations }) =>
      violations.map((one) => `${kind} ${seed}: ${one}`),
    );
    expect(broken).toEqual([]);
    expect(tally.missing).toEqual([]);
  });

  test(`breaks nothing over Microsoft Graph, in ${RUNS_OVER_GRAPH} runs, nor in ${RUNS_OVER_BOTH} in which mailboxes of both protocols meet`, async () => {
    const tally = new Tally();
    const overGraph = someOf(livesOf('calendars', 1), RUNS_OVER_GRAPH, { protocol: 'graph', steps: STEPS });
    const kinds = ['meetings', 'bookings'] as const;
    const overBoth = kinds.flatMap((kind) =>
      someOf(livesOf(kind, 1), RUNS_OVER_BOTH / kinds.length, { protocol: 'both', steps: STEPS }),
    );
    await liveAll([...overGraph, ...overBoth], availableParallelism(), (result) => {
      tally.add(result);
      return false;
    });
    const broken = tally.broken.map(
      ({ seed, kind, protocol, violations }) => `${kind} ${seed} (${protocol}): ${violations.join('; ')}`,
    );
    expect(broken).toEqual([]);
  });

  test('gives the same trace for the same seed', async () => {
    for (const kind of LIFE_KINDS) {
      const first = await simulate({ seed: 17, kind, steps: STEPS });
      const second = await simulate({ seed: 17, kind, steps: STEPS });
      expect(second.trace).toEqual(first.trace);
    }
  });

  test('tells the rest of a story as before when an act is left out', async () => {
    const whole = await simulate({ seed: 3, steps: STEPS });
    const acts = storyOf(whole).filter((line) => line.includes(' act '));
    // What hangs on no other act and on which none hangs, with many before and after.
    const titles = acts.filter((line) => line.includes(' editTitle '));
    const left = titles[Math.floor(titles.length / 2)] ?? '';
    const [gone = ''] = whole.parts.filter((part) => left.includes(`${part}: `));
    const rest = await simulate({ seed: 3, steps: STEPS, without: [gone] });
    expect(gone).not.toBe('');
    expect(acts.at(-1)).not.toBe(left);
    expect(storyOf(rest).filter((line) => line.includes(' act '))).toEqual(
      acts.filter((line) => line !== left),
    );
  });
});
