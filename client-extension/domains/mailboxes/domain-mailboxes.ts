/**
 * `<exchange-domain-mailboxes>`: all mailboxes of an Exchange domain, for its administrators: to search, filter and sort,
 * with what is done to many of them at once, and the details of one.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DomainMailbox, DomainMailboxes } from '#shared/domain-api.ts';
import type { DomainMailboxAction, MailboxSort } from '#shared/domain-requests.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { failureAlert, staleAlert } from '../../alerts.ts';
import { AnnounceEvent } from '../../announce.ts';
import type { ApiClient } from '../../api-client.ts';
import { Command } from '../../command.ts';
import { selectField } from '../../fields.ts';
import { icon, leadingIcon } from '../../icon.ts';
import { relativeTime } from '../../relative-time.ts';
import { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { saveFile } from '../save-file.ts';
import { MailboxList, PAGE } from './mailbox-list.ts';
import { durationText, LOOKS } from './mailbox-words.ts';

type Action = Exclude<DomainMailboxAction['action'], 'unpair'>;
type Which = DomainMailboxAction['which'];

const COLUMNS: readonly MailboxSort[] = [
  'address',
  'owner',
  'pairings',
  'state',
  'reason',
  'interval',
  'lastRun',
  'nextRun',
];
const STATES: readonly DomainMailbox['state'][] = ['active', 'failing', 'paused'];
const ACTIONS: readonly Action[] = ['sync', 'pause', 'resume'];
/** Ids that one request names. */
const NAMED = 500;

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
  /** Ids, on whatever page they are; or all that fit. */
  declare selected: ReadonlySet<string> | 'all';
  /** The mailbox whose details are shown. */
  declare opened: string | undefined;
  /** What became of the last act. */
  declare result: string | undefined;
  declare progress: Progress | undefined;

  readonly #id = `exchange-domain-mailboxes-${++panels}`;
  readonly #list = new MailboxList(this, (query) => this.#calls.mailboxes(query));
  readonly #command = new Command<Action | 'export'>(this);

  constructor() {
    super();
    this.selected = new Set();
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
      ${this.#search(words, answer)} ${this.#acts(words, answer)} ${this.#outcome(words)}
      ${answer.mailboxes.length === 0 ? (this.#isFiltered ? nothing : html`<p>${words.empty}</p>`) : this.#table(words, answer)}
      ${this.#pages(words, answer)} ${this.#pauseDialog(words, answer)}
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

  #search(words: MailboxPanelTexts, { reasons }: DomainMailboxes): TemplateResult {
    const { texts } = this;
    const { search, state, reason } = this.#list.filter;
    const filter = (change: Parameters<MailboxList['setFilter']>[0]): void => {
      this.#forget();
      this.#list.setFilter(change);
    };
    const type = ({ target }: Event): void => {
      if (target instanceof HTMLInputElement) filter({ search: target.value });
    };
    const counted = reasons.map((each) => ({
      value: each.reason,
      label: words.reasonCounted(reasonText(texts, each.reason).title, each.mailboxes),
    }));
    // One that no mailbox has any more is still what was asked for.
    const isKnown = reason === '' || reasons.some((each) => each.reason === reason);
    const gone = isKnown ? [] : [{ value: reason, label: reasonText(texts, reason).title }];
    return html`<div class="exchange-connector-fields">
      <div class="form-group">
        <label for="${this.#id}-search">${words.search}</label>
        <input class="form-control" type="search" id="${this.#id}-search" .value=${search} @input=${type} />
      </div>
      ${selectField({
        id: `${this.#id}-state`,
        label: words.state,
        choices: [
          { value: '', label: words.anyState },
          ...STATES.map((value) => ({ value, label: words.states[value] })),
        ],
        chosen: state,
        change: (chosen) => filter({ state: chosen }),
      })}
      ${selectField({
        id: `${this.#id}-reason`,
        label: words.reason,
        choices: [{ value: '', label: words.anyReason }, ...counted, ...gone],
        chosen: reason,
        change: (chosen) => filter({ reason: chosen }),
      })}
    </div>`;
  }

  #acts(words: MailboxPanelTexts, answer: DomainMailboxes): TemplateResult {
    const count = this.#count(answer);
    const { running } = this.#command;
    const act = (action: Action): void => {
      if (count === 0) return;
      if (action === 'pause') this.#dialog?.showModal();
      else void this.#act(action, answer);
    };
    return html`<div class="exchange-connector-head">
        <span role="status">
          ${answer.mailboxes.length === 0 ? words.nothingFound : words.shown(this.#list.first, this.#list.first + answer.mailboxes.length - 1, answer.matching)}
        </span>
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-busy=${running === 'export' ? 'true' : nothing}
          @click=${this.#export}
        >
          ${leadingIcon('download', this.spritemap)}${words.exportCsv}
        </button>
      </div>
      <div class="exchange-connector-head">
        <span role="status">${words.selected(count)}</span>
        ${
          this.selected === 'all' || !this.#list.isCurrent || count >= answer.matching
            ? nothing
            : html`<button type="button" class="btn btn-sm btn-secondary" @click=${this.#selectAll}>
              ${words.selectAll(answer.matching)}
            </button>`
        }
        ${
          count === 0
            ? nothing
            : html`<button type="button" class="btn btn-sm btn-secondary" @click=${this.#selectNone}>
              ${words.selectNone}
            </button>`
        }
        <span class="exchange-connector-bulk">
          ${ACTIONS.map(
            (action) => html`<button
              type="button"
              class="btn btn-sm ${action === 'sync' ? 'btn-primary' : 'btn-secondary'}"
              aria-disabled=${count === 0 ? 'true' : nothing}
              aria-busy=${running === action ? 'true' : nothing}
              aria-haspopup=${action === 'pause' ? 'dialog' : nothing}
              @click=${() => act(action)}
            >
              ${words.actions[action]}
            </button>`,
          )}
        </span>
      </div>`;
  }

  /** What became of the last act, and how far a synchronisation is. */
  #outcome(words: MailboxPanelTexts): TemplateResult | typeof nothing {
    const { failure } = this.#command;
    if (failure !== undefined) return failureAlert(this.texts, failure, this.spritemap);
    const { result, progress } = this;
    if (progress === undefined) return result === undefined ? nothing : html`<p>${result}</p>`;
    const done = this.#done(progress);
    return html`<p>${result}</p>
      <div class="progress-group exchange-connector-progress">
        <div class="progress">
          <div
            class="progress-bar"
            role="progressbar"
            aria-label=${words.progressLabel}
            aria-valuemin="0"
            aria-valuemax=${progress.all}
            aria-valuenow=${done}
            aria-valuetext=${words.progress(done, progress.all)}
            style="width: ${((done / progress.all) * 100).toFixed(1)}%"
          ></div>
        </div>
        <div class="progress-group-addon exchange-connector-count">${words.progress(done, progress.all)}</div>
      </div>`;
  }

  #done({ all }: Progress): number {
    return all - Math.min(all, this.#list.pending ?? all);
  }

  #table(words: MailboxPanelTexts, { mailboxes }: DomainMailboxes): TemplateResult {
    const ids = mailboxes.map(({ id }) => id);
    const areAll = ids.every((id) => this.#isSelected(id));
    const selectPage = (): void => {
      const others = this.selected === 'all' ? [] : [...this.selected].filter((id) => !ids.includes(id));
      this.selected = new Set(areAll ? others : [...others, ...ids]);
    };
    return html`<div class="table-responsive exchange-connector-wide" tabindex="0" role="region" aria-labelledby="${this.#id}-heading">
      <table class="table table-autofit table-list exchange-connector-domain-mailboxes">
        <thead>
          <tr>
            <td>${checkbox(words.selectPage, areAll, selectPage)}</td>
            ${COLUMNS.map((column) => this.#columnHead(words, column))}
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            mailboxes,
            ({ id }) => id,
            (mailbox) => this.#row(words, mailbox),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #columnHead(words: MailboxPanelTexts, column: MailboxSort): TemplateResult {
    const { sort, descending } = this.#list.order;
    const isOrder = sort === column;
    return html`<th scope="col" aria-sort=${isOrder ? (descending ? 'descending' : 'ascending') : nothing}>
      <button type="button" class="btn btn-unstyled" @click=${() => this.#list.sortBy(column)}>
        ${words.columns[column]}
        ${isOrder ? icon(descending ? 'order-arrow-down' : 'order-arrow-up', this.spritemap) : nothing}
      </button>
    </th>`;
  }

  #row(words: MailboxPanelTexts, mailbox: DomainMailbox): TemplateResult {
    const { texts, spritemap } = this;
    const { id, address, state, reason, intervalSeconds, lastRunAt, nextRunAt } = mailbox;
    const isOpen = this.opened === id;
    const open = (): void => {
      this.opened = isOpen ? undefined : id;
    };
    const look = LOOKS[state];
    const interval = durationText(intervalSeconds, texts.locale);
    const nowMs = this.#list.nowMs();
    return html`<tr>
        <td>${checkbox(words.select(address), this.#isSelected(id), () => this.#select(id))}</td>
        <th scope="row">${address}</th>
        <td>${words.owners[mailbox.ownerKind](mailbox.ownerId)}</td>
        <td>${mailbox.pairings}</td>
        <td>
          <span class="label label-${look.label}">
            ${spritemap === undefined ? nothing : html`<span class="label-item label-item-before">${icon(look.icon, spritemap)}</span>`}
            <span class="label-item label-item-expand">${words.states[state]}</span>
          </span>
        </td>
        <td>
          ${reason === null ? nothing : reasonText(texts, reason).title}
          ${mailbox.setAside === 0 ? nothing : html`<div>${words.setAside(mailbox.setAside)}</div>`}
        </td>
        <td>${mailbox.hasOwnInterval ? words.ownInterval(interval) : interval}</td>
        <td class="exchange-connector-brief">${lastRunAt === null ? words.never : relativeTime(Math.min(lastRunAt, nowMs), nowMs, texts.locale)}</td>
        <td class="exchange-connector-brief">${state === 'paused' ? nothing : nextRunAt <= nowMs ? words.due : relativeTime(nextRunAt, nowMs, texts.locale)}</td>
        <td>
          <button
            type="button"
            class="btn btn-sm btn-secondary"
            aria-expanded=${isOpen}
            aria-label=${words.detailsOf(address)}
            @click=${open}
          >
            ${words.details}
          </button>
        </td>
      </tr>
      ${
        isOpen
          ? html`<tr>
            <td colspan=${COLUMNS.length + 2}>
              <exchange-domain-mailbox
                .api=${this.api}
                .texts=${texts}
                .domainId=${this.domainId}
                .spritemap=${spritemap}
                .mailboxId=${id}
                .nowMs=${nowMs}
                @exchange-domain-mailbox-changed=${() => this.#list.now()}
              ></exchange-domain-mailbox>
            </td>
          </tr>`
          : nothing
      }`;
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

  #pauseDialog(words: MailboxPanelTexts, answer: DomainMailboxes): TemplateResult {
    const id = `${this.#id}-pause`;
    return html`<dialog class="exchange-connector-dialog" id=${id} aria-labelledby="${id}-title" aria-describedby="${id}-text">
      <form class="modal-content" method="dialog">
        <div class="modal-header"><h3 class="modal-title" id="${id}-title">${words.pauseTitle}</h3></div>
        <div class="modal-body" id="${id}-text"><p>${words.pauseQuestion(this.#count(answer))}</p></div>
        <div class="modal-footer">
          <div class="modal-item-last">
            <div class="btn-group">
              <div class="btn-group-item">
                <button class="btn btn-secondary" type="submit" autofocus>${this.texts.ui.cancel}</button>
              </div>
              <div class="btn-group-item">
                <button class="btn btn-danger" type="submit" @click=${() => void this.#act('pause', answer)}>
                  ${words.actions.pause}
                </button>
              </div>
            </div>
          </div>
        </div>
      </form>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  #isSelected(id: string): boolean {
    return this.selected === 'all' || this.selected.has(id);
  }

  /** One of all is taken out by naming those that are seen: the others cannot be named. */
  #select(id: string): void {
    const chosen =
      this.selected === 'all' ? (this.#list.answer?.mailboxes ?? []).map((each) => each.id) : this.selected;
    const selected = new Set(chosen);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
  }

  readonly #selectAll = (): void => {
    this.selected = 'all';
  };

  readonly #selectNone = (): void => {
    this.selected = new Set();
    this.querySelector<HTMLElement>('h3')?.focus();
  };

  #forget(): void {
    this.selected = new Set();
    this.result = undefined;
  }

  async #act(action: Action, answer: DomainMailboxes): Promise<void> {
    const words = panelTexts(this.texts.locale).mailboxes;
    const done = await this.#command.run(action, async () => {
      let mailboxes = 0;
      let at = 0;
      for (const which of this.#which()) {
        const acted = await this.#calls.act({ action, which });
        mailboxes += acted.mailboxes;
        at = acted.at;
      }
      return { mailboxes, at };
    });
    if (done === undefined) return;
    this.result = words.acted[action](done.mailboxes);
    this.dispatchEvent(new AnnounceEvent(this.result));
    this.selected = new Set();
    this.progress =
      action === 'sync' && done.mailboxes > 0 ? { at: done.at, all: done.mailboxes } : undefined;
    this.#list.watch(this.progress?.at);
    if (answer.mailboxes.length === 0) this.querySelector<HTMLElement>('h3')?.focus();
  }

  /** All that fit are named by what they fit, also those on other pages; else each by its id. */
  #which(): readonly Which[] {
    const { search, state, reason } = this.#list.filter;
    if (this.selected === 'all') {
      return [
        { search: search.trim(), ...(state === '' ? {} : { state }), ...(reason === '' ? {} : { reason }) },
      ];
    }
    const ids = [...this.selected];
    const parts = Math.ceil(ids.length / NAMED);
    return Array.from({ length: parts }, (_, part) => ({ ids: ids.slice(part * NAMED, (part + 1) * NAMED) }));
  }

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

function checkbox(name: string, isOn: boolean, change: () => void): TemplateResult {
  return html`<div class="custom-control custom-checkbox">
    <label>
      <input class="custom-control-input" type="checkbox" aria-label=${name} .checked=${isOn} @change=${change} />
      <span class="custom-control-label"></span>
    </label>
  </div>`;
}
