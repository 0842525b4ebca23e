/** `<exchange-calendar-change>`: what stood in an event before a change, and after it. Read when it is seen. */
import { initialState, Task } from '@lit/task';
import { html, LitElement, type TemplateResult } from 'lit';
import type { EventImage, HistoryDetail } from '#shared/api.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { timeSpan } from './relative-time.ts';

/** Those that are told in words. */
const SHOWN = ['title', 'when', 'location', 'description'] as const satisfies readonly EventField[];

export class HistoryChange extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairingId: { attribute: false },
    changeId: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    seen: { state: true },
  };
  declare api: ApiClient;
  declare pairingId: string;
  declare changeId: string;
  declare texts: Texts;
  declare spritemap: string | undefined;
  declare seen: boolean;

  readonly #detail = new Task(this, {
    task: ([seen, changeId]) => (seen ? this.api.change(this.pairingId, changeId) : initialState),
    args: () => [this.seen, this.changeId] as const,
  });

  constructor() {
    super();
    this.seen = false;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.closest('details')?.addEventListener('toggle', this.#onToggle);
  }

  override disconnectedCallback(): void {
    this.closest('details')?.removeEventListener('toggle', this.#onToggle);
    super.disconnectedCallback();
  }

  readonly #onToggle = (): void => {
    this.seen = true;
  };

  override render(): TemplateResult | undefined {
    const { texts } = this;
    const loading = (): TemplateResult => html`<p role="status">${texts.ui.loading}</p>`;
    return this.#detail.render({
      initial: loading,
      pending: loading,
      complete: (detail) => this.#table(detail),
      error: (error) =>
        failureAlert(texts, toApiFailure(error), this.spritemap, () => void this.#detail.run()),
    });
  }

  #table({ before, after }: HistoryDetail): TemplateResult {
    const { ui } = this.texts;
    const rows = SHOWN.map(
      (field) => [field, this.#value(before, field), this.#value(after, field)] as const,
    );
    const different = rows.filter(([, was, is]) => was !== is);
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label="${ui.before}, ${ui.after}">
      <table class="table table-autofit table-list">
        <thead>
          <tr>
            <td></td>
            <th scope="col">${ui.before}</th>
            <th scope="col">${ui.after}</th>
          </tr>
        </thead>
        <tbody>
          ${(different.length === 0 ? rows : different).map(
            ([field, was, is]) => html`<tr>
              <th scope="row">${ui.fields[field]}</th>
              <td>${was}</td>
              <td>${is}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #value(image: EventImage | null, field: (typeof SHOWN)[number]): string {
    if (image === null) return '–';
    return field === 'when' ? timeSpan(image.time, this.texts.locale) : image[field];
  }
}
