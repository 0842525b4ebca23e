/** Finding the other half of new bookings: what they need for it, and the create of ours that made them. */
import { liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import { rowStart } from '#core/rows.ts';
import { unidentifiedBookings } from '#store/due-work.repository.ts';
import { linkById, openIntents } from '#store/links.repository.ts';
import { updateLink } from '#store/links.statements.ts';
import type { IntentRow } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { readBookings } from './read.ts';
import { completeCreate } from './relink.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { halfItem, open, sawBooking, storedEvent, type WorkItem } from './work-item.ts';

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
    // A booking about which a person decided was there before anything was written.
    const like = own === undefined && work.choice === null ? alike(creates, work, ownId) : own;
    const intent = fresh.includes(work) ? like : undefined;
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
export function alike(creates: readonly IntentRow[], work: WorkItem, ownId: string): IntentRow | undefined {
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
