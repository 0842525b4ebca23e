/** Each view of administrators while it loads, where it cannot be read, where there is nothing, and offline. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { ApiReason } from '#shared/api.ts';
import { clearPage, expectAccessible, showConnector } from './element.ts';
import { aMailbox, FakeDomain, showPanel } from './fake-domain.ts';
import { aDomain, FakeDomains } from './fake-domains.ts';
import { FakePortal, ME } from './fake-portal.ts';

let portal: FakePortal;
let domains: FakeDomains;
let domain: FakeDomain;
beforeEach(() => {
  portal = new FakePortal();
  portal.me = { ...ME, administers: 'portal' };
  portal.sites = [{ id: '7', name: 'Headquarters' }];
  portal.mailboxes = ['beamer@example.com'];
  domains = new FakeDomains();
  domains.domains = [aDomain({ addressRule: 'approve' })];
  domains.releases = [{ siteId: '7', kind: 'address', value: 'beamer@example.com', origin: 'api' }];
  domains.requests = [
    {
      ...{ userId: '20101', userName: 'Anna Berg', address: 'anna@example.com' },
      ...{ state: 'waiting', askedAt: 1, decidedAt: null, decidedBy: null },
    },
  ];
  portal.below = domains;
  domain = new FakeDomain();
  domain.mailboxes = [aMailbox('anna')];
});
afterEach(() => {
  clearPage();
  vi.restoreAllMocks();
});

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const openDomain = async (tab: string): Promise<void> => {
  await press('Domains');
  await press('Head office');
  await press(tab);
};

interface View {
  readonly name: string;
  /** Of the portal's service. */
  readonly request: string;
  readonly open: () => Promise<void>;
  readonly content: RegExp;
  readonly empty: () => void;
  readonly nothing: RegExp;
  /** Asks again by itself, and keeps what it has meanwhile. */
  readonly polls: boolean;
}

const VIEWS: readonly View[] = [
  {
    name: 'rooms and equipment',
    request: 'GET api/sites/7/mailboxes',
    open: () => press('Rooms and equipment'),
    content: /beamer@example\.com/,
    empty: () => {
      portal.mailboxes = [];
    },
    nothing: /No mailbox is released for this site/,
    polls: false,
  },
  {
    name: 'domains',
    request: 'GET api/domains',
    open: () => press('Domains'),
    content: /Head office/,
    empty: () => {
      domains.domains = [];
    },
    nothing: /There is no Exchange domain yet/,
    polls: true,
  },
  {
    name: 'releases of a domain',
    request: 'GET api/domains/d1/releases',
    open: () => openDomain('Released for sites'),
    content: /beamer@example\.com/,
    empty: () => {
      domains.releases = [];
    },
    nothing: /Nothing is released yet/,
    polls: false,
  },
  {
    name: 'approvals of a domain',
    request: 'GET api/domains/d1/requests',
    open: () => openDomain('Approvals'),
    content: /anna@example\.com/,
    empty: () => {
      domains.requests = [];
    },
    nothing: /Nobody has asked for a mailbox yet/,
    polls: true,
  },
];

describe.each(VIEWS)('$name', ({ request, open, content, empty, nothing }) => {
  const row = () => page.getByRole('row', { name: content });

  test('say that they load', async () => {
    portal.hold(request);
    const element = showConnector();
    await open();
    await expect.element(page.getByRole('status').filter({ hasText: 'Loading…' })).toBeVisible();
    await expectAccessible(element);
    portal.release(request);
    await expect.element(row()).toBeVisible();
  });

  test('say why they cannot be read, and are asked for again', async () => {
    portal.fail(request, 'internalError');
    const element = showConnector();
    await open();
    await expect.element(page.getByRole('alert')).toMatchTextContent('The service has a fault.');
    await expectAccessible(element);
    portal.recover(request);
    await press('Try again');
    await expect.element(row()).toBeVisible();
    expect(page.getByRole('alert').query()).toBeNull();
  });

  test('say so where there is nothing', async () => {
    empty();
    const element = showConnector();
    await open();
    await expect.element(page.getByText(nothing)).toBeVisible();
    await expectAccessible(element);
  });
});

describe.each(VIEWS.filter(({ polls }) => polls))('$name', ({ request, open, content }) => {
  test('say that one is offline, and go on when one is back', async () => {
    const element = showConnector();
    await open();
    await expect.element(page.getByRole('row', { name: content })).toBeVisible();
    await whileOffline(
      (reason) => (reason === null ? portal.recover(request) : portal.fail(request, reason)),
      element,
    );
    await expect.element(page.getByRole('row', { name: content })).toBeVisible();
  });
});

describe.each([
  ['exchange-domain-mailboxes', 'GET mailboxes', () => page.getByRole('row', { name: /anna@/ })],
  ['exchange-domain-activity', 'GET activity', () => page.getByRole('figure').first()],
] as const)('%s', (name, request, content) => {
  test('says that it loads', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    domain.until = promise;
    const element = showPanel(name, domain);
    await expect.element(page.getByText('Loading…').first()).toBeVisible();
    await expectAccessible(element);
    resolve();
    await expect.element(content()).toBeVisible();
  });

  test('says that one is offline, and goes on when one is back', async () => {
    const element = showPanel(name, domain);
    await expect.element(content()).toBeVisible();
    await whileOffline((reason) => domain.fail(request, reason), element);
    await expect.element(content()).toBeVisible();
  });
});

/** Every poll fails until it is over; the browser's event asks at once, where people would wait for the next one. */
async function whileOffline(fail: (reason: ApiReason | null) => void, element: HTMLElement): Promise<void> {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  fail('internalError');
  dispatchEvent(new Event('online'));
  await expect.element(page.getByText('You are offline.')).toBeVisible();
  await expectAccessible(element);
  online.mockReturnValue(true);
  fail(null);
  dispatchEvent(new Event('online'));
  await expect.element(page.getByText('You are offline.')).not.toBeInTheDocument();
}
