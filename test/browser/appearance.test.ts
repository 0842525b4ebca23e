/** Narrow screens, both languages, forced colours and reduced motion: what people see who need them. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { clearPage, expectAccessible, showConnector } from './element.ts';
import { aPairing, FakePortal, NOW } from './fake-portal.ts';

afterEach(async () => {
  clearPage();
  await page.viewport(1280, 900);
});

/** A page on which much is to be seen, with long names. */
function busyPortal(languageId: string): FakePortal {
  const portal = new FakePortal({ languageId });
  const name = 'Donaudampfschifffahrtsgesellschaftskapitänskalender';
  portal.exchangeCalendars = portal.exchangeCalendars.map((each) => ({
    ...each,
    name: `${each.name} ${name}`,
  }));
  const first = [{ linkId: 'a', title: name, reason: 'recurrenceNotExpressible', detail: null, since: NOW }];
  portal.pairings = [
    aPairing({ status: 'firstSync', progress: { done: 10, total: 90 }, exchangeCalendarName: name }),
    aPairing({
      id: 'p2',
      preview: true,
      status: 'preview',
      liferayCalendarName: name,
      liferayCalendarId: '9',
    }),
    aPairing({ id: 'p3', problems: { parked: 1, held: 0, first }, liferayCalendarId: '8' }),
    aPairing({ id: 'p4', status: 'paused', reason: 'mailboxFull', liferayCalendarId: '7' }),
  ];
  return portal;
}

test.each(['en_US', 'it_IT'])(
  'at 320 px in %s nothing is cut off and nothing scrolls sideways',
  async (languageId) => {
    await page.viewport(320, 900);
    busyPortal(languageId);
    const element = showConnector();
    await expect.element(page.getByRole('article').nth(3)).toBeVisible();
    for (const name of [/^(Settings|Impostazioni)$/, /^(History|Cronologia)$/]) {
      await page.getByRole('button', { name }).first().click();
      await expectNoOverflow(element);
    }
    await page.getByRole('button', { name: /^(Pair calendars|Collega calendari)$/ }).click();
    const dialog = page.getByRole('dialog');
    await expect.element(dialog).toBeVisible();
    expect(dialog.element().scrollWidth).toBeLessThanOrEqual(dialog.element().clientWidth);
    await expectAccessible(element);
  },
);

async function expectNoOverflow(element: HTMLElement): Promise<void> {
  const cut = [...element.querySelectorAll('*')].filter(
    (each) =>
      each.getBoundingClientRect().right > 320 && each.closest('.table-responsive, .sr-only') === null,
  );
  expect(cut.map(({ tagName, className }) => `${tagName} ${className}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
}

test('every state is told by a word, not by colour alone', async () => {
  busyPortal('en_US');
  showConnector();
  await expect.element(page.getByRole('article').nth(3)).toBeVisible();
  const words = [...document.querySelectorAll('.label')].map(({ textContent }) => textContent.trim());
  expect(words).toEqual(['First sync', 'Preview', 'In step', 'Paused']);
});
