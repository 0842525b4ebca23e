/** Items of the store as event resources (Microsoft Learn, event resource type, "Get event"). */

import type * as graph from '@microsoft/microsoft-graph-types';
import { bodyAs, htmlToText } from '../body.ts';
import { extendedKey, globalObjectIdOf } from '../extended-properties.ts';
import type { Attendee, ItemContent, Recipient, ResponseType, ShowAs, StoredItem } from '../model.ts';
import type { ItemView } from '../series.ts';
import { occurrenceView } from '../series.ts';
import { DAY_MS, formatDay, wallOf } from '../zones.ts';
import { extendedJson } from './extended-json.ts';
import { folderRestId, idOf, userIdOf, viewId } from './graph-ids.ts';
import type { GraphSwitches } from './graph-switches.ts';
import { locationsOf } from './locations.ts';
import type { EventShape } from './odata-query.ts';
import type { Preferences } from './preferences.ts';
import { recurrenceJson } from './recurrence-json.ts';

export interface EventContext {
  readonly preferences: Preferences;
  readonly switches: GraphSwitches;
  /** `https://graph.microsoft.com/v1.0`. */
  readonly root: string;
  /** What Graph shows as the version of an item. */
  version(stored: StoredItem): { readonly changeKey: string; readonly modified: number };
}

export type EventJson = Record<string, unknown>;

const NEVER = '0001-01-01T00:00:00Z';

const RESPONSES: Readonly<Record<ResponseType, graph.ResponseType>> = {
  Unknown: 'none',
  Organizer: 'organizer',
  Tentative: 'tentativelyAccepted',
  Accept: 'accepted',
  Decline: 'declined',
  NoResponseReceived: 'notResponded',
};

const SHOW_AS: Readonly<Record<ShowAs, graph.FreeBusyStatus>> = {
  Free: 'free',
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'oof',
  WorkingElsewhere: 'workingElsewhere',
  NoData: 'unknown',
};

/** DateTimeOffset with seven decimals, as Outlook writes it. */
export const timestamp = (instant: number): string =>
  `${new Date(instant).toISOString().slice(0, -1).padEnd(27, '0')}Z`;

/** `2026-11-23T12:00:00.0000000` on a wall clock. */
export const wallText = (wall: number): string => `${new Date(wall).toISOString().slice(0, 19)}.0000000`;

const recipient = ({ name, address }: Recipient): graph.Recipient => ({ emailAddress: { name, address } });

function timeJson(
  instant: number,
  content: ItemContent,
  { preferences, switches }: EventContext,
): graph.DateTimeTimeZone {
  const isFloating = content.allDay && switches.allDayTimes === 'floating';
  const zone = isFloating ? content.startZone : preferences.zone;
  return { dateTime: wallText(wallOf(zone.iana, instant)), timeZone: preferences.zoneName };
}

function attendeesJson(content: ItemContent, { switches }: EventContext): graph.Attendee[] {
  const listed = content.attendees.map(attendeeJson);
  const isGuest = content.isMeeting && content.myResponse !== 'Organizer';
  if (!isGuest || !switches.organizerAmongAttendees) return listed;
  const status = { response: 'none', time: NEVER } as const;
  return [{ type: 'required', status, ...recipient(content.organizer) }, ...listed];
}

const attendeeJson = (attendee: Attendee): graph.Attendee => ({
  type: attendee.role,
  status: { response: RESPONSES[attendee.response], time: NEVER },
  ...recipient(attendee),
});

/** A UID that differs for each occurrence: the day stands in bytes 16 to 19 of the global object id (MS-OXOCAL). */
export function occurrenceUid(uid: string, day: number): string {
  const bytes = [...atob(globalObjectIdOf(uid))].map((character) => character.charCodeAt(0));
  const date = new Date(day * DAY_MS);
  const year = date.getUTCFullYear();
  bytes.splice(16, 4, year >> 8, year & 255, date.getUTCMonth() + 1, date.getUTCDate());
  return bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** `OID.{id of the master}.{day of the original start}` ("Get event", example 3). */
function oid(stored: StoredItem, day: number, { preferences, switches }: EventContext): string {
  const originalStart =
    stored.series === null ? 0 : (occurrenceView(stored, stored.series, day).occurrence?.originalStart ?? 0);
  const shown = switches.occurrenceDates === 'utc' ? Math.floor(originalStart / DAY_MS) : day;
  return `OID.${idOf(stored, null, preferences.ids)}.${formatDay(shown)}`;
}

const TYPES = {
  Single: 'singleInstance',
  RecurringMaster: 'seriesMaster',
  Occurrence: 'occurrence',
  Exception: 'exception',
} as const;

function onlineJson({ onlineMeetingUrl: joinUrl }: ItemContent) {
  const isTeams = joinUrl?.startsWith('https://teams.microsoft.com/') ?? false;
  return {
    isOnlineMeeting: joinUrl !== null,
    onlineMeetingProvider: isTeams ? 'teamsForBusiness' : 'unknown',
    onlineMeetingUrl: joinUrl === null || isTeams ? null : joinUrl,
    onlineMeeting: joinUrl === null ? null : { joinUrl },
  };
}

function meetingJson(view: ItemView, context: EventContext): EventJson {
  const { content } = view;
  const isGuest = content.isMeeting && content.myResponse !== 'Organizer';
  const time = content.replyTime === null ? NEVER : timestamp(content.replyTime);
  return {
    isCancelled: content.isCancelled,
    isOrganizer: !isGuest,
    isDraft: content.isMeeting && !isGuest && !content.requestWasSent,
    responseRequested: content.responseRequested,
    allowNewTimeProposals: content.allowNewTimeProposal,
    hideAttendees: false,
    responseStatus: { response: isGuest ? RESPONSES[content.myResponse] : 'organizer', time },
    attendees: attendeesJson(content, context),
    organizer: recipient(content.organizer),
    ...onlineJson(content),
  };
}

function seriesJson(view: ItemView, context: EventContext): EventJson {
  const { stored, occurrence, content, type } = view;
  return {
    iCalUId: occurrence === null ? stored.uid : occurrenceUid(stored.uid, occurrence.day),
    uid: stored.uid,
    type: TYPES[type],
    seriesMasterId: occurrence === null ? null : idOf(stored, null, context.preferences.ids),
    occurrenceId: occurrence === null ? null : oid(stored, occurrence.day, context),
    ...(occurrence === null ? {} : { originalStart: formatSeconds(occurrence.originalStart) }),
    recurrence:
      occurrence !== null || stored.series === null
        ? null
        : recurrenceJson(stored.series.recurrence, content.startZone.windows),
  };
}

const formatSeconds = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

function contentJson(view: ItemView, context: EventContext): EventJson {
  const { content } = view;
  const body = bodyAs(content.body, context.preferences.bodyType);
  const text = content.body.type === 'HTML' ? htmlToText(content.body.text) : content.body.text;
  return {
    originalStartTimeZone: content.startZone.windows,
    originalEndTimeZone: content.endZone.windows,
    reminderMinutesBeforeStart: content.reminderMinutes,
    isReminderOn: content.reminderIsSet,
    hasAttachments: false,
    subject: content.subject,
    bodyPreview: text.slice(0, 255),
    importance: content.importance.toLowerCase(),
    sensitivity: content.sensitivity.toLowerCase(),
    isAllDay: content.allDay,
    showAs: SHOW_AS[content.showAs],
    body: { contentType: body.type.toLowerCase(), content: content.body.text === '' ? '' : body.text },
    start: timeJson(content.start, content, context),
    end: timeJson(content.end, content, context),
    ...locationsOf(content),
  };
}

function headJson(view: ItemView, context: EventContext): EventJson {
  const { stored, content } = view;
  const { changeKey, modified } = context.version(stored);
  return {
    '@odata.etag': etagOf(changeKey),
    id: viewId(view, context.preferences.ids),
    createdDateTime: timestamp(stored.created),
    lastModifiedDateTime: timestamp(modified),
    changeKey,
    categories: [...content.categories],
    transactionId: transactionOf(content),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(viewId(view, 'restId'))}&exvsurl=1&path=/calendar/item`,
  };
}

export const etagOf = (changeKey: string): string => `W/"${changeKey}"`;

/** Kept among the extended properties, as everything of an item is that EWS has no element for. */
export const TRANSACTION_PATH = {
  DistinguishedPropertySetId: 'CalendarAssistant',
  PropertyName: 'GraphTransactionId',
  PropertyType: 'String',
};
export const TRANSACTION_KEY = extendedKey(TRANSACTION_PATH);

function transactionOf(content: ItemContent): string | null {
  return content.extended.get(TRANSACTION_KEY)?.values[0] ?? null;
}

function occurrencesOf(stored: StoredItem, context: EventContext, shape: EventShape): EventJson {
  const { series } = stored;
  const json: EventJson = {};
  if (series === null) return json;
  if (shape.select?.has('cancelledOccurrences')) {
    const days = [...series.deletedDays.keys()].sort((a, b) => a - b);
    json['cancelledOccurrences'] = days.map((day) => oid(stored, day, context));
  }
  if (shape.select?.has('exceptionOccurrences') && shape.expandsExceptions) {
    const days = [...series.exceptions.keys()].sort((a, b) => a - b);
    const select = context.switches.selectsInExceptions ? shape.select : null;
    const inner = { select, expandsExceptions: false, extended: [] };
    json['exceptionOccurrences@odata.context'] = `${context.root}/$metadata#events`;
    json['exceptionOccurrences'] = days.map((day) =>
      eventJson(occurrenceView(stored, series, day), context, inner),
    );
  }
  return json;
}

/**
 * The event as the request shapes it. `id` and the etag are always there. cancelledOccurrences comes with $select,
 * exceptionOccurrences with $select and $expand, both on a master only (Microsoft Learn, event resource type).
 */
export function eventJson(view: ItemView, context: EventContext, shape: EventShape): EventJson {
  const all: EventJson = {
    ...headJson(view, context),
    ...contentJson(view, context),
    ...seriesJson(view, context),
    ...meetingJson(view, context),
  };
  const { select } = shape;
  const isShown = (name: string) =>
    select === null || name.startsWith('@') || name === 'id' || select.has(name);
  const shown = Object.fromEntries(Object.entries(all).filter(([name]) => isShown(name)));
  if (view.type === 'RecurringMaster') Object.assign(shown, occurrencesOf(view.stored, context, shape));
  const extended = extendedJson(view.content, shape.extended);
  if (extended.length > 0) shown['singleValueExtendedProperties'] = extended;
  if (select !== null && !select.has('calendar')) return shown;
  const { mailbox, folder } = view.stored;
  const calendar = `${context.root}/users('${userIdOf(mailbox.address)}')/calendars('${folderRestId(folder.id)}')`;
  shown['calendar@odata.associationLink'] = `${calendar}/$ref`;
  shown['calendar@odata.navigationLink'] = calendar;
  return shown;
}
