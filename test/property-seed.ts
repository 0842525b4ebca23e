/**
 * Properties are tried with the same values in every run, so that a change is what makes a test fail and nothing else:
 * PROPERTY_SEED=N tries others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
