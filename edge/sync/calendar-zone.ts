/** The zone of a paired calendar as we can count in it. */
import type { ZoneName } from '#core/event.ts';
import { canonicalZone } from '#core/zones.ts';

/** The zone of the calendar as we know it. A single event survives one that nobody knows. */
export function knownZone(calendarZone: string): ZoneName {
  return canonicalZone(calendarZone) ?? 'UTC';
}
