/** Loads the texts of one language: the others stay where they are. A further language is a file and a line here. */
import type { Texts } from '#shared/texts/dictionary.ts';
import { inLocale, languageOf } from '#shared/texts/language.ts';

const LANGUAGES = {
  en: async () => (await import('#shared/texts/en.ts')).en,
  it: async () => (await import('#shared/texts/it.ts')).it,
} satisfies Record<string, () => Promise<Texts>>;

/**
 * What is shown when not even the texts come: the files of the page were replaced while it was open, or the network is
 * gone.
 */
export const INCOMPLETE = {
  en: 'This part of the page could not be loaded. Reload the page.',
  it: 'Questa parte della pagina non è stata caricata. Ricarica la pagina.',
} satisfies Record<keyof typeof LANGUAGES, string>;

export function languageFor(languageId: string): keyof typeof LANGUAGES {
  return languageOf(languageId, Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]);
}

/** @param languageId as Liferay writes it: "it_IT" */
export async function loadTexts(languageId: string): Promise<Texts> {
  return inLocale(await LANGUAGES[languageFor(languageId)](), languageId);
}
