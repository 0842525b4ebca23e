/**
 * `<exchange-calendar-mine>`: the calendars of the signed-in person. Those that are paired, each with how it does; and
 * what is not paired yet, in Exchange beside Liferay.
 */
import { initialState, Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ExchangeCalendar, LiferayCalendar, Me, Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert, failureAlert, staleAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { Command } from './command.ts';
import { icon, leadingIcon } from './icon.ts';
import { PairingCard, type PairingEvent } from './pairing-card.ts';
import { markPaired } from './pairing-choice.ts';
import { type MadeEvent, PairingForm, type Preset } from './pairing-form.ts';
import { PairingList } from './pairing-list.ts';

export class MyCalendars extends LitElement {
  static override properties = {
    api: { attribute: false },
    me: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    hasAsked: { state: true },
  };
  declare api: ApiClient;
  declare me: Me;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Whether the approval of the own mailbox was asked for just now. */
  declare hasAsked: boolean;

  readonly #asking = new Command<'ask'>(this);
  readonly #list = new PairingList(this, () => this.api);
  readonly #calendars = new Task(this, {
    task: async ([api, me]) => {
      if (me.mailbox === null) return initialState;
      const [exchange, liferay] = await Promise.all([api.exchangeCalendars(), api.liferayCalendars()]);
      return { exchange, liferay };
    },
    args: () => [this.api, this.me] as const,
  });

  constructor() {
    super();
    this.hasAsked = false;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override firstUpdated(): void {
    this.#list.start();
  }

  override render(): TemplateResult {
    return html`${this.#mailboxRefusal()} ${this.#paired()}
    ${this.me.mailbox === null ? nothing : this.#unpaired()}`;
  }

  #mailboxRefusal(): TemplateResult | typeof nothing {
    const { me, texts, spritemap } = this;
    if (me.mailbox !== null) return nothing;
    const { title, action } = reasonText(texts, me.mailboxReason ?? '');
    return alert({
      kind: 'warning',
      title,
      spritemap,
      body: html`${action}
        ${me.emailAddress === '' ? nothing : html`<div class="exchange-connector-detail">${me.emailAddress}</div>`}
        ${me.mailboxReason === 'approvalNeeded' ? this.#approval() : nothing}`,
    });
  }

  /** In a domain whose administrators approve each mailbox. */
  #approval(): TemplateResult {
    const { ui } = this.texts;
    const { failure, running } = this.#asking;
    return html`<div class="alert-footer">
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-busy=${running === undefined ? nothing : 'true'}
          @click=${this.#askApproval}
        >
          ${ui.askApproval}
        </button>
        <p role="status">${this.hasAsked ? ui.approvalAsked : ''}</p>
      </div>
      ${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}`;
  }

  readonly #askApproval = async (): Promise<void> => {
    await this.#asking.run('ask', () => this.api.askApproval());
    this.hasAsked = this.#asking.failure === undefined;
  };

  #paired(): TemplateResult {
    const { texts } = this;
    const { pairings } = this.#list;
    return html`<section class="sheet-section" @exchange-calendar-pairing=${this.#onPairingEvent}>
      <div class="exchange-connector-head">
        <h3 class="sheet-subtitle exchange-connector-paired" tabindex="-1">${texts.ui.pairedHeading}</h3>
        ${pairings === undefined || pairings.length === 0 ? nothing : this.#pairButton('btn-sm btn-secondary')}
      </div>
      ${this.#stale()} ${pairings === undefined ? this.#noListYet() : nothing}
      ${pairings?.length === 0 ? this.#empty() : nothing}
      ${pairings !== undefined && pairings.length > 0 ? this.#cards(pairings) : nothing}
    </section>`;
  }

  #stale(): TemplateResult | typeof nothing {
    const { failure, pairings } = this.#list;
    return failure === undefined || pairings === undefined
      ? nothing
      : staleAlert(this.texts, failure, this.spritemap);
  }

  #empty(): TemplateResult {
    const { ui } = this.texts;
    const { mailbox } = this.me;
    return html`<div class="exchange-connector-empty">
      <span class="sticker sticker-xl sticker-secondary">${icon('calendar', this.spritemap)}</span>
      <p class="c-empty-state-title">${ui.noPairings}</p>
      ${
        mailbox === null
          ? nothing
          : html`<p class="c-empty-state-text">${ui.mailboxFound(mailbox)}</p>
            ${this.#pairButton('btn-primary')}`
      }
    </div>`;
  }

  /** Where there is something to choose from. */
  #pairButton(look: string): TemplateResult | typeof nothing {
    const calendars = this.#calendars.value;
    if (calendars === undefined || calendars.exchange.length === 0) return nothing;
    const { liferay } = calendars;
    const isFull = this.#marked(calendars).liferay.every(({ pairingId }) => pairingId !== null);
    if (isFull && liferay.some(({ ownerKind }) => ownerKind === 'user')) return nothing;
    return html`<button type="button" class="btn ${look}" aria-haspopup="dialog" @click=${() => this.#openForm({})}>
      ${leadingIcon('plus', this.spritemap)}${this.texts.ui.pairCalendars}
    </button>`;
  }

  #cards(pairings: readonly Pairing[]): TemplateResult {
    const nowMs = this.#list.nowMs();
    const exchange = this.#calendars.value?.exchange ?? [];
    return html`<ul class="list-group exchange-connector-list">
      ${repeat(
        pairings,
        ({ id }) => id,
        (pairing) => html`<li class="list-group-item">
          <exchange-calendar-pairing
            .api=${this.api}
            .pairing=${pairing}
            .texts=${this.texts}
            .nowMs=${nowMs}
            .spritemap=${this.spritemap}
            .canWrite=${exchange.find(({ id }) => id === pairing.exchangeCalendarId)?.canWrite ?? true}
          ></exchange-calendar-pairing>
        </li>`,
      )}
    </ul>`;
  }

  #noListYet(): TemplateResult {
    return this.#list.failure === undefined
      ? html`<p role="status">${this.texts.ui.loading}</p>`
      : failureAlert(this.texts, this.#list.failure, this.spritemap, () => this.#list.now());
  }

  #unpaired(): TemplateResult {
    const { texts } = this;
    const lists = (): TemplateResult => this.#lists();
    return html`<section class="sheet-section" @exchange-calendar-made=${this.#onMade}>
      ${this.#isAllPaired ? nothing : html`<h3 class="sheet-subtitle">${texts.ui.unpairedHeading}</h3>`}
      ${this.#calendars.render({
        initial: () => html`<p role="status">${texts.ui.loading}</p>`,
        pending: lists,
        complete: lists,
        error: (error) =>
          failureAlert(texts, toApiFailure(error), this.spritemap, () => void this.#calendars.run()),
      })}
    </section>`;
  }

  /** Nothing is left to pair, on either side: nobody has to read that. */
  get #isAllPaired(): boolean {
    const calendars = this.#calendars.value;
    if (calendars === undefined) return false;
    const { exchange, liferay } = this.#marked(calendars);
    return [exchange, liferay].every(
      (side) => side.length > 0 && side.every(({ pairingId }) => pairingId !== null),
    );
  }

  #lists(): TemplateResult {
    const { texts, me } = this;
    const { ui } = texts;
    const calendars = this.#calendars.value;
    if (calendars === undefined) return html`<p role="status">${ui.loading}</p>`;
    const { exchange, liferay } = this.#marked(calendars);
    return html`${
      this.#isAllPaired
        ? nothing
        : html`<div class="exchange-connector-sides">
          ${this.#side(ui.exchange, exchange, ui.noExchangeCalendars, (exchangeId) => ({ exchangeId }))}
          ${this.#side(ui.liferay, liferay, ui.noOwnCalendar, (liferayId) => ({ liferayId }))}
        </div>`
    }
      <exchange-calendar-pairing-form
        .api=${this.api}
        .texts=${texts}
        .spritemap=${this.spritemap}
        .userName=${me.name.trim() === '' ? me.emailAddress : me.name}
        .usualWindow=${me.usualWindow}
        .exchangeCalendars=${exchange}
        .liferayCalendars=${liferay}
        .pairings=${this.#list.pairings ?? []}
      ></exchange-calendar-pairing-form>`;
  }

  #marked({ exchange, liferay }: Calendars): Calendars {
    const pairings = this.#list.pairings ?? [];
    return {
      exchange: markPaired(exchange, 'exchangeCalendarId', pairings),
      liferay: markPaired(liferay, 'liferayCalendarId', pairings),
    };
  }

  #side(
    name: string,
    calendars: readonly (ExchangeCalendar | LiferayCalendar)[],
    none: string,
    preset: (id: string) => Preset,
  ): TemplateResult {
    const { ui } = this.texts;
    const free = calendars.filter(({ pairingId }) => pairingId === null);
    const row = (calendar: ExchangeCalendar | LiferayCalendar): TemplateResult => {
      const isReadOnly = 'canWrite' in calendar && !calendar.canWrite;
      return html`<li class="list-group-item list-group-item-flex">
        <span class="autofit-col-expand">${isReadOnly ? ui.readOnly(calendar.name) : calendar.name}</span>
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-haspopup="dialog"
          aria-label=${ui.pairNamed(calendar.name)}
          @click=${() => this.#openForm(preset(calendar.id))}
        >
          ${ui.pair}
        </button>
      </li>`;
    };
    return html`<div>
      <h4 class="exchange-connector-side">${name}</h4>
      ${
        free.length === 0
          ? html`<p>${calendars.length === 0 ? none : ui.allPaired}</p>`
          : html`<ul class="list-group">
            ${free.map(row)}
          </ul>`
      }
    </div>`;
  }

  #openForm(preset: Preset): void {
    const form = this.querySelector('exchange-calendar-pairing-form');
    if (form instanceof PairingForm) void form.open(preset);
  }

  readonly #onPairingEvent = async (event: PairingEvent): Promise<void> => {
    this.#list.take(event);
    if (event.outcome.kind !== 'unpaired') return;
    void this.#calendars.run();
    await this.updateComplete;
    this.querySelector<HTMLElement>('.exchange-connector-paired')?.focus();
  };

  readonly #onMade = async ({ made }: MadeEvent): Promise<void> => {
    const { ui } = this.texts;
    if (made.kind === 'calendar') {
      this.#list.announce(ui.announceCreated(made.calendar.name));
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
    this.#list.announce(announce(pairing.exchangeCalendarName, pairing.liferayCalendarName));
    this.#list.add(pairing);
    void this.#calendars.run();
    await this.updateComplete;
    const cards = [...this.querySelectorAll('exchange-calendar-pairing')].filter(
      (card) => card instanceof PairingCard,
    );
    const card = cards.find((candidate) => candidate.pairing.id === pairing.id);
    await card?.updateComplete;
    card?.greet();
  };
}

interface Calendars {
  readonly exchange: readonly ExchangeCalendar[];
  readonly liferay: readonly LiferayCalendar[];
}
