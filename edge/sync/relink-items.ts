/**
 * Finding the other half of new items: by stamp, by UID, by content, in this order. What was made by a write whose
 * answer was lost, what came back under a new id, and what a service that lost its database made earlier, all meet
 * here, so that nothing is created twice.
 */
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import { furtherRowsWait } from '#store/due-work.repository.ts';
import { linkById, linkWithContent, lostItems, openIntents } from '#store/links.repository.ts';
import { chunks, type IntentRow, type LinkRow } from '#store/sync-rows.ts';
import { takeChosen } from './ambiguities.ts';
import type { Engine } from './engine.ts';
import { type Fresh, matchBookings } from './match-bookings.ts';
import { matchInvitations } from './match-invitations.ts';
import { readBookings, readItems } from './read.ts';
import { completeCreate } from './relink.ts';
import { findCreated, postponeUnsettled } from './resolve.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { halfItem, open, sawItem, type WorkItem, workItem } from './work-item.ts';

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
      intent && intent.linkId !== work.link.id ? await adoptItem(engine, pairing, intent, work, item) : null;
    if (adopter) moved.push(adopter);
    else unmatched.push({ work, item });
  }
  const known = await matchReturned(engine, session, pairing, unmatched, budget);
  moved.push(...known.moved);
  const left = await withoutUnknown(engine, pairing, known.rest);
  await matchInvitations(
    engine,
    pairing,
    left.map(({ work }) => work),
    budget,
  );
  const unmatchedYet: Fresh[] = [];
  for (const one of left) {
    if (!one.work.matched && !(await takeChosen(engine, pairing, one.work, budget))) unmatchedYet.push(one);
  }
  await matchBookings(engine, session, pairing, unmatchedYet, budget);
  return [...rest, ...moved, ...left.map(({ work }) => work)];
}

/**
 * Without the items that carry a stamp of which nothing is known, as long as further rows of events are to be looked at:
 * they were made after the backup from which the database comes, perhaps from such a row, which is a booking of its own
 * only when its event has let go of it again.
 */
async function withoutUnknown(
  { db }: Engine,
  { row, afterPairs }: PairingSession,
  fresh: readonly Fresh[],
): Promise<readonly Fresh[]> {
  const stamped = fresh.filter(({ item }) => item.stamp !== null);
  if (stamped.length === 0 || !(await furtherRowsWait(db, row.id))) return fresh;
  const unknown = new Set<Fresh>();
  for (const one of stamped) {
    if ((await linkById(db, one.item.stamp ?? '')) !== null) continue;
    unknown.add(one);
    afterPairs.add(one.work.link.id);
  }
  return fresh.filter((one) => !unknown.has(one));
}

async function intentsByStamp(engine: Engine, pairing: PairingSession): Promise<Map<string, IntentRow>> {
  const intents = await openIntents(engine.db, pairing.row.id);
  return new Map(intents.filter((i) => i.operation === 'createExchange').map((i) => [i.stamp, i]));
}

/** The item was made by our own create whose answer was lost. */
async function adoptItem(
  engine: Engine,
  pairing: PairingSession,
  intent: IntentRow,
  half: WorkItem,
  item: MailboxItem,
): Promise<WorkItem | null> {
  const link = await linkById(engine.db, intent.linkId);
  if (!link) return null;
  const work = halfItem(link, intent);
  completeCreate(work, intent);
  sawItem(work, item, pairing.disclosure);
  work.absorbed.push(half.link.id);
  return work;
}

/**
 * An item that was moved away and back, or that the server made anew, has a new id and the same UID. One that we made
 * and that an older copy of the database does not know carries the stamp of its link.
 */
async function matchReturned(
  engine: Engine,
  session: MailboxSession,
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
  const bereft = await withoutItem(engine, pairing, others, budget);
  const free = new Set(await notOver(engine, pairing, bereft, budget));
  const moved: WorkItem[] = [];
  const rest: Fresh[] = [];
  for (const one of fresh) {
    const { stamp, uid } = one.item;
    const left = [...free];
    const found =
      left.find(({ link }) => link.id === stamp) ?? left.find(({ link }) => link.exchangeUid === uid);
    if (!found) rest.push(one);
    // While it is not known whether that one's item is still there, it is not known what this one is.
    else if (!found.unread && (await isRowSought(engine, session, pairing, found, one.work, budget))) {
      free.delete(found);
      moved.push(found);
      if (found.outcome === null) {
        sawItem(found, one.item, pairing.disclosure);
        found.matched = true;
        found.absorbed.push(one.work.link.id);
      } else {
        one.work.outcome = { kind: 'waits' };
        moved.push(one.work);
      }
    }
  }
  return { moved, rest };
}

/**
 * Finds the row of an event that came back while it is not known whether the one was made that we sent for it. As long as
 * that request may still be at work the new item waits together with its event.
 * @returns false: they wait
 */
async function isRowSought(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  found: WorkItem,
  { link: half }: WorkItem,
  budget: Budget,
): Promise<boolean> {
  if (found.intent?.operation !== 'createLiferay') return true;
  const settled = await postponeUnsettled(engine, session, pairing, [found], [half.id]);
  if (settled.length === 0) return false;
  await findCreated(engine, pairing, settled, budget);
  return true;
}

/**
 * What is gone on both sides is over, and was only not forgotten yet: an item that a person restored since is new. That
 * its row is gone is what came of the first deletion, perhaps by our own hand, and no deletion of the item.
 */
async function notOver(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<readonly WorkItem[]> {
  const deleted = works.filter(({ link }) => link.exchangeState === 'deleted');
  await readBookings(
    engine,
    pairing,
    deleted.filter(({ link }) => link.liferayState === 'missing'),
    budget,
  );
  const isOver = ({ liferay, rows }: WorkItem) =>
    liferay.kind === 'gone' && rows.every(({ now }) => now === null);
  return works.filter((work) => !deleted.includes(work) || !isOver(work));
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
