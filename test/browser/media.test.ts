/** The main states of the page with forced colours and with reduced motion, as Chromium emulates them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, showConnector } from './element.ts';
import { aPairing, FakePortal } from './fake-portal.ts';

interface Session {
  send(method: string, parameters: object): Promise<unknown>;
}

async function emulate(features: Readonly<Record<string, string>>): Promise<void> {
  const list = Object.entries(features).map(([name, value]) => ({ name, value }));
  await (cdp() as unknown as Session).send('Emulation.setEmulatedMedia', { features: list });
}

let portal: FakePortal;
beforeEach(() => {
  portal = new FakePortal();
  portal.pairings = [
    aPairing({ id: 'p1' }),
    aPairing({ id: 'p2', status: 'firstSync', progress: { done: 20, total: 80 } }),
    aPairing({ id: 'p3', status: 'waiting', reason: 'throttled' }),
    aPairing({ id: 'p4', status: 'paused', reason: 'accessDenied' }),
  ];
});
afterEach(async () => {
  clearPage();
  await emulate({});
});

describe('with forced colours', () => {
  beforeEach(() => emulate({ 'forced-colors': 'active' }));

  test('each state is told by its words, and how far a first sync is by more than a colour', async () => {
    expect(matchMedia('(forced-colors: active)').matches).toBe(true);
    showConnector();
    for (const state of ['In step', 'First sync', 'Waiting', 'Paused'])
      await expect.element(page.getByText(state, { exact: true }).first()).toBeVisible();
    const bar = page.getByRole('progressbar');
    await expect.element(bar).toBeVisible();
    // A colour of a background is taken away: what is done has to stand out from what is not by the system's own.
    const done = getComputedStyle(bar.element()).backgroundColor;
    const track = getComputedStyle(bar.element().parentElement ?? bar.element()).backgroundColor;
    expect(done).not.toBe(track);
  });

  test('what has the focus is outlined', async () => {
    showConnector();
    const button = page.getByRole('button', { name: 'Settings' }).first();
    await button.click();
    // By the keyboard: whoever points with a mouse sees where.
    await userEvent.keyboard('{Tab}{Shift>}{Tab}{/Shift}');
    const { outlineStyle, boxShadow } = getComputedStyle(button.element());
    expect([outlineStyle, boxShadow]).not.toEqual(['none', 'none']);
  });
});

describe('with reduced motion', () => {
  beforeEach(() => emulate({ 'prefers-reduced-motion': 'reduce' }));

  test('nothing on the page moves by itself, in any state', async () => {
    const element = showConnector();
    const moving = () =>
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === 'running' && Number(effect?.getComputedTiming().duration ?? 0) > 1,
        );
    await expect.element(page.getByRole('progressbar')).toBeVisible();
    expect(moving()).toEqual([]);
    await page.getByRole('button', { name: 'Unpair' }).first().click();
    await expect.element(page.getByRole('dialog')).toBeVisible();
    expect(moving()).toEqual([]);
    await expectAccessible(element);
  });
});
