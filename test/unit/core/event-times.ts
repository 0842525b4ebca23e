/** Times of single events, for tests of recurrence. */
import type { EventTime } from '#core/event.ts';

/** From ten to eleven UTC on that date. */
export function timed(start: string, zone = 'Europe/Rome'): EventTime {
  return { kind: 'timed', start: `${start}T10:00:00Z`, end: `${start}T11:00:00Z`, zone };
}
