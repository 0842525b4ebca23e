/** The simulation as a test: nothing new breaks in 300 lives, every planted bug is found, and a seed can be repeated. */
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { liveAll } from './lives.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { OPEN_STORIES } from './open-stories.ts';
import { REGRESSIONS } from './regressions.ts';
import { storyOf } from './shrink.ts';
import { simulate } from './simulate.ts';
import { Tally } from './tally.ts';

const RUNS = 300;
const STEPS = 40;

function lives(mutant?: Mutant) {
  const seeds = Array.from({ length: RUNS }, (_, n) => n + 1);
  // A life that breaks by itself would find any bug.
  const clean = mutant ? seeds.filter((seed) => !isOpen(seed)) : seeds;
  return clean.map((seed) => ({ seed, steps: STEPS, ...(mutant ? { mutant } : {}) }));
}

function isOpen(seed: number): boolean {
  return OPEN_STORIES.some((one) => one.seed === seed);
}

describe('The simulated service', () => {
  test(`breaks nothing but ${OPEN_STORIES.length} known stories in ${RUNS} runs of ${STEPS} steps, and meets every fault and every edit`, async () => {
    const tally = new Tally();
    await liveAll(lives(), availableParallelism(), (result) => {
      tally.add(result);
      return false;
    });
    const unknown = tally.broken.filter(({ seed }) => !isOpen(seed));
    expect(
      unknown.flatMap(({ seed, violations }) => violations.map((one) => `seed ${seed}: ${one}`)),
    ).toEqual([]);
    // What does not break any more is to be taken from the list.
    const mended = OPEN_STORIES.filter(({ seed }) => tally.broken.every((life) => life.seed !== seed));
    expect(mended).toEqual([]);
    expect(tally.missing).toEqual([]);
  });

  test('gives the same trace for the same seed', async () => {
    for (const seed of [3, 17, 42]) {
      const first = await simulate({ seed, steps: STEPS });
      const second = await simulate({ seed, steps: STEPS });
      expect(second.trace).toEqual(first.trace);
    }
  });

  test('tells the rest of a story as before when an act is left out', async () => {
    const whole = await simulate({ seed: 3, steps: STEPS });
    const acts = storyOf(whole).filter((line) => line.includes(' act '));
    const [gone = ''] = whole.parts.filter((part) => acts.at(-1)?.includes(`${part}: `));
    const rest = await simulate({ seed: 3, steps: STEPS, without: [gone] });
    expect(storyOf(rest).filter((line) => line.includes(' act '))).toEqual(acts.slice(0, -1));
  });

  test.runIf(REGRESSIONS.length > 0).each(REGRESSIONS)('holds what once broke: $name', async ({ life }) => {
    expect((await simulate(life)).violations).toEqual([]);
  });

  test.each(Object.entries(MUTANTS))('finds the planted bug %s: %s', async (name) => {
    const tally = new Tally();
    await liveAll(lives(name as Mutant), availableParallelism(), (result) => {
      tally.add(result);
      return result.violations.length > 0;
    });
    expect(tally.broken.length, `not found in ${RUNS} runs`).toBeGreaterThan(0);
  });
});
