/** `<exchange-domain-approvals>`: whose mailbox an address is, where the domain has its administrators decide that. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { failureAlert, staleAlert } from '../alerts.ts';
import { AnnounceEvent } from '../announce.ts';
import { type ApiFailure, toApiFailure } from '../api-client.ts';
import { Command } from '../command.ts';
import { label } from '../label.ts';
import { Pulse } from '../pulse.ts';
import type { DomainClient, Request } from './domain-client.ts';
import { domainTexts } from './domain-texts.ts';
import { moment } from './moment.ts';

const LOOKS = {
  waiting: { label: 'info', icon: 'time' },
  approved: { label: 'success', icon: 'check-circle-full' },
  refused: { label: 'danger', icon: 'times-circle-full' },
} as const;
const DECISIONS = ['approved', 'refused'] as const;
type Decision = (typeof DECISIONS)[number];
/** People who ask wait for people. */
const POLL_MS = 30_000;

export class DomainApprovals extends LitElement {
  static override properties = {
    client: { attribute: false },
    domainId: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    requests: { state: true },
    failure: { state: true },
  };
  declare client: DomainClient;
  declare domainId: string;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Undefined until they were read once. */
  declare requests: readonly Request[] | undefined;
  /** Of the last poll. */
  declare failure: ApiFailure | undefined;

  readonly #command = new Command<string>(this);
  readonly #polling = new Pulse(this, { work: () => this.#refresh(), intervalMs: () => POLL_MS });

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override firstUpdated(): void {
    this.#polling.start();
  }

  override render(): TemplateResult {
    const { texts, spritemap, requests, failure } = this;
    const words = domainTexts(texts.locale);
    const refused = this.#command.failure;
    return html`<section class="sheet-section">
      <h4 class="sheet-subtitle" tabindex="-1">${words.tabs.approvals}</h4>
      <p class="sheet-text">${words.approvalsText}</p>
      ${refused === undefined ? nothing : failureAlert(texts, refused, spritemap)}
      ${failure === undefined || requests === undefined ? nothing : staleAlert(texts, failure, spritemap)}
      ${
        requests === undefined
          ? failure === undefined
            ? html`<p role="status">${texts.ui.loading}</p>`
            : failureAlert(texts, failure, spritemap, () => this.#polling.now())
          : requests.length === 0
            ? html`<p>${words.noRequests}</p>`
            : this.#table(words, requests)
      }
    </section>`;
  }

  #table(words: DomainTexts, requests: readonly Request[]): TemplateResult {
    const { requestColumns } = words;
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${words.tabs.approvals}>
      <table class="table table-autofit table-list exchange-connector-site">
        <thead>
          <tr>
            <th scope="col">${requestColumns.person}</th>
            <th scope="col">${requestColumns.address}</th>
            <th scope="col">${requestColumns.state}</th>
            <th scope="col">${requestColumns.asked}</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            requests,
            ({ userId, address }) => `${userId} ${address}`,
            (request) => this.#row(words, request),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(words: DomainTexts, request: Request): TemplateResult {
    const { userId, userName, address, state, askedAt, decidedAt, decidedBy } = request;
    const { locale } = this.texts;
    return html`<tr>
      <th scope="row">${userName} <div class="exchange-connector-detail">${words.userNumber(userId)}</div></th>
      <td>${address}</td>
      <td>
        ${label(words.requestStates[state], LOOKS[state], this.spritemap)}
        ${decidedAt === null ? nothing : html`<div class="exchange-connector-detail">${words.decided(moment(decidedAt, locale), decidedBy ?? '')}</div>`}
      </td>
      <td>${moment(askedAt, locale)}</td>
      <td>
        <div class="exchange-domain-decisions">
          ${repeat(
            DECISIONS.filter((decision) => decision !== state),
            // Each keeps its own: one that was pressed must not become the other under the reader's hand.
            (decision) => decision,
            (decision) => html`<button
              type="button"
              class="btn btn-sm btn-secondary"
              aria-label=${words.decideOn[decision](userName, address)}
              aria-busy=${this.#command.running === `${decision} ${userId} ${address}` ? 'true' : nothing}
              @click=${() => this.#decide(request, decision)}
            >
              ${words.decide[decision]}
            </button>`,
          )}
        </div>
      </td>
    </tr>`;
  }

  async #decide({ userId, userName, address }: Request, decision: Decision): Promise<void> {
    const { client, domainId } = this;
    const requests = await this.#command.run(`${decision} ${userId} ${address}`, async () => {
      await client.decide(domainId, { userId, address, decision });
      return client.requests(domainId);
    });
    if (requests === undefined) return;
    this.requests = requests;
    const words = domainTexts(this.texts.locale);
    this.dispatchEvent(new AnnounceEvent(words.announceDecided[decision](userName)));
    await this.updateComplete;
    // The button that was pressed is gone.
    if (!this.contains(document.activeElement)) this.querySelector<HTMLElement>('h4')?.focus();
  }

  async #refresh(): Promise<void> {
    try {
      const requests = await this.client.requests(this.domainId);
      if (this.#command.running === undefined) this.requests = requests;
      this.failure = undefined;
    } catch (error) {
      this.failure = toApiFailure(error);
    }
  }
}
