/**
 * The invitees of a booking as attendees of a meeting: which address stands behind an invited calendar, and what
 * Liferay's people changed of the invitees since both sides agreed. That is told by their calendars then and now, never
 * by who is an attendee in Exchange.
 */
import { addressesOf, NOBODY } from '#core/attendees.ts';
import type { Attendee } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields } from '#core/merge.ts';
import { ownAddress } from '#core/own-address.ts';
import { isOrganised } from '#core/responses.ts';
import type { PortalBooking, PortalInvitee } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import { addressRuleFor } from '#store/domains.repository.ts';
import { pairedAddresses } from '#store/meetings.repository.ts';
import type { Engine } from './engine.ts';
import { isOver } from './mail.ts';
import type { Budget, InvitedCalendar, MailboxSession, PairingSession } from './slice.ts';
import { open, type WorkItem } from './work-item.ts';

type Book = ReadonlyMap<string, InvitedCalendar>;

/** After reading: gives each item what was done to its invitees in Liferay, and names those without an address. */
export async function weighInvitees(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  // What is booked in a room's own calendar is written past its attendant, and may be withdrawn: nobody is asked to it.
  if (pairing.row.direction !== 'both' || pairing.isRoom) return;
  const weighed = open(works).flatMap((work) => {
    const { seenBooking, agreedBooking, liferay, exchange } = work;
    const isOthers = exchange.kind === 'present' && exchange.event.meeting && !isOrganised(exchange.event);
    if (liferay.kind !== 'present' || !seenBooking || isOthers) return [];
    const before = work.inviteesUnknown ? seenBooking.invitees : (agreedBooking?.invitees ?? []);
    return before.length + seenBooking.invitees.length > 0 ? [{ work, booking: seenBooking, before }] : [];
  });
  const ids = weighed.flatMap(({ booking, before }) =>
    [...before, ...booking.invitees].map(({ calendarId }) => calendarId),
  );
  if (ids.length === 0) return;
  await lookUp(engine, pairing, [...new Set(ids)], budget);
  for (const { work, booking, before } of weighed) {
    const weigh: Weighing = { work, booking, before, book: pairing.invited, own: session.claimed.address };
    work.invitees = editsOf(engine, weigh);
    work.unasked = unaskedOf(engine, weigh);
    work.invitedAddresses = addressesByCalendar(weigh);
    work.remark = remarkOf(engine, weigh);
  }
}

interface Weighing {
  readonly work: WorkItem;
  readonly booking: PortalBooking;
  /** Who was invited when both sides agreed. */
  readonly before: readonly PortalInvitee[];
  readonly book: Book;
  /** The organiser's own address: nobody invites themselves. */
  readonly own: string;
}

async function lookUp(
  { db, portal }: Engine,
  { row, invited }: PairingSession,
  ids: readonly string[],
  budget: Budget,
): Promise<void> {
  const unknown = ids.filter((id) => !invited.has(id));
  if (unknown.length === 0) return;
  const paired = await pairedAddresses(db, row.id, unknown);
  budget.spend();
  const calendars = await portal.invitedCalendars(unknown);
  for (const id of unknown) {
    const calendar = calendars.get(id);
    const owner = calendar?.owner;
    const users =
      owner?.kind === 'user' ? ownAddress(owner, await addressRuleFor(db, row.id, owner.emailAddress)) : null;
    invited.set(id, {
      name: calendar?.name ?? id,
      address: paired.get(id) ?? (users?.kind === 'address' ? users.address : null),
      role: owner?.kind === 'resource' ? 'resource' : 'required',
      isVisible: calendar !== undefined,
    });
  }
}

function addressOf({ book, own }: Weighing, { calendarId }: PortalInvitee): string | null {
  const address = book.get(calendarId)?.address ?? null;
  return address === own ? null : address;
}

/** Who was invited and is not any more, as far as the portal would tell. */
function left({ booking, before, book }: Weighing): {
  readonly gone: readonly PortalInvitee[];
  readonly hidden: readonly PortalInvitee[];
} {
  const are = new Set(booking.invitees.map(({ calendarId }) => calendarId));
  const missing = before.filter(({ calendarId }) => !are.has(calendarId));
  const isSeen = ({ calendarId }: PortalInvitee) => book.get(calendarId)?.isVisible === true;
  return { gone: missing.filter(isSeen), hidden: missing.filter((each) => !isSeen(each)) };
}

/** Empty while an invitee is hidden: whoever writes the others as all who are invited would take that one out. */
function addressesByCalendar(weigh: Weighing): ReadonlyMap<string, string> {
  if (left(weigh).hidden.length > 0) return new Map();
  const entries = weigh.booking.invitees.flatMap((invitee) => {
    const address = addressOf(weigh, invitee);
    return address === null ? [] : [[invitee.calendarId, address] as const];
  });
  return new Map(entries);
}

function attendeeOf(weigh: Weighing, invitee: PortalInvitee): readonly Attendee[] {
  const address = addressOf(weigh, invitee);
  const calendar = weigh.book.get(invitee.calendarId);
  if (address === null || !calendar) return [];
  return [{ address, name: calendar.name, role: calendar.role, response: 'none' }];
}

/** Nobody is invited to what Liferay's workflow has not approved yet: their rows come alive with the organiser's. */
function isAsked({ status }: PortalInvitee): boolean {
  return status !== 'masterPending';
}

/** Nor to what Liferay itself refused because of another booking (a row that is DENIED from the start). */
function isAskable(invitee: PortalInvitee): boolean {
  return invitee.status !== 'denied' && isAsked(invitee);
}

/**
 * Of a booking that was found when the state was new or lost nobody is asked before somebody changes it, and then all are.
 * Where a meeting has an attendee whom we do not know only those are asked whose calendars were not invited before: it
 * may be one of the others, whom the server knows by another address than ours.
 */
function editsOf(engine: Engine, weigh: Weighing): WorkItem['invitees'] {
  const { work, booking, before } = weigh;
  const { agreement, exchange, link } = work;
  const now = booking.invitees;
  const askable = now.filter(isAskable);
  const invited = [...new Set(now.flatMap((each) => addressOf(weigh, each) ?? []))];
  if (!agreement) {
    const isNew = exchange.kind !== 'present' && (!link.quiet || isOver(engine, eventsOf(weigh)));
    return { ...NOBODY, added: isNew ? attendeesOf(weigh, askable) : [], invited };
  }
  const were = new Set(before.filter(isAsked).map(({ calendarId }) => calendarId));
  const isNew = ({ calendarId }: PortalInvitee) => !were.has(calendarId);
  const edits =
    work.liferay.kind === 'present'
      ? changedFields('liferay', agreement.seen.liferay, work.liferay.event)
      : [];
  const gone = mayHaveLeft(weigh, edits) ? [] : left(weigh).gone;
  const isEdited = gone.length > 0 || askable.some(isNew) || edits.length > 0;
  if (!isEdited || link.quiet) return { ...NOBODY, invited };
  const agreed = addressesOf(agreement.base);
  const known = new Set(before.map((each) => addressOf(weigh, each)));
  const isOneOfThem = isOrganised(agreement.base) && [...agreed].some((address) => !known.has(address));
  const asked = isOneOfThem ? askable.filter(isNew) : askable;
  const isAway = attendeesWho(work, 'declined');
  return {
    added: attendeesOf(weigh, asked).filter(({ address }) => !agreed.has(address)),
    removed: gone.flatMap((each) => {
      const address = addressOf(weigh, each);
      const isLeft = address !== null && agreed.has(address) && !invited.includes(address);
      // Whoever declined may have taken their row away by themselves, and needs not hear that they are not invited.
      return isLeft && !isAway.has(address) ? [address] : [];
    }),
    invited,
  };
}

/**
 * Whether invitees whose rows are gone may have taken these away by themselves: nothing tells that the organiser's own row
 * was changed by anybody but us. Its version moves with whoever is invited or not any more, and with our writes.
 */
function mayHaveLeft({ work, booking }: Weighing, edits: readonly EventField[]): boolean {
  if (edits.length > 0) return isAsInExchange(work, edits);
  const { agreedBooking } = work;
  // In `draft` the version that our write came to was never read.
  const isUnmoved = agreedBooking?.version === booking.version || agreedBooking?.status === 'draft';
  return isUnmoved || work.wroteRows;
}

/**
 * Whether the row is edited, and all of it is in Exchange as well. Then it may be what an earlier run of ours wrote, of
 * which an older backup knows nothing, and no act of its organiser's: an invitee whose row is gone may have deleted it.
 */
function isAsInExchange({ liferay, exchange }: WorkItem, edits: readonly EventField[]): boolean {
  if (edits.length === 0 || liferay.kind !== 'present' || exchange.kind !== 'present') return false;
  const differing = changedFields('liferay', liferayView(exchange.event), liferay.event);
  return !edits.some((field) => differing.includes(field));
}

/** Whom a booking that was found would have invited: nobody who is in Exchange already, nor to what is over. */
function unaskedOf(engine: Engine, weigh: Weighing): readonly string[] {
  const { work, booking } = weigh;
  const isFound = work.agreement === null && work.exchange.kind !== 'present' && work.link.quiet;
  if (!isFound || isOver(engine, eventsOf(weigh))) return [];
  return attendeesOf(weigh, booking.invitees.filter(isAskable)).map(({ address }) => address);
}

/** Those of these who have an address, each once. */
function attendeesOf(weigh: Weighing, invitees: readonly PortalInvitee[]): readonly Attendee[] {
  const attendees = invitees.flatMap((each) => attendeeOf(weigh, each));
  return [...new Map(attendees.map((each) => [each.address, each])).values()];
}

function attendeesWho({ exchange }: WorkItem, response: Attendee['response']): ReadonlySet<string> {
  const attendees = exchange.kind === 'present' ? exchange.event.attendees : [];
  return addressesOf({ attendees: attendees.filter((each) => each.response === response) });
}

function eventsOf({ work: { exchange, liferay } }: Weighing) {
  return [exchange, liferay].flatMap((side) => (side.kind === 'present' ? [side.event] : []));
}

/** Nobody is told that somebody could not be invited to what is over. */
function remarkOf(engine: Engine, weigh: Weighing): WorkItem['remark'] {
  const { booking, book } = weigh;
  if (isOver(engine, eventsOf(weigh))) return null;
  const names = booking.invitees.flatMap(({ calendarId, status }) => {
    const calendar = book.get(calendarId);
    return calendar?.address === null && status !== 'denied' ? [calendar.name] : [];
  });
  return names.length === 0 ? null : failure('inviteeWithoutAddress', [...new Set(names)].sort().join(', '));
}
