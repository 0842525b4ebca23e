/** How long to wait after a failure. Pure but for the random share, which keeps many mailboxes from coming back at once. */
import type { Random } from '#core/effects.ts';

/** Attempts after which an item is parked. */
export const ITEM_ATTEMPTS = 6;
const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/** 5 s, 10 s, 20 s … 15 min, each within ±20 %. `attempts`: failures so far, from 1. */
export function backoffMs(attempts: number, random: Random): number {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(plain * (0.8 + 0.4 * random.next()));
}
