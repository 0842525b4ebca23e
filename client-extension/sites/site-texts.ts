/** The texts of this view, which come along with it: administrators are few. A further language is a file and a line. */
import type { Texts } from '#shared/texts/dictionary.ts';
import { languageOf } from '#shared/texts/language.ts';
import type { SiteTexts } from '#shared/texts/sites/dictionary.ts';
import { en } from '#shared/texts/sites/en.ts';
import { it } from '#shared/texts/sites/it.ts';

const TEXTS = { en, it };

export function siteTexts(locale: string): SiteTexts {
  return TEXTS[languageOf(locale, ['en', 'it'])];
}

/** The texts of the page with those of reasons that only administrators of sites meet. */
export function withReasons(texts: Texts): Texts {
  return { ...texts, reasons: { ...texts.reasons, ...siteTexts(texts.locale).reasons } };
}
