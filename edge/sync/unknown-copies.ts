/**
 * Rows of our making of which no link knows, in a portal that keeps no UIDs: an older copy of the database was put back.
 * In a read-only pairing, and for somebody else's meeting, one of them may be taken for an item of which it tells only
 * half. There a mistake ends with the row, which is written anew, and never reaches the item.
 */
import type { CalendarEvent } from '#core/event.ts';
import { sameField } from '#core/merge.ts';
import { newBookings } from '#store/due-work.repository.ts';
import { openIntents } from '#store/links.repository.ts';
import type { LinkRow } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { readBookings } from './read.ts';
import { alike } from './relink-bookings.ts';
import type { Budget, PairingSession } from './slice.ts';
import { halfItem, type WorkItem } from './work-item.ts';

/** New bookings that are looked through for one title, at most. */
const NEW_BOOKINGS = 500;

/** Those of `halves` that may be copies of any item. */
export async function unknownCopies(
  engine: Engine,
  pairing: PairingSession,
  halves: readonly WorkItem[],
): Promise<readonly WorkItem[]> {
  if (halves.length === 0) return [];
  const { id: ownId } = await engine.portal.identity();
  const intents = await openIntents(engine.db, pairing.row.id);
  const creates = intents.filter(({ operation }) => operation === 'createLiferay');
  return halves.filter(
    (half) =>
      half.liferay.kind === 'present' &&
      half.outcome === null &&
      half.seenBooking?.creatorId === ownId &&
      isUntied(half.link, half.liferayUid) &&
      // Nor what another event's create has made, whose answer was lost.
      !alike(creates, half, ownId),
  );
}

/** Neither part of a series nor, by its UID, the copy of one certain item. */
function isUntied({ liferaySeries }: LinkRow, uid: string | null): boolean {
  return liferaySeries === null && !isBookingUid(uid ?? '');
}

/**
 * A copy that has the time or the title of an item: somebody changed the other of the two since it was made. Of several
 * any will do.
 */
export function halfAlike(
  field: 'when' | 'title',
  versions: readonly CalendarEvent[],
  copies: Iterable<WorkItem>,
): WorkItem | undefined {
  return [...copies].find(
    ({ seenBooking }) =>
      seenBooking !== null && versions.some((event) => sameField('liferay', field, event, seenBooking.event)),
  );
}

/** Bookings that are as new as the items and, as far as the snapshot tells, have one of these titles and our name. */
export async function newBookingsNamed(
  engine: Engine,
  pairing: PairingSession,
  titles: ReadonlySet<string>,
  known: ReadonlySet<string>,
  budget: Budget,
): Promise<readonly WorkItem[]> {
  const links = await newBookings(engine.db, pairing.row.id, NEW_BOOKINGS);
  if (links.length === 0) return [];
  const { id: ownId } = await engine.portal.identity();
  const told = new Map(pairing.snapshot.map(({ id, linking }) => [id, linking]));
  const halves = links
    .filter((link) => {
      const row = told.get(link.liferayId ?? '');
      const mayBe = row === undefined || (row.creatorId === ownId && titles.has(row.title));
      return mayBe && !known.has(link.id) && isUntied(link, link.liferayUid);
    })
    .map((link) => halfItem(link));
  await readBookings(engine, pairing, halves, budget);
  return halves;
}
