/** A meeting whose participants are listed under its description in Liferay, with which the tests of that list tell their stories. */
import { type Attendee, type CalendarEvent, type ChangedOccurrence, NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { shownList } from '#core/liferay-view.ts';

export function attendee(name: string, is: Partial<Attendee> = {}): Attendee {
  return { address: `${name.toLowerCase()}@example.com`, name, role: 'required', response: 'pending', ...is };
}

export const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda:\n1. Budget',
  time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' },
  meeting: true,
  organizer: 'olga@example.com',
  organizerName: 'Olga',
  attendees: [
    attendee('Ada'),
    attendee('Beamer', { role: 'resource', response: 'declined' }),
    attendee('Bob', { role: 'optional', response: 'tentative' }),
    attendee('', { address: 'guest@example.org', response: 'none' }),
    attendee('Zoe', { response: 'accepted' }),
  ],
  disclosure: { details: 'full', showPrivate: false, participants: true, language: 'en' },
};
export const LIST = shownList(MEETING);

/** The same every week. */
export const WEEKLY_MEETING: CalendarEvent = {
  ...MEETING,
  recurrence: { pattern: { kind: 'daily', interval: 7 }, range: { kind: 'noEnd' } },
};

/** The occurrence of a date as the rule has it, but for what was changed. */
export function occurrenceOf(
  series: CalendarEvent,
  date: string,
  changes: Partial<ChangedOccurrence>,
): ChangedOccurrence {
  const regular = regularOccurrence(series, date);
  if (regular === null) throw new Error(`No occurrence on ${date}`);
  return { ...regular, ...changes };
}
