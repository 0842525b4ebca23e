/**
 * A calendar event as the properties of an EWS calendar item, as data: pure, without the library and without the
 * network. Texts are made fit for their field here and escaped when they are written.
 */
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
import { PROPERTY_SET, STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import { ATTENDEE_LISTS, attendeeElement } from './attendee-lists.ts';
import { type TimeContext, type WrittenTime, writeTime } from './item-time.ts';
import { recurrenceElement } from './recurrence.ts';
import { element, type WireElement, type WireField } from './wire.ts';

/** What the server's version and the mailbox's owner mean for an item. */
export interface WriteContext extends TimeContext {
  /** `WorkingElsewhere` and other values came with Exchange 2013; before, they are schema errors. */
  readonly hasWorkingElsewhere: boolean;
}

const SHOW_AS: Readonly<Record<ShowAs, string>> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  outOfOffice: 'OOF',
  workingElsewhere: 'WorkingElsewhere',
};
const SENSITIVITY: Readonly<Record<Sensitivity, string>> = {
  normal: 'Normal',
  personal: 'Personal',
  private: 'Private',
  confidential: 'Confidential',
};

/** The order of EWS's CalendarItemType, which the schema enforces; zones are written last, but set first. */
const SCHEMA_ORDER = [
  'Subject',
  'Sensitivity',
  'Body',
  'Categories',
  'ReminderIsSet',
  'ReminderMinutesBeforeStart',
  'ExtendedProperty',
  'UID',
  'Start',
  'End',
  'IsAllDayEvent',
  'LegacyFreeBusyStatus',
  'Location',
  'RequiredAttendees',
  'OptionalAttendees',
  'Resources',
  'Recurrence',
  'MeetingTimeZone',
  'StartTimeZone',
  'EndTimeZone',
];
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

/** The elements of a new calendar item, in schema order. Rejects what the item cannot hold, as RemoteFailure. */
export function newItem(
  create: { readonly stamp: string; readonly uid: string; readonly event: CalendarEvent },
  context: WriteContext,
): readonly WireElement[] {
  // A new item has no block yet that its text could destroy.
  const event = { ...create.event, onlineMeeting: false };
  const fields = changedFields(event, CREATED_FIELDS, false, context).flatMap((f) => f.value ?? []);
  const elements = [
    ...fields,
    element('UID', create.uid),
    extendedProperty(STAMP_PROPERTY, create.stamp),
    ...attendeeLists(create.event.attendees),
  ];
  return elements.sort((a, b) => SCHEMA_ORDER.indexOf(a.name) - SCHEMA_ORDER.indexOf(b.name));
}

/**
 * The changes of an update, in the order in which the server shall make them: only those of `fields`. The exceptions
 * of a series are no part of its item, a response is given and not written, attendees are invited and taken out
 * (attendee-writer.ts), and the text of an online meeting is left
 * to whoever made it. `wasSeries`: the item has a rule that can be cleared.
 */
export function changedFields(
  event: CalendarEvent,
  fields: readonly EventField[],
  wasSeries: boolean,
  context: WriteContext,
): readonly WireField[] {
  return fields.flatMap((field) => {
    switch (field) {
      case 'when':
        return whenFields(event, wasSeries, context);
      case 'exceptions':
      case 'ownResponse':
      case 'attendees':
        return [];
      case 'sensitivity':
        return [{ path: 'item:Sensitivity', value: element('Sensitivity', SENSITIVITY[event.sensitivity]) }];
      case 'description':
        return event.onlineMeeting ? [] : contentFields(field, event, context);
      default:
        return contentFields(field, event, context);
    }
  });
}

/**
 * The same for one occurrence of a series, which has neither a rule nor a UID of its own. A text is emptied by setting
 * it: what an occurrence lacks it could have from its series.
 */
export function changedOccurrenceFields(
  content: ChangedOccurrence,
  fields: readonly OccurrenceField[],
  context: WriteContext,
): readonly WireField[] {
  return fields.flatMap((field): readonly WireField[] => {
    switch (field) {
      case 'time':
        return timeFields(writeTime(content.time, false, context));
      case 'title':
        return [{ path: 'item:Subject', value: element('Subject', oneLine(content.title)) }];
      case 'location':
        return [{ path: 'calendar:Location', value: element('Location', oneLine(content.location)) }];
      default:
        return contentFields(field, content, context);
    }
  });
}

function contentFields(
  field: Exclude<OccurrenceField, 'time'>,
  content: ChangedOccurrence,
  context: WriteContext,
): readonly WireField[] {
  switch (field) {
    case 'ownResponse':
      return [];
    case 'title':
      return [textField('item:Subject', 'Subject', content.title)];
    case 'location':
      return [textField('calendar:Location', 'Location', content.location)];
    case 'description': {
      const body = { name: 'Body', attributes: { BodyType: 'Text' }, text: multiLine(content.description) };
      return [{ path: 'item:Body', value: body }];
    }
    case 'showAs': {
      const value = element('LegacyFreeBusyStatus', showAs(content, context));
      return [{ path: 'calendar:LegacyFreeBusyStatus', value }];
    }
    case 'reminderMinutes':
      return reminderFields(content.reminderMinutes);
    case 'categories': {
      const names = sortedCategories(content.categories).map((name) => element('String', name));
      const value = names.length === 0 ? null : { name: 'Categories', children: names };
      return [{ path: 'item:Categories', value }];
    }
    default:
      return field satisfies never;
  }
}

function textField(path: string, name: string, text: string): WireField {
  const line = oneLine(text);
  return { path, value: line === '' ? null : element(name, line) };
}

function showAs(content: ChangedOccurrence, context: WriteContext): string {
  // Older servers cannot say "working elsewhere"; who works is not to be booked over.
  const isUnknown = content.showAs === 'workingElsewhere' && !context.hasWorkingElsewhere;
  return isUnknown ? 'Busy' : SHOW_AS[content.showAs];
}

/** Always explicit: a server sets a reminder of 15 minutes where the request says nothing. */
function reminderFields(minutes: number | null): readonly WireField[] {
  const isSet = { path: 'item:ReminderIsSet', value: element('ReminderIsSet', String(minutes !== null)) };
  if (minutes === null) return [isSet];
  const value = element('ReminderMinutesBeforeStart', String(minutes));
  return [isSet, { path: 'item:ReminderMinutesBeforeStart', value }];
}

function whenFields(event: CalendarEvent, wasSeries: boolean, context: WriteContext): readonly WireField[] {
  const { time, recurrence } = event;
  const written = writeTime(time, recurrence !== null, context);
  const path = 'calendar:Recurrence';
  const note = written.zoneNote === null ? null : extendedProperty(ZONE_PROPERTY, written.zoneNote);
  const fields: WireField[] = [...timeFields(written)];
  if (recurrence !== null) {
    fields.push({ path, value: recurrenceElement(recurrence, written.startDate, !context.meetingZoneOnly) });
  } else if (wasSeries) {
    fields.push({ path, value: null });
  }
  return [...fields, { path: extendedField(ZONE_PROPERTY), value: note }];
}

function timeFields(time: WrittenTime): readonly WireField[] {
  return time.elements.map((value) => ({ path: `calendar:${value.name}`, value }));
}

function extendedField(name: string): WireElement {
  const attributes = { PropertySetId: PROPERTY_SET, PropertyName: name, PropertyType: 'String' };
  return { name: 'ExtendedFieldURI', attributes };
}

function extendedProperty(name: string, value: string): WireElement {
  return { name: 'ExtendedProperty', children: [extendedField(name), element('Value', value)] };
}

function attendeeLists(attendees: readonly Attendee[]): readonly WireElement[] {
  return ATTENDEE_LISTS.flatMap(([role, name]) => {
    // The organiser is the mailbox itself; named as an attendee it would be invited to its own meeting.
    const invited = attendees
      .filter((a) => a.role === role && a.response !== 'organizer')
      .map(attendeeElement);
    return invited.length === 0 ? [] : [{ name, children: invited }];
  });
}
