/** Picks the texts for a language, and the text for a reason. */
import type { ReasonText, Texts } from './dictionary.ts';
import { en } from './en.ts';
import { it } from './it.ts';

export type { BrowserReason, ReasonText, ResultCounts, Texts, UiTexts } from './dictionary.ts';

const LANGUAGES: Readonly<Record<string, Texts>> = { en, it };

/**
 * The texts for a language id as Liferay's ThemeDisplay gives it ("it_IT") or a BCP 47 tag ("it-IT"); English
 * where there are none. `locale` keeps the region where the language is spoken ("en-GB" writes 31/12).
 */
export function textsFor(languageId: string): Texts {
  const tag = languageId.replaceAll('_', '-');
  const [language = ''] = tag.toLowerCase().split('-');
  const texts = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
  if (texts === undefined) return en;
  return Intl.DateTimeFormat.supportedLocalesOf(wellFormed(tag)).length > 0
    ? { ...texts, locale: tag }
    : texts;
}

/** `reason` comes over the wire, so it may be one that these texts do not know. */
export function reasonText(texts: Texts, reason: string): ReasonText {
  const known: Readonly<Record<string, ReasonText>> = texts.reasons;
  return Object.hasOwn(known, reason) ? (known[reason] ?? texts.unknownReason) : texts.unknownReason;
}

/** Liferay allows language ids with variants that BCP 47 does not ("ca_ES_VALENCIA" does pass, "no_NO_NY" not). */
function wellFormed(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}
