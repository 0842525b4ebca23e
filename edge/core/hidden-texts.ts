/**
 * Texts that Liferay does not show because we hid them, where our own database does not know that: an older backup of it
 * was put back, or the calendars were paired anew with other settings. What is hidden was not deleted by anybody.
 */
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';
import type { CalendarEvent, Exceptions } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';

const NEUTRAL_TITLES: ReadonlySet<string> = new Set(
  Object.values(CALENDAR_TEXTS).flatMap(({ titles }) => Object.values(titles)),
);

type Texts = Pick<CalendarEvent, 'title' | 'description' | 'location'>;

/** Whether it holds no text and is called as we call what is hidden. */
export function saysNothing({ title, description, location }: Texts): boolean {
  return NEUTRAL_TITLES.has(title) && description === '' && location === '';
}

/**
 * What Liferay holds of an agreed event: a row that has lost every text and is called as we call what is hidden still has
 * the texts that it had, `seen`. One that has nothing to hide but its title may have been named so by a person.
 */
export function withHidden(seen: CalendarEvent, now: CalendarEvent): CalendarEvent {
  return withTexts(seen, now, (was, is) =>
    saysNothing(is) && was.description + was.location !== '' ? was : is,
  );
}

/** The same at a first agreement: of what is not there it is not known whether it ever was, so it wins over nothing. */
export function withMissing(theirs: CalendarEvent, now: CalendarEvent): CalendarEvent {
  return withTexts(theirs, now, (they, is) => ({
    title: NEUTRAL_TITLES.has(is.title) ? they.title : is.title,
    description: is.description || they.description,
    location: is.location || they.location,
  }));
}

function withTexts(
  known: CalendarEvent,
  now: CalendarEvent,
  choose: (known: Texts, is: Texts) => Texts,
): CalendarEvent {
  const exceptions: Exceptions = Object.fromEntries(
    Object.entries(now.exceptions).map(([date, is]) => {
      const was = known.exceptions[date] ?? known;
      if (is === 'deleted' || was === 'deleted') return [date, is];
      return [date, { ...is, ...choose(textsOf(was), textsOf(is)) }];
    }),
  );
  return normaliseExceptions({ ...now, ...choose(textsOf(known), textsOf(now)), exceptions });
}

function textsOf({ title, description, location }: Texts): Texts {
  return { title, description, location };
}
