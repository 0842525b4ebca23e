/**
 * An item whose row is gone may have another already, made by us and unknown to an older copy of the database that was
 * put back. It is met by its UID; in a portal that keeps none, by what it says, as far as that is evidence.
 */
import type { CalendarEvent } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import { rowStart } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { bookingHalves } from '#store/links.repository.ts';
import { knownZone } from './calendar-zone.ts';
import type { Engine } from './engine.ts';
import { isInvitation } from './invitation.ts';
import { bestLikeness, setAside, uidsOf } from './match-bookings.ts';
import { matchInvitations } from './match-invitations.ts';
import { readBookings } from './read.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { halfAlike, unknownCopies } from './unknown-copies.ts';
import { windowOf } from './window.ts';
import { fail, halfItem, open, sawBooking, type WorkItem } from './work-item.ts';

/** Gives items whose row is gone the row that took its place, or sets both aside where that cannot be told. */
export async function matchReplaced(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const bereft = open(works).filter(
    ({ exchange, liferay }) => exchange.kind === 'present' && liferay.kind === 'gone',
  );
  await matchInvitations(engine, pairing, bereft, budget);
  for (const work of open(works)) {
    const { exchange, exchangeUid, exchangeId } = work;
    const isBereft = exchange.kind === 'present' && work.liferay.kind === 'gone';
    if (!isBereft || exchangeUid === null || exchangeId === null) continue;
    const uids = uidsOf(exchangeUid, exchangeId, pairing.row);
    const versions = versionsOf(engine, pairing, work, exchange.event);
    const found = await bookingHalves(engine.db, pairing.row.id, uids, versions.map(rowStart));
    const taken = new Set(works.flatMap(({ absorbed }) => absorbed));
    const halves = found.filter(({ id }) => !taken.has(id)).map((link) => halfItem(link));
    await readBookings(engine, pairing, halves, budget);
    const free = halves.filter(({ liferay, outcome }) => liferay.kind === 'present' && outcome === null);
    if (free.length === 0) continue;
    const byUid = free.find(({ liferayUid }) => uids.includes(liferayUid ?? ''));
    if (byUid) take(work, byUid);
    else {
      const doubtful = await matchByContent(engine, pairing, { work, versions, free });
      if (doubtful.length > 0) await tellApart(engine, session, pairing, works, work, doubtful);
    }
  }
}

function take(work: WorkItem, half: WorkItem): void {
  if (!half.seenBooking) return;
  // What was agreed was never written to a row that Liferay itself keeps: nothing says that this one is behind it.
  if (isInvitation(work)) {
    work.agreement = null;
    work.agreedBooking = null;
  }
  sawBooking(work, half.seenBooking);
  work.matched = true;
  work.absorbed.push(half.link.id);
}

/**
 * The one row that shows the event as it is, and as it was agreed on: the edit may be younger than the row. None where
 * it takes several; the rows of a set are looked for one by one, see adopt-sets.ts.
 */
function versionsOf(
  engine: Engine,
  { row }: PairingSession,
  { key, agreement }: WorkItem,
  event: CalendarEvent,
): readonly CalendarEvent[] {
  if (key !== 'series') return [];
  const window = windowOf(row, engine.effects.clock.now());
  return [event, ...(agreement ? [agreement.base] : [])].flatMap((version) => {
    const plan = planRows(liferayView(version), knownZone(row.calendarZone), window);
    const [first] = plan.kind === 'rows' ? plan.rows : [];
    return first?.key === 'series' ? [first.event] : [];
  });
}

interface Bereft {
  readonly work: WorkItem;
  readonly versions: readonly CalendarEvent[];
  readonly free: readonly WorkItem[];
}

/**
 * A row of our making with title and time of the item is its copy. One with only either may be, or may be what is left
 * of another event: in a read-only pairing one at its time is taken.
 * @returns the rows of which that cannot be told
 */
async function matchByContent(
  engine: Engine,
  pairing: PairingSession,
  { work, versions, free }: Bereft,
): Promise<readonly WorkItem[]> {
  const copies = await unknownCopies(engine, pairing, free);
  for (const version of versions) {
    const likeness = bestLikeness(version, copies);
    if (likeness.kind === 'one') {
      take(work, likeness.half);
      return [];
    }
  }
  const renamed = pairing.row.direction === 'toLiferay' ? halfAlike('when', versions, copies) : undefined;
  if (renamed) {
    take(work, renamed);
    return [];
  }
  return copies.filter(({ seenBooking }) =>
    versions.some((version) =>
      (['title', 'when'] as const).some(
        (field) => seenBooking && sameField('liferay', field, version, seenBooking.event),
      ),
    ),
  );
}

async function tellApart(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  work: WorkItem,
  halves: readonly WorkItem[],
): Promise<void> {
  const item = 'Its booking is gone, and one that we made and do not know has its title or its time.';
  const booking = 'We made it and do not know of what. An item without a booking has its title or its time.';
  await setAside(engine, session, pairing, { work, halves, details: { item, booking } });
  // They may be in this batch too.
  const ids = new Set(halves.map(({ link }) => link.id));
  for (const each of works) if (ids.has(each.link.id)) fail(each, failure('ambiguousMatch', booking));
}
