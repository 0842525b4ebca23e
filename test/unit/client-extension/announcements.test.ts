/** What a screen reader says after a poll, and above all what it does not say. */

import { expect, test } from 'vitest';
import { announcement } from '#client-extension/announcements.ts';
import type { Pairing } from '#shared/api.ts';
import { textsFor } from '#shared/texts/index.ts';
import { PAIRING } from './pairing.ts';

const en = textsFor('en');
const pairing: Pairing = { ...PAIRING, status: 'firstSync', progress: { done: 0, total: 400 } };

test('a first sync is read out four times, not at every poll', () => {
  const said: string[] = [];
  for (let done = 0; done < 400; done += 10) {
    const before = { ...pairing, progress: { done, total: 400 } };
    const after = { ...pairing, progress: { done: done + 10, total: 400 } };
    said.push(announcement([before], [after], en));
  }
  expect(said.filter((text) => text !== '')).toEqual([
    'Calendar: 100 of 400 events',
    'Calendar: 200 of 400 events',
    'Calendar: 300 of 400 events',
    'Calendar: 400 of 400 events',
  ]);
});

test('a change of status and newly set aside events are read out', () => {
  expect(announcement([pairing], [{ ...pairing, status: 'inStep' }], en)).toBe(
    'Calendar: Both calendars are in step.',
  );
  expect(announcement([pairing], [{ ...pairing, problems: { parked: 1, held: 0, first: [] } }], en)).toBe(
    'Calendar: 1 event could not be copied.',
  );
});

test('nothing is said when nothing changed, nor of a pairing that was not there before', () => {
  expect(announcement([pairing], [pairing], en)).toBe('');
  expect(announcement([], [pairing], en)).toBe('');
});
