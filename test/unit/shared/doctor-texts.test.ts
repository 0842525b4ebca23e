/** What administrators read of "Test connection". That each language has all of it is the compiler's business. */
import { expect, test } from 'vitest';
import { doctorTextsFor, factPhrases } from '#shared/texts/doctor.ts';

test.each([
  ['it_IT.UTF-8', 'ok, fallito'],
  ['it', 'ok, fallito'],
  ['en_GB.UTF-8', 'ok, failed'],
  ['C.UTF-8', 'ok, failed'],
  ['', 'ok, failed'],
  ['constructor', 'ok, failed'],
])('the language “%s” says “%s”', (language, words) => {
  const { results } = doctorTextsFor(language);
  expect(`${results.ok}, ${results.failed}`).toBe(words);
});

test.each(['en', 'it'])('every remedy in %s is made of whole sentences and says what to do', (language) => {
  for (const [remedy, text] of Object.entries(doctorTextsFor(language).remedies)) {
    expect(`${remedy}: ${text}`).toMatch(/: \p{Lu}.{20,}\.$/su);
    expect(text.split(/[.:;] /).length, `${remedy}: ${text}`).toBeGreaterThan(1);
  }
});

test('facts become phrases in one order, whatever the order in which they came', () => {
  const facts = { validUntil: Date.UTC(2027, 0, 2), issuer: '', items: 1 };
  expect(factPhrases(doctorTextsFor('en'), facts)).toEqual([
    'issued by nobody who is named',
    'valid until 2 January 2027',
    '1 item',
  ]);
  expect(factPhrases(doctorTextsFor('it'), { ...facts, items: 2 })).toEqual([
    'emesso da nessuno che sia nominato',
    'valido fino al 2 gennaio 2027',
    '2 elementi',
  ]);
});
