/**
 * Finding the other half: by stamp, by UID, by content, in this order. What was made by a write whose answer was
 * lost, what came back under a new id, and what a service that lost its database made earlier, all meet here, so
 * that nothing is created twice.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent } from '#core/event.ts';
import { isPrivate, liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { unidentifiedBookings } from '#store/due-work.repository.ts';
import { exceptionsOf, linkById, linkWithContent, lostItems, openIntents } from '#store/links.repository.ts';
import {
  deleteIntent,
  deleteLink,
  moveExceptions,
  putContents,
  putExceptions,
  updateLink,
} from '#store/sync.statements.ts';
import { chunks, type IntentRow, type LinkRow, ROWS_DOUBTFUL, ROWS_UNWRITTEN } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { type Fresh, matchBookings } from './match-bookings.ts';
import { readBookings, readItems } from './read.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import {
  contentOf,
  furtherRow,
  halfItem,
  open,
  sawBooking,
  sawItem,
  storedBooking,
  storedEvent,
  type WorkItem,
  workItem,
} from './work-item.ts';

/** The start by which a row of Liferay is known, epoch ms: an all-day event starts at midnight UTC there. */
export function rowStart(event: CalendarEvent): number {
  const { time } = event;
  return Temporal.Instant.from(time.kind === 'timed' ? time.start : `${time.start}T00:00:00Z`)
    .epochMilliseconds;
}

/**
 * Learns the UIDs of new bookings while new items wait: without them an item and a booking that belong together
 * would both be taken for new.
 */
export async function identifyBookings(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<void> {
  const rows = await unidentifiedBookings(engine.db, pairing.row.id, 500);
  const works = rows.map((link) => halfItem(link));
  await readBookings(engine, pairing, works, budget);
  const known = works.filter((work) => work.liferay.kind === 'present');
  await commit(
    engine,
    session,
    pairing,
    {},
    known.map((work) =>
      updateLink(engine.db, work.link.id, {
        liferayUid: work.liferayUid,
        firstAt: work.liferay.kind === 'present' ? rowStart(work.liferay.event) : null,
      }),
    ),
  );
}

/**
 * Writes down who belongs to whom, and what was agreed when it was made, before anything is done about it: the next
 * write replaces the intent from which that was learnt.
 */
export async function keepMatches(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
): Promise<void> {
  const { db } = engine;
  const matched = open(works).filter((work) => work.matched);
  const writes = matched.flatMap((work) => {
    const { link, exchangeId, exchangeVersion, exchangeUid, liferayId, liferayVersion, liferayUid } = work;
    return [
      // First, because an item or booking belongs to one link at a time.
      ...work.absorbed.flatMap((id) => [...moveExceptions(db, id, link.id), deleteLink(db, id)]),
      updateLink(db, link.id, {
        ...{ exchangeId, exchangeVersion, exchangeUid, liferayId, liferayVersion, liferayUid },
        liferayKey: work.key,
        exceptionsDue: work.wiped,
        // What is doubtful counts as unwritten too.
        ...(work.unwritten && link.rowsUntil !== ROWS_DOUBTFUL ? { rowsUntil: ROWS_UNWRITTEN } : {}),
        exchangeState: stateOf(work.exchange, exchangeId),
        liferayState: stateOf(work.liferay, liferayId),
        exchangeDirty: true,
        liferayDirty: true,
      }),
      // Rows that were met again: the halves by which they were known are gone.
      ...putExceptions(
        db,
        work.rows.flatMap(({ stored }) =>
          stored.linkId === link.id && stored.seen === null ? [stored] : [],
        ),
      ),
      ...(work.intent && work.intent.operation !== 'update' ? [deleteIntent(db, link.id)] : []),
    ];
  });
  const contents = matched.flatMap(({ link, agreement, agreedBooking }) =>
    agreement && agreedBooking
      ? [contentOf(link.id, agreement.base, agreement.seen.exchange, agreedBooking)]
      : [],
  );
  await commit(engine, session, pairing, {}, [...writes, ...putContents(db, contents)]);
  for (const work of matched) work.absorbed.length = 0;
}

function stateOf(side: WorkItem['exchange'], id: string | null): 'none' | 'present' | 'deleted' {
  if (id === null) return 'none';
  return side.kind === 'gone' ? 'deleted' : 'present';
}

/** The further rows of what was matched in this batch: its own, and those of the halves that belong to it now. */
export async function takeOverRows(engine: Engine, works: readonly WorkItem[]): Promise<void> {
  for (const work of open(works)) {
    if (!work.matched && work.absorbed.length === 0) continue;
    const taken = await exceptionsOf(engine.db, [work.link.id, ...work.absorbed]);
    // Those of the halves take the place of rows that stood for the same: see moveExceptions.
    for (const stored of taken.toSorted((row) => (row.linkId === work.link.id ? -1 : 1))) {
      if (work.rows.some((row) => row.stored.id === stored.id)) continue;
      work.rows = [...work.rows.filter(({ key }) => key !== stored.key), furtherRow(stored)];
    }
  }
}

/** Finds the links and bookings that belong to new items, and moves the items there. */
export async function matchItems(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  items: ReadonlyMap<string, MailboxItem>,
  budget: Budget,
): Promise<WorkItem[]> {
  const fresh = open(works).filter((work) => work.liferayId === null && work.exchange.kind === 'present');
  const rest = works.filter((work) => !fresh.includes(work));
  if (fresh.length === 0) return [...works];
  const intents = await intentsByStamp(engine, pairing);
  const moved: WorkItem[] = [];
  const unmatched: { work: WorkItem; item: MailboxItem }[] = [];
  for (const work of fresh) {
    const item = items.get(work.exchangeId ?? '');
    if (!item) continue;
    const intent = item.stamp === null ? undefined : intents.get(item.stamp);
    const adopter =
      intent && intent.linkId !== work.link.id ? await adoptItem(engine, intent, work, item) : null;
    if (adopter) moved.push(adopter);
    else unmatched.push({ work, item });
  }
  const returned = await matchReturned(engine, pairing, unmatched, budget);
  moved.push(...returned.moved);
  await matchBookings(engine, session, pairing, returned.rest, budget);
  return [...rest, ...moved, ...returned.rest.map(({ work }) => work)];
}

async function intentsByStamp(engine: Engine, pairing: PairingSession): Promise<Map<string, IntentRow>> {
  const intents = await openIntents(engine.db, pairing.row.id);
  return new Map(intents.filter((i) => i.operation === 'createExchange').map((i) => [i.stamp, i]));
}

/** The item was made by our own create whose answer was lost. */
async function adoptItem(
  engine: Engine,
  intent: IntentRow,
  half: WorkItem,
  item: MailboxItem,
): Promise<WorkItem | null> {
  const link = await linkById(engine.db, intent.linkId);
  if (!link) return null;
  const work = halfItem(link, intent);
  completeCreate(work, intent);
  sawItem(work, item);
  work.absorbed.push(half.link.id);
  return work;
}

/** A create that did happen: what it was to complete is agreed, and what differs by now is an edit. */
export function completeCreate(work: WorkItem, intent: IntentRow): void {
  work.matched = true;
  const base = storedEvent(intent.base);
  const booking = intent.seenLiferay === null ? null : asAgreed(storedBooking(intent.seenLiferay), base);
  // An item is made without its exceptions, which are written one by one after that.
  const made = { ...base, exceptions: {} };
  const exchange = intent.seenExchange === null ? made : storedEvent(intent.seenExchange);
  work.wiped ||= intent.seenExchange === null && Object.keys(base.exceptions).length > 0;
  // The rows in Liferay come after the item and its occurrences.
  work.unwritten ||= intent.operation === 'createExchange';
  work.agreement = { base, seen: { exchange, liferay: liferayView(base) } };
  work.agreedBooking = booking;
  work.readExchange = work.exchangeId !== null && work.link.exchangeState !== 'deleted';
  work.readLiferay = work.liferayId !== null && work.link.liferayState !== 'deleted';
}

/** What a row tells of a private event counts as an edit, which is put back. */
function asAgreed(booking: PortalBooking, base: CalendarEvent): PortalBooking {
  if (!isPrivate(base)) return booking;
  const { title, description, location } = liferayView(base);
  return { ...booking, event: { ...booking.event, title, description, location } };
}

/**
 * An item that was moved away and back, or that the server made anew, has a new id and the same UID. One that we made
 * and that an older copy of the database does not know carries the stamp of its link.
 */
async function matchReturned(
  engine: Engine,
  pairing: PairingSession,
  fresh: readonly Fresh[],
  budget: Budget,
): Promise<{ moved: WorkItem[]; rest: Fresh[] }> {
  const lost: LinkRow[] = [];
  for (const part of chunks(fresh, 100)) {
    const uids = new Set(part.map(({ item }) => item.uid));
    const stamps = new Set(part.flatMap(({ item }) => item.stamp ?? []));
    lost.push(...(await lostItems(engine.db, pairing.row.id, [...uids], [...stamps])));
  }
  // An item that was not listed and is there all the same is in the batch and among the lost at once.
  const own = new Set(fresh.map(({ work }) => work.link.id));
  const others = lost.filter((link) => !own.has(link.id));
  const free = new Set(await withoutItem(engine, pairing, others, budget));
  const moved: WorkItem[] = [];
  const rest: Fresh[] = [];
  for (const one of fresh) {
    const { stamp, uid } = one.item;
    const left = [...free];
    const found =
      left.find(({ link }) => link.id === stamp) ?? left.find(({ link }) => link.exchangeUid === uid);
    if (!found) rest.push(one);
    // While it is not known whether that one's item is still there, it is not known what this one is.
    else if (!found.unread) {
      free.delete(found);
      sawItem(found, one.item);
      found.matched = true;
      found.absorbed.push(one.work.link.id);
      moved.push(found);
    }
  }
  return { moved, rest };
}

/**
 * Those of `links` whose item is not there, or could not be looked at in time. A server may report an item that left the
 * folder as changed: read it.
 */
async function withoutItem(
  engine: Engine,
  pairing: PairingSession,
  links: readonly LinkRow[],
  budget: Budget,
): Promise<readonly WorkItem[]> {
  const works: WorkItem[] = [];
  for (const { id } of links) {
    const row = await linkWithContent(engine.db, id);
    if (row) works.push(workItem(row));
  }
  const doubtful = works.filter(({ link }) => link.exchangeState === 'present');
  await readItems(pairing, doubtful, budget);
  return works.filter((work) => !doubtful.includes(work) || work.unread || work.exchange.kind === 'gone');
}

/** Bookings made by our own create whose answer was lost join the link that made them. */
export async function matchNewBookings(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
): Promise<WorkItem[]> {
  const fresh = open(works).filter((work) => work.exchangeId === null && work.liferay.kind === 'present');
  if (fresh.length === 0) return [...works];
  const intents = await openIntents(engine.db, pairing.row.id);
  const creates = intents.filter((i) => i.operation === 'createLiferay');
  if (creates.length === 0) return [...works];
  const { id: ownId } = await engine.portal.identity();
  const byUid = new Map(creates.map((i) => [i.uid, i]));
  const out: WorkItem[] = [];
  for (const work of works) {
    const own = byUid.get(work.liferayUid ?? '');
    const intent = fresh.includes(work) ? (own ?? alike(creates, work, ownId)) : undefined;
    const link = intent && intent.linkId !== work.link.id ? await linkById(engine.db, intent.linkId) : null;
    if (!intent || !link || !work.seenBooking) out.push(work);
    else {
      const adopter = halfItem(link, intent);
      completeCreate(adopter, intent);
      sawBooking(adopter, work.seenBooking);
      adopter.absorbed.push(work.link.id);
      out.push(adopter);
    }
  }
  return out;
}

/**
 * For portals that do not keep the UID that we send: the create that a new booking looks like. Where Liferay names us
 * as its maker, a person may have edited it since: then half of a likeness is enough.
 */
function alike(creates: readonly IntentRow[], work: WorkItem, ownId: string): IntentRow | undefined {
  const { liferay, seenBooking } = work;
  if (liferay.kind !== 'present') return undefined;
  const ours = seenBooking?.creatorId === ownId;
  return creates.find((intent) => {
    const view = liferayView(storedEvent(intent.base));
    const sameTitle = sameField('liferay', 'title', view, liferay.event);
    const sameWhen = sameField('liferay', 'when', view, liferay.event);
    return ours ? sameTitle || sameWhen : sameTitle && sameWhen;
  });
}
