/** Localised texts as Liferay stores them, and texts in XML. */
import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { multiLine } from '#core/text.ts';
import { escapeMarkup, localizedLength, parseLocalized } from '#liferay/jsonws/text.ts';

/** As LocalizationImpl writes it. */
function stored(texts: Readonly<Record<string, string>>, defaultLanguage: string): string {
  const entries = Object.entries(texts).map(
    ([language, text]) => `<Title language-id="${language}">${escapeMarkup(text)}</Title>`,
  );
  return `<?xml version='1.0' encoding='UTF-8'?><root available-locales="${Object.keys(texts).join(',')}" default-locale="${defaultLanguage}">${entries.join('')}</root>`;
}

describe('localised text', () => {
  it('gives the default language’s text, whatever comes first', () => {
    const localized = parseLocalized(stored({ en_US: 'Meeting', it_IT: 'Riunione <&>' }, 'it_IT'));
    expect(localized).toEqual({
      texts: new Map([
        ['en_US', 'Meeting'],
        ['it_IT', 'Riunione <&>'],
      ]),
      defaultLanguage: 'it_IT',
      text: 'Riunione <&>',
    });
  });

  it('gives another language’s text where the default one has none', () => {
    expect(parseLocalized(stored({ fr_FR: 'Réunion' }, 'en_US')).text).toBe('Réunion');
  });

  it('takes what is no document as the text itself', () => {
    expect(parseLocalized('a < b & c').text).toBe('a < b & c');
    expect(parseLocalized('').text).toBe('');
  });

  it('counts the characters of the stored document', () => {
    for (const text of ['Meeting', 'R&D <x>', '😀']) {
      const texts = { en_US: text, it_IT: text };
      expect(localizedLength(text, ['en_US', 'it_IT'], 'Title')).toBe(stored(texts, 'en_US').length);
    }
  });
});

describe('text for XML', () => {
  it('is always readable by an XML parser, as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = multiLine(text);
        const document = XmlDocument.fromString(`<t>${escapeMarkup(safe)}</t>`);
        expect(document.root.content).toBe(safe);
        document.dispose();
      }),
    );
  });
});
