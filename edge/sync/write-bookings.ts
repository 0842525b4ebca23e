/** Writes in Liferay: one request each, with the before-image, and read back together where they are drafts. */
import { canonicalJson } from '#core/canonical-json.ts';
import type { MergeField } from '#core/event.ts';
import { type Failure, RemoteFailure } from '#core/failure.ts';
import { changedFields, liferayView, withFields } from '#core/merge.ts';
import type { PortalBooking, PortalWrite } from '#liferay/portal-calendar.port.ts';
import type { Reason } from '#shared/reasons.ts';
import { chunks, knownBookings } from '#store/sync.repository.ts';
import { type Doing, find, isUncertain } from './doing.ts';
import type { Engine } from './engine.ts';
import { bookingUid } from './identity.ts';
import { PORTAL_READ_BATCH } from './read.ts';
import type { Budget, PairingSession } from './slice.ts';
import { fail, type WorkItem } from './work-item.ts';

export async function writeBooking(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  budget: Budget,
): Promise<void> {
  const waits = doing.pending.has('exchange') || !doing.pending.has('liferay');
  if (waits || doing.work.outcome !== null || !budget.mayWrite) return;
  budget.spend();
  if (find(doing, 'createLiferay')) await addBooking(engine, pairing, doing);
  else if (find(doing, 'updateLiferay')) await updateBooking(engine, pairing, doing);
  else await removeBooking(engine, pairing, doing);
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
  const drafts = doings.filter(
    (doing) => doing.work.outcome === null && doing.booking?.status === 'draft' && doing.act.base !== null,
  );
  for (const part of chunks(drafts, PORTAL_READ_BATCH)) {
    budget.spend();
    const reads = await settle(
      engine.portal.read(
        part.map((doing) => doing.booking?.id ?? ''),
        zones,
      ),
    );
    // Unsettled, the row is read in the next run.
    if (!Array.isArray(reads)) return;
    for (const [index, doing] of part.entries()) {
      const read = reads[index];
      const sent = doing.booking;
      if (read?.kind !== 'booking' || !sent) continue;
      if (changedFields('liferay', sent.event, read.booking.event).length === 0) doing.booking = read.booking;
      else doing.liferayDirty = true;
    }
  }
}

async function addBooking(engine: Engine, pairing: PairingSession, doing: Doing): Promise<void> {
  const action = find(doing, 'createLiferay');
  if (!action) return;
  const { calendarId, calendarZone } = pairing.row;
  const add = (uid: string): Promise<PortalWrite> =>
    settle(engine.portal.add({ calendarId, uid, event: action.event }, calendarZone));
  let written = await add(doing.uid);
  if (written.kind === 'failed' && mayBeUid(written.failure.reason)) {
    // A proxy may have sent the request twice: then the row that is in the way is ours.
    const own = await ownRow(engine, pairing, doing.uid);
    written =
      own === null
        ? await addTwin(doing, calendarId, written, add)
        : { kind: 'written', booking: own, before: null };
  }
  if (written.kind === 'failed') {
    fail(doing.work, written.failure, isUncertain(written.failure.reason));
  } else {
    doing.booking = written.booking;
    doing.pending.delete('liferay');
  }
}

/** Rows in the Recycle Bin that we do not know of, after the state was lost, keep their UIDs: another one is needed. */
async function addTwin(
  { work, uid: refused }: Doing,
  calendarId: string,
  refusal: Extract<PortalWrite, { kind: 'failed' }>,
  add: (uid: string) => Promise<PortalWrite>,
): Promise<PortalWrite> {
  let written: PortalWrite = refusal;
  for (const twin of [work.exchangeId, work.exchangeVersion]) {
    if (written.kind !== 'failed' || !mayBeUid(written.failure.reason)) break;
    const uid = bookingUid(work.exchangeUid ?? '', calendarId, twin ?? '');
    if (uid !== refused) written = await add(uid);
  }
  return written;
}

/** The booking with this UID that nobody is linked to and that is not in the Recycle Bin; null where there is none. */
async function ownRow(engine: Engine, { row }: PairingSession, uid: string): Promise<PortalBooking | null> {
  const { calendarId, calendarZone, liferayRows, id } = row;
  const snapshots = await settle(
    engine.portal.snapshot([{ calendarId, expectedRows: liferayRows, detail: 'linking' }]),
  );
  const snapshot = 'get' in snapshots ? snapshots.get(calendarId) : undefined;
  if (snapshot?.kind !== 'rows') return null;
  const known = await knownBookings(engine.db, id);
  const own = snapshot.rows.find(
    (each) => each.linking?.uid === uid && each.status !== 'trashed' && !known.has(each.id),
  );
  if (!own) return null;
  const reads = await settle(engine.portal.read([own.id], new Map([[calendarId, calendarZone]])));
  const read = Array.isArray(reads) ? reads[0] : undefined;
  return read?.kind === 'booking' ? read.booking : null;
}

/** A portal that does not say why it refuses may mean the UID. */
function mayBeUid(reason: Reason): boolean {
  return reason === 'uidTaken' || reason === 'itemRefused';
}

/** A call that failed as a whole fails this one item, since each write is a request of its own. */
async function settle<T>(
  call: Promise<T>,
): Promise<T | { readonly kind: 'failed'; readonly failure: Failure }> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RemoteFailure) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

async function updateBooking(engine: Engine, pairing: PairingSession, doing: Doing): Promise<void> {
  const action = find(doing, 'updateLiferay');
  const planned = doing.booking;
  if (!action || !planned) return;
  const zone = pairing.row.calendarZone;
  const event = withFields(planned.event, action.event, action.fields);
  const written = await settle(engine.portal.update({ planned, event }, zone));
  if (written.kind === 'failed') {
    fail(doing.work, written.failure, isUncertain(written.failure.reason));
    return;
  }
  doing.booking = written.booking;
  doing.pending.delete('liferay');
  const edited = written.before === null ? [] : changedFields('liferay', planned.event, written.before.event);
  if (edited.length === 0 || written.before === null) return;
  // Somebody edited the row between our look and our write, which Liferay cannot refuse: their edit is put back
  // where the plan's own decision does not stand against it, and then travels like any other.
  const kept = keptEdits(pairing, doing, edited);
  doing.work.changes.push(lostRow(written.before));
  if (kept.length === 0) return;
  const restored = withFields(written.booking.event, written.before.event, kept);
  const again = await settle(engine.portal.update({ planned: written.booking, event: restored }, zone));
  if (again.kind === 'written') doing.liferayDirty = true;
  else fail(doing.work, again.failure, true);
}

/** The history keeps what a write of ours met unawares. */
function lostRow({ event }: PortalBooking): WorkItem['changes'][number] {
  return { side: 'liferay', kind: 'lost', fields: null, title: event.title, before: canonicalJson(event) };
}

function keptEdits(
  pairing: PairingSession,
  doing: Doing,
  edited: readonly MergeField[],
): readonly MergeField[] {
  if (pairing.row.direction !== 'both') return [];
  if (pairing.row.policy === 'liferay') return edited;
  return edited.filter((field) => !doing.act.changed.exchange.includes(field));
}

async function removeBooking(engine: Engine, pairing: PairingSession, doing: Doing): Promise<void> {
  const planned = doing.booking;
  if (!planned) return;
  const { calendarId, calendarZone, direction } = pairing.row;
  const removed = await settle(engine.portal.remove(planned, 'delete', calendarZone));
  if (removed.kind === 'failed') {
    if (removed.failure.reason === 'itemNotFound') doing.pending.delete('liferay');
    else fail(doing.work, removed.failure, isUncertain(removed.failure.reason));
    return;
  }
  doing.pending.delete('liferay');
  const edited = removed.before === null ? [] : changedFields('liferay', planned.event, removed.before.event);
  if (removed.before === null || edited.length === 0 || direction !== 'both') return;
  // An edit beats a delete, also one that came in the last moment.
  const event = liferayView(removed.before.event);
  const added = await settle(
    engine.portal.add({ calendarId, uid: engine.effects.ids.uuid(), event }, calendarZone),
  );
  if (added.kind === 'failed') {
    doing.work.changes.push(lostRow(removed.before));
    fail(doing.work, added.failure, true);
  } else doing.work.outcome = { kind: 'half', booking: added.booking };
}
