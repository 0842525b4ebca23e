/** The texts of the panels, which come along with them. A further language is a file and a line. */
import type { PanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { en } from '#shared/texts/domains/panels-en.ts';
import { it } from '#shared/texts/domains/panels-it.ts';
import { languageOf } from '#shared/texts/language.ts';

const TEXTS = { en, it };

export function panelTexts(locale: string): PanelTexts {
  return TEXTS[languageOf(locale, ['en', 'it'])];
}
