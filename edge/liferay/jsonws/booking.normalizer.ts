/** Between a row of JSONWS and a booking of the port: what a booking says, and what a write has to send. */
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT, type ZoneName } from '#core/event.ts';
import { type Failure, failure } from '#core/failure.ts';
import { formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { multiLine, oneLine } from '#core/text.ts';
import { canonicalZone } from '#core/zones.ts';
import type { PortalBooking } from '../portal-calendar.port.ts';
import { type BookingRow, familyOf, statusOf, titleOf, uidOf, versionOf } from './booking-row.ts';
import { bookingTimes, eventTime } from './booking-time.ts';
import { htmlToText, textToHtml } from './description-html.ts';
import { inEvery, latestText, localizedLength, parseLocalized } from './text.ts';

export type ReadBooking =
  | { readonly kind: 'booking'; readonly booking: PortalBooking }
  | { readonly kind: 'failed'; readonly id: string; readonly version: string; readonly failure: Failure };

/** `zone`: of the calendar, as Liferay names it; null where it is not known, which a single event survives. */
export function readBooking(row: BookingRow, zone: string | null, hasInvitees: boolean): ReadBooking {
  const version = versionOf(row);
  const failed = (reason: Failure): ReadBooking => ({
    kind: 'failed',
    id: row.calendarBookingId,
    version,
    failure: reason,
  });
  const family = familyOf(row);
  if (family.seriesId !== null) {
    return failed(failure('seriesHasExceptions', `A changed occurrence of ${family.seriesId}`));
  }
  const iana = zone === null ? null : canonicalZone(zone);
  const time = eventTime(row, iana ?? 'UTC');
  if (time === null) return failed(failure('itemUnreadable', `From ${row.startTime} to ${row.endTime}`));
  const series = parseLiferayRecurrence(row.recurrence, time);
  if (series.kind === 'unsupported') return failed(failure(series.reason, series.detail));
  if (series.kind === 'recurrence') {
    // A series repeats in the calendar's zone: a guess would move half of its occurrences by an hour.
    if (iana === null && time.kind === 'timed') return failed(failure('zoneUnknown', zone ?? 'no zone'));
    if (series.excludedDates.length > 0) {
      return failed(
        failure('seriesHasExceptions', `${series.excludedDates.length} occurrences are left out`),
      );
    }
  }
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
      ...family,
      hasInvitees,
      event: {
        ...NEUTRAL_EVENT,
        title: titleOf(row),
        description: descriptionOf(row),
        location: oneLine(row.location),
        time,
        recurrence: series.kind === 'recurrence' ? series.recurrence : null,
      },
      carried: {
        firstReminder: row.firstReminder,
        secondReminder: row.secondReminder,
        recurrence: row.recurrence,
        ...(languages.length === 0 ? {} : { languages }),
      },
    },
  };
}

function descriptionOf(row: BookingRow): string {
  return latestText(row.descriptionCurrentValue, row.description, htmlToText);
}

export type WritableBooking =
  | { readonly kind: 'parameters'; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** `Title` is a column of 4000 characters (portlet-model-hints.xml), translations and markup included. */
const TITLE_LIMIT = 4000;

/**
 * The parameters that addCalendarBooking and updateCalendarBooking have in common. `languages`: of the calendar
 * and of us; `planned`: the booking that is updated, null for a new one. Liferay merges both text maps into what
 * stands there (`putAll`) and removes what is blank (LocalizationImpl.updateLocalization). So an empty map leaves a
 * text and its markup alone, and a new text takes the place of all translations: one that stayed behind would go
 * on showing the old text, and people's next edits could not be told from it (see latestText).
 */
export function writeBooking(
  event: CalendarEvent,
  zone: string,
  languages: readonly string[],
  planned: PortalBooking | null,
): WritableBooking {
  const times = bookingTimes(event.time);
  if (times === null) return refused('startAfterEnd', 'The end is before the start');
  const recurrence = recurrenceText(event, zone, planned);
  if (recurrence.kind === 'failed') return recurrence;

  const title = oneLine(event.title);
  const keepsTitle = planned?.event.title === title;
  if (!keepsTitle && localizedLength(title, languages, 'Title') > TITLE_LIMIT) {
    return refused(
      'textTooLong',
      `The title has ${title.length} characters in ${languages.length} languages`,
    );
  }
  const description = multiLine(event.description);
  const translations = inEvery(planned?.carried.languages ?? [], '');
  return {
    kind: 'parameters',
    parameters: {
      titleMap: keepsTitle ? {} : { ...translations, ...inEvery(languages, title) },
      descriptionMap:
        planned?.event.description === description
          ? {}
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

/** The stored text goes back as it was while the series is the same, whatever we would have written for it. */
function recurrenceText(event: CalendarEvent, zone: string, planned: PortalBooking | null): RecurrenceText {
  if (event.recurrence === null) return { kind: 'text', text: '' };
  const time = inZone(event.time, zone);
  const wanted = formatRRule(event.recurrence, time);
  if (planned !== null && planned.event.recurrence !== null && sameStart(planned.event.time, time)) {
    const stood = formatRRule(planned.event.recurrence, inZone(planned.event.time, zone));
    const isSame = wanted.kind === 'rule' && stood.kind === 'rule' && wanted.text === stood.text;
    if (isSame) return { kind: 'text', text: planned.carried.recurrence };
  }
  if (wanted.kind === 'unsupported') return refused(wanted.reason, wanted.detail);
  return { kind: 'text', text: wanted.text };
}

/** Liferay counts the days of a series in the calendar's zone, whichever zone the event was made in. */
function inZone(time: EventTime, zone: string): EventTime {
  if (time.kind === 'allDay') return time;
  const iana: ZoneName = canonicalZone(zone) ?? time.zone;
  return { ...time, zone: iana };
}

function sameStart(one: EventTime, other: EventTime): boolean {
  return one.kind === other.kind && one.start === other.start;
}

function refused(reason: Failure['reason'], detail: string): { kind: 'failed'; failure: Failure } {
  return { kind: 'failed', failure: failure(reason, detail) };
}
