/** The table in the documentation says what the code does. `UPDATE_DOCS=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recurrenceTable, summary } from './recurrence-table.ts';

const PAGE = new URL('../../../edge/core/RECURRENCE.md', import.meta.url);

const page = recurrenceTable();

test('edge/core/RECURRENCE.md tells what becomes of each recurrence', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

test('no recurrence comes back as another one', () => {
  expect(page).not.toMatch(/\| changed/);
});

test('where variants of a shape differ, the table says in what, if it is one thing', () => {
  const verdicts = [
    ['exact', { interval: '1', end: 'none' }],
    ['marked: stretches and single rows', { interval: '2', end: 'none' }],
    ['exact', { interval: '1', end: 'count' }],
  ] as const;
  expect(summary(verdicts)).toBe('exact (interval: 1); marked: single rows, stretches (interval: 2)');
  const more = [...verdicts, ['exact', { interval: '2', end: 'count' }]] as const;
  expect(summary(more)).toBe('exact; or marked: single rows, stretches');
  expect(summary([['exact', {}]])).toBe('exact');
});
