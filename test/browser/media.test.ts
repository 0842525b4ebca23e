/** The main states of the page with forced colours and with reduced motion, as Chromium emulates them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, showConnector } from './element.ts';
import { aMailbox, anEntry, FakeDomain, showPanel } from './fake-domain.ts';
import { aDomain, FakeDomains } from './fake-domains.ts';
import { anEntry as aChange, aMeeting, aPairing, aPreview, FakePortal, ME, NOW } from './fake-portal.ts';

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
  await page.viewport(1280, 900);
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

const FEATURES = {
  'forced colours': { 'forced-colors': 'active' },
  'reduced motion': { 'prefers-reduced-motion': 'reduce' },
} as const;
const EACH = Object.keys(FEATURES).flatMap((feature) =>
  ['en_US', 'it_IT'].flatMap((languageId) =>
    [320, 1280].map((width) => ({ feature: feature as keyof typeof FEATURES, languageId, width })),
  ),
);

describe.each(EACH)('with $feature, in $languageId, at $width px', ({ feature, languageId, width }) => {
  beforeEach(async () => {
    await emulate(FEATURES[feature]);
    await page.viewport(width, 900);
    const { pairings } = portal;
    portal = new FakePortal({ languageId });
    portal.pairings = pairings;
  });

  const press = (name: RegExp) => page.getByRole('button', { name }).first().click();

  test('what people see of their own calendars breaks no rule of axe', async () => {
    const first = [
      { linkId: 'a', title: 'Offsite', reason: 'recurrenceNotExpressible', detail: null, since: NOW },
    ];
    const change = { kind: 'delete', side: 'liferay', since: NOW, decision: 'waiting' } as const;
    portal.held = { held: [{ ...change, linkId: 'c', title: 'Budget' }], next: null, now: NOW };
    portal.history = { entries: [aChange({ id: 'c1', title: 'Standup' })], next: null };
    portal.preview = aPreview({ invitations: { meetings: 1, first: [aMeeting()], mark: 'm' } });
    portal.pairings = [
      ...portal.pairings,
      aPairing({ id: 'p5', problems: { parked: 1, held: 1, first } }),
      aPairing({ id: 'p6', preview: true, status: 'preview' }),
    ];
    const element = showConnector();
    await expect.element(page.getByRole('article').nth(5)).toBeVisible();
    await expect.element(page.getByText('Budget')).toBeVisible();
    await expectAccessible(element);
    await press(/^(History|Cronologia)$/);
    await expect.element(page.getByText('Standup')).toBeVisible();
    await expectAccessible(element);
    await press(/^(Settings|Impostazioni)$/);
    await expectAccessible(element);
    for (const opens of [/^(Preview and start|Anteprima e avvio)$/, /^(Unpair|Scollega)$/]) {
      await press(opens);
      await expect.element(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(element);
      await userEvent.keyboard('{Escape}');
      await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    }
    await press(/^(Pair|Collega)/);
    await expect.element(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(element);
  });

  test('what administrators see breaks no rule of axe', async () => {
    portal.me = { ...ME, administers: 'portal' };
    portal.sites = [{ id: '7', name: 'Headquarters' }];
    portal.mailboxes = ['room.roma@example.com', 'beamer@example.com'];
    const domains = new FakeDomains();
    domains.domains = [
      aDomain({ addressRule: 'approve' }),
      aDomain({ id: 'd2', name: 'Works', state: 'paused' }),
    ];
    domains.releases = [{ siteId: '7', kind: 'pattern', value: 'room-*@example.com', origin: 'api' }];
    portal.below = domains;
    const element = showConnector();
    await press(/^(Rooms and equipment|Sale e attrezzature)$/);
    await expect.element(page.getByRole('row', { name: /beamer/ })).toBeVisible();
    await expectAccessible(element);
    await press(/^(Domains|Domini)$/);
    await expect.element(page.getByRole('row', { name: /Works/ })).toBeVisible();
    await expectAccessible(element);
    await press(/^Head office$/);
    for (const tab of [
      /^(Settings|Impostazioni)$/,
      /^(Released for sites|Concesse ai siti)$/,
      /^(Approvals|Approvazioni)$/,
    ]) {
      await press(tab);
      await expect.element(page.getByRole('heading', { level: 4 }).first()).toBeVisible();
      await expectAccessible(element);
    }
    await press(/^(Test connection|Prova il collegamento)$/);
    await expect.element(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(element);
  });

  test('what they see of mailboxes, figures and the record breaks no rule of axe', async () => {
    const domain = new FakeDomain();
    domain.mailboxes = [aMailbox('anna'), aMailbox('bert', { state: 'failing', reason: 'mailboxFull' })];
    domain.copies = { liferay: 12, exchange: 4, meetings: 1 };
    domain.entries = [anEntry('1', { action: 'domain.mailboxes.pause 12' })];
    const language = languageId.slice(0, 2);
    const panel = showPanel('exchange-domain-mailboxes', domain, language);
    await expect.element(page.getByRole('row', { name: /bert/ })).toBeVisible();
    await page.getByRole('checkbox').first().click({ force: true });
    await expectAccessible(panel);
    for (const opens of [/^(Set interval|Imposta intervallo)$/, /^(Unpair|Scollega)$/]) {
      await press(opens);
      await expect.element(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(panel);
      await userEvent.keyboard('{Escape}');
    }
    await page.getByRole('button', { name: /anna@/ }).click();
    await expect.element(page.getByRole('heading', { level: 5 }).first()).toBeVisible();
    await expectAccessible(panel);
    const activity = showPanel('exchange-domain-activity', domain, language);
    await expect.element(page.getByRole('figure').nth(2)).toBeVisible();
    await expect.element(page.getByRole('row').nth(1)).toBeVisible();
    await expectAccessible(activity);
  });
});
