/**
 * What the service writes into Liferay's calendars in words of its own. They stand in the calendar, not on the page:
 * everybody who opens it reads them in the one language in which they were written.
 */

export const CALENDAR_LANGUAGES = ['en', 'it'] as const;
export type CalendarLanguage = (typeof CALENDAR_LANGUAGES)[number];

export interface CalendarTexts {
  /** What an event is called whose title is hidden: because it is private, or because nothing but the time is shown. */
  readonly titles: Readonly<Record<'private' | 'busy', string>>;
  /** Of the list of participants. */
  readonly participants: string;
  readonly organizer: string;
  readonly roles: Readonly<Record<'optional' | 'resource', string>>;
  readonly responses: Readonly<Record<'accepted' | 'tentative' | 'declined' | 'pending', string>>;
  /** For those whom a long list does not name. */
  readonly more: (count: number) => string;
}

export const CALENDAR_TEXTS: Readonly<Record<CalendarLanguage, CalendarTexts>> = {
  en: {
    titles: { private: 'Private', busy: 'Busy' },
    participants: 'Participants',
    organizer: 'organiser',
    roles: { optional: 'optional', resource: 'resource' },
    responses: {
      accepted: 'accepted',
      tentative: 'maybe',
      declined: 'declined',
      pending: 'no answer yet',
    },
    more: (count) => `and ${count} more`,
  },
  it: {
    titles: { private: 'Privato', busy: 'Occupato' },
    participants: 'Partecipanti',
    organizer: 'organizzatore',
    roles: { optional: 'facoltativo', resource: 'risorsa' },
    responses: {
      accepted: 'accettato',
      tentative: 'forse',
      declined: 'rifiutato',
      pending: 'nessuna risposta',
    },
    more: (count) => `e altri ${count}`,
  },
};
