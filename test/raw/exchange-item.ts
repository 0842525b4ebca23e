/** Calendar items as the raw Exchange client speaks of them, to and from EWS elements. */
import type { RawRecurrence } from './exchange-recurrence.ts';
import { rawRecurrence, recurrenceXml } from './exchange-recurrence.ts';
import type { XmlTree } from './xml-tree.ts';
import { attribute, child, children, encodeXml } from './xml-tree.ts';

export type RawShowAs = 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';
export type RawSensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';

/** What a person types into Outlook. Times are xs:dateTime texts; floating ones are meant in `zone`. */
export interface RawEvent {
  readonly subject: string;
  readonly body: string;
  readonly bodyType: 'Text' | 'HTML';
  readonly location: string;
  readonly start: string;
  readonly end: string;
  readonly allDay: boolean;
  /** Windows time zone id. */
  readonly zone: string;
  readonly showAs: RawShowAs;
  readonly sensitivity: RawSensitivity;
  readonly categories: readonly string[];
  /** null: no reminder. */
  readonly reminderMinutes: number | null;
  readonly recurrence: RawRecurrence | null;
  readonly requiredAttendees: readonly string[];
  readonly optionalAttendees: readonly string[];
}

export type NewRawEvent = Pick<RawEvent, 'subject' | 'start' | 'end'> &
  Partial<RawEvent> & { readonly uid?: string; readonly stamps?: readonly RawStamp[] };

/** An extended property of type String under a GUID and a name. */
export interface RawStamp {
  readonly set: string;
  readonly name: string;
  readonly value: string;
}

export interface RawItemId {
  readonly id: string;
  readonly changeKey: string;
}

export interface RawItem extends RawEvent, RawItemId {
  readonly uid: string;
  readonly folderId: string;
  readonly type: 'Single' | 'Occurrence' | 'Exception' | 'RecurringMaster';
  readonly organizer: string;
  readonly isMeeting: boolean;
  readonly isCancelled: boolean;
  readonly myResponse: string;
  readonly originalStart: string | null;
  readonly modifiedOccurrences: readonly (RawItemId & {
    start: string;
    end: string;
    originalStart: string;
  })[];
  readonly deletedOccurrences: readonly string[];
  /** Response of each attendee by address. */
  readonly responses: Readonly<Record<string, string>>;
}

export const el = (name: string, text: string | number | boolean): string =>
  `<t:${name}>${encodeXml(String(text))}</t:${name}>`;

export function extendedUri({ set, name }: Omit<RawStamp, 'value'>): string {
  return `<t:ExtendedFieldURI PropertySetId="${set}" PropertyName="${encodeXml(name)}" PropertyType="String"/>`;
}

function attendeesXml(name: string, addresses: readonly string[]): string {
  const each = addresses.map(
    (address) => `<t:Attendee><t:Mailbox>${el('EmailAddress', address)}</t:Mailbox></t:Attendee>`,
  );
  return `<t:${name}>${each.join('')}</t:${name}>`;
}

/** Fields as the FieldURI that names them and the element that holds them, in the order of the schema. */
export function fieldsOf(event: Partial<NewRawEvent>, is2007: boolean): [uri: string, xml: string][] {
  const fields: [string, string][] = [];
  const add = (uri: string, xml: string): void => {
    fields.push([`<t:FieldURI FieldURI="${uri}"/>`, xml]);
  };
  if (event.subject !== undefined) add('item:Subject', el('Subject', event.subject));
  if (event.sensitivity !== undefined) add('item:Sensitivity', el('Sensitivity', event.sensitivity));
  if (event.body !== undefined) {
    const type = event.bodyType ?? 'Text';
    add('item:Body', `<t:Body BodyType="${type}">${encodeXml(event.body)}</t:Body>`);
  }
  if (event.categories !== undefined && event.categories.length > 0) {
    const names = event.categories.map((name) => el('String', name)).join('');
    add('item:Categories', `<t:Categories>${names}</t:Categories>`);
  }
  if (event.reminderMinutes !== undefined) {
    add('item:ReminderIsSet', el('ReminderIsSet', event.reminderMinutes !== null));
    if (event.reminderMinutes !== null) {
      add('item:ReminderMinutesBeforeStart', el('ReminderMinutesBeforeStart', event.reminderMinutes));
    }
  }
  for (const stamp of event.stamps ?? []) {
    const uri = extendedUri(stamp);
    fields.push([uri, `<t:ExtendedProperty>${uri}${el('Value', stamp.value)}</t:ExtendedProperty>`]);
  }
  if (event.uid !== undefined) add('calendar:UID', el('UID', event.uid));
  if (event.start !== undefined) add('calendar:Start', el('Start', event.start));
  if (event.end !== undefined) add('calendar:End', el('End', event.end));
  if (event.allDay !== undefined) add('calendar:IsAllDayEvent', el('IsAllDayEvent', event.allDay));
  if (event.showAs !== undefined)
    add('calendar:LegacyFreeBusyStatus', el('LegacyFreeBusyStatus', event.showAs));
  if (event.location !== undefined) add('calendar:Location', el('Location', event.location));
  addPeople(event, add);
  if (event.recurrence != null) add('calendar:Recurrence', recurrenceXml(event.recurrence));
  if (event.zone !== undefined) addZone(event.zone, is2007, add);
  return fields;
}

function addPeople(event: Partial<NewRawEvent>, add: (uri: string, xml: string) => void): void {
  const { requiredAttendees, optionalAttendees } = event;
  if (requiredAttendees !== undefined && requiredAttendees.length > 0) {
    add('calendar:RequiredAttendees', attendeesXml('RequiredAttendees', requiredAttendees));
  }
  if (optionalAttendees !== undefined && optionalAttendees.length > 0) {
    add('calendar:OptionalAttendees', attendeesXml('OptionalAttendees', optionalAttendees));
  }
}

function addZone(zone: string, is2007: boolean, add: (uri: string, xml: string) => void): void {
  const id = encodeXml(zone);
  if (is2007) add('calendar:MeetingTimeZone', `<t:MeetingTimeZone TimeZoneName="${id}"/>`);
  else {
    add('calendar:StartTimeZone', `<t:StartTimeZone Id="${id}"/>`);
    add('calendar:EndTimeZone', `<t:EndTimeZone Id="${id}"/>`);
  }
}

export const itemId = (tree: XmlTree | undefined, name = 'ItemId'): RawItemId => ({
  id: attribute(child(tree, name), 'Id'),
  changeKey: attribute(child(tree, name), 'ChangeKey'),
});

export const textOf = (tree: XmlTree | undefined, name: string): string => child(tree, name)?.text ?? '';

function addresses(item: XmlTree, name: string): string[] {
  return children(child(item, name), 'Attendee').map((attendee) =>
    textOf(child(attendee, 'Mailbox'), 'EmailAddress'),
  );
}

function responsesOf(item: XmlTree): Record<string, string> {
  const responses: Record<string, string> = {};
  for (const role of ['RequiredAttendees', 'OptionalAttendees', 'Resources']) {
    for (const attendee of children(child(item, role), 'Attendee')) {
      responses[textOf(child(attendee, 'Mailbox'), 'EmailAddress')] = textOf(attendee, 'ResponseType');
    }
  }
  return responses;
}

export function rawItem(item: XmlTree): RawItem {
  const isSet = textOf(item, 'ReminderIsSet') === 'true';
  const recurrence = child(item, 'Recurrence');
  return {
    ...itemId(item),
    uid: textOf(item, 'UID'),
    folderId: attribute(child(item, 'ParentFolderId'), 'Id'),
    type: textOf(item, 'CalendarItemType') as RawItem['type'],
    subject: textOf(item, 'Subject'),
    body: textOf(item, 'Body'),
    bodyType: attribute(child(item, 'Body'), 'BodyType') === 'HTML' ? 'HTML' : 'Text',
    location: textOf(item, 'Location'),
    start: textOf(item, 'Start'),
    end: textOf(item, 'End'),
    allDay: textOf(item, 'IsAllDayEvent') === 'true',
    zone:
      attribute(child(item, 'StartTimeZone'), 'Id') ||
      attribute(child(item, 'MeetingTimeZone'), 'TimeZoneName'),
    showAs: textOf(item, 'LegacyFreeBusyStatus') as RawShowAs,
    sensitivity: textOf(item, 'Sensitivity') as RawSensitivity,
    categories: children(child(item, 'Categories'), 'String').map(({ text }) => text),
    reminderMinutes: isSet ? Number(textOf(item, 'ReminderMinutesBeforeStart')) : null,
    recurrence: recurrence === undefined ? null : rawRecurrence(recurrence),
    requiredAttendees: addresses(item, 'RequiredAttendees'),
    optionalAttendees: addresses(item, 'OptionalAttendees'),
    responses: responsesOf(item),
    organizer: textOf(child(child(item, 'Organizer'), 'Mailbox'), 'EmailAddress'),
    isMeeting: textOf(item, 'IsMeeting') === 'true',
    isCancelled: textOf(item, 'IsCancelled') === 'true',
    myResponse: textOf(item, 'MyResponseType'),
    originalStart: textOf(item, 'OriginalStart') || null,
    modifiedOccurrences: children(child(item, 'ModifiedOccurrences'), 'Occurrence').map((occurrence) => ({
      ...itemId(occurrence),
      start: textOf(occurrence, 'Start'),
      end: textOf(occurrence, 'End'),
      originalStart: textOf(occurrence, 'OriginalStart'),
    })),
    deletedOccurrences: children(child(item, 'DeletedOccurrences'), 'DeletedOccurrence').map((gap) =>
      textOf(gap, 'Start'),
    ),
  };
}

/** FieldURIs of what the changes take away. */
export function removedFields(changes: Partial<NewRawEvent>): string[] {
  const uris: string[] = [];
  if (changes.categories?.length === 0) uris.push('item:Categories');
  if (changes.recurrence === null) uris.push('calendar:Recurrence');
  if (changes.requiredAttendees?.length === 0) uris.push('calendar:RequiredAttendees');
  if (changes.optionalAttendees?.length === 0) uris.push('calendar:OptionalAttendees');
  return uris;
}
