/** What the demo's page and its routes say to each other. Times are wall times in the person's zone. */

export type SideName = 'exchange' | 'liferay';
export const REPEATS = ['none', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type RepeatName = (typeof REPEATS)[number];

/** One occurrence. Timed: `YYYY-MM-DDTHH:MM:SS`; all-day: `YYYY-MM-DD`, the end exclusive. */
export interface ShownEvent {
  /** Names the occurrence on the page. */
  readonly key: string;
  /** Names the event to the routes. */
  readonly id: string;
  readonly title: string;
  readonly location: string;
  readonly description: string;
  readonly allDay: boolean;
  readonly start: string;
  readonly end: string;
  readonly repeats: boolean;
  /** What only this side knows. Exchange: categories, private, show-as, who answered what; Liferay: the status. */
  readonly notes: readonly string[];
}

export interface ShownCalendar {
  /** Null while the person has no calendar on this side. */
  readonly calendar: string | null;
  readonly zone: string;
  readonly events: readonly ShownEvent[];
}

export interface EventTexts {
  readonly title: string;
  readonly location: string;
  readonly description: string;
}

export interface EventTimes {
  readonly allDay: boolean;
  readonly start: string;
  readonly end: string;
}

export type NewEvent = EventTexts &
  EventTimes & { readonly repeat: RepeatName /** The room is invited to it. */; readonly withRoom: boolean };
/** Times of a single event only. */
export type EventChange = Partial<EventTexts> & { readonly times?: EventTimes };

export const API_PATH = '/demo/api';
/** Stands for a screen name where the calendars of the room are meant. */
export const ROOM_KEY = 'room';
/** Of the page: whose calendars it shows, the signed-in person's unless it says {@link ROOM_KEY}. */
export const WHOSE = 'calendars';
