/**
 * A calendar event as the properties of an event resource, as data: pure, and without the network. A property that is
 * not named stays as it is (Microsoft Learn, "Update event").
 */
import type * as graph from '@microsoft/microsoft-graph-types';
import type {
  Attendee,
  CalendarEvent,
  ChangedOccurrence,
  OccurrenceField,
  Sensitivity,
  ShowAs,
} from '#core/event.ts';
import { multiLine, oneLine, sortedCategories } from '#core/text.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { AttendeeChange, MailboxCreate } from '../mailbox-calendar.port.ts';
import { STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import type { AttendeeAnswer, EventAnswer } from './answers.ts';
import { addressIn, invited } from './event-reader.ts';
import { type TimeContext, writeTime } from './event-time.ts';
import { writtenProperty } from './extended.ts';
import { writtenRecurrence } from './recurrence.ts';

/** What is written of an event. */
export type WrittenEvent = Pick<
  graph.Event,
  | 'subject'
  | 'body'
  | 'location'
  | 'start'
  | 'end'
  | 'isAllDay'
  | 'recurrence'
  | 'showAs'
  | 'sensitivity'
  | 'isReminderOn'
  | 'reminderMinutesBeforeStart'
  | 'categories'
  | 'attendees'
  | 'transactionId'
  | 'singleValueExtendedProperties'
>;

const SHOW_AS: Readonly<Record<ShowAs, graph.FreeBusyStatus>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  outOfOffice: 'oof',
  workingElsewhere: 'workingElsewhere',
};
const SENSITIVITY: Readonly<Record<Sensitivity, graph.Sensitivity>> = {
  normal: 'normal',
  personal: 'personal',
  private: 'private',
  confidential: 'confidential',
};
const CREATED_FIELDS: readonly EventField[] = [
  'title',
  'description',
  'location',
  'when',
  'showAs',
  'sensitivity',
  'reminderMinutes',
  'categories',
];

/**
 * A new event. Our stamp finds it for as long as it lives. The UID is the server's. Rejects what an event cannot hold, as
 * RemoteFailure.
 * @param transactionId keeps the server from making it twice where this very request arrives twice. Of its own for each
 *   request: an event that is made once more, because the first one was deleted, is no repetition, and nobody says how
 *   long a server remembers (Microsoft Learn, event resource).
 */
export function newEvent(
  { stamp, event }: MailboxCreate,
  transactionId: string,
  context: TimeContext,
): WrittenEvent {
  // A new event has no block yet that its text could destroy.
  const written = changedProperties({ ...event, onlineMeeting: false }, CREATED_FIELDS, false, context);
  const attendees = event.attendees.filter(({ response }) => response !== 'organizer').map(attendeeOf);
  return {
    ...written,
    ...(attendees.length === 0 ? {} : { attendees }),
    transactionId,
    singleValueExtendedProperties: [
      ...(written.singleValueExtendedProperties ?? []),
      writtenProperty(STAMP_PROPERTY, stamp),
    ],
  };
}

/**
 * The changes of an update: only those of `fields`. The exceptions of a series are no part of its master, a response is
 * given and not written, attendees are invited and taken out, and the text of an online meeting is left to whoever made
 * it: without the block to join by the meeting has no link (Microsoft Learn, "Update event"). `isSeries`: the event has a
 * rule that can be cleared.
 */
export function changedProperties(
  event: CalendarEvent,
  fields: readonly EventField[],
  isSeries: boolean,
  context: TimeContext,
): WrittenEvent {
  const written: WrittenEvent = {};
  for (const field of fields) {
    switch (field) {
      case 'when':
        Object.assign(written, whenOf(event, isSeries, context));
        break;
      case 'exceptions':
      case 'ownResponse':
      case 'attendees':
        break;
      case 'sensitivity':
        written.sensitivity = SENSITIVITY[event.sensitivity];
        break;
      case 'description':
        if (!event.onlineMeeting) Object.assign(written, contentOf(field, event));
        break;
      default:
        Object.assign(written, contentOf(field, event));
    }
  }
  return written;
}

/** The same for one occurrence of a series, which has no rule of its own. */
export function changedOccurrenceProperties(
  content: ChangedOccurrence,
  fields: readonly OccurrenceField[],
  context: TimeContext,
): WrittenEvent {
  const written: WrittenEvent = {};
  for (const field of fields) {
    if (field === 'time') {
      const { start, end, isAllDay } = writeTime(content.time, false, context);
      Object.assign(written, { start, end, isAllDay });
    } else Object.assign(written, contentOf(field, content));
  }
  return written;
}

function contentOf(field: Exclude<OccurrenceField, 'time'>, content: ChangedOccurrence): WrittenEvent {
  switch (field) {
    case 'ownResponse':
      return {};
    case 'title':
      return { subject: oneLine(content.title) };
    case 'location':
      return { location: { displayName: oneLine(content.location) } };
    case 'description':
      return { body: { contentType: 'text', content: multiLine(content.description) } };
    case 'showAs':
      return { showAs: SHOW_AS[content.showAs] };
    case 'reminderMinutes':
      // Always stated: where a request says nothing a server sets one of its own.
      return content.reminderMinutes === null
        ? { isReminderOn: false }
        : { isReminderOn: true, reminderMinutesBeforeStart: content.reminderMinutes };
    case 'categories':
      return { categories: [...sortedCategories(content.categories)] };
    default:
      return field satisfies never;
  }
}

function whenOf({ time, recurrence }: CalendarEvent, isSeries: boolean, context: TimeContext): WrittenEvent {
  const { start, end, isAllDay, startDate, windowsZone, zoneNote } = writeTime(
    time,
    recurrence !== null,
    context,
  );
  return {
    start,
    end,
    isAllDay,
    ...(recurrence === null ? {} : { recurrence: writtenRecurrence(recurrence, startDate, windowsZone) }),
    ...(recurrence === null && isSeries ? { recurrence: null } : {}),
    ...(zoneNote === null
      ? {}
      : { singleValueExtendedProperties: [writtenProperty(ZONE_PROPERTY, zoneNote)] }),
  };
}

/**
 * The list of attendees with who comes and without who goes: a list can only be written whole, so those of whom an event
 * cannot tell are written as they stand.
 */
export function attendeesAfter({ added, removed }: AttendeeChange, present: EventAnswer): graph.Attendee[] {
  const staying = invited(present).filter(
    ({ emailAddress }) => !removed.includes(addressIn(emailAddress?.address)),
  );
  const known = new Set(staying.map(({ emailAddress }) => addressIn(emailAddress?.address)));
  const joining = added.filter(({ address }) => !known.has(address)).map(attendeeOf);
  return [...staying.map(asItStands), ...joining];
}

function attendeeOf({ address, name, role }: Attendee): graph.Attendee {
  return { type: role, emailAddress: { address, ...(name === '' ? {} : { name: oneLine(name) }) } };
}

function asItStands({ type, emailAddress }: AttendeeAnswer): graph.Attendee {
  const { name, address } = emailAddress ?? {};
  return {
    type: type === 'optional' || type === 'resource' ? type : 'required',
    emailAddress: { ...(address ? { address } : {}), ...(name ? { name } : {}) },
  };
}
