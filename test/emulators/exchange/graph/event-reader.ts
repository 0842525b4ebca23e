/**
 * The body of POST and PATCH of an event (Microsoft Learn, "Create event", "Update event", event resource type). What a
 * client may not set is passed over; a name that the type does not have is refused.
 */

import { rewriteHtml } from '../body.ts';
import type { Attendee, AttendeeRole, Body, ItemContent, Sensitivity, ShowAs } from '../model.ts';
import type { Recurrence } from '../recurrence.ts';
import type { ExchangeSwitches } from '../switches.ts';
import type { ItemZone } from '../zones.ts';
import { DAY_MS, parseDateTime, resolveDateTime, wallOf, zoneNamed } from '../zones.ts';
import { TRANSACTION_KEY, TRANSACTION_PATH } from './event-json.ts';
import { withExtended } from './extended-json.ts';
import { GraphError, invalidProperty, invalidRequest, unknownZone, unreadableBody } from './graph-errors.ts';
import type { GraphSwitches } from './graph-switches.ts';
import { readLocations } from './locations.ts';
import { withOnlineMeeting, withoutLostMeeting } from './online-meeting.ts';
import { readRecurrence } from './recurrence-json.ts';

type Json = Readonly<Record<string, unknown>>;
type Draft = { -readonly [K in keyof ItemContent]: ItemContent[K] };

export interface EventDraft {
  readonly content: ItemContent;
  /** undefined: not spoken of; null: the event is no series. */
  readonly recurrence: Recurrence | null | undefined;
  /** Names of the properties that the request has. */
  readonly sent: ReadonlySet<string>;
}

export interface ReaderContext {
  readonly graph: GraphSwitches;
  readonly exchange: ExchangeSwitches;
  uuid(): string;
}

const MOST_ATTENDEES = 500;

function object(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadableBody(`The property '${name}' is a complex value.`);
  }
  return value as Json;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw unreadableBody(`Cannot convert a value of '${name}' to Edm.String.`);
  return value;
}

function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw unreadableBody(`Cannot convert a value of '${name}' to Edm.Boolean.`);
  return value;
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadableBody(`The property '${name}' is a collection.`);
  return value;
}

function oneOf<T extends string>(value: unknown, values: readonly T[], name: string): T {
  const found = values.find((each) => each.toLowerCase() === String(value).toLowerCase());
  if (found === undefined) throw unreadableBody(`The value '${String(value)}' is no value of '${name}'.`);
  return found;
}

const SHOW_AS: readonly ShowAs[] = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'];
const SENSITIVITIES: readonly Sensitivity[] = ['Normal', 'Personal', 'Private', 'Confidential'];
const ROLES: readonly AttendeeRole[] = ['required', 'optional', 'resource'];

function readBody(value: unknown, { exchange }: ReaderContext): Body {
  const { contentType = 'text', content = '' } = object(value, 'body');
  const type = oneOf(contentType, ['Text', 'HTML'], 'contentType');
  const sent = text(content, 'content');
  return { type, text: type === 'HTML' && exchange.rewritesHtml && sent !== '' ? rewriteHtml(sent) : sent };
}

function readAttendee(value: unknown): Attendee {
  const attendee = object(value, 'attendees');
  const { name, address } = object(attendee['emailAddress'], 'emailAddress');
  const to = typeof address === 'string' ? address.trim() : '';
  if (to === '') {
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  }
  const role = oneOf(attendee['type'] ?? 'required', ROLES, 'attendeeType');
  return {
    role,
    name: typeof name === 'string' && name !== '' ? name : to,
    address: to,
    response: 'Unknown',
  };
}

function readAttendees(value: unknown): readonly Attendee[] {
  const attendees = list(value, 'attendees').map(readAttendee);
  if (attendees.length <= MOST_ATTENDEES) return attendees;
  throw new GraphError(400, 'ErrorExceededAttendeeLimit', 'An event has 500 attendees at most.');
}

interface Moment {
  readonly instant: number;
  readonly zone: ItemZone;
}

function readMoment(value: unknown, name: string): Moment {
  const { dateTime, timeZone } = object(value, name);
  const zoneName = typeof timeZone === 'string' ? timeZone : '';
  const zone = zoneNamed(zoneName);
  if (zone === null) throw unknownZone(zoneName);
  const sent = text(dateTime, 'dateTime');
  const moment = parseDateTime(/T\d\d:\d\d$/.test(sent) ? `${sent}:00` : sent);
  if (moment === null) throw unreadableBody(`Cannot convert '${sent}' to a date and time.`);
  return { instant: resolveDateTime(moment, zone), zone };
}

function singleLine(value: unknown, name: string, { exchange }: ReaderContext): string {
  const line = value === null ? '' : text(value, name);
  return exchange.normalisesSingleLines ? line.replace(/[\r\n]+/g, ' ').trim() : line;
}

function minutes(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw unreadableBody("Cannot convert a value of 'reminderMinutesBeforeStart' to Edm.Int32.");
}

type Reader = (draft: Draft, value: unknown, context: ReaderContext) => void;

const READERS: Readonly<Record<string, Reader>> = {
  subject: (draft, value, context) => {
    draft.subject = singleLine(value, 'subject', context);
  },
  body: (draft, value, context) => {
    draft.body = readBody(value, context);
  },
  location: (draft, value) => {
    Object.assign(draft, readLocations(value === null ? [] : [value], draft.extended));
  },
  locations: (draft, value) => {
    Object.assign(draft, readLocations(list(value, 'locations'), draft.extended));
  },
  start: (draft, value) => {
    const { instant, zone } = readMoment(value, 'start');
    Object.assign(draft, { start: instant, startZone: zone });
  },
  end: (draft, value) => {
    const { instant, zone } = readMoment(value, 'end');
    Object.assign(draft, { end: instant, endZone: zone });
  },
  isAllDay: (draft, value) => {
    draft.allDay = flag(value, 'isAllDay');
  },
  showAs: (draft, value) => {
    draft.showAs = value === 'unknown' ? 'NoData' : oneOf(value, SHOW_AS, 'freeBusyStatus');
  },
  sensitivity: (draft, value) => {
    draft.sensitivity = oneOf(value, SENSITIVITIES, 'sensitivity');
  },
  importance: (draft, value) => {
    draft.importance = oneOf(value, ['Low', 'Normal', 'High'], 'importance');
  },
  categories: (draft, value) => {
    draft.categories = list(value, 'categories').map((name) => text(name, 'categories'));
  },
  isReminderOn: (draft, value) => {
    draft.reminderIsSet = flag(value, 'isReminderOn');
  },
  reminderMinutesBeforeStart: (draft, value) => {
    draft.reminderMinutes = minutes(value);
  },
  responseRequested: (draft, value) => {
    draft.responseRequested = flag(value, 'responseRequested');
  },
  allowNewTimeProposals: (draft, value) => {
    draft.allowNewTimeProposal = flag(value, 'allowNewTimeProposals');
  },
  attendees: (draft, value) => {
    draft.attendees = readAttendees(value);
  },
  singleValueExtendedProperties: (draft, value) => {
    draft.extended = withExtended(draft.extended, value);
  },
  isOnlineMeeting: (draft, value, { uuid }) => {
    if (flag(value, 'isOnlineMeeting')) Object.assign(draft, withOnlineMeeting(draft, uuid));
  },
};

/** Names of the type that clients do not set, or that mean nothing here. */
const PASSED_OVER = new Set(
  'recurrence transactionId id changeKey createdDateTime lastModifiedDateTime bodyPreview hasAttachments hideAttendees iCalUId uid isCancelled isDraft isOrganizer onlineMeeting onlineMeetingProvider onlineMeetingUrl organizer originalEndTimeZone originalStart originalStartTimeZone responseStatus seriesMasterId occurrenceId cancelledOccurrences type webLink'.split(
    ' ',
  ),
);

/** isOnlineMeeting comes last: its block goes below the body that the request has. */
const ORDER = [...Object.keys(READERS).filter((name) => name !== 'isOnlineMeeting'), 'isOnlineMeeting'];

function refuseUnknown(json: Json): void {
  for (const name of Object.keys(json)) {
    if (name.includes('@') || name in READERS || PASSED_OVER.has(name)) continue;
    throw unreadableBody(
      `The property '${name}' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type.`,
    );
  }
}

/** "Start and end time must be set to midnight and be in the same time zone." */
function refuseHalfDays({ allDay, start, end, startZone, endZone }: ItemContent): void {
  if (!allDay) return;
  const isMidnight = (instant: number) => wallOf(startZone.iana, instant) % DAY_MS === 0;
  if (!isMidnight(start) || !isMidnight(end) || end <= start) {
    throw invalidRequest('The Event.Start property for an all-day event needs to be set to midnight.');
  }
  if (startZone.windows !== endZone.windows) {
    throw invalidRequest('Start and end of an all-day event are in the same time zone.');
  }
}

/** `before`: what the event is, or what a new one is made of. Throws GraphError. */
export function readEvent(sent: unknown, before: ItemContent, context: ReaderContext): EventDraft {
  const json = object(sent, 'event');
  refuseUnknown(json);
  const draft: Draft = { ...before };
  for (const name of ORDER) if (json[name] !== undefined) READERS[name]?.(draft, json[name], context);
  if (draft.end < draft.start) throw invalidProperty('The end of the event is before its start.');
  refuseHalfDays(draft);
  if (json['body'] !== undefined) Object.assign(draft, withoutLostMeeting(before, draft));
  const recurrence = readSeries(json['recurrence'], draft, context);
  return { content: draft, recurrence, sent: new Set(Object.keys(json)) };
}

function readSeries(value: unknown, draft: Draft, { graph }: ReaderContext): Recurrence | null | undefined {
  if (value === undefined || value === null) return value;
  const startDay = Math.floor(wallOf(draft.startZone.iana, draft.start) / DAY_MS);
  return readRecurrence(value, startDay, graph.refusesOtherStartDate);
}

/** The id by which a client's repeated POST is known again, kept with the new event. */
export function withTransaction(content: ItemContent, sent: unknown): ItemContent {
  const id = object(sent, 'event')['transactionId'];
  if (typeof id !== 'string') return content;
  const property = { path: TRANSACTION_PATH, values: [id], isList: false };
  return { ...content, extended: new Map(content.extended).set(TRANSACTION_KEY, property) };
}
