/**
 * Rows of occurrences that say what their series does: a person saved one as it was, or gave it its series' name back.
 * Such a row is put away as no row of an occurrence needs to be there, unless others are invited to it: Liferay would tell
 * them that it is deleted, whatever it is asked for.
 */
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { sameField } from '#core/merge.ts';
import { dateOf, isOccurrence, type RowKey } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';

interface Row {
  readonly key: RowKey;
  readonly booking: PortalBooking | null;
}

const SHOWN = ['title', 'description', 'location', 'when'] as const;

/** Whether the row of an occurrence says what its series does by itself. */
export function saysRegular(event: CalendarEvent, { key, booking }: Row): boolean {
  if (!booking || !isOccurrence(key)) return false;
  const date = dateOf(key);
  const regular = event.exceptions[date] === undefined ? regularOccurrence(event, date) : null;
  if (regular === null) return false;
  const shown = { ...event, ...regular, recurrence: null, exceptions: {} };
  return SHOWN.every((field) => sameField('liferay', field, shown, booking.event));
}

/** The event with the occurrences of these rows as exceptions that change nothing, so that each has its row. */
export function withKept(event: CalendarEvent, rows: readonly Row[]): CalendarEvent {
  const kept = rows.flatMap((row): readonly (readonly [string, Exceptions[string]])[] => {
    const hasInvitees = (row.booking?.invitees.length ?? 0) > 0;
    if (!hasInvitees || !isOccurrence(row.key) || !saysRegular(event, row)) return [];
    const date = dateOf(row.key);
    const regular = regularOccurrence(event, date);
    return regular === null ? [] : [[date, regular]];
  });
  if (kept.length === 0) return event;
  return { ...event, exceptions: { ...event.exceptions, ...Object.fromEntries(kept) } };
}
