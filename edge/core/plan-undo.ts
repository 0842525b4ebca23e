/** Taking back what was done: a change that a person does not want any more is planned as its opposite. Pure. */
import type { EventField } from '#shared/event-fields.ts';
import type { CalendarEvent } from './event.ts';
import { type Side, sameField, withFields } from './merge.ts';
import { needsRevival } from './merge-exceptions.ts';

/** On this side these fields are to be again as they were `before`. */
export interface Undo {
  readonly side: Side;
  readonly before: CalendarEvent;
  readonly fields: readonly EventField[];
}

type Both = Readonly<Record<Side, CalendarEvent>>;

/**
 * Both sides as if people had put back there what is to be undone; null where that may not be: somebody changed one of
 * these fields since, whose edit is not undone along with it; others got mail because of it; or an occurrence would have
 * to be brought back that was deleted in Exchange.
 */
export function undoneIn(seen: Both, now: Both, undos: readonly Undo[]): Both | null {
  const isTouched = undos.some(({ side, fields }) =>
    fields.some((field) => !sameField(side, field, seen[side], now[side])),
  );
  if (undos.length === 0 || isTouched || now.exchange.meeting) return null;
  let undone = now;
  for (const { side, before, fields } of undos) {
    undone = { ...undone, [side]: withFields(undone[side], before, fields) };
  }
  const { exceptions } = undos.some(({ side }) => side === 'liferay') ? undone.liferay : undone.exchange;
  return needsRevival(now.exchange, { ...undone.exchange, exceptions }) ? null : undone;
}
