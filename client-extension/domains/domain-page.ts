/** `<exchange-domain>`: one domain, how it does, what can be done with it as a whole, and its tabs. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Domain } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert, failureAlert } from '../alerts.ts';
import type { ApiClient } from '../api-client.ts';
import { Command } from '../command.ts';
import { leadingIcon } from '../icon.ts';
import type { DomainClient } from './domain-client.ts';
import { SavedEvent } from './domain-form.ts';
import { nameOf, stateLabel } from './domain-state.ts';
import { DomainTest } from './domain-test.ts';
import { domainTexts } from './domain-texts.ts';
import { moment } from './moment.ts';
import { questionDialog } from './question-dialog.ts';

/** The domain is no more. Bubbles. */
export class DeletedEvent extends Event {
  static readonly type = 'exchange-domain-deleted';
  readonly domain: Domain;

  constructor(domain: Domain) {
    super(DeletedEvent.type, { bubbles: true });
    this.domain = domain;
  }
}

const TABS = ['settings', 'rooms', 'approvals', 'mailboxes', 'activity'] as const;
export type Tab = (typeof TABS)[number];

let pages = 0;

export class DomainPage extends LitElement {
  static override properties = {
    api: { attribute: false },
    client: { attribute: false },
    domain: { attribute: false },
    texts: { attribute: false },
    isOfPortal: { attribute: false },
    spritemap: { attribute: false },
    tab: { state: true },
  };
  declare api: ApiClient;
  declare client: DomainClient;
  declare domain: Domain;
  declare texts: Texts;
  /** Whether an administrator of the portal looks at it. */
  declare isOfPortal: boolean;
  declare spritemap: string | undefined;
  declare tab: Tab;

  readonly #id = `exchange-domain-${++pages}`;
  readonly #command = new Command<'pause' | 'delete'>(this);

  constructor() {
    super();
    this.tab = 'settings';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(): void {
    if (this.tab === 'approvals' && this.domain.addressRule !== 'approve') this.tab = 'settings';
  }

  override render(): TemplateResult {
    const { domain, texts, spritemap } = this;
    const words = domainTexts(texts.locale);
    const { failure } = this.#command;
    return html`<div class="exchange-connector-head">
        <h3 class="exchange-domain-title" tabindex="-1">${nameOf(domain)}</h3>
        ${stateLabel(domain, words, spritemap)}
      </div>
      <p class="sheet-text">${words.summary(domain.mailboxes, domain.server)}</p>
      ${this.#obstacle(words)} ${failure === undefined ? nothing : failureAlert(texts, failure, spritemap)}
      ${this.#actions(words)} ${this.#tabs(words)}
      <div id="${this.#id}-panel">${this.#panel()}</div>
      <exchange-domain-test
        .client=${this.client}
        .domain=${domain}
        .texts=${texts}
        .spritemap=${spritemap}
      ></exchange-domain-test>
      ${this.#deletion(words)}`;
  }

  #obstacle(words: DomainTexts): TemplateResult | typeof nothing {
    const { domain, texts, spritemap } = this;
    const { state, reason, reasonDetail, retryAt } = domain;
    if (state === 'paused') {
      return alert({ kind: 'info', title: words.pausedTitle, body: words.pausedText, spritemap });
    }
    if (reason === null) return nothing;
    const { title } = reasonText(texts, reason);
    return alert({
      kind: 'warning',
      title,
      spritemap,
      body: html`${words.testTells}
        ${retryAt === null ? nothing : words.retryAt(moment(retryAt, texts.locale))}
        ${reasonDetail === null ? nothing : html`<div class="exchange-connector-detail">${texts.ui.details(reasonDetail)}</div>`}`,
    });
  }

  #actions(words: DomainTexts): TemplateResult {
    const { ui } = this.texts;
    const isPaused = this.domain.state === 'paused';
    return html`<div class="exchange-connector-actions exchange-domain-actions">
      ${this.#button('bolt', words.test, this.#openTest, 'dialog')}
      ${this.#button(isPaused ? 'play' : 'pause', isPaused ? ui.resume : ui.pause, () => this.#pause(!isPaused))}
      ${this.isOfPortal ? this.#button('trash', words.delete, this.#askToDelete, 'dialog') : nothing}
    </div>`;
  }

  #button(image: string, label: string, press: () => void, popup?: 'dialog'): TemplateResult {
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-haspopup=${popup ?? nothing}
      aria-busy=${this.#command.running === undefined || popup !== undefined ? nothing : 'true'}
      @click=${press}
    >
      ${leadingIcon(image, this.spritemap)}${label}
    </button>`;
  }

  #tabs(words: DomainTexts): TemplateResult {
    const tabs = TABS.filter((tab) => tab !== 'approvals' || this.domain.addressRule === 'approve');
    return html`<nav class="exchange-connector-tabs" aria-label=${words.tabsLabel}>
      <ul class="nav nav-underline">
        ${tabs.map((tab) => {
          const isShown = tab === this.tab;
          const choose = (): void => {
            this.tab = tab;
          };
          return html`<li class="nav-item">
            <button
              type="button"
              class="btn btn-unstyled nav-link ${isShown ? 'active' : ''}"
              aria-current=${isShown ? 'page' : nothing}
              @click=${choose}
            >
              ${words.tabs[tab]}
            </button>
          </li>`;
        })}
      </ul>
    </nav>`;
  }

  #panel(): TemplateResult {
    const { api, client, domain, texts, spritemap, isOfPortal } = this;
    switch (this.tab) {
      case 'settings':
        return html`<exchange-domain-form
          .client=${client}
          .domain=${domain}
          .texts=${texts}
          .isOfPortal=${isOfPortal}
          .spritemap=${spritemap}
        ></exchange-domain-form>`;
      case 'rooms':
        return html`<exchange-domain-releases
          .api=${api}
          .client=${client}
          .domainId=${domain.id}
          .texts=${texts}
          .spritemap=${spritemap}
        ></exchange-domain-releases>`;
      case 'approvals':
        return html`<exchange-domain-approvals
          .client=${client}
          .domainId=${domain.id}
          .texts=${texts}
          .spritemap=${spritemap}
        ></exchange-domain-approvals>`;
      case 'mailboxes':
        return html`<exchange-domain-mailboxes
          .api=${api}
          .texts=${texts}
          .domainId=${domain.id}
          .spritemap=${spritemap}
        ></exchange-domain-mailboxes>`;
      case 'activity':
        return html`<exchange-domain-activity
          .api=${api}
          .texts=${texts}
          .domainId=${domain.id}
          .spritemap=${spritemap}
        ></exchange-domain-activity>`;
      default:
        return this.tab satisfies never;
    }
  }

  #deletion(words: DomainTexts): TemplateResult {
    const { domain, texts } = this;
    const isFree = domain.mailboxes === 0 && domain.origin === 'api';
    const consequences = isFree
      ? words.deletes
      : [
          domain.origin === 'configuration'
            ? words.cannotDeleteConfigured
            : words.cannotDeleteUsed(domain.mailboxes),
        ];
    const mayPause = !isFree && domain.state === 'active';
    const pause = { label: texts.ui.pause, press: () => void this.#pause(true), isDangerous: false };
    return questionDialog({
      id: `${this.#id}-delete`,
      title: isFree ? words.deleteQuestion(nameOf(domain)) : words.cannotDelete(nameOf(domain)),
      consequences,
      cancel: texts.ui.cancel,
      confirm: isFree
        ? { label: words.delete, press: () => void this.#delete(), isDangerous: true }
        : mayPause
          ? pause
          : undefined,
    });
  }

  readonly #openTest = (): void => {
    const dialog = this.querySelector('exchange-domain-test');
    if (dialog instanceof DomainTest) void dialog.open();
  };

  readonly #askToDelete = (): void => {
    this.querySelector<HTMLDialogElement>(`#${this.#id}-delete`)?.showModal();
  };

  async #pause(paused: boolean): Promise<void> {
    const { client, domain } = this;
    const changed = await this.#command.run('pause', () =>
      client.change(domain.id, { state: paused ? 'paused' : 'active' }),
    );
    if (changed === undefined) return;
    const { announcePaused, announceResumed } = domainTexts(this.texts.locale);
    this.dispatchEvent(new SavedEvent(changed, paused ? announcePaused : announceResumed));
  }

  async #delete(): Promise<void> {
    const { client, domain } = this;
    const isDone = await this.#command.run('delete', async () => {
      await client.remove(domain.id);
      return true;
    });
    if (isDone === true) this.dispatchEvent(new DeletedEvent(domain));
  }
}
