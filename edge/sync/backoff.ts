/** How long to wait after a failure. Pure but for the random share, which keeps many mailboxes from coming back at once. */
import type { Random } from '#core/effects.ts';
import type { RetryRule } from '#shared/reasons.ts';
import type { LinkRow } from '#store/sync-rows.ts';

/** Attempts after which an item is parked. */
export const ITEM_ATTEMPTS = 6;

interface Steps {
  readonly firstMs: number;
  readonly longestMs: number;
}

const QUICK: Steps = { firstMs: 5_000, longestMs: 15 * 60_000 };
/** What a person has to put in order: asking again soon helps nobody, and may lock an account. */
const SLOW: Steps = { firstMs: 60_000, longestMs: 30 * 60_000 };

/**
 * 5 s, 10 s, 20 s … 15 min, where a person has to do something 1 min, 2 min … 30 min, each within ±20 %.
 * `attempts`: failures so far, from 1.
 */
export function backoffMs(attempts: number, random: Random, rule: RetryRule = 'retry'): number {
  const { firstMs, longestMs } = rule === 'pause' ? SLOW : QUICK;
  const plain = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 20));
  return Math.round(plain * (0.8 + 0.4 * random.next()));
}

/** Failures of an item in a row. What is counted while it has no reason are looks, of which none failed. */
export function failuresOf({ attempts, reason }: Pick<LinkRow, 'attempts' | 'reason'>): number {
  return reason === null ? 0 : attempts;
}

/** How often it was looked in vain for what an item waits for. Failures are no looks: after one it is waited anew. */
export function looksOf({ attempts, reason }: Pick<LinkRow, 'attempts' | 'reason'>): number {
  return reason === null ? attempts : 0;
}
