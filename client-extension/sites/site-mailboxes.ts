/**
 * `<exchange-calendar-site>`: the mailboxes of one site in a table, with the state of each, to search, filter and sort; many
 * can be paired at once, and one managed as anybody's own pairing.
 */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { SiteTexts } from '#shared/texts/sites/dictionary.ts';
import { failureAlert, staleAlert } from '../alerts.ts';
import { type ApiClient, toApiFailure } from '../api-client.ts';
import { checkbox } from '../checkbox.ts';
import { selectField } from '../fields.ts';
import { icon, leadingIcon } from '../icon.ts';
import type { PairingEvent } from '../pairing-card.ts';
import { markPaired } from '../pairing-choice.ts';
import { PairingList } from '../pairing-list.ts';
import { statusLabel } from '../pairing-status.ts';
import { relativeTime } from '../relative-time.ts';
import { AttachDialog, type AttachedEvent } from './attach-dialog.ts';
import { releasedMailboxes } from './site-client.ts';
import {
  type Column,
  type Filter,
  filtered,
  fits,
  type Order,
  ordered,
  releasedAs,
  rowsOf,
  type SiteRow,
  type StateFilter,
} from './site-rows.ts';
import { siteTexts } from './site-texts.ts';

const COLUMNS: readonly Column[] = ['mailbox', 'resource', 'shows', 'state', 'checked'];
const STATES: readonly Pairing['status'][] = [
  'inStep',
  'working',
  'firstSync',
  'preview',
  'unpairing',
  'waiting',
  'paused',
];

let sites = 0;

export class SiteMailboxes extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    filter: { state: true },
    order: { state: true },
    selected: { state: true },
    named: { state: true },
    unfit: { state: true },
    managed: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare spritemap: string | undefined;
  declare filter: Filter;
  declare order: Order;
  /** Addresses that are to be paired. */
  declare selected: ReadonlySet<string>;
  /** Addresses that somebody named because they fit a pattern; the one that fits none. */
  declare named: readonly string[];
  declare unfit: string;
  /** The pairing whose card is unfolded. */
  declare managed: string | undefined;

  readonly #id = `exchange-calendar-site-${++sites}`;
  /** Of this element alone: its properties would be another one with every update of its parent. */
  #siteApi: ApiClient | undefined;
  readonly #list = new PairingList(this, () => this.#own);
  readonly #released = new Task(this, {
    task: async () => {
      const [released, calendars] = await Promise.all([
        releasedMailboxes(this.#own),
        this.#own.liferayCalendars(),
      ]);
      return { released, calendars };
    },
    args: () => [] as const,
  });

  constructor() {
    super();
    this.filter = { text: '', state: 'any' };
    this.order = { column: 'mailbox', descending: false };
    this.selected = new Set();
    this.named = [];
    this.unfit = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override firstUpdated(): void {
    this.#list.start();
  }

  override render(): TemplateResult {
    const { texts } = this;
    const words = siteTexts(texts.locale);
    const loading = (): TemplateResult => html`<p role="status">${texts.ui.loading}</p>`;
    const shown = (): TemplateResult => this.#page(words);
    return html`<section class="sheet-section">
      <h3 class="sheet-subtitle" tabindex="-1">${words.heading}</h3>
      <p class="sheet-text">${words.text}</p>
      ${this.#released.render({
        initial: loading,
        pending: () => (this.#released.value === undefined ? loading() : shown()),
        complete: shown,
        error: (error) =>
          failureAlert(texts, toApiFailure(error), this.spritemap, () => void this.#released.run()),
      })}
    </section>`;
  }

  get #own(): ApiClient {
    this.#siteApi ??= this.api;
    return this.#siteApi;
  }

  #page(words: SiteTexts): TemplateResult {
    const { texts, spritemap } = this;
    const loaded = this.#released.value;
    const { pairings, failure } = this.#list;
    if (loaded === undefined || pairings === undefined) {
      return failure === undefined
        ? html`<p role="status">${texts.ui.loading}</p>`
        : failureAlert(texts, failure, spritemap, () => this.#list.now());
    }
    const { released, calendars } = loaded;
    const listed = released.mailboxes.map(({ address }) => address);
    const all = rowsOf([...new Set([...listed, ...this.named])], pairings);
    const { patterns } = released;
    if (all.length === 0 && patterns.length === 0) return html`<p>${words.nothingReleased}</p>`;
    const rows = ordered(
      filtered(all, this.filter),
      this.order,
      (pairing) => this.#stateName(pairing, words),
      texts.locale,
    );
    return html`${failure === undefined ? nothing : staleAlert(texts, failure, spritemap)} ${this.#bar(words, rows, all)}
      ${patterns.length === 0 ? nothing : this.#patterns(words, patterns)}
      ${rows.length === 0 ? html`<p>${words.nothingFound}</p>` : this.#table(words, rows)}
      <exchange-calendar-attach
        .api=${this.#own}
        .texts=${texts}
        .spritemap=${spritemap}
        .released=${released}
        .calendars=${markPaired(calendars, 'liferayCalendarId', pairings)}
        @exchange-calendar-attached=${this.#onAttached}
      ></exchange-calendar-attach>`;
  }

  /** Mailboxes that fit a pattern no server lists: whoever wants one names it. */
  #patterns(words: SiteTexts, patterns: readonly string[]): TemplateResult {
    const id = `${this.#id}-named`;
    return html`<form class="exchange-connector-fields" novalidate @submit=${this.#name}>
      <div class="form-group">
        <label for=${id}>${words.nameMailbox}</label>
        <input
          class="form-control"
          type="email"
          id=${id}
          autocomplete="off"
          maxlength="320"
          aria-describedby="${id}-text"
          aria-invalid=${this.unfit === '' ? nothing : 'true'}
        />
        <div class="form-text exchange-connector-hint" id="${id}-text">
          ${words.patterns(patterns)}
          ${this.unfit === '' ? nothing : html`<span class="text-danger" role="alert">${words.unfit(this.unfit)}</span>`}
        </div>
      </div>
      <div class="form-group">
        <button type="submit" class="btn btn-sm btn-secondary">${words.addMailbox}</button>
      </div>
    </form>`;
  }

  readonly #name = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>(`#${this.#id}-named`);
    const address = (input?.value ?? '').trim().toLowerCase();
    if (input === null || address === '') return;
    const { patterns = [] } = this.#released.value?.released ?? {};
    this.unfit = patterns.some((pattern) => fits(address, pattern)) ? '' : address;
    if (this.unfit !== '') return;
    this.named = [...new Set([...this.named, address])];
    this.selected = new Set([...this.selected, address]);
    input.value = '';
  };

  #stateName(pairing: Pairing | null, words: SiteTexts): string {
    return pairing === null ? words.notPaired : this.texts.ui.statuses[pairing.status].label;
  }

  #bar(words: SiteTexts, rows: readonly SiteRow[], all: readonly SiteRow[]): TemplateResult {
    const { ui } = this.texts;
    const states: readonly { value: StateFilter; label: string }[] = [
      { value: 'any', label: words.anyState },
      { value: 'problems', label: words.withProblems },
      { value: 'notPaired', label: words.notPaired },
      ...STATES.map((value) => ({ value, label: ui.statuses[value].label })),
    ];
    const search = ({ target }: Event): void => {
      if (target instanceof HTMLInputElement) this.filter = { ...this.filter, text: target.value };
    };
    const count = this.selected.size;
    return html`<div class="exchange-connector-fields">
        <div class="form-group">
          <label for="${this.#id}-search">${words.search}</label>
          <input class="form-control" type="search" id="${this.#id}-search" .value=${this.filter.text} @input=${search} />
        </div>
        ${selectField({
          id: `${this.#id}-state`,
          label: words.state,
          choices: states,
          chosen: this.filter.state,
          change: (state) => {
            this.filter = { ...this.filter, state };
          },
        })}
      </div>
      <div class="exchange-connector-head">
        <span role="status">${words.shown(rows.length, all.length)}</span>
        ${
          all.every(({ pairing }) => pairing !== null)
            ? nothing
            : html`<button
              type="button"
              class="btn btn-sm btn-primary"
              aria-haspopup="dialog"
              aria-disabled=${count === 0 ? 'true' : nothing}
              @click=${this.#attach}
            >
              ${leadingIcon('plus', this.spritemap)}${words.pairSelected(count)}
            </button>`
        }
      </div>`;
  }

  #table(words: SiteTexts, rows: readonly SiteRow[]): TemplateResult {
    const free = rows.filter(({ pairing }) => pairing === null).map(({ mailbox }) => mailbox);
    const areAll = free.length > 0 && free.every((mailbox) => this.selected.has(mailbox));
    const selectAll = (): void => {
      this.selected = areAll ? new Set() : new Set(free);
    };
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${words.heading}>
      <table class="table table-autofit table-list exchange-connector-site">
        <thead>
          <tr>
            <td>${free.length === 0 ? nothing : checkbox(words.selectAll, areAll, selectAll)}</td>
            ${COLUMNS.map((column) => this.#columnHead(words, column))}
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            rows,
            ({ mailbox, pairing }) => pairing?.id ?? mailbox,
            (row) => this.#row(words, row),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #columnHead(words: SiteTexts, column: Column): TemplateResult {
    const { order } = this;
    const isOrder = order.column === column;
    const sort = (): void => {
      this.order = { column, descending: isOrder && !order.descending };
    };
    const direction = order.descending ? 'descending' : 'ascending';
    return html`<th scope="col" aria-sort=${isOrder ? direction : nothing}>
      <button type="button" class="btn btn-unstyled" @click=${sort}>
        ${words.columns[column]}
        ${isOrder ? icon(order.descending ? 'order-arrow-down' : 'order-arrow-up', this.spritemap) : nothing}
      </button>
    </th>`;
  }

  #row(words: SiteTexts, { mailbox, pairing }: SiteRow): TemplateResult {
    if (pairing === null) return this.#freeRow(words, mailbox);
    const { texts, spritemap } = this;
    const isOpen = this.managed === pairing.id;
    const manage = (): void => {
      this.managed = isOpen ? undefined : pairing.id;
    };
    const { lastRunAt, problems } = pairing;
    return html`<tr>
        <td></td>
        <th scope="row">${mailbox}</th>
        <td>${pairing.liferayCalendarName}</td>
        <td>${words.shows[pairing.details]}</td>
        <td>
          ${statusLabel(pairing, texts, spritemap)}
          ${problems.parked === 0 ? nothing : html`<div>${texts.ui.parked(problems.parked)}</div>`}
          ${problems.held === 0 ? nothing : html`<div>${texts.ui.held(problems.held)}</div>`}
        </td>
        <td>${lastRunAt === null ? words.never : relativeTime(lastRunAt, this.#list.nowMs(), texts.locale)}</td>
        <td>
          <button
            type="button"
            class="btn btn-sm btn-secondary"
            aria-expanded=${isOpen}
            aria-label=${words.manageNamed(mailbox)}
            @click=${manage}
          >
            ${words.manage}
          </button>
        </td>
      </tr>
      ${isOpen ? this.#card(pairing) : nothing}`;
  }

  #freeRow(words: SiteTexts, mailbox: string): TemplateResult {
    const isSelected = this.selected.has(mailbox);
    const released = this.#released.value?.released;
    const select = (): void => {
      const selected = new Set(this.selected);
      if (isSelected) selected.delete(mailbox);
      else selected.add(mailbox);
      this.selected = selected;
    };
    return html`<tr>
      <td>${checkbox(words.select(mailbox), isSelected, select)}</td>
      <th scope="row">${mailbox}</th>
      <td></td>
      <td></td>
      <td>
        ${words.notPaired}${released === undefined ? nothing : html`<div class="text-secondary">${releasedAs(mailbox, released, words)}</div>`}
      </td>
      <td></td>
      <td></td>
    </tr>`;
  }

  #card(pairing: Pairing): TemplateResult {
    return html`<tr>
      <td colspan=${COLUMNS.length + 2} @exchange-calendar-pairing=${this.#onPairingEvent}>
        <exchange-calendar-pairing
          .api=${this.#own}
          .pairing=${pairing}
          .texts=${this.texts}
          .nowMs=${this.#list.nowMs()}
          .spritemap=${this.spritemap}
        ></exchange-calendar-pairing>
      </td>
    </tr>`;
  }

  readonly #attach = (): void => {
    if (this.selected.size === 0) return;
    const dialog = this.querySelector('exchange-calendar-attach');
    if (dialog instanceof AttachDialog) void dialog.open([...this.selected]);
  };

  readonly #onAttached = ({ pairing }: AttachedEvent): void => {
    const selected = new Set(this.selected);
    selected.delete(pairing.mailbox);
    this.selected = selected;
    this.#list.add(pairing);
  };

  readonly #onPairingEvent = async (event: PairingEvent): Promise<void> => {
    this.#list.take(event);
    if (event.outcome.kind !== 'unpaired') return;
    void this.#released.run();
    await this.updateComplete;
    this.querySelector<HTMLElement>('h3')?.focus();
  };
}
