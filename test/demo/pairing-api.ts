/** The pairing API as the element in the browser calls it, with the token of one person. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { ExchangeCalendars, LiferayCalendar, Pairing, Pairings } from '#shared/api.ts';

const FIRST_SYNC_LIMIT_MS = 120_000;
const POLL_MS = 250;

export class PairingApi {
  readonly #origin: string;
  readonly #token: string;

  constructor(origin: string, token: string) {
    this.#origin = origin;
    this.#token = token;
  }

  async createLiferayCalendar(name: string, zone: string): Promise<void> {
    v.parse(LiferayCalendar, await this.#send('POST', '/api/liferay-calendars', { name, zone }));
  }

  /** The person's default Exchange calendar with this Liferay calendar, in both directions. */
  async pair(liferayCalendarId: string): Promise<void> {
    const exchangeCalendarId = await this.#standard('/api/exchange-calendars');
    const wanted = { exchangeCalendarId, liferayCalendarId, direction: 'both' };
    v.parse(Pairing, await this.#send('POST', '/api/pairings', wanted));
  }

  /** A mailbox of a site that the person administers with the calendar of one of the site's resources. */
  async attach(siteId: string, mailbox: string, liferayCalendarId: string): Promise<void> {
    const site = `/api/sites/${siteId}`;
    const exchangeCalendarId = await this.#standard(`${site}/mailboxes/${mailbox}/exchange-calendars`);
    const wanted = { mailbox, exchangeCalendarId, liferayCalendarId, direction: 'both' };
    v.parse(Pairing, await this.#send('POST', `${site}/pairings`, wanted));
  }

  async #standard(path: string): Promise<string> {
    const { calendars } = v.parse(ExchangeCalendars, await this.#send('GET', path));
    const standard = calendars.find(({ isDefault }) => isDefault);
    if (standard === undefined) throw new Error('The mailbox has no default calendar.');
    return standard.id;
  }

  /** Waits until the pairing says so. @throws Error with what it says instead, after a limit */
  async inStep(): Promise<void> {
    const limit = performance.now() + FIRST_SYNC_LIMIT_MS;
    let last = 'nothing';
    while (performance.now() < limit) {
      const { pairings } = v.parse(Pairings, await this.#send('GET', '/api/pairings'));
      const [pairing] = pairings;
      if (pairing?.status === 'inStep') {
        const { parked, held, first } = pairing.problems;
        if (parked + held > 0) throw new Error(`Events were set aside: ${JSON.stringify(first)}`);
        return;
      }
      last = `${pairing?.status} ${pairing?.reason ?? ''} ${pairing?.reasonDetail ?? ''}`;
      await sleep(POLL_MS);
    }
    throw new Error(`The pairing is not in step but ${last}`);
  }

  async #send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#origin + path, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
