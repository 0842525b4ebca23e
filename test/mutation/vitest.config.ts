/** Core tests alone, for `npm run mutation`: what does not touch core cannot notice a mutant of it. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    environment: 'node',
    include: ['test/unit/core/**/*.test.ts'],
    exclude: [
      // A page that says what the code does notices any mutant, and says nothing of why.
      'test/unit/core/recurrence-table.test.ts',
      // Seconds for each of a thousand mutants, and what is said of some zones in the other tests too.
      'test/unit/core/rows-every-zone.test.ts',
    ],
    setupFiles: ['test/mutation/fewer-runs.ts'],
    // A backstop only: mutants run beside each other.
    testTimeout: 120_000,
  },
});
