/** Puts the element on the page and takes it away again, and asks axe about it. */
import axe from 'axe-core';
import { expect } from 'vitest';
import { type Locator, page, userEvent } from 'vitest/browser';
// As Liferay's theme has it: what is measured is what people see.
import '@clayui/css/lib/css/atlas.css';
import '#client-extension/index.ts';

declare global {
  var litIssuedWarnings: Set<string> | undefined;
}

export function showConnector(): HTMLElement {
  const element = document.createElement('exchange-calendar-connector');
  document.body.replaceChildren(element);
  return element;
}

/** Opens the dialog for a new pairing, as most people do. */
export async function openForm(): Promise<Locator> {
  await page.getByRole('button', { name: 'Pair calendars' }).click();
  return page.getByRole('dialog', { name: 'Pair calendars' });
}

export function clearPage(): void {
  document.body.replaceChildren();
  globalThis.Liferay = undefined;
  expectDrawnOnce();
}

/** Lit says of whom it had to draw twice in a row; all that were said are in one set. */
function expectDrawnOnce(): void {
  const warnings: ReadonlySet<string> = globalThis.litIssuedWarnings ?? new Set();
  expect([...warnings].filter((each) => each.includes('change-in-update'))).toEqual([]);
}

/** One line for each rule that is broken, with the markup that breaks it. */
export async function expectAccessible(element: HTMLElement): Promise<void> {
  const { violations } = await axe.run(element);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

/** What a screen reader is told. */
export const readOut = page.getByRole('status').first();

/** No page of ours has as many controls. */
const MOST_PRESSES = 120;

/** Presses Tab until the control has the focus, or the one with this role and accessible name. */
export async function tabTo(
  wanted: Locator | Parameters<typeof page.getByRole>[0],
  name = '',
): Promise<void> {
  const control = typeof wanted === 'string' ? page.getByRole(wanted, { name, exact: true }) : wanted;
  await expect.element(control).toBeInTheDocument();
  for (let press = 0; press < MOST_PRESSES; press++) {
    if (control.element() === document.activeElement) return;
    await userEvent.keyboard('{Tab}');
  }
  throw new Error(`Tab never reaches ${name === '' ? control : name}`);
}
