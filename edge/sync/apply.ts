/**
 * Doing what was decided. Exchange is written in batches bound to the version that was planned on, Liferay row by
 * row with its before-image. Nothing is sent so late that the lease could be over before the answer is.
 */
import type { BatchItem } from 'drizzle-orm/batch';
import { canonicalJson } from '#core/canonical-json.ts';
import type { CalendarEvent } from '#core/event.ts';
import { withFields } from '#core/merge.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { Database } from '#store/database.ts';
import { usedBookingUids } from '#store/links.repository.ts';
import { putContents, updateLinks } from '#store/links.statements.ts';
import { putIntents } from '#store/sync.statements.ts';
import type { LinkContentRow, NewIntent } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import { isRestored } from './decide.ts';
import { begin, type Doing, find } from './doing.ts';
import type { Engine } from './engine.ts';
import { bookingUid } from './identity.ts';
import { isInvitation, wasPassedOver } from './invitation.ts';
import { claimRooms, isUnsettled, refuseTaken } from './rooms.ts';
import { giveWay } from './rooms-race.ts';
import { type Budget, inParallel, type MailboxSession, type PairingSession } from './slice.ts';
import { contentOf, open, type WorkItem } from './work-item.ts';
import { settleBookings, writeBooking } from './write-bookings.ts';
import {
  createItems,
  keepEditsOfAnswered,
  readBack,
  removeItems,
  respondItems,
  updateItems,
} from './write-items.ts';
import { writeOccurrences } from './write-occurrences.ts';
import { settle } from './write-rows.ts';

/** Applies all open plans. Rejects when a whole call failed; items that were not reached keep no outcome. */
export async function apply(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  for (const work of open(works)) {
    if (work.plan?.kind === 'agree' && !isUnsettled(work)) agree(work, work.plan.base);
  }
  const doings = open(works).flatMap(doingOf);
  if (doings.length === 0 || !budget.mayWrite) return;
  await chooseUids(engine, pairing, doings);
  // Nothing may come between a look at the clock and a write. What fails here is told by the write.
  if (doings.some(({ pending }) => pending.has('liferay'))) {
    await settle(engine.portal.prepareWrites(pairing.row.calendarId));
  }
  claimRooms(engine, pairing, doings);
  if (!(await announce(engine, session, pairing, doings))) return;
  await refuseTaken(engine, pairing, doings, budget);
  const going = doings.filter(({ work }) => work.outcome === null);
  await createItems(pairing, going, budget);
  await updateItems(pairing, going, budget);
  await respondItems(engine, pairing, going, budget);
  await removeItems(pairing, going, budget);
  await readBack(pairing, going, budget);
  keepEditsOfAnswered(going);
  await writeOccurrences(engine, pairing, going, budget);
  await giveWay(engine, pairing, going, budget);
  await inParallel(engine.settings.portalWrites, going, (doing) =>
    writeBooking(engine, pairing, doing, budget),
  );
  await settleBookings(engine, pairing, doings, budget);
  for (const doing of doings) finish(session, doing);
}

/** What there is to do about an item; nothing but to look whether it has its room, where both sides agree. */
function doingOf(work: WorkItem): readonly Doing[] {
  const { plan } = work;
  if (plan?.kind === 'act') return [begin(work, plan)];
  if (plan?.kind !== 'agree') return [];
  const { base, lost } = plan;
  const changed = { exchange: [], liferay: [] };
  return [begin(work, { kind: 'act', actions: [], base, lost, putBack: false, changed, uninvited: [] })];
}

/** Both sides hold what they shall: there is nothing to write. */
export function agree(work: WorkItem, base: CalendarEvent): void {
  if (work.exchange.kind !== 'present' || !work.seenBooking) return;
  work.key = work.rowWrites?.key ?? work.key;
  work.outcome = {
    kind: 'agreed',
    base,
    seenExchange: work.exchange.event,
    seenBooking: work.seenBooking,
    rows: new Map(work.rows.flatMap(({ key, now }) => (now ? [[key, now] as const] : []))),
    dirtyExchange: false,
    dirtyLiferay: false,
    unreported: false,
    failure: null,
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
    if (act.base === null || act.actions.length === 0) return [];
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
        seenLiferay: creates === 'createLiferay' ? null : plannedBooking(doing, creates),
        fence: session.lease.fence,
        sentAt,
      },
    ];
  });
  const { db } = engine;
  const series = doings.filter(writesOccurrences).map(({ work }) => work.link.id);
  const writes = [
    ...putContents(db, agreementsLearnt(doings)),
    ...putIntents(db, rows),
    ...updateLinks(db, series, { exceptionsDue: true }),
    ...claimsMade(db, doings),
    ...deletionsLearnt(db, doings),
  ];
  if (!(await commit(engine, session, pairing, {}, writes))) return false;
  const announced = new Map(rows.map((row) => [row.linkId, row.operation]));
  for (const { work } of doings) work.announced = announced.get(work.link.id) ?? null;
  return true;
}

/** That a room was asked for is known before it is taken. */
function claimsMade(db: Database, doings: readonly Doing[]): readonly BatchItem<'sqlite'>[] {
  const made = doings.filter(({ work }) => work.claim !== work.link.claim);
  return (['new', 'moved'] as const).flatMap((claim) => {
    const ids = made.filter(({ work }) => work.claim === claim).map(({ work }) => work.link.id);
    return updateLinks(db, ids, { claim });
  });
}

/**
 * What is gone and was not known to be is noted before the other half goes: whoever finds both gone after a crash takes
 * for new what a person restores then. A row that is missing for good never comes back.
 */
function deletionsLearnt(db: Database, doings: readonly Doing[]): readonly BatchItem<'sqlite'>[] {
  const ending = doings.filter(({ act }) => act.base === null).map(({ work }) => work);
  const items = ending.filter(
    ({ link, exchange }) => exchange.kind === 'gone' && link.exchangeState !== 'deleted',
  );
  const rows = ending.filter(
    ({ link, liferay }) => liferay.kind === 'gone' && link.liferayState === 'present',
  );
  return [
    ...updateLinks(
      db,
      items.map(({ link }) => link.id),
      { exchangeState: 'deleted' },
    ),
    ...updateLinks(
      db,
      rows.map(({ link }) => link.id),
      { liferayState: 'deleted' },
    ),
  ];
}

/**
 * For a create the row that it is made from; for an update what all the rows showed together, which is what a write
 * whose answer was lost is measured against.
 */
function plannedBooking({ booking, work }: Doing, creates: string | null): string | null {
  if (!booking) return null;
  const shown = work.liferay.kind === 'present' ? work.liferay.event : booking.event;
  return canonicalJson(creates === null ? { ...booking, event: shown } : booking);
}

/** Whether occurrences have to be written after the item, or again after its rule. */
function writesOccurrences(doing: Doing): boolean {
  const event = find(doing, 'createExchange')?.event ?? find(doing, 'updateExchange')?.event;
  return event !== undefined && Object.keys(event.exceptions).length > 0;
}

/** What earlier intents taught about who wrote what: the new ones replace them. */
function agreementsLearnt(doings: readonly Doing[]): readonly LinkContentRow[] {
  return doings.flatMap(({ work, booking, act }) => {
    const { link, intent, agreement, agreedBooking, wroteRows } = work;
    const agreed = agreedBooking ?? booking;
    // Its version is ours by now.
    const row = wroteRows && agreed && booking ? { ...agreed, version: booking.version } : agreed;
    const isLearnt = intent?.operation === 'update' && act.base !== null;
    return isLearnt && agreement && row
      ? [contentOf(link.id, agreement.base, agreement.seen.exchange, row)]
      : [];
  });
}

/** Its row as the next look is to be measured against. */
function asOvertaken({ booking, overtaken }: Doing): PortalBooking | null {
  if (!booking || !overtaken) return booking;
  const { version, invitees } = overtaken;
  return { ...booking, version, invitees };
}

/** Turns what was written into the item's outcome. What the budget did not reach has none and stays dirty. */
function finish(session: MailboxSession, doing: Doing): void {
  const { work, act, exchange } = doing;
  const booking = asOvertaken(doing);
  if (work.outcome !== null || doing.pending.size > 0) return;
  const { failure } = doing;
  for (const { kind } of act.actions) {
    if (kind.startsWith('create')) session.tally.created += 1;
    else if (kind.startsWith('update') || kind.startsWith('respond')) session.tally.updated += 1;
    else session.tally.deleted += 1;
    session.activity[kind.endsWith('Exchange') ? 'exchange' : 'liferay'] += 1;
  }
  if (act.base === null) {
    const isLeft = isInvitation(work) && work.liferay.kind === 'present';
    work.outcome = { kind: isLeft ? 'leftAlone' : 'forgotten' };
    return;
  }
  if (isRestored(work)) {
    work.outcome = { kind: 'restored' };
    return;
  }
  if (!booking || !exchange) return;
  work.key = doing.key;
  work.liferayId = booking.id;
  work.liferayVersion = booking.version;
  work.liferayUid = booking.uid;
  work.outcome = {
    kind: 'agreed',
    base: act.base,
    seenExchange: withFields(exchange, work.agreement?.seen.exchange ?? exchange, work.unshown),
    seenBooking: booking,
    rows: doing.rows,
    dirtyExchange: doing.exchangeDirty,
    dirtyLiferay: doing.liferayDirty || wasPassedOver(work),
    unreported: find(doing, 'createExchange') !== undefined,
    failure,
  };
}
