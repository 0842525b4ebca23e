/** Which properties of items are asked for, in the library's terms. */
import type * as Ews from 'ews-javascript-api';
import { PROPERTY_SET, STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import type { Conversation } from './conversation.ts';

/** One of our own named properties. */
export function ownProperty(ews: typeof Ews, name: string): Ews.ExtendedPropertyDefinition {
  return new ews.ExtendedPropertyDefinition(new ews.Guid(PROPERTY_SET), name, ews.MapiPropertyType.String);
}

/** Exactly what item-reader.ts reads: a server pays for every property, and for some with a call of its own. */
export function itemShape(conversation: Conversation): Ews.PropertySet {
  const { ews } = conversation;
  const s = ews.AppointmentSchema;
  return shapeOf(ews, [
    ...contentProperties(conversation),
    s.ParentFolderId,
    s.Sensitivity,
    s.ICalUid,
    s.IsCancelled,
    s.MeetingRequestWasSent,
    s.AppointmentType,
    s.Organizer,
    s.Recurrence,
    s.ModifiedOccurrences,
    s.DeletedOccurrences,
    ...(conversation.isAtLeast('Exchange2010') ? [] : [s.MeetingTimeZone]),
    ownProperty(ews, STAMP_PROPERTY),
    ownProperty(ews, ZONE_PROPERTY),
  ]);
}

/** What a changed occurrence has of its own; the rest is its series'. */
export function occurrenceShape(conversation: Conversation): Ews.PropertySet {
  return shapeOf(conversation.ews, contentProperties(conversation));
}

function contentProperties(conversation: Conversation): readonly Ews.PropertyDefinitionBase[] {
  const s = conversation.ews.AppointmentSchema;
  return [
    s.Subject,
    s.Body,
    s.Categories,
    s.IsReminderSet,
    s.ReminderMinutesBeforeStart,
    s.Start,
    s.End,
    s.IsAllDayEvent,
    s.LegacyFreeBusyStatus,
    s.Location,
    s.IsMeeting,
    s.MyResponseType,
    s.RequiredAttendees,
    s.OptionalAttendees,
    s.Resources,
    s.IsOnlineMeeting,
    ...(conversation.isAtLeast('Exchange2010') ? [s.StartTimeZone] : []),
    ...(conversation.isAtLeast('Exchange2013') ? [s.JoinOnlineMeetingUrl] : []),
  ];
}

function shapeOf(ews: typeof Ews, properties: readonly Ews.PropertyDefinitionBase[]): Ews.PropertySet {
  const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [...properties]);
  shape.RequestedBodyType = ews.BodyType.Text;
  return shape;
}
