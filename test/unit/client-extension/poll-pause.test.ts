/** When the page asks the service again: soon after something is likely to have happened, and never often for long. */
import { expect, test } from 'vitest';
import { pollPauseMs } from '#client-extension/poll-pause.ts';
import { PAIRING } from './pairing.ts';

const NOW = 1_800_000_000_000;
const pauseUntil = (...inMs: number[]): number =>
  pollPauseMs(
    inMs.map((ms) => ({ ...PAIRING, nextRunAt: NOW + ms })),
    NOW,
  );

test.each(['starting', 'firstSync', 'working'] as const)('while it is %s: often', (status) => {
  expect(pollPauseMs([PAIRING, { ...PAIRING, status }], NOW)).toBe(2_000);
});

test('in step: just after the next run, and at the latest after half a minute', () => {
  expect(pauseUntil(40_000)).toBe(30_000);
  expect(pauseUntil(30_000, 5_000)).toBe(6_000);
  expect(pauseUntil(0)).toBe(2_000);
  expect(pollPauseMs([], NOW)).toBe(30_000);
});

test('a run that does not come is not waited for with many questions', () => {
  expect(pauseUntil(-50_000)).toBe(2_000);
  expect(pauseUntil(-70_000)).toBe(30_000);
});
