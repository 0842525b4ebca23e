/**
 * Writes that were announced and whose end is unknown: their owner crashed, or the answer was lost. They are not
 * repeated before the remote side can no longer be working on them, and not before it was looked whether they
 * happened.
 */
import type { CalendarEvent } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields } from '#core/merge.ts';
import { absorbOwnWrite } from '#core/own-write.ts';
import type { SideState } from '#core/plan.ts';
import { rowStart } from '#core/rows.ts';
import type { PortalRow } from '#liferay/portal-calendar.port.ts';
import { decidedLinks, knownBookings, knownExceptions, linkOfItem } from '#store/links.repository.ts';
import { updateLink } from '#store/links.statements.ts';
import { setIntentFence } from '#store/sync.statements.ts';
import { chunks, type IntentRow, type LinkRow } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { isApart } from './observe-liferay.ts';
import { completeCreate } from './relink.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { fail, open, storedBooking, storedEvent, type WorkItem } from './work-item.ts';

/** The fence of an intent whose waiting time is set: when its link is due again, it may be looked up. */
export const WAITED = -1;

/** How long after our own claim another's request may still be at work. */
export function settleMs(engine: Engine): number {
  return engine.settings.requestTimeoutMs + engine.settings.marginMs;
}

/**
 * Sets aside what must wait first.
 * @param halves links that wait as long
 * @returns the items that may be worked on
 */
export async function postponeUnsettled(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  halves: readonly string[] = [],
): Promise<WorkItem[]> {
  const unsettled = works.filter((work) => work.intent !== null && work.intent.fence !== WAITED);
  const retryAt = engine.effects.clock.now() + settleMs(engine);
  await commit(
    engine,
    session,
    pairing,
    {},
    unsettled.flatMap(({ link }) => [
      setIntentFence(engine.db, link.id, WAITED),
      ...[link.id, ...halves].map((id) =>
        updateLink(engine.db, id, { retryAt, exchangeDirty: true, liferayDirty: true }),
      ),
    ]),
  );
  return works.filter((work) => !unsettled.includes(work));
}

/** Looks up creates that may have happened, and takes over what they made. */
export async function findCreated(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const items = open(works).filter((work) => work.intent?.operation === 'createExchange');
  for (const part of chunks(items, pairing.mailbox.capabilities.writeBatch)) {
    budget.spend();
    const matches = await pairing.mailbox.findByStamp(
      pairing.row.folderId,
      part.map((work) => work.intent?.stamp ?? ''),
    );
    for (const work of part) {
      if (!work.intent) continue;
      for (const made of matches.filter(({ stamp }) => stamp === work.intent?.stamp)) {
        // A copy that somebody made of one of our items carries its stamp, and is a pair of its own by now.
        if (!(await absorbHalf(engine, pairing, work, made.id))) continue;
        work.exchangeId = made.id;
        work.exchangeVersion = made.version;
        completeCreate(work, work.intent);
        work.readExchange = true;
        break;
      }
    }
  }
  const bookings = open(works).filter((work) => work.intent?.operation === 'createLiferay');
  if (bookings.length > 0) await findCreatedBookings(engine, pairing, bookings, budget);
}

async function findCreatedBookings(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const { calendarId, liferayRows } = pairing.row;
  budget.spend();
  const snapshots = await engine.portal.snapshot([
    { calendarId, expectedRows: liferayRows, detail: 'linking' },
  ]);
  const snapshot = snapshots.get(calendarId);
  const known = await knownBookings(engine.db, pairing.row.id);
  const others = await knownExceptions(engine.db, pairing.row.id);
  // A booking about which a person decided was there before anything was written.
  const decided = await decidedLinks(engine.db, pairing.row.id);
  const { id: ownId } = await engine.portal.identity();
  for (const work of works) {
    if (snapshot?.kind !== 'rows') {
      if (snapshot) work.outcome = { kind: 'failed', failure: snapshot.failure, uncertain: true };
      continue;
    }
    const { intent } = work;
    if (!intent) continue;
    const rows = snapshot.rows.filter(({ id }) => !others.has(id) && !decided.has(known.get(id)?.id ?? ''));
    const made = createdRows(rows, intent, known, ownId);
    if (made.length > 1) {
      fail(work, failure('ambiguousMatch', `${made.length} bookings look like the one that was sent.`));
    }
    const [row] = made;
    if (made.length !== 1 || !row) continue;
    if (!(await absorbHalf(engine, pairing, work, row.id))) continue;
    work.liferayId = row.id;
    work.liferayVersion = row.version;
    completeCreate(work, intent);
    work.readLiferay = true;
  }
}

/**
 * Our row by its UID. In a portal that does not keep UIDs, among the rows that nobody knows: by title and start, or,
 * where Liferay names us as its maker, by either, because a person may have edited it since.
 */
function createdRows(
  rows: readonly PortalRow[],
  intent: IntentRow,
  known: ReadonlyMap<string, LinkRow>,
  ownId: string,
): readonly PortalRow[] {
  const present = rows.filter((row) => row.status !== 'trashed' && !isApart(row));
  const own = present.filter((row) => row.linking?.uid === intent.uid);
  if (own.length > 0) return own;
  const event = liferayView(storedEvent(intent.base));
  return present.filter(({ id, linking }) => {
    if (!linking || !isNew(known.get(id))) return false;
    const sameTitle = linking.title === event.title;
    const sameStart = linking.startMs === rowStart(event);
    return linking.creatorId === ownId ? sameTitle || sameStart : sameTitle && sameStart;
  });
}

/** Not known, or observed since and still without an item. */
function isNew(link: LinkRow | undefined): boolean {
  return link === undefined || (link.exchangeId === null && link.work === 'dirty');
}

/**
 * What our create made may have been observed already, as something new.
 * @returns false when it is half of a pair, and so nothing that is missing one
 */
async function absorbHalf(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  remoteId: string,
): Promise<boolean> {
  const half = await linkOfItem(engine.db, pairing.row.id, remoteId);
  if (!half || half.id === work.link.id) return true;
  if (half.exchangeId !== null && half.liferayId !== null) return false;
  work.absorbed.push(half.id);
  return true;
}

/** After reading: the part of a lost update that did happen is ours, and no edit of theirs. */
export function absorbUpdates(works: readonly WorkItem[]): void {
  for (const work of open(works)) {
    const { intent } = work;
    if (intent?.operation !== 'update' || !work.agreement) continue;
    const { agreement, wiped } = absorbOwnWrite(work.agreement, {
      planned: {
        exchange: intent.seenExchange === null ? null : storedEvent(intent.seenExchange),
        liferay: intent.seenLiferay === null ? null : storedBooking(intent.seenLiferay).event,
      },
      intended: storedEvent(intent.base),
      now: { exchange: presentEvent(work.exchange), liferay: presentEvent(work.liferay) },
    });
    const ours = changedFields('liferay', work.agreement.seen.liferay, agreement.seen.liferay);
    work.wroteRows = ours.length > 0;
    work.agreement = agreement;
    work.wiped ||= wiped;
    // Of an event whose own row is gone nothing tells whether the write came to the rows that are left.
    work.unwritten ||= work.liferay.kind === 'gone';
  }
}

function presentEvent(side: SideState): CalendarEvent | null {
  return side.kind === 'present' ? side.event : null;
}
