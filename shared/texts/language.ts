/** Which language's texts a reader gets, and the text for a reason; the texts themselves come from where they are loaded. */
import type { ReasonText, Texts } from './dictionary.ts';

/**
 * Of the languages that there are, the one for a language id as Liferay's ThemeDisplay gives it ("it_IT") or a BCP 47 tag
 * ("it-IT"); English where there is none.
 */
export function languageOf<Language extends string>(
  languageId: string,
  languages: readonly Language[],
): Language | 'en' {
  const [wanted = ''] = languageId.toLowerCase().split(/[_-]/);
  return languages.find((language) => language === wanted) ?? 'en';
}

/** `locale` keeps the region where the language is spoken ("en-GB" writes 31/12). */
export function inLocale(texts: Texts, languageId: string): Texts {
  const tag = languageId.replaceAll('_', '-');
  const isSpoken = tag.toLowerCase().split('-')[0] === texts.locale;
  return isSpoken && Intl.DateTimeFormat.supportedLocalesOf(wellFormed(tag)).length > 0
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
