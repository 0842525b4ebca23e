/** The rows of an event in Liferay: what they show together, and what is to be written so that they show it right. */
import type { CalendarEvent, ZoneName } from '#core/event.ts';
import { isSlot } from '#core/exceptions.ts';
import { failure } from '#core/failure.ts';
import { withHidden } from '#core/hidden-texts.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameField, withFields } from '#core/merge.ts';
import type { SideState } from '#core/plan.ts';
import { isAnswer } from '#core/responses.ts';
import { isSpoiltCopy, writtenState } from '#core/row-edits.ts';
import {
  type AgreedRows,
  dateOf,
  isOccurrence,
  type PlannedRow,
  type RowKey,
  type RowPlan,
  type RowState,
} from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { readRows } from '#core/rows-read.ts';
import { canonicalZone } from '#core/zones.ts';
import type { InvitationStatus, PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { PairingRow } from '#store/sync-rows.ts';
import { knownZone } from './calendar-zone.ts';
import { composeInvitation, isInvitation, planInvitationWrites } from './invitation.ts';
import { withKept } from './kept-rows.ts';
import { isAnswerOutdated, withoutOutdated } from './outdated-answers.ts';
import { takeApprovals, withOwnWrites } from './own-rows.ts';
import { keepRemainder, removedByUs } from './removed-rows.ts';
import { hasStatus, statusFor } from './row-status.ts';
import { abdicate, inherit } from './succession.ts';
import type { Span } from './window.ts';
import { type FurtherRow, fail, open, rowState, type WorkItem } from './work-item.ts';

/** One row that is to be changed, and what it shall say then. */
export interface RowUpdate {
  readonly key: RowKey;
  readonly planned: PortalBooking;
  readonly event: CalendarEvent;
  /** False: it says already what `event` does, and has to be given its status only. */
  readonly isWritten: boolean;
  /** The status that it shall have; null: the one that it has. */
  readonly status: InvitationStatus | null;
  /** Calendars of invitees who are to lose their rows. */
  readonly uninvited: ReadonlySet<string>;
}

/** How the rows of an event get from what they are to what they shall be. */
export interface RowWrites {
  /** What the link's own row stands for from now on. */
  readonly key: RowKey;
  readonly add: readonly PlannedRow[];
  readonly update: readonly RowUpdate[];
  readonly remove: readonly FurtherRow[];
  /** Rows that a person's own new rule left without a place in the series: they go on as events of their own. */
  readonly release: readonly FurtherRow[];
  /** The rows reach until then, epoch ms; null: for ever. */
  readonly untilMs: number | null;
}

/** Whether the rows stand as they shall. */
export function isEmpty({ add, update, remove, release }: RowWrites): boolean {
  return add.length + update.length + remove.length + release.length === 0;
}

function statesOf(
  key: RowKey,
  own: PortalBooking | null,
  others: readonly { readonly key: RowKey; readonly booking: PortalBooking | null }[],
): Map<RowKey, RowState> {
  const states = new Map<RowKey, RowState>();
  if (own) states.set(key, rowState(own));
  for (const { key: each, booking } of others) if (booking) states.set(each, rowState(booking));
  return states;
}

/** After reading: what the rows show together is what Liferay holds of the event. */
export function composeLiferay(works: readonly WorkItem[], pairing: PairingRow, window: Span): void {
  for (const work of open(works)) {
    if (isInvitation(work)) composeInvitation(work, pairing);
    else compose(work, pairing, window);
    // In a read-only pairing what only Liferay has is its own affair, whether we understand it or not.
    const isTheirs = work.exchange.kind === 'none' && work.agreement === null;
    if (work.outcome?.kind === 'failed' && isTheirs && pairing.direction === 'toLiferay') {
      work.outcome = { kind: 'leftAlone' };
    }
  }
}

function compose(work: WorkItem, { calendarZone, direction }: PairingRow, window: Span): void {
  takeApprovals(work);
  const agreedStates = statesOf(
    work.key,
    work.agreedBooking,
    work.rows.map(({ key, agreed }) => ({ key, booking: agreed })),
  );
  for (const key of removedByUs(work, knownZone(calendarZone), window)) agreedStates.delete(key);
  if (work.liferay.kind === 'gone' && keepRemainder(work, direction === 'both')) return;
  const heir = work.liferay.kind === 'gone' ? inherit(work) : null;
  if (work.liferay.kind !== 'present' || !work.seenBooking) return;
  const { seenBooking, rows } = work;
  const zone = knownZone(calendarZone);
  const isSeries = seenBooking.carried.recurrence !== '';
  if (isSeries && canonicalZone(calendarZone) === null && !seenBooking.event.recurrence) {
    fail(work, failure('zoneUnknown', `The calendar's zone is ${calendarZone}.`));
    return;
  }
  const isMadeAnew = heir !== null && agreedStates.has('series');
  const isOutdated = isAnswerOutdated(work, seenBooking.event.time);
  const now = statesOf(
    work.key,
    seenBooking,
    rows.map((row) => ({
      key: row.key,
      booking: row.agreed ? row.now : withoutAnswer(row, seenBooking, work.exchange, isOutdated),
    })),
  );
  const agreed =
    work.agreement && !isMadeAnew
      ? {
          event: work.agreement.seen.liferay,
          rows: withOwnWrites(work, agreedStates, now, zone, window),
        }
      : assumedRows(work, zone, window);
  const read = readRows({ agreed, now, calendarZone: zone });
  if (read.kind === 'failed') {
    fail(work, read.failure);
    return;
  }
  const told = withoutOutdated(work, read.event);
  work.liferay = {
    kind: 'present',
    event: work.agreement ? withHidden(work.agreement.seen.liferay, told) : answeredAs(work.exchange, told),
  };
  work.untidy ||= read.untidy;
  // Without an agreement nobody knows how the rows had been before.
  if (work.agreement) work.refused = bookingsOf(work, read.refused);
  if (heir) work.agreedBooking = heir.agreed;
}

/**
 * A row that an answer makes is its author's. A new one of whoever made the series' row is one of ours that we know no
 * more of, and its status is what Liferay gives to all rows of a series. So it may be where it is the series' and Exchange
 * knows another answer: then it was said already, and a state of ours that knew it was lost.
 * @param isOutdated the series was moved since, and is asked about anew
 */
function withoutAnswer(
  { key, now: booking }: FurtherRow,
  series: PortalBooking,
  exchange: SideState,
  isOutdated: boolean,
): PortalBooking | null {
  if (booking === null) return null;
  const isOurs = booking.creatorId === series.creatorId;
  const isOverwritten = booking.status === series.status && isAnswered(exchange, key);
  return isOurs || isOverwritten || isOutdated ? { ...booking, status: 'draft' } : booking;
}

function isAnswered(exchange: SideState, key: RowKey): boolean {
  if (exchange.kind !== 'present' || !isOccurrence(key)) return false;
  const is = exchange.event.exceptions[dateOf(key)];
  return is !== undefined && is !== 'deleted' && isAnswer(is.ownResponse);
}

/** Before anything was agreed on, a row's status is nobody's answer: it is what Exchange holds. */
function answeredAs(exchange: SideState, event: CalendarEvent): CalendarEvent {
  if (exchange.kind !== 'present') return event;
  const view = liferayView(exchange.event);
  const { ownResponse } = view;
  const exceptions = Object.entries(event.exceptions).map(([date, is]) => {
    const theirs = view.exceptions[date];
    const own = theirs === undefined || theirs === 'deleted' ? ownResponse : theirs.ownResponse;
    return [date, is === 'deleted' ? is : { ...is, ownResponse: own }] as const;
  });
  return { ...event, ownResponse, exceptions: Object.fromEntries(exceptions) };
}

function bookingsOf({ key, seenBooking, rows }: WorkItem, keys: readonly RowKey[]): readonly PortalBooking[] {
  const all = [{ key, now: seenBooking }, ...rows];
  return all.flatMap(({ key: each, now }) => (now && keys.includes(each) ? [now] : []));
}

/**
 * Without an agreement nobody could tell the rule of a set of rows, or of a series whose rule Liferay spoilt: the item
 * itself says what they stand for, and the rows count as we would have made them, as far as they are there. Null for
 * all else, which is read as it stands.
 */
function assumedRows(work: WorkItem, zone: ZoneName, window: Span): AgreedRows | null {
  if (work.exchange.kind !== 'present' || !work.seenBooking) return null;
  const event = liferayView(work.exchange.event);
  const keys = [work.key, ...work.rows.flatMap(({ key, now }) => (now ? [key] : []))];
  const plan = planRows(event, zone, window, keys);
  const rows = plan.kind === 'rows' ? plan.rows.filter(({ key }) => keys.includes(key)) : [];
  const series = rows.find(({ key }) => key === 'series');
  const isSpoilt = series !== undefined && isSpoiltCopy(series.event, rowState(work.seenBooking));
  if (work.key === 'series' && !isSpoilt) return null;
  return { event, rows: new Map(rows.map((row) => [row.key, writtenState(row.event)])) };
}

/**
 * For a create of ours whose answer was lost: its row as we made it, as far as we can tell, so that what differs by now
 * is somebody's edit. Its status is not: Liferay approves what is added, and we may not have come to telling it another.
 */
export function assumeMade(works: readonly WorkItem[], calendarZone: string, window: Span): void {
  for (const work of open(works)) {
    const { agreement, agreedBooking, seenBooking } = work;
    if (!agreement || agreedBooking || !seenBooking) continue;
    const plan = planRows(agreement.seen.liferay, knownZone(calendarZone), window);
    const made = plan.kind === 'rows' ? plan.rows[0] : undefined;
    if (!made) continue;
    work.key = made.key;
    work.agreedBooking = {
      ...seenBooking,
      event: made.event,
      status: 'draft',
      ruleFailure: null,
      carried: { ...seenBooking.carried, recurrence: '' },
    };
    // Rows that were there before it may not have been brought to what was agreed: they come after the first.
    work.unwritten ||= work.rows.length > 0;
  }
}

const ROW_FIELDS = ['title', 'description', 'location', 'when', 'exceptions'] as const;

/** An event that both sides shall agree on, and where it is shown. */
export interface RowsInput {
  readonly work: WorkItem;
  /** What both sides shall agree on. */
  readonly base: CalendarEvent;
  readonly calendarZone: string;
  readonly window: Span;
  /** Liferay's own people changed the rule or the time. */
  readonly whenIsTheirs: boolean;
  /** Calendars of invitees who were taken out of the meeting in Exchange. */
  readonly uninvited: ReadonlySet<string>;
}

/** How the rows have to be written, or why they cannot. */
export function planRowWrites({
  work,
  base,
  calendarZone,
  window,
  whenIsTheirs,
  uninvited,
}: RowsInput): RowWrites | Exclude<RowPlan, { kind: 'rows' }> {
  const zone = knownZone(calendarZone);
  const isThere = work.liferay.kind === 'present' && work.seenBooking !== null;
  if (isThere && isInvitation(work)) return planInvitationWrites(work, base, calendarZone);
  const others = work.rows.flatMap(({ key, now }) => (now ? [[key, now] as const] : []));
  const keys = [...(isThere ? [work.key] : []), ...others.map(([key]) => key)];
  const shown = withKept(
    liferayView(base),
    others.map(([key, booking]) => ({ key, booking })),
  );
  const after = planRows(shown, zone, window, keys);
  if (after.kind !== 'rows') return after;
  // As it was planned then: a row that came since is no reason to think that we left its date out already.
  const agreedKeys = [work.key, ...work.rows.flatMap(({ key, agreed }) => (agreed ? [key] : []))];
  const { agreement, unwritten } = work;
  const before =
    agreement && !unwritten ? planRows(liferayView(agreement.base), zone, window, agreedKeys) : null;
  const wanted = new Set(after.rows.map(({ key }) => key));
  const isFree = after.rows.some((row) => !keys.includes(row.key));
  const heir = work.rows.find((row) => row.now !== null && wanted.has(row.key));
  if (isThere && !wanted.has(work.key) && !isFree && heir) {
    const { liferay } = work;
    abdicate(work, heir);
    work.liferay = liferay;
    return planRowWrites({ work, base, calendarZone, window, whenIsTheirs, uninvited });
  }
  // The link's own row stays where there is any use for it: rows are updated in place.
  const key =
    wanted.has(work.key) || !isThere
      ? work.key
      : (after.rows.find((row) => !keys.includes(row.key))?.key ?? work.key);
  const now = new Map<RowKey, PortalBooking>(others);
  if (isThere && work.seenBooking) now.set(key, work.seenBooking);
  const agreed = new Map<RowKey, PortalBooking>();
  for (const row of work.rows) if (row.agreed) agreed.set(row.key, row.agreed);
  if (work.agreedBooking) agreed.set(key, work.agreedBooking);

  const update: RowUpdate[] = [];
  for (const row of after.rows) {
    const planned = now.get(row.key);
    if (!planned) continue;
    const old = before?.kind === 'rows' ? before.rows.find((each) => each.key === row.key) : undefined;
    const was = agreed.get(row.key);
    const fields = fieldsToWrite(row.event, planned, old?.event, was?.event, work.untidy);
    const status = statusToWrite(row, planned, old, was) ?? statusRestored(work, row, planned);
    const loses = planned.invitees.some(({ calendarId }) => uninvited.has(calendarId));
    if (fields.length === 0 && status === null && !loses) continue;
    const event = rewritten(planned.event, row.event, fields);
    update.push({ key: row.key, planned, event, isWritten: fields.length > 0 || loses, status, uninvited });
  }
  const superfluous = work.rows.filter(({ key: each, now: is }) => is !== null && !wanted.has(each));
  const add = after.rows.filter((row) => !now.has(row.key));
  // What the series still has on a date of its own says enough: there the other side took back what was changed.
  const hasDate = ({ key: each }: FurtherRow) => isOccurrence(each) && isSlot(base, dateOf(each));
  const left = whenIsTheirs ? superfluous.filter((row) => !isReplaced(row, add) && !hasDate(row)) : [];
  return {
    key,
    add,
    update,
    remove: superfluous.filter((row) => !left.includes(row)),
    release: left,
    untilMs: after.untilMs,
  };
}

/** Since its series was moved the occurrence has another date, and gets a row for that: this one is no event besides. */
function isReplaced({ now }: FurtherRow, add: readonly PlannedRow[]): boolean {
  if (now === null) return false;
  return add.some(({ event }) => ROW_FIELDS.every((field) => sameField('liferay', field, event, now.event)));
}

/**
 * A field is written when the agreement on it moved or an edit has to be taken back, as in merge.ts; a row that Liferay
 * spoilt gets its rule and time again.
 */
function fieldsToWrite(
  after: CalendarEvent,
  { event: is, ruleFailure }: PortalBooking,
  before: CalendarEvent | undefined,
  agreed: CalendarEvent | undefined,
  untidy: boolean,
): readonly EventField[] {
  return ROW_FIELDS.filter((field) => {
    if (field === 'when' && ruleFailure !== null) return true;
    if (sameField('liferay', field, after, is)) return false;
    if (before === undefined || agreed === undefined) return true;
    if (!sameField('liferay', field, before, after) || !sameField('liferay', field, agreed, is)) return true;
    return untidy && (field === 'when' || field === 'exceptions');
  });
}

/**
 * The status of a row, where it has to be written. What the portal made of the last one that we wrote stays. Liferay
 * gives a status to all rows of a series alike, so a changed occurrence has its series'.
 */
function statusToWrite(
  row: PlannedRow,
  { status }: PortalBooking,
  before: PlannedRow | undefined,
  agreed: PortalBooking | undefined,
): InvitationStatus | null {
  const wanted = statusOfRow(row);
  const isAsAgreed = agreed?.status === status && before?.event.ownResponse === row.event.ownResponse;
  return hasStatus(status, wanted) || isAsAgreed ? null : wanted;
}

/** A booking that was declined because its room was taken, and is in Exchange after all. */
function statusRestored(
  { claim }: WorkItem,
  row: PlannedRow,
  { status }: PortalBooking,
): InvitationStatus | null {
  const isDeclined = claim !== null && status === 'denied';
  return isDeclined && row.of === null && statusOfRow(row) === null ? 'approved' : null;
}

/** The status that a row by itself shall have. */
export function statusOfRow({ of, event }: PlannedRow): InvitationStatus | null {
  return of === null ? statusFor(event) : null;
}

/** The dates of EXDATE belong to the rule: one is not written without the other. */
function rewritten(is: CalendarEvent, after: CalendarEvent, fields: readonly EventField[]): CalendarEvent {
  const ruled = fields.includes('when') || fields.includes('exceptions');
  const all: readonly EventField[] = ruled ? [...fields, 'when', 'exceptions'] : fields;
  return { ...withFields(is, after, all), exceptions: ruled ? after.exceptions : is.exceptions };
}
