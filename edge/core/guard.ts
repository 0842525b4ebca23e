/**
 * The mass-change guard. Losing a permission, an empty answer or a mistake of a person with a broad brush all look
 * like many deletions, or like one field changed on many events. Such actions wait for a person; the rest runs.
 */
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';

/** Both must be exceeded: a small calendar may be emptied, a large one may be tidied. */
const MASS_COUNT = 10;
const MASS_SHARE = 0.3;
/** A day of 24 hours: none of the calendar, whose days can be longer or shorter. */
export const DAY_MS = 86_400_000;

/** What happened to the events of one calendar in the last 24 hours, counted from the history. */
export interface DayCount {
  /** Events in step now, and those deleted today: the calendar's size as the day began. */
  readonly size: number;
  /** Events deleted. */
  readonly deleted: number;
  /** Distinct events changed, per field. */
  readonly changed: Readonly<Partial<Record<EventField, number>>>;
}

/** Whether `count` of `size` is more than one takes for a person's daily work. */
export function isMass(count: number, size: number): boolean {
  return count > MASS_COUNT && count > size * MASS_SHARE;
}

/** Whether deleting `pending` more would make today's deletions a mass deletion. */
export function holdsDeletions(day: DayCount, pending: number): boolean {
  return isMass(day.deleted + pending, day.size);
}

/** Fields of which `pending` more changes would make today's changes a mass change. */
export function heldFields(
  day: DayCount,
  pending: Readonly<Partial<Record<EventField, number>>>,
): readonly EventField[] {
  return EVENT_FIELDS.filter((field) => {
    const more = pending[field] ?? 0;
    return more > 0 && isMass((day.changed[field] ?? 0) + more, day.size);
  });
}
