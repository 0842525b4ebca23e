/** `<exchange-domains>`: the Exchange domains that somebody administers, one of them, or a new one. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Me } from '#shared/api.ts';
import type { Domain } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { failureAlert, staleAlert } from '../alerts.ts';
import { AnnounceEvent } from '../announce.ts';
import { type ApiClient, type ApiFailure, toApiFailure } from '../api-client.ts';
import { leadingIcon } from '../icon.ts';
import { Pulse } from '../pulse.ts';
import { DomainClient } from './domain-client.ts';
import { CancelledEvent, SavedEvent } from './domain-form.ts';
import { DeletedEvent } from './domain-page.ts';
import { nameOf, stateLabel } from './domain-state.ts';
import { domainTexts, withReasons } from './domain-texts.ts';

/** Little happens to a domain by itself. */
const POLL_MS = 30_000;

export class DomainsView extends LitElement {
  static override properties = {
    api: { attribute: false },
    me: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    domains: { state: true },
    failure: { state: true },
    shown: { state: true },
  };
  declare api: ApiClient;
  declare me: Me;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Undefined until they were read once. */
  declare domains: readonly Domain[] | undefined;
  /** Of the last poll. */
  declare failure: ApiFailure | undefined;
  /** The id of a domain; null: the list. */
  declare shown: string | 'new' | null;

  /** Of `api`, which stays the same. */
  #client: DomainClient | undefined;
  /** Each refresh and each change by the reader counts; an answer that is older than a change is dropped. */
  #refreshes = 0;
  readonly #polling = new Pulse(this, { work: () => this.#refresh(), intervalMs: () => POLL_MS });

  constructor() {
    super();
    this.shown = null;
    this.addEventListener(SavedEvent.type, (event) => {
      if (event instanceof SavedEvent) this.#onSaved(event);
    });
    this.addEventListener(DeletedEvent.type, (event) => {
      if (event instanceof DeletedEvent) this.#onDeleted(event.domain);
    });
    this.addEventListener(CancelledEvent.type, () => this.#show(null));
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('api')) this.#client = new DomainClient(this.api);
  }

  override firstUpdated(): void {
    this.#polling.start();
  }

  override render(): TemplateResult {
    const { domains, failure, spritemap } = this;
    const texts = withReasons(this.texts);
    const words = domainTexts(texts.locale);
    const domain = domains?.find(({ id }) => id === this.shown);
    if (domains === undefined) {
      return failure === undefined
        ? html`<p role="status">${texts.ui.loading}</p>`
        : failureAlert(texts, failure, spritemap, () => this.#polling.now());
    }
    return html`${failure === undefined ? nothing : staleAlert(texts, failure, spritemap)}
    ${this.shown === 'new' ? this.#newDomain(texts, words) : domain === undefined ? this.#list(words, domains) : this.#domain(texts, words, domain)}`;
  }

  get #isOfPortal(): boolean {
    return this.me.administers === 'portal';
  }

  #list(words: DomainTexts, domains: readonly Domain[]): TemplateResult {
    return html`<section class="sheet-section">
      <div class="exchange-connector-head">
        <h3 class="sheet-subtitle" tabindex="-1">${words.heading}</h3>
        ${
          this.#isOfPortal
            ? html`<button
              type="button"
              class="btn btn-sm btn-primary"
              id="exchange-domains-new"
              @click=${() => this.#show('new')}
            >
              ${leadingIcon('plus', this.spritemap)}${words.newDomain}
            </button>`
            : nothing
        }
      </div>
      <p class="sheet-text">${words.text}</p>
      ${domains.length === 0 ? html`<p>${words.noDomains}</p>` : this.#table(words, domains)}
    </section>`;
  }

  #table(words: DomainTexts, domains: readonly Domain[]): TemplateResult {
    const { columns } = words;
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${words.heading}>
      <table class="table table-autofit table-list exchange-connector-site">
        <thead>
          <tr>
            <th scope="col">${columns.name}</th>
            <th scope="col">${columns.mailDomains}</th>
            <th scope="col">${columns.server}</th>
            <th scope="col">${columns.mailboxes}</th>
            <th scope="col">${columns.state}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            domains,
            ({ id }) => id,
            (domain) => this.#row(words, domain),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(words: DomainTexts, domain: Domain): TemplateResult {
    const { id, mailDomains, mailboxes, server } = domain;
    return html`<tr>
      <th scope="row">
        <button
          type="button"
          class="btn btn-unstyled exchange-domain-link"
          data-domain=${id}
          @click=${() => this.#show(id)}
        >
          ${nameOf(domain)}
        </button>
      </th>
      <td>${mailDomains.length === 0 ? words.allOtherMailDomains : mailDomains.join(', ')}</td>
      <td>${server ?? words.unknown}</td>
      <td>${words.count(mailboxes)}</td>
      <td>${stateLabel(domain, words, this.spritemap)}</td>
    </tr>`;
  }

  #newDomain(texts: Texts, words: DomainTexts): TemplateResult {
    return html`${this.#back(words)}
      <h3 class="exchange-domain-title" tabindex="-1">${words.newDomain}</h3>
      <exchange-domain-form
        .client=${this.#client}
        .domain=${null}
        .texts=${texts}
        .isOfPortal=${true}
        .spritemap=${this.spritemap}
      ></exchange-domain-form>`;
  }

  #domain(texts: Texts, words: DomainTexts, domain: Domain): TemplateResult {
    return html`${this.#back(words)}
    ${keyed(
      domain.id,
      html`<exchange-domain
        .api=${this.api}
        .client=${this.#client}
        .domain=${domain}
        .texts=${texts}
        .isOfPortal=${this.#isOfPortal}
        .spritemap=${this.spritemap}
      ></exchange-domain>`,
    )}`;
  }

  #back(words: DomainTexts): TemplateResult {
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary exchange-domain-back"
      @click=${() => this.#show(null)}
    >
      ${leadingIcon('angle-left', this.spritemap)}${words.allDomains}
    </button>`;
  }

  /** The focus goes to the heading of what is shown now, and in the list to where the reader came from. */
  async #show(shown: typeof this.shown): Promise<void> {
    const from = this.shown;
    this.shown = shown;
    await this.updateComplete;
    const cameFrom = from === 'new' ? '#exchange-domains-new' : `[data-domain="${CSS.escape(from ?? '')}"]`;
    const wanted = shown === null ? this.querySelector<HTMLElement>(cameFrom) : null;
    await this.querySelector('exchange-domain')?.updateComplete;
    (wanted ?? this.querySelector<HTMLElement>('h3'))?.focus();
  }

  #onSaved({ domain, announcement }: SavedEvent): void {
    const domains = this.domains ?? [];
    const isNew = !domains.some(({ id }) => id === domain.id);
    this.#take(isNew ? [...domains, domain] : domains.map((each) => (each.id === domain.id ? domain : each)));
    const { announceCreated } = domainTexts(this.texts.locale);
    this.dispatchEvent(new AnnounceEvent(isNew ? announceCreated(nameOf(domain)) : announcement));
    if (isNew) void this.#show(domain.id);
  }

  #onDeleted(domain: Domain): void {
    this.#take((this.domains ?? []).filter((each) => each.id !== domain.id));
    this.dispatchEvent(new AnnounceEvent(domainTexts(this.texts.locale).announceDeleted(nameOf(domain))));
    void this.#show(null);
  }

  #take(domains: readonly Domain[]): void {
    this.#refreshes += 1;
    const collator = new Intl.Collator(this.texts.locale);
    this.domains = domains.toSorted((a, b) => collator.compare(nameOf(a), nameOf(b)));
  }

  async #refresh(): Promise<void> {
    this.#refreshes += 1;
    const refresh = this.#refreshes;
    try {
      const domains = await this.#client?.domains();
      if (refresh !== this.#refreshes || domains === undefined) return;
      this.failure = undefined;
      this.domains = domains;
    } catch (error) {
      if (refresh === this.#refreshes) this.failure = toApiFailure(error);
    }
  }
}
