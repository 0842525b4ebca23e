/** What administrators of sites see of their rooms and equipment, and what they do with them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, readOut, showConnector } from './element.ts';
import { aPairing, FakePortal, NOW } from './fake-portal.ts';

afterEach(clearPage);

const ROOMS = [
  'room.roma@example.com',
  'room.torino@example.com',
  'room.10@example.com',
  'beamer@example.com',
];

let portal: FakePortal;
beforeEach(() => {
  portal = new FakePortal();
  portal.sites = [{ id: '7', name: 'Headquarters' }];
  portal.mailboxes = [...ROOMS];
  portal.liferayCalendars = ['Room Roma', 'Room Torino', 'Room 10'].map((name, index) => ({
    ...{ id: `7${index}`, name, zone: 'Europe/Rome', isDefault: true },
    ...{ ownerKind: 'resource', pairingId: null },
  }));
});

function roomPairing(changes: Parameters<typeof aPairing>[0] = {}) {
  return aPairing({
    ...{
      id: 'r1',
      mailbox: 'room.roma@example.com',
      liferayCalendarName: 'Room Roma',
      liferayCalendarId: '70',
    },
    ...{ details: 'busy', nextRunAt: NOW + 600_000 },
    ...changes,
  });
}

async function openSites(): Promise<HTMLElement> {
  const element = showConnector();
  await page.getByRole('button', { name: 'Rooms and equipment' }).click();
  await expect.element(page.getByRole('table')).toBeVisible();
  return element;
}

/** The mailboxes in the order of the table. */
function mailboxes(): (string | null)[] {
  return page
    .getByRole('rowheader')
    .elements()
    .map(({ textContent }) => textContent);
}

test('who administers no site sees no trace of this', async () => {
  portal.sites = [];
  showConnector();
  await expect.element(page.getByText('No calendars are paired yet.')).toBeVisible();
  expect(page.getByRole('navigation').query()).toBeNull();
  expect(customElements.get('exchange-calendar-site')).toBeUndefined();
});

test('shows the state of all in one table, to search, filter and sort', async () => {
  portal.pairings = [
    roomPairing(),
    roomPairing({
      ...{ id: 'r2', mailbox: 'room.torino@example.com', liferayCalendarName: 'Room Torino' },
      ...{ status: 'paused', reason: 'mailboxNotReleased' },
    }),
  ];
  const element = await openSites();
  await expect.element(page.getByText('4 of 4 mailboxes')).toBeVisible();
  expect(mailboxes()).toEqual([
    'beamer@example.com',
    'room.10@example.com',
    'room.roma@example.com',
    'room.torino@example.com',
  ]);
  await expect
    .element(page.getByRole('row', { name: /room.roma.*Room Roma.*Busy only.*In step/ }))
    .toBeVisible();
  await expectAccessible(element);

  const state = page.getByRole('columnheader', { name: 'State' });
  await state.getByRole('button').click();
  await expect.element(state).toHaveAttribute('aria-sort', 'ascending');
  expect(mailboxes()[0]).toBe('room.roma@example.com');
  await state.getByRole('button').click();
  await expect.element(state).toHaveAttribute('aria-sort', 'descending');
  expect(mailboxes()[0]).toBe('room.torino@example.com');

  await page.getByLabelText('State', { exact: true }).selectOptions('Needs attention');
  await expect.element(readOutOf('1 of 4 mailboxes')).toBeVisible();
  expect(mailboxes()).toEqual(['room.torino@example.com']);
  await page.getByLabelText('State', { exact: true }).selectOptions('All');
  await page.getByLabelText('Search').fill('ROMA');
  await expect.element(readOutOf('1 of 4 mailboxes')).toBeVisible();
  await page.getByLabelText('Search').fill('nothing like it');
  await expect.element(page.getByText('No mailbox matches.')).toBeVisible();
});

function readOutOf(text: string) {
  return page.getByRole('status').filter({ hasText: text });
}

test('pairs many at once, each with the resource that its address names, with the keyboard alone', async () => {
  const element = await openSites();
  await tabTo('checkbox', 'Select all that are not paired');
  await userEvent.keyboard(' ');
  await tabTo('checkbox', 'Select beamer@example.com');
  await userEvent.keyboard(' ');
  const open = page.getByRole('button', { name: 'Pair selected (3)' });
  await expect.element(open).toBeVisible();
  await tabTo('button', 'Pair selected (3)');
  await userEvent.keyboard('{Enter}');
  const dialog = page.getByRole('dialog', { name: 'Pair mailboxes with resources' });
  await expect.element(dialog.getByRole('heading')).toHaveFocus();
  const resource = (mailbox: string) => dialog.getByLabelText(`Resource for ${mailbox}`);
  await expect.element(resource('room.roma@example.com')).toHaveDisplayValue('Room Roma');
  await expect.element(resource('room.10@example.com')).toHaveDisplayValue('Room 10');
  await expect
    .element(resource('room.roma@example.com').getByRole('option', { name: 'Room 10' }))
    .toBeDisabled();
  await expectAccessible(element);
  await tabTo('button', 'Pair');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(readOut).toMatchTextContent('3 mailboxes are paired.');
  for (const made of portal.pairings)
    expect(made).toMatchObject({ details: 'busy', direction: 'both', preview: true });
  expect(portal.pairings.map(({ liferayCalendarId }) => liferayCalendarId).toSorted()).toEqual([
    '70',
    '71',
    '72',
  ]);
});

test('one that fails stops none of the others, and says why', async () => {
  await openSites();
  await page.getByRole('checkbox', { name: 'Select room.roma@example.com' }).click({ force: true });
  await page.getByRole('checkbox', { name: 'Select room.10@example.com' }).click({ force: true });
  portal.fail('GET api/sites/7/mailboxes/room.roma%40example.com/exchange-calendars', 'mailboxUnknown');
  await page.getByRole('button', { name: 'Pair selected (2)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Pair' }).click();
  await expect
    .element(dialog.getByRole('alert'))
    .toMatchTextContent('No such mailbox is released for this site.');
  await expect.element(readOut).toMatchTextContent('1 mailbox is paired.');
  expect(portal.pairings).toHaveLength(1);
  expect(dialog.getByLabelText('Resource for room.10@example.com').query()).toBeNull();
});

test('manages one as anybody manages their own', async () => {
  portal.pairings = [roomPairing()];
  const element = await openSites();
  const manage = page.getByRole('button', { name: 'Manage room.roma@example.com' });
  await manage.click();
  await expect.element(manage).toHaveAttribute('aria-expanded', 'true');
  await expectAccessible(element);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.element(readOut).toMatchTextContent('The pairing is paused.');
  expect(portal.count('PATCH api/sites/7/pairings/r1')).toBe(1);
  await page.getByRole('button', { name: 'Unpair' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unpair' }).click();
  await expect.element(page.getByRole('heading', { name: 'Rooms and equipment' })).toHaveFocus();
  expect(portal.pairings).toEqual([]);
});

test('says so where nothing is released, and lets one choose among several sites', async () => {
  portal.mailboxes = [];
  portal.sites = [
    { id: '7', name: 'Headquarters' },
    { id: '8', name: null },
  ];
  const element = showConnector();
  await page.getByRole('button', { name: 'Rooms and equipment' }).click();
  await expect.element(page.getByText(/No mailbox is released for this site/)).toBeVisible();
  await page.getByLabelText('Site').selectOptions('Site 8');
  await expect.poll(() => portal.count('GET api/sites/8/mailboxes')).toBe(1);
  await expectAccessible(element);
});

/** Presses Tab until the control with this accessible name has the focus. */
async function tabTo(role: 'button' | 'checkbox', name: string): Promise<void> {
  const control = page.getByRole(role, { name, exact: true });
  await expect.element(control).toBeInTheDocument();
  for (let press = 0; press < 30; press++) {
    if (control.element() === document.activeElement) return;
    await userEvent.keyboard('{Tab}');
  }
  throw new Error(`Tab never reaches ${name}`);
}

test('makes resources for mailboxes that have none, many at once, and pairs them', async () => {
  portal.mailboxes = ['room.roma@example.com', 'beamer@example.com', 'car@example.com'];
  const element = await openSites();
  await page.getByLabelText('Select all that are not paired').click({ force: true });
  await page.getByRole('button', { name: 'Pair selected (3)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pair mailboxes with resources' });
  const beamer = dialog.getByLabelText('Resource for beamer@example.com');
  await expect.element(beamer).toHaveDisplayValue('Leave out');
  await expect.element(beamer).toHaveAccessibleDescription('Released by its address.');
  await dialog.getByRole('button', { name: 'Make a resource for the 2 without one' }).click();
  await expect.element(beamer).toHaveDisplayValue('Make the resource “beamer”');
  await expect.element(dialog.getByLabelText(/car@/)).toHaveDisplayValue('Make the resource “car”');
  await expectAccessible(element);
  portal.fail('POST api/sites/7/pairings', 'folderAlreadyPaired');
  await dialog.getByRole('button', { name: 'Pair', exact: true }).click();
  await expect.element(beamer).toHaveDisplayValue('beamer');
  portal.recover('POST api/sites/7/pairings');
  await dialog.getByRole('button', { name: 'Pair', exact: true }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(portal.count('POST api/sites/7/liferay-calendars')).toBe(2);
  expect(portal.pairings.map(({ liferayCalendarName }) => liferayCalendarName).toSorted()).toEqual([
    'Room Roma',
    'beamer',
    'car',
  ]);
});

test('says why a mailbox is offered, and takes one that is named because it fits a pattern', async () => {
  portal.mailboxes = [];
  portal.patterns = ['room-*@example.com', 'hall@example.com'];
  showConnector();
  await page.getByRole('button', { name: 'Rooms and equipment' }).click();
  const address = page.getByLabelText('Another mailbox, by its address');
  await expect.element(address).toHaveAccessibleDescription(/fit room-\*@example.com, hall@example.com/);
  await address.fill('roomx@example.com');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('alert')).toMatchTextContent('roomx@example.com fits none of them.');
  await address.fill('Room-9@example.com');
  await userEvent.keyboard('{Enter}');
  const row = page.getByRole('row', { name: /room-9@example.com/ });
  await expect.element(row).toMatchTextContent('Released because its address fits room-*@example.com.');
  expect(page.getByRole('alert').query()).toBeNull();
  await expect.element(page.getByRole('button', { name: 'Pair selected (1)' })).toBeVisible();
});
