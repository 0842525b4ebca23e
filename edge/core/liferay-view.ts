/** What Liferay is shown of an event, and which fields of it a person may edit there. */
import type { Details } from '#shared/details.ts';
import type { EventField } from '#shared/event-fields.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';
import type { CalendarEvent, ChangedOccurrence, Exceptions, OccurrenceField } from './event.ts';
import { NEUTRAL_EVENT } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';
import { participantList, withList } from './participants.ts';
import { isAnswerable, isOrganised } from './responses.ts';

/** Fields that Liferay's calendar can hold at all. */
export const LIFERAY_FIELDS: readonly EventField[] = [
  'title',
  'description',
  'location',
  'when',
  'exceptions',
  'ownResponse',
];

/** Private and confidential events: a Liferay calendar is read by its whole site. */
export function isPrivate(event: Pick<CalendarEvent, 'sensitivity'>): boolean {
  return event.sensitivity === 'private' || event.sensitivity === 'confidential';
}

type Shown = Pick<CalendarEvent, 'sensitivity' | 'disclosure'>;

/** How much is shown of this very event. */
export function shownDetails(event: Shown): Details {
  const { details, showPrivate } = event.disclosure;
  if (isPrivate(event) && !showPrivate) return 'busy';
  return details === 'own' ? 'full' : details;
}

/**
 * The list of participants that stands under the description of the event in Liferay, and of each of its occurrences;
 * `''` where none does.
 */
export function shownList(event: CalendarEvent): string {
  const { details, participants, language } = event.disclosure;
  // Of what was booked in Liferay the booking itself shows who is invited; to write it is to mail them.
  if (!participants || !event.meeting || details !== 'full' || shownDetails(event) !== 'full') return '';
  return participantList(event, CALENDAR_TEXTS[language]);
}

/** The event as Liferay shall show it: what it cannot hold stands at its neutral value. */
export function liferayView(event: CalendarEvent): CalendarEvent {
  const { time, recurrence } = event;
  const shown = shownTexts(event, event);
  const exceptions: Exceptions = Object.fromEntries(
    Object.entries(event.exceptions).map(([date, is]) => [
      date,
      is === 'deleted' ? is : shownOccurrence(is, event),
    ]),
  );
  const ownResponse = shownResponse(event);
  return normaliseExceptions({ ...NEUTRAL_EVENT, ...shown, time, recurrence, exceptions, ownResponse });
}

/** A cancelled meeting does not take place, so nobody goes: Liferay knows no other word for that. */
function shownResponse(event: CalendarEvent): CalendarEvent['ownResponse'] {
  if (event.meeting && event.cancelled) return 'declined';
  return isAnswerable(event) ? event.ownResponse : 'none';
}

type Texts = Pick<CalendarEvent, 'title' | 'description' | 'location'>;

function shownTexts({ title, description, location }: Texts, event: CalendarEvent): Texts {
  const details = shownDetails(event);
  switch (details) {
    case 'full':
      return { title, description: withList(description, shownList(event)), location };
    case 'title':
      return { title, description: '', location: '' };
    case 'busy':
      return { title: neutralTitle(event), description: '', location: '' };
    default:
      return details satisfies never;
  }
}

/** Where all are called the same, not even that it is private is told. */
function neutralTitle({ disclosure: { details, language } }: Shown): string {
  return CALENDAR_TEXTS[language].titles[details === 'busy' ? 'busy' : 'private'];
}

function shownOccurrence(occurrence: ChangedOccurrence, series: CalendarEvent): ChangedOccurrence {
  const { showAs, reminderMinutes, categories } = NEUTRAL_EVENT;
  const texts = shownTexts(occurrence, series);
  const { time, ownResponse } = occurrence;
  const own = { ...series, ownResponse };
  return { ...texts, time, showAs, reminderMinutes, categories, ownResponse: shownResponse(own) };
}

/**
 * Fields that a person in Liferay can edit with an effect on the agreed event: of what is not shown, none. Of somebody
 * else's meeting they can say whether they come, to all of it or to one occurrence; a meeting of their own is theirs to
 * change. The text of an online meeting holds the block by which people join: Liferay would send it back without the
 * markup that makes it one.
 */
export function editableInLiferay(base: CalendarEvent): readonly EventField[] {
  if (base.meeting && !isOrganised(base)) return isAnswerable(base) ? ['exceptions', 'ownResponse'] : [];
  const hidden = hiddenTexts(base);
  return LIFERAY_FIELDS.filter((field) => !hidden.includes(field));
}

const LIFERAY_OCCURRENCE_FIELDS: readonly OccurrenceField[] = ['title', 'description', 'location', 'time'];

/** The same of one occurrence of the series `base`. */
export function editableOccurrenceFields(base: CalendarEvent): readonly OccurrenceField[] {
  if (base.meeting && !isOrganised(base)) return isAnswerable(base) ? ['ownResponse'] : [];
  const hidden = hiddenTexts(base);
  return LIFERAY_OCCURRENCE_FIELDS.filter((field) => !hidden.includes(field));
}

/** Texts that stand in Liferay otherwise than they are, or not at all. */
function hiddenTexts(event: CalendarEvent): readonly string[] {
  const details = shownDetails(event);
  switch (details) {
    case 'full':
      return event.onlineMeeting ? ['description'] : [];
    case 'title':
      return ['description', 'location'];
    case 'busy':
      return ['title', 'description', 'location'];
    default:
      return details satisfies never;
  }
}
