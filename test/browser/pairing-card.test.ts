/** What people do with a pairing, where the focus is afterwards and what is read out. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, readOut, showConnector } from './element.ts';
import { aPairing, FakePortal, NOW } from './fake-portal.ts';

afterEach(clearPage);

test('changes the direction, and puts the choice back when that is refused', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await page.getByRole('button', { name: 'Settings' }).click();
  const card = page.getByRole('article');
  await card.getByText('Read-only copy').click();
  await expect.element(page.getByRole('article', { name: /copied to/ })).toBeVisible();
  portal.fail('PATCH api/pairings/p1', 'folderAlreadyPaired');
  await card.getByText('Two-way').click();
  await expect
    .element(page.getByRole('alert'))
    .toMatchTextContent('This Exchange calendar already has a pairing in both directions.');
  await expect.element(card.getByRole('radio', { name: 'Read-only copy' })).toBeChecked();
});

test('pauses a pairing and resumes it, and says so each time', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  const element = showConnector();
  const card = page.getByRole('article');
  await card.getByRole('button', { name: 'Pause' }).click();
  await expect.element(card).toMatchTextContent('You paused it. Nothing is copied until you resume it.');
  await expect.element(readOut).toMatchTextContent('The pairing is paused.');
  await expect.element(card.getByRole('button', { name: 'Sync now' })).not.toBeInTheDocument();
  await expect.element(card.getByRole('button', { name: 'Resume' })).toHaveFocus();
  await expectAccessible(element);
  await userEvent.keyboard('{Enter}');
  await expect.element(card.getByRole('button', { name: 'Pause' })).toHaveFocus();
  await expect.element(card).toMatchTextContent('Both calendars are in step.');
  await expect.element(readOut).toMatchTextContent('The pairing goes on.');
});

test('a first sync can be stopped', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ status: 'firstSync', progress: { done: 3, total: 9 } })];
  showConnector();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.element(page.getByRole('progressbar')).not.toBeInTheDocument();
  expect(portal.pairings).toMatchObject([{ paused: true }]);
});

test('“Sync now” asks for a run and a second press meanwhile does not', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.hold('POST api/pairings/p1/sync');
  showConnector();
  const button = page.getByRole('button', { name: 'Sync now' });
  await button.click();
  await expect.element(button).toHaveAttribute('aria-busy', 'true');
  await button.click();
  portal.release('POST api/pairings/p1/sync');
  await expect.element(readOut).toMatchTextContent('The check starts at once.');
  await expect.element(button).toHaveFocus();
  expect(portal.count('POST api/pairings/p1/sync')).toBe(1);
});

test('tries one event again, and keeps the focus near when that solves it', async () => {
  const portal = new FakePortal();
  const first = [
    { linkId: 'a/1', title: 'Offsite', reason: 'startAfterEnd', detail: null, since: null },
    { linkId: 'b/2', title: 'Lunch', reason: 'textTooLong', detail: null, since: null },
  ];
  portal.pairings = [aPairing({ problems: { parked: 2, held: 0, first } })];
  showConnector();
  const button = page.getByRole('button', { name: 'Try again: Offsite' });
  await expect.element(button).toBeVisible();
  portal.pairings = [aPairing({ problems: { parked: 1, held: 0, first: first.slice(1) } })];
  await button.click();
  await expect.element(readOut).toMatchTextContent('The event is tried again.');
  await expect.element(button).not.toBeInTheDocument();
  await expect.element(page.getByRole('article').getByRole('heading').first()).toHaveFocus();
  expect(portal.count('POST api/pairings/p1/problems/a%2F1/retry')).toBe(1);
});

test('changes the settings of a pairing, and puts a control back when that is refused', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  const card = page.getByRole('article');
  await card.getByRole('button', { name: 'Settings' }).click();
  await card.getByText('More settings').click();
  const bin = card.getByRole('switch', { name: 'Move deleted events to Liferay’s Recycle Bin' });
  await expect.element(bin).toHaveAccessibleDescription(/deleted for good/);
  await bin.click({ force: true });
  await expect.element(bin).toHaveAccessibleDescription(/can be restored/);
  const policy = card.getByLabelText('Where both calendars changed the same thing');
  await policy.selectOptions('Liferay wins');
  await expect.poll(() => portal.pairings[0]).toMatchObject({ recycleBin: true, policy: 'liferay' });
  await expect.element(card.getByText('Saved.')).toBeVisible();
  await expect.element(readOut).toMatchTextContent('Saved.');
  portal.fail('PATCH api/pairings/p1', 'pairingUnknown');
  await policy.selectOptions('Exchange wins');
  await expect.element(page.getByRole('alert')).toMatchTextContent('This pairing does not exist any more.');
  await expect.element(policy).toHaveDisplayValue('Liferay wins');
  await expect.element(card.getByText('Saved.')).not.toBeInTheDocument();
});

test('a pairing shows less, or more, of its mailbox: participants only with all details', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  const element = showConnector();
  const card = page.getByRole('article');
  await card.getByRole('button', { name: 'Settings' }).click();
  await card.getByText('More settings').click();
  const list = card.getByRole('switch', { name: 'List the participants of meetings' });
  await list.click({ force: true });
  await expect.element(list).toHaveAccessibleDescription(/stands under the description/);
  const details = card.getByLabelText('What the Liferay calendar shows of Exchange events');
  await details.selectOptions('Only that you are busy');
  await expect.element(list).toBeDisabled();
  await expect.element(list).not.toBeChecked();
  await card.getByRole('switch', { name: 'Show private events like the others' }).click({ force: true });
  await expect
    .poll(() => portal.pairings[0])
    .toMatchObject({ details: 'busy', participants: true, showPrivate: true });
  await expectAccessible(element);
  portal.fail('PATCH api/pairings/p1', 'notYourMailbox');
  await details.selectOptions('All details');
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expect.element(details).toHaveDisplayValue('Only that you are busy');
});

test('approves and rejects what is held, one by one and all that was shown, and keeps the focus near', async () => {
  const portal = new FakePortal();
  const change = { kind: 'delete', side: 'liferay', since: NOW, decision: 'waiting' } as const;
  const held = ['Budget', 'Lunch', 'Offsite'].map((title) => ({ ...change, linkId: title, title }));
  portal.held = { held, next: null, now: NOW };
  portal.pairings = [aPairing({ problems: { parked: 0, held: 3, first: [] } })];
  const element = showConnector();
  await page.getByRole('button', { name: 'Reject: Lunch' }).click();
  await expect.element(readOut).toMatchTextContent('What was rejected is undone.');
  await expect.element(page.getByRole('button', { name: 'Reject: Lunch' })).not.toBeInTheDocument();
  await expect.element(page.getByText('So many at once look like a mistake', { exact: false })).toHaveFocus();
  await expectAccessible(element);
  await page.getByRole('button', { name: 'Approve all' }).click();
  await expect.element(page.getByText('held back')).not.toBeInTheDocument();
  await expect.element(page.getByRole('article').getByRole('heading').first()).toHaveFocus();
  expect(portal.decisions).toEqual([
    { decision: 'reject', which: [{ linkId: 'Lunch', kind: 'delete', side: 'liferay' }] },
    { decision: 'approve', which: { heldUntil: NOW } },
  ]);
});
