/** Which texts a reader gets. That each language has all of them is the compiler's business. */

import { expect, test } from 'vitest';
import { reasonText, textsFor } from '#shared/texts/index.ts';

test.each([
  ['it_IT', 'it-IT', 'Sincronizza ora'],
  ['it', 'it', 'Sincronizza ora'],
  ['en_GB', 'en-GB', 'Sync now'],
  ['fr_FR', 'en', 'Sync now'],
  ['', 'en', 'Sync now'],
  ['no_NO_NY', 'en', 'Sync now'],
  ['constructor', 'en', 'Sync now'],
])('language id “%s” reads in %s', (languageId, locale, syncNow) => {
  const texts = textsFor(languageId);
  expect(texts.locale).toBe(locale);
  expect(texts.ui.syncNow).toBe(syncNow);
});

test('a reason of a newer service still gets a text', () => {
  const texts = textsFor('en');
  expect(reasonText(texts, 'startAfterEnd').title).toBe('The event ends before it starts.');
  expect(reasonText(texts, 'toString')).toBe(texts.unknownReason);
});

test.each([
  ['en', 'changed occurrences'],
  ['it', 'occorrenze modificate'],
])('the exceptions of a series are called what they are in %s', (language, name) => {
  expect(textsFor(language).ui.fields.exceptions).toBe(name);
});

test.each(['en', 'it'])(
  'every reason in %s says in whole sentences what happened and what to do',
  (language) => {
    for (const [reason, { title, action }] of Object.entries(textsFor(language).reasons)) {
      expect(`${reason}: ${title}`).toMatch(/\.$/);
      expect(`${reason}: ${action}`).toMatch(/\.$/);
      expect(`${title} ${action}`).not.toMatch(/SOAP|HTTP|Error[A-Z]|JSON|Exception/);
    }
  },
);

test.each(['en', 'it'])(
  'a mailbox for which EWS is blocked is told in %s that it needs Graph',
  (language) => {
    expect(textsFor(language).reasons.ewsBlocked.action).toContain('Microsoft Graph');
  },
);

test.each([
  ['en', '1 event', '12,345 events'],
  ['it', '1 evento', '12.345 eventi'],
])('counts in %s agree with their noun', (language, one, many) => {
  const { ui } = textsFor(language);
  expect(ui.parked(1)).toContain(`${one} `);
  expect(ui.parked(12_345)).toContain(`${many} `);
});
