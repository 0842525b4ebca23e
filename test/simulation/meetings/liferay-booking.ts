/** What people do at Liferay's calendar pages to bookings with invitees: they make them, and invite more or fewer. */
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { isMaster, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import type { Deed } from '../deed.ts';
import { acts, ownCalendarZone, timed } from '../liferay-forms.ts';
import { between, DAY, dayIn, pick, weekdayOf } from '../shapes.ts';
import type { Person, World } from '../world.ts';
import { everyone } from './copies.ts';
import type { MeetingKind } from './kinds.ts';
import type { OrganisersDeed, Tell } from './organising.ts';

const DAYS_AHEAD = 25;

/** People and rooms of whom Liferay has rows below this one, whatever they said. */
export function invitedTo(world: World, bookingId: number): readonly Person[] {
  return everyone(world).filter(({ calendarId }) => childIn(world, calendarId, bookingId) !== undefined);
}

function childIn(world: World, calendarId: number, bookingId: number): Booking | undefined {
  const isChild = (row: Booking) => row.parentCalendarBookingId === bookingId && !isMaster(row);
  return world.liferay.bookings(calendarId).find(isChild);
}

/** Liferay refuses for its owner a time that is taken: they are not asked. */
function areAsked(world: World, people: readonly Person[], bookingId: number): readonly string[] {
  const isAsked = ({ calendarId }: Person) => childIn(world, calendarId, bookingId)?.status !== STATUS.denied;
  return people.filter(isAsked).map(({ address }) => address);
}

/** A new meeting of the deed's person; `token` is the first word of its place. */
export function book(deed: Deed, kind: MeetingKind, token: string): OrganisersDeed {
  const { world, person, random, step } = deed;
  const zone = ownCalendarZone(deed);
  const day = dayIn(zone, world.clock.now()) + between(random, 2, DAYS_AHEAD);
  const others = everyone(world).filter((one) => one !== person);
  const chosen = others.filter(() => random() < 0.4);
  const invited = chosen.length > 0 ? chosen : others.slice(0, 1);
  const count = between(random, 3, 8);
  const time = timed(deed.timeOn(zone, day));
  const isSeries = kind === 'row:organiseSeries';
  const code = weekdayOf(day).slice(0, 2).toUpperCase();
  const id = acts(deed).addBooking(person.calendarId, {
    ...{ title: deed.value('T'), description: `<p>${deed.value('D')}</p>`, location: token, ...time },
    ...(isSeries ? { recurrence: `RRULE:FREQ=WEEKLY;COUNT=${count};INTERVAL=1;BYDAY=${code}` } : {}),
    inviteCalendarIds: invited.map(({ calendarId }) => calendarId),
  });
  const endsAt = time.endTime + (isSeries ? (count - 1) * 7 * DAY : 0);
  const tells: Tell[] = [{ kind: 'request', to: areAsked(world, invited, id) }];
  return { token, step, now: world.clock.now(), endsAt, isAllDay: false, tells, reach: 'whole' };
}

export interface Reinvited {
  readonly what: string;
  readonly tells: readonly Tell[];
}

/**
 * Somebody more is invited to the booking, or somebody is not any more.
 * @param attendees whom the meeting in Exchange knows. @returns null when it cannot be done
 */
export function reinvite(
  deed: Deed,
  kind: MeetingKind,
  { calendarBookingId: id }: Booking,
  attendees: readonly string[],
): Reinvited | null {
  const { world, person, random } = deed;
  const are = invitedTo(world, id);
  const isMore = kind === 'row:invite';
  const others = everyone(world).filter((one) => one !== person && !are.includes(one));
  const one = pick(random, isMore ? others : are);
  if (!one || are.length < (isMore ? 1 : 2)) return null;
  const invited = isMore ? [...are, one] : are.filter((each) => each !== one);
  acts(deed).changeBooking(id, { inviteCalendarIds: invited.map(({ calendarId }) => calendarId) });
  const isAsked = areAsked(world, [one], id).length > 0;
  const isKnown = attendees.includes(one.address);
  const told: Tell = isMore
    ? { kind: 'request', to: [one.address], isOpen: isKnown || !isAsked }
    : // Whoever declined may have gone by themselves.
      { kind: 'cancellation', to: [one.address], isOpen: true };
  const rest = attendees.filter((address) => address !== one.address);
  return { what: one.address, tells: [told, { kind: 'update', to: rest, isOpen: true }] };
}
