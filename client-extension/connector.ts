/**
 * `<exchange-calendar-connector>`: the page on which people pair the Exchange calendars of their mailbox with
 * their Liferay calendars. Renders into the page itself, not a shadow root, so that Liferay's theme dresses it.
 *
 * Attribute `service-erc`: external reference code of the OAuth user agent application whose home page is the
 * service. Default `exchange-connector-oauth-application-user-agent`; with another one, the application has to be
 * deployed under that code.
 */
import { initialState, Task } from '@lit/task';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Me, Pairing } from '#shared/api.ts';
import { reasonText, type Texts, textsFor } from '#shared/texts/index.ts';
import { alert, failureAlert } from './alerts.ts';
import { announcement } from './announcements.ts';
import { ApiClient, type ApiFailure, toApiFailure } from './api-client.ts';
import { type Portal, readPortal } from './liferay.ts';
import { PairingCard, type PairingEvent } from './pairing-card.ts';
import { markPaired } from './pairing-choice.ts';
import { type MadeEvent, PairingForm } from './pairing-form.ts';
import { pollPauseMs } from './poll-pause.ts';
import { Pulse } from './pulse.ts';

/** How often "in 20 seconds" is put right between two polls. */
const CLOCK_TICK_MS = 5_000;

const SERVICE_ERC = 'exchange-connector-oauth-application-user-agent';

interface Account {
  readonly api: ApiClient;
  readonly me: Me;
}

export class ExchangeCalendarConnector extends LitElement {
  static override properties = {
    serviceErc: { attribute: 'service-erc' },
    portal: { state: true },
    account: { state: true },
    texts: { state: true },
    pairings: { state: true },
    refreshFailure: { state: true },
    announced: { state: true },
  };
  declare serviceErc: string;
  declare portal: Portal;
  declare texts: Texts;
  /** Undefined until the service said who is signed in. */
  declare account: Account | undefined;
  /** Undefined until they were read once. */
  declare pairings: readonly Pairing[] | undefined;
  /** Of the last poll. */
  declare refreshFailure: ApiFailure | undefined;
  declare announced: string;

  /** The service's clock minus the browser's, which may be wrong by hours. */
  #clockOffsetMs = 0;
  /** Each refresh and each change by the reader counts; an answer that is older than a change is dropped. */
  #refreshes = 0;

  readonly #opening = new Task(this, {
    task: async ([serviceErc, signedIn]): Promise<Account | typeof initialState> => {
      if (!signedIn) return initialState;
      const api = await ApiClient.connect(serviceErc);
      return { api, me: await api.me() };
    },
    args: () => [this.serviceErc, this.portal.signedIn, this.portal.userId] as const,
    onComplete: (account) => {
      this.account = account;
      this.#polling.start();
    },
  });

  readonly #calendars = new Task(this, {
    task: async ([account]) => {
      if (account === undefined || account.me.mailbox === null) return initialState;
      const [exchange, liferay] = await Promise.all([
        account.api.exchangeCalendars(),
        account.api.liferayCalendars(),
      ]);
      return { exchange, liferay };
    },
    args: () => [this.account] as const,
  });

  readonly #polling = new Pulse(this, {
    work: () => this.#refresh(),
    intervalMs: () => pollPauseMs(this.pairings ?? [], this.#nowMs()),
  });

  readonly #clock = new Pulse(this, {
    work: () => this.requestUpdate(),
    intervalMs: () => CLOCK_TICK_MS,
  });

  constructor() {
    super();
    this.serviceErc = SERVICE_ERC;
    this.portal = readPortal();
    this.texts = textsFor(this.portal.languageId);
    this.announced = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    const portal = readPortal();
    if (portal.userId !== this.portal.userId) this.#forget();
    this.portal = portal;
    this.texts = textsFor(portal.languageId);
    super.connectedCallback();
    this.#clock.start();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('serviceErc') && changed.get('serviceErc') !== undefined) this.#forget();
  }

  override render(): TemplateResult {
    const { ui, locale } = this.texts;
    return html`<div class="sheet exchange-connector" lang=${locale}>
      <div class="sr-only" role="status" aria-live="polite">${this.announced}</div>
      ${
        this.portal.signedIn
          ? this.#opening.render({
              initial: () => this.#loading(),
              pending: () => this.#loading(),
              complete: (account) => this.#page(account),
              error: (error) => html`${this.#header()}
                ${failureAlert(this.texts, toApiFailure(error), this.portal.spritemap, () => void this.#opening.run())}`,
            })
          : html`${this.#header()}
            ${alert({
              kind: 'info',
              title: ui.signInTitle,
              spritemap: this.portal.spritemap,
              body: html`<a class="alert-link" href=${this.portal.signInUrl} data-senna-off="true">${ui.signInAction}</a>`,
            })}`
      }
    </div>`;
  }

  #loading(): TemplateResult {
    return html`${this.#header()}
      <p class="exchange-connector-loading" role="status">
        <span class="loading-animation-squares loading-animation-primary loading-animation-sm" aria-hidden="true"></span>
        ${this.texts.ui.loading}
      </p>`;
  }

  #header(me?: Me): TemplateResult {
    const { ui } = this.texts;
    return html`<div class="sheet-header">
      <h2 class="sheet-title">${ui.heading}</h2>
      ${me === undefined || me.mailbox === null ? nothing : html`<div class="sheet-text">${ui.mailbox(me.mailbox)}</div>`}
    </div>`;
  }

  #page(account: Account): TemplateResult {
    return html`${this.#header(account.me)} ${this.#mailboxRefusal(account.me)} ${this.#list(account)}
      ${account.me.mailbox === null ? nothing : this.#newPairing(account)}`;
  }

  #mailboxRefusal(me: Me): TemplateResult | typeof nothing {
    if (me.mailbox !== null) return nothing;
    const { title, action } = reasonText(this.texts, me.mailboxReason ?? '');
    return alert({
      kind: 'warning',
      title,
      spritemap: this.portal.spritemap,
      body: html`${action}
        ${me.emailAddress === '' ? nothing : html`<div class="exchange-connector-detail">${me.emailAddress}</div>`}`,
    });
  }

  #list({ api }: Account): TemplateResult {
    const { texts, pairings } = this;
    const { spritemap } = this.portal;
    const stale =
      this.refreshFailure === undefined || pairings === undefined
        ? nothing
        : alert({
            kind: 'warning',
            title: reasonText(texts, this.refreshFailure.reason).title,
            body: texts.ui.refreshFailed,
            spritemap,
          });
    return html`<section class="sheet-section" @exchange-calendar-pairing=${this.#onPairingEvent}>
      <h3 class="sheet-subtitle exchange-connector-paired" tabindex="-1">${texts.ui.pairedHeading}</h3>
      ${stale} ${pairings === undefined ? this.#noListYet() : nothing}
      ${pairings?.length === 0 ? html`<p>${texts.ui.noPairings}</p>` : nothing}
      ${pairings !== undefined && pairings.length > 0 ? this.#cards(api, pairings) : nothing}
    </section>`;
  }

  #cards(api: ApiClient, pairings: readonly Pairing[]): TemplateResult {
    const nowMs = this.#nowMs();
    const exchange = this.#calendars.value?.exchange ?? [];
    return html`<ul class="list-group exchange-connector-list">
      ${repeat(
        pairings,
        ({ id }) => id,
        (pairing) => html`<li class="list-group-item">
          <exchange-calendar-pairing
            .api=${api}
            .pairing=${pairing}
            .texts=${this.texts}
            .nowMs=${nowMs}
            .spritemap=${this.portal.spritemap}
            .canWrite=${exchange.find(({ id }) => id === pairing.exchangeCalendarId)?.canWrite ?? true}
          ></exchange-calendar-pairing>
        </li>`,
      )}
    </ul>`;
  }

  #noListYet(): TemplateResult {
    return this.refreshFailure === undefined
      ? html`<p role="status">${this.texts.ui.loading}</p>`
      : failureAlert(this.texts, this.refreshFailure, this.portal.spritemap, () => this.#polling.now());
  }

  #newPairing({ api, me }: Account): TemplateResult {
    const { texts } = this;
    const pairings = this.pairings ?? [];
    const calendars = this.#calendars.value;
    const form =
      calendars === undefined
        ? html`<p role="status">${texts.ui.loading}</p>`
        : html`<exchange-calendar-pairing-form
            .api=${api}
            .texts=${texts}
            .spritemap=${this.portal.spritemap}
            .userName=${me.name.trim() === '' ? me.emailAddress : me.name}
            .exchangeCalendars=${markPaired(calendars.exchange, 'exchangeCalendarId', pairings)}
            .liferayCalendars=${markPaired(calendars.liferay, 'liferayCalendarId', pairings)}
            .pairings=${pairings}
          ></exchange-calendar-pairing-form>`;
    return html`<section class="sheet-section" @exchange-calendar-made=${this.#onMade}>
      <h3 class="sheet-subtitle">${texts.ui.formHeading}</h3>
      <p class="sheet-text">${texts.ui.formText}</p>
      ${this.#calendars.render({
        pending: () => form,
        complete: () => form,
        error: (error) =>
          failureAlert(texts, toApiFailure(error), this.portal.spritemap, () => void this.#calendars.run()),
      })}
    </section>`;
  }

  /** By the service's clock. */
  #nowMs(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  /** Another person, or another service: nothing read so far is theirs. */
  #forget(): void {
    this.#refreshes += 1;
    this.#polling.stop();
    this.account = undefined;
    this.pairings = undefined;
    this.refreshFailure = undefined;
  }

  async #refresh(): Promise<void> {
    const { account } = this;
    if (account === undefined) return;
    this.#refreshes += 1;
    const refresh = this.#refreshes;
    try {
      const { pairings, now } = await account.api.pairings();
      if (refresh !== this.#refreshes) return;
      this.#announce(announcement(this.pairings ?? [], pairings, this.texts));
      this.#clockOffsetMs = now - Date.now();
      this.pairings = pairings;
      this.refreshFailure = undefined;
    } catch (error) {
      if (refresh === this.#refreshes) this.refreshFailure = toApiFailure(error);
    }
  }

  #announce(text: string): void {
    if (text !== '') this.announced = text;
  }

  /** Shows what a change gave at once and drops the answers of polls that began before it. */
  #show(pairings: readonly Pairing[]): void {
    this.#refreshes += 1;
    this.pairings = pairings;
    this.#polling.now();
  }

  readonly #onPairingEvent = async ({ outcome }: PairingEvent): Promise<void> => {
    const pairings = this.pairings ?? [];
    switch (outcome.kind) {
      case 'requested':
        this.#announce(outcome.announcement);
        this.#polling.now();
        return;
      case 'changed':
        this.#show(pairings.map((old) => (old.id === outcome.pairing.id ? outcome.pairing : old)));
        return;
      case 'unpaired': {
        const { id, exchangeCalendarName, liferayCalendarName } = outcome.pairing;
        this.#announce(this.texts.ui.announceUnpaired(exchangeCalendarName, liferayCalendarName));
        this.#show(pairings.filter((old) => old.id !== id));
        void this.#calendars.run();
        await this.updateComplete;
        this.querySelector<HTMLElement>('.exchange-connector-paired')?.focus();
        return;
      }
      default:
        outcome satisfies never;
    }
  };

  readonly #onMade = async ({ made }: MadeEvent): Promise<void> => {
    const { ui } = this.texts;
    if (made.kind === 'calendar') {
      this.#announce(ui.announceCreated(made.calendar.name));
      await this.#calendars.run();
      await this.updateComplete;
      const form = this.querySelector('exchange-calendar-pairing-form');
      if (!(form instanceof PairingForm)) return;
      await form.updateComplete;
      form.focusLiferayCalendar();
      return;
    }
    const { pairing } = made;
    const announce = pairing.preview ? ui.announcePreviewing : ui.announcePaired;
    this.#announce(announce(pairing.exchangeCalendarName, pairing.liferayCalendarName));
    this.#show([...(this.pairings ?? []).filter(({ id }) => id !== pairing.id), pairing]);
    void this.#calendars.run();
    await this.updateComplete;
    const cards = [...this.querySelectorAll('exchange-calendar-pairing')].filter(
      (card) => card instanceof PairingCard,
    );
    const card = cards.find((candidate) => candidate.pairing.id === pairing.id);
    await card?.updateComplete;
    card?.focusHeading();
  };
}
