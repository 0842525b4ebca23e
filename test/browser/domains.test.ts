/** What administrators of Exchange domains and of the portal see of them, and what they do with them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, readOut, showConnector, tabTo } from './element.ts';
import { aDomain, FakeDomains } from './fake-domains.ts';
import { FakePortal, ME } from './fake-portal.ts';

afterEach(async () => {
  clearPage();
  await page.viewport(1280, 900);
});

const field = (name: string) => page.getByLabelText(name, { exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

let portal: FakePortal;
let domains: FakeDomains;
beforeEach(() => open());

function open(administers: 'portal' | 'domains' | null = 'portal', languageId = 'en_US'): void {
  portal = new FakePortal({ languageId });
  portal.me = { ...ME, administers };
  domains = new FakeDomains();
  portal.below = domains;
}

async function openDomains(): Promise<HTMLElement> {
  const element = showConnector();
  await page.getByRole('button', { name: /^Domains|^Domini/ }).click();
  await expect
    .element(page.getByRole('heading', { name: /^Exchange domains|^Domini Exchange/ }))
    .toBeVisible();
  return element;
}

async function openDomain(name = 'Head office'): Promise<HTMLElement> {
  const element = await openDomains();
  await button(name).click();
  await expect.element(page.getByRole('heading', { name })).toHaveFocus();
  return element;
}

test('who administers no domain sees no trace of them, loads nothing and asks for nothing', async () => {
  open(null);
  showConnector();
  await expect.element(page.getByText('No calendars are paired yet.')).toBeVisible();
  expect(page.getByRole('navigation').query()).toBeNull();
  expect(customElements.get('exchange-domains')).toBeUndefined();
  expect(portal.requests.filter((request) => request.includes('domains'))).toEqual([]);
});

test('lists the domains with how they do, and leads to one and back with the keyboard', async () => {
  domains.domains = [
    aDomain(),
    aDomain({ id: 'd2', name: 'Subsidiary', state: 'paused', mailDomains: ['sub.example'] }),
    aDomain({ id: 'd3', name: 'Works', reason: 'signInRefused', reasonDetail: 'HTTP 401' }),
  ];
  const element = await openDomains();
  await expect
    .element(page.getByRole('row', { name: /Head office example.com mail.example.com 3 Active/ }))
    .toBeVisible();
  await expect.element(page.getByRole('row', { name: /Subsidiary.*Paused/ })).toBeVisible();
  await expectAccessible(element);
  await tabTo(button('Works'));
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('heading', { name: 'Works' })).toHaveFocus();
  await expect.element(page.getByText('The other server refused the connector’s sign-in.')).toBeVisible();
  await expectAccessible(element);
  await tabTo(button('All domains'));
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Works')).toHaveFocus();
});

test('creates a domain with the keyboard alone; secrets are sent once and never shown', async () => {
  domains.domains = [];
  const element = await openDomains();
  await tabTo(button('New domain'));
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('heading', { name: 'New domain' })).toHaveFocus();
  await expectAccessible(element);
  await type('Name', 'Subsidiary');
  await type('E-mail domains', 'sub.example\nSub2.example');
  await type('Address of Exchange Web Services', 'https://mail.sub.example/EWS/Exchange.asmx');
  await type('User', 'SUB\\svc');
  await type('Password', 'secret');
  await tabTo(button('Add administrator'));
  await userEvent.keyboard('{Enter}');
  await expect.element(field('Kind')).toHaveFocus();
  await type('User id in Liferay', '20505');
  await tabTo(button('Create domain'));
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('heading', { name: 'Subsidiary' })).toHaveFocus();
  await expect.element(readOut).toMatchTextContent('The domain Subsidiary was created.');
  expect(domains.created).toEqual([
    {
      name: 'Subsidiary',
      mailDomains: ['sub.example', 'sub2.example'],
      administrators: [{ kind: 'user', value: '20505' }],
      reach: { kind: 'url', url: 'https://mail.sub.example/EWS/Exchange.asmx' },
      network: 'public',
      signIn: { kind: 'basic', user: 'SUB\\svc', password: 'secret' },
      acting: 'address',
      onlineProtocol: 'graph',
      addressRule: 'trustPortal',
      intervalSeconds: null,
      maxConcurrent: 8,
    },
  ]);
  await expect.element(page.getByText('A sign-in is set: Basic. It is never shown.')).toBeVisible();
  expect(element.innerHTML).not.toContain('SUB\\svc');
});

test('says at each field what is wrong with it, and goes to the first', async () => {
  domains.domains = [];
  const element = await openDomains();
  await button('New domain').click();
  await field('E-mail domains').fill('https://example.com');
  await field('Mailboxes at the same time').fill('1000');
  await button('Create domain').click();
  await expect.element(field('Name')).toHaveFocus();
  await expect.element(field('Name')).toHaveAccessibleDescription('This field is required.');
  await expect.element(field('E-mail domains')).toHaveAccessibleDescription(/without https/);
  await expect.element(field('Mailboxes at the same time')).toHaveAccessibleDescription(/from 1 to 256/);
  await expect.element(page.getByText('Nothing was saved: 6 fields need another look.')).toBeVisible();
  expect(domains.created).toEqual([]);
  await expectAccessible(element);
});

test.each([
  [
    'invalidRequest',
    'intervalSeconds: this service looks every 15 seconds at the most often.',
    'Seconds between two looks at a mailbox',
    /looks every 15 seconds/,
  ],
  [
    'invalidRequest',
    'reach.url: the address has to begin with https:.',
    'Address of Exchange Web Services',
    /only addresses that begin with https/,
  ],
  ['mailDomainTaken', 'For the log.', 'E-mail domains', /Another Exchange domain has one of these/],
] as const)('shows what the service refuses (%s: %s) at its field', async (reason, detail, name, said) => {
  await openDomain();
  await field('Name').fill('Other');
  portal.fail('PATCH api/domains/d1', reason, detail);
  await button('Save').click();
  await expect.element(field(name)).toHaveFocus();
  await expect.element(field(name)).toHaveAccessibleDescription(said);
});

test('saves only what was changed, and what is not said anew of the sign-in stays', async () => {
  await openDomain();
  await expect.element(button('Save')).toHaveAttribute('aria-disabled', 'true');
  await field('Name').fill('Headquarters');
  await page.getByRole('radio', { name: 'once an administrator has approved it' }).click({ force: true });
  await button('Save').click();
  await expect.element(page.getByText('Saved.')).toBeVisible();
  expect(domains.patches).toEqual([{ name: 'Headquarters', addressRule: 'approve' }]);
  await expect.element(page.getByRole('heading', { name: 'Headquarters' })).toBeVisible();
  await field('Name').fill('Something else');
  await button('Discard changes').click();
  await expect.element(field('Name')).toHaveValue('Headquarters');
  await expect.element(button('Save')).toHaveFocus();
});

test('asks for the sign-in where requests would go to another server, and can go back', async () => {
  const element = await openDomain();
  await field('Address of Exchange Web Services').fill('https://other.example/EWS/Exchange.asmx');
  await button('Save').click();
  await expect.element(button('Replace sign-in')).toHaveFocus();
  await expect.element(button('Replace sign-in')).toHaveAccessibleDescription(/never sent to a server/);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('radio', { name: 'Basic' })).toHaveFocus();
  await page.getByRole('radio', { name: 'OAuth' }).click({ force: true });
  expect(page.getByRole('radio', { name: 'access of its own' }).query()).toBeNull();
  await field('Token address').fill('https://login.microsoftonline.com/t/oauth2/v2.0/token');
  await field('Application (client) id').fill('app');
  await page.getByRole('radio', { name: 'a certificate' }).click({ force: true });
  await field('Certificate (PEM)').fill('-----BEGIN CERTIFICATE-----');
  await field('Private key (PEM)').fill('-----BEGIN PRIVATE KEY-----');
  await expectAccessible(element);
  await button('Save').click();
  await expect.element(page.getByText('A sign-in is set: OAuth. It is never shown.')).toBeVisible();
  expect(domains.patches).toEqual([
    {
      reach: { kind: 'url', url: 'https://other.example/EWS/Exchange.asmx' },
      signIn: {
        kind: 'oauth',
        tokenUrl: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
        clientId: 'app',
        scope: null,
        proof: {
          kind: 'certificate',
          certificate: '-----BEGIN CERTIFICATE-----',
          privateKey: '-----BEGIN PRIVATE KEY-----',
        },
      },
    },
  ]);
  await button('Replace sign-in').click();
  await button('Keep the sign-in as it is').click();
  await expect.element(button('Replace sign-in')).toHaveFocus();
});

test('Autodiscover, private addresses, limits and administrators can be set', async () => {
  await openDomain();
  await page.getByRole('radio', { name: 'Autodiscover finds them' }).click({ force: true });
  await field('Released hosts').fill('example.com');
  await field('Address that is tried first').selectOptions('That for inside the servers’ network');
  await page.getByRole('switch', { name: 'Private addresses may be reached' }).click({ force: true });
  await button('Replace sign-in').click();
  await page.getByRole('radio', { name: 'NTLM' }).click({ force: true });
  await field('User').fill('svc');
  await field('Password').fill('secret');
  await page.getByRole('radio', { name: 'access of its own' }).click({ force: true });
  await field('Seconds between two looks at a mailbox').fill('60');
  await field('Mailboxes at the same time').fill('4');
  await button('Add administrator').click();
  await field('Kind').selectOptions('Role');
  await field('Name of the regular role').fill('Exchange Team');
  await button('Save').click();
  await expect.element(page.getByText('Saved.')).toBeVisible();
  expect(domains.patches).toEqual([
    {
      reach: { kind: 'autodiscover', releasedHosts: ['example.com'], prefer: 'internal' },
      network: 'private',
      signIn: { kind: 'ntlm', user: 'svc', password: 'secret' },
      acting: 'delegate',
      intervalSeconds: 60,
      maxConcurrent: 4,
      administrators: [{ kind: 'role', value: 'Exchange Team' }],
    },
  ]);
  await button('Remove Exchange Team').click();
  await expect.element(button('Add administrator')).toHaveFocus();
});

test('administrators of a domain alone cannot change what reaches beyond it, nor create or delete', async () => {
  open('domains');
  domains.domains = [aDomain({ administrators: [{ kind: 'role', value: 'Exchange Team' }] })];
  const element = await openDomains();
  expect(button('New domain').query()).toBeNull();
  await button('Head office').click();
  await expect.element(page.getByText('Role Exchange Team')).toBeVisible();
  await expect
    .element(page.getByText('Only administrators of the portal can change this.').first())
    .toBeVisible();
  for (const name of ['E-mail domains', 'Kind']) expect(field(name).query()).toBeNull();
  for (const name of ['Delete', 'Add administrator']) expect(button(name).query()).toBeNull();
  await expectAccessible(element);
});

test('what environment variables say is shown with the reason, and the rest can be changed', async () => {
  domains.domains = [aDomain({ origin: 'configuration', network: null, mailDomains: [] })];
  const element = await openDomain();
  await expect
    .element(page.getByText('Environment variables of the service describe this domain.'))
    .toBeVisible();
  await expect.element(page.getByText('https://mail.example.com/EWS/Exchange.asmx')).toBeVisible();
  for (const name of ['Address of Exchange Web Services', 'Mailboxes at the same time'])
    expect(page.getByRole('textbox', { name }).query()).toBeNull();
  expect(button('Replace sign-in').query()).toBeNull();
  await expectAccessible(element);
  await field('Seconds between two looks at a mailbox').fill('30');
  await button('Save').click();
  await expect.element(page.getByText('Saved.')).toBeVisible();
  expect(domains.patches).toEqual([{ intervalSeconds: 30 }]);
});

test('pauses, resumes and deletes, and says what follows', async () => {
  domains.domains = [aDomain({ mailboxes: 0 })];
  const element = await openDomain();
  await button('Pause').click();
  await expect.element(readOut).toMatchTextContent('The domain is paused.');
  await expect.element(page.getByText('This domain is paused.')).toBeVisible();
  await button('Resume').click();
  await expect.element(readOut).toMatchTextContent('The domain goes on.');
  await button('Delete').click();
  const dialog = page.getByRole('dialog', { name: 'Delete the domain “Head office”?' });
  await expect
    .element(dialog)
    .toHaveAccessibleDescription(/sign-in are forgotten.*Nothing changes in Exchange/s);
  await expectAccessible(element);
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Delete')).toHaveFocus();
  await button('Delete').click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect.element(readOut).toMatchTextContent('The domain Head office was deleted.');
  await expect.element(page.getByRole('heading', { name: 'Exchange domains' })).toHaveFocus();
  expect(domains.domains).toEqual([]);
});

test('a domain with mailboxes is not deleted; it can be paused instead', async () => {
  await openDomain();
  await button('Delete').click();
  const dialog = page.getByRole('dialog', { name: '“Head office” cannot be deleted' });
  await expect.element(dialog).toHaveAccessibleDescription(/3 mailboxes of it are paired/);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await expect.element(page.getByText('This domain is paused.')).toBeVisible();
  expect(domains.patches).toEqual([{ state: 'paused' }]);
});

test('tests the connection step by step, with results as they come, reasons and what to do', async () => {
  const element = await openDomain();
  await tabTo(button('Test connection'));
  await userEvent.keyboard('{Enter}');
  const dialog = page.getByRole('dialog', { name: 'Test connection: Head office' });
  await expect.element(dialog.getByRole('heading')).toHaveFocus();
  await expectAccessible(element);
  await type('Mailbox (optional)', 'anna@example.com');
  const writes = dialog.getByRole('switch', { name: 'Write a test item' });
  await expect.element(writes).toHaveAccessibleDescription(/Nobody gets mail/);
  await tabTo(writes);
  await userEvent.keyboard(' ');
  await tabTo(button('Start test'));
  await userEvent.keyboard('{Enter}');
  domains.tell({
    step: 'connect',
    result: 'ok',
    milliseconds: 1_250,
    facts: { place: 'mail.example.com:443' },
  });
  await expect.element(dialog.getByText('The test is running; 1 step is over…')).toBeVisible();
  await expect
    .element(dialog.getByRole('listitem').filter({ hasText: 'Connect' }))
    .toMatchTextContent(/1\.3 sec.*Ok.*mail\.example\.com:443/);
  domains.tell({
    ...{ step: 'signIn', result: 'failed', milliseconds: 40, reason: 'signInRefused' },
    ...{ remedy: 'signInNotOffered', detail: 'HTTP 401', facts: { offered: ['Negotiate'] } },
  });
  domains.tell({ side: 'liferay', step: 'token', result: 'notTried', milliseconds: 0 });
  domains.endTest(false);
  await expect.element(dialog.getByText('1 step failed.')).toBeVisible();
  const failed = dialog.getByRole('listitem').filter({ hasText: 'Sign in' });
  await expect
    .element(failed)
    .toMatchTextContent(
      /40 ms.*Failed.*offers Negotiate.*refused the connector’s sign-in.*Choose one that it offers.*HTTP 401/s,
    );
  await expectAccessible(element);
  expect(domains.tests).toEqual([{ mailbox: 'anna@example.com', write: true }]);
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Test connection')).toHaveFocus();
});

test('a test that is refused, or breaks off, says so', async () => {
  await openDomain();
  await button('Test connection').click();
  const dialog = page.getByRole('dialog');
  portal.fail('POST api/domains/d1/doctor', 'doctorBusy');
  await dialog.getByRole('button', { name: 'Start test' }).click();
  await expect
    .element(dialog.getByRole('alert'))
    .toMatchTextContent('Another connection test looks at the same server.');
  portal.fail('POST api/domains/d1/doctor', 'invalidRequest', 'mailbox: The address is in another domain.');
  await field('Mailbox (optional)').fill('anna@other.example');
  await dialog.getByRole('button', { name: 'Test again' }).click();
  await expect.element(field('Mailbox (optional)')).toHaveFocus();
  await expect.element(field('Mailbox (optional)')).toHaveAccessibleDescription(/not in this domain/);
  portal.recover('POST api/domains/d1/doctor');
  await field('Mailbox (optional)').fill('');
  await dialog.getByRole('button', { name: 'Test again' }).click();
  domains.tell({ step: 'resolve', result: 'ok', milliseconds: 1 });
  domains.endTest(undefined);
  await expect
    .element(dialog.getByRole('alert'))
    .toMatchTextContent('The connector’s service does not answer.');
  expect(dialog.getByRole('listitem').elements()).toHaveLength(1);
});

test('releases rooms by hand and by pattern, and takes them back after asking', async () => {
  portal.sites = [{ id: '20121', name: 'Intranet' }];
  const element = await openDomain();
  await openTab('Released for sites');
  await expect.element(page.getByText('Nothing is released yet.')).toBeVisible();
  await expectAccessible(element);
  await button('Release').click();
  await expect.element(field('Site id')).toHaveFocus();
  await field('Site id').fill('20121');
  await field('Addresses, one a line').fill('Room-1@example.com\nbeamer@example.com');
  await button('Release').click();
  await expect.element(readOut).toMatchTextContent('2 entries are released.');
  await expect
    .element(page.getByRole('row', { name: /room-1@example.com Address Intranet \(20121\)/ }))
    .toBeVisible();
  await page.getByRole('radio', { name: 'Pattern' }).click({ force: true });
  await field('Patterns, one a line').fill('room@example.com');
  await button('Release').click();
  await expect.element(field('Patterns, one a line')).toHaveAccessibleDescription(/with \* before the @/);
  portal.fail('PATCH api/domains/d1/releases', 'invalidRequest', 'add: the address is in another domain.');
  await field('Patterns, one a line').fill('room-*@other.example');
  await button('Release').click();
  await expect.element(field('Patterns, one a line')).toHaveAccessibleDescription(/not in this domain/);
  portal.recover('PATCH api/domains/d1/releases');
  await button('Take back beamer@example.com, Intranet (20121)').click();
  const dialog = page.getByRole('dialog', { name: 'Take beamer@example.com back from Intranet (20121)?' });
  await expect.element(dialog).toHaveAccessibleDescription(/are paused/);
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect.element(readOut).toMatchTextContent('beamer@example.com is taken back.');
  await expect.element(page.getByRole('heading', { name: 'Released for sites' })).toHaveFocus();
  expect(domains.releases).toEqual([
    { siteId: '20121', kind: 'address', value: 'room-1@example.com', origin: 'api' },
  ]);
});

test('room lists are found on the server, chosen, and read anew', async () => {
  domains.roomLists = [{ address: 'rome@example.com', name: 'Rome' }];
  domains.releases = [{ siteId: '7', kind: 'address', value: 'a@example.com', origin: 'configuration' }];
  const element = await openDomain();
  await openTab('Released for sites');
  await expect
    .element(page.getByRole('row', { name: /a@example.com.*Set by environment variables/ }))
    .toBeVisible();
  await field('Site id').fill('7');
  await page.getByRole('radio', { name: 'Room list' }).click({ force: true });
  await button('Find room lists').click();
  await expect.element(page.getByText('1 room list found.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Rome (rome@example.com)' }).click({ force: true });
  await expect.element(field('Addresses of room lists, one a line')).toHaveValue('rome@example.com');
  await expectAccessible(element);
  await button('Release').click();
  await button('Read room lists anew').click();
  await expect.element(page.getByText('The lists have 12 rooms now.')).toBeVisible();
});

test('approves and refuses whose mailbox an address is, where the domain wants that', async () => {
  domains.domains = [aDomain({ addressRule: 'approve' }), aDomain({ id: 'd2', name: 'Other' })];
  domains.requests = [
    {
      userId: '1',
      userName: 'Anna Berg',
      address: 'anna@example.com',
      state: 'waiting',
      askedAt: 0,
      decidedAt: null,
      decidedBy: null,
    },
    {
      userId: '2',
      userName: 'Bert Coe',
      address: 'bert@example.com',
      state: 'approved',
      askedAt: 0,
      decidedAt: 1,
      decidedBy: '9',
    },
  ];
  const element = await openDomain();
  await openTab('Approvals');
  await expect.element(page.getByRole('row', { name: /Anna Berg.*Waiting/ })).toBeVisible();
  expect(button('Approve bert@example.com for Bert Coe').query()).toBeNull();
  await expectAccessible(element);
  await tabTo(button('Approve anna@example.com for Anna Berg'));
  await userEvent.keyboard('{Enter}');
  await expect.element(readOut).toMatchTextContent('The mailbox of Anna Berg is approved.');
  await expect.element(page.getByRole('heading', { name: 'Approvals' })).toHaveFocus();
  await button('Refuse bert@example.com for Bert Coe').click();
  await expect.element(page.getByRole('row', { name: /Bert Coe.*Refused/ })).toBeVisible();
  await button('All domains').click();
  await button('Other').click();
  await expect.element(button('Settings')).toBeVisible();
  expect(button('Approvals').query()).toBeNull();
});

test('who needs an approval asks for it', async () => {
  open(null);
  portal.me = { ...portal.me, mailbox: null, mailboxReason: 'approvalNeeded' };
  showConnector();
  await button('Ask for approval').click();
  await expect
    .element(page.getByText('You have asked for it. The administrators of the domain decide.'))
    .toBeVisible();
  expect(portal.count('POST api/mailbox-request')).toBe(1);
});

test('a domain that somebody else changes is shown as it is, unless one is writing', async () => {
  await openDomain();
  await field('Name').fill('Mine');
  domains.domains = [aDomain({ name: 'Theirs', maxConcurrent: 3 })];
  window.dispatchEvent(new Event('online'));
  await expect.element(page.getByRole('heading', { name: 'Theirs' })).toBeVisible();
  await expect.element(field('Name')).toHaveValue('Mine');
  await button('Discard changes').click();
  await expect.element(field('Name')).toHaveValue('Theirs');
  await expect.element(field('Mailboxes at the same time')).toHaveValue('3');
});

test.each(['en_US', 'it_IT'])('at 320 px in %s nothing is cut off', async (languageId) => {
  await page.viewport(320, 900);
  open('portal', languageId);
  domains.domains = [aDomain({ addressRule: 'approve' })];
  domains.releases = [{ siteId: '7', kind: 'pattern', value: 'room-*@example.com', origin: 'api' }];
  const element = await openDomains();
  expectNoOverflow(element);
  await button('Head office').click();
  await page.getByRole('button', { name: /^(Replace sign-in|Sostituisci le credenziali)$/ }).click();
  await page.getByRole('button', { name: /^(Add administrator|Aggiungi amministratore)$/ }).click();
  expectNoOverflow(element);
  await expectAccessible(element);
  for (const tab of [/^(Released for sites|Concesse ai siti)$/, /^(Approvals|Approvazioni)$/]) {
    await page.getByRole('navigation').last().getByRole('button', { name: tab }).click();
    await expect.element(page.getByRole('heading', { level: 4 }).first()).toBeVisible();
    expectNoOverflow(element);
  }
  await page.getByRole('button', { name: /^(Test connection|Prova il collegamento)$/ }).click();
  const dialog = page.getByRole('dialog').element();
  expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth);
  await expectAccessible(element);
});

function expectNoOverflow(element: HTMLElement): void {
  const cut = [...element.querySelectorAll('*')].filter(
    (each) =>
      each.getBoundingClientRect().right > 320 && each.closest('.table-responsive, .sr-only') === null,
  );
  expect(cut.map(({ tagName, className }) => `${tagName} ${className}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
}

async function openTab(name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Parts of the domain' }).getByRole('button', { name }).click();
}

/** Tabs to the field and fills it in. */
async function type(name: string, text: string): Promise<void> {
  await tabTo(field(name));
  await userEvent.fill(field(name), text);
}
