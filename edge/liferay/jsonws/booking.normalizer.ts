/** Between a row of JSONWS and a booking of the port: what a booking says, and what a write has to send. */
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT } from '#core/event.ts';
import { isSlot } from '#core/exceptions.ts';
import { type Failure, failure } from '#core/failure.ts';
import { endsWithinDates } from '#core/recurrence-dates.ts';
import { formatExcludedDates, formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { multiLine, oneLine } from '#core/text.ts';
import { canonicalZone } from '#core/zones.ts';
import type { PortalBooking, PortalInvitee } from '../portal-calendar.port.ts';
import { type BookingRow, familyOf, statusOf, titleOf, uidOf, versionOf } from './booking-row.ts';
import { bookingTimes, eventTime } from './booking-time.ts';
import { htmlToText, textToHtml } from './description-html.ts';
import { beginsOnAnotherUtcDay, isPluginRow, storedTexts } from './plugin-dialect.ts';
import { inEvery, latestText, localizedLength, parseLocalized } from './text.ts';

/** What a row says, or why it cannot be understood. */
export type ReadBooking =
  | { readonly kind: 'booking'; readonly booking: PortalBooking }
  | { readonly kind: 'failed'; readonly id: string; readonly version: string; readonly failure: Failure };

/** `zone`: of the calendar, as Liferay names it; null where it is not known, which a single event survives. */
export function readBooking(
  row: BookingRow,
  zone: string | null,
  invitees: readonly PortalInvitee[],
): ReadBooking {
  const version = versionOf(row);
  const iana = zone === null ? null : canonicalZone(zone);
  const time = eventTime(row, iana ?? 'UTC');
  if (time === null || row.endTime < row.startTime) {
    const detail = `From ${row.startTime} to ${row.endTime}`;
    const reason = time === null ? 'itemUnreadable' : 'startAfterEnd';
    return { kind: 'failed', id: row.calendarBookingId, version, failure: failure(reason, detail) };
  }
  const { ruleFailure, ...repeats } = readRecurrence(row, time, zone);
  const languages = [
    ...new Set([row.title, row.description].flatMap((stored) => [...parseLocalized(stored).texts.keys()])),
  ];
  return {
    kind: 'booking',
    booking: {
      id: row.calendarBookingId,
      version,
      calendarId: row.calendarId,
      uid: uidOf(row),
      creatorId: row.userId ?? '',
      status: statusOf(row),
      ...familyOf(row),
      invitees,
      event: {
        ...NEUTRAL_EVENT,
        title: titleOf(row),
        description: descriptionOf(row),
        location: oneLine(row.location),
        time,
        ...repeats,
      },
      ruleFailure,
      carried: {
        firstReminder: row.firstReminder,
        secondReminder: row.secondReminder,
        recurrence: row.recurrence,
        ...(languages.length === 0 ? {} : { languages }),
      },
    },
  };
}

type ReadRecurrence = Pick<CalendarEvent, 'recurrence' | 'exceptions'> & Pick<PortalBooking, 'ruleFailure'>;

/** Of the dates of EXDATE those that the rule has: one that it has not changes nothing. */
function readRecurrence(row: BookingRow, time: EventTime, zone: string | null): ReadRecurrence {
  const unread = (ruleFailure: Failure | null) => ({ recurrence: null, exceptions: {}, ruleFailure });
  const series = parseLiferayRecurrence(row.recurrence, time);
  if (series.kind === 'none') return unread(null);
  // A series repeats in the calendar's zone: a guess would move half of its occurrences by an hour.
  if (time.kind === 'timed' && (zone === null || canonicalZone(zone) === null)) {
    return unread(failure('zoneUnknown', zone ?? 'The zone of the calendar is not known'));
  }
  if (time.kind === 'timed' && isPluginRow(row) && beginsOnAnotherUtcDay(time, time.zone)) {
    return unread(failure('zonesDisagree', UTC_DAYS));
  }
  if (series.kind === 'unsupported') return unread(failure(series.reason, series.detail));
  const { recurrence, excludedDates } = series;
  if (!endsWithinDates(recurrence, time)) {
    return unread(
      failure('recurrenceNotExpressible', `The series ends beyond all calendars: ${oneLine(row.recurrence)}`),
    );
  }
  const left = excludedDates.filter((date) => isSlot({ time, recurrence }, date));
  const exceptions = Object.fromEntries(left.map((date) => [date, 'deleted' as const]));
  return { recurrence, exceptions, ruleFailure: null };
}

function descriptionOf(row: BookingRow): string {
  return latestText(row.descriptionCurrentValue, row.description, (html) => multiLine(htmlToText(html)));
}

const UTC_DAYS = 'This portal counts the days of a series in UTC, where its first one is another';

/** The parameters of an add or an update, or why Liferay could not hold the event. */
export type WritableBooking =
  | { readonly kind: 'parameters'; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** `Title` is a column of 4000 characters (portlet-model-hints.xml), translations and markup included. */
const TITLE_LIMIT = 4000;

/** What a write to the plugin of 6.2 has to know: the row that it updates, null for a new one or one that is gone. */
export interface PluginWrite {
  readonly stored: BookingRow | null;
}

/**
 * The parameters that addCalendarBooking and updateCalendarBooking have in common. `languages`: of the calendar
 * and of us; `planned`: the booking that is updated, null for a new one. Liferay merges both text maps into what
 * stands there (`putAll`) and removes what is blank (LocalizationImpl.updateLocalization). So an empty map leaves a
 * text and its markup alone, and a new text takes the place of all translations: one that stayed behind would go
 * on showing the old text, and people's next edits could not be told from it (see latestText). `plugin`: 6.2 merges
 * nothing, so that what stays is sent as it is stored.
 */
export function writeBooking(
  event: CalendarEvent,
  zone: string,
  languages: readonly string[],
  planned: PortalBooking | null,
  plugin: PluginWrite | null = null,
): WritableBooking {
  const times = bookingTimes(event.time);
  if (times === null) return refused('startAfterEnd', 'The end is before the start');
  const recurrence = recurrenceText(event, zone, planned);
  if (recurrence.kind === 'failed') return recurrence;
  const isSeries = recurrence.text !== '';
  if (plugin !== null && isSeries && beginsOnAnotherUtcDay(event.time, canonicalZone(zone) ?? zone)) {
    return refused('zonesDisagree', UTC_DAYS);
  }

  const title = oneLine(event.title);
  const keepsTitle = planned !== null && oneLine(planned.event.title) === title;
  if (!keepsTitle && localizedLength(title, languages, 'Title') > TITLE_LIMIT) {
    return refused(
      'textTooLong',
      `The title has ${title.length} characters in ${languages.length} languages`,
    );
  }
  const description = multiLine(event.description);
  const keepsDescription = planned !== null && multiLine(planned.event.description) === description;
  const translations = inEvery(planned?.carried.languages ?? [], '');
  const kept = (stored: string | undefined) => storedTexts(stored ?? '', languages);
  const keptTitle = kept(plugin?.stored?.title);
  return {
    kind: 'parameters',
    parameters: {
      // 6.2 refuses a map without a title, and takes one that is blank.
      titleMap:
        keepsTitle && (plugin === null || Object.keys(keptTitle).length > 0)
          ? keptTitle
          : { ...translations, ...inEvery(languages, title) },
      descriptionMap: keepsDescription
        ? kept(plugin?.stored?.description)
        : { ...translations, ...inEvery(languages, textToHtml(description)) },
      location: oneLine(event.location),
      ...times,
      recurrence: recurrence.text,
      ...reminders(planned),
    },
  };
}

/** A reminder is an e-mail here: none for what we make, and those that stand there stay. */
function reminders(planned: PortalBooking | null): Readonly<Record<string, unknown>> {
  return {
    firstReminder: planned?.carried.firstReminder ?? 0,
    firstReminderType: 'email',
    secondReminder: planned?.carried.secondReminder ?? 0,
    secondReminderType: 'email',
  };
}

type RecurrenceText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The rule, and a date for each exception. The stored rule goes back as it was while it says the same, whatever we
 * would have written for it. The dates are always written anew: of the stored ones those that the rule does not have
 * would begin to hide occurrences when the rule changes. No recurrence clears the text, also one that could not be
 * read: whoever updates such a booking has to know what it says.
 */
function recurrenceText(event: CalendarEvent, zone: string, planned: PortalBooking | null): RecurrenceText {
  const { recurrence, time, exceptions } = event;
  if (recurrence === null) return { kind: 'text', text: '' };
  // Liferay counts the days of a series in the calendar's zone, whichever zone is asked for.
  const iana = canonicalZone(zone);
  if (time.kind === 'timed' && iana === null) return refused('zoneUnknown', zone);
  if (time.kind === 'timed' && iana !== canonicalZone(time.zone)) {
    return refused('zonesDisagree', `The series repeats in ${time.zone}, its calendar in ${zone}`);
  }
  const wanted = formatRRule(recurrence, time);
  if (wanted.kind === 'unsupported') return refused(wanted.reason, wanted.detail);
  const rule = storedRule(planned, wanted.text, time) ?? wanted.text;
  return {
    kind: 'text',
    text: [rule, formatExcludedDates(Object.keys(exceptions))].filter(Boolean).join('\n'),
  };
}

/** The stored rule line if it says the same as `wanted`. */
function storedRule(planned: PortalBooking | null, wanted: string, time: EventTime): string | null {
  if (planned === null || planned.event.recurrence === null || !sameStart(planned.event.time, time))
    return null;
  const stood = formatRRule(planned.event.recurrence, planned.event.time);
  if (stood.kind === 'unsupported' || stood.text !== wanted) return null;
  return planned.carried.recurrence.split(/[\r\n]+/).find((line) => /^\s*RRULE\b/i.test(line)) ?? null;
}

function sameStart(one: EventTime, other: EventTime): boolean {
  return one.kind === other.kind && one.start === other.start;
}

function refused(reason: Failure['reason'], detail: string): { kind: 'failed'; failure: Failure } {
  return { kind: 'failed', failure: failure(reason, detail) };
}
