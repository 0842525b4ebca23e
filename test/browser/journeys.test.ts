/** What people do on the page, where the focus is afterwards and what is read out. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Ambiguity } from '#shared/ambiguities.ts';
import type { Proposal } from '#shared/api.ts';
import { clearPage, expectAccessible, openForm, showConnector } from './element.ts';
import { aMeeting, aPairing, aPreview, FakePortal, NOW } from './fake-portal.ts';

afterEach(() => {
  clearPage();
  vi.useRealTimers();
});

const readOut = page.getByRole('status').first();

/** Presses Tab until the control with this accessible name has the focus. */
async function tabTo(role: 'button' | 'combobox' | 'radio' | 'switch', name: string): Promise<void> {
  const control = page.getByRole(role, { name, exact: true });
  await expect.element(control).toBeVisible();
  for (let press = 0; press < 20; press++) {
    if (control.element() === document.activeElement) return;
    await userEvent.keyboard('{Tab}');
  }
  throw new Error(`Tab never reaches ${name}`);
}

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

/** Two meetings of Liferay have people to invite. */
const TWO_MEETINGS = aPreview({
  counts: { createExchange: 3, link: 1 },
  invitations: {
    meetings: 2,
    first: [
      aMeeting({ invitees: ['bert@example.com', 'carla@example.com'] }),
      aMeeting({ linkId: 'm2', title: 'Offsite', allDay: true, start: Date.UTC(2026, 5, 1) }),
    ],
    mark: 'm',
  },
});

function previewing(): FakePortal {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ preview: true, status: 'preview' })];
  portal.preview = TWO_MEETINGS;
  return portal;
}

test('makes a pairing that previews, looks at it and starts it with invitations, with the keyboard alone', async () => {
  const portal = new FakePortal();
  portal.preview = TWO_MEETINGS;
  const element = showConnector();
  await tabTo('button', 'Pair calendars');
  await userEvent.keyboard('{Enter}');
  await tabTo('button', 'Show preview');
  await userEvent.keyboard('{Enter}');
  const dialog = page.getByRole('dialog', { name: 'Keep these calendars in step?' });
  await expect.element(dialog.getByRole('heading')).toHaveFocus();
  await expect.element(dialog).toHaveAccessibleDescription(/Nothing is written before you start it/);
  await expect
    .element(readOut)
    .toMatchTextContent('Calendar and Anna Berg are paired. Nothing is written before you start it.');
  expect(portal.pairings).toMatchObject([{ preview: true }]);
  await expect.element(dialog).toMatchTextContent('3 events: added to Exchange');
  const question = dialog.getByRole('group', {
    name: 'Shall Exchange invite people to the 2 meetings that were found in Liferay?',
  });
  await expect
    .element(question)
    .toHaveAccessibleDescription(/Board.*2 people.*Offsite, Jun 1, 2026: 1 person/);
  await expect.element(question.getByRole('radio', { name: 'Leave without attendees' })).toBeChecked();
  await expectAccessible(element);

  await tabTo('radio', 'Leave without attendees');
  await userEvent.keyboard('{ArrowDown}');
  const send = question.getByRole('radio', { name: 'Send invitations' });
  await expect.element(send).toBeChecked();
  await expect.element(send).toHaveAccessibleDescription(/sends everybody one invitation/);
  await tabTo('button', 'Start');
  await userEvent.keyboard('{Enter}');
  await expect.element(readOut).toMatchTextContent('The first sync starts.');
  await expect.element(page.getByRole('article').getByRole('heading').first()).toHaveFocus();
  expect(page.getByRole('button', { name: 'Preview and start' }).query()).toBeNull();
  expect(portal.starts).toEqual([{ invitations: 'send', mark: 'm' }]);
});

test('nobody is invited without that being chosen, and Escape and Cancel start nothing', async () => {
  const portal = previewing();
  showConnector();
  const button = page.getByRole('button', { name: 'Preview and start' });
  const dialog = page.getByRole('dialog');
  await button.click();
  await dialog.getByText('Send invitations').click();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(button).toHaveFocus();
  await button.click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(portal.starts).toEqual([]);
  await button.click();
  await expect.element(dialog.getByRole('radio', { name: 'Leave without attendees' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => portal.starts).toEqual([{ invitations: 'leave' }]);
});

test('a preview in which nobody is invited does not ask about that', async () => {
  const portal = previewing();
  portal.preview = aPreview({ complete: false, counts: { createExchange: 1 } });
  const element = showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog).toMatchTextContent('1 event: added to Exchange');
  await expect
    .element(dialog)
    .toMatchTextContent('Both calendars are being looked through; 412 events so far…');
  expect(dialog.getByRole('radio').query()).toBeNull();
  await expectAccessible(element);
  // A start would break off the run that looks, and the next one would have to wait for its lease.
  const start = dialog.getByRole('button', { name: 'Start' });
  await expect.element(start).toHaveAttribute('aria-disabled', 'true');
  await start.click({ force: true });
  await expect.element(dialog).toBeVisible();
  expect(portal.starts).toEqual([]);
  portal.preview = aPreview({ counts: { createExchange: 1 } });
  await expect.element(start).not.toHaveAttribute('aria-disabled');
  await start.click();
  await expect.poll(() => portal.starts).toEqual([{ invitations: 'leave' }]);
});

test('a preview that does not get on can be started all the same', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const portal = previewing();
  portal.preview = aPreview({ complete: false, counts: { createExchange: 1 } });
  showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const start = page.getByRole('dialog').getByRole('button', { name: 'Start' });
  await expect.element(start).toHaveAttribute('aria-disabled', 'true');
  for (let second = 0; second < 25; second += 1) await vi.advanceTimersByTimeAsync(1_000);
  await expect.element(start).not.toHaveAttribute('aria-disabled');
  vi.useRealTimers();
});

test('says that the meetings have changed since, and shows them as they are now', async () => {
  const portal = previewing();
  portal.fail('POST api/pairings/p1/start', 'previewChanged');
  showConnector();
  const button = page.getByRole('button', { name: 'Preview and start' });
  await button.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Send invitations').click();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect
    .element(page.getByRole('alert'))
    .toMatchTextContent('The meetings with people to invite have changed since you saw them.');
  portal.recover('POST api/pairings/p1/start');
  portal.preview = aPreview({ invitations: { meetings: 25, first: [aMeeting()], mark: 'n' } });
  await button.click();
  await expect.element(dialog).toMatchTextContent('And 24 more.');
  await dialog.getByText('Send invitations').click();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => portal.starts).toEqual([{ invitations: 'send', mark: 'n' }]);
});

test('shows in the preview which events, with the reason where one cannot be copied, and further ones on request', async () => {
  const portal = previewing();
  const ofKind = (linkId: string, changes: Partial<Proposal>) =>
    aMeeting({ linkId, invitees: [], ...changes });
  portal.preview = aPreview({
    counts: { updateLiferay: 1, setAside: 1, createLiferay: 3 },
    proposals: [
      ofKind('a', { kind: 'updateLiferay', title: 'Lunch', fields: { exchange: [], liferay: ['location'] } }),
      ofKind('b', { kind: 'setAside', title: 'Gym', reason: 'ambiguousMatch' }),
      ofKind('c', { kind: 'createLiferay', title: 'Standup', allDay: true, start: Date.UTC(2026, 5, 1) }),
    ],
    next: '1.c',
  });
  const element = showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 event: changed in Liferay').click();
  await expect.element(dialog).toMatchTextContent(/Lunch, May 20, 2026, .* \(place\)/);
  await dialog.getByText('1 event: cannot be copied').click();
  await expect.element(dialog).toMatchTextContent('Several events could be the copy of this one.');
  await dialog.getByText('3 events: added to Liferay').click();
  await expect.element(dialog).toMatchTextContent('Standup, Jun 1, 2026 And 2 more.');
  await expectAccessible(element);
  portal.preview = aPreview({ proposals: [ofKind('d', { kind: 'createLiferay', title: 'Review' })] });
  const more = dialog.getByRole('button', { name: 'Show more than the first 3' });
  await more.click();
  await expect.element(dialog).toMatchTextContent('Review');
  await expect.element(more).not.toBeInTheDocument();
  expect(portal.count('GET api/pairings/p1/preview?after=1.c')).toBe(1);
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

/** An event in Exchange that two bookings may be. */
function ambiguous(): Ambiguity[] {
  const event = { title: 'Jour fixe', start: NOW, allDay: false, location: '', choice: null, chosen: null };
  const first = { ...event, linkId: 'l1', description: 'First agenda' };
  const second = { ...event, linkId: 'l2', description: null, location: 'Room 2' };
  const told = ({ choice: _, chosen: __, ...rest }: typeof first | typeof second) => rest;
  return [
    {
      ...event,
      linkId: 'e1',
      side: 'exchange',
      description: 'Third agenda',
      candidates: [told(first), told(second)],
    },
    { ...first, side: 'liferay', candidates: [] },
    { ...second, side: 'liferay', candidates: [] },
  ];
}

test('asks which events are the same where several match, and keeps each choice at once', async () => {
  const portal = previewing();
  portal.preview = aPreview({ counts: { setAside: 3 }, ambiguous: 3 });
  portal.ambiguities = { events: ambiguous(), next: null };
  const element = showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog).toMatchTextContent('3 events match several on the other side');
  const inExchange = dialog.getByRole('combobox', { name: /^In Exchange: Jour fixe/ });
  await expect.element(inExchange).toHaveDisplayValue('Decide later: set aside');
  await expect.element(inExchange).toHaveAccessibleDescription('Third agenda');
  await inExchange.selectOptions('Same as in Liferay: Room 2');
  const room = dialog.getByRole('combobox', { name: /^In Liferay: .*Room 2$/ });
  await expect.element(room).toHaveDisplayValue('Same as in Exchange, as chosen there');
  await expect.element(dialog.getByText('Your choice for Jour fixe is kept.')).toBeInTheDocument();
  await expectAccessible(element);
  await room.selectOptions('Leave out: do not copy it');
  await expect.element(inExchange).toHaveDisplayValue('Decide later: set aside');
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => portal.starts).toHaveLength(1);
  expect(portal.toldApart).toEqual([
    { linkId: 'e1', choice: 'link', with: 'l2' },
    { linkId: 'l2', choice: 'leaveOut' },
  ]);
});

test('a read-only pairing offers no copy to Exchange, and what was chosen before is shown', async () => {
  const portal = previewing();
  portal.pairings = [aPairing({ preview: true, status: 'preview', direction: 'toLiferay' })];
  portal.preview = aPreview({ counts: { setAside: 3 }, ambiguous: 3 });
  const [item, ...bookings] = ambiguous();
  if (item === undefined) throw new Error('There is no event.');
  portal.ambiguities = { events: [{ ...item, choice: 'create' }, ...bookings], next: null };
  showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  const inExchange = dialog.getByRole('combobox', { name: /^In Exchange: Jour fixe/ });
  await expect.element(inExchange).toHaveDisplayValue('Another event: copy it to Liferay');
  expect(dialog.getByRole('option', { name: 'Another event: copy it to Exchange' }).query()).toBeNull();
});

test('a choice that the service does not take is said, and nothing is started on the strength of it', async () => {
  const portal = previewing();
  portal.preview = aPreview({ counts: { setAside: 3 }, ambiguous: 3 });
  portal.ambiguities = { events: ambiguous(), next: null };
  portal.fail('POST api/pairings/p1/ambiguities', 'internalError');
  showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: /^In Exchange/ }).selectOptions('Leave out: do not copy it');
  await expect.element(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect.element(page.getByRole('alert').first()).toBeVisible();
  expect(portal.starts).toEqual([]);
});

test('a preview that is still being made is read again until it is complete, and then stays as it is', async () => {
  const portal = previewing();
  portal.preview = aPreview({ complete: false });
  showConnector();
  await page.getByRole('button', { name: 'Preview and start' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog).toMatchTextContent('Both calendars are being looked through');
  portal.preview = aPreview({ counts: { createLiferay: 7 } });
  await expect.element(dialog).toMatchTextContent('7 events: added to Liferay');
  await expect.element(dialog.getByText('Both calendars are being looked through')).not.toBeInTheDocument();
  const reads = portal.count('GET api/pairings/p1/preview');
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect(portal.count('GET api/pairings/p1/preview')).toBe(reads);
});
