/**
 * CalendarItem elements in requests: one draft of changes is gathered from properties as they come and applied
 * to an item's content at the end, because what a floating time means depends on the zones sent with it.
 */
import { rewriteHtml } from './body.ts';
import { EwsError, EwsFault, schemaViolation } from './errors.ts';
import { extendedKey } from './extended-properties.ts';
import type { Attendee, AttendeeRole, ExtendedProperty, ItemContent, ResponseType } from './model.ts';
import type { Recurrence } from './recurrence.ts';
import { readRecurrence } from './recurrence-xml.ts';
import type { ExchangeSwitches } from './switches.ts';
import { versionRank } from './switches.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf, textOf } from './xml.ts';
import { readMeetingTimeZone, readZoneDefinition } from './zone-definitions.ts';
import type { DateTimeValue, ItemZone } from './zones.ts';
import { DAY_MS, instantOf, parseDateTime, resolveDateTime, UTC_ZONE, wallOf } from './zones.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a request says of an item. Absent: unchanged. */
export interface ItemDraft {
  content: Partial<Mutable<Omit<ItemContent, 'start' | 'end' | 'startZone' | 'endZone' | 'extended'>>>;
  start?: DateTimeValue;
  end?: DateTimeValue;
  startZone?: ItemZone;
  endZone?: ItemZone;
  meetingZone?: ItemZone;
  /** null: removed. */
  recurrence?: Recurrence | null;
  uid?: string;
  /** null: removed. */
  extended: Map<string, ExtendedProperty | null>;
}

export const emptyDraft = (): ItemDraft => ({ content: {}, extended: new Map() });

export interface ReadContext {
  readonly version: string;
  readonly timeZoneContext: ItemZone | null;
  readonly switches: ExchangeSwitches;
}

function dateTime(element: XmlElement): DateTimeValue {
  const value = parseDateTime(textOf(element));
  if (value === null) throw schemaViolation(`'${textOf(element)}' is no dateTime.`);
  return value;
}

function flag(element: XmlElement): boolean {
  const text = textOf(element).trim();
  if (!/^(true|false|0|1)$/.test(text)) throw schemaViolation(`'${text}' is no boolean.`);
  return text === 'true' || text === '1';
}

function choice<T extends string>(element: XmlElement, values: readonly T[]): T {
  const text = textOf(element).trim();
  const value = values.find((candidate) => candidate === text);
  if (value === undefined) throw schemaViolation(`'${text}' is no value of ${element.name}.`);
  return value;
}

function singleLine(element: XmlElement, { switches }: ReadContext): string {
  const text = textOf(element);
  return switches.normalisesSingleLines ? text.replace(/[\r\n]+/g, ' ').trim() : text;
}

function attendees(element: XmlElement, role: AttendeeRole): readonly Attendee[] {
  return elementsOf(element).map((attendee) => {
    const mailbox = childOf(attendee, 'Mailbox');
    const address = textOf(childOf(mailbox, 'EmailAddress')).trim();
    if (address === '') throw new EwsError('ErrorInvalidRecipients', 'At least one recipient is not valid.');
    const response: ResponseType = 'Unknown';
    return { name: textOf(childOf(mailbox, 'Name')) || address, address, role, response };
  });
}

function extendedProperty(element: XmlElement): readonly [string, ExtendedProperty] {
  const path = childOf(element, 'ExtendedFieldURI')?.attributes ?? {};
  const list = childOf(element, 'Values');
  const values = list === undefined ? [textOf(childOf(element, 'Value'))] : elementsOf(list).map(textOf);
  return [extendedKey(path), { path, values, isList: list !== undefined }];
}

const RANK_2010 = versionRank('Exchange2010');
const RANK_2013 = versionRank('Exchange2013');

function showAs(element: XmlElement, { version }: ReadContext): ItemContent['showAs'] {
  const value = choice(element, ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData']);
  if (value === 'WorkingElsewhere' && versionRank(version) < RANK_2013) {
    throw schemaViolation(`'WorkingElsewhere' is no value of LegacyFreeBusyStatus in ${version}.`);
  }
  return value;
}

function bodyOf(element: XmlElement, { switches }: ReadContext): ItemContent['body'] {
  const type = element.attributes['BodyType'] === 'HTML' ? 'HTML' : 'Text';
  const text = textOf(element);
  return { type, text: type === 'HTML' && switches.rewritesHtml ? rewriteHtml(text) : text };
}

function reminderMinutes(element: XmlElement): number {
  const minutes = Number(textOf(element));
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > 2_629_800) {
    throw schemaViolation('ReminderMinutesBeforeStart is out of range.');
  }
  return minutes;
}

function setAttendees(
  draft: ItemDraft,
  role: AttendeeRole,
  of: readonly Attendee[],
  previous: readonly Attendee[],
): void {
  const others = (draft.content.attendees ?? previous).filter((attendee) => attendee.role !== role);
  draft.content.attendees = [...others, ...of];
}

type Reader = (
  draft: ItemDraft,
  element: XmlElement,
  context: ReadContext,
  previous: readonly Attendee[],
) => void;

const READERS: Readonly<Record<string, Reader>> = {
  Subject: (draft, element, context) => {
    draft.content.subject = singleLine(element, context);
  },
  Location: (draft, element, context) => {
    draft.content.location = singleLine(element, context);
  },
  Body: (draft, element, context) => {
    draft.content.body = bodyOf(element, context);
  },
  Sensitivity: (draft, element) => {
    draft.content.sensitivity = choice(element, ['Normal', 'Personal', 'Private', 'Confidential']);
  },
  Importance: (draft, element) => {
    draft.content.importance = choice(element, ['Low', 'Normal', 'High']);
  },
  Categories: (draft, element) => {
    draft.content.categories = elementsOf(element).map(textOf);
  },
  ReminderIsSet: (draft, element) => {
    draft.content.reminderIsSet = flag(element);
  },
  ReminderMinutesBeforeStart: (draft, element) => {
    draft.content.reminderMinutes = reminderMinutes(element);
  },
  ReminderDueBy: (_draft, element) => {
    dateTime(element);
  },
  ExtendedProperty: (draft, element) => {
    draft.extended.set(...extendedProperty(element));
  },
  UID: (draft, element) => {
    draft.uid = textOf(element);
  },
  Start: (draft, element) => {
    draft.start = dateTime(element);
  },
  End: (draft, element) => {
    draft.end = dateTime(element);
  },
  IsAllDayEvent: (draft, element) => {
    draft.content.allDay = flag(element);
  },
  LegacyFreeBusyStatus: (draft, element, context) => {
    draft.content.showAs = showAs(element, context);
  },
  IsResponseRequested: (draft, element) => {
    draft.content.responseRequested = flag(element);
  },
  AllowNewTimeProposal: (draft, element) => {
    draft.content.allowNewTimeProposal = flag(element);
  },
  RequiredAttendees: (draft, element, _, previous) =>
    setAttendees(draft, 'required', attendees(element, 'required'), previous),
  OptionalAttendees: (draft, element, _, previous) =>
    setAttendees(draft, 'optional', attendees(element, 'optional'), previous),
  Resources: (draft, element, _, previous) =>
    setAttendees(draft, 'resource', attendees(element, 'resource'), previous),
  Recurrence: (draft, element) => {
    draft.recurrence = readRecurrence(element);
  },
  MeetingTimeZone: (draft, element) => {
    draft.meetingZone = readMeetingTimeZone(element);
  },
  StartTimeZone: (draft, element) => {
    draft.startZone = readZoneDefinition(element);
  },
  EndTimeZone: (draft, element) => {
    draft.endZone = readZoneDefinition(element);
  },
  // Clients may say it; there is no other class of calendar item here.
  ItemClass: () => undefined,
  Culture: () => undefined,
};

/**
 * Takes one property element into the draft. `previous` are the attendees that the item has. Throws
 * ErrorInvalidPropertySet for a property that the server itself keeps.
 */
export function readProperty(
  draft: ItemDraft,
  element: XmlElement,
  context: ReadContext,
  previous: readonly Attendee[] = [],
): void {
  const reader = READERS[element.name];
  if (reader === undefined) {
    throw new EwsError('ErrorInvalidPropertySet', `Set action is invalid for property ${element.name}.`);
  }
  reader(draft, element, context, previous);
}

/** Throws EwsFault for values that the schema of the requested version does not allow; other errors wait. */
export function refuseInvalidProperties(item: XmlElement | undefined, context: ReadContext): void {
  const draft = emptyDraft();
  for (const property of elementsOf(item)) {
    try {
      readProperty(draft, property, context);
    } catch (error) {
      if (error instanceof EwsFault) throw error;
    }
  }
}

/**
 * The zone in which a floating time of the request is meant (Microsoft Learn, Time zones and EWS): for 2007
 * MeetingTimeZone, else UTC; since 2010 the item's own zone element, else TimeZoneContext, else UTC.
 */
function floatingZone(own: ItemZone | undefined, draft: ItemDraft, context: ReadContext): ItemZone {
  if (versionRank(context.version) < RANK_2010) return draft.meetingZone ?? UTC_ZONE;
  return own ?? context.timeZoneContext ?? UTC_ZONE;
}

/** Zones of the item after the draft: those sent, else those it has; a new item takes those of floating times. */
function zonesAfter(
  draft: ItemDraft,
  context: ReadContext,
  previous: ItemContent | null,
): [ItemZone, ItemZone] {
  const sent = versionRank(context.version) < RANK_2010 ? draft.meetingZone : draft.startZone;
  const start = sent ?? previous?.startZone ?? floatingZone(undefined, draft, context);
  return [start, draft.endZone ?? (sent === undefined ? (previous?.endZone ?? start) : start)];
}

const FIVE_YEARS = 5 * 366 * DAY_MS;

/** Start is rounded down and End up to midnight in the zone of creation (Microsoft Learn, all-day events). */
export function allDayTimes(start: number, end: number, zone: string): { start: number; end: number } {
  const first = Math.floor(wallOf(zone, start) / DAY_MS);
  const last = Math.max(first + 1, Math.ceil(wallOf(zone, end) / DAY_MS));
  return { start: instantOf(zone, first * DAY_MS), end: instantOf(zone, last * DAY_MS) };
}

/**
 * The content after the draft. `previous` is null for a new item, `defaults` is what it is then made of.
 * Throws ErrorCalendarEndDateIsEarlierThanStartDate, ErrorCalendarDurationIsTooLong.
 */
export function applyDraft(
  draft: ItemDraft,
  context: ReadContext,
  previous: ItemContent | null,
  defaults: ItemContent,
): ItemContent {
  const base = previous ?? defaults;
  const [startZone, endZone] = zonesAfter(draft, context, previous);
  const startMeant = floatingZone(draft.startZone, draft, context);
  const endMeant = floatingZone(draft.endZone ?? draft.startZone, draft, context);
  let start = draft.start === undefined ? base.start : resolveDateTime(draft.start, startMeant);
  let end = draft.end === undefined ? base.end : resolveDateTime(draft.end, endMeant);
  if (previous === null && draft.end === undefined) end = Math.max(end, start + 1_800_000);
  if (end < start) {
    throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate.');
  }
  if (end - start > FIVE_YEARS) {
    throw new EwsError('ErrorCalendarDurationIsTooLong', 'The duration of the calendar item is too long.');
  }
  if (draft.content.allDay ?? base.allDay) ({ start, end } = allDayTimes(start, end, startZone.iana));
  return { ...base, ...draft.content, start, end, startZone, endZone, extended: extendedAfter(draft, base) };
}

function extendedAfter(draft: ItemDraft, base: ItemContent): ItemContent['extended'] {
  if (draft.extended.size === 0) return base.extended;
  const extended = new Map(base.extended);
  for (const [key, property] of draft.extended) {
    if (property === null) extended.delete(key);
    else extended.set(key, property);
  }
  return extended;
}
