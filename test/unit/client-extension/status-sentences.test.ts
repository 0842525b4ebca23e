/** What people read about the next run. */
import { expect, test } from 'vitest';
import { statusSentences } from '#client-extension/status-sentences.ts';
import { textsFor } from '#shared/texts/index.ts';
import { PAIRING } from './pairing.ts';

const NOW = 1_800_000_000_000;

test.each([
  ['inStep', 20_000, 'Next check in 20 seconds.'],
  ['inStep', 400, 'The next check is about to start.'],
  ['inStep', -9_000, 'The next check is about to start.'],
  ['waiting', 20_000, 'Next try in 20 seconds.'],
  ['paused', -9_000, 'The next try is about to start.'],
] as const)('%s with a run in %i ms: %s', (status, ms, sentence) => {
  const pairing = { ...PAIRING, status, nextRunAt: NOW + ms };
  expect(statusSentences(pairing, NOW, textsFor('en'))).toContain(sentence);
});
