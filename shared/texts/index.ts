/** All languages at once, for whoever is not in a hurry; the page loads one of them (client-extension/texts.ts). */
import type { Texts } from './dictionary.ts';
import { en } from './en.ts';
import { it } from './it.ts';
import { inLocale, languageOf } from './language.ts';

export type { BrowserReason, ReasonText, ResultCounts, Texts, UiTexts } from './dictionary.ts';
export { reasonText } from './language.ts';

const TEXTS = { en, it };

/** See {@link languageOf} and {@link inLocale}. */
export function textsFor(languageId: string): Texts {
  return inLocale(TEXTS[languageOf(languageId, ['en', 'it'])], languageId);
}
