/** The texts of these forms, which come along with them. A further language is a file and a line. */
import type { ChoiceTexts } from '#shared/texts/choices/dictionary.ts';
import { en } from '#shared/texts/choices/en.ts';
import { it } from '#shared/texts/choices/it.ts';
import { languageOf } from '#shared/texts/language.ts';

const TEXTS = { en, it };

export function choiceTexts(locale: string): ChoiceTexts {
  return TEXTS[languageOf(locale, ['en', 'it'])];
}
