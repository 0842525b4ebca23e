/**
 * CalendarItem elements in answers: which properties a shape asks for, and how each is written. The table is
 * in the order of the EWS schema (ItemType, then CalendarItemType), which the answers must keep.
 */
import { bodyAs } from './body.ts';
import type { ExtendedPath } from './extended-properties.ts';
import {
  CLEAN_GLOBAL_OBJECT_ID,
  extendedKey,
  extendedPropertyXml,
  GLOBAL_OBJECT_ID,
  globalObjectIdOf,
} from './extended-properties.ts';
import type { ItemShape } from './item-shape.ts';
import type { Attendee, AttendeeRole, Recipient } from './model.ts';
import {
  deletedOccurrences,
  endXml,
  flag,
  instant,
  isMasterOf,
  itemIdXml,
  modifiedOccurrences,
} from './occurrence-xml.ts';
import { recurrenceXml } from './recurrence-xml.ts';
import type { ItemView } from './series.ts';
import type { ExchangeSwitches } from './switches.ts';
import { versionRank } from './switches.ts';
import { escapeXml, textElement } from './xml.ts';
import { zoneDefinitionXml } from './zone-definitions.ts';

export interface WriteContext {
  readonly shape: ItemShape;
  /** RequestServerVersion: older clients are not shown newer elements. */
  readonly version: string;
  readonly switches: ExchangeSwitches;
}

const RANK_2010 = versionRank('Exchange2010');
const RANK_2013 = versionRank('Exchange2013');

interface Property {
  readonly uri: string;
  /** Part of the Default shape. */
  readonly isDefault?: boolean;
  /** Absent in FindItem answers, which carry no bodies, attendees or recurrence (Microsoft Learn, FindItem). */
  readonly onlyInGet?: boolean;
  readonly since?: number;
  write(view: ItemView, context: WriteContext): string;
}

/** Somebody without an address, as out of a phone's contacts, has nothing but a name. */
function mailboxXml({ name, address }: Recipient): string {
  const route = address === '' ? '' : '<t:RoutingType>SMTP</t:RoutingType>';
  const addressXml = address === '' ? '' : textElement('t:EmailAddress', address);
  return `<t:Mailbox>${textElement('t:Name', name)}${addressXml}${route}</t:Mailbox>`;
}

function attendeesXml(name: string, role: AttendeeRole, attendees: readonly Attendee[]): string {
  const of = attendees.filter((attendee) => attendee.role === role);
  if (of.length === 0) return '';
  const inner = of
    .map(
      (attendee) =>
        `<t:Attendee>${mailboxXml(attendee)}<t:ResponseType>${attendee.response}</t:ResponseType></t:Attendee>`,
    )
    .join('');
  return `<t:${name}>${inner}</t:${name}>`;
}

function isRecurring(view: ItemView, switches: ExchangeSwitches): boolean {
  return view.type === 'RecurringMaster' ? switches.masterIsRecurring : view.type !== 'Single';
}

function bodyXml(view: ItemView, { shape, switches }: WriteContext): string {
  const { type, text } = bodyAs(view.content.body, shape.bodyType);
  const lines = switches.bodyLinesEndInCrLf && type === 'Text' ? text.replace(/\r?\n/g, '\r\n') : text;
  return `<t:Body BodyType="${type}">${escapeXml(lines)}</t:Body>`;
}

function durationText(view: ItemView): string {
  const minutes = Math.round((view.content.end - view.content.start) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  return `P${days > 0 ? `${days}D` : ''}T${hours}H${rest}M`;
}

const rights =
  '<t:EffectiveRights><t:CreateAssociated>false</t:CreateAssociated><t:CreateContents>false</t:CreateContents><t:CreateHierarchy>false</t:CreateHierarchy><t:Delete>true</t:Delete><t:Modify>true</t:Modify><t:Read>true</t:Read></t:EffectiveRights>';

function responseObjects({ content }: ItemView): string {
  const names =
    content.myResponse === 'Organizer' || !content.isMeeting
      ? ['CancelCalendarItem']
      : ['AcceptItem', 'TentativelyAcceptItem', 'DeclineItem'];
  if (!content.isMeeting) return '';
  return `<t:ResponseObjects>${names.map((name) => `<t:${name}/>`).join('')}</t:ResponseObjects>`;
}

const EXTENDED = 'extended';

const PROPERTIES: readonly Property[] = [
  {
    uri: 'item:ParentFolderId',
    write: ({ stored }) => `<t:ParentFolderId Id="${escapeXml(stored.folder.id)}" ChangeKey="AQAAAA=="/>`,
  },
  {
    uri: 'item:ItemClass',
    isDefault: true,
    write: ({ type }) =>
      `<t:ItemClass>${type === 'Exception' || type === 'Occurrence' ? 'IPM.Appointment.Occurrence' : 'IPM.Appointment'}</t:ItemClass>`,
  },
  { uri: 'item:Subject', isDefault: true, write: ({ content }) => textElement('t:Subject', content.subject) },
  {
    uri: 'item:Sensitivity',
    isDefault: true,
    write: ({ content }) => `<t:Sensitivity>${content.sensitivity}</t:Sensitivity>`,
  },
  { uri: 'item:Body', isDefault: true, onlyInGet: true, write: bodyXml },
  { uri: 'item:DateTimeReceived', write: ({ stored }) => instant('DateTimeReceived', stored.created) },
  { uri: 'item:Size', write: ({ content }) => `<t:Size>${1000 + content.body.text.length}</t:Size>` },
  {
    uri: 'item:Categories',
    write: ({ content }) =>
      content.categories.length === 0
        ? ''
        : `<t:Categories>${content.categories.map((name) => textElement('t:String', name)).join('')}</t:Categories>`,
  },
  { uri: 'item:Importance', write: ({ content }) => `<t:Importance>${content.importance}</t:Importance>` },
  { uri: 'item:IsDraft', write: () => flag('IsDraft', false) },
  { uri: 'item:DateTimeSent', write: ({ stored }) => instant('DateTimeSent', stored.created) },
  { uri: 'item:DateTimeCreated', write: ({ stored }) => instant('DateTimeCreated', stored.created) },
  { uri: 'item:ResponseObjects', onlyInGet: true, write: responseObjects },
  {
    uri: 'item:ReminderDueBy',
    isDefault: true,
    write: ({ content }) => instant('ReminderDueBy', content.start),
  },
  {
    uri: 'item:ReminderIsSet',
    isDefault: true,
    write: ({ content }) => flag('ReminderIsSet', content.reminderIsSet),
  },
  {
    uri: 'item:ReminderMinutesBeforeStart',
    isDefault: true,
    write: ({ content }) =>
      `<t:ReminderMinutesBeforeStart>${content.reminderMinutes}</t:ReminderMinutesBeforeStart>`,
  },
  { uri: 'item:HasAttachments', isDefault: true, write: () => flag('HasAttachments', false) },
  {
    uri: EXTENDED,
    write: (view, { shape }) => shape.extended.map((path) => extendedXml(view, path)).join(''),
  },
  { uri: 'item:Culture', write: () => '<t:Culture>en-US</t:Culture>' },
  { uri: 'item:EffectiveRights', write: () => rights },
  {
    uri: 'item:LastModifiedName',
    write: ({ stored }) => textElement('t:LastModifiedName', stored.mailbox.displayName),
  },
  { uri: 'item:LastModifiedTime', write: ({ stored }) => instant('LastModifiedTime', stored.modified) },
  { uri: 'calendar:UID', write: ({ stored }) => textElement('t:UID', stored.uid) },
  {
    uri: 'calendar:RecurrenceId',
    write: ({ occurrence }) => (occurrence === null ? '' : instant('RecurrenceId', occurrence.originalStart)),
  },
  { uri: 'calendar:DateTimeStamp', write: ({ stored }) => instant('DateTimeStamp', stored.modified) },
  { uri: 'calendar:Start', isDefault: true, write: ({ content }) => instant('Start', content.start) },
  { uri: 'calendar:End', isDefault: true, write: ({ content }) => instant('End', content.end) },
  {
    uri: 'calendar:OriginalStart',
    isDefault: true,
    write: ({ occurrence }) =>
      occurrence === null ? '' : instant('OriginalStart', occurrence.originalStart),
  },
  { uri: 'calendar:IsAllDayEvent', write: ({ content }) => flag('IsAllDayEvent', content.allDay) },
  {
    uri: 'calendar:LegacyFreeBusyStatus',
    isDefault: true,
    // WorkingElsewhere came with Exchange 2013; older clients are told Free.
    write: ({ content }, { version }) =>
      `<t:LegacyFreeBusyStatus>${content.showAs === 'WorkingElsewhere' && versionRank(version) < RANK_2013 ? 'Free' : content.showAs}</t:LegacyFreeBusyStatus>`,
  },
  {
    uri: 'calendar:Location',
    isDefault: true,
    write: ({ content }) => (content.location === '' ? '' : textElement('t:Location', content.location)),
  },
  { uri: 'calendar:IsMeeting', write: ({ content }) => flag('IsMeeting', content.isMeeting) },
  { uri: 'calendar:IsCancelled', write: ({ content }) => flag('IsCancelled', content.isCancelled) },
  {
    uri: 'calendar:IsRecurring',
    write: (view, { switches }) => flag('IsRecurring', isRecurring(view, switches)),
  },
  {
    uri: 'calendar:MeetingRequestWasSent',
    write: ({ content }) => flag('MeetingRequestWasSent', content.requestWasSent),
  },
  {
    uri: 'calendar:IsResponseRequested',
    write: ({ content }) => flag('IsResponseRequested', content.responseRequested),
  },
  {
    uri: 'calendar:CalendarItemType',
    isDefault: true,
    write: ({ type }) => `<t:CalendarItemType>${type}</t:CalendarItemType>`,
  },
  {
    uri: 'calendar:MyResponseType',
    write: ({ content }, { switches }) =>
      `<t:MyResponseType>${content.isMeeting ? content.myResponse : switches.appointmentResponseType}</t:MyResponseType>`,
  },
  {
    uri: 'calendar:Organizer',
    isDefault: true,
    write: ({ content }) => `<t:Organizer>${mailboxXml(content.organizer)}</t:Organizer>`,
  },
  {
    uri: 'calendar:RequiredAttendees',
    isDefault: true,
    onlyInGet: true,
    write: ({ content }) => attendeesXml('RequiredAttendees', 'required', content.attendees),
  },
  {
    uri: 'calendar:OptionalAttendees',
    isDefault: true,
    onlyInGet: true,
    write: ({ content }) => attendeesXml('OptionalAttendees', 'optional', content.attendees),
  },
  {
    uri: 'calendar:Resources',
    isDefault: true,
    onlyInGet: true,
    write: ({ content }) => attendeesXml('Resources', 'resource', content.attendees),
  },
  { uri: 'calendar:Duration', write: (view) => `<t:Duration>${durationText(view)}</t:Duration>` },
  // The display name of the zone is not returned by 2016 and 2019 for items that do not recur.
  {
    uri: 'calendar:TimeZone',
    write: (view, { version }) =>
      versionRank(version) >= RANK_2013 && !isMasterOf(view)
        ? ''
        : textElement('t:TimeZone', view.content.startZone.windows),
  },
  {
    uri: 'calendar:AppointmentReplyTime',
    write: ({ content }) =>
      content.replyTime === null ? '' : instant('AppointmentReplyTime', content.replyTime),
  },
  {
    uri: 'calendar:AppointmentSequenceNumber',
    write: ({ content }) => `<t:AppointmentSequenceNumber>${content.sequence}</t:AppointmentSequenceNumber>`,
  },
  {
    uri: 'calendar:AppointmentState',
    write: ({ content }) => `<t:AppointmentState>${content.appointmentState}</t:AppointmentState>`,
  },
  {
    uri: 'calendar:Recurrence',
    onlyInGet: true,
    write: (view, { switches, version }) =>
      !isMasterOf(view) || view.stored.series === null
        ? ''
        : recurrenceXml(
            view.stored.series.recurrence,
            view.content.startZone.iana,
            switches.recurrenceDates,
            versionRank(version) >= RANK_2010,
          ),
  },
  {
    uri: 'calendar:FirstOccurrence',
    onlyInGet: true,
    write: (view) => endXml(view, 'first', 'FirstOccurrence'),
  },
  {
    uri: 'calendar:LastOccurrence',
    onlyInGet: true,
    write: (view) => endXml(view, 'last', 'LastOccurrence'),
  },
  { uri: 'calendar:ModifiedOccurrences', onlyInGet: true, write: modifiedOccurrences },
  {
    uri: 'calendar:DeletedOccurrences',
    onlyInGet: true,
    write: (view, { switches }) => deletedOccurrences(view, switches),
  },
  // MeetingTimeZone is returned for masters only (MS-OXWSMTGS R715).
  {
    uri: 'calendar:MeetingTimeZone',
    onlyInGet: true,
    write: (view) =>
      isMasterOf(view)
        ? `<t:MeetingTimeZone TimeZoneName="${escapeXml(view.content.startZone.windows)}"/>`
        : '',
  },
  {
    uri: 'calendar:StartTimeZone',
    since: RANK_2010,
    write: ({ content }) => zoneDefinitionXml('StartTimeZone', content.startZone, false),
  },
  {
    uri: 'calendar:EndTimeZone',
    since: RANK_2010,
    write: ({ content }) => zoneDefinitionXml('EndTimeZone', content.endZone, false),
  },
  {
    uri: 'calendar:AllowNewTimeProposal',
    write: ({ content }) => flag('AllowNewTimeProposal', content.allowNewTimeProposal),
  },
  {
    uri: 'calendar:IsOnlineMeeting',
    write: ({ content }) => flag('IsOnlineMeeting', content.onlineMeetingUrl !== null),
  },
  {
    uri: 'calendar:JoinOnlineMeetingUrl',
    since: RANK_2013,
    write: ({ content }) =>
      content.onlineMeetingUrl === null
        ? ''
        : textElement('t:JoinOnlineMeetingUrl', content.onlineMeetingUrl),
  },
];

function extendedXml(view: ItemView, path: ExtendedPath): string {
  const key = extendedKey(path);
  if (key === GLOBAL_OBJECT_ID || key === CLEAN_GLOBAL_OBJECT_ID) {
    return extendedPropertyXml(path, [globalObjectIdOf(view.stored.uid)], false);
  }
  const property = view.content.extended.get(key);
  return property === undefined ? '' : extendedPropertyXml(path, property.values, property.isList);
}

function isAsked(property: Property, { shape, version }: WriteContext, inFind: boolean): boolean {
  if (inFind && property.onlyInGet === true) return false;
  if (versionRank(version) < (property.since ?? 0)) return false;
  if (property.uri === EXTENDED) return shape.extended.length > 0;
  if (shape.uris.has(property.uri) || shape.base === 'AllProperties') return true;
  return shape.base === 'Default' && property.isDefault === true;
}

/** A writer for many items of one answer; the shape is looked at once. */
export function itemWriter(context: WriteContext, inFind: boolean): (view: ItemView) => string {
  const asked = PROPERTIES.filter((property) => isAsked(property, context, inFind));
  return (view) => {
    const id = itemIdXml(view.id, view.stored.changeKey);
    return `<t:CalendarItem>${id}${asked.map((property) => property.write(view, context)).join('')}</t:CalendarItem>`;
  };
}
