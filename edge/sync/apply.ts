/**
 * Doing what was decided. Exchange is written in batches bound to the version that was planned on, Liferay row by
 * row with its before-image. Nothing is sent so late that the lease could be over before the answer is.
 */
import { canonicalJson } from '#core/canonical-json.ts';
import type { CalendarEvent, MergeField } from '#core/event.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { changedFields, liferayView, type Side, withFields } from '#core/merge.ts';
import type { Action, Plan } from '#core/plan.ts';
import type { MailboxWrite } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { Reason } from '#shared/reasons.ts';
import {
  chunks,
  type LinkContentRow,
  type NewIntent,
  putContents,
  putIntents,
  usedBookingUids,
} from '#store/sync.repository.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { bookingUid } from './identity.ts';
import { PORTAL_READ_BATCH } from './read.ts';
import { type Budget, inParallel, type MailboxSession, type PairingSession } from './slice.ts';
import { contentOf, fail, open, type WorkItem } from './work-item.ts';

type Act = Extract<Plan, { kind: 'act' }>;

/** An item with its plan and what its writes came to. */
interface Doing {
  readonly work: WorkItem;
  readonly act: Act;
  /** UID of a booking or item that is to be created. */
  uid: string;
  /** What Exchange holds now, as far as it is known. */
  exchange: CalendarEvent | null;
  exchangeDirty: boolean;
  booking: PortalBooking | null;
  liferayDirty: boolean;
  /** Sides whose write has not happened yet. */
  readonly pending: Set<Side>;
}

/** Failures after which the write may have happened all the same. */
const UNCERTAIN: ReadonlySet<Reason> = new Set<Reason>([
  'timedOut',
  'unreachable',
  'badAnswer',
  'answerTooLarge',
  'serverError',
]);

export function isUncertain(reason: Reason): boolean {
  return UNCERTAIN.has(reason);
}

function find<K extends Action['kind']>(doing: Doing, kind: K): Extract<Action, { kind: K }> | undefined {
  return doing.act.actions.find((action): action is Extract<Action, { kind: K }> => action.kind === kind);
}

/** Applies all open plans. Rejects when a whole call failed; items that were not reached keep no outcome. */
export async function apply(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  for (const work of open(works)) if (work.plan?.kind === 'agree') agree(work, work.plan.base);
  const doings = open(works).flatMap((work) => (work.plan?.kind === 'act' ? [begin(work, work.plan)] : []));
  if (doings.length === 0) return;
  await chooseUids(engine, pairing, doings);
  if (!(await announce(engine, session, pairing, doings))) return;
  await createItems(pairing, doings, budget);
  await updateItems(pairing, doings, budget);
  await removeItems(pairing, doings, budget);
  await readBack(pairing, doings, budget);
  await inParallel(engine.settings.portalWrites, doings, (doing) =>
    writeBooking(engine, pairing, doing, budget),
  );
  await settleBookings(engine, pairing, doings, budget);
  for (const doing of doings) finish(session, doing);
}

function agree(work: WorkItem, base: CalendarEvent): void {
  if (work.exchange.kind !== 'present' || !work.seenBooking) return;
  work.outcome = {
    kind: 'agreed',
    base,
    seenExchange: work.exchange.event,
    seenBooking: work.seenBooking,
    dirtyExchange: false,
    dirtyLiferay: false,
    unreported: false,
  };
}

function begin(work: WorkItem, act: Act): Doing {
  return {
    work,
    act,
    uid: '',
    exchange: work.exchange.kind === 'present' ? work.exchange.event : null,
    exchangeDirty: false,
    booking: work.liferay.kind === 'present' ? work.seenBooking : null,
    liferayDirty: false,
    pending: new Set(
      act.actions.map((action) => (action.kind.endsWith('Exchange') ? 'exchange' : 'liferay')),
    ),
  };
}

/** A new row's UID follows from its item, a new item's is its row's, unless that is in use already. */
async function chooseUids(engine: Engine, pairing: PairingSession, doings: readonly Doing[]): Promise<void> {
  const { calendarId, id } = pairing.row;
  const wished = doings.flatMap((doing) =>
    find(doing, 'createLiferay') ? [bookingUid(doing.work.exchangeUid ?? '', calendarId)] : [],
  );
  const used = wished.length > 0 ? new Set(await usedBookingUids(engine.db, id, wished)) : new Set<string>();
  for (const doing of doings) {
    const { work } = doing;
    if (find(doing, 'createLiferay')) {
      const plain = bookingUid(work.exchangeUid ?? '', calendarId);
      // A row in the Recycle Bin keeps its UID, so a copy that is put back needs another one: first the one by which
      // it could be met again without a database.
      const again =
        work.liferayId === null || work.liferayUid === plain ? (work.exchangeId ?? '') : work.liferayId;
      doing.uid = used.has(plain) ? bookingUid(work.exchangeUid ?? '', calendarId, again) : plain;
      used.add(doing.uid);
    } else if (find(doing, 'createExchange')) {
      const isUsed = work.exchangeId !== null && work.exchangeUid === work.liferayUid;
      doing.uid = isUsed || work.liferayUid === null ? engine.effects.ids.uuid() : work.liferayUid;
    }
  }
}

/** Intents first: whoever comes after a crash looks whether these writes happened. */
async function announce(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  doings: readonly Doing[],
): Promise<boolean> {
  const sentAt = engine.effects.clock.now();
  const rows: NewIntent[] = doings.flatMap((doing) => {
    const { work, act } = doing;
    if (act.base === null) return [];
    const creates = find(doing, 'createExchange')
      ? 'createExchange'
      : find(doing, 'createLiferay')
        ? 'createLiferay'
        : null;
    return [
      {
        linkId: work.link.id,
        pairingId: pairing.row.id,
        operation: creates ?? ('update' as const),
        stamp: work.link.id,
        uid: doing.uid,
        base: canonicalJson(act.base),
        seenExchange: doing.exchange && creates !== 'createExchange' ? canonicalJson(doing.exchange) : null,
        seenLiferay: doing.booking && creates !== 'createLiferay' ? canonicalJson(doing.booking) : null,
        fence: session.lease.fence,
        sentAt,
      },
    ];
  });
  const { db } = engine;
  const writes = [...putContents(db, agreementsLearnt(doings)), ...putIntents(db, rows)];
  if (!(await commit(engine, session, pairing, {}, writes))) return false;
  const announced = new Map(rows.map((row) => [row.linkId, row.operation]));
  for (const { work } of doings) work.announced = announced.get(work.link.id) ?? null;
  return true;
}

/** What earlier intents taught about who wrote what: the new ones replace them. */
function agreementsLearnt(doings: readonly Doing[]): readonly LinkContentRow[] {
  return doings.flatMap(({ work, booking, act }) =>
    work.intent?.operation === 'update' && act.base !== null && work.agreement && booking
      ? [contentOf(work.link.id, work.agreement, booking)]
      : [],
  );
}

/** Takes the outcome of one Exchange write. True if it was written. */
function took(
  doing: Doing,
  written: MailboxWrite | undefined,
): written is Extract<MailboxWrite, { kind: 'written' }> {
  const { work } = doing;
  if (!written) {
    fail(work, failure('badAnswer', 'The server answered fewer writes than were sent.'), true);
    return false;
  }
  if (written.kind === 'failed') {
    fail(work, written.failure, isUncertain(written.failure.reason));
    return false;
  }
  work.exchangeId = written.id;
  work.exchangeVersion = written.version;
  doing.pending.delete('exchange');
  return true;
}

/** Sends a batch if there is still time for its answer; what is left waits for the next slice. */
async function sendInBatches(
  doings: readonly Doing[],
  size: number,
  budget: Budget,
  send: (part: readonly Doing[]) => Promise<void>,
): Promise<void> {
  for (const part of chunks(doings, size)) {
    if (!budget.mayWrite) return;
    budget.spend();
    await send(part);
  }
}

async function createItems(pairing: PairingSession, doings: readonly Doing[], budget: Budget): Promise<void> {
  const creating = doings.filter((doing) => find(doing, 'createExchange'));
  await sendInBatches(creating, pairing.mailbox.capabilities.writeBatch, budget, async (part) => {
    const written = await pairing.mailbox.create(
      pairing.row.folderId,
      part.flatMap((doing) => {
        const action = find(doing, 'createExchange');
        if (!action) return [];
        return [
          { stamp: doing.work.link.id, uid: doing.uid, event: action.event, invitations: 'none' as const },
        ];
      }),
    );
    for (const [index, doing] of part.entries()) {
      if (took(doing, written[index])) {
        doing.work.exchangeUid = doing.uid;
        doing.exchange = find(doing, 'createExchange')?.event ?? null;
      }
    }
  });
}

async function updateItems(pairing: PairingSession, doings: readonly Doing[], budget: Budget): Promise<void> {
  const updating = doings.filter((doing) => find(doing, 'updateExchange'));
  await sendInBatches(updating, pairing.mailbox.capabilities.writeBatch, budget, async (part) => {
    const written = await pairing.mailbox.update(
      part.flatMap((doing) => {
        const action = find(doing, 'updateExchange');
        const { exchangeId, exchangeVersion } = doing.work;
        if (!action || exchangeId === null || exchangeVersion === null) return [];
        const { event, fields } = action;
        return [{ id: exchangeId, version: exchangeVersion, event, fields, invitations: 'none' as const }];
      }),
    );
    for (const [index, doing] of part.entries()) {
      if (took(doing, written[index])) doing.exchange = find(doing, 'updateExchange')?.event ?? null;
    }
  });
}

/** Looks once more right before deleting: no server binds a deletion to a version. */
async function removeItems(pairing: PairingSession, doings: readonly Doing[], budget: Budget): Promise<void> {
  const removing = doings.filter((doing) => find(doing, 'deleteExchange'));
  await sendInBatches(removing, pairing.mailbox.capabilities.writeBatch, budget, async (part) => {
    const reads = await pairing.mailbox.read(part.map((doing) => doing.work.exchangeId ?? ''));
    const unchanged = part.filter((doing, index) => {
      const read = reads[index];
      if (read?.kind === 'gone') {
        doing.pending.delete('exchange');
        return false;
      }
      if (read?.kind === 'item' && read.item.version === doing.work.exchangeVersion) return true;
      fail(doing.work, failure('changedMeanwhile', 'The item changed just before it was to be deleted.'));
      return false;
    });
    if (unchanged.length === 0 || !budget.mayWrite) return;
    budget.spend();
    const written = await pairing.mailbox.remove(
      unchanged.map(({ work }) => ({
        id: work.exchangeId ?? '',
        version: work.exchangeVersion ?? '',
        invitations: 'none' as const,
      })),
    );
    for (const [index, doing] of unchanged.entries()) {
      const outcome = written[index];
      const gone = outcome?.kind === 'failed' && outcome.failure.reason === 'itemNotFound';
      if (gone) doing.pending.delete('exchange');
      else took(doing, outcome);
    }
  });
}

/**
 * What the server made of our writes is what its next change is measured against. An item whose version moved
 * between write and reading was changed by somebody: then what we sent is the measure, and the item is dirty.
 */
async function readBack(pairing: PairingSession, doings: readonly Doing[], budget: Budget): Promise<void> {
  const written = doings.filter(
    (doing) =>
      doing.work.outcome === null &&
      !doing.pending.has('exchange') &&
      (find(doing, 'createExchange') || find(doing, 'updateExchange')),
  );
  for (const part of chunks(written, pairing.mailbox.capabilities.readBatch)) {
    budget.spend();
    const reads = await pairing.mailbox.read(part.map((doing) => doing.work.exchangeId ?? ''));
    for (const [index, doing] of part.entries()) {
      const read = reads[index];
      if (read?.kind === 'item') doing.work.exchangeUid = read.item.uid;
      if (read?.kind === 'item' && read.item.version === doing.work.exchangeVersion)
        doing.exchange = read.item.event;
      else doing.exchangeDirty = true;
    }
  }
}

async function writeBooking(
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
async function settleBookings(
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
  const add = (uid: string) =>
    settle(engine.portal.add({ calendarId, uid, event: action.event }, calendarZone));
  let written = await add(doing.uid);
  // Rows in the Recycle Bin that we do not know of, after the state was lost, keep their UIDs too.
  const { exchangeUid, exchangeId, exchangeVersion } = doing.work;
  for (const twin of [exchangeId, exchangeVersion]) {
    if (written.kind !== 'failed' || !mayBeUid(written.failure.reason)) break;
    const uid = bookingUid(exchangeUid ?? '', calendarId, twin ?? '');
    if (uid !== doing.uid) written = await add(uid);
  }
  if (written.kind === 'failed') {
    fail(doing.work, written.failure, isUncertain(written.failure.reason));
  } else {
    doing.booking = written.booking;
    doing.pending.delete('liferay');
  }
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

/** Turns what was written into the item's outcome. What the budget did not reach has none and stays dirty. */
function finish(session: MailboxSession, doing: Doing): void {
  const { work, act, booking, exchange } = doing;
  if (work.outcome !== null || doing.pending.size > 0) return;
  for (const { kind } of act.actions) {
    if (kind.startsWith('create')) session.tally.created += 1;
    else if (kind.startsWith('update')) session.tally.updated += 1;
    else session.tally.deleted += 1;
  }
  if (act.base === null) {
    work.outcome = { kind: 'forgotten' };
    return;
  }
  if (!booking || !exchange) return;
  work.liferayId = booking.id;
  work.liferayVersion = booking.version;
  work.liferayUid = booking.uid;
  work.outcome = {
    kind: 'agreed',
    base: act.base,
    seenExchange: exchange,
    seenBooking: booking,
    dirtyExchange: doing.exchangeDirty,
    dirtyLiferay: doing.liferayDirty,
    unreported: find(doing, 'createExchange') !== undefined,
  };
}
