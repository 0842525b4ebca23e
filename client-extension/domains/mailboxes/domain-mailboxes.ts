/**
 * `<exchange-domain-mailboxes>`: all mailboxes of an Exchange domain, for its administrators: to search, filter and sort,
 * with what is done to many of them at once, and the details of one.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { DomainMailboxes } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { failureAlert, staleAlert } from '../../alerts.ts';
import { AnnounceEvent } from '../../announce.ts';
import type { ApiClient } from '../../api-client.ts';
import { Command } from '../../command.ts';
import { leadingIcon } from '../../icon.ts';
import { progressBar } from '../../progress-bar.ts';
import { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { saveFile } from '../save-file.ts';
import type { MailboxesActedEvent } from './mailbox-acts.ts';
import { type MailboxChoice, NONE, pageToggled, requestsFor, toggled } from './mailbox-choice.ts';
import { mailboxFilters } from './mailbox-filters.ts';
import { MailboxList, PAGE } from './mailbox-list.ts';
import { mailboxTable } from './mailbox-table.ts';

/** What somebody has synchronised, and how many of them still wait. */
interface Progress {
  readonly at: number;
  readonly all: number;
}

let panels = 0;

export class ExchangeDomainMailboxes extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    domainId: { attribute: false },
    spritemap: { attribute: false },
    selected: { state: true },
    opened: { state: true },
    result: { state: true },
    progress: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare domainId: string;
  declare spritemap: string | undefined;
  declare selected: MailboxChoice;
  /** The mailbox whose details are shown. */
  declare opened: string | undefined;
  /** What became of the last act. */
  declare result: string | undefined;
  declare progress: Progress | undefined;

  readonly #id = `exchange-domain-mailboxes-${++panels}`;
  readonly #list = new MailboxList(this, (query) => this.#calls.mailboxes(query));
  readonly #command = new Command<'export'>(this);

  constructor() {
    super();
    this.selected = NONE;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override firstUpdated(): void {
    this.#list.start();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    // With another domain its mailboxes: what was chosen was about others.
    if (changed.get('domainId') !== undefined) {
      this.#forget();
      this.opened = undefined;
      this.progress = undefined;
      this.#list.reset();
    }
    this.#follow();
  }

  override render(): TemplateResult {
    const { texts, spritemap } = this;
    const words = panelTexts(texts.locale).mailboxes;
    const { answer, failure } = this.#list;
    if (answer === undefined) {
      return failure === undefined
        ? html`<p role="status">${texts.ui.loading}</p>`
        : failureAlert(texts, failure, spritemap, () => this.#list.now());
    }
    return html`<section class="sheet-section">
      <h3 class="sheet-subtitle" id="${this.#id}-heading" tabindex="-1">${words.heading}</h3>
      <p class="sheet-text">${words.text}</p>
      ${failure === undefined ? nothing : staleAlert(texts, failure, spritemap)}
      ${this.#filters(words, answer)} ${this.#acts(words, answer)} ${this.#outcome(words)}
      ${answer.mailboxes.length === 0 ? (this.#isFiltered ? nothing : html`<p>${words.empty}</p>`) : this.#table(words, answer)}
      ${this.#pages(words, answer)}
    </section>`;
  }

  get #calls(): PanelCalls {
    return new PanelCalls(this.api, this.domainId);
  }

  get #isFiltered(): boolean {
    const { search, state, reason } = this.#list.filter;
    return search.trim() !== '' || state !== '' || reason !== '';
  }

  #count({ matching }: DomainMailboxes): number {
    return this.selected === 'all' ? matching : this.selected.size;
  }

  #filters(words: MailboxPanelTexts, { reasons }: DomainMailboxes): TemplateResult {
    return mailboxFilters({
      id: this.#id,
      texts: this.texts,
      words,
      filter: this.#list.filter,
      reasons,
      change: (change) => {
        this.#forget();
        this.#list.setFilter(change);
      },
    });
  }

  #acts(words: MailboxPanelTexts, answer: DomainMailboxes): TemplateResult {
    const count = this.#count(answer);
    return html`<div class="exchange-connector-head">
        <span role="status">
          ${answer.mailboxes.length === 0 ? words.nothingFound : words.shown(this.#list.first, this.#list.first + answer.mailboxes.length - 1, answer.matching)}
        </span>
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-busy=${this.#command.running === undefined ? nothing : 'true'}
          @click=${this.#export}
        >
          ${leadingIcon('download', this.spritemap)}${words.exportCsv}
        </button>
      </div>
      <div class="exchange-connector-head exchange-connector-selection">
        <span role="status">${words.selected(count)}</span>
        ${
          this.selected === 'all' || !this.#list.isCurrent || count >= answer.matching
            ? nothing
            : html`<button type="button" class="btn btn-sm btn-secondary" id="${this.#id}-all" @click=${this.#selectAll}>
              ${words.selectAll(answer.matching)}
            </button>`
        }
        ${
          count === 0
            ? nothing
            : html`<button type="button" class="btn btn-sm btn-secondary" id="${this.#id}-none" @click=${this.#selectNone}>
              ${words.selectNone}
            </button>`
        }
        <exchange-domain-mailbox-acts
          .calls=${this.#calls}
          .texts=${this.texts}
          .spritemap=${this.spritemap}
          .requests=${requestsFor(this.selected, this.#list.filter)}
          .count=${count}
          @exchange-domain-mailboxes-acted=${this.#onActed}
        ></exchange-domain-mailbox-acts>
      </div>`;
  }

  /** What became of the last act, and how far a synchronisation is. */
  #outcome(words: MailboxPanelTexts): TemplateResult | typeof nothing {
    const { failure } = this.#command;
    if (failure !== undefined) return failureAlert(this.texts, failure, this.spritemap);
    const { result, progress } = this;
    if (progress === undefined) return result === undefined ? nothing : html`<p>${result}</p>`;
    const { all: total } = progress;
    const done = this.#done(progress);
    return html`<p>${result}</p>
      ${progressBar({ name: words.progressLabel, text: words.progress(done, total), done, total })}`;
  }

  #done({ all }: Progress): number {
    return all - Math.min(all, this.#list.pending ?? all);
  }

  #table(words: MailboxPanelTexts, { mailboxes }: DomainMailboxes): TemplateResult {
    const { texts, spritemap, selected, opened } = this;
    const ids = mailboxes.map(({ id }) => id);
    return mailboxTable({
      ...{ texts, words, spritemap, mailboxes, opened, choice: selected },
      labelledBy: `${this.#id}-heading`,
      order: this.#list.order,
      nowMs: this.#list.nowMs(),
      details: (id) => this.#details(id),
      sortBy: (column) => this.#list.sortBy(column),
      toggle: (id) => {
        this.selected = toggled(selected, id, ids);
      },
      togglePage: () => {
        this.selected = pageToggled(selected, ids);
      },
      open: (id) => {
        this.opened = id;
      },
    });
  }

  #details(id: string): TemplateResult {
    return html`<exchange-domain-mailbox
      .api=${this.api}
      .texts=${this.texts}
      .domainId=${this.domainId}
      .spritemap=${this.spritemap}
      .mailboxId=${id}
      .nowMs=${this.#list.nowMs()}
      @exchange-domain-mailbox-changed=${() => this.#list.now()}
    ></exchange-domain-mailbox>`;
  }

  #pages(words: MailboxPanelTexts, { matching }: DomainMailboxes): TemplateResult | typeof nothing {
    if (matching <= PAGE && !this.#list.hasPrevious) return nothing;
    const button = (text: string, can: boolean, go: () => void): TemplateResult => html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-disabled=${can ? nothing : 'true'}
      @click=${() => (can ? go() : undefined)}
    >
      ${text}
    </button>`;
    return html`<nav class="exchange-connector-pages" aria-label=${words.pages}>
      ${button(words.previousPage, this.#list.hasPrevious, () => this.#list.previous())}
      ${button(words.nextPage, this.#list.hasNext, () => this.#list.next())}
    </nav>`;
  }

  readonly #selectAll = (): void => {
    this.selected = 'all';
    void this.#focus('none');
  };

  readonly #selectNone = (): void => {
    this.selected = NONE;
    void this.#focus('all');
  };

  /** What was pressed goes: its opposite is the nearest. */
  async #focus(button: 'all' | 'none'): Promise<void> {
    await this.updateComplete;
    const found = this.querySelector<HTMLElement>(`#${this.#id}-${button}`);
    (found ?? this.querySelector<HTMLElement>('h3'))?.focus();
  }

  #forget(): void {
    this.selected = NONE;
    this.result = undefined;
  }

  readonly #onActed = ({ action, copies, mailboxes, at }: MailboxesActedEvent): void => {
    const words = panelTexts(this.texts.locale).mailboxes;
    const isRemoving = action === 'unpair' && copies !== 'keep';
    this.result = isRemoving ? words.unpairing[copies](mailboxes) : words.acted[action](mailboxes);
    this.dispatchEvent(new AnnounceEvent(this.result));
    this.selected = NONE;
    this.progress = action === 'sync' && mailboxes > 0 ? { at, all: mailboxes } : undefined;
    this.#list.watch(this.progress?.at);
  };

  /** A synchronisation is over when nothing waits since it was asked for. */
  #follow(): void {
    const { progress } = this;
    if (progress === undefined || this.#list.pending !== 0) return;
    const words = panelTexts(this.texts.locale).mailboxes;
    this.result = words.synced(progress.all);
    this.progress = undefined;
    this.dispatchEvent(new AnnounceEvent(this.result));
    this.#list.watch(undefined);
  }

  readonly #export = async (): Promise<void> => {
    const file = await this.#command.run('export', () => this.#calls.mailboxesFile(this.#list.query()));
    if (file !== undefined) saveFile(file, 'mailboxes.csv');
  };
}
