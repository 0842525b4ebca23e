/** Writes of events in Liferay, row by row, in an order that shows the right thing whenever it is cut short. */
import { failure } from '#core/failure.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields } from '#core/merge.ts';
import { dateOf, isOccurrence, type PlannedRow, type RowKey } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { sharedSeries } from '#store/links.repository.ts';
import { chunks } from '#store/sync-rows.ts';
import { type Doing, find } from './doing.ts';
import type { Engine } from './engine.ts';
import { bookingUid, bookingUids } from './identity.ts';
import { rowUid } from './place.ts';
import { PORTAL_READ_BATCH } from './read.ts';
import { isEdited } from './removed-rows.ts';
import { type RowUpdate, statusOfRow } from './rows.ts';
import type { Budget, PairingSession } from './slice.ts';
import { type FurtherRow, fail } from './work-item.ts';
import { addRow, lostRow, removeRow, setStatus, settle, updateRow } from './write-rows.ts';

/** Writes one event's rows; waits while its part in Exchange is still to be done. */
export async function writeBooking(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  budget: Budget,
): Promise<void> {
  const waits = doing.pending.has('exchange') || !doing.pending.has('liferay');
  if (waits || doing.work.outcome !== null || !budget.mayWrite) return;
  budget.spend();
  if (find(doing, 'deleteLiferay')) await removeEvent(engine, pairing, doing, budget);
  else await writeRows(engine, pairing, doing, budget);
}

/**
 * A changed occurrence gets its row before the series leaves its date out, and loses it after the series has the date
 * again: in between it is shown twice at most, and never looks as if somebody had deleted it.
 */
async function writeRows(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  budget: Budget,
): Promise<void> {
  const writes = doing.work.rowWrites;
  if (!writes) return;
  let { add } = writes;
  if (!doing.booking) {
    // The first row becomes the link's own.
    const [first, ...rest] = add;
    if (!first) return;
    doing.key = first.key;
    add = rest;
    if (!(await addOne(engine, pairing, doing, first))) return;
  }
  const steps: (() => Promise<boolean>)[] = [
    // A series before what was changed of it, which belongs to its row.
    ...add
      .toSorted((a, b) => Number(a.of !== null) - Number(b.of !== null))
      .map((row) => () => addOne(engine, pairing, doing, row)),
    ...inUpdateOrder(doing, writes.update).map((row) => () => updateOne(engine, pairing, doing, row)),
    ...writes.remove.map((row) => () => removeSuperfluous(engine, pairing, doing, row)),
  ];
  for (const step of steps) {
    if (!budget.mayWrite) return;
    budget.spend();
    if (!(await step())) return;
  }
  for (const { key } of writes.release) doing.rows.delete(key);
  doing.pending.delete('liferay');
}

function inUpdateOrder({ key }: Doing, rows: readonly RowUpdate[]): readonly RowUpdate[] {
  return rows.toSorted((a, b) => Number(a.key === key) - Number(b.key === key));
}

async function addOne(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  row: PlannedRow,
): Promise<boolean> {
  const { work } = doing;
  const { calendarId } = pairing.row;
  const isOwn = doing.booking === null;
  const series = row.of === doing.key ? doing.booking : row.of === null ? null : doing.rows.get(row.of);
  const uids = isOwn
    ? [doing.uid, ...ownUids(doing, calendarId)]
    : [rowUid(work, calendarId, row.key), engine.effects.ids.uuid()];
  const added = await addRow(engine, pairing, doing, {
    event: row.event,
    seriesId: series?.id ?? null,
    uids: [...new Set(uids)],
  });
  const booking = added && (await setStatus(engine, pairing, doing, added, statusOfRow(row)));
  if (!booking) return false;
  if (isOwn) doing.booking = booking;
  else doing.rows.set(row.key, booking);
  return true;
}

/** The last of them is one that nothing else has, as long as the item stays as it is. */
function ownUids({ work }: Doing, calendarId: string): readonly string[] {
  const { exchangeUid, exchangeId, exchangeVersion } = work;
  const [, ...others] = bookingUids(exchangeUid ?? '', calendarId, exchangeId ?? '');
  return [...others, bookingUid(exchangeUid ?? '', calendarId, exchangeVersion ?? '')];
}

async function updateOne(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  row: RowUpdate,
): Promise<boolean> {
  const updated = row.isWritten ? await updateRow(engine, pairing, doing, row) : row.planned;
  const booking = updated && (await setStatus(engine, pairing, doing, updated, row.status));
  if (!booking) return false;
  if (row.key === doing.key) doing.booking = booking;
  else doing.rows.set(row.key, booking);
  return doing.work.outcome === null;
}

/**
 * Removes a row that has no place in the event any more. Whoever edited it in the last moment edited what it showed: it
 * is put back, and the event is planned again with their edit. Into the Recycle Bin Liferay moves a series with all its
 * rows, so a single one goes for good.
 */
async function removeSuperfluous(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  row: FurtherRow,
): Promise<boolean> {
  const { key, now } = row;
  const edited = await removeOne(engine, pairing, doing, key, now, 'delete');
  if (edited === null) return false;
  // Where the series itself is gone and put back, or has no such occurrence, nothing else tells what a person made of it.
  const { liferay } = doing.work;
  const isTold =
    liferay.kind === 'present' && (!isOccurrence(key) || dateOf(key) in liferay.event.exceptions);
  const isTheirs = row.agreed === null && !isTold;
  if (isTheirs && now && edited === 'asPlanned') doing.work.changes.push(lostRow(now));
  if (edited === 'asPlanned' || edited.ruleFailure !== null || pairing.row.direction !== 'both') return true;
  row.now = await addRow(engine, pairing, doing, { ...edited, uids: [engine.effects.ids.uuid()] });
  fail(doing.work, failure('changedMeanwhile', 'A row was edited just before it was to be removed.'));
  return false;
}

/** @returns what stood there if somebody edited it just before; null when it failed, and the item with it */
async function removeOne(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  key: RowKey,
  now: PortalBooking | null,
  mode: 'delete' | 'trash',
): Promise<PortalBooking | 'asPlanned' | null> {
  const before = now ? await removeRow(engine, pairing, doing, now, mode) : 'gone';
  if (before === null) return null;
  doing.rows.delete(key);
  if (!now || before === 'gone') return 'asPlanned';
  if (changedFields('liferay', now.event, before.event).length === 0) return 'asPlanned';
  doing.work.changes.push(lostRow(before));
  return before;
}

async function removeEvent(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  budget: Budget,
): Promise<void> {
  const planned = doing.booking;
  const binned = await forTheBin(engine, pairing, doing);
  const modeOf = ({ id }: PortalBooking) => (binned.has(id) ? 'trash' : 'delete');
  const before = planned ? await removeRow(engine, pairing, doing, planned, modeOf(planned)) : 'gone';
  if (before === null) return;
  const edited = before === 'gone' || !planned ? [] : changedFields('liferay', planned.event, before.event);
  for (const [key, now] of doing.rows) {
    // The Recycle Bin takes a series with its changed occurrences, and gives them back with it.
    if (now.seriesId !== null && binned.has(now.seriesId)) continue;
    if (!budget.mayWrite) {
      // The link's own row is gone, and the item is: the rest follows in the next slice.
      return;
    }
    budget.spend();
    const removed = await removeOne(engine, pairing, doing, key, now, modeOf(now));
    if (removed === null) return;
    // Where the series was gone before, the plan knows nothing of what a person made of its rows.
    const isTold = doing.act.lost.length > 0 || removed !== 'asPlanned';
    if (!isTold && doing.work.rows.some((row) => row.now === now && isEdited(row)))
      doing.work.changes.push(lostRow(now));
  }
  doing.pending.delete('liferay');
  if (before === 'gone' || edited.length === 0 || pairing.row.direction !== 'both') return;
  // An edit beats a delete, also one that came in the last moment. Of a meeting nothing is made from what Liferay has.
  if (doing.work.agreement?.base.meeting) doing.work.changes.push(lostRow(before));
  else await reviveRow(engine, pairing, doing, before);
}

async function reviveRow(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  before: PortalBooking,
): Promise<void> {
  const { calendarId, calendarZone } = pairing.row;
  const added = await settle(
    engine.portal.add(
      { calendarId, uid: engine.effects.ids.uuid(), seriesId: null, event: liferayView(before.event) },
      calendarZone,
    ),
  );
  if (added.kind === 'failed') {
    doing.work.changes.push(lostRow(before));
    fail(doing.work, added.failure, true);
  } else doing.work.outcome = { kind: 'half', booking: added.booking };
}

/**
 * The rows of an event that go into the Recycle Bin, by id. It takes a series with all its rows, so that one which other
 * events have rows in goes for good, as does a single row of a series.
 */
async function forTheBin(
  { db }: Engine,
  { row }: PairingSession,
  { work, booking, rows }: Doing,
): Promise<ReadonlySet<string>> {
  if (!row.recycleBin) return new Set();
  const all = booking ? [booking, ...rows.values()] : [...rows.values()];
  const whole = all.filter(({ seriesId }) => seriesId === null).map(({ id }) => id);
  const shared = await sharedSeries(db, row.id, whole, work.link.id);
  return new Set(whole.filter((id) => !shared.has(id)));
}

/**
 * Liferay may answer a write with the row as it stood before its workflow approved it (writes of
 * CalendarBookingLocalServiceImpl), so with an older version than the next snapshot will tell: read once, in one batch,
 * it is no change then. What differs from what was written was changed by somebody meanwhile.
 */
export async function settleBookings(
  engine: Engine,
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const zones = new Map([[pairing.row.calendarId, pairing.row.calendarZone]]);
  const drafts = doings.flatMap((doing) => {
    if (doing.work.outcome !== null || doing.act.base === null) return [];
    const own = doing.booking ? [{ doing, key: doing.key, sent: doing.booking }] : [];
    const others = [...doing.rows].map(([key, sent]) => ({ doing, key, sent }));
    return [...own, ...others].filter(({ sent }) => sent.status === 'draft');
  });
  for (const part of chunks(drafts, PORTAL_READ_BATCH)) {
    budget.spend();
    const reads = await settle(
      engine.portal.read(
        part.map(({ sent }) => sent.id),
        zones,
      ),
    );
    // Unsettled, the row is read in the next run.
    if (!Array.isArray(reads)) return;
    for (const [index, { doing, key, sent }] of part.entries()) {
      const read = reads[index];
      if (read?.kind !== 'booking') continue;
      const isEdited = changedFields('liferay', sent.event, read.booking.event).length > 0;
      if (isEdited || invitesMore(sent, read.booking)) doing.liferayDirty = true;
      else if (key === doing.key) doing.booking = read.booking;
      else doing.rows.set(key, read.booking);
    }
  }
}

/** Only its organiser invites somebody; a row that is gone an invitee may have deleted before we wrote. */
function invitesMore(sent: PortalBooking, read: PortalBooking): boolean {
  const were = new Set(sent.invitees.map(({ calendarId }) => calendarId));
  return read.invitees.some(({ calendarId }) => !were.has(calendarId));
}
