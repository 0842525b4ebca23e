/** Lives that once broke. */
import { expect, test } from 'vitest';
import { REGRESSIONS } from './regressions.ts';
import { storyOf } from './shrink.ts';
import { simulate } from './simulate.ts';

test.each(REGRESSIONS)('holds what once broke: $name', async ({ life, tells }) => {
  const result = await simulate(life);
  for (const sign of tells) expect(storyOf(result)).toContainEqual(expect.stringMatching(sign));
  expect(result.violations).toEqual([]);
});
