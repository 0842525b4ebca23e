/** The texts of this view, which come along with it: administrators are few. A further language is a file and a line. */
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { en } from '#shared/texts/domains/en.ts';
import { it } from '#shared/texts/domains/it.ts';
import { languageOf } from '#shared/texts/language.ts';

const TEXTS = { en, it };

export function domainTexts(locale: string): DomainTexts {
  return TEXTS[languageOf(locale, ['en', 'it'])];
}

/** The texts of the page with those of reasons that only administrators meet. */
export function withReasons(texts: Texts): Texts {
  return { ...texts, reasons: { ...texts.reasons, ...domainTexts(texts.locale).reasons } };
}
