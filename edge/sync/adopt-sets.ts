/**
 * New rows in Liferay that belong to a series which could only be shown in stretches: they belong to no series of
 * Liferay's, and only what they are tells that they are ours.
 */
import type { CalendarEvent, ZoneName } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import { occurrenceOn } from '#core/occurrences.ts';
import { startDate } from '#core/recurrence-dates.ts';
import { inZone, originalStart, seriesTime } from '#core/row-dates.ts';
import type { PlannedRow, RowKey } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { dueLinks, unplacedRows } from '#store/due-work.repository.ts';
import { hasSets, linksOfSets, linkWithContent, openIntents } from '#store/links.repository.ts';
import { deleteContent, updateLink } from '#store/links.statements.ts';
import { adopt } from './adopt.ts';
import { knownZone } from './calendar-zone.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { isApart } from './observe-liferay.ts';
import { hasRow, rowUid } from './place.ts';
import { readBookings, readItems } from './read.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { windowOf } from './window.ts';
import { halfItem, open, storedEvent, type WorkItem, workItem } from './work-item.ts';

/** New rows that are looked at together. */
const ROWS_TOGETHER = 200;

/**
 * A new row may be ours where a write of such rows was announced and its end is not known, or where it was made after
 * the backup from which the database comes.
 */
export async function adoptSetRows(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<void> {
  const nowMs = engine.effects.clock.now();
  const unplaced = await unplacedRows(engine.db, pairing.row.id, false, nowMs, ROWS_TOGETHER);
  const fresh = unplaced.filter(({ id }) => !pairing.placed.has(id)).map((link) => halfItem(link));
  if (fresh.length === 0) return;
  // What new items find as theirs is no row of another event, unless they wait for these rows themselves.
  const { afterPairs } = pairing;
  const due = await dueLinks(engine.db, pairing.row.id, 'exchangeHalves', nowMs, 1 + afterPairs.size);
  const items = due.filter(({ link }) => !afterPairs.has(link.id));
  const announced = await announcedSets(engine, pairing);
  const mayStand = items.length === 0 && (await hasSets(engine.db, pairing.row.id));
  if (announced.length === 0 && !mayStand) return;
  await readBookings(engine, pairing, fresh, budget);
  if (items.length === 0) for (const { link } of fresh) pairing.placed.add(link.id);
  const { id: ownId } = await engine.portal.identity();
  const waiting = new Set(open(fresh).filter((half) => isOurs(half, ownId)));
  if (waiting.size === 0) return;
  const sets = [...announced, ...(mayStand ? await standingSets(engine, pairing, budget) : [])];
  for (const set of sets) {
    const { work, event } = set;
    const planned = plannedRows(engine, pairing, work, event);
    let met = 0;
    // The link's own row is looked up as such where the event is being made.
    const own = work.link.liferayId === null ? planned[0]?.key : work.key;
    for (const half of waiting) {
      const key = keyOf(half, set, planned, pairing, ownId);
      if (key === null || hasRow(work, key)) continue;
      if (key === own && !(await isOwnGone(engine, pairing, work, budget))) continue;
      waiting.delete(half);
      await adopt(engine, session, pairing, half, { work, key });
      met += 1;
    }
    if (met > 0 && set.isUndivided) await divide(engine, session, pairing, set, budget);
  }
}

/** A row that we put back after the backup was made stands where the link knows one that is gone. */
async function isOwnGone(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  budget: Budget,
): Promise<boolean> {
  if (work.link.liferayState === 'missing') await readBookings(engine, pairing, [work], budget);
  return work.liferay.kind === 'gone';
}

/** Made by us: by its UID, or by what Liferay says of its maker. */
function isOurs({ seenBooking, liferay }: WorkItem, ownId: string): boolean {
  if (!seenBooking || liferay.kind !== 'present' || isApart(seenBooking)) return false;
  return isBookingUid(seenBooking.uid) || seenBooking.creatorId === ownId;
}

interface RowSet {
  readonly work: WorkItem;
  /** What its rows are to show. */
  readonly event: CalendarEvent;
  /** As far as we know it has one row, in a calendar that got another zone since. */
  readonly isUndivided: boolean;
}

/**
 * An event that we divided after the backup was made: what is known of its one row says nothing of what that stands for
 * by now. The event is met again, as without any agreement.
 */
async function divide(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  { work, event }: RowSet,
  budget: Budget,
): Promise<void> {
  work.readLiferay = true;
  await readBookings(engine, pairing, [work], budget);
  const { seenBooking, liferay, link } = work;
  if (liferay.kind !== 'present' || !seenBooking) return;
  const key = keyByStart(event, seenBooking.event, knownZone(pairing.row.calendarZone));
  if (key === null || hasRow(work, key)) return;
  await commit(engine, session, pairing, {}, [
    deleteContent(engine.db, link.id),
    updateLink(engine.db, link.id, { liferayKey: key, exchangeDirty: true }),
  ]);
}

async function announcedSets(engine: Engine, pairing: PairingSession): Promise<readonly RowSet[]> {
  const sets: RowSet[] = [];
  for (const { linkId, base } of await openIntents(engine.db, pairing.row.id)) {
    const event = storedEvent(base);
    const row = event.recurrence === null ? null : await linkWithContent(engine.db, linkId);
    if (row) sets.push({ work: workItem(row), event, isUndivided: false });
  }
  return sets;
}

async function standingSets(
  engine: Engine,
  pairing: PairingSession,
  budget: Budget,
): Promise<readonly RowSet[]> {
  const known = (await linksOfSets(engine.db, pairing.row.id)).map(workItem);
  const works = known.filter(({ intent }) => intent === null);
  await readItems(pairing, works, budget);
  return works.flatMap((work) => {
    const event = work.exchange.kind === 'present' ? work.exchange.event : work.agreement?.base;
    return event ? [{ work, event, isUndivided: work.key === 'series' }] : [];
  });
}

function plannedRows(
  engine: Engine,
  { row }: PairingSession,
  work: WorkItem,
  base: CalendarEvent,
): readonly PlannedRow[] {
  const window = windowOf(row, engine.effects.clock.now());
  const known = work.link.liferayId === null ? [] : [work.key, ...work.rows.map(({ key }) => key)];
  const keys = known.filter((key) => key !== 'series');
  const plan = planRows(liferayView(base), knownZone(row.calendarZone), window, keys);
  return plan.kind === 'rows' && plan.rows[0]?.key !== 'series' ? plan.rows : [];
}

/**
 * Which of the event's rows it is: by the UID that we gave it; in a portal that keeps none, a row of our making that
 * begins where ours does, wherever its stretch was cut.
 */
function keyOf(
  { seenBooking }: WorkItem,
  { work, event }: RowSet,
  planned: readonly PlannedRow[],
  { row: { calendarId, calendarZone } }: PairingSession,
  ownId: string,
): RowKey | null {
  if (!seenBooking || planned.length === 0) return null;
  const { uid, creatorId, event: is } = seenBooking;
  const byUid = planned.find(({ key }) => rowUid(work, calendarId, key) === uid);
  if (byUid) return byUid.key;
  const isOurs = creatorId === ownId && sameField('liferay', 'title', is, liferayView(event));
  return isOurs ? keyByStart(event, is, knownZone(calendarZone)) : null;
}

/** What a row of a set stands for, from the occurrence with which it begins. */
function keyByStart(event: CalendarEvent, row: CalendarEvent, zone: ZoneName): RowKey | null {
  const date = originalStart(event, zone, startDate(inZone(row.time, zone)).toString());
  if (date === null) return null;
  const { start, end } = occurrenceOn(seriesTime(event), date);
  if (start !== row.time.start || end !== row.time.end) return null;
  return row.recurrence === null ? `occurrence:${date}` : `segment:${date}`;
}
