/** What rows say because a write of ours, whose end is unknown, came to them, and no person. */
import { sameJson } from '#core/canonical-json.ts';
import type { CalendarEvent, ZoneName } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields, sameField, withFields } from '#core/merge.ts';
import { excludedDates, ROW_TEXTS } from '#core/row-edits.ts';
import type { RowKey, RowState, RowStates } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Span } from './window.ts';
import { rowState, storedBooking, storedEvent, type WorkItem } from './work-item.ts';

/**
 * The rows as they were when both sides agreed, with what our write was to bring and has brought: what is done to one row
 * of a set is done to its occurrences, and half of what was done to the series looks like that.
 */
export function withOwnWrites(
  { intent, key: own, rows }: WorkItem,
  agreed: RowStates,
  now: RowStates,
  zone: ZoneName,
  window: Span,
): Map<RowKey, RowState> {
  const out = new Map(agreed);
  if (intent?.operation !== 'update' || intent.seenLiferay === null || own === 'series') return out;
  const keys = [own, ...rows.map(({ key }) => key)];
  const rowsOf = (event: CalendarEvent): ReadonlyMap<RowKey, CalendarEvent> => {
    const plan = planRows(event, zone, window, keys);
    return new Map(plan.kind === 'rows' ? plan.rows.map((row) => [row.key, row.event]) : []);
  };
  const planned = rowsOf(storedBooking(intent.seenLiferay).event);
  const intended = rowsOf(liferayView(storedEvent(intent.base)));
  for (const [key, before] of agreed) {
    const is = now.get(key);
    const found = planned.get(key);
    const wanted = intended.get(key);
    if (is && found && wanted) out.set(key, withOwnFields(before, is, found, wanted));
  }
  return out;
}

/** @param found the row as it was planned on; what was not to be changed of it then is not ours */
function withOwnFields(
  before: RowState,
  is: RowState,
  found: CalendarEvent,
  wanted: CalendarEvent,
): RowState {
  const isOurs = (field: EventField) =>
    !sameField('liferay', field, found, wanted) && sameField('liferay', field, wanted, is.event);
  const texts = ROW_TEXTS.filter(isOurs);
  const event = withFields(before.event, is.event, texts);
  // The dates of EXDATE belong to the rule: where one was left out since, somebody did that.
  const isRuleOurs = isOurs('when') && sameField('liferay', 'exceptions', wanted, is.event);
  if (!isRuleOurs || is.ruleFailure !== null) return { ...before, event };
  const { time, recurrence, exceptions } = is.event;
  return { ...is, event: { ...event, time, recurrence, exceptions } };
}

/**
 * Liferay approves a row with each update (CalendarBookingLocalServiceImpl, updateCalendarBooking), and its status is put
 * back after that. Where a write whose end is unknown was to take back an edit, the rows may say what both sides agreed on
 * and be approved because of one or the other: that is nobody's answer, and which status they had cannot be told from it.
 * So may a row be of which it was to leave out other dates.
 */
export function takeApprovals(work: WorkItem): void {
  const { intent, agreement, agreedBooking, seenBooking } = work;
  if (intent?.operation !== 'update' || intent.seenLiferay === null || agreement === null) return;
  const { event: planned } = storedBooking(intent.seenLiferay);
  // Somebody who had accepted before that did so.
  if (planned.ownResponse === 'accepted') return;
  const edited = changedFields('liferay', agreement.seen.liferay, planned);
  const isUndone = edited.some((field) => field !== 'ownResponse');
  const isOurs = (agreed: PortalBooking, now: PortalBooking | null) =>
    isUndone || (now !== null && !sameJson(excludedDates(rowState(agreed)), excludedDates(rowState(now))));
  work.agreedBooking = agreedBooking && withoutStatus(agreedBooking, seenBooking, isOurs);
  work.rows = work.rows.map((row) => ({
    ...row,
    agreed: row.agreed && withoutStatus(row.agreed, row.now, isOurs),
  }));
}

function withoutStatus(
  agreed: PortalBooking,
  now: PortalBooking | null,
  isOurs: (agreed: PortalBooking, now: PortalBooking | null) => boolean,
): PortalBooking {
  const isApproved = now?.status === 'approved' && agreed.status !== 'approved';
  return isApproved && isOurs(agreed, now) ? { ...agreed, status: 'draft' } : agreed;
}
