/** The stretch of time whose events a pairing keeps in step. */
import { DAY_MS } from '#core/guard.ts';
import type { PairingRow } from '#store/sync.repository.ts';

/** In epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function windowOf(row: PairingRow, nowMs: number): Span {
  return { fromMs: nowMs - row.windowPastDays * DAY_MS, toMs: nowMs + row.windowFutureDays * DAY_MS };
}
