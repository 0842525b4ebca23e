/** Localised columns: Liferay keeps a map of translations as one XML text (`LocalizationUtil.updateLocalization`). */

/** Language id (`en_US`) → text. Blank translations are not stored. */
export type Translations = Readonly<Record<string, string>>;

export const DEFAULT_LANGUAGE_ID = 'en_US';

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `element` is `Title`, `Description` or `Name`. Without any translation the column is empty. */
export function localisationXml(translations: Translations, element: string): string {
  const languages = Object.keys(translations).sort();
  if (languages.length === 0) return '';
  const entries = languages.map(
    (language) =>
      `<${element} language-id="${language}">${escapeXml(translations[language] ?? '')}</${element}>`,
  );
  const available = languages.join(',');
  return `<?xml version='1.0' encoding='UTF-8'?><root available-locales="${available}" default-locale="${DEFAULT_LANGUAGE_ID}">${entries.join('')}</root>`;
}

/** What the `…CurrentValue` getters answer: the reader's language, else the default one, else any. */
export function currentValue(translations: Translations, languageId: string): string {
  return (
    translations[languageId] ?? translations[DEFAULT_LANGUAGE_ID] ?? Object.values(translations)[0] ?? ''
  );
}

/** `updatedTitleMap.putAll(titleMap)`: other translations stay; a blank text removes its own one only. */
export function mergeTranslations(old: Translations, changes: Translations): Translations {
  const merged: Record<string, string> = { ...old };
  for (const [language, text] of Object.entries(changes)) {
    if (text === '') delete merged[language];
    else merged[language] = text;
  }
  return merged;
}
