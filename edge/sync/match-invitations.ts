/**
 * Meetings that were made in Liferay: a copy in an invitee's mailbox and Liferay's own row in that calendar, a child of
 * the organiser's row, become a pair. Whichever comes second finds the other; where the copy came first, its row gives
 * way to the child.
 *
 * A child has the UID of the organiser's row only where that was asked for (CalendarBookingLocalServiceImpl takes
 * `vEventUid` from the ServiceContext, which children share, or makes one up for each row). So it is told by any of:
 * its own UID, that of the organiser's row, and the UID with which a pairing of this service knows that row in Exchange.
 */
import { liferayView } from '#core/liferay-view.ts';
import type { SideState } from '#core/plan.ts';
import { rowStart } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { deleteExceptions, moveExceptions, putExceptions } from '#store/exceptions.statements.ts';
import { bookingHalves } from '#store/links.repository.ts';
import { deleteLink, putContents, updateLink } from '#store/links.statements.ts';
import { meetingRows, pairsLike, rowsWithoutItem } from '#store/meetings.repository.ts';
import { chunks, type LinkRow } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { bookingUid, isBookingUid } from './identity.ts';
import { asMet } from './invitation.ts';
import { isApart } from './observe-liferay.ts';
import { PORTAL_READ_BATCH, readBookings } from './read.ts';
import { foundRow, replacedRow } from './record-rows.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { contentOf, halfItem, sawBooking, type WorkItem, workItem } from './work-item.ts';

/** A child, the organiser's row (null: gone, or not to be read) and the UIDs by which their meeting is known. */
interface Child {
  readonly half: WorkItem;
  readonly booking: PortalBooking;
  readonly organisers: PortalBooking | null;
  readonly uids: ReadonlySet<string>;
  /** Those of the series to one occurrence of which it invites. */
  readonly seriesUids: ReadonlySet<string>;
}

/**
 * Whether the item with this UID is a copy of the meeting. The organiser's row may be our own copy of theirs. Who is
 * invited to one occurrence has a copy of that one, with the UID of the series.
 */
function isOf({ booking, organisers, uids, seriesUids }: Child, uid: string, isSeries: boolean): boolean {
  if (booking.uid === uid || uids.has(uid)) return true;
  if (!isSeries && seriesUids.has(uid)) return true;
  return organisers !== null && bookingUid(uid, organisers.calendarId) === organisers.uid;
}

/** Reads these children with the organisers' rows. */
async function childrenOf(
  engine: Engine,
  pairing: PairingSession,
  halves: readonly WorkItem[],
  budget: Budget,
): Promise<readonly Child[]> {
  await readBookings(engine, pairing, halves, budget);
  const read = halves.flatMap((half) => {
    const { seenBooking, liferay } = half;
    return seenBooking && isApart(seenBooking) && liferay.kind === 'present' ? [{ half, seenBooking }] : [];
  });
  const parents = [...new Set(read.flatMap(({ seenBooking }) => seenBooking.parentId ?? []))];
  const organisers = await readRows(engine, pairing, parents, budget);
  const known = await meetingRows(engine.db, pairing.row.id, [], parents);
  return read.map(({ half, seenBooking }) => {
    const own = known.filter(({ rowId }) => rowId === seenBooking.parentId);
    const uids = own.filter(({ isOccurrence }) => !isOccurrence).map(({ uid }) => uid);
    const organisersRow = organisers.get(seenBooking.parentId ?? '') ?? null;
    return {
      half,
      booking: seenBooking,
      organisers: organisersRow,
      uids: new Set([...uids, ...(organisersRow ? [organisersRow.uid] : [])]),
      seriesUids: new Set(own.map(({ uid }) => uid)),
    };
  });
}

/** Rows of whatever calendar, as far as they are there and can be read. `zones`: by calendar, for what repeats. */
export async function readRows(
  engine: Engine,
  { row }: PairingSession,
  ids: readonly string[],
  budget: Budget,
  zones: ReadonlyMap<string, string> = new Map([[row.calendarId, row.calendarZone]]),
): Promise<ReadonlyMap<string, PortalBooking>> {
  const found = new Map<string, PortalBooking>();
  for (const part of chunks(ids, PORTAL_READ_BATCH)) {
    budget.spend();
    const reads = await engine.portal.read(part, zones);
    for (const read of reads) if (read.kind === 'booking') found.set(read.booking.id, read.booking);
  }
  return found;
}

/** Gives copies without a row the children of their meetings. */
export async function matchInvitations(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const copies = works.filter(isCopy);
  const rows = pairing.snapshot.filter(
    (row) => isApart(row) && row.seriesId === null && row.status !== 'trashed',
  );
  if (copies.length === 0 || rows.length === 0) return;
  const waiting = await rowsWithoutItem(
    engine.db,
    pairing.row.id,
    rows.map(({ id }) => id),
  );
  const uids = copies.flatMap(({ exchangeUid }) => exchangeUid ?? []);
  const known = waiting.length > 0 ? await meetingRows(engine.db, pairing.row.id, uids, []) : [];
  const parentOf = new Map(rows.map(({ id, parentId }) => [id, parentId]));
  const mayBeOf = (work: WorkItem, link: LinkRow): boolean => {
    const parent = parentOf.get(link.liferayId ?? '');
    const isKnown = known.some(({ rowId, uid }) => rowId === parent && uid === work.exchangeUid);
    const names = [link.exchangeUid, link.liferayUid];
    return (
      isKnown ||
      names.includes(work.exchangeUid) ||
      parent === work.agreedBooking?.parentId ||
      (work.exchange.kind === 'present' && link.firstAt === rowStart(work.exchange.event))
    );
  };
  const taken = new Set(works.flatMap(({ absorbed }) => absorbed));
  const halves = waiting
    .filter((link) => !taken.has(link.id) && copies.some((work) => mayBeOf(work, link)))
    .map((link) => halfItem(link));
  const children = new Set(await childrenOf(engine, pairing, halves, budget));
  for (const work of copies) {
    const child = [...children].find(
      (each) =>
        isOf(each, work.exchangeUid ?? '', repeats(work.exchange)) ||
        // Before LPS-88882 an update of the organiser's row made its children anew.
        each.booking.parentId === work.agreedBooking?.parentId,
    );
    if (!child) continue;
    children.delete(child);
    take(work, child);
    await findReplaced(engine, pairing, work, budget);
  }
}

/** A copy of somebody else's meeting. */
function isCopy({ exchange, exchangeUid, unread, outcome }: WorkItem): boolean {
  if (exchange.kind !== 'present' || exchangeUid === null || unread || outcome !== null) return false;
  return exchange.event.meeting && exchange.event.ownResponse !== 'organizer';
}

function repeats(side: SideState): boolean {
  return side.kind === 'present' && side.event.recurrence !== null;
}

function take(work: WorkItem, { half, booking }: Child): void {
  const { agreement, agreedBooking, rows } = work;
  sawBooking(work, booking);
  work.key = 'series';
  work.matched = true;
  work.absorbed.push(half.link.id);
  if (!agreement) return;
  work.agreedBooking = asMet(booking, liferayView(agreement.base));
  // What stood beside a row of ours is no part of the meeting any more.
  if (agreedBooking && isApart(agreedBooking)) return;
  work.rows = rows.map((row) => ({ ...row, key: `replaced:${row.stored.liferayId}` as const }));
}

/** After the state was lost: the row of ours that the child took the place of may stand there still. */
async function findReplaced(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  budget: Budget,
): Promise<void> {
  const { calendarId, id } = pairing.row;
  const uid = work.exchangeUid ?? '';
  const uids = [bookingUid(uid, calendarId, work.exchangeId ?? ''), bookingUid(uid, calendarId)];
  const links = (await bookingHalves(engine.db, id, uids, [])).filter(
    (link) => !work.absorbed.includes(link.id),
  );
  const halves = links.map((link) => halfItem(link));
  await readBookings(engine, pairing, halves, budget);
  for (const { link, seenBooking, liferay } of halves) {
    if (!seenBooking || liferay.kind !== 'present' || isApart(seenBooking)) continue;
    work.rows.push(foundRow(engine, work, `replaced:${seenBooking.id}`, seenBooking, false));
    work.absorbed.push(link.id);
  }
}

/**
 * Finds the copies of new children: where one has a row of ours, the child takes its place.
 * @returns the works that are left
 */
export async function matchNewChildren(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<WorkItem[]> {
  const halves = works.filter(
    ({ exchangeId, seenBooking, liferay, link }) =>
      exchangeId === null &&
      liferay.kind === 'present' &&
      link.liferaySeries === null &&
      seenBooking !== null &&
      isApart(seenBooking),
  );
  const done = new Set<WorkItem>();
  const rowsOfOthers = new Set(pairing.snapshot.filter(isApart).map(({ id }) => id));
  for (const child of halves.length > 0 ? await childrenOf(engine, pairing, halves, budget) : []) {
    const { half, booking, organisers, uids, seriesUids } = child;
    const names = [...uids].filter((uid) => !isBookingUid(uid));
    // By this it is found when its copy comes.
    half.exchangeUid = names[0] ?? [...seriesUids][0] ?? null;
    const likely = organisers && isBookingUid(organisers.uid) ? [rowStart(booking.event)] : [];
    const like = await pairsLike(engine.db, pairing.row.id, [booking.uid, ...names, ...seriesUids], likely);
    const pair = like
      .map(workItem)
      .find(
        ({ link, exchange }) =>
          isOf(child, link.exchangeUid ?? '', repeats(exchange)) && !rowsOfOthers.has(link.liferayId ?? ''),
      );
    if (!pair) continue;
    done.add(half);
    // What was said in the row that gives way is said first.
    if (pair.link.work === 'dirty') pairing.waiting.add(half.link.id);
    else await moveLink(engine, session, pairing, child, pair);
  }
  return works.filter((work) => !done.has(work));
}

/** The pair is one of the copy and the child from now on; the row that stood there is removed as its surplus. */
async function moveLink(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  { half, booking }: Child,
  work: WorkItem,
): Promise<void> {
  const { db } = engine;
  const { link, agreement } = work;
  const met = agreement && asMet(booking, liferayView(agreement.base));
  await commit(engine, session, pairing, {}, [
    ...deleteExceptions(
      db,
      work.rows.map(({ stored }) => stored.id),
    ),
    ...moveExceptions(db, half.link.id, link.id),
    deleteLink(db, half.link.id),
    updateLink(db, link.id, {
      liferayId: booking.id,
      liferayVersion: booking.version,
      liferayUid: booking.uid,
      liferayKey: 'series',
      liferaySeries: null,
      liferayState: 'present',
      liferayDirty: true,
      rowsUntil: null,
      work: 'dirty',
      attempts: 0,
      retryAt: 0,
    }),
    ...putExceptions(
      db,
      work.rows.map(({ stored }) => ({ ...stored, key: `replaced:${stored.liferayId}` })),
    ),
    ...putExceptions(db, replacedRow(engine, work)),
    ...(agreement && met
      ? putContents(db, [contentOf(link.id, agreement.base, agreement.seen.exchange, met)])
      : []),
  ]);
}
