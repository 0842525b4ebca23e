/** What a side holds because of a write of our own whose answer was lost, told apart from what somebody edited. */
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';
import type { CalendarEvent, DateText, Exceptions } from './event.ts';
import { isSlot, regularOccurrence, sameException } from './exceptions.ts';
import { LIFERAY_FIELDS, liferayView } from './liferay-view.ts';
import { changedFields, type Side, sameField, withFields } from './merge.ts';
import { exceptionDates, following, ownPart } from './merge-exceptions.ts';
import type { Agreement } from './plan.ts';

/** A write of ours, of which nobody knows whether it happened. */
export interface OwnWrite {
  /** What each side held when the write was planned; null: nothing was to be written there, it held all of it. */
  readonly planned: Readonly<Record<Side, CalendarEvent | null>>;
  /** What both were to agree on. */
  readonly intended: CalendarEvent;
  /** What each side holds now; null: nothing. */
  readonly now: Readonly<Record<Side, CalendarEvent | null>>;
}

/** What both sides agree on, and were seen to hold, once our own write is taken for ours. */
export interface Absorbed {
  readonly agreement: Agreement;
  /** Our new rule wiped exceptions in Exchange that were to be written again and are not yet. */
  readonly wiped: boolean;
}

/**
 * After a write whose answer was lost: where a side now holds what the write was to bring, that is ours and not an
 * edit. What both sides have had of it is agreed on: whoever takes it back since then edits it.
 */
export function absorbOwnWrite(agreement: Agreement, write: OwnWrite): Absorbed {
  const { agreement: byExchange, wiped } = absorbSide(agreement, 'exchange', write);
  return { agreement: absorbSide(byExchange, 'liferay', write).agreement, wiped };
}

function absorbSide(agreement: Agreement, side: Side, write: OwnWrite): Absorbed {
  const planned = write.planned[side];
  const now = write.now[side];
  if (planned === null || now === null) return { agreement, wiped: false };
  const seen = agreement.seen[side];
  const other = side === 'exchange' ? 'liferay' : 'exchange';
  const intended = intendedFor(side, write);
  const ours = plainFields(side).filter(
    (field) => !sameField(side, field, planned, intended) && sameField(side, field, intended, now),
  );
  const dates: DateText[] = [];
  const exceptions: Record<DateText, Exceptions[DateText]> = { ...seen.exceptions };
  let wiped = false;
  for (const date of exceptionDates(seen, planned, intended, now)) {
    const is = now.exceptions[date];
    const isOurs =
      !sameException(planned.exceptions[date], intended.exceptions[date]) &&
      sameException(intended.exceptions[date], is);
    const isWiped = ours.includes('when') && is === undefined && intended.exceptions[date] !== undefined;
    wiped ||= isWiped;
    if (!isOurs && !isWiped) continue;
    if (isOurs) dates.push(date);
    // An edit that the write found there, and left, may still have to be brought over.
    const isShared = hasHeld(other, write, (event, wanted) =>
      sameException(event.exceptions[date], wanted.exceptions[date]),
    );
    setException(exceptions, date, is === undefined || isShared ? is : ownPart(seen, planned, is, date));
  }
  const absorbed = { ...withFields(seen, now, ours), exceptions };
  const seenNow = { ...agreement.seen, [side]: absorbed };
  if (write.now[other] !== null) {
    return { agreement: settle({ ...agreement, seen: seenNow }, other, write, ours, dates), wiped };
  }
  // Where the side that our write came from is gone, only the write still tells what was to be agreed on, and to what
  // an edit of the row that is left belongs when it brings the event back.
  const fields = changedFields(side, seen, absorbed);
  // What Liferay shows of an event is told by its privacy too, and by how much its pairing discloses.
  const isShown = side === 'liferay' && fields.length > 0;
  const all: readonly EventField[] = isShown ? [...fields, 'sensitivity'] : fields;
  const { disclosure } = isShown ? write.intended : agreement.base;
  const base = { ...withFields(agreement.base, write.intended, all), disclosure };
  return { agreement: { base, seen: seenNow }, wiped };
}

/**
 * What came to one side and the other has had too is agreed on. Not so a new rule or hour: by its own the other side
 * may have lost exceptions, and that must not be taken for an edit of these.
 */
function settle(
  { base, seen }: Agreement,
  other: Side,
  write: OwnWrite,
  ours: readonly EventField[],
  dates: readonly DateText[],
): Agreement {
  const { intended } = write;
  // What changed occurrences have from their series they have still to get on both sides: they follow an edit of it.
  const isPlain = [base, intended].every((event) =>
    Object.values(event.exceptions).every((is) => is === 'deleted'),
  );
  const fields = ours.filter(
    (field) =>
      isPlain &&
      field !== 'when' &&
      !sameField('exchange', field, base, intended) &&
      hasHeld(other, write, (event, wanted) => sameField(other, field, event, wanted)),
  );
  const settled = dates.filter(
    (date) =>
      // One that only the new rule has is agreed on with the rule.
      isSlot(base, date) &&
      !sameException(base.exceptions[date], intended.exceptions[date]) &&
      hasHeld(other, write, (event, wanted) =>
        sameException(event.exceptions[date], wanted.exceptions[date]),
      ),
  );
  const wanted = intendedFor(other, write);
  const held = plainFields(other).filter((field) => fields.includes(field));
  return {
    base: withDates(withFields(base, intended, fields), intended, settled),
    seen: { ...seen, [other]: withDates(withFields(seen[other], wanted, held), wanted, settled) },
  };
}

function plainFields(side: Side): readonly EventField[] {
  const fields = side === 'exchange' ? EVENT_FIELDS : LIFERAY_FIELDS;
  return fields.filter((field) => field !== 'exceptions');
}

function intendedFor(side: Side, { intended }: OwnWrite): CalendarEvent {
  return side === 'exchange' ? intended : liferayView(intended);
}

/** Whether a side holds in one respect what was intended, or held it already when the write was planned. */
function hasHeld(
  side: Side,
  write: OwnWrite,
  isSame: (event: CalendarEvent, wanted: CalendarEvent) => boolean,
): boolean {
  const planned = write.planned[side];
  const now = write.now[side];
  if (planned === null || now === null) return true;
  const wanted = intendedFor(side, write);
  return isSame(planned, wanted) || isSame(now, wanted);
}

/** `event` with what `source` has on some dates of its own; what these have from their series, they have from `event`. */
function withDates(event: CalendarEvent, source: CalendarEvent, dates: readonly DateText[]): CalendarEvent {
  const exceptions: Record<DateText, Exceptions[DateText]> = { ...event.exceptions };
  for (const date of dates) {
    const is = source.exceptions[date];
    const regular = regularOccurrence(event, date);
    const isContent = is !== undefined && is !== 'deleted' && regular !== null;
    setException(exceptions, date, isContent ? following(is, regularOccurrence(source, date), regular) : is);
  }
  return { ...event, exceptions };
}

function setException(
  exceptions: Record<DateText, Exceptions[DateText]>,
  date: DateText,
  is: Exceptions[DateText] | undefined,
): void {
  if (is === undefined) delete exceptions[date];
  else exceptions[date] = is;
}
