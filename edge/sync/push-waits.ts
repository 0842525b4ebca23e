/** How long a subscription that was refused or lost is left alone: 1 min, 2 min … 6 h, each within ±20 %. */
import type { Random } from '#core/effects.ts';

const FIRST_WAIT_MS = 60_000;
export const LONGEST_WAIT_MS = 6 * 3_600_000;

/** The wait after the first failure, ms. Each further one doubles it. */
export function firstWaitMs(random: Random): number {
  return Math.round(FIRST_WAIT_MS * (0.8 + 0.4 * random.next()));
}
