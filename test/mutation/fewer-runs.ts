/**
 * Each mutant runs every property that reaches it: fewer examples of each, always the same ones. A property that names
 * its own number keeps it, because it counts what it has seen.
 */
import fc from 'fast-check';

fc.configureGlobal({ numRuns: 25, seed: 1 });
