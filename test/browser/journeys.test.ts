/** How people pair calendars and end that, where the focus is afterwards and what is read out. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, openForm, readOut, showConnector, tabTo } from './element.ts';
import { aPairing, FakePortal } from './fake-portal.ts';

afterEach(clearPage);

test('pairs and unpairs with the keyboard alone', async () => {
  const portal = new FakePortal();
  const element = showConnector();

  await tabTo('button', 'Pair calendars');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('heading', { name: 'Pair calendars' })).toHaveFocus();
  await tabTo('combobox', 'Exchange calendar');
  await userEvent.keyboard('T');
  await expect.element(page.getByLabelText('Exchange calendar')).toHaveDisplayValue('Team');
  await tabTo('combobox', 'Liferay calendar');
  await userEvent.keyboard('I');
  await expect.element(page.getByLabelText('Liferay calendar')).toHaveDisplayValue('Intranet');
  await tabTo('radio', 'Two-way');
  await userEvent.keyboard('{ArrowDown}');
  await tabTo('switch', 'Show me first what would be done');
  await userEvent.keyboard(' ');
  await expectAccessible(element);
  await tabTo('button', 'Pair');
  await userEvent.keyboard('{Enter}');

  const heading = page.getByRole('heading', { name: /Team.*copied to.*Intranet/ });
  await expect.element(heading).toHaveFocus();
  await expect.element(readOut).toMatchTextContent('Team and Intranet are paired. The first sync starts.');
  expect(portal.pairings).toMatchObject([{ direction: 'toLiferay', liferayCalendarId: '302' }]);

  await tabTo('button', 'Unpair');
  await userEvent.keyboard('{Enter}');
  const dialog = page.getByRole('dialog', { name: 'Unpair these calendars?' });
  await expect.element(dialog).toMatchTextContent('All events stay where they are, in both calendars.');
  await expect.element(dialog.getByRole('button', { name: 'Cancel' })).toHaveFocus();
  await expectAccessible(element);
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: 'Unpair' })).toHaveFocus();
  expect(portal.pairings).toHaveLength(1);

  await userEvent.keyboard('{Enter}{Tab}{Enter}');
  await expect.element(page.getByText('No calendars are paired yet.')).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Paired calendars' })).toHaveFocus();
  await expect.element(readOut).toMatchTextContent('Team and Intranet are no longer paired.');
  expect(portal.pairings).toEqual([]);
});

test('Cancel and the Enter key on it unpair nothing', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await page.getByRole('button', { name: 'Unpair' }).click();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  expect(portal.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test('points at the missing choice instead of sending half a pairing', async () => {
  const portal = new FakePortal();
  portal.exchangeCalendars = portal.exchangeCalendars.filter(({ isDefault }) => !isDefault);
  const element = showConnector();
  const dialog = await openForm();
  await dialog.getByRole('button', { name: 'Show preview' }).click();
  const select = page.getByLabelText('Exchange calendar');
  await expect.element(select).toHaveFocus();
  await expect.element(select).toHaveAccessibleDescription('Choose an Exchange calendar.');
  await expectAccessible(element);
  await select.selectOptions('Team');
  await expect.element(page.getByText('Choose an Exchange calendar.')).not.toBeInTheDocument();
  expect(portal.count('POST api/pairings')).toBe(0);
});

test('a calendar that is paired is not offered again', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  const pairable = page.getByRole('button', { name: /^Pair:/ });
  await expect.element(pairable.nth(2)).toBeVisible();
  expect(pairable.elements().map((button) => button.ariaLabel)).toEqual([
    'Pair: Team',
    'Pair: Holidays',
    'Pair: Intranet',
  ]);
  await openForm();
  await expect.element(page.getByRole('option', { name: 'Anna Berg (already paired)' })).toBeDisabled();
});

test('a calendar that can only be read is never paired in both directions', async () => {
  const portal = new FakePortal();
  showConnector();
  await page.getByRole('button', { name: 'Pair: Holidays' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByLabelText('Exchange calendar')).toHaveDisplayValue('Holidays (read only)');
  const twoWay = dialog.getByRole('radio', { name: 'Two-way' });
  await expect.element(twoWay).toBeDisabled();
  await expect.element(twoWay).not.toBeChecked();
  await expect.element(twoWay).toHaveAccessibleDescription(/can only be read/);
  await dialog.getByRole('button', { name: 'Show preview' }).click();
  await expect.element(page.getByRole('article')).toBeVisible();
  expect(portal.pairings).toMatchObject([{ direction: 'toLiferay', exchangeCalendarId: 'AAMk=/holidays' }]);
});

test('the second pairing of an Exchange calendar can only copy from it', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  const dialog = await openForm();
  await dialog.getByLabelText('Exchange calendar').selectOptions('Calendar (already paired)');
  const twoWay = dialog.getByRole('radio', { name: 'Two-way' });
  await expect.element(twoWay).toBeDisabled();
  await expect.element(twoWay).toHaveAccessibleDescription(/already paired in both directions/);
});

test('says why a pairing was refused and keeps the choices', async () => {
  const portal = new FakePortal();
  portal.fail('POST api/pairings', 'calendarAlreadyPaired');
  showConnector();
  const dialog = await openForm();
  await dialog.getByLabelText('Exchange calendar').selectOptions('Team');
  await dialog.getByRole('button', { name: 'Show preview' }).click();
  await expect
    .element(page.getByRole('alert'))
    .toMatchTextContent('This Liferay calendar is already paired.');
  await expect.element(page.getByLabelText('Exchange calendar')).toHaveDisplayValue('Team');
});

test('makes a calendar for somebody who has none and chooses it', async () => {
  const portal = new FakePortal();
  portal.liferayCalendars = [];
  const element = showConnector();
  const dialog = await openForm();
  await expect.element(dialog.getByText('You have no calendar of your own in Liferay yet.')).toBeVisible();
  await expectAccessible(element);
  await dialog.getByRole('button', { name: 'Create my calendar' }).click();
  const select = page.getByLabelText('Liferay calendar');
  await expect.element(select).toHaveDisplayValue('Anna Berg');
  await expect.element(select).toHaveFocus();
  await expect.element(readOut).toMatchTextContent('The calendar Anna Berg was created and chosen.');
  expect(portal.liferayCalendars).toMatchObject([
    { name: 'Anna Berg', zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  ]);
});

test('a new pairing gets the settings that were chosen, with the keyboard alone', async () => {
  const portal = new FakePortal();
  const element = showConnector();
  await tabTo('button', 'Pair calendars');
  await userEvent.keyboard('{Enter}');
  await tabTo('combobox', 'Past events');
  await userEvent.keyboard('N');
  await tabTo('combobox', 'Coming events');
  await userEvent.keyboard('5');
  await tabTo('combobox', 'What the Liferay calendar shows of Exchange events');
  await userEvent.keyboard('T{Tab}{Enter}');
  await tabTo('combobox', 'Where both calendars changed the same thing');
  await userEvent.keyboard('L');
  await tabTo('switch', 'Move deleted events to Liferay’s Recycle Bin');
  await userEvent.keyboard(' ');
  await expectAccessible(element);
  await tabTo('button', 'Show preview');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => portal.pairings).toHaveLength(1);
  expect(portal.pairings).toMatchObject([
    { policy: 'liferay', recycleBin: true, details: 'title', direction: 'both' },
  ]);
  expect(portal.pairings).toMatchObject([{ preview: true, windowPastDays: 0, windowFutureDays: 1_825 }]);
});

test('unpairing keeps the copies unless somebody chooses otherwise, and says how many would go', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.copies = { liferay: 12, exchange: 0, meetings: 3 };
  const element = showConnector();
  await page.getByRole('button', { name: 'Unpair' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByRole('radio', { name: 'Keep everything as it is' })).toBeChecked();
  await expect.element(dialog).toMatchTextContent('All events stay where they are');
  await expect.element(dialog).toMatchTextContent('3 meetings stay in Exchange');
  await expect.element(dialog.getByRole('radio', { name: 'Remove 0 copies from Exchange' })).toBeDisabled();
  await expectAccessible(element);
  await dialog.getByText('Remove 12 copies from Liferay').click();
  await dialog.getByRole('button', { name: 'Unpair' }).click();
  await expect.element(readOut).toMatchTextContent(/Copies are being removed/);
  expect(portal.endings).toEqual([{ copies: 'liferay', count: 12 }]);
  const bar = page.getByRole('progressbar', { name: 'Unpairing' });
  await expect.element(bar).toHaveAttribute('aria-valuetext', '0 of 12 events');
  await expectAccessible(element);
  await page.getByRole('button', { name: 'Unpair' }).click();
  await expect.element(dialog).toMatchTextContent('All events stay where they are');
  expect(dialog.getByRole('radio').query()).toBeNull();
  await dialog.getByRole('button', { name: 'Unpair' }).click();
  await expect.poll(() => portal.pairings).toEqual([]);
});

test('copies that are more by now than were shown are not removed, and the question can be asked anew', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.copies = { liferay: 1, exchange: 2, meetings: 0 };
  portal.fail('POST api/pairings/p1/unpair', 'copiesChanged');
  showConnector();
  const unpair = page.getByRole('button', { name: 'Unpair' }).first();
  await unpair.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Remove 2 copies from Exchange').click();
  await dialog.getByRole('button', { name: 'Unpair' }).click();
  await expect.element(page.getByRole('alert')).toMatchTextContent(/There are more copies by now/);
  portal.copies = { liferay: 1, exchange: 3, meetings: 0 };
  await unpair.click();
  await expect.element(dialog.getByRole('radio', { name: 'Keep everything as it is' })).toBeChecked();
  await expect.element(dialog.getByRole('radio', { name: 'Remove 3 copies from Exchange' })).toBeVisible();
  expect(portal.endings).toEqual([]);
});
