/** Times as people read them, in the language of the texts. */
import { expect, test } from 'vitest';
import { relativeTime } from '#client-extension/relative-time.ts';

const NOW = Date.UTC(2026, 4, 20, 9);
const SECOND = 1_000;
const HOUR = 3_600_000;

test.each([
  [0, 'now'],
  [-400, 'now'],
  [8 * SECOND, 'in 8 seconds'],
  [-59 * SECOND, '59 seconds ago'],
  [-60 * SECOND, '1 minute ago'],
  [-119 * SECOND, '1 minute ago'],
  [HOUR, 'in 1 hour'],
  [-23 * HOUR, '23 hours ago'],
  [-24 * HOUR, 'yesterday'],
  [-72 * HOUR, '3 days ago'],
])('%i ms from now is “%s”', (differenceMs, text) => {
  expect(relativeTime(NOW + differenceMs, NOW, 'en')).toBe(text);
});

test('speaks the language of the texts', () => {
  expect(relativeTime(NOW - 3 * 60 * SECOND, NOW, 'it')).toBe('3 minuti fa');
});
