/** What organisers do at Liferay's calendar pages to rows of their own: it travels to Exchange, which tells the others. */
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { type ShownRow, shownRow } from '../calendar-windows.ts';
import { type Deed, daysNear, Room, spanIn } from '../deed.ts';
import { acts, allDay, ownCalendarZone, timed } from '../liferay-forms.ts';
import { DAY, dayIn, pick } from '../shapes.ts';
import { type Copy, endOf } from './copies.ts';
import type { MeetingKind } from './kinds.ts';
import { invitedTo, reinvite } from './liferay-booking.ts';
import { leavesRows, type MeetingRow } from './liferay-meetings.ts';
import type { OrganisersDeed, Tell } from './organising.ts';

const LOOK_BACK = 30 * DAY;
const LOOK_AHEAD = 60 * DAY;

export interface Managed {
  /** For the trace. */
  readonly what: string;
  readonly deed: OrganisersDeed;
}

type Reached = Pick<OrganisersDeed, 'reach' | 'title'> & {
  readonly what: string;
  readonly kind: 'update' | 'cancellation';
  /** It was saved as it is: there is nothing to tell. */
  readonly isVain?: boolean;
  /** Of one occurrence, when that is over, before or after: epoch ms. */
  readonly endsAt?: number;
};

/** @param copy the organiser's item as it stands in Exchange, if it does. @returns null when it cannot be done to the row */
export function manageRow(
  deed: Deed,
  kind: MeetingKind,
  target: MeetingRow,
  copy: Copy | undefined,
): Managed | null {
  const attendees = copy?.item.content.attendees.map(({ address }) => address) ?? [];
  const { exceptions, deletedDays } = copy?.item.series ?? {};
  const before = endsOf(target, copy);
  const { token, row } = target;
  const common = { token, step: deed.step, now: deed.world.clock.now(), isAllDay: row.allDay };
  if (kind === 'row:invite' || kind === 'row:uninvite') {
    const done = target.isWhole && isBooking(deed, row) ? reinvite(deed, kind, row, attendees) : null;
    return (
      done && { what: done.what, deed: { ...common, endsAt: before, tells: done.tells, reach: 'whole' } }
    );
  }
  const invited = invitedTo(deed.world, row.calendarBookingId).map(({ address }) => address);
  const done = doToOwn(deed, kind, target);
  if (done === null) return null;
  const { what, kind: told, reach, title } = done;
  const after = deed.world.liferay.booking(row.calendarBookingId);
  const endsAt = done.endsAt ?? Math.max(before, after?.recurrence === '' ? after.endTime : before);
  // An occurrence that somebody answered by itself has a list of its own since: of it hear those who stand there, and not
  // who came to the series later, nor does who was taken out of the series go from it.
  const lists = [...(exceptions?.values() ?? [])].flatMap((own) =>
    own.attendees ? [own.attendees.map(({ address }) => address)] : [],
  );
  const sure = attendees.filter(
    (address) => reach !== 'occurrence' || lists.every((list) => list.includes(address)),
  );
  const tells: Tell[] = [{ kind: told, to: sure, isOpen: done.isVain === true }];
  // Of a booking that has not arrived, or not to all who are invited.
  const more = new Set([...invited, ...attendees, ...lists.flat()]);
  for (const address of sure) more.delete(address);
  tells.push({ kind: told, to: [...more], isOpen: true });
  if (reach === 'series' || (reach === 'whole' && row.recurrence !== '')) {
    // A new hour of a series wipes what was changed of it in Exchange, and a new name reaches occurrences that keep theirs
    // in Liferay: both is then written again.
    const again = { to: attendees, isOpen: true } as const;
    const apart = deed.world.liferay
      .bookings(target.person.calendarId)
      .filter(({ recurringCalendarBookingId: id }) => id === row.calendarBookingId);
    tells.push({ ...again, kind: 'update', most: Math.max(exceptions?.size ?? 0, apart.length) });
    tells.push({ ...again, kind: 'cancellation', most: deletedDays?.size ?? 0 });
  }
  const named = title === undefined ? {} : { title };
  return { what, deed: { ...common, endsAt, tells, reach, ...named } };
}

/** It was made in Liferay, where others were invited to it. */
function isBooking({ world }: Deed, { calendarBookingId }: Booking): boolean {
  return invitedTo(world, calendarBookingId).length > 0;
}

function endsOf({ row }: MeetingRow, copy: Copy | undefined): number {
  if (copy) return endOf(copy, null);
  return row.recurrence === '' ? row.endTime : Number.POSITIVE_INFINITY;
}

function doToOwn(deed: Deed, kind: MeetingKind, target: MeetingRow): Reached | null {
  const { row, token, isWhole } = target;
  const id = row.calendarBookingId;
  switch (kind) {
    case 'row:rename': {
      const title = deed.value('T');
      acts(deed).changeBooking(id, { title });
      return isWhole
        ? { what: '', kind: 'update', reach: 'whole' }
        : { what: 'one', kind: 'update', reach: 'occurrence', title, endsAt: row.endTime };
    }
    case 'row:changePlace':
      if (!isWhole) return null;
      acts(deed).changeBooking(id, { location: `${token} ${deed.value('P')}` });
      return { what: '', kind: 'update', reach: 'whole' };
    case 'row:moveTime':
    case 'row:moveSeriesTime':
      return isWhole ? moveWhole(deed, kind, target) : null;
    case 'row:deleteOwn':
      if (!isWhole || leavesRows(deed, row)) return null;
      acts(deed).deleteBooking(id);
      return { what: '', kind: 'cancellation', reach: 'end' };
    default:
      return manageOccurrence(deed, kind, target);
  }
}

function moveWhole(deed: Deed, kind: MeetingKind, { row }: MeetingRow): Reached | null {
  const isSeries = row.recurrence !== '';
  if (isSeries !== (kind === 'row:moveSeriesTime')) return null;
  const zone = ownCalendarZone(deed);
  const day = dayIn(row.allDay ? 'UTC' : zone, row.startTime);
  if (row.allDay) {
    if (isSeries) return null;
    acts(deed).changeBooking(row.calendarBookingId, allDay(day + 1, 1));
  } else {
    const span = deed.timeOn(zone, isSeries ? day : day + 1);
    if (isWhere(span, row.startTime, row.endTime)) return null;
    acts(deed).changeBooking(row.calendarBookingId, timed(span));
  }
  return { what: '', kind: 'update', reach: isSeries ? 'series' : 'whole' };
}

function manageOccurrence(deed: Deed, kind: MeetingKind, target: MeetingRow): Reached | null {
  const { row } = target;
  if (row.recurrence === '') return null;
  const shown = shownOf(deed, target);
  const own = shown.filter((one) => one.row.calendarBookingId === row.calendarBookingId);
  const chosen = pick(deed.random, own.slice(0, 6));
  if (!chosen || own.length < 2) return null;
  const id = row.calendarBookingId;
  const what = `day ${dayIn(row.allDay ? 'UTC' : ownCalendarZone(deed), chosen.start)}`;
  if (kind === 'row:deleteOccurrence') {
    acts(deed).deleteInstance(id, chosen.start);
    return { what, kind: 'cancellation', reach: 'occurrence', endsAt: chosen.end };
  }
  const change = changeOf(deed, kind, chosen, shown);
  if (!change) return null;
  acts(deed).changeInstance(id, chosen.start, change);
  const { title, startTime = chosen.start, endTime = chosen.end } = change;
  const more = title === undefined ? {} : { title };
  const isVain = title === undefined && startTime === chosen.start && endTime === chosen.end;
  const endsAt = Math.max(chosen.end, endTime);
  return { what, kind: 'update', reach: 'occurrence', endsAt, isVain, ...more };
}

function changeOf(
  deed: Deed,
  kind: MeetingKind,
  chosen: ShownRow,
  shown: readonly ShownRow[],
): Partial<PersonBooking> | null {
  if (kind === 'row:renameOccurrence') return { title: deed.value('T') };
  if (kind !== 'row:moveOccurrence' || chosen.allDay) return null;
  const zone = ownCalendarZone(deed);
  const day = dayIn(zone, chosen.start);
  const room = new Room({ zones: new Set([zone]) }, shown, chosen);
  const days = [day, ...daysNear(deed, day)];
  const span = spanIn(
    room,
    days.map((one) => deed.timeOn(zone, one)),
  );
  return span && !isWhere(span, chosen.start, chosen.end) ? timed(span) : null;
}

/** Whoever moves it to where it stands has changed nothing of which anybody would be told. */
function isWhere(span: Readonly<Record<'start' | 'end', number>>, start: number, end: number): boolean {
  return span.start === start && span.end === end;
}

/** All that the calendar shows of the meeting, in the order of time. */
function shownOf({ world, person }: Deed, { token }: MeetingRow): readonly ShownRow[] {
  const now = world.clock.now();
  return world.liferay
    .calendarWindow(person.calendarId, now - LOOK_BACK, now + LOOK_AHEAD)
    .filter(({ location }) => location.split(' ')[0] === token)
    .map(shownRow)
    .sort((one, other) => one.start - other.start);
}
