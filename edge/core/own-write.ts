/** What a side holds because of a write of our own whose answer was lost, told apart from what somebody edited. */
import type { CalendarEvent, Exceptions } from './event.ts';
import { MERGE_FIELDS } from './event.ts';
import { sameException } from './exceptions.ts';
import { LIFERAY_FIELDS } from './liferay-view.ts';
import { type Side, sameField } from './merge.ts';
import { exceptionDates } from './merge-exceptions.ts';

/** What a write of our own, whose answer was lost, explains of a side. */
export interface Absorbed {
  /** As last seen, with what our write brought. */
  readonly seen: CalendarEvent;
  /** Our new rule wiped exceptions that were to be written again and are not yet. */
  readonly wiped: boolean;
}

/**
 * After a write whose answer was lost: where a side now holds what the write was to bring, that is ours and not an
 * edit. `planned`: what the side held when the write was planned; `intended`: what it was to hold; `seen`: what it
 * held when both last agreed.
 */
export function absorbOwnWrite(
  side: Side,
  seen: CalendarEvent,
  planned: CalendarEvent,
  intended: CalendarEvent,
  now: CalendarEvent,
): Absorbed {
  const fields = side === 'exchange' ? MERGE_FIELDS : LIFERAY_FIELDS;
  const ours = fields.filter(
    (field) =>
      field !== 'exceptions' &&
      !sameField(side, field, planned, intended) &&
      sameField(side, field, intended, now),
  );
  const wipes = ours.includes('when');
  const exceptions: Record<string, Exceptions[string]> = { ...seen.exceptions };
  let wiped = false;
  for (const date of exceptionDates(seen, planned, intended, now)) {
    const is = now.exceptions[date];
    const isOurs =
      !sameException(planned.exceptions[date], intended.exceptions[date]) &&
      sameException(intended.exceptions[date], is);
    const isWiped = wipes && is === undefined && intended.exceptions[date] !== undefined;
    wiped ||= isWiped;
    if (!isOurs && !isWiped) continue;
    if (is === undefined) delete exceptions[date];
    else exceptions[date] = is;
  }
  let absorbed = seen;
  for (const field of ours) {
    absorbed =
      field === 'when'
        ? { ...absorbed, time: now.time, recurrence: now.recurrence }
        : { ...absorbed, [field]: now[field] };
  }
  return { seen: { ...absorbed, exceptions }, wiped };
}
