/** What must hold of meetings when the service has come to rest, asked of the two servers and not of the database. */
import { eq } from 'drizzle-orm';
import { link } from '#drizzle/schema.ts';
import type { Engine } from '#sync/engine.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { isMaster, isSeriesRow, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { inExchange, inLiferay, type Shown, type ShownItem, type ShownRow } from '../calendar-windows.ts';
import { differences } from '../differences.ts';
import { DAY } from '../shapes.ts';
import { itemId, type Person, type World } from '../world.ts';
import type { MeetingField } from './claims.ts';
import { type Copy, copyKey, everyone, type Said, tokenOf } from './copies.ts';
import { meetingRows } from './liferay-meetings.ts';
import { checkMail } from './mail-invariants.ts';
import type { MeetingStory } from './story.ts';

/** Well within the window of a pairing. */
const PAST = 80 * DAY;
const FUTURE = 450 * DAY;

/** Both sides show the same, with the right answers; what was mailed is what people meant to be. */
export async function checkMeetings(world: World, engine: Engine, story: MeetingStory): Promise<string[]> {
  const copies = story.observe();
  story.organising.arrived(world.clock.now());
  story.answers.arrived(world.clock.now());
  const out = [...new Set(story.watch.broken)];
  const leftAlone = new Set<string>();
  const leftByGraph = new Set<string>();
  const declined = new Set<string>();
  for (const parked of await engine.db.select().from(link).where(eq(link.work, 'parked'))) {
    const { reason, reasonDetail, exchangeId, liferayId } = parked;
    const token =
      story.watch.tokens.get(itemId(world, exchangeId ?? '')) ??
      story.watch.tokens.get(liferayId ?? '') ??
      '';
    // Liferay would mail about what is over, and so would Graph: it is left to its people.
    const isOfGraph = reason === 'mailNotSuppressible' && isMailedByGraph(world, story, token);
    if (isOfGraph) leftByGraph.add(token);
    if (isOfGraph || (reason === 'mailNotSuppressible' && story.organising.mayBeMailedByLiferay(token)))
      leftAlone.add(token);
    else if (reason === 'roomTaken' && story.roomBookings.has(token)) declined.add(token);
    else out.push(`something is parked: ${reason} ${reasonDetail}`);
  }
  out.push(...story.roomBookings.check(declined));
  for (const token of declined) leftAlone.add(token);
  for (const person of everyone(world)) {
    out.push(...checkShown(world, story, person, leftAlone, copies));
    for (const token of story.organisers.keys()) {
      if (!leftAlone.has(token)) out.push(...checkCopy(world, story, person, token, copies));
    }
  }
  out.push(
    ...checkMail(world, story, leftByGraph),
    ...checkTracking(story, copies),
    ...checkOrganised(story, copies, leftByGraph),
  );
  const mails = world.liferay.outbox.filter(
    (mail, at) =>
      !story.watch.liferayMailsByPeople.has(at) &&
      !story.organising.mayBeMailedByLiferay(story.watch.tokens.get(String(mail.bookingId)) ?? ''),
  );
  if (mails.length > 0) out.push(`${mails.length} mails left Liferay that nobody intended`);
  return out;
}

/** What its organiser did in Liferay when it was over, or while the state was lost, would be mailed about over Graph. */
function isMailedByGraph(world: World, { organisers, organising }: MeetingStory, token: string): boolean {
  const organiser = organisers.get(token);
  return (
    organiser !== undefined && world.protocolOf(organiser.address) === 'graph' && organising.mayLag(token)
  );
}

/** @param isNameless of a room's own copy: the organiser's name stands there for what Liferay calls the meeting */
function byToken(
  all: readonly Shown[],
  isNameless: (token: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  for (const shown of all) {
    const { token: place, when, title, text } = shown;
    const token = tokenOf(place);
    const line = isNameless(token) ? when : `${when} "${title}" "${text}" at ${place}`;
    map.set(token, [...(map.get(token) ?? []), line]);
  }
  return map;
}

/** The same occurrences in both calendars of a person or a room, none of them twice. */
function checkShown(
  world: World,
  story: MeetingStory,
  person: Person,
  leftAlone: ReadonlySet<string>,
  copies: ReadonlyMap<string, Copy>,
): readonly string[] {
  const { organising, organisers } = story;
  const now = world.clock.now();
  const zone = world.exchange.mailbox(person.address).zone.iana;
  const isChild = (token: string) => organising.isBornInLiferay(token) && organisers.get(token) !== person;
  const isNameless = (token: string) => isChild(token) && world.rooms.includes(person);
  const items = inExchange(world, person, now - PAST, now + FUTURE, [zone]);
  // What the organiser deleted of a booking goes from all of Liferay's rows, and stays as cancelled in the copies.
  const isOff = ({ token, view }: ShownItem) => isChild(tokenOf(token)) && view.content.isCancelled;
  const exchange = byToken(
    items.filter((one) => !isOff(one)),
    isNameless,
  );
  const off = byToken(items.filter(isOff), isNameless);
  // Who is not invited to a series any more may still be to an occurrence with invitees of its own, and has that one twice.
  const isStray = ({ row }: ShownRow) =>
    !isMaster(row) && !isSeriesRow(row) && !world.liferay.booking(row.recurringCalendarBookingId);
  const allRows = inLiferay(world, person, now - PAST, now + FUTURE);
  const shownRows = allRows.filter((one) => !isStray(one));
  const liferay = byToken(shownRows, isNameless);
  // Where their copy of the series is there all the same, such a row may be the one that it has of that occurrence.
  const strays = byToken(allRows.filter(isStray), isNameless);
  // Liferay's own row of a changed occurrence stays when that is declined, and has its series' status.
  const children = byToken(
    shownRows.filter(({ row }) => !isMaster(row) && !isSeriesRow(row)),
    isNameless,
  );
  return [...new Set([...exchange.keys(), ...liferay.keys()])].flatMap((token) => {
    const key = copyKey(person, token);
    const shown = exchange.get(token) ?? [];
    const twice = shown.find((one, index) => shown.indexOf(one) !== index);
    // A row that has lost its meeting cannot bring it back: it is left to Liferay.
    const isForgotten = story.isForgotten(person, token);
    if ((shown.length === 0 && isForgotten) || leftAlone.has(token)) return [];
    // Liferay's own row of an invitee stays when the copy was put away.
    if (isChild(token) && (shown.length === 0 || organising.mayLag(token))) return [];
    const stays = isChild(token) && declinesSome(copies.get(key)) ? children.get(token) : [];
    const own = liferay.get(token) ?? [];
    const borrowed = (strays.get(token) ?? []).filter((line) => shown.includes(line) && !own.includes(line));
    const rows = [...own, ...borrowed].filter(
      (line) => !off.get(token)?.includes(line) && (shown.includes(line) || !stays?.includes(line)),
    );
    return [
      ...differences(key, shown, rows),
      ...(twice === undefined || isForgotten ? [] : [`${key} is twice in Exchange: ${twice}`]),
    ];
  });
}

function declinesSome(copy: Copy | undefined): boolean {
  return copy !== undefined && [...copy.days.values()].includes('gone');
}

/** What the copy says is what its owner said, and the status of its one row. */
function checkCopy(
  world: World,
  story: MeetingStory,
  person: Person,
  token: string,
  copies: ReadonlyMap<string, Copy>,
): readonly string[] {
  const { answers, organisers, organising } = story;
  const key = copyKey(person, token);
  if (story.isForgotten(person, token)) return [];
  const out: string[] = [];
  const copy = copies.get(key);
  const said = copy?.said ?? 'gone';
  const isChild = organising.isBornInLiferay(token) && organisers.get(token) !== person;
  const told = answers.allowed(key, null);
  // A cancelled copy goes with Liferay's own row of it.
  const allowed = isChild && told?.includes('cancelled') ? [...told, 'gone'] : told;
  if (allowed && !allowed.includes(said)) out.push(`${key} says ${said}, expected ${allowed.join(' or ')}`);
  if (!allowed && said !== 'gone' && !answers.isKnown(key)) out.push(`${key} came from nowhere`);
  if (copy && said !== 'cancelled') {
    for (const day of answers.days(key)) {
      const expected = answers.allowed(key, day);
      const is = copy.days.get(day) ?? 'asSeries';
      if (expected && !expected.includes(is) && !(is === 'asSeries' && expected.includes(said))) {
        out.push(`${key} says ${is} of day ${day}, expected ${expected.join(' or ')}`);
      }
    }
  }
  const rows = meetingRows(world, organisers).filter(
    (row) => row.person === person && row.token === token && row.isWhole && isSeriesRow(row.row),
  );
  const isLeft = isChild && !copy && rows.length === 1 && rows.every(({ row }) => !isMaster(row));
  if (rows.length !== (copy ? 1 : 0) && !isLeft) out.push(`${key} has ${rows.length} rows`);
  for (const { row } of rows) {
    const wanted = isMaster(row) || said !== 'NoResponseReceived' ? statusOf(said, world) : STATUS.pending;
    // What somebody says at the row of what they put away before stays there, where nobody is told.
    const isSettled = allowed !== null && answers.isKnown(key) && !isOver(world, row);
    if (isLeft && isSettled && row.status !== STATUS.denied) {
      out.push(`${key} is gone, and its row has the status ${row.status}`);
    }
    if (copy && row.status !== wanted)
      out.push(`${key} says ${said}, and its row has the status ${row.status}`);
  }
  return out;
}

/** What somebody says at a row of what is over is nobody's affair any more. */
function isOver(world: World, { calendarId, calendarBookingId: id }: Booking): boolean {
  const now = world.clock.now();
  return world.liferay
    .calendarWindow(calendarId, now, now + FUTURE)
    .every(({ calendarBookingId }) => calendarBookingId !== id);
}

/** Nobody goes to what is cancelled, and the organiser does go. */
function statusOf(said: Said, { liferay }: World): number {
  switch (said) {
    case 'cancelled':
      return STATUS.denied;
    case 'Tentative':
      return STATUS.maybe;
    case 'NoResponseReceived':
      return liferay.switches.statusPendingOnStandAlone === 'accepted' ? STATUS.pending : STATUS.maybe;
    default:
      return STATUS.approved;
  }
}

/** What the organisers made of their meetings stands in their calendars, and those who are invited know it. */
function checkOrganised(
  story: MeetingStory,
  copies: ReadonlyMap<string, Copy>,
  leftByGraph: ReadonlySet<string>,
): readonly string[] {
  const { organising, organisers, answers } = story;
  return [...organisers].flatMap(([token, organiser]) => {
    const own = copies.get(copyKey(organiser, token));
    if (!own || leftByGraph.has(token) || answers.isForgotten(copyKey(organiser, token))) return [];
    const out: string[] = [];
    for (const [field, value] of Object.entries(own.fields)) {
      const allowed = organising.claims.allowed(token, field as MeetingField);
      if (allowed && !allowed.includes(value)) {
        out.push(`${token} has the ${field} ${value}, expected ${allowed.join(' or ')}`);
      }
    }
    const titles = [...(own.item.series?.exceptions.values() ?? [])].map(({ subject }) => subject);
    for (const title of organising.titlesOf(token)) {
      if (!titles.includes(title)) out.push(`${token} has no occurrence with the title ${title}`);
    }
    return organising.isTold(token) ? [...out, ...checkCopies(own, copies)] : out;
  });
}

function checkCopies(own: Copy, copies: ReadonlyMap<string, Copy>): readonly string[] {
  return own.item.content.attendees.flatMap(({ address, role }) => {
    const copy = copies.get(`${address} ${own.token}`);
    // A room shows its organiser's name for a title.
    if (!copy || copy.said === 'cancelled' || role === 'resource') return [];
    const is = JSON.stringify(copy.fields);
    const wanted = JSON.stringify(own.fields);
    return is === wanted ? [] : [`${address} was told ${is} of ${own.token}, which is ${wanted}`];
  });
}

/** What the organiser's item knows of those who answered. */
function checkTracking(story: MeetingStory, copies: ReadonlyMap<string, Copy>): readonly string[] {
  const out: string[] = [];
  for (const [token, organiser] of story.organisers) {
    const own = copies.get(copyKey(organiser, token));
    for (const { address, response } of own?.item.content.attendees ?? []) {
      const key = `${address} ${token}`;
      const said = copies.get(key)?.said;
      if (!story.answers.isTold(key) || (said !== 'Accept' && said !== 'Tentative')) continue;
      if (response !== said) out.push(`${key} says ${said}, and its organiser knows ${response}`);
    }
  }
  return out;
}
