/** Rows that went because we removed them, and no person, and those that were to go with them. */
import type { CalendarEvent, DateText, ZoneName } from '#core/event.ts';
import { isSlot } from '#core/exceptions.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields } from '#core/merge.ts';
import { originalStart } from '#core/row-dates.ts';
import { dateOf, isOccurrence, isSegment, type RowKey, type RowState } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { shownDates } from '#core/rows-read-set.ts';
import { withKept } from './kept-rows.ts';
import type { Span } from './window.ts';
import { type FurtherRow, rowState, storedBooking, storedEvent, type WorkItem } from './work-item.ts';

/**
 * Of the rows that are gone those that a write of ours, whose end is unknown, was to remove, because an event that is
 * divided otherwise has other rows: they were there when it was planned, so that Liferay showed their occurrences, and have
 * no place in what it was to leave. Since the calendar got another zone nobody can tell what that was.
 */
export function removedByUs(work: WorkItem, zone: ZoneName, window: Span): readonly RowKey[] {
  const { intent, untidy, rows } = work;
  if (intent?.operation !== 'update' || intent.seenLiferay === null) return [];
  const own = {
    key: work.key,
    agreed: work.agreedBooking,
    now: work.liferay.kind === 'gone' ? null : work.seenBooking,
  };
  const all = [own, ...rows];
  const keys = all.map(({ key }) => key);
  const agreed = all.map((row) => ({ key: row.key, booking: row.agreed }));
  const plan = planRows(withKept(liferayView(storedEvent(intent.base)), agreed), zone, window, keys);
  if (plan.kind !== 'rows') return [];
  const planned = storedBooking(intent.seenLiferay).event;
  return all.flatMap(({ key, agreed, now }) => {
    const hasPlace = !untidy && plan.rows.some((row) => row.key === key);
    if (now || !agreed || hasPlace) return [];
    return datesOf(planned, key, rowState(agreed), zone).some((date) => shows(planned, date)) ? [key] : [];
  });
}

function datesOf(event: CalendarEvent, key: RowKey, row: RowState, zone: ZoneName): readonly DateText[] {
  if (isOccurrence(key)) return [dateOf(key)];
  if (!isSegment(key)) return [];
  return shownDates(row).flatMap((date) => originalStart(event, zone, date, row) ?? []);
}

function shows(event: CalendarEvent, date: DateText): boolean {
  return isSlot(event, date) && event.exceptions[date] !== 'deleted';
}

/**
 * An event that is deleted in Exchange and of which the link's own row is gone may have further rows: our deletion was cut
 * short, and goes on, unless a person rejected it. So it does where a person deleted some rows of a set. Rows that somebody
 * edited or made since both sides agreed are in its way only where an edit in Liferay could bring the event back.
 */
export function keepRemainder(work: WorkItem, isTwoWay: boolean): boolean {
  const { agreement, exchange, rows } = work;
  const left = rows.filter(({ now }) => now !== null);
  if (exchange.kind !== 'gone' || !agreement || left.length === 0) return false;
  const mayRevive = isTwoWay && !agreement.base.meeting;
  if (mayRevive && left.some(isEdited)) return false;
  if (work.decision?.verdict === 'rejected') return false;
  work.liferay = { kind: 'present', event: agreement.seen.liferay };
  return true;
}

/** Whether somebody edited the row, or made it, since both sides agreed. */
export function isEdited({ now, agreed }: FurtherRow): boolean {
  return now !== null && (agreed === null || changedFields('liferay', agreed.event, now.event).length > 0);
}
