/**
 * A meeting that was made in Liferay, in the calendar of somebody who is invited: the link's own row is a child of the
 * organiser's, which Liferay itself keeps in step. It is read for what its owner answered, and nothing of it is written
 * but its status and the dates of EXDATE that an update by the organiser took from it.
 */
import type { CalendarEvent, DateText } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import { sameInstants } from '#core/occurrences.ts';
import { occurrenceRow } from '#core/planned-rows.ts';
import { calendarDate, originalStart, seriesTime } from '#core/row-dates.ts';
import { excludedDates } from '#core/row-edits.ts';
import { dateOf, isOccurrence, type PlannedRow, type RowKey, type RowState } from '#core/rows.ts';
import { type InvitationRows, readInvitation, toLeaveOut } from '#core/rows-read-invitation.ts';
import type { InvitationStatus, PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { PairingRow } from '#store/sync-rows.ts';
import { knownZone } from './calendar-zone.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { isApart } from './observe-liferay.ts';
import { isAnswerOutdated } from './outdated-answers.ts';
import { hasStatus, responseOf, statusFor } from './row-status.ts';
import type { RowUpdate, RowWrites } from './rows.ts';
import { type FurtherRow, open, rowState, type WorkItem } from './work-item.ts';

/** An invitee's row has no invitees of its own. */
const NOBODY: ReadonlySet<string> = new Set();

/** Whether the link's own row is, or was when it was last seen, a child of the organiser's. */
export function isInvitation({ seenBooking }: Pick<WorkItem, 'seenBooking'>): boolean {
  return seenBooking !== null && isApart(seenBooking);
}

/**
 * Of the rows beside children that nobody knew of, an older copy of the database least of all, some are of our making: what
 * status Liferay gave them is nobody's answer.
 */
export async function knowOwnRows({ portal }: Engine, works: readonly WorkItem[]): Promise<void> {
  const isNew = ({ agreed, now }: FurtherRow) => agreed === null && now !== null && !isChild(now);
  const concerned = open(works).filter((work) => isInvitation(work) && work.rows.some(isNew));
  if (concerned.length === 0) return;
  const { id: ownId } = await portal.identity();
  const isOurs = ({ now }: FurtherRow) => now?.creatorId === ownId || isBookingUid(now?.uid ?? '');
  for (const work of concerned) {
    work.rows = work.rows.map((row) => (isNew(row) && isOurs(row) ? { ...row, agreed: row.now } : row));
  }
}

/** What the rows of an invitation say of it. */
export function composeInvitation(work: WorkItem, { phase, calendarZone }: PairingRow): void {
  if (work.liferay.kind !== 'present' || !work.seenBooking) return;
  const { exchange, agreement } = work;
  // Met in Liferay alone: it waits for its copy.
  if (exchange.kind === 'none') return;
  if (agreement) {
    const known = exchange.kind === 'present' ? asAsked(work, liferayView(exchange.event)) : work;
    const rows = invitationRows(known, calendarZone, agreement.seen.liferay);
    work.liferay = { kind: 'present', event: readInvitation(rows) };
  } else if (exchange.kind === 'present') {
    const view = liferayView(exchange.event);
    const counts = phase === 'steady' && isAnswered(work.seenBooking, view);
    const rows = invitationRows(
      { ...work, agreedBooking: asMet(work.seenBooking, view) },
      calendarZone,
      view,
    );
    work.liferay = { kind: 'present', event: counts ? readInvitation(rows) : view };
  }
}

/** @param event as Liferay was last seen to show it */
export function invitationRows(work: WorkItem, calendarZone: string, event: CalendarEvent): InvitationRows {
  const { agreedBooking, seenBooking, rows, organisersDates } = work;
  const statesOf = (own: PortalBooking | null, each: (row: FurtherRow) => PortalBooking | null) => {
    const states = new Map<RowKey, RowState>(own ? [['series', rowState(own)]] : []);
    for (const row of rows) {
      const booking = each(row);
      if (booking) states.set(row.key, rowState(booking));
    }
    return states;
  };
  const children = rows.filter(({ now, agreed }) => isChild(now ?? agreed)).map(({ key }) => key);
  return {
    event,
    before: statesOf(agreedBooking, ({ agreed }) => agreed),
    now: statesOf(seenBooking, ({ now }) => now),
    children: new Set(children),
    organisers: organisersDates,
    calendarZone: knownZone(calendarZone),
  };
}

function isChild(booking: PortalBooking | null): boolean {
  return booking !== null && isApart(booking);
}

/**
 * Whether its owner answered in Liferay before the copy came. Liferay itself declines where the time is taken, so only
 * a yes is told from its own doing; and only one to the time that the copy has.
 */
function isAnswered({ status, event }: PortalBooking, view: CalendarEvent): boolean {
  const isGiven = status === 'approved' || status === 'maybe';
  return isGiven && view.ownResponse === 'pending' && sameInstants(event.time, seriesTime(view));
}

/**
 * The child as it counts from the moment on in which it is met: an answer given before is a change, and what Liferay
 * gave it is none.
 */
export function asMet(child: PortalBooking, view: CalendarEvent): PortalBooking {
  return isAnswered(child, view) ? { ...child, status: 'pending' } : child;
}

/**
 * A copy that was put away came anew. Its rows got the status of what is declined with that, from us: what they say counts
 * from the moment on in which they are met again.
 */
function asComeBack(work: WorkItem, view: CalendarEvent): WorkItem {
  const { link, agreedBooking, seenBooking, rows } = work;
  if (link.exchangeState !== 'none' || !agreedBooking || !seenBooking) return work;
  const { status } = asMet(seenBooking, view);
  return {
    ...work,
    agreedBooking: { ...agreedBooking, status },
    rows: rows.map((row) => ({
      ...row,
      agreed: row.agreed && { ...row.agreed, status: row.now?.status ?? row.agreed.status },
    })),
  };
}

/** The row as it counts for what its owner answers to the copy as that is now. */
function asAsked(work: WorkItem, view: CalendarEvent): WorkItem {
  const known = asComeBack(work, view);
  const { agreedBooking, seenBooking } = known;
  if (!agreedBooking || !seenBooking || !isAnswerOutdated(work, seenBooking.event.time)) return known;
  return { ...known, agreedBooking: { ...agreedBooking, status: seenBooking.status } };
}

/** How the rows of an invitation have to be written so that they say what both sides agree on. */
export function planInvitationWrites(work: WorkItem, base: CalendarEvent, calendarZone: string): RowWrites {
  const view = liferayView(base);
  const update: RowUpdate[] = [];
  const remove: FurtherRow[] = [];
  const refused: FurtherRow[] = [];
  const left = new Set<DateText>();
  for (const [date, is] of Object.entries(view.exceptions)) if (is === 'deleted') left.add(date);
  for (const row of work.rows) {
    const { key, now } = row;
    if (!now) continue;
    const date = isOccurrence(key) ? dateOf(key) : null;
    const wanted = date === null ? null : occurrenceEvent(view, date, calendarZone);
    if (isChild(now) && date !== null) {
      left.add(date);
      const organisers = work.leftBehind.get(key);
      if (organisers) update.push(caughtUp(key, now, organisers.event, view));
      else if (wanted !== null && isRefused(work, now, view)) refused.push(row);
    } else if (wanted === null) remove.push(row);
    else {
      if (date !== null) left.add(date);
      const fields = FIELDS.filter((field) => !sameField('liferay', field, wanted, now.event));
      const event = { ...wanted, exceptions: {} };
      if (fields.length > 0)
        update.push({ key, planned: now, event, isWritten: true, status: null, uninvited: NOBODY });
    }
  }
  const add = hiddenOccurrences(work, view, calendarZone)
    .filter((date) => !work.cancelledDates.has(date))
    .flatMap((date): readonly PlannedRow[] => {
      const event = occurrenceEvent(view, date, calendarZone);
      return event === null ? [] : [{ key: `occurrence:${date}`, event, of: 'series' }];
    });
  const own = work.seenBooking && childUpdate(work, work.seenBooking, view, left, calendarZone);
  // Liferay gives it to all rows of the series.
  for (const { key, now } of refused.slice(0, 1)) {
    if (now) update.push({ ...unwritten(key, now), status: statusFor(view) });
  }
  return {
    key: 'series',
    add,
    update: own ? [...update, own] : update,
    remove,
    release: [],
    untilMs: null,
  };
}

const FIELDS: readonly EventField[] = ['title', 'description', 'location', 'when'];

/**
 * Liferay declines a new row where the time is taken, as it is by the row of an answer to that occurrence. As long as it
 * stands so Liferay passes over it, whatever the organiser does.
 */
function isRefused({ seenBooking }: WorkItem, { status }: PortalBooking, view: CalendarEvent): boolean {
  const isOfAll = seenBooking === null || responseOf(seenBooking.status) === undefined;
  return status === 'denied' && !isOfAll && seenBooking?.status !== 'denied' && statusFor(view) !== 'denied';
}

function unwritten(key: RowKey, planned: PortalBooking): RowUpdate {
  return { key, planned, event: planned.event, isWritten: false, status: null, uninvited: NOBODY };
}

/**
 * Original starts of occurrences that the child leaves out and no row in this calendar shows: changed ones, and those that
 * were declined and came back to the copy with what the organiser changed of the series. When a copy comes anew, that may be
 * any: the rows that stood beside the child went with the last one.
 */
export function hiddenOccurrences(
  { link, seenBooking, leftBehind, rows, agreement }: WorkItem,
  view: CalendarEvent,
  calendarZone: string,
): readonly DateText[] {
  const child = leftBehind.get('series') ?? seenBooking;
  const left = child ? excludedDates(rowState(child)) : [];
  if (left.length === 0) return [];
  const zone = knownZone(calendarZone);
  const before = Object.entries(agreement?.seen.exchange.exceptions ?? {});
  const declined = before.flatMap(([date, was]) => (was === 'deleted' ? [date] : []));
  const isMetAnew = agreement === null || link.exchangeState === 'none';
  const all = isMetAnew ? left.flatMap((each) => originalStart(view, zone, each) ?? []) : [];
  return [...new Set([...Object.keys(view.exceptions), ...declined, ...all])].filter((date) => {
    const is = view.exceptions[date] ?? regularOccurrence(view, date);
    const isShown = rows.some(({ key, now }) => key === `occurrence:${date}` && now !== null);
    const isLeftOut = left.includes(calendarDate(view, zone, date));
    return is !== null && is !== 'deleted' && !isShown && isLeftOut;
  });
}

/** The row of one occurrence. Liferay leaves one that was answered by itself as it was then: it follows its series by us. */
export function occurrenceEvent(
  view: CalendarEvent,
  date: DateText,
  calendarZone: string,
): CalendarEvent | null {
  const { recurrence } = view;
  const content = view.exceptions[date] ?? regularOccurrence(view, date);
  if (recurrence === null || content === null || content === 'deleted') return null;
  const series = { event: { ...view, recurrence }, calendarZone: knownZone(calendarZone) };
  return occurrenceRow(series, date, content, 'series').event;
}

/** What an update of the organiser's row took from the child: dates of EXDATE, and the status. */
function childUpdate(
  { leftBehind }: WorkItem,
  child: PortalBooking,
  view: CalendarEvent,
  left: ReadonlySet<DateText>,
  calendarZone: string,
): RowUpdate | null {
  const organisers = leftBehind.get('series');
  const there = organisers ?? child;
  const dates = toLeaveOut(view, rowState(there), left, knownZone(calendarZone));
  const status = statusOfChild(child, view);
  if (dates.length === 0 && status === null && !organisers) return null;
  const exceptions = { ...there.event.exceptions };
  for (const date of dates) exceptions[date] = 'deleted';
  const event = { ...there.event, exceptions };
  if (organisers) return caughtUp('series', child, event, view);
  return { key: 'series', planned: child, event, isWritten: dates.length > 0, status, uninvited: NOBODY };
}

/**
 * As long as a row of the meeting stood as declined Liferay passed over it. What its organiser's row came to say between our
 * look at that and our write is told only by one more look.
 */
export function wasPassedOver({ rowWrites }: Pick<WorkItem, 'rowWrites'>): boolean {
  const update = rowWrites?.update ?? [];
  return update.some(
    ({ planned, status }) => isChild(planned) && planned.status === 'denied' && status !== 'denied',
  );
}

/** As the organiser's row is. What is moved Liferay makes pending. */
function caughtUp(key: RowKey, child: PortalBooking, event: CalendarEvent, view: CalendarEvent): RowUpdate {
  return { key, planned: child, event, isWritten: true, status: statusFor(view), uninvited: NOBODY };
}

/** Where the organiser's row waits for approval the children wait with it. */
function statusOfChild({ status }: PortalBooking, view: CalendarEvent): InvitationStatus | null {
  if (status === 'masterPending' || status === 'draft' || status === 'other') return null;
  const wanted = statusFor(view);
  return hasStatus(status, wanted) ? null : wanted;
}

/** The copy is gone: its owner does not come, and what stands beside the child has no meaning any more. */
export function farewellWrites({ seenBooking, rows }: WorkItem): RowWrites {
  const remove = rows.filter(({ now }) => now !== null && !isChild(now));
  const update: RowUpdate[] = [];
  if (seenBooking && seenBooking.status !== 'denied') {
    update.push({ ...unwritten('series', seenBooking), status: 'denied' });
  }
  return { key: 'series', add: [], update, remove, release: [], untilMs: null };
}
