/** The simulation as a test: nothing breaks in 300 lives, every planted bug is found, and a seed can be repeated. */
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from './faults.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { simulate } from './simulate.ts';
import { EDIT_KINDS } from './story.ts';

const RUNS = 300;
const STEPS = 40;
/** What only one side's people can do. */
const ONE_SIDED: Readonly<Record<string, 'exchange' | 'liferay'>> = {
  editShowAs: 'exchange',
  touch: 'exchange',
  editRule: 'liferay',
};

describe('The simulated service', () => {
  test(`breaks nothing in ${RUNS} runs of ${STEPS} steps, and meets every fault and every edit`, async () => {
    const faults: Record<string, number> = {};
    const edits: Record<string, number> = {};
    const broken: string[] = [];
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const result = await simulate({ seed, steps: STEPS });
      for (const [kind, n] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + n;
      for (const [kind, n] of Object.entries(result.edits)) edits[kind] = (edits[kind] ?? 0) + n;
      for (const violation of result.violations) broken.push(`seed ${seed}: ${violation}`);
    }
    expect(broken).toEqual([]);
    expect(FAULT_KINDS.filter((kind) => !faults[kind])).toEqual([]);
    const wanted = EDIT_KINDS.flatMap((kind) =>
      (['exchange', 'liferay'] as const)
        .filter((side) => (ONE_SIDED[kind] ?? side) === side)
        .map((side) => `${side}:${kind}`),
    );
    expect(wanted.filter((key) => !edits[key])).toEqual([]);
  });

  test('gives the same trace for the same seed', async () => {
    for (const seed of [3, 17, 42]) {
      const first = await simulate({ seed, steps: STEPS });
      const second = await simulate({ seed, steps: STEPS });
      expect(second.trace).toEqual(first.trace);
    }
  });

  test.each(Object.entries(MUTANTS))('finds the planted bug %s: %s', async (name) => {
    const mutant = name as Mutant;
    let foundAt = 0;
    for (let seed = 1; seed <= RUNS && foundAt === 0; seed += 1) {
      const { violations } = await simulate({ seed, steps: STEPS, mutant });
      if (violations.length > 0) foundAt = seed;
    }
    expect(foundAt, `not found in ${RUNS} runs`).toBeGreaterThan(0);
  });
});
