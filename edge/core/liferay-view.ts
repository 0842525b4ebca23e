/** What Liferay is shown of an event, and which fields of it a person may edit there. */
import type { EventField } from '#shared/event-fields.ts';
import type { CalendarEvent, ChangedOccurrence, Exceptions, OccurrenceField } from './event.ts';
import { NEUTRAL_EVENT } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';
import { isAnswerable } from './responses.ts';

/** What a private event is called where others may read it. */
export const PRIVATE_TITLE = 'Private';

/** Fields that Liferay's calendar can hold at all. */
export const LIFERAY_FIELDS: readonly EventField[] = [
  'title',
  'description',
  'location',
  'when',
  'exceptions',
  'ownResponse',
];

/** Private and confidential events keep their texts in Exchange: a Liferay calendar is read by its whole site. */
export function isPrivate(event: Pick<CalendarEvent, 'sensitivity'>): boolean {
  return event.sensitivity === 'private' || event.sensitivity === 'confidential';
}

/** The event as Liferay shall show it: what it cannot hold stands at its neutral value. */
export function liferayView(event: CalendarEvent): CalendarEvent {
  const { time, recurrence } = event;
  const shown = shownTexts(event, isPrivate(event));
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

function shownTexts({ title, description, location }: Texts, hidden: boolean): Texts {
  return hidden ? { title: PRIVATE_TITLE, description: '', location: '' } : { title, description, location };
}

function shownOccurrence(occurrence: ChangedOccurrence, series: CalendarEvent): ChangedOccurrence {
  const { showAs, reminderMinutes, categories } = NEUTRAL_EVENT;
  const texts = shownTexts(occurrence, isPrivate(series));
  const { time, ownResponse } = occurrence;
  const own = { ...series, ownResponse };
  return { ...texts, time, showAs, reminderMinutes, categories, ownResponse: shownResponse(own) };
}

/**
 * Fields that a person in Liferay can edit with an effect on the agreed event. Of somebody else's meeting they can say
 * whether they come, to all of it or to one occurrence. The text of an online meeting holds the block by which people
 * join: Liferay would send it back without the markup that makes it one.
 */
export function editableInLiferay({ onlineMeeting, ...base }: CalendarEvent): readonly EventField[] {
  if (base.meeting) return isAnswerable(base) ? ['exceptions', 'ownResponse'] : [];
  if (isPrivate(base)) return ['when', 'exceptions'];
  return onlineMeeting ? LIFERAY_FIELDS.filter((field) => field !== 'description') : LIFERAY_FIELDS;
}

const LIFERAY_OCCURRENCE_FIELDS: readonly OccurrenceField[] = ['title', 'description', 'location', 'time'];

/** The same of one occurrence of the series `base`. */
export function editableOccurrenceFields(base: CalendarEvent): readonly OccurrenceField[] {
  if (base.meeting) return isAnswerable(base) ? ['ownResponse'] : [];
  if (isPrivate(base)) return ['time'];
  return base.onlineMeeting
    ? LIFERAY_OCCURRENCE_FIELDS.filter((field) => field !== 'description')
    : LIFERAY_OCCURRENCE_FIELDS;
}
