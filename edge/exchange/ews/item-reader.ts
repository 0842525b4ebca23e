/** A calendar item of an answer as a CalendarEvent: pure, and the same in every time zone of the process. */
import {
  type Attendee,
  type CalendarEvent,
  type ChangedOccurrence,
  type EventTime,
  NEUTRAL_EVENT,
  type Recurrence,
  type Response,
  type Sensitivity,
  type ShowAs,
  type ZoneName,
} from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { endsWithinDates } from '#core/recurrence-dates.ts';
import { byCodePoint, multiLine, oneLine, sortedCategories } from '#core/text.ts';
import { holdsJoinLink } from '../join-link.ts';
import type { MailboxItem } from '../mailbox-calendar.port.ts';
import { PROPERTY_SET, STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import { ATTENDEE_LISTS } from './attendee-lists.ts';
import { readSeriesTime, readTime, readZone, type TimeContext } from './item-time.ts';
import type { WireNode } from './library.ts';
import { readRecurrence } from './recurrence.ts';
import { attribute, child, children, guardedText, namesIn, ownText, textOf } from './wire.ts';

const SHOW_AS: ReadonlyMap<string, ShowAs> = new Map(
  Object.entries<ShowAs>({
    Free: 'free',
    Tentative: 'tentative',
    Busy: 'busy',
    OOF: 'outOfOffice',
    WorkingElsewhere: 'workingElsewhere',
  }),
);
const SENSITIVITY: ReadonlyMap<string, Sensitivity> = new Map(
  Object.entries<Sensitivity>({
    Personal: 'personal',
    Private: 'private',
    Confidential: 'confidential',
  }),
);
const RESPONSE: ReadonlyMap<string, Response> = new Map(
  Object.entries<Response>({
    Organizer: 'organizer',
    Tentative: 'tentative',
    Accept: 'accepted',
    Decline: 'declined',
    NoResponseReceived: 'pending',
  }),
);

/** The id and version of the one item in an answer's `Items`; null where there is none. */
export function itemIdIn(items: WireNode): { readonly id: string; readonly version: string } | null {
  const itemId = child(itemIn(items)?.node, 'ItemId');
  const id = attribute(itemId, 'Id');
  return id === '' ? null : { id, version: attribute(itemId, 'ChangeKey') };
}

/** An item as its own answer tells it: the exceptions of a series have still to be read, see series-reader.ts. */
export interface FoundItem {
  readonly item: MailboxItem;
  readonly node: WireNode;
  /** Null if it cannot be told. */
  readonly zone: ZoneName | null;
}

/**
 * Reads the one item in an answer's `Items`. Rejects with the item's own failure: `recurrenceNotExpressible`,
 * `zoneUnknown`, `startAfterEnd`, or `itemUnreadable` for what is no calendar item.
 */
export function readItem(items: WireNode, context: TimeContext): FoundItem {
  const ids = itemIdIn(items);
  const node = calendarItemIn(items);
  if (ids === null) throw new RemoteFailure(failure('itemUnreadable', 'an item without an id'));
  const notes = ownProperties(node);
  const zone = readZone(node, notes.get(ZONE_PROPERTY) ?? '', context);
  const item = {
    ...ids,
    uid: textOf(node, 'UID'),
    stamp: notes.get(STAMP_PROPERTY) ?? null,
    folderId: attribute(child(node, 'ParentFolderId'), 'Id'),
    event: readEvent(node, zone),
    unplaced: [],
  };
  return { item, node, zone };
}

/** The one calendar item in an answer's `Items`. Rejects with `itemUnreadable` anything else. */
export function calendarItemIn(items: WireNode): WireNode {
  const found = itemIn(items);
  if (found === null) throw new RemoteFailure(failure('itemUnreadable', 'an answer without item'));
  if (found.name !== 'CalendarItem') {
    throw new RemoteFailure(failure('itemUnreadable', `a ${found.name} in a calendar`));
  }
  return found.node;
}

function itemIn(items: WireNode): { readonly name: string; readonly node: WireNode } | null {
  const name = namesIn(items)[0];
  return name === undefined ? null : { name, node: child(items, name) };
}

function readEvent(node: WireNode, zone: ZoneName | null): CalendarEvent {
  // IsRecurring is false on masters of some servers; the type is not.
  const isSeries = textOf(node, 'CalendarItemType') === 'RecurringMaster';
  const meeting = isMeeting(node);
  const time = isSeries ? readSeriesTime(node, zone) : readTime(node, zone);
  return {
    ...readContent(node),
    time,
    recurrence: isSeries ? readRule(node, time) : null,
    exceptions: {},
    sensitivity: SENSITIVITY.get(textOf(node, 'Sensitivity')) ?? 'normal',
    meeting,
    unsent:
      meeting &&
      textOf(node, 'MyResponseType') === 'Organizer' &&
      textOf(node, 'MeetingRequestWasSent') === 'false',
    organizer: meeting ? addressIn(child(node, 'Organizer')) || null : null,
    organizerName: meeting ? nameIn(child(node, 'Organizer')) : '',
    attendees: readAttendees(node),
    cancelled: textOf(node, 'IsCancelled') === 'true',
    onlineMeeting: isOnlineMeeting(node),
    disclosure: NEUTRAL_EVENT.disclosure,
  };
}

function readRule(node: WireNode, time: EventTime): Recurrence {
  const recurrence = readRecurrence(child(node, 'Recurrence'));
  if (endsWithinDates(recurrence, time)) return recurrence;
  throw new RemoteFailure(failure('recurrenceNotExpressible', 'a series beyond the end of all calendars'));
}

/** What an item and an occurrence of a series have in common, but for the time. */
export function readContent(node: WireNode): Omit<ChangedOccurrence, 'time'> {
  return {
    title: oneLine(textOf(node, 'Subject')),
    description: multiLine(guardedText(node, 'Body')),
    location: oneLine(textOf(node, 'Location')),
    showAs: readShowAs(node),
    reminderMinutes: readReminder(node),
    categories: sortedCategories(
      children(child(node, 'Categories'), 'String').map((name) => ownText(name, 'String')),
    ),
    ownResponse: isMeeting(node) ? readResponse(node) : 'none',
  };
}

/** NoData stands on items that never said; Outlook shows them as busy. */
export function readShowAs(node: WireNode): ShowAs {
  return SHOW_AS.get(textOf(node, 'LegacyFreeBusyStatus')) ?? 'busy';
}

export function readResponse(node: WireNode): Response {
  return RESPONSE.get(textOf(node, 'MyResponseType')) ?? 'none';
}

/** JoinOnlineMeetingUrl came with Exchange 2013; an add-in of Outlook may leave nothing but its link in the text. */
export function isOnlineMeeting(node: WireNode): boolean {
  return (
    textOf(node, 'IsOnlineMeeting') === 'true' ||
    textOf(node, 'JoinOnlineMeetingUrl') !== '' ||
    holdsJoinLink(guardedText(node, 'Body'))
  );
}

function readReminder(node: WireNode): number | null {
  if (textOf(node, 'ReminderIsSet') !== 'true') return null;
  const minutes = Number(textOf(node, 'ReminderMinutesBeforeStart') || '0');
  return Number.isInteger(minutes) && minutes >= 0 && minutes <= INT32_MAX ? minutes : null;
}

/** ReminderMinutesBeforeStart is kept as a long of 32 bits (MS-OXORMDR, PidLidReminderDelta). */
const INT32_MAX = 0x7fff_ffff;

/**
 * An appointment has an organiser too, its owner, whose response some servers call Organizer. What tells is IsMeeting
 * (MS-OXWSMTGS), and whoever is invited, also without an SMTP address.
 */
export function isMeeting(node: WireNode): boolean {
  return textOf(node, 'IsMeeting') === 'true' || invited(node).length > 0;
}

interface Invited {
  readonly entry: WireNode;
  readonly role: Attendee['role'];
  readonly response: Response;
}

/** Some servers list the organiser among the attendees; the event names it in its own field. */
function invited(node: WireNode): readonly Invited[] {
  return ATTENDEE_LISTS.flatMap(([role, list]) =>
    children(child(node, list), 'Attendee').map((entry) => {
      const response = RESPONSE.get(textOf(entry, 'ResponseType')) ?? 'none';
      return { entry, role, response };
    }),
  ).filter(({ response }) => response !== 'organizer');
}

function readAttendees(node: WireNode): readonly Attendee[] {
  const byAddress = new Map<string, Attendee>();
  for (const { entry, role, response } of invited(node)) {
    const address = addressIn(entry);
    if (address === '' || byAddress.has(address)) continue;
    byAddress.set(address, { address, name: nameIn(entry), role, response });
  }
  return [...byAddress.values()].sort((a, b) => byCodePoint(a.address, b.address));
}

/** The address of an attendee or organiser, in lower case; '' where there is none. */
export function addressIn(node: WireNode): string {
  return oneLine(textOf(child(node, 'Mailbox'), 'EmailAddress')).toLowerCase();
}

function nameIn(node: WireNode): string {
  return oneLine(textOf(child(node, 'Mailbox'), 'Name'));
}

function ownProperties(node: WireNode): ReadonlyMap<string, string> {
  const own = children(node, 'ExtendedProperty').flatMap(
    (property): readonly (readonly [string, string])[] => {
      const field = child(property, 'ExtendedFieldURI');
      const isOurs = attribute(field, 'PropertySetId').toLowerCase() === PROPERTY_SET;
      return isOurs ? [[attribute(field, 'PropertyName'), textOf(property, 'Value')]] : [];
    },
  );
  return new Map(own);
}
