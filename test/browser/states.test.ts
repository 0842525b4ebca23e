/** What people read in each state of the page, and that each is accessible. */
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { clearPage, expectAccessible, openForm, showConnector } from './element.ts';
import { aMeeting, anEntry, aPairing, aPreview, FakePortal, NOW } from './fake-portal.ts';

afterEach(() => {
  clearPage();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('says that it is loading until the service has answered', async () => {
  const portal = new FakePortal();
  portal.hold('GET api/me');
  const element = showConnector();
  await expect.element(page.getByText('Loading…')).toBeVisible();
  await expectAccessible(element);
  portal.release('GET api/me');
  await expect.element(page.getByText('Mailbox anna@example.com')).toBeVisible();
});

test('asks a guest to sign in and asks the service nothing', async () => {
  const portal = new FakePortal({ signedIn: false });
  const element = showConnector();
  const link = page.getByRole('link', { name: 'Sign in to pair your calendars.' });
  await expect.element(link).toHaveAttribute('href', '/c/portal/login');
  expect(portal.requests).toEqual([]);
  await expectAccessible(element);
});

test('outside a portal page everybody is a guest', async () => {
  globalThis.Liferay = undefined;
  showConnector();
  await expect.element(page.getByText('You are not signed in.')).toBeVisible();
});

test('explains a failure in plain words, with the reference for the log, and tries again on request', async () => {
  const portal = new FakePortal();
  portal.fail('GET api/me', 'internalError');
  const element = showConnector();
  const alert = page.getByRole('alert');
  await expect.element(alert).toMatchTextContent('The service has a fault.');
  await expect.element(alert).toMatchTextContent('Reference: req-7');
  await expectAccessible(element);
  portal.recover('GET api/me');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('Mailbox anna@example.com')).toBeVisible();
});

test('says so when the OAuth application is not deployed', async () => {
  new FakePortal();
  showConnector().setAttribute('service-erc', 'no-such-application');
  await expect
    .element(page.getByRole('alert'))
    .toMatchTextContent('The connector is not fully installed in this Liferay.');
});

test('asks a service that did not answer again by itself, and shows the failure until it does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const portal = new FakePortal();
  portal.fail('GET api/me', 'internalError');
  showConnector();
  const alert = page.getByRole('alert');
  await expect.element(alert).toBeVisible();
  await vi.advanceTimersByTimeAsync(30_000);
  await expect.poll(() => portal.count('GET api/me')).toBe(2);
  await expect.element(alert).toBeVisible();
  portal.recover('GET api/me');
  await vi.advanceTimersByTimeAsync(30_000);
  await expect.element(page.getByText('Mailbox anna@example.com')).toBeVisible();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(portal.count('GET api/me')).toBe(3);
});

test('says that one is offline while the last poll failed for that', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  portal.fail('GET api/pairings', 'internalError');
  await vi.advanceTimersByTimeAsync(60_000);
  await expect.element(page.getByText('You are offline.')).toBeVisible();
  online.mockReturnValue(true);
  portal.recover('GET api/pairings');
  dispatchEvent(new Event('online'));
  await expect.element(page.getByText('You are offline.')).not.toBeInTheDocument();
});

test('uses the page’s import map where the portal has no global OAuth client any more', async () => {
  new FakePortal();
  Object.assign(globalThis, { oauth2ForTest: globalThis.Liferay?.OAuth2Client });
  const module = 'export const FromUserAgentApplication = (c) => oauth2ForTest.FromUserAgentApplication(c);';
  const map = document.createElement('script');
  map.type = 'importmap';
  map.textContent = JSON.stringify({
    imports: { '@liferay/oauth2-provider-web/client': `data:text/javascript,${encodeURIComponent(module)}` },
  });
  document.head.append(map);
  const { OAuth2Client: _, ...withoutGlobal } = globalThis.Liferay ?? {};
  globalThis.Liferay = withoutGlobal;
  showConnector();
  await expect.element(page.getByText('Mailbox anna@example.com')).toBeVisible();
});

test('tells why a mailbox is not accepted and offers no pairing', async () => {
  const portal = new FakePortal();
  portal.me = { ...portal.me, mailbox: null, mailboxReason: 'addressNotVerified' };
  const element = showConnector();
  await expect
    .element(page.getByText('Your e-mail address has not been confirmed in Liferay.'))
    .toBeVisible();
  expect(page.getByRole('button', { name: 'Pair', exact: true }).query()).toBeNull();
  expect(portal.count('GET api/exchange-calendars')).toBe(0);
  await expectAccessible(element);
});

test('with no pairing yet, offers one’s own main calendars and never a site’s', async () => {
  const portal = new FakePortal();
  const element = showConnector();
  await expect.element(page.getByText('No calendars are paired yet.')).toBeVisible();
  await expect.element(page.getByText(/Your Exchange mailbox anna@example.com was found/)).toBeVisible();
  await expectAccessible(element);
  await openForm();
  await expect.element(page.getByLabelText('Exchange calendar')).toHaveDisplayValue('Calendar');
  await expect.element(page.getByLabelText('Liferay calendar')).toHaveDisplayValue('Anna Berg');
  await expectAccessible(element);
  portal.liferayCalendars = portal.liferayCalendars.filter(({ ownerKind }) => ownerKind === 'site');
  showConnector();
  await openForm();
  await expect.element(page.getByLabelText('Liferay calendar')).toHaveDisplayValue('Choose a calendar');
});

test('lists what is not paired as long as there is any, and nothing after that', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.exchangeCalendars = portal.exchangeCalendars.slice(0, 1);
  const own = portal.liferayCalendars.filter(({ ownerKind }) => ownerKind === 'user');
  const spare = { id: '999', name: 'Spare', zone: 'Europe/Rome', isDefault: false };
  portal.liferayCalendars = [...own, { ...spare, ownerKind: 'user', pairingId: null }];
  showConnector();
  const heading = page.getByRole('heading', { name: 'Not paired' });
  await expect.element(heading).toBeVisible();
  await expect.element(page.getByText('Spare').first()).toBeVisible();
  portal.liferayCalendars = own;
  const element = showConnector();
  await expect.element(page.getByRole('article')).toBeVisible();
  await expect.element(heading).not.toBeInTheDocument();
  await expectAccessible(element);
});

test('shows a pairing in step: both names, what the last run did, when it looks again', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  const element = showConnector();
  const card = page.getByRole('article', { name: /Calendar.*in both directions with.*Anna Berg/ });
  await expect.element(card).toMatchTextContent('Both calendars are in step.');
  await expect.element(card).toMatchTextContent('Last changes 3 minutes ago: 2 added, 1 changed.');
  await expect.element(card).toMatchTextContent('Next check in 20 seconds.');
  expect(page.getByRole('progressbar').query()).toBeNull();
  await expectAccessible(element);
});

test('shows the first sync as a progress bar with counts, and without a value until they are known', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing({ status: 'starting', lastRunAt: null, lastResult: null })];
  const element = showConnector();
  const bar = page.getByRole('progressbar', { name: 'First sync' });
  await expect.element(bar).toHaveAttribute('aria-valuetext', 'Counting events…');
  await expect.element(bar).not.toHaveAttribute('aria-valuenow');
  portal.pairings = [aPairing({ status: 'firstSync', progress: { done: 1204, total: 3120 } })];
  await expect.element(bar).toHaveAttribute('aria-valuenow', '1204');
  await expect.element(bar).toHaveAttribute('aria-valuemax', '3120');
  await expect.element(page.getByText('1,204 of 3,120 events')).toBeVisible();
  await expectAccessible(element);
});

test('lists events that were set aside with what to do, and what is held back', async () => {
  const portal = new FakePortal();
  const first = [
    { linkId: 'a', title: 'Offsite', reason: 'recurrenceNotExpressible', detail: null, since: NOW },
    { linkId: 'b', title: null, reason: 'aReasonOfANewerService', detail: 'code 17', since: null },
  ];
  portal.pairings = [aPairing({ problems: { parked: 3, held: 12, first } })];
  const change = { kind: 'delete', side: 'liferay', since: NOW, decision: 'waiting' } as const;
  portal.held = { held: [{ ...change, linkId: 'c', title: 'Budget' }], next: '1.c', now: NOW };
  const element = showConnector();
  await expect.element(page.getByText('3 events could not be copied.')).toBeVisible();
  const items = page.getByRole('article').getByRole('listitem');
  await expect.element(items.nth(0)).toMatchTextContent('Offsite: The other calendar has no way to repeat');
  await expect.element(items.nth(1)).toMatchTextContent('(no title): Something went wrong.');
  await expect.element(items.nth(1)).toMatchTextContent('Details: code 17');
  await expect.element(items.nth(2)).toMatchTextContent('And 1 more.');
  await expect.element(page.getByText('12 changes are held back.')).toBeVisible();
  await expect.element(items.nth(3)).toMatchTextContent('Budget: to be removed from Liferay');
  await expect.element(items.nth(4)).toMatchTextContent('And 11 more.');
  await expectAccessible(element);
});

test('tells why a pairing is paused', async () => {
  const portal = new FakePortal();
  portal.pairings = [
    aPairing({ status: 'paused', reason: 'portalAccessLost', reasonDetail: 'calendar 301' }),
  ];
  const element = showConnector();
  const card = page.getByRole('article');
  await expect
    .element(card)
    .toMatchTextContent('The connector may not manage this Liferay calendar any more.');
  await expect.element(card).toMatchTextContent('Details: calendar 301');
  await expectAccessible(element);
});

test('opens and closes the history of a pairing, run by run', async () => {
  const portal = new FakePortal();
  portal.pairings = [aPairing()];
  portal.history = {
    entries: [
      anEntry({ id: 'c1', kind: 'create', title: 'Standup', hasBefore: false, runId: 'r2' }),
      anEntry({
        ...{ id: 'c2', at: NOW - 190_000, side: 'exchange', kind: 'lost', title: null },
        fields: ['when', 'exceptions'],
      }),
    ],
    next: null,
  };
  const element = showConnector();
  const button = page.getByRole('button', { name: 'History' });
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
  expect(portal.count('GET api/pairings/p1/history')).toBe(0);
  await button.click();
  const items = page.getByRole('list', { name: 'History' }).getByRole('listitem');
  await expect.element(items.nth(1)).toMatchTextContent('Added to Liferay: Standup');
  await expect
    .element(items.nth(3))
    .toMatchTextContent(/Change in Exchange gave way \(time and changed occurrences\): \(no title\)/);
  await expectAccessible(element);
  await button.click();
  await expect.element(page.getByRole('list', { name: 'History' })).not.toBeInTheDocument();
});

test('asks in Italian too whether Exchange shall invite', async () => {
  const portal = new FakePortal({ languageId: 'it_IT' });
  portal.pairings = [aPairing({ preview: true, status: 'preview' })];
  portal.preview = aPreview({ invitations: { meetings: 1, first: [aMeeting()], mark: 'm' } });
  const element = showConnector();
  await page.getByRole('button', { name: 'Anteprima e avvio' }).click();
  const question = page.getByRole('group', {
    name: 'Exchange deve invitare le persone alla riunione trovata in Liferay?',
  });
  await expect.element(question).toMatchTextContent('1 persona');
  await expect.element(question.getByRole('radio', { name: 'Lascia senza partecipanti' })).toBeChecked();
  await expect.element(question.getByRole('radio', { name: 'Invia gli inviti' })).not.toBeChecked();
  await expectAccessible(element);
});

test('speaks Italian where Liferay does', async () => {
  const portal = new FakePortal({ languageId: 'it_IT' });
  portal.pairings = [aPairing()];
  const element = showConnector();
  await expect.element(page.getByRole('heading', { name: 'Calendari di Exchange' })).toBeVisible();
  const card = page.getByRole('article', { name: /nelle due direzioni con/ });
  await expect.element(card).toMatchTextContent('Ultime modifiche 3 minuti fa: 2 aggiunti, 1 modificati.');
  await expect.element(page.getByRole('button', { name: 'Sincronizza ora' })).toBeVisible();
  expect(element.querySelector('[lang]')?.getAttribute('lang')).toBe('it-IT');
  await expectAccessible(element);
});
