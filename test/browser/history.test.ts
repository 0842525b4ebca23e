/** What people read in the history, and how they take something back. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, readOut, showConnector } from './element.ts';
import { anEntry, aPairing, FakePortal, NOW } from './fake-portal.ts';

afterEach(clearPage);

const IMAGE = {
  title: 'Lunch',
  description: '',
  location: 'Room 1',
  time: { kind: 'timed', start: '2026-05-06T10:00:00Z', end: '2026-05-06T11:00:00Z', zone: 'Europe/Rome' },
} as const;

async function openHistory(portal: FakePortal): Promise<HTMLElement> {
  portal.pairings = [aPairing()];
  const element = showConnector();
  await page.getByRole('button', { name: 'History' }).click();
  return element;
}

test('shows what stood there before and after, and takes the change back', async () => {
  const portal = new FakePortal();
  portal.history = { entries: [anEntry({ fields: ['location'] })], next: null };
  portal.detail = {
    ...anEntry({ fields: ['location'] }),
    before: IMAGE,
    after: { ...IMAGE, location: 'Roof' },
  };
  const element = await openHistory(portal);
  const entry = page.getByText(/Changed in Liferay \(place\)/);
  await expect.element(entry).toBeVisible();
  expect(portal.count('GET api/pairings/p1/history/c1')).toBe(0);
  await entry.click();
  const rows = page.getByRole('row');
  await expect.element(rows.nth(1)).toMatchTextContent(/place\s*Room 1\s*Roof/);
  expect(rows.elements()).toHaveLength(2);
  await expectAccessible(element);
  const undo = page.getByRole('button', { name: 'Undo: Lunch' });
  await undo.click();
  await expect.element(readOut).toMatchTextContent('1 change is being undone.');
  await expect.element(undo).toHaveFocus();
  expect(portal.undos).toEqual([{ changeIds: ['c1'] }]);
});

test('times stand in the language and the zone of the reader', async () => {
  const portal = new FakePortal({ languageId: 'it_IT' });
  portal.history = { entries: [anEntry({ kind: 'delete' })], next: null };
  const time = { kind: 'allDay', start: '2026-05-06', end: '2026-05-09' } as const;
  portal.detail = { ...anEntry({ kind: 'delete' }), before: { ...IMAGE, time }, after: null };
  portal.pairings = [aPairing()];
  showConnector();
  await page.getByRole('button', { name: 'Cronologia' }).click();
  await page.getByText(/Rimosso da Liferay/).click();
  await expect.element(page.getByRole('row').nth(2)).toMatchTextContent(/orario\s*0?6.0?8 mag 2026\s*–/);
});

test('takes back all of a run, and tells which of it could not be and why', async () => {
  const portal = new FakePortal();
  portal.history = {
    entries: [
      anEntry({ runId: 'r1' }),
      anEntry({ id: 'c2', title: 'Board', runId: 'r1' }),
      anEntry({ id: 'c3', title: 'Old', at: NOW - 900_000, runId: 'r0' }),
    ],
    next: null,
  };
  portal.undoAnswer = {
    ...{ planned: 1, nextRunAt: NOW },
    refused: [{ changeId: 'c2', reason: 'undoMailSent' }],
  };
  const element = await openHistory(portal);
  const all = page.getByRole('button', { name: /^Undo all of May 20, 2026/ });
  await expect.element(all).toBeVisible();
  expect(all.elements()).toHaveLength(1);
  (all.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect
    .element(page.getByRole('alert'))
    .toMatchTextContent(/1 change cannot be undone\. Board: Others take part in this event/);
  expect(portal.undos).toEqual([{ runId: 'r1' }]);
  await expectAccessible(element);
});

test('reads older changes on request', async () => {
  const portal = new FakePortal();
  portal.history = { entries: [anEntry()], next: '7.c1' };
  await openHistory(portal);
  const more = page.getByRole('button', { name: 'Show older changes' });
  await expect.element(more).toBeVisible();
  portal.history = { entries: [anEntry({ id: 'c0', title: 'Ancient', at: NOW - 9e9 })], next: null };
  await more.click();
  await expect.element(page.getByText('Ancient')).toBeVisible();
  await expect.element(more).not.toBeInTheDocument();
  expect(portal.count('GET api/pairings/p1/history?after=7.c1')).toBe(1);
});

test('tells why an event is missing, by its title or its day, with the keyboard alone', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.why = {
    found: [
      { title: 'Offsite', start: NOW, verdict: 'setAside', reason: 'textTooLong', detail: '4,001', at: null },
      { title: 'Lunch', start: null, verdict: 'removed', reason: null, detail: null, at: NOW },
    ],
    lastRunAt: NOW,
  };
  const element = showConnector();
  await page.getByRole('button', { name: 'Event missing?' }).click();
  await userEvent.click(page.getByLabelText('Title, or part of it'));
  await userEvent.keyboard('off{Enter}');
  const items = page.getByRole('article').getByRole('listitem');
  await expect
    .element(items.nth(0))
    .toMatchTextContent(
      /Offsite, May 20, 2026.*It could not be copied\. The title, place or description is longer/,
    );
  await expect.element(items.nth(1)).toMatchTextContent(/Lunch: It was deleted .*: May 20, 2026/);
  expect(portal.count('GET api/pairings/p1/why?title=off')).toBe(1);
  await expectAccessible(element);

  portal.why = { found: [], lastRunAt: NOW };
  await page.getByLabelText('Title, or part of it').fill('');
  await page.getByLabelText('Day').fill('2026-05-06');
  await page.getByRole('button', { name: 'Why is it not here?' }).click();
  await expect.element(page.getByText(/Neither calendar had such an event/)).toBeVisible();
  const from = new Date('2026-05-06T00:00').getTime();
  const until = new Date('2026-05-07T00:00').getTime();
  expect(portal.count(`GET api/pairings/p1/why?from=${from}&until=${until}`)).toBe(1);
});
