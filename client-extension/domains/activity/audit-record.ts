/** `<exchange-domain-record>`: who did what to a domain, and when, in plain words; part by part, and as a file. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AuditEntry } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from '../../alerts.ts';
import type { ApiClient } from '../../api-client.ts';
import { Command } from '../../command.ts';
import { leadingIcon } from '../../icon.ts';
import { dateTime } from '../../relative-time.ts';
import { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { saveFile } from '../save-file.ts';
import { whatWasDone, whoDid } from './audit-words.ts';

let records = 0;

export class ExchangeDomainRecord extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    domainId: { attribute: false },
    spritemap: { attribute: false },
    entries: { state: true },
    next: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare domainId: string;
  declare spritemap: string | undefined;
  /** Undefined until the first part is read. */
  declare entries: readonly AuditEntry[] | undefined;
  declare next: string | null;

  readonly #id = `exchange-domain-record-${++records}`;
  readonly #command = new Command<'read' | 'export'>(this);

  constructor() {
    super();
    this.next = null;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('domainId')) void this.#begin();
  }

  override render(): TemplateResult {
    const { texts, entries, spritemap } = this;
    const words = panelTexts(texts.locale).record;
    const { failure, running } = this.#command;
    const retry = entries === undefined ? () => void this.#begin() : undefined;
    return html`<section class="sheet-section">
      <h3 class="sheet-subtitle" id="${this.#id}-heading">${words.heading}</h3>
      <p class="sheet-text">${words.text}</p>
      ${failure === undefined ? nothing : failureAlert(texts, failure, spritemap, retry)}
      ${
        entries === undefined
          ? html`<p role="status">${running === undefined ? nothing : texts.ui.loading}</p>`
          : entries.length === 0
            ? html`<p>${words.empty}</p>`
            : this.#table(entries)
      }
    </section>`;
  }

  #table(entries: readonly AuditEntry[]): TemplateResult {
    const { texts } = this;
    const words = panelTexts(texts.locale).record;
    const { running } = this.#command;
    return html`<div class="exchange-connector-head">
        <span role="status">${words.shown(entries.length)}</span>
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-busy=${running === 'export' ? 'true' : nothing}
          @click=${this.#export}
        >
          ${leadingIcon('download', this.spritemap)}${words.exportCsv}
        </button>
      </div>
      <div
        class="table-responsive exchange-connector-history"
        tabindex="0"
        role="region"
        aria-labelledby="${this.#id}-heading"
      >
        <table class="table table-list exchange-connector-record">
          <thead>
            <tr>
              <th scope="col">${words.columns.at}</th>
              <th scope="col">${words.columns.who}</th>
              <th scope="col">${words.columns.what}</th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              entries,
              ({ id }) => id,
              (entry) => html`<tr>
                <td class="exchange-connector-brief">${dateTime(entry.at, texts.locale)}</td>
                <td class="exchange-connector-brief">${whoDid(entry.userId, words)}</td>
                <td>${whatWasDone(entry, words, texts)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        this.next === null
          ? nothing
          : html`<button
            type="button"
            class="btn btn-sm btn-secondary"
            aria-busy=${running === 'read' ? 'true' : nothing}
            @click=${() => void this.#read()}
          >
            ${words.more}
          </button>`
      }`;
  }

  async #begin(): Promise<void> {
    this.entries = undefined;
    this.next = null;
    await this.#read();
  }

  async #read(): Promise<void> {
    const { domainId } = this;
    const after = this.next ?? undefined;
    const part = await this.#command.run('read', () => new PanelCalls(this.api, domainId).audit(after));
    if (domainId !== this.domainId) return void this.#begin();
    if (part === undefined) return;
    this.entries = [...(after === undefined ? [] : (this.entries ?? [])), ...part.entries];
    this.next = part.next;
  }

  readonly #export = async (): Promise<void> => {
    const file = await this.#command.run('export', () => new PanelCalls(this.api, this.domainId).auditFile());
    if (file !== undefined) saveFile(file, 'audit.csv');
  };
}
