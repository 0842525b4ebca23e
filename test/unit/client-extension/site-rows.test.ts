/** The table of a site's mailboxes: what is in it, what a filter leaves, in which order. */
import { expect, test } from 'vitest';
import {
  filtered,
  likelyResource,
  needsAttention,
  ordered,
  rowsOf,
} from '#client-extension/sites/site-rows.ts';
import { PAIRING } from './pairing.ts';

const pairing = (mailbox: string, more: object = {}) => ({ ...PAIRING, id: mailbox, mailbox, ...more });
const names = (rows: readonly { readonly mailbox: string }[]) => rows.map(({ mailbox }) => mailbox);

test('every released mailbox has a row, and so has each pairing, also of a mailbox that is released no more', () => {
  const rows = rowsOf(['a@x', 'b@x'], [pairing('b@x'), pairing('gone@x')]);
  expect(names(rows).toSorted()).toEqual(['a@x', 'b@x', 'gone@x']);
  expect(rows.find(({ mailbox }) => mailbox === 'a@x')?.pairing).toBeNull();
});

test.each([
  [{ status: 'waiting' }, true],
  [{ status: 'paused', paused: false }, true],
  [{ status: 'paused', paused: true }, false],
  [{ problems: { parked: 1, held: 0, first: [] } }, true],
  [{ problems: { parked: 0, held: 2, first: [] } }, true],
  [{ status: 'inStep' }, false],
])('%j needs attention: %s', (more, expected) => {
  expect(needsAttention({ ...pairing('a@x'), ...more } as typeof PAIRING)).toBe(expected);
});

test('a search finds mailboxes and resources in any case, together with the state', () => {
  const rows = rowsOf(['room@x'], [pairing('b@x', { liferayCalendarName: 'Große Halle' })]);
  expect(names(filtered(rows, { text: ' groSSE ', state: 'any' }))).toEqual([]);
  expect(names(filtered(rows, { text: 'GROẞE', state: 'any' }))).toEqual(['b@x']);
  expect(names(filtered(rows, { text: '', state: 'notPaired' }))).toEqual(['room@x']);
  expect(names(filtered(rows, { text: 'b@x', state: 'notPaired' }))).toEqual([]);
});

test('numbers in names are sorted as numbers, and what is alike by mailbox', () => {
  const rows = rowsOf(
    ['room10@x', 'room9@x'],
    [pairing('room1@x', { lastRunAt: null }), pairing('a@x', { lastRunAt: 9 })],
  );
  const by = (column: 'mailbox' | 'checked', descending: boolean) =>
    names(ordered(rows, { column, descending }, () => '', 'en'));
  expect(by('mailbox', false)).toEqual(['a@x', 'room1@x', 'room9@x', 'room10@x']);
  expect(by('mailbox', true)).toEqual(['room10@x', 'room9@x', 'room1@x', 'a@x']);
  expect(by('checked', true)).toEqual(['a@x', 'room1@x', 'room9@x', 'room10@x']);
});

test.each([
  ['room.trastevere@example.com', 'Room Trastevere'],
  ['SALA-CAFFE@example.com', 'Sala Caffè'],
  ['beamer@example.com', undefined],
])('the resource for %s is %s', (mailbox, name) => {
  const free = ['Room Trastevere', 'Sala Caffè', 'Beamer 2'].map((each) => ({
    ...{ id: each, name: each, zone: 'Europe/Rome', isDefault: true, pairingId: null },
    ...({ ownerKind: 'resource' } as const),
  }));
  expect(likelyResource(mailbox, free)?.name).toBe(name);
});
