/** The stretch of time whose events a pairing keeps in step, and the one that an event takes. */
import type { CalendarEvent } from '#core/event.ts';
import { DAY_MS } from '#core/guard.ts';
import { span } from '#core/occurrences.ts';
import type { PairingRow } from '#store/sync-rows.ts';

/** In epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The pairing's window at this moment, in days of 24 hours. */
export function windowOf(row: PairingRow, nowMs: number): Span {
  return { fromMs: nowMs - row.windowPastDays * DAY_MS, toMs: nowMs + row.windowFutureDays * DAY_MS };
}

/** First and last instant of the event for the index, epoch ms. */
export function indexSpan(event: CalendarEvent): { firstAt: number; lastAt: number | null } {
  const { firstMs, lastMs } = span(event);
  return { firstAt: firstMs, lastAt: lastMs };
}
