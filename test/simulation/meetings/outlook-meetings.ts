/** What people do about meetings in Outlook: the organisers of theirs, everybody of what they are invited to. */
import type { Attendee, ItemContent, StoredItem } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { viewsBetween } from '#test/emulators/exchange/series.ts';
import { type ShownItem, shownItem } from '../calendar-windows.ts';
import { type Deed, daysNear, Room, spanIn } from '../deed.ts';
import { acts } from '../outlook-forms.ts';
import { between, DAY, dayIn, midnight, pick, type Random, weekdayOf } from '../shapes.ts';
import type { World } from '../world.ts';
import { type Copy, everyone } from './copies.ts';
import type { MeetingKind } from './kinds.ts';

/** Somebody whose mailbox is elsewhere. */
export const OUTSIDER = 'guest@elsewhere.example.org';

/** Days from which people choose one for a meeting: soon enough for some to be over before the end. */
const DAYS_AHEAD = 25;
const LOOK_AHEAD = 60 * DAY;
const RESPONSES = ['Accept', 'Tentative', 'Decline'] as const;

function attendee(address: string): Attendee {
  const role = address.startsWith('room') ? 'resource' : 'required';
  return { name: address.split('@')[0] ?? '', address, role, response: 'NoResponseReceived' };
}

function addresses(world: World): readonly string[] {
  return [...everyone(world).map(({ address }) => address), OUTSIDER];
}

/** One at least, in the order in which they are asked. */
function invitees({ world, person, random }: Deed): readonly Attendee[] {
  const others = addresses(world).filter((address) => address !== person.address);
  const chosen = others.filter(() => random() < 0.4);
  return (chosen.length > 0 ? chosen : others.slice(0, 1)).map(attendee);
}

function dayFor({ world, random }: Deed, zone: string): number {
  return dayIn(zone, world.clock.now()) + between(random, 1, DAYS_AHEAD);
}

/** Shapes of series are the subject of other lives. */
function rule(random: Random, startDay: number): Recurrence {
  const weekly = { kind: 'weekly', interval: 1, days: [weekdayOf(startDay)], firstDay: 'Monday' } as const;
  const daily = { kind: 'daily', interval: between(random, 2, 4) } as const;
  const pattern = random() < 0.7 ? weekly : daily;
  const count = between(random, 3, 8);
  return {
    pattern,
    range: random() < 0.8 ? { kind: 'numbered', startDay, count } : { kind: 'noEnd', startDay },
  };
}

/** A new meeting of the deed's person; `token` is the first word of its place. */
export function organise(deed: Deed, kind: MeetingKind, token: string): void {
  const { calendar, zone } = deed.world.exchange.mailbox(deed.person.address);
  const day = dayFor(deed, zone.iana);
  const allDay = kind === 'outlook:organiseAllDay';
  const span = allDay
    ? { start: midnight(zone.iana, day), end: midnight(zone.iana, day + between(deed.random, 1, 2)) }
    : deed.timeOn(zone.iana, day);
  acts(deed).createItem(calendar, {
    ...{ subject: deed.value('T'), body: { type: 'Text', text: deed.value('D') }, location: token },
    ...{ ...span, allDay, startZone: zone, endZone: zone, attendees: invitees(deed) },
    ...(kind === 'outlook:organiseSeries' ? { recurrence: rule(deed.random, day) } : {}),
  });
}

/** What the organiser does to a meeting of theirs. @returns what it was, for the trace; null when it cannot be done */
export function manage(deed: Deed, kind: MeetingKind, { item, token }: Copy): string | null {
  const change = changeOf(deed, kind, item, token);
  if (change) acts(deed).changeItem(item.id, change);
  else if (kind === 'outlook:cancel') acts(deed).deleteItem(item.id, deed.random() < 0.3);
  else return manageOccurrence(deed, kind, item);
  return '';
}

function changeOf(
  deed: Deed,
  kind: MeetingKind,
  { content, series }: StoredItem,
  token: string,
): Partial<ItemContent> | null {
  const zone = content.startZone.iana;
  switch (kind) {
    case 'outlook:rename':
      return { subject: deed.value('T') };
    case 'outlook:renameAsCancelled':
      return { subject: `Canceled: ${deed.value('T')}` };
    case 'outlook:changePlace':
      return { location: `${token} ${deed.value('P')}` };
    case 'outlook:moveTime': {
      if (series !== null) return null;
      const day = dayFor(deed, zone);
      if (!content.allDay) return deed.timeOn(zone, day);
      return { start: midnight(zone, day), end: midnight(zone, day + 1) };
    }
    case 'outlook:moveSeriesTime':
      return series === null || content.allDay ? null : deed.timeOn(zone, dayIn(zone, content.start));
    case 'outlook:addAttendee': {
      const invited = new Set([deed.person.address, ...content.attendees.map(({ address }) => address)]);
      const more = pick(
        deed.random,
        addresses(deed.world).filter((address) => !invited.has(address)),
      );
      return more === undefined ? null : { attendees: [...content.attendees, attendee(more)] };
    }
    case 'outlook:removeAttendee': {
      const gone = pick(deed.random, content.attendees);
      if (content.attendees.length < 2) return null;
      return { attendees: content.attendees.filter((one) => one !== gone) };
    }
    default:
      return null;
  }
}

function manageOccurrence(deed: Deed, kind: MeetingKind, item: StoredItem): string | null {
  const shown = occurrencesOf(deed, item);
  const chosen = pick(deed.random, shown.slice(0, 6));
  if (item.series === null || !chosen || shown.length < 2) return null;
  const { id } = chosen.view;
  if (kind === 'outlook:renameOccurrence') acts(deed).changeItem(id, { subject: deed.value('T') });
  else if (kind === 'outlook:cancelOccurrence') acts(deed).deleteItem(id);
  else if (kind === 'outlook:moveOccurrence' && !chosen.allDay) {
    const zone = item.content.startZone.iana;
    const room = new Room({ zones: new Set([zone]) }, shown, chosen);
    const days = [dayIn(zone, chosen.start), ...daysNear(deed, dayIn(zone, chosen.start))];
    const span = spanIn(
      room,
      days.map((day) => deed.timeOn(zone, day)),
    );
    if (!span) return null;
    acts(deed).changeItem(id, span);
  } else return null;
  return `day ${chosen.view.occurrence?.day}`;
}

/** Those that are not over, with the ones right before them: between these an occurrence may be moved. */
function occurrencesOf({ world }: Deed, item: StoredItem): readonly ShownItem[] {
  const now = world.clock.now();
  return [...viewsBetween(item, now - 30 * DAY, now + LOOK_AHEAD)]
    .map((view) => shownItem(view, [view.content.startZone.iana]))
    .sort((one, other) => one.start - other.start);
}

/** What somebody does to a meeting to which they are invited. @returns what it was, for the trace; null when it cannot be done */
export function takePart(deed: Deed, kind: MeetingKind, { item, said }: Copy): string | null {
  const { id, series } = item;
  const says = pick(deed.random, RESPONSES) ?? 'Accept';
  let what = kind === 'outlook:respond' ? says : '';
  if (kind === 'outlook:touch') acts(deed).touchItem(id);
  else if (kind === 'outlook:clearCancelled') {
    if (said !== 'cancelled') return null;
    acts(deed).deleteItem(id);
  } else if (said === 'cancelled') return null;
  else if (kind === 'outlook:respond') acts(deed).respond(id, says);
  else if (kind === 'outlook:declineByDeletion') acts(deed).deleteItem(id);
  else if (kind === 'outlook:dropInvitation') acts(deed).deleteItem(id, false, 'SendToNone');
  else if (kind === 'outlook:respondToOccurrence' && series !== null) {
    const shown = occurrencesOf(deed, item).filter(({ view }) => !view.content.isCancelled);
    const chosen = pick(deed.random, shown.slice(0, 6));
    if (!chosen || shown.length < 2) return null;
    acts(deed).respond(chosen.view.id, says);
    what = `${says} day ${chosen.view.occurrence?.day}`;
  } else return null;
  return what;
}

/** The outsider's response arrives, and the organiser's item takes note of it. @returns null: nobody asked them */
export function outsiderResponds({ world, random }: Deed, _kind: MeetingKind, { item }: Copy): string | null {
  const { attendees } = item.content;
  if (!attendees.some(({ address }) => address === OUTSIDER)) return null;
  const response = pick(random, RESPONSES) ?? 'Accept';
  const noted = attendees.map((one) => (one.address === OUTSIDER ? { ...one, response } : one));
  world.exchange.store.update(item, { content: { ...item.content, attendees: noted } });
  return response;
}
