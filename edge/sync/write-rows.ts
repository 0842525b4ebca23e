/** Writes of single rows in Liferay: one request each, with the before-image. */
import { canonicalJson } from '#core/canonical-json.ts';
import type { CalendarEvent } from '#core/event.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { changedFields, sameField, withFields } from '#core/merge.ts';
import { sameInstants } from '#core/occurrences.ts';
import { excludedDates } from '#core/row-edits.ts';
import { isReserialised } from '#core/rrule-liferay.ts';
import type { InvitationStatus, PortalBooking, PortalWrite } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Reason } from '#shared/reasons.ts';
import { knownBookings, knownExceptions } from '#store/links.repository.ts';
import { type Doing, isUncertain } from './doing.ts';
import type { Engine } from './engine.ts';
import { hasStatus } from './row-status.ts';
import type { RowUpdate } from './rows.ts';
import type { PairingSession } from './slice.ts';
import { fail, rowState, type WorkItem } from './work-item.ts';

/** A call that failed as a whole fails this one item, since each write is a request of its own. */
export async function settle<T>(
  call: Promise<T>,
): Promise<T | { readonly kind: 'failed'; readonly failure: Failure }> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RemoteFailure) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

/** The history keeps what a write of ours met unawares. */
export function lostRow({ event }: PortalBooking): WorkItem['changes'][number] {
  return { side: 'liferay', kind: 'lost', fields: null, title: event.title, before: canonicalJson(event) };
}

/** A row that is to be made. */
export interface NewRow {
  readonly event: CalendarEvent;
  /** The row of the series of which it is a changed occurrence. */
  readonly seriesId: string | null;
  /**
   * The UIDs to try one after the other: rows in the Recycle Bin that we do not know of, after the state was lost, keep
   * theirs.
   */
  readonly uids: readonly string[];
}

/** Adds a row. Null: it failed, and the item with it. */
export async function addRow(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  { event, seriesId, uids }: NewRow,
): Promise<PortalBooking | null> {
  const { work } = doing;
  const { calendarId, calendarZone } = pairing.row;
  let written: PortalWrite | null = null;
  for (const uid of uids) {
    written = await settle(engine.portal.add({ calendarId, uid, seriesId, event }, calendarZone));
    if (written.kind === 'written' || !mayBeUid(written.failure.reason)) break;
    // A proxy may have sent the request twice: then the row that is in the way is ours.
    const own = await ownRow(engine, pairing, doing, uid);
    if (own === 'recorded') fail(work, failure('changedMeanwhile', 'Another run has added this row.'));
    if (own !== null) return own === 'recorded' ? null : own;
  }
  if (written?.kind === 'written') return written.booking;
  if (written) fail(work, written.failure, isUncertain(written.failure.reason));
  return null;
}

/** A portal that does not say why it refuses may mean the UID. */
function mayBeUid(reason: Reason): boolean {
  return reason === 'uidTaken' || reason === 'itemRefused';
}

/**
 * The row with this UID that no event has and that is not in the Recycle Bin; null where there is none, `recorded` where
 * this event has it by now: whoever took over from us made it.
 */
async function ownRow(
  engine: Engine,
  { row }: PairingSession,
  { work, booking, rows }: Doing,
  uid: string,
): Promise<PortalBooking | 'recorded' | null> {
  const { calendarId, calendarZone, liferayRows, id } = row;
  const snapshots = await settle(
    engine.portal.snapshot([{ calendarId, expectedRows: liferayRows, detail: 'linking' }]),
  );
  const snapshot = 'get' in snapshots ? snapshots.get(calendarId) : undefined;
  if (snapshot?.kind !== 'rows') return null;
  const known = await knownBookings(engine.db, id);
  const others = await knownExceptions(engine.db, id);
  const linkOf = (rowId: string) => known.get(rowId)?.id ?? others.get(rowId)?.linkId ?? null;
  const own = snapshot.rows.find((each) => {
    const isFree = linkOf(each.id) === null || linkOf(each.id) === work.link.id;
    return each.linking?.uid === uid && each.status !== 'trashed' && isFree;
  });
  if (!own || [booking, ...rows.values()].some((each) => each?.id === own.id)) return null;
  if (linkOf(own.id) !== null) return 'recorded';
  const reads = await settle(engine.portal.read([own.id], new Map([[calendarId, calendarZone]])));
  const read = Array.isArray(reads) ? reads[0] : undefined;
  return read?.kind === 'booking' ? read.booking : null;
}

/** Gives a row the status that it shall have. Null: it failed, and the item with it. */
export async function setStatus(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  booking: PortalBooking,
  status: InvitationStatus | null,
): Promise<PortalBooking | null> {
  if (status === null || hasStatus(booking.status, status)) return booking;
  const written = await settle(engine.portal.setStatus(booking, status, pairing.row.calendarZone));
  if (written.kind === 'failed') {
    fail(doing.work, written.failure, isUncertain(written.failure.reason));
    return null;
  }
  const { rows } = doing;
  const answered = written.before?.status;
  const isOvertaken = answered !== undefined && answered !== booking.status && booking.status !== 'draft';
  if (isOvertaken && (answered === 'approved' || answered === 'maybe' || answered === 'denied')) {
    // Somebody answered in the last moment: it stands again, and counts from the next look on.
    await settle(engine.portal.setStatus(written.booking, answered, pairing.row.calendarZone));
    doing.liferayDirty = true;
  }
  // Its changed occurrences have got it too.
  for (const [key, row] of rows) {
    if (row.seriesId === booking.id) rows.set(key, { ...row, status: written.booking.status });
  }
  return { ...written.booking, event: booking.event };
}

/** How often in a row somebody may be faster than we are; an edit after that is in the history alone. */
const OVERTAKEN_LIMIT = 3;

/** Updates a row. Null: it failed, and the item with it. */
export async function updateRow(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  update: RowUpdate,
): Promise<PortalBooking | null> {
  const first = await sendUpdate(engine, pairing, doing, update);
  let { before, booking } = first;
  if (!booking) return null;
  noteOvertaken(doing, update, before);
  let { event } = update;
  let measure = booking.event;
  // Somebody edited the row between our look and our write, which Liferay cannot refuse: their edit is put back
  // where the plan's own decision does not stand against it, and then travels like any other. What we wrote first is
  // what it is measured against.
  for (let n = 0, { planned } = update; before; n += 1) {
    const edited = changedFields('liferay', planned.event, before.event);
    if (edited.length === 0) break;
    doing.work.changes.push(lostRow(before));
    doing.liferayDirty = true;
    // A text that we did not write is still theirs: it counts as an edit too, not as what we found.
    measure = withFields(measure, update.event, edited);
    // In a read-only copy only the dates stay left out, by which the rows that people made can be told and put back.
    const isSeries = planned.event.recurrence !== null;
    if (n === OVERTAKEN_LIMIT || (pairing.row.direction !== 'both' && !isSeries)) break;
    const restored = withEdits(pairing, doing, { planned, before, event, edited });
    planned = booking;
    event = restored;
    ({ before, booking } = await sendUpdate(engine, pairing, doing, { ...update, planned, event }));
    if (!booking) return null;
  }
  const told =
    first.before && (await statusKept(engine, pairing, doing, update.planned, first.before, booking));
  if (!told || !first.booking) return null;
  return { ...first.booking, status: told.status, event: measure };
}

/** A status that we give one row of a series moves the versions of all: such rows are nobody's whom others are invited by. */
function noteOvertaken(
  doing: Doing,
  { key, planned, status }: RowUpdate,
  before: PortalBooking | null,
): void {
  if (key !== doing.key || status !== null || planned.status === 'draft') return;
  if (before === null || before.version === planned.version) return;
  doing.overtaken = planned;
  doing.liferayDirty = true;
}

/**
 * The row with the status by which it is measured from now on. An answer that was given between our look and our write
 * counts from the next look on. What the row got with an edit, or with our own write where that arrived twice, is
 * Liferay's doing: it has its status again. Null: it failed, and the item with it.
 */
async function statusKept(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  planned: PortalBooking,
  before: PortalBooking,
  booking: PortalBooking,
): Promise<PortalBooking | null> {
  const { status } = planned;
  if (before.status === status || planned.seriesId !== null) return booking;
  if (changedFields('liferay', planned.event, before.event).length > 0) {
    const isInvitation = status === 'pending' || status === 'maybe' || status === 'denied';
    return isInvitation ? setStatus(engine, pairing, doing, booking, status) : booking;
  }
  if (before.status !== 'approved' && before.status !== 'maybe' && before.status !== 'denied') return booking;
  if (status === 'draft') return booking;
  doing.liferayDirty = true;
  return { ...booking, status };
}

interface Sent {
  readonly booking: PortalBooking | null;
  readonly before: PortalBooking | null;
}

async function sendUpdate(
  engine: Engine,
  pairing: PairingSession,
  { work }: Doing,
  { planned, event, uninvited }: Pick<RowUpdate, 'planned' | 'event' | 'uninvited'>,
): Promise<Sent> {
  const written = await settle(engine.portal.update({ planned, event, uninvited }, pairing.row.calendarZone));
  if (written.kind === 'written') return written;
  fail(work, written.failure, isUncertain(written.failure.reason));
  return { booking: null, before: null };
}

interface Overtaken {
  readonly planned: PortalBooking;
  /** What stood there just before our write: `planned` with somebody's edits. */
  readonly before: PortalBooking;
  /** What we wrote. */
  readonly event: CalendarEvent;
  readonly edited: readonly EventField[];
}

/**
 * What we wrote, with the edits that do not contradict it, or with all of them where Liferay wins or all that we bring
 * is an earlier edit of its own.
 */
function withEdits(
  { row: { direction, policy } }: PairingSession,
  { act: { changed } }: Doing,
  { planned, before, event, edited }: Overtaken,
): CalendarEvent {
  const isTheirs = policy === 'liferay' || (changed.exchange.length === 0 && changed.liferay.length > 0);
  const isOurs = (field: EventField) => !isTheirs && !sameField('liferay', field, planned.event, event);
  // Whoever changes one occurrence has Liferay write the rule anew, and loses parts of it: that is no edit of it. Whoever
  // moves the event, or all of a series, may leave the rule as it is.
  const isSpoilt =
    before.ruleFailure !== null ||
    (sameInstants(planned.event.time, before.event.time) &&
      isReserialised(planned.carried.recurrence, before.carried.recurrence));
  const kept = edited.filter((field) => {
    if (direction !== 'both' || field === 'exceptions' || (field === 'when' && isSpoilt)) return false;
    return !isOurs(field);
  });
  // Dates that were left out or taken back meanwhile are: each is an occurrence of its own.
  const were = new Set(excludedDates(rowState(planned)));
  const are = new Set(excludedDates(rowState(before)));
  const dates = Object.keys(event.exceptions).filter((date) => are.has(date) || !were.has(date));
  for (const date of are) if (!were.has(date)) dates.push(date);
  const exceptions = Object.fromEntries(dates.map((date) => [date, 'deleted' as const]));
  return { ...withFields(event, before.event, kept), exceptions };
}

/**
 * Removes a row. @returns what stood there just before; 'gone' where nothing did, null when it failed, and the item
 * with it
 */
export async function removeRow(
  engine: Engine,
  pairing: PairingSession,
  { work }: Doing,
  planned: PortalBooking,
  mode: 'delete' | 'trash',
): Promise<PortalBooking | 'gone' | null> {
  const removed = await settle(engine.portal.remove(planned, mode, pairing.row.calendarZone));
  if (removed.kind === 'removed') return removed.before ?? 'gone';
  if (removed.failure.reason === 'itemNotFound') return 'gone';
  fail(work, removed.failure, isUncertain(removed.failure.reason));
  return null;
}
