/**
 * Which occurrence of its series a new row in Liferay stands for. Liferay does not keep that, so it is recognised: by
 * the UID that we gave the row, else by the date that its series leaves out for it.
 */
import type { CalendarEvent, DateText, ZoneName } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { sameInstants } from '#core/occurrences.ts';
import { startDate } from '#core/recurrence-dates.ts';
import { calendarDate, exceptionDate, inZone, originalStart } from '#core/row-dates.ts';
import { isSegment, type RowKey, type RowState } from '#core/rows.ts';
import { shownDates } from '#core/rows-read-set.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { knownZone } from './calendar-zone.ts';
import { bookingUid } from './identity.ts';
import { isInvitation } from './invitation.ts';
import { isApart } from './observe-liferay.ts';
import type { PairingSession } from './slice.ts';
import { rowState, storedEvent, type WorkItem } from './work-item.ts';

/** The event that a row belongs to, and what the row is to it. */
export interface Place {
  readonly work: WorkItem;
  readonly key: RowKey;
}

/**
 * How the place of a row is told: by our UID; by the date left out on its own day; by the nearest date that was not
 * left out when we last looked; by the nearest of all. `answered`: with what an organiser changes of a series Liferay gives
 * its children the dates anew that it leaves out, so that a child shows again what an invitee answered by itself, and they
 * may answer it once more. `anyDay`: what an invitee answered by itself is one of the series whatever hour that has got
 * since, and where readers may not edit, what they took out of a copy belongs to it also when its occurrence went in that
 * moment. What has no place in the event is removed.
 */
type Likeness = 'uid' | 'ownDay' | 'answered' | 'newDate' | 'anyDate' | 'anyDay';

/** The free place in `series` that the new row is told to stand for by this likeness; null where there is none. */
export function placeOf(
  { row: { calendarId, calendarZone, direction } }: PairingSession,
  series: readonly WorkItem[],
  { seenBooking }: WorkItem,
  likeness: Likeness,
): Place | null {
  if (!seenBooking) return null;
  const zone = knownZone(calendarZone);
  const isReadOnly = direction === 'toLiferay';
  const mayBeLost = (key: RowKey) => isSegment(key) || (key === 'series' && isReadOnly);
  const keyIn = (work: WorkItem): RowKey | null => {
    if (likeness === 'uid') return keyByUid(work, seenBooking, calendarId);
    if (likeness === 'answered') return answeredKey(work, seenBooking, zone);
    if (likeness !== 'anyDay') return keyByDate(work, seenBooking, zone, likeness, mayBeLost);
    if (isReadOnly && work.link.exchangeState === 'present') return freeKey(work, seenBooking, zone);
    return isTakenOut(work, seenBooking) ? keyOfDay(work, seenBooking, zone) : null;
  };
  for (const work of series) {
    const key = keyIn(work);
    if (key && !isTaken(work, key, seenBooking, likeness)) return { work, key };
    // Its organiser changed the occurrence meanwhile, and asks about it anew, or has none there any more.
    const isOver = likeness === 'anyDay' ? isTakenOut(work, seenBooking) : likeness === 'answered' && key;
    if (isOver) return { work, key: `replaced:${seenBooking.id}` };
  }
  return null;
}

/** The link's own row may stand for an occurrence too: it takes the place of one that is gone. */
export function hasRow({ key: own, liferay, rows }: WorkItem, key: RowKey): boolean {
  return (
    (own === key && liferay.kind === 'present') || rows.some((row) => row.key === key && row.now !== null)
  );
}

/** A child of the row of an occurrence that the organiser changed takes the place of any other row. */
function isTaken(work: WorkItem, key: RowKey, booking: PortalBooking, likeness: Likeness): boolean {
  if (!isApart(booking) && likeness !== 'answered') return hasRow(work, key);
  return work.rows.some((row) => row.key === key && row.now !== null && isApart(row.now));
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
  mayBeLost: (key: RowKey) => boolean,
): RowKey | null {
  const ownDay = startDate(inZone(booking.event.time, zone)).toString();
  const { agreement } = work;
  for (const candidate of stretchesOf(work, booking.seriesId, mayBeLost)) {
    const event: CalendarEvent = agreement?.base ?? candidate.event;
    const taken = new Set<DateText>();
    for (const key of [work.key, ...work.rows.map((row) => row.key)]) {
      const date = occurrenceOf(key);
      if (date !== null && isTaken(work, key, booking, likeness)) taken.add(calendarDate(event, zone, date));
    }
    // An occurrence that both sides hold as deleted cannot come back: the row is an event of its own. One that an invitee
    // declined does, when its organiser changes it.
    const before = isApart(booking) ? {} : (agreement?.seen.exchange.exceptions ?? {});
    for (const [date, is] of Object.entries(before)) {
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

/** Whether an invitee took the row out of the organiser's series: by an answer to one occurrence. */
function isTakenOut(work: WorkItem, booking: PortalBooking): boolean {
  return isInvitation(work) && !isApart(booking);
}

/** The occurrence of an invitation whose time the row has, be it left out or not. */
function answeredKey(work: WorkItem, booking: PortalBooking, zone: ZoneName): RowKey | null {
  const { agreement, seenBooking } = work;
  if (!isTakenOut(work, booking) || !seenBooking) return null;
  const { time } = booking.event;
  const event = agreement?.base ?? seenBooking.event;
  const ownDay = startDate(inZone(time, zone)).toString();
  const date = originalStart(event, zone, ownDay);
  if (date === null) return null;
  // The series may have got another hour before the answer, or after it.
  const regular = [regularOccurrence(event, date), regularOccurrence(seenBooking.event, ownDay)];
  return regular.some((each) => each && sameInstants(each.time, time)) ? `occurrence:${date}` : null;
}

/** The occurrence of an invitation on the row's own day. */
function keyOfDay(
  { agreement, seenBooking }: WorkItem,
  booking: PortalBooking,
  zone: ZoneName,
): RowKey | null {
  const event = agreement?.base ?? seenBooking?.event;
  const ownDay = startDate(inZone(booking.event.time, zone)).toString();
  const date = event ? originalStart(event, zone, ownDay) : null;
  return date === null ? null : `occurrence:${date}`;
}

/** The row's own day, or the first one after it for which the event has no row. */
function freeKey(work: WorkItem, { event }: PortalBooking, zone: ZoneName): RowKey {
  let day = startDate(inZone(event.time, zone));
  while (hasRow(work, `occurrence:${day}`)) day = day.add({ days: 1 });
  return `occurrence:${day}`;
}

/** Whether the row begins on one day in the calendar's zone and in that of the event. */
function isSameDay({ time }: CalendarEvent, event: CalendarEvent, zone: ZoneName): boolean {
  const there = inZone(time, zone);
  const own = event.time.kind === 'timed' ? inZone(there, event.time.zone) : there;
  return startDate(there).equals(startDate(own));
}

/**
 * The rows with a rule that a new row may have come from. Liferay deletes a stretch with the last occurrence that it
 * shows: the one that the new row names comes first then, as one that leaves out all that it showed. A whole series is
 * put back in a read-only pairing alone; in another its deletion travels, and what is left of it are events of their own.
 */
function stretchesOf(
  { key, liferay, seenBooking, agreedBooking, rows }: WorkItem,
  seriesId: string | null,
  mayBeLost: (key: RowKey) => boolean,
): readonly RowState[] {
  const own = liferay.kind === 'gone' ? null : seenBooking;
  const places = [{ key, now: own, agreed: agreedBooking }, ...rows];
  const lost = places.find((place) => mayBeLost(place.key) && !place.now && place.agreed?.id === seriesId);
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
