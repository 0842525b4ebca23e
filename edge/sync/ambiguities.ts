/**
 * Events that match several on the other side. While a pairing previews they are written down with what tells them
 * apart, and a person decides about each; from the start on that is gone by.
 */
import type { CalendarEvent } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { isPrivate, liferayView } from '#core/liferay-view.ts';
import { linkById } from '#store/links.repository.ts';
import { putAmbiguities } from '#store/sync.statements.ts';
import type { NewAmbiguity } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import { readBookings } from './read.ts';
import type { Budget, PairingSession } from './slice.ts';
import { fail, halfItem, open, sawBooking, type WorkItem } from './work-item.ts';

/** Of a description so much is kept: enough to know one agenda from another. */
const DESCRIPTION_LENGTH = 200;

/** What is stored of an item that matches several bookings, and of each of these. */
export function ambiguityWrites(
  { db }: Engine,
  { row }: PairingSession,
  work: WorkItem,
  halves: readonly WorkItem[],
) {
  const rowOf = (each: WorkItem, candidates: readonly string[]): NewAmbiguity => ({
    linkId: each.link.id,
    pairingId: row.id,
    ...told(each.exchange.kind === 'present' ? each.exchange : each.liferay),
    candidates: JSON.stringify(candidates.toSorted()),
  });
  const ids = halves.map(({ link }) => link.id);
  return putAmbiguities(db, [rowOf(work, ids), ...halves.map((half) => rowOf(half, []))]);
}

/** No more of it than the calendar would show. */
function told(side: WorkItem['exchange']): Pick<NewAmbiguity, 'location' | 'description'> {
  const event: CalendarEvent | null = side.kind === 'present' ? side.event : null;
  if (event === null || isPrivate(event)) return { location: null, description: null };
  const { location, description } = liferayView(event);
  return { location, description: [...description].slice(0, DESCRIPTION_LENGTH).join('') };
}

/** Sets aside what a person left out, as long as it is there and belongs to nothing on the other side. */
export function leaveOut({ row }: PairingSession, works: readonly WorkItem[]): void {
  if (row.preview) return;
  for (const work of open(works)) {
    const { choice, agreement, exchange, exchangeId, liferay, liferayId } = work;
    if (choice?.choice !== 'leaveOut' || agreement !== null) continue;
    const isItem = exchange.kind === 'present' && liferayId === null;
    const isBooking = liferay.kind === 'present' && exchangeId === null;
    if (isItem || isBooking)
      fail(work, failure('leftOut', 'Nothing is done about it until somebody tries it again.'));
  }
}

/** A person decided that the item is none of the bookings that look like it. A copy of our own making it has all the same. */
export function isNewByChoice({ row }: PairingSession, { choice }: WorkItem): boolean {
  return choice?.choice === 'create' && !row.preview;
}

/**
 * Gives an item the booking that a person chose for it. One that is gone by now, or has become another item's, is not
 * replaced by a guess: the item is matched like any other.
 * @returns whether it has its booking now
 */
export async function takeChosen(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  budget: Budget,
): Promise<boolean> {
  const { choice } = work;
  if (choice?.choice !== 'link' || choice.chosenId === null || pairing.row.preview) return false;
  const link = await linkById(engine.db, choice.chosenId);
  if (link === null || link.exchangeState !== 'none' || link.liferayState !== 'present') return false;
  const half = halfItem(link);
  await readBookings(engine, pairing, [half], budget);
  if (half.seenBooking === null || half.outcome !== null) return false;
  sawBooking(work, half.seenBooking);
  work.matched = true;
  work.absorbed.push(link.id);
  return true;
}
