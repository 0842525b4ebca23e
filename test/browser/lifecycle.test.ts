/** Polling, and living in a page whose single-page navigation removes elements without a reload. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { clearPage, showConnector } from './element.ts';
import { aPairing, FakePortal, NOW } from './fake-portal.ts';

const POLL = 'GET api/pairings';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  clearPage();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** How many polls this much time brings. */
async function pollsIn(portal: FakePortal, ms: number): Promise<number> {
  const before = portal.count(POLL);
  await vi.advanceTimersByTimeAsync(ms);
  return portal.count(POLL) - before;
}

test('polls every 2 s while something moves, else every 30 s, and is told when nothing changed', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ status: 'firstSync', progress: { done: 1, total: 9 } })];
  showConnector();
  await expect.element(page.getByRole('progressbar')).toBeVisible();
  expect(await pollsIn(portal, 6_000)).toBe(3);
  portal.pairings = [aPairing()];
  expect(await pollsIn(portal, 2_000)).toBe(1);
  portal.pairings = [aPairing({ nextRunAt: NOW + 600_000 })];
  expect(await pollsIn(portal, 21_000)).toBe(1);
  expect(await pollsIn(portal, 29_000)).toBe(0);
  expect(await pollsIn(portal, 1_000)).toBe(1);
  expect(portal.unchanged).toBeGreaterThan(0);
});

test('does not poll while nobody can see the page, and at once when somebody can', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(await pollsIn(portal, 60_000)).toBe(0);
  const whileHidden = portal.count(POLL);
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(portal.count(POLL)).toBe(whileHidden + 1);
});

test('leaves no timer behind when it leaves the page, not even from a poll under way', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ status: 'working' })];
  const element = showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  portal.hold(POLL);
  await vi.advanceTimersByTimeAsync(2_000);
  element.remove();
  portal.release(POLL);
  expect(await pollsIn(portal, 60_000)).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('goes on when it comes back, for whoever is signed in then', async () => {
  const anna = new FakePortal();
  anna.pairings = [aPairing()];
  const element = showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  element.remove();
  const bert = new FakePortal({ languageId: 'it_IT' });
  bert.me = { ...bert.me, userId: '20456', name: 'Bert', mailbox: 'bert@example.com' };
  document.body.append(element);
  await expect.element(page.getByText('Casella bert@example.com')).toBeVisible();
  await expect.element(page.getByText('Nessun calendario è ancora collegato.')).toBeVisible();
  expect(await pollsIn(bert, 30_000)).toBe(1);
});

test('keeps what it shows when a poll fails, says so, and recovers by itself', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  portal.fail(POLL, 'internalError');
  await vi.advanceTimersByTimeAsync(30_000);
  await expect.element(page.getByText(/What you see may be out of date/)).toBeVisible();
  await expect.element(page.getByRole('article')).toBeVisible();
  portal.recover(POLL);
  await vi.advanceTimersByTimeAsync(30_000);
  await expect.element(page.getByText(/What you see may be out of date/)).not.toBeInTheDocument();
});

test('a poll that began before a change does not undo it on the page', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  portal.hold(POLL);
  await vi.advanceTimersByTimeAsync(30_000);
  await page.getByRole('button', { name: 'Unpair' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unpair' }).click();
  await expect.element(page.getByText('No calendars are paired yet.')).toBeVisible();
  portal.release(POLL);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.getByRole('article').query()).toBeNull();
});

test('relative times go on between two polls', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await expect.element(page.getByText(/Next check in 20 seconds/)).toBeVisible();
  await vi.advanceTimersByTimeAsync(5_000);
  await expect.element(page.getByText(/Next check in 15 seconds/)).toBeVisible();
});

test('the module may be evaluated twice', async () => {
  const again = new URL('../../client-extension/index.ts?again', import.meta.url).href;
  const first = customElements.get('exchange-calendar-connector');
  await import(/* @vite-ignore */ again);
  expect(customElements.get('exchange-calendar-connector')).toBe(first);
});

test('two of them on one page live side by side and leave one by one', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ nextRunAt: NOW + 600_000 })];
  const first = showConnector();
  const second = document.createElement('exchange-calendar-connector');
  document.body.append(second);
  await expect.element(page.getByRole('article').nth(1)).toBeVisible();
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await pollsIn(portal, 30_000)).toBe(2);
  first.remove();
  expect(await pollsIn(portal, 30_000)).toBe(1);
  second.remove();
  expect(vi.getTimerCount()).toBe(0);
});
