/**
 * New rows in Liferay that belong to a series there. A row with a rule of its own is the later half of a series that
 * somebody split, and an event by itself. One without stands for an occurrence of its series: place.ts tells which.
 */
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { unplacedRows } from '#store/due-work.repository.ts';
import { deleteExceptions, putExceptions } from '#store/exceptions.statements.ts';
import { linksOfSeries } from '#store/links.repository.ts';
import { deleteLink, updateLink } from '#store/links.statements.ts';
import type { ExceptionRow, LinkRow } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { type Place, placeOf } from './place.ts';
import { readBookings } from './read.ts';
import { foundRow } from './record-rows.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { type FurtherRow, fail, halfItem, open, type WorkItem, workItem } from './work-item.ts';

/** New rows that are looked at together, or those of one series if they are more. */
const ROWS_TOGETHER = 50;

/**
 * Finds the place of each new row in its series. What has none is left as the event of its own that it is. All of them
 * come before any event is worked on: the date that a series leaves out for a row without a place looks deleted.
 * @returns false when the slice is over before all were looked at
 */
export async function adoptRows(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<boolean> {
  const links = await unplacedRows(engine.db, pairing.row.id, true, engine.effects.clock.now());
  let isOnTheWay = false;
  for (const part of wholeSeries(links.filter(({ id }) => !pairing.placed.has(id)))) {
    // What has a place is not looked at again; where nothing has one, ending early would lead nowhere.
    if (session.lost || !budget.mayWrite || (isOnTheWay && budget.spent)) return false;
    const adopted = await adoptTogether(engine, session, pairing, part, budget);
    isOnTheWay ||= adopted > 0;
  }
  return true;
}

/** Parts of about ROWS_TOGETHER rows, none of which ends within a series. `links` are in the order of their series. */
function wholeSeries(links: readonly LinkRow[]): readonly (readonly LinkRow[])[] {
  const parts: LinkRow[][] = [];
  for (const link of links) {
    const part = parts.at(-1);
    const goesOn = part?.at(-1)?.liferaySeries === link.liferaySeries;
    if (part && (goesOn || part.length < ROWS_TOGETHER)) part.push(link);
    else parts.push([link]);
  }
  return parts;
}

/** @returns how many rows have a place now */
async function adoptTogether(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  links: readonly LinkRow[],
  budget: Budget,
): Promise<number> {
  const fresh = links.map((link) => halfItem(link));
  await readBookings(engine, pairing, fresh, budget);
  for (const { id } of links) pairing.placed.add(id);
  for (const { link, outcome } of fresh) {
    if (link.liferaySeries !== null && outcome?.kind === 'failed')
      pairing.unreadSeries.set(link.liferaySeries, outcome.failure);
  }
  // Those of invitees too: an occurrence that the organiser changed is one of their series.
  const read = fresh.filter(({ outcome, unread }) => !unread && outcome?.kind !== 'failed');
  const waiting = read.filter(
    ({ seenBooking, liferay }) => liferay.kind === 'present' && seenBooking?.carried.recurrence === '',
  );
  const series = await seriesOf(engine, pairing, waiting, budget);
  const count = waiting.length;
  // The sure ones first: none may take the place of another.
  for (const likeness of ['uid', 'ownDay', 'answered', 'newDate', 'anyDate', 'anyDay'] as const) {
    for (const work of [...waiting]) {
      const place = placeOf(pairing, series.get(work.link.liferaySeries ?? '') ?? [], work, likeness);
      if (!place) continue;
      waiting.splice(waiting.indexOf(work), 1);
      await adopt(engine, session, pairing, work, place);
    }
  }
  return count - waiting.length;
}

/**
 * Events with rows in a series of which a new row could not be read: the date that is left out for that row would look
 * deleted, and Exchange gives back no occurrence that we deleted there. They fail as it did, and are tried again.
 */
export function awaitRows({ unreadSeries }: PairingSession, works: readonly WorkItem[]): void {
  if (unreadSeries.size === 0) return;
  for (const work of open(works)) {
    const { liferayId, link, rows } = work;
    const own = [liferayId, link.liferaySeries, ...rows.map(({ stored }) => stored.liferayId)];
    const unread = own.flatMap((id) => unreadSeries.get(id ?? '') ?? []);
    if (unread[0]) fail(work, unread[0]);
  }
}

/** By series: the events that have a row in one of those of `fresh`, with their rows as they are now. */
async function seriesOf(
  engine: Engine,
  pairing: PairingSession,
  fresh: readonly WorkItem[],
  budget: Budget,
): Promise<ReadonlyMap<string, readonly WorkItem[]>> {
  const own = new Set(fresh.map(({ link }) => link.id));
  const works = new Map<string, WorkItem>();
  const series = new Map<string, WorkItem[]>();
  for (const { link } of fresh) {
    const { liferaySeries } = link;
    if (liferaySeries === null || series.has(liferaySeries)) continue;
    const found: WorkItem[] = [];
    for (const row of await linksOfSeries(engine.db, pairing.row.id, liferaySeries)) {
      if (own.has(row.link.id) || row.link.liferayState === 'deleted') continue;
      const work = works.get(row.link.id) ?? workItem(row);
      works.set(row.link.id, work);
      found.push(work);
    }
    series.set(liferaySeries, found);
  }
  for (const work of works.values()) {
    work.readLiferay = work.liferayId !== null;
    for (const row of work.rows) row.read = row.now !== null;
  }
  await readBookings(engine, pairing, [...works.values()], budget);
  // What was a series when a reader took the row out of it may be a single event by now.
  const isReadOnly = pairing.row.direction === 'toLiferay';
  const isSeries = (booking: PortalBooking | null) =>
    booking !== null && (isReadOnly || booking.carried.recurrence !== '');
  for (const [id, found] of series) {
    const rules = found.filter(
      ({ seenBooking, rows }) => isSeries(seenBooking) || rows.some(({ now }) => isSeries(now)),
    );
    series.set(id, rules);
  }
  return series;
}

/** The row is one of that event's from now on. */
export async function adopt(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  half: WorkItem,
  { work, key }: Place,
): Promise<void> {
  const { seenBooking } = half;
  if (!seenBooking) return;
  const row = foundRow(engine, work, key, seenBooking, true);
  const { db } = engine;
  const others = work.rows.filter((other) => other.key === key);
  await commit(engine, session, pairing, {}, [
    // Nothing else may stand in this place: a row that is gone left it, and one of ours gives way.
    ...deleteExceptions(
      db,
      others.map(({ stored }) => stored.id),
    ),
    deleteLink(db, half.link.id),
    ...putExceptions(db, [row.stored, ...others.flatMap(givenWay)]),
    updateLink(db, work.link.id, { work: 'dirty', liferayDirty: true, attempts: 0, retryAt: 0 }),
  ]);
  work.rows = work.rows.map((other) =>
    other.key === key ? { ...other, key: `replaced:${other.stored.liferayId}` } : other,
  );
  work.rows.push(row);
}

function givenWay({ stored, now }: FurtherRow): readonly ExceptionRow[] {
  return now === null ? [] : [{ ...stored, key: `replaced:${stored.liferayId}` }];
}
