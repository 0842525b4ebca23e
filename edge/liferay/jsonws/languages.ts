/**
 * In which languages a new text is written: our own, and the default one of the calendar's site, which its stored
 * name tells. A title that lacks the default language is shown empty to readers of a third one.
 */
import * as v from 'valibot';
import { LONG, must } from './booking-row.ts';
import { READ_ITEM, type Session } from './portal-session.ts';
import { parseLocalized } from './text.ts';

const NAMED = v.object({ calendarId: LONG, name: v.nullish(v.string(), '') });
const FALLBACK_LANGUAGE = 'en_US';
const LIMIT = 10_000;

/** Asked once for a calendar and remembered: the default language of a site does not change under way. */
export class CalendarLanguages {
  readonly #byCalendar = new Map<string, Promise<readonly string[]>>();

  of(session: Session, calendarId: string): Promise<readonly string[]> {
    const known = this.#byCalendar.get(calendarId);
    if (known !== undefined) return known;
    if (this.#byCalendar.size >= LIMIT) this.#byCalendar.clear();
    const asked = this.#ask(session, calendarId);
    this.#byCalendar.set(calendarId, asked);
    asked.catch(() => this.#byCalendar.delete(calendarId));
    return asked;
  }

  async #ask(session: Session, calendarId: string): Promise<readonly string[]> {
    const { user, values } = await session.invokeAsUs(
      [session.command('calendar', 'get-calendar', { calendarId })],
      READ_ITEM,
    );
    return writtenLanguages(must(NAMED, values[0], 'a calendar').name, user.languageId);
  }
}

/** The default language of a stored name and our own, without duplicates; never empty. */
export function writtenLanguages(storedName: string, ownLanguage: string): readonly string[] {
  const languages = [parseLocalized(storedName).defaultLanguage, ownLanguage].filter(
    (language): language is string => language !== null && /^[a-z]{2,3}(_\w+)*$/.test(language),
  );
  return languages.length === 0 ? [FALLBACK_LANGUAGE] : [...new Set(languages)];
}
