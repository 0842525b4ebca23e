/** An event of an answer as a CalendarEvent: pure, and the same in every time zone of the process. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { Temporal } from 'temporal-polyfill';
import {
  type Attendee,
  type CalendarEvent,
  type ChangedOccurrence,
  NEUTRAL_EVENT,
  type Recurrence,
  type Response,
  type Sensitivity,
  type ShowAs,
  type ZoneName,
} from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { endsWithinDates, startDate } from '#core/recurrence-dates.ts';
import { byCodePoint, multiLine, oneLine, sortedCategories } from '#core/text.ts';
import { holdsJoinLink } from '../join-link.ts';
import type { MailboxItem } from '../mailbox-calendar.port.ts';
import { STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import { type AttendeeAnswer, type EventAnswer, tagOf } from './answers.ts';
import { textOfBody } from './body.ts';
import { readSeriesTime, readTime, readZone } from './event-time.ts';
import { ownProperty } from './extended.ts';
import { readRecurrence } from './recurrence.ts';

const SHOW_AS: ReadonlyMap<string, ShowAs> = new Map(
  Object.entries<ShowAs>({
    free: 'free',
    tentative: 'tentative',
    busy: 'busy',
    oof: 'outOfOffice',
    workingElsewhere: 'workingElsewhere',
  }),
);
const SENSITIVITY: ReadonlyMap<string, Sensitivity> = new Map(
  Object.entries<Sensitivity>({ personal: 'personal', private: 'private', confidential: 'confidential' }),
);
const RESPONSE: ReadonlyMap<string, Response> = new Map(
  Object.entries<Response>({
    organizer: 'organizer',
    tentativelyAccepted: 'tentative',
    accepted: 'accepted',
    declined: 'declined',
    notResponded: 'pending',
  }),
);

/** An event as its own answer tells it: the exceptions of a series have still to be read, see series-reader.ts. */
export interface FoundEvent {
  readonly item: MailboxItem;
  /** Null if it cannot be told. */
  readonly zone: ZoneName | null;
}

/**
 * Reads a single event or a master. Rejects with the item's own failure: `recurrenceNotExpressible`, `zoneUnknown`,
 * `startAfterEnd`, or `itemUnreadable` for what is none.
 */
export function readEvent(answer: EventAnswer, folderId: string): FoundEvent {
  const zone = readZone(answer, ownProperty(answer, ZONE_PROPERTY) ?? '');
  const item = {
    id: answer.id,
    version: tagOf(answer),
    uid: uidOf(answer),
    stamp: ownProperty(answer, STAMP_PROPERTY) || null,
    folderId,
    event: calendarEvent(answer, zone),
    unplaced: [],
  };
  return { item, zone };
}

/** Whether it is a series: an event without a type is told by its rule. */
export function isSeries({ type, recurrence }: EventAnswer): boolean {
  return type === 'seriesMaster' || (!type && !!recurrence);
}

function calendarEvent(answer: EventAnswer, zone: ZoneName | null): CalendarEvent {
  const repeats = isSeries(answer);
  const meeting = isMeeting(answer);
  const time = repeats ? readSeriesTime(answer, zone) : readTime(answer, zone);
  const { name, address } = answer.organizer?.emailAddress ?? {};
  return {
    ...readContent(answer),
    time,
    recurrence: repeats ? readRule(answer, time) : null,
    exceptions: {},
    sensitivity: SENSITIVITY.get(answer.sensitivity ?? '') ?? 'normal',
    meeting,
    unsent: meeting && isOrganizers(answer) && answer.isDraft === true,
    organizer: meeting ? addressIn(address) || null : null,
    organizerName: meeting ? oneLine(name ?? '') : '',
    attendees: readAttendees(answer),
    cancelled: answer.isCancelled === true,
    onlineMeeting: isOnlineMeeting(answer),
    disclosure: NEUTRAL_EVENT.disclosure,
  };
}

function readRule({ recurrence }: EventAnswer, time: CalendarEvent['time']): Recurrence {
  if (!recurrence) throw new RemoteFailure(failure('recurrenceNotExpressible', 'a series without a rule'));
  const rule = readRecurrence(recurrence, startDate(time).toString());
  if (endsWithinDates(rule, time)) return rule;
  throw new RemoteFailure(failure('recurrenceNotExpressible', 'a series beyond the end of all calendars'));
}

/** What an event and an occurrence of a series have in common, but for the time. */
export function readContent(answer: EventAnswer): Omit<ChangedOccurrence, 'time'> {
  return {
    title: oneLine(answer.subject ?? ''),
    description: multiLine(textOfBody(answer.body)),
    location: oneLine(answer.location?.displayName ?? ''),
    showAs: readShowAs(answer),
    reminderMinutes: readReminder(answer),
    categories: sortedCategories(answer.categories ?? []),
    ownResponse: isMeeting(answer) ? readResponse(answer) : 'none',
  };
}

/** `unknown` stands on events that never said; Outlook shows them as busy. */
export function readShowAs({ showAs }: Pick<EventAnswer, 'showAs'>): ShowAs {
  return SHOW_AS.get(showAs ?? '') ?? 'busy';
}

/** Of the owner of the mailbox. An appointment is its owner's own, whatever the server calls that. */
export function readResponse({ responseStatus }: Pick<EventAnswer, 'responseStatus'>): Response {
  return RESPONSE.get(responseStatus?.response ?? '') ?? 'none';
}

/** An add-in of Outlook may leave nothing but its link in the text. */
export function isOnlineMeeting({
  isOnlineMeeting,
  onlineMeeting,
  onlineMeetingUrl,
  body,
}: EventAnswer): boolean {
  return (
    isOnlineMeeting === true ||
    !!onlineMeeting?.joinUrl ||
    !!onlineMeetingUrl ||
    holdsJoinLink(body?.content ?? '')
  );
}

function readReminder({ isReminderOn, reminderMinutesBeforeStart }: EventAnswer): number | null {
  const minutes = reminderMinutesBeforeStart ?? 0;
  return isReminderOn === true && Number.isInteger(minutes) && minutes >= 0 ? minutes : null;
}

/** Others are invited, or the event is somebody else's. */
export function isMeeting(answer: EventAnswer): boolean {
  return answer.isOrganizer === false || invited(answer).length > 0;
}

/** Whether the owner of the mailbox invites to it; an appointment is its owner's too. */
export function isOrganizers({ isOrganizer }: EventAnswer): boolean {
  return isOrganizer !== false;
}

/** Those who are invited. Some payloads list the organiser among them; the event names it in its own field. */
export function invited({ attendees, organizer }: EventAnswer): readonly AttendeeAnswer[] {
  const own = addressIn(organizer?.emailAddress?.address);
  return (attendees ?? []).filter(({ status, emailAddress }) => {
    const address = addressIn(emailAddress?.address);
    return status?.response !== 'organizer' && (address === '' || address !== own);
  });
}

function readAttendees(answer: EventAnswer): readonly Attendee[] {
  const byAddress = new Map<string, Attendee>();
  for (const { type, status, emailAddress } of invited(answer)) {
    const address = addressIn(emailAddress?.address);
    if (address === '' || byAddress.has(address)) continue;
    const role = type === 'optional' || type === 'resource' ? type : 'required';
    const response = RESPONSE.get(status?.response ?? '') ?? 'none';
    byAddress.set(address, { address, name: oneLine(emailAddress?.name ?? ''), role, response });
  }
  return [...byAddress.values()].sort((a, b) => byCodePoint(a.address, b.address));
}

/** In lower case; '' where there is none. */
export function addressIn(address: string | null | undefined): string {
  return oneLine(address ?? '').toLowerCase();
}

/** The first bytes of every GlobalObjectId, in hexadecimal digits (MS-OXOCAL, PidLidGlobalObjectId). */
const GLOBAL_OBJECT_ID = /^040000008200E00074C5B7101A82E008(?:[0-9A-F]{2})+$/i;
/** Its bytes 16 to 19 are the date of one occurrence; they are zero for a series (PidLidCleanGlobalObjectId). */
const DATE_DIGITS = { from: 32, to: 40 } as const;
/** Where its data begin, which of a UID that Outlook did not make are `vCal-Uid`, the number 1, and that UID. */
const DATA_DIGITS = 80;
const FOREIGN_UID = '7643616C2D55696401000000';

/** The UID, of an occurrence that of its series: iCalUId differs for each occurrence. */
export function uidOf({ uid, iCalUId }: Pick<EventAnswer, 'uid' | 'iCalUId'>): string {
  if (uid) return uid;
  const told = iCalUId ?? '';
  if (!GLOBAL_OBJECT_ID.test(told)) return told;
  const data = told.slice(DATA_DIGITS).toUpperCase();
  if (data.startsWith(FOREIGN_UID)) return textOfHex(data.slice(FOREIGN_UID.length));
  const { from, to } = DATE_DIGITS;
  return `${told.slice(0, from)}00000000${told.slice(to)}`;
}

function textOfHex(digits: string): string {
  const bytes = hexToBytes(digits);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The present year. */
export function yearAt(nowMs: number): number {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO('UTC').year;
}
