/**
 * The demo's page as a person without a mouse uses it: the real element, the real service and both emulators, in
 * Chromium, with axe.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS, findChromium } from '#test/chromium.ts';
import { openShow } from '#test/demo/show.ts';
import type { Stage } from '#test/demo/stage.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAB_LIMIT = 80;
/** Characters of the page in a failure. */
const SHOWN = 1_500;
/** Far above what anything takes here, on a busy machine too. */
const LONG = 120_000;

const found = await findChromium();
const missing = 'missing' in found ? found.missing : null;
if (missing !== null) console.warn(`The demo is not tested in a browser, none starts: ${missing}`);

let stage: Stage | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  if ('missing' in found) return;
  stage = await openShow({ port: 0, onLog: (line) => console.warn(line), say: () => {} });
  const { executablePath } = found;
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGUMENTS] });
});
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

test.skipIf(missing !== null)(
  'pairs with the keyboard alone; an Exchange event then shows in Liferay, and a Liferay event in Exchange',
  onPage(async (page) => {
    await press(page, page.getByRole('link', { name: 'Anna Rossi' }));
    await press(page, page.getByRole('button', { name: 'Pair calendars' }));
    await press(page, page.getByRole('button', { name: 'Show preview' }));
    const preview = page.getByRole('dialog', { name: 'Keep these calendars in step?' });
    await preview.getByText('events: added to Liferay').waitFor({ timeout: LONG });
    await preview.getByText('being looked through').waitFor({ state: 'hidden', timeout: LONG });
    await expectAccessible(page);
    await press(page, page.getByRole('button', { name: 'Start', exact: true }));
    await page.getByText('In step', { exact: true }).waitFor({ timeout: LONG });

    await press(page, page.getByRole('button', { name: 'Add event in Exchange' }));
    const dialog = page.getByRole('dialog', { name: 'New event in Exchange' });
    await dialog.waitFor();
    await expectAccessible(page);
    await page.keyboard.type('From Outlook');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByLabel('Liferay', { exact: true }).getByText('From Outlook').waitFor({ timeout: LONG });

    await press(page, page.getByRole('button', { name: 'Add event in Liferay' }));
    await page.keyboard.type('From the portal');
    await page.keyboard.press('Enter');
    await page
      .getByLabel('Exchange', { exact: true })
      .getByText('From the portal')
      .waitFor({ timeout: LONG });
    await expect(page.locator('#demo-arrivals').textContent()).resolves.toBe(
      'Arrived in Exchange: From the portal',
    );
    await expectAccessible(page);
  }),
);

test.skipIf(missing !== null)(
  'an administrator of the portal tests a connection, and creates and deletes a domain, with the keyboard alone',
  onPage(async (page) => {
    await press(page, page.getByRole('link', { name: 'Paola Verdi' }));
    await press(page, page.getByRole('button', { name: 'Domains', exact: true }));
    await press(page, page.locator('.exchange-domain-link').first());
    await page.getByText('Environment variables of the service describe this domain.').waitFor();
    await press(page, page.getByRole('button', { name: 'Test connection' }));
    const test = page.getByRole('dialog', { name: /^Test connection/ });
    await write(page, test.getByLabel('Mailbox (optional)'), 'anna.rossi@example.com');
    await press(page, test.getByRole('button', { name: 'Start test' }));
    await test.getByText('Everything that was tried works.').waitFor({ timeout: LONG });
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    await press(page, page.getByRole('button', { name: 'All domains' }));
    await press(page, page.getByRole('button', { name: 'New domain' }));
    const field = (name: string): Locator => page.getByLabel(name, { exact: true });
    await write(page, field('Name'), 'Subsidiary');
    await write(page, field('E-mail domains'), 'sub.example');
    await write(page, field('Address of Exchange Web Services'), 'https://localhost/EWS/Exchange.asmx');
    await write(page, field('User'), 'svc');
    await write(page, field('Password'), 'secret');
    await press(page, page.getByRole('button', { name: 'Create domain' }));
    await page.getByRole('heading', { name: 'Subsidiary' }).waitFor();
    await press(page, page.getByRole('button', { name: 'Test connection' }));
    await press(page, test.getByRole('button', { name: 'Start test' }));
    await test.getByText('The server is in a network that the connector may not reach.').waitFor();
    await test.getByText('1 step failed.').waitFor();
    await page.keyboard.press('Escape');
    await press(page, page.getByRole('button', { name: 'Delete', exact: true }));
    const question = page.getByRole('dialog', { name: 'Delete the domain “Subsidiary”?' });
    await press(page, question.getByRole('button', { name: 'Delete', exact: true }));
    await page.getByText('The domain Subsidiary was deleted.').waitFor();
    await expect(page.locator('.exchange-domain-link').count()).resolves.toBe(1);
  }),
);

/** What is done on the portal's page; where it goes wrong the failure tells what stood there. */
function onPage(done: (page: Page) => Promise<void>): () => Promise<void> {
  return async () => {
    if (stage === undefined || browser === undefined) throw new Error('Nothing to test.');
    const page = await browser.newPage({ viewport: { width: 1440, height: 1300 } });
    try {
      await page.goto(stage.emulators.liferayUrl);
      await done(page);
    } catch (cause) {
      const [first = ''] = String(cause).split('\n', 1);
      const shown = (await page.locator('main, body').first().innerText()).replace(/\s+/g, ' ');
      throw new Error(`${first} The page says: ${shown.slice(0, SHOWN)}`, { cause });
    } finally {
      await page.close();
    }
  };
}

/** Tabs until the control has the focus, then writes. */
async function write(page: Page, control: Locator, text: string): Promise<void> {
  await reach(page, control);
  await page.keyboard.insertText(text);
}

/** Tabs until the control has the focus, then Enter. */
async function press(page: Page, control: Locator): Promise<void> {
  await reach(page, control);
  await page.keyboard.press('Enter');
}

async function reach(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let tabs = 0; tabs < TAB_LIMIT; tabs++) {
    if (await control.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${control}`);
}

async function expectAccessible(page: Page): Promise<void> {
  // What lights up is between two colours meanwhile, which axe would measure.
  await page.waitForFunction('document.querySelector(".demo-arrived") === null');
  await page.evaluate(await readFile(AXE, 'utf8'));
  const broken = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
  );
  expect(broken).toEqual([]);
}
