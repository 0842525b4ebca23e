/**
 * New rows in Liferay that belong to a series there. A row with a rule of its own is the later half of a series that
 * somebody split, and an event by itself. One without stands for an occurrence of its series; Liferay does not keep
 * which, so it is recognised: by the UID that we gave it, else by the date that its series leaves out for it.
 */
import type { CalendarEvent, DateText, ZoneName } from '#core/event.ts';
import { startDate } from '#core/recurrence-dates.ts';
import { calendarDate, exceptionDate, inZone, originalStart } from '#core/row-dates.ts';
import { isSegment, type RowKey, type RowState } from '#core/rows.ts';
import { shownDates } from '#core/rows-read-set.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { type LinkRow, linksOfSeries, unplacedRows } from '#store/sync.repository.ts';
import { deleteExceptions, deleteLink, putExceptions, updateLink } from '#store/sync.statements.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { bookingUid } from './identity.ts';
import { readBookings } from './read.ts';
import { zoneOf } from './rows.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { halfItem, open, rowState, storedEvent, type WorkItem, workItem } from './work-item.ts';

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
  const waiting = open(fresh).filter(
    ({ seenBooking, liferay }) => liferay.kind === 'present' && seenBooking?.carried.recurrence === '',
  );
  const series = await seriesOf(engine, pairing, waiting, budget);
  const count = waiting.length;
  // The sure ones first: none may take the place of another.
  for (const likeness of ['uid', 'ownDay', 'newDate', 'anyDate'] as const) {
    for (const work of [...waiting]) {
      const place = placeOf(pairing, series.get(work.link.liferaySeries ?? '') ?? [], work, likeness);
      if (!place) continue;
      waiting.splice(waiting.indexOf(work), 1);
      await adopt(engine, session, pairing, work, place);
    }
  }
  return count - waiting.length;
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
  const isSeries = (booking: PortalBooking | null) => booking !== null && booking.carried.recurrence !== '';
  for (const [id, found] of series) {
    const rules = found.filter(
      ({ seenBooking, rows }) => isSeries(seenBooking) || rows.some(({ now }) => isSeries(now)),
    );
    series.set(id, rules);
  }
  return series;
}

interface Place {
  readonly work: WorkItem;
  readonly key: RowKey;
}

/**
 * How the place of a row is told: by our UID; by the date left out on its own day; by the nearest date that was not
 * left out when we last looked; by the nearest of all.
 */
type Likeness = 'uid' | 'ownDay' | 'newDate' | 'anyDate';

function placeOf(
  { row: { calendarId, calendarZone } }: PairingSession,
  series: readonly WorkItem[],
  { seenBooking }: WorkItem,
  likeness: Likeness,
): Place | null {
  if (!seenBooking) return null;
  const zone = zoneOf(calendarZone);
  for (const work of series) {
    const key =
      likeness === 'uid'
        ? keyByUid(work, seenBooking, calendarId)
        : keyByDate(work, seenBooking, zone, likeness);
    if (key && !hasRow(work, key)) return { work, key };
  }
  return null;
}

export function hasRow({ rows }: WorkItem, key: RowKey): boolean {
  return rows.some((row) => row.key === key && row.now !== null);
}

/** Rows that we made tell by their UID, also before the series leaves their date out. */
function keyByUid(work: WorkItem, { uid, event }: PortalBooking, calendarId: string): RowKey | null {
  const planned = work.intent ? [storedEvent(work.intent.base)] : [];
  const events = [...planned, ...(work.agreement ? [work.agreement.base] : [])];
  const dates = new Set(events.flatMap(({ exceptions }) => Object.keys(exceptions)));
  for (const date of dates) {
    const key: RowKey = `occurrence:${date}`;
    if (rowUid(work, calendarId, key) === uid) return key;
    // A portal that keeps no UIDs: what our write was to make.
    const wished = planned[0]?.exceptions[date];
    if (wished === undefined || wished === 'deleted') continue;
    if (wished.title === event.title && wished.time.start === event.time.start) return key;
  }
  return null;
}

/** The UID of a further row of an event: it follows from the event's own. */
export function rowUid(work: WorkItem, calendarId: string, key: RowKey): string {
  return bookingUid(work.exchangeUid ?? work.link.id, calendarId, key);
}

function keyByDate(
  work: WorkItem,
  booking: PortalBooking,
  zone: ZoneName,
  likeness: Likeness,
): RowKey | null {
  const ownDay = startDate(inZone(booking.event.time, zone)).toString();
  const { agreement, rows } = work;
  for (const candidate of stretchesOf(work, booking.seriesId)) {
    const event: CalendarEvent = agreement?.base ?? candidate.event;
    const taken = new Set<DateText>();
    for (const { key, now } of rows) {
      const date = occurrenceOf(key);
      if (now && date !== null) taken.add(calendarDate(event, zone, date));
    }
    // An occurrence that both sides hold as deleted cannot come back: the row is an event of its own.
    for (const [date, is] of Object.entries(agreement?.seen.exchange.exceptions ?? {})) {
      if (is === 'deleted') taken.add(calendarDate(event, zone, date));
    }
    if (likeness === 'newDate') {
      for (const date of Object.keys(work.agreedBooking?.event.exceptions ?? {})) taken.add(date);
    }
    const found = exceptionDate(candidate, zone, taken, rowState(booking));
    if (likeness === 'ownDay' && found !== ownDay) continue;
    const date =
      found === null
        ? null
        : (originalStart(event, zone, found, candidate) ??
          // Somebody gave the series another rule, which has the date.
          (isSameDay(candidate.event, event, zone)
            ? originalStart(candidate.event, zone, found, candidate)
            : null));
    if (date !== null) return `occurrence:${date}`;
  }
  return null;
}

/** Whether the row begins on one day in the calendar's zone and in that of the event. */
function isSameDay({ time }: CalendarEvent, event: CalendarEvent, zone: ZoneName): boolean {
  const there = inZone(time, zone);
  const own = event.time.kind === 'timed' ? inZone(there, event.time.zone) : there;
  return startDate(there).equals(startDate(own));
}

/**
 * The rows with a rule that a new row may have come from. Liferay deletes a stretch with the last occurrence that it
 * shows: the one that the new row names comes first then, as one that leaves out all that it showed.
 */
function stretchesOf(
  { key, liferay, seenBooking, agreedBooking, rows }: WorkItem,
  seriesId: string | null,
): readonly RowState[] {
  const own = liferay.kind === 'gone' ? null : seenBooking;
  const places = [{ key, now: own, agreed: agreedBooking }, ...rows];
  const lost = places.find((place) => isSegment(place.key) && !place.now && place.agreed?.id === seriesId);
  const present = [seenBooking, ...rows.map(({ now }) => now)].flatMap((booking) =>
    booking && booking.carried.recurrence !== '' ? [rowState(booking)] : [],
  );
  return lost?.agreed ? [emptied(rowState(lost.agreed)), ...present] : present;
}

function emptied(row: RowState): RowState {
  const dates = shownDates(row).map((date) => [date, 'deleted'] as const);
  return {
    ...row,
    event: { ...row.event, exceptions: { ...row.event.exceptions, ...Object.fromEntries(dates) } },
  };
}

function occurrenceOf(key: RowKey): DateText | null {
  return key.startsWith('occurrence:') ? key.slice('occurrence:'.length) : null;
}

/** The row is one of that event's from now on. */
export async function adopt(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  half: WorkItem,
  { work, key }: Place,
): Promise<void> {
  const { liferayId, liferayVersion, liferayUid, seenBooking } = half;
  if (liferayId === null || !seenBooking) return;
  const stored = {
    id: engine.effects.ids.uuid(),
    linkId: work.link.id,
    pairingId: pairing.row.id,
    key,
    liferayId,
    liferayVersion: liferayVersion ?? '',
    liferayUid: liferayUid ?? '',
    liferayState: 'present',
    dirty: true,
    seen: null,
  } as const;
  const { db } = engine;
  const lost = work.rows.filter((row) => row.key === key).map(({ stored: { id } }) => id);
  await commit(engine, session, pairing, {}, [
    // Nothing else may stand in this place: a row that is gone left it.
    ...deleteExceptions(db, lost),
    deleteLink(db, half.link.id),
    ...putExceptions(db, [stored]),
    updateLink(db, work.link.id, { work: 'dirty', liferayDirty: true, attempts: 0, retryAt: 0 }),
  ]);
  work.rows.push({ stored, key, agreed: null, now: seenBooking, read: false });
}
