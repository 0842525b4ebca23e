/** `<exchange-calendar-history>`: what was changed by a pairing, newest first. Read when it is opened. */
import { Task } from '@lit/task';
import { html, LitElement, type TemplateResult } from 'lit';
import type { HistoryEntry } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { fieldNames } from './event-words.ts';
import { dateTime } from './relative-time.ts';

type Entries = readonly HistoryEntry[];

export class PairingHistory extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairingId: { attribute: false },
    lastResultAt: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
  };
  declare api: ApiClient;
  declare pairingId: string;
  /** When it changes, the history has grown and is read again. */
  declare lastResultAt: number | undefined;
  declare texts: Texts;
  declare spritemap: string | undefined;

  readonly #entries = new Task(this, {
    task: async ([api, pairingId]) => (await api.history(pairingId)).entries,
    args: () => [this.api, this.pairingId, this.lastResultAt] as const,
  });

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult | undefined {
    const { texts } = this;
    const known = this.#entries.value;
    return this.#entries.render({
      pending: () => (known === undefined ? html`<p>${texts.ui.loading}</p>` : this.#table(known)),
      complete: (entries) => this.#table(entries),
      error: (error) =>
        failureAlert(texts, toApiFailure(error), this.spritemap, () => void this.#entries.run()),
    });
  }

  #fields({ fields }: HistoryEntry): string {
    return fields.length === 0 ? '' : ` (${fieldNames(fields, this.texts)})`;
  }

  #table(entries: Entries): TemplateResult {
    const { ui, locale } = this.texts;
    if (entries.length === 0) return html`<p>${ui.historyEmpty}</p>`;
    return html`<div class="table-responsive exchange-connector-history" tabindex="0" role="region" aria-label=${ui.history}>
      <table class="table table-autofit table-list">
        <thead>
          <tr>
            <th scope="col">${ui.historyColumns.at}</th>
            <th scope="col">${ui.historyColumns.what}</th>
            <th scope="col" class="table-cell-expand">${ui.historyColumns.event}</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            (entry) => html`<tr>
              <td><time datetime=${new Date(entry.at).toISOString()}>${dateTime(entry.at, locale)}</time></td>
              <td>${ui.historyKinds[entry.kind][entry.side]}${this.#fields(entry)}</td>
              <td class="table-cell-expand">${entry.title ?? ui.untitled}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}
