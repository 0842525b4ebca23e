/** How people look at what a pairing would do, decide about it and start it. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Ambiguity } from '#shared/ambiguities.ts';
import type { Proposal } from '#shared/api.ts';
import { clearPage, expectAccessible, readOut, showConnector, tabTo } from './element.ts';
import { aMeeting, aPairing, aPreview, FakePortal, NOW } from './fake-portal.ts';

afterEach(() => {
  clearPage();
  vi.useRealTimers();
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
