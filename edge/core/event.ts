/**
 * The canonical event: the one language into which both sides are translated before anything is compared.
 * It is plain JSON, so that it can be stored, hashed and diffed as it is. It knows nothing of EWS or JSONWS.
 */

import type { Details } from '#shared/details.ts';
import type { CalendarLanguage } from '#shared/texts/calendar.ts';

/** An instant as `YYYY-MM-DDTHH:MM:SSZ` (milliseconds only where they are not zero). */
export type InstantText = string;
/** A calendar date as `YYYY-MM-DD`. */
export type DateText = string;
/** An IANA time zone name, for example `Europe/Rome`. */
export type ZoneName = string;

/** When an event takes place. `end` is exclusive in both forms; `start <= end` holds for a valid event. */
export type EventTime =
  | {
      readonly kind: 'timed';
      readonly start: InstantText;
      readonly end: InstantText;
      /** The zone in which the event repeats. For a single event it only says how the organiser sees it. */
      readonly zone: ZoneName;
    }
  | { readonly kind: 'allDay'; readonly start: DateText; readonly end: DateText };

/** As iCalendar writes them (RFC 5545 §3.3.10). */
export type Weekday = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU';
/** Which days "the third …" counts: one weekday, any day, Monday to Friday, or Saturday and Sunday. */
export type DayOfWeekSet = Weekday | 'day' | 'weekday' | 'weekendDay';
/** Which of a month's days of one kind; `last` is the fourth or the fifth. */
export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last';

/**
 * How an event repeats, in the terms of Exchange (MS-OXWSCDATA RecurrenceType), which are the narrower ones.
 * A day of month that a month does not have means that month's last day, as Outlook shows it.
 */
export type RecurrencePattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      readonly days: readonly Weekday[];
      readonly firstDay: Weekday;
    }
  | { readonly kind: 'absoluteMonthly'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'relativeMonthly';
      readonly interval: number;
      readonly days: DayOfWeekSet;
      readonly index: WeekIndex;
    }
  | { readonly kind: 'absoluteYearly'; readonly month: number; readonly day: number }
  | {
      readonly kind: 'relativeYearly';
      readonly month: number;
      readonly days: DayOfWeekSet;
      readonly index: WeekIndex;
    };

/** How long it repeats. `until` is the last possible date, inclusive, in the event's zone. */
export type RecurrenceRange =
  | { readonly kind: 'noEnd' }
  | { readonly kind: 'until'; readonly until: DateText }
  | { readonly kind: 'count'; readonly count: number };

/** The first occurrence is the event's own start: a start that is off the pattern is not representable. */
export interface Recurrence {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
}

/**
 * How much of an event Liferay shows: what its pairing says. `own`: its texts come from Liferay, where everybody has read
 * them; they stay there whatever the pairing says of what comes from the mailbox.
 */
export interface Disclosure {
  readonly details: Details | 'own';
  /** Private and confidential events are shown as the others are. */
  readonly showPrivate: boolean;
  /** A meeting's participants are listed under its description. */
  readonly participants: boolean;
  /** Of the words that stand there for hidden titles and in that list. */
  readonly language: CalendarLanguage;
}

/** What the calendar tells others of this time (EWS LegacyFreeBusyStatus). Liferay has none of it. */
export type ShowAs = 'free' | 'tentative' | 'busy' | 'outOfOffice' | 'workingElsewhere';
/** As in EWS. What is `private` or `confidential` is not named in Liferay unless `Disclosure` says so. */
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';
/** What somebody said to an invitation; `organizer` needs to say nothing, `none`: nobody was asked. */
export type Response = 'none' | 'organizer' | 'accepted' | 'tentative' | 'declined' | 'pending';

/** Somebody who is invited, the organiser not among them. */
export interface Attendee {
  /** SMTP address in lower case. */
  readonly address: string;
  readonly name: string;
  readonly role: 'required' | 'optional' | 'resource';
  readonly response: Response;
}

/** The fields in which one occurrence may differ from its series: what Exchange keeps for an exception. */
export const OCCURRENCE_FIELDS = [
  'title',
  'description',
  'location',
  'time',
  'showAs',
  'reminderMinutes',
  'categories',
  'ownResponse',
] as const;
export type OccurrenceField = (typeof OCCURRENCE_FIELDS)[number];

/**
 * A changed occurrence with all that it holds, also what it has from its series. A timed one is in the zone of its
 * series, whichever way the series itself takes place.
 */
export type ChangedOccurrence = Pick<CalendarEvent, OccurrenceField>;

/**
 * The occurrences of a series that are not as its rule says: deleted, or changed. The key is the original start: the
 * date, in the zone of the series, on which the rule has the occurrence. A date and not an instant, because it stays
 * the same when the series gets another hour. Normal form (see exceptions.ts): each key is a date of the rule, and no
 * changed occurrence is what the rule would have made of it.
 */
export type Exceptions = Readonly<Record<DateText, 'deleted' | ChangedOccurrence>>;

/**
 * A series is ONE event: its fields, its rule, and its exceptions. Fields that a side cannot hold stand at their
 * neutral value when read from it.
 */
export interface CalendarEvent {
  /** One line, trimmed at its edges. */
  readonly title: string;
  /** Plain text, lines separated by `\n`. */
  readonly description: string;
  /** One line, trimmed at its edges. */
  readonly location: string;
  readonly time: EventTime;
  readonly recurrence: Recurrence | null;
  /** Empty for a single event. */
  readonly exceptions: Exceptions;
  readonly showAs: ShowAs;
  readonly sensitivity: Sensitivity;
  /** Minutes before the start; null: no reminder. */
  readonly reminderMinutes: number | null;
  /** Names in code-point order, without duplicates. */
  readonly categories: readonly string[];
  /** Others were invited, be it to one of its occurrences only and whether or not their addresses are known. */
  readonly meeting: boolean;
  /** It is a meeting of one's own, and its organiser has kept the invitations back so far: nobody else knows of it. */
  readonly unsent: boolean;
  /** SMTP address of the organiser in lower case; null for an appointment, of which servers name the owner. */
  readonly organizer: string | null;
  /** As the server calls them; `''` where that is not known. */
  readonly organizerName: string;
  /** Those with an SMTP address, sorted by it. */
  readonly attendees: readonly Attendee[];
  readonly ownResponse: Response;
  readonly cancelled: boolean;
  /** Its text holds the block by which people join an online meeting: nobody but Exchange may write that text. */
  readonly onlineMeeting: boolean;
  /** Not of the event but of its pairing, and no field that is merged: what Liferay shows depends on it. */
  readonly disclosure: Disclosure;
}

/** What a new event is made of where a side says nothing. */
export const NEUTRAL_EVENT: Omit<CalendarEvent, 'time'> = {
  title: '',
  description: '',
  location: '',
  recurrence: null,
  exceptions: {},
  showAs: 'busy',
  sensitivity: 'normal',
  reminderMinutes: null,
  categories: [],
  meeting: false,
  unsent: false,
  organizer: null,
  organizerName: '',
  attendees: [],
  ownResponse: 'none',
  cancelled: false,
  onlineMeeting: false,
  disclosure: { details: 'full', showPrivate: false, participants: false, language: 'en' },
};
