/** Every word that the page shows comes from the texts: none stands in a template, and none is English in Italian. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { en as choiceEnglish } from '#shared/texts/choices/en.ts';
import { it as choiceItalian } from '#shared/texts/choices/it.ts';
import { en as domainEnglish } from '#shared/texts/domains/en.ts';
import { it as domainItalian } from '#shared/texts/domains/it.ts';
import { en as panelEnglish } from '#shared/texts/domains/panels-en.ts';
import { it as panelItalian } from '#shared/texts/domains/panels-it.ts';
import { textsFor } from '#shared/texts/index.ts';
import { en as siteEnglish } from '#shared/texts/sites/en.ts';
import { it as siteItalian } from '#shared/texts/sites/it.ts';

const FOLDER = fileURLToPath(new URL('../../../client-extension', import.meta.url));
const TEMPLATE = /(?<![.\w])(?:html|svg)`/g;

/** What stands in the template literals of a source, without the expressions in them; nested templates count too. */
function templatesOf(source: string): readonly string[] {
  // A path in a comment may look like one.
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return [...code.matchAll(TEMPLATE)].map(({ index, 0: start }) => {
    let text = '';
    let depth = 0;
    for (let at = index + start.length; at < code.length; at += 1) {
      const two = code.slice(at, at + 2);
      if (depth === 0 && code[at] === '`') return text;
      if (two === '${') depth += 1;
      if (depth === 0) text += code[at];
      if (depth > 0 && code[at] === '{' && code[at - 1] !== '$') depth += 1;
      if (depth > 0 && code[at] === '}') depth -= 1;
    }
    return text;
  });
}

/** Words between the tags, and in the attributes that are shown or read out. */
function wordsOf(template: string): readonly string[] {
  const between = template.replaceAll(/<[^>]*>/g, ' ').match(/\p{L}{2,}/gu) ?? [];
  const attributes = template.match(/(?:aria-label|title|placeholder|alt)="[^"$]*\p{L}{2,}[^"]*"/gu) ?? [];
  return [...between, ...attributes];
}

const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('dist'),
);

test('the scan finds words', () => {
  const expression = '{a ? html`<b>Bold</b>` : { b: 1 }}';
  const source = `html\`<p title="Hello">$${expression} Good day</p>\``;
  expect(templatesOf(source).flatMap(wordsOf)).toEqual(['Good', 'day', 'title="Hello"', 'Bold']);
});

test.each(sources)('%s has no words of its own', (name) => {
  const source = readFileSync(`${FOLDER}/${name}`, 'utf8');
  expect(templatesOf(source).flatMap(wordsOf)).toEqual([]);
});

/** The same in both languages. */
const ALIKE = new Set([
  'Exchange',
  'Liferay',
  'Server',
  'Basic',
  'NTLM',
  'OAuth',
  'Password',
  'Microsoft Graph',
]);
/** Values for the functions among the texts: names that no language has, and numbers. */
const SAMPLES = [
  ['Xy', 'Zw'],
  [1, 1],
  [2, 2],
  ['Xy', { created: 1, updated: 2, deleted: 3, failed: 4 }],
] as const;

function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  if (typeof value === 'function') {
    const said = SAMPLES.map((sample) => {
      try {
        return String(value(...sample));
      } catch {
        return '';
      }
    });
    return new Map([[path, said.join(' | ')]]);
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(entries.flatMap(([key, each]) => [...leavesOf(each, path === '' ? key : `${path}.${key}`)]));
}

function withoutSamples(text: string): string {
  return text.replaceAll(/Xy|Zw|undefined|\[object Object\]|NaN|[\d|\s.,:;…“”«»()]/g, '');
}

test.each([
  ['the page', textsFor('en'), textsFor('it')],
  ['rare choices', choiceEnglish, choiceItalian],
  ['administrators of sites', siteEnglish, siteItalian],
  ['administrators of domains', domainEnglish, domainItalian],
  ['the panels of a domain', panelEnglish, panelItalian],
])('every text for %s is there in Italian too, and is not the English one', (_for, inEnglish, inItalian) => {
  const english = leavesOf(inEnglish);
  const italian = leavesOf(inItalian);
  expect([...italian.keys()]).toEqual([...english.keys()]);
  const untranslated = [...english].filter(
    ([path, text]) =>
      withoutSamples(text) !== '' &&
      !ALIKE.has(text) &&
      withoutSamples(italian.get(path) ?? '') === withoutSamples(text),
  );
  expect(untranslated).toEqual([]);
});
