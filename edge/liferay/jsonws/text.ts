/**
 * The escaping of text for markup, and the form in which Liferay keeps text that has translations: an XML
 * document with one element for each language (Liferay: LocalizationImpl).
 */
import { Parser } from 'htmlparser2';
import { MarkupDepth, TooDeep } from './markup-depth.ts';

/** For the content of an element or of a double-quoted attribute, in XML and HTML alike. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text with its translations. */
export interface Localized {
  /** Language id (`en_US`) → text, in document order. */
  readonly texts: ReadonlyMap<string, string>;
  readonly defaultLanguage: string | null;
  /** The text of the default language, else the first one. */
  readonly text: string;
}

/**
 * Reads `<root available-locales="…" default-locale="…"><Title language-id="en_US">…</Title></root>`. Plain text,
 * which Liferay keeps where a field was never translated, is its own and only text.
 */
export function parseLocalized(stored: string): Localized {
  const asItIs = { texts: new Map(), defaultLanguage: null, text: stored };
  if (!/^\s*<(\?xml|root)\b/.test(stored)) return asItIs;
  try {
    return parseTranslations(stored);
  } catch (error) {
    if (error instanceof TooDeep) return asItIs;
    throw error;
  }
}

/** Throws TooDeep. */
function parseTranslations(stored: string): Localized {
  const texts = new Map<string, string>();
  let defaultLanguage: string | null = null;
  let language: string | null = null;
  const depth = new MarkupDepth();
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth.enter();
        if (name === 'root') {
          defaultLanguage = attributes['default-locale'] ?? null;
          return;
        }
        language = attributes['language-id'] ?? null;
        if (language !== null) texts.set(language, '');
      },
      ontext(text) {
        if (language !== null) texts.set(language, (texts.get(language) ?? '') + text);
      },
      onclosetag() {
        depth.leave();
        language = null;
      },
    },
    { xmlMode: true },
  );
  parser.end(stored);
  const text = texts.get(defaultLanguage ?? '') ?? [...texts.values()][0] ?? '';
  return { texts, defaultLanguage, text };
}

/**
 * The text that a person wrote last, as far as the row tells: one that differs from that of our own language
 * (`current`), because a write of ours leaves no text in other languages. `read` is what makes texts comparable.
 */
export function latestText(
  current: string | null | undefined,
  stored: string,
  read: (text: string) => string,
): string {
  const { texts, text } = parseLocalized(stored);
  const own = read(current ?? text);
  return [...texts.values()].map(read).find((other) => other !== own) ?? own;
}

/** The length in UTF-16 units of the document that Liferay stores for `text` in all of `languages`. */
export function localizedLength(text: string, languages: readonly string[], element: string): number {
  const head = `<?xml version='1.0' encoding='UTF-8'?><root available-locales="${languages.join(',')}" default-locale="${languages[0] ?? ''}"></root>`;
  const escaped = escapeMarkup(text).length;
  return languages.reduce(
    (sum, language) => sum + `<${element} language-id="${language}"></${element}>`.length + escaped,
    head.length,
  );
}

/** The map that writes `text` in every one of `languages`. */
export function inEvery(languages: readonly string[], text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(languages.map((language) => [language, text]));
}
