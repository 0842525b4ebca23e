/**
 * `npm run screenshots`: the pictures of the README, taken of the demo in Chromium, as WebP of at most 60 kB each. What
 * they show is made on the page as people make it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from '#test/chromium.ts';
import { openShow } from './show.ts';
import type { Stage } from './stage.ts';

const FOLDER = fileURLToPath(new URL('../../client-extension/screenshots', import.meta.url));
const LIMIT_BYTES = 60_000;
const QUALITY = 75;
const LONG_MS = 60_000;
const ELEMENT = 'exchange-calendar-connector';

/** @throws when it would be larger than the README has it */
async function take(page: Page, name: string, of?: Locator): Promise<void> {
  const box = await of?.boundingBox();
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    ...(box === null || box === undefined ? {} : { clip: { ...box, scale: 1 } }),
  });
  await session.detach();
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > LIMIT_BYTES)
    throw new Error(`${name} has ${bytes.length} bytes, more than ${LIMIT_BYTES}.`);
  await writeFile(join(FOLDER, `${name}.webp`), bytes);
  console.info(`${name}.webp: ${bytes.length} bytes`);
}

async function signedIn(browser: Browser, { emulators }: Stage, name: string, height: number): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 1280, height },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Rome',
  });
  await page.goto(emulators.liferayUrl);
  await page.getByRole('link', { name }).click();
  await page.locator(ELEMENT).getByRole('button').first().waitFor();
  return page;
}

async function ownCalendars(browser: Browser, stage: Stage): Promise<void> {
  const page = await signedIn(browser, stage, 'Anna Rossi', 1_150);
  await page.getByRole('button', { name: 'Pair calendars' }).click();
  await page.getByRole('button', { name: 'Show preview' }).click();
  const preview = page.getByRole('dialog', { name: 'Keep these calendars in step?' });
  await preview.getByText('events: added to Liferay').waitFor({ timeout: LONG_MS });
  await preview.getByText('being looked through').waitFor({ state: 'hidden', timeout: LONG_MS });
  await preview.locator('summary').first().click();
  await page.setViewportSize({ width: 1280, height: 760 });
  await take(page, 'preview');
  await page.setViewportSize({ width: 1280, height: 1_150 });
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('In step', { exact: true }).waitFor({ timeout: LONG_MS });
  await page.waitForFunction('document.querySelector(".demo-arrived") === null');
  await take(page, 'pairings');
  await page.close();
}

async function administration(browser: Browser, stage: Stage): Promise<void> {
  const page = await signedIn(browser, stage, 'Paola Verdi', 1_100);
  await page.addStyleTag({ content: '#demo-calendars { display: none }' });
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
  const write = (name: string, text: string): Promise<void> =>
    page.getByLabel(name, { exact: true }).fill(text);
  await press('Domains');
  await press('New domain');
  await write('Name', 'Subsidiary');
  await write('E-mail domains', 'sub.example');
  await write('Address of Exchange Web Services', 'https://mail.sub.example/EWS/Exchange.asmx');
  await write('User', 'SUB\\svc-calendar');
  await write('Password', 'secret');
  await press('Create domain');
  await page.getByRole('heading', { name: 'Subsidiary' }).waitFor();
  await press('All domains');
  await page.locator('.exchange-domain-link').first().click();
  await press('Released for sites');
  await write('Site id', stage.room.siteId);
  await write('Addresses, one a line', 'room.campo@example.com\nroom.celio@example.com\nbeamer@example.com');
  await press('Release');
  await page.getByRole('rowheader', { name: 'beamer@example.com' }).waitFor();
  await press('Mailboxes');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check({ force: true });
  await take(page, 'domain', page.locator('.exchange-connector'));
  await press('Rooms and equipment');
  await page.getByRole('checkbox', { name: 'Select all that are not paired' }).check({ force: true });
  await take(page, 'rooms', page.locator('.exchange-connector'));
  await page.close();
}

const found = await findChromium();
if ('missing' in found) {
  console.error(`No browser starts: ${found.missing}`);
  process.exit(1);
}
await mkdir(FOLDER, { recursive: true });
const stage = await openShow({ port: 0, onLog: (line) => console.warn(line), say: () => {} });
const browser = await chromium.launch({
  executablePath: found.executablePath,
  args: [...CHROMIUM_ARGUMENTS],
});
try {
  await ownCalendars(browser, stage);
  await administration(browser, stage);
} finally {
  await browser.close();
  await stage.stop();
}
// What browsers keep open must not keep it alive.
process.exit();
