/** What administrators of an Exchange domain see of its mailboxes, its activity and its record, and what they do there. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { clearPage, expectAccessible, tabTo } from './element.ts';
import { aMailbox, anActivity, anEntry, FakeDomain, showPanel } from './fake-domain.ts';
import { NOW } from './fake-portal.ts';

let domain: FakeDomain;
beforeEach(() => {
  domain = new FakeDomain();
});
afterEach(async () => {
  vi.restoreAllMocks();
  clearPage();
  await page.viewport(1280, 900);
});

const readOut = page.getByRole('log');
const status = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const addresses = () =>
  page
    .getByRole('rowheader')
    .elements()
    .map(({ textContent }) => textContent);

/** `user-01` to as many, of which each tenth is paused and each seventh fails. */
function many(count: number) {
  return Array.from({ length: count }, (_, n) =>
    aMailbox(`user-${String(n + 1).padStart(2, '0')}`, {
      ...(n % 10 === 9 ? { state: 'paused', reason: 'pausedByAdministrator' } : {}),
      ...(n % 7 === 6 ? { state: 'failing', reason: 'mailboxFull', setAside: 3 } : {}),
    }),
  );
}

async function showMailboxes(language?: string): Promise<HTMLElement> {
  const element = showPanel('exchange-domain-mailboxes', domain, language);
  await expect.element(page.getByRole('table')).toBeVisible();
  return element;
}

describe('the mailboxes of a domain', () => {
  test('stand in a table with how they do and why, and are sorted and paged by the service', async () => {
    domain.mailboxes = many(60);
    const element = await showMailboxes();
    await expect.element(status('1 to 25 of 60 mailboxes')).toBeVisible();
    await expect
      .element(
        page.getByRole('row', {
          name: /user-07.*User 20101.*Failing.*The mailbox is full.*3 events set aside.*30 seconds.*1 minute ago.*in 20 seconds/,
        }),
      )
      .toBeVisible();
    await expectAccessible(element);

    await button('Next').click();
    await expect.element(status('26 to 50 of 60 mailboxes')).toBeVisible();
    await button('Next').click();
    await expect.element(status('51 to 60 of 60 mailboxes')).toBeVisible();
    await expect.element(button('Next')).toHaveAttribute('aria-disabled', 'true');
    await button('Previous').click();
    await expect.element(status('26 to 50 of 60 mailboxes')).toBeVisible();
    expect(addresses()[0]).toBe('user-26@example.com');

    const mailbox = page.getByRole('columnheader', { name: 'Mailbox' });
    await mailbox.getByRole('button').click();
    await expect.element(mailbox).toHaveAttribute('aria-sort', 'descending');
    await expect.poll(() => addresses()[0]).toBe('user-60@example.com');
    expect(domain.asked).toMatchObject({ sort: 'address', order: 'descending', limit: '25' });
    expect(domain.asked['after']).toBeUndefined();
  });

  test('are searched and filtered by the service, by what there is', async () => {
    domain.mailboxes = many(60);
    const element = await showMailboxes();
    await page.getByLabelText('Reason', { exact: true }).selectOptions('The mailbox is full. (8)');
    await expect.element(status('1 to 8 of 8 mailboxes')).toBeVisible();
    await page.getByLabelText('State', { exact: true }).selectOptions('Paused');
    await expect.element(status('No mailbox matches.')).toBeVisible();
    await page.getByLabelText('Reason', { exact: true }).selectOptions('Any');
    await page.getByLabelText('Search addresses').fill('USER-2');
    await expect.element(status('1 to 1 of 1 mailbox')).toBeVisible();
    expect(domain.asked).toMatchObject({ search: 'USER-2', state: 'paused' });
    await expectAccessible(element);
  });

  test('are paused, many at once on several pages, after a question; the result is read out', async () => {
    domain.mailboxes = many(60);
    const element = await showMailboxes();
    await tabTo('checkbox', 'Select all on this page');
    await userEvent.keyboard(' ');
    await expect.element(status('25 selected')).toBeVisible();
    await tabTo('button', 'Next');
    await userEvent.keyboard('{Enter}');
    await expect.element(status('26 to 50 of 60 mailboxes')).toBeVisible();
    await tabTo('checkbox', 'Select user-26@example.com');
    await userEvent.keyboard(' ');
    await expect.element(status('26 selected')).toBeVisible();
    await tabTo('button', 'Pause');
    await userEvent.keyboard('{Enter}');
    const dialog = page.getByRole('dialog', { name: 'Pause mailboxes' });
    await expect.element(dialog.getByText(/Pause 26 mailboxes\?/)).toBeVisible();
    await expect.element(dialog.getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await expectAccessible(element);
    await userEvent.keyboard('{Tab}{Enter}');
    await expect.element(readOut).toMatchTextContent('26 mailboxes are paused.');
    await expect.element(status('0 selected')).toBeVisible();
    expect(domain.acts).toHaveLength(1);
    expect(domain.mailboxes.filter(({ state }) => state === 'paused').length).toBeGreaterThanOrEqual(26);
  });

  test('are acted on wherever they fit, without naming those that nobody has seen', async () => {
    domain.mailboxes = many(60);
    await showMailboxes();
    await page.getByLabelText('State', { exact: true }).selectOptions('In order');
    await expect.element(status('1 to 25 of 46 mailboxes')).toBeVisible();
    await button('Select all 46 that match').click();
    await button('Sync now').click();
    await expect.element(readOut).toMatchTextContent('46 mailboxes have been looked at.');
    expect(domain.acts).toEqual([{ action: 'sync', which: { search: '', state: 'active' } }]);
  });

  test('that are synchronised show how far that is, and say when it is done', async () => {
    domain.mailboxes = many(3);
    domain.pending = [2, 1, 1];
    const element = await showMailboxes();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click({ force: true });
    await button('Sync now').click();
    await expect.element(readOut).toMatchTextContent('3 mailboxes will be synchronised as soon as possible.');
    const progress = page.getByRole('progressbar');
    await expect.element(progress).toHaveAttribute('aria-valuetext', '1 of 3 done');
    await expectAccessible(element);
    await expect.element(progress).toHaveAttribute('aria-valuetext', '2 of 3 done');
    domain.pending = [0];
    await expect.element(readOut).toMatchTextContent('3 mailboxes have been looked at.');
    await expect.element(progress).not.toBeInTheDocument();
    expect(domain.asked['since']).toBeUndefined();
  });

  test.each([
    [
      'en',
      {
        all: 'Select all on this page',
        open: 'Set interval',
        title: 'Interval of the mailboxes',
        save: 'Save',
      },
      {
        every: 'Look for changes every',
        done: '3 mailboxes have the new interval.',
        row: '5 minutes, of its own',
      },
    ],
    [
      'it',
      {
        ...{ all: 'Seleziona tutte in questa pagina', open: 'Imposta intervallo' },
        ...{ title: 'Intervallo delle caselle', save: 'Salva' },
      },
      {
        ...{ every: 'Cerca modifiche ogni', done: '3 caselle hanno il nuovo intervallo.' },
        row: '5 minuti, proprio',
      },
    ],
  ])('in “%s” get another interval, many at once, with the keyboard alone', async (language, names, said) => {
    domain.mailboxes = many(3);
    const element = await showMailboxes(language);
    await tabTo('checkbox', names.all);
    await userEvent.keyboard(' ');
    await tabTo('button', names.open);
    await userEvent.keyboard('{Enter}');
    const dialog = page.getByRole('dialog', { name: names.title });
    const every = dialog.getByLabelText(said.every);
    await expect.element(every).toHaveFocus();
    await expectAccessible(element);
    await page.viewport(320, 900);
    await expectAccessible(element);
    expect(dialog.element().scrollWidth).toBeLessThanOrEqual(dialog.element().clientWidth);
    await page.viewport(1280, 900);
    for (let press = 0; press < 5; press++) await userEvent.keyboard('{ArrowDown}');
    await tabTo('button', names.save);
    await userEvent.keyboard('{Enter}');
    await expect.element(readOut).toMatchTextContent(said.done);
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(button(names.open)).toHaveFocus();
    expect(domain.acts).toEqual([
      { action: 'interval', which: { ids: ['user-01', 'user-02', 'user-03'] }, intervalSeconds: 300 },
    ]);
    await expect.element(page.getByText(said.row).nth(2)).toBeVisible();

    // What the domain says again: what is chosen first, whatever was chosen last.
    await tabTo('checkbox', names.all);
    await userEvent.keyboard(' ');
    await tabTo('button', names.open);
    await userEvent.keyboard('{Enter}');
    await tabTo('button', names.save);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => domain.acts.at(-1)).toMatchObject({ action: 'interval', intervalSeconds: null });
    await expect.poll(() => page.getByText(said.row).elements()).toEqual([]);
  });

  test.each([
    [
      'en',
      { all: 'Select all on this page', unpair: 'Unpair', title: 'Unpair mailboxes' },
      {
        ...{ question: /Unpair 3 mailboxes\?/, keep: 'Keep everything as it is' },
        ...{ remove: 'Remove 36 copies from Liferay', stay: /3 meetings stay in Exchange/ },
        kept: '3 mailboxes are no longer paired.',
        removed: '3 mailboxes: the copies are being removed from Liferay, and then the pairings end.',
      },
    ],
    [
      'it',
      { all: 'Seleziona tutte in questa pagina', unpair: 'Scollega', title: 'Scollega le caselle' },
      {
        ...{ question: /Scollegare 3 caselle\?/, keep: 'Lascia tutto com’è' },
        ...{ remove: 'Rimuovi 36 copie da Liferay', stay: /3 riunioni restano in Exchange/ },
        kept: '3 caselle non sono più collegate.',
        removed: '3 caselle: le copie vengono rimosse da Liferay, poi i collegamenti finiscono.',
      },
    ],
  ])(
    'in “%s” are unpaired, many at once, and what becomes of the copies is chosen with their number',
    async (language, names, said) => {
      domain.mailboxes = many(3);
      domain.copies = { liferay: 12, exchange: 4, meetings: 1 };
      const element = await showMailboxes(language);
      const dialog = page.getByRole('dialog', { name: names.title });
      const ask = async (): Promise<void> => {
        await tabTo('checkbox', names.all);
        await userEvent.keyboard(' ');
        await tabTo('button', names.unpair);
        await userEvent.keyboard('{Enter}');
        await expect.element(dialog.getByRole('radio', { name: said.keep })).toBeChecked();
      };
      await ask();
      await expect.element(dialog).toMatchTextContent(said.question);
      await expect.element(dialog).toMatchTextContent(said.stay);
      await expectAccessible(element);
      await page.viewport(320, 900);
      await expectAccessible(element);
      expect(dialog.element().scrollWidth).toBeLessThanOrEqual(dialog.element().clientWidth);
      await page.viewport(1280, 900);

      const remove = dialog.getByRole('radio', { name: said.remove });
      await userEvent.keyboard('{Shift>}{Tab}{/Shift}{ArrowDown}');
      await expect.element(remove).toHaveFocus();
      // There are more by now: nothing is done, and it can be asked again.
      domain.copies = { ...domain.copies, liferay: 13 };
      await userEvent.keyboard('{Tab}{Tab}{Enter}');
      await expect.element(page.getByRole('alert')).toBeVisible();
      expect(addresses()).toHaveLength(3);
      domain.copies = { ...domain.copies, liferay: 12 };
      await tabTo('button', names.unpair);
      await userEvent.keyboard('{Enter}');
      await expect.element(dialog.getByRole('radio', { name: said.keep })).toBeChecked();
      await userEvent.keyboard('{Shift>}{Tab}{/Shift}{ArrowDown}{Tab}{Tab}{Enter}');
      await expect.element(readOut).toMatchTextContent(said.removed);
      expect(page.getByRole('alert').query()).toBeNull();
      const ids = ['user-01', 'user-02', 'user-03'];
      expect(domain.acts.at(-1)).toEqual({ action: 'unpair', which: { ids }, copies: 'liferay', count: 36 });

      await ask();
      await userEvent.keyboard('{Tab}{Enter}');
      await expect.element(readOut).toMatchTextContent(said.kept);
      expect(domain.acts.at(-1)).toEqual({ action: 'unpair', which: { ids }, copies: 'keep' });
      await expect.poll(() => addresses()).toEqual([]);
      await expect.element(button(names.unpair)).toHaveFocus();
    },
  );

  test('are not unpaired while the question is closed again, and copies that cannot be counted stay', async () => {
    domain.mailboxes = many(1);
    domain.fail('POST mailboxes/copies', 'internalError');
    const element = await showMailboxes();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click({ force: true });
    await button('Unpair').click();
    const dialog = page.getByRole('dialog', { name: 'Unpair mailboxes' });
    await expect.element(dialog.getByRole('alert')).toBeVisible();
    await expect.element(dialog).toMatchTextContent('Nothing is deleted.');
    await expectAccessible(element);
    domain.copies = { liferay: 1, exchange: 0, meetings: 0 };
    domain.fail('POST mailboxes/copies', null);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect.element(dialog.getByRole('radio', { name: 'Remove 1 copy from Liferay' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(status('1 selected')).toBeVisible();
    expect(domain.acts).toEqual([]);
  });

  test('keep the focus near while all that fit are chosen, and chosen no longer', async () => {
    domain.mailboxes = many(60);
    await showMailboxes();
    await tabTo('button', 'Select all 60 that match');
    await userEvent.keyboard('{Enter}');
    await expect.element(status('60 selected')).toBeVisible();
    await expect.element(button('Clear selection')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(status('0 selected')).toBeVisible();
    await expect.element(button('Select all 60 that match')).toHaveFocus();
  });

  test('stay selected where an act fails, with the reason', async () => {
    domain.mailboxes = many(2);
    await showMailboxes();
    await page.getByRole('checkbox', { name: 'Select user-01@example.com' }).click({ force: true });
    domain.fail('POST mailboxes', 'domainUnknown');
    await button('Resume').click();
    await expect.element(page.getByRole('alert')).toBeVisible();
    await expect.element(status('1 selected')).toBeVisible();
    domain.fail('POST mailboxes', null);
    await button('Resume').click();
    await expect.element(readOut).toMatchTextContent('1 mailbox: what was paused by administrators goes on.');
    expect(page.getByRole('alert').query()).toBeNull();
  });

  test('are told one by one, with what to do, and have settings of their own', async () => {
    domain.mailboxes = [aMailbox('anna', { state: 'failing', reason: 'mailboxFull', setAside: 3 })];
    domain.detail = {
      reasonDetail: 'ErrorQuotaExceeded',
      attempts: 4,
      pairings: [
        {
          ...{
            id: 'p1',
            exchangeCalendarName: 'Calendar',
            liferayCalendarName: 'Anna Berg',
            direction: 'both',
          },
          ...{ status: 'waiting', paused: false, reason: 'mailboxFull', events: 412, setAside: 3, held: 0 },
        },
      ],
      problems: [{ reason: 'recurrenceNotExpressible', events: 3 }],
      runs: [{ at: NOW - 3_600_000, created: 2, updated: 0, deleted: 0, failed: 3, reason: null }],
    };
    const element = await showMailboxes();
    const details = button('Details of anna@example.com');
    await details.click();
    await expect.element(details).toHaveAttribute('aria-expanded', 'true');
    const card = page.getByRole('cell').filter({ hasText: 'Settings of this mailbox' });
    await expect.element(card).toMatchTextContent(/The mailbox is full\..*Delete or archive/s);
    await expect.element(card).toMatchTextContent(/4 attempts failed in a row.*ErrorQuotaExceeded/s);
    await expect
      .element(card)
      .toMatchTextContent(/Calendar and Anna Berg, both ways.*412 events, 3 events set aside/s);
    await expect.element(card).toMatchTextContent(/1 hour ago: 2 added, 3 failed/);
    await expectAccessible(element);

    await card.getByLabelText('Look for changes every').selectOptions('5 minutes');
    await page.getByLabelText('Name towards Exchange').fill('anna@corp.example');
    await button('Save').click();
    await expect.element(readOut).toMatchTextContent('The settings of anna@example.com are saved.');
    expect(domain.patches).toEqual([['anna', { intervalSeconds: 300, actAs: 'anna@corp.example' }]]);
  });

  test('are saved as a file, of what is looked for', async () => {
    domain.mailboxes = many(3);
    const saved = savedFiles();
    await showMailboxes();
    await page.getByLabelText('Search addresses').fill('user-02');
    await button('Download as CSV').click();
    await expect.poll(() => saved).toEqual(['mailboxes.csv text/csv']);
    expect(domain.files[0]).toMatch(/^GET mailboxes\.csv\?.*search=user-02/);
  });

  test('say so where there are none, and where the service fails', async () => {
    domain.fail('GET mailboxes', 'domainUnknown');
    showPanel('exchange-domain-mailboxes', domain);
    await expect.element(page.getByRole('alert')).toBeVisible();
    domain.fail('GET mailboxes', null);
    await button('Try again').click();
    await expect.element(page.getByText('No mailbox of this domain is paired yet.')).toBeVisible();
  });
});

describe('the activity of a domain', () => {
  async function showActivity(language?: string): Promise<HTMLElement> {
    const element = showPanel('exchange-domain-activity', domain, language);
    await expect.element(page.getByRole('figure').nth(2)).toBeVisible();
    return element;
  }

  test('is drawn, summed up in words, and in a table; by the hour or the day', async () => {
    domain.activity = anActivity();
    const element = await showActivity();
    const changes = page.getByRole('figure').first();
    await expect.element(changes).toMatchTextContent(/Changes written.*921 in all; most, \d+, at/s);
    expect(document.querySelectorAll('figure')[0]?.querySelectorAll('svg g')).toHaveLength(24);
    await expect.element(page.getByText('6 runs')).toBeVisible();
    await expectAccessible(element);
    await page.getByText('Figures of the charts').click();
    await expect.element(page.getByRole('row', { name: /7 7 69 0 0$/ })).toBeVisible();
    await expectAccessible(element);

    await page.getByLabelText('Time').selectOptions('Last 30 days');
    await expect
      .poll(() => document.querySelectorAll('figure')[0]?.querySelectorAll('svg g').length)
      .toBe(30);
    const asked = new URLSearchParams(
      domain.requests.findLast((request) => request.startsWith('GET activity'))?.replace(/^.*\?/, ''),
    );
    expect(asked.get('span')).toBe('month');
    expect(asked.get('zone')).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  test('where nothing was done is said to be nothing', async () => {
    const { parts } = anActivity();
    const none = { runs: 0, exchange: 0, liferay: 0, failedRuns: 0, failedEvents: 0 };
    domain.activity = {
      ...anActivity(),
      parts: parts.map(({ start }) => ({ start, ...none })),
      failures: [],
    };
    await showActivity();
    expect(page.getByText('Nothing in this time.').elements()).toHaveLength(3);
    expect(page.getByText('Failures by reason').query()).toBeNull();
  });

  test('goes with the record: who did what, part by part, and as a file', async () => {
    domain.entries = [
      anEntry('1', { action: 'domain.mailboxes.pause', subject: 'd1/m1', mailbox: 'anna@example.com' }),
      anEntry('2', { action: 'domain.change name signIn' }),
      anEntry('3', { action: 'mailbox.approved', subject: '20101/bert@example.com', userId: 'service-key' }),
    ];
    domain.auditPage = 2;
    const saved = savedFiles();
    const element = await showActivity();
    await expect
      .element(page.getByRole('row', { name: /User 20505 Paused: anna@example\.com\./ }))
      .toBeVisible();
    await expect
      .element(page.getByRole('row', { name: /Changed the domain: name and sign-in\./ }))
      .toBeVisible();
    await button('Show more').click();
    await expect.element(status('3 entries shown')).toBeVisible();
    await expect
      .element(
        page.getByRole('row', {
          name: /Bearer of the service key Approved bert@example\.com for User 20101\./,
        }),
      )
      .toBeVisible();
    expect(button('Show more').query()).toBeNull();
    await expectAccessible(element);
    await button('Download the record as CSV').click();
    await expect.poll(() => saved).toEqual(['audit.csv text/csv']);
  });

  test('that cannot be read says why, and is asked for again', async () => {
    domain.fail('GET activity', 'domainUnknown');
    showPanel('exchange-domain-activity', domain);
    await expect.element(page.getByRole('alert')).toBeVisible();
    domain.fail('GET activity', null);
    await button('Try again').click();
    await expect.element(page.getByRole('figure').first()).toBeVisible();
  });
});

test.each([
  ['en', 'Mailboxes', 'Activity'],
  ['it', 'Caselle', 'Attività'],
])(
  'at 320 px in “%s” both panels read, and only tables scroll sideways',
  async (language, mailboxes, activity) => {
    await page.viewport(320, 900);
    domain.mailboxes = [
      aMailbox('donaudampfschifffahrtsgesellschaftskapitaen', { state: 'failing', reason: 'mailboxFull' }),
      ...many(30),
    ];
    const first = await showMailboxes(language);
    await expect.element(page.getByRole('heading', { name: mailboxes, exact: true })).toBeVisible();
    expectNoOverflow(first);
    await expectAccessible(first);
    await page.getByRole('button', { name: /(Details of|Dettagli di) donau/ }).click();
    const card = page.getByRole('heading', { level: 4 });
    await expect.element(card).toBeVisible();
    // However far the table is scrolled to the button, the details are seen from edge to edge.
    const { left, right } = card.element().getBoundingClientRect();
    expect([left >= 0, right <= 320]).toEqual([true, true]);
    domain.entries = [
      anEntry('1', { action: 'domain.mailboxes.pause search=donaudampfschifffahrtsgesellschaft' }),
    ];
    const second = showPanel('exchange-domain-activity', domain, language);
    await expect.element(page.getByRole('heading', { name: activity, exact: true })).toBeVisible();
    await expect.element(page.getByRole('figure').nth(2)).toBeVisible();
    expectNoOverflow(second);
    await expectAccessible(second);
  },
);

function expectNoOverflow(element: HTMLElement): void {
  const cut = [...element.querySelectorAll('*')].filter(
    (each) =>
      each.getBoundingClientRect().right > 320 && each.closest('.table-responsive, .sr-only, svg') === null,
  );
  expect(cut.map(({ tagName, className }) => `${tagName} ${className}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
}

/** Names and types of what is given to the browser to be saved, in place of saving it. */
function savedFiles(): string[] {
  const saved: string[] = [];
  let type = '';
  vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
    type = file instanceof Blob ? file.type : '';
    return '#';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(`${this.download} ${type}`);
  });
  return saved;
}
