/**
 * `<exchange-domain-activity>`: how much was done for a domain and what failed, over time, and the record of what its
 * administrators did.
 */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Activity, ActivityPart, ActivitySpan } from '#shared/activity.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { ActivityPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { failureAlert, staleAlert } from '../../alerts.ts';
import { type ApiClient, type ApiFailure, toApiFailure } from '../../api-client.ts';
import { selectField } from '../../fields.ts';
import { Pulse } from '../../pulse.ts';
import { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { barChart, totalOf } from './bar-chart.ts';

type Figure = Exclude<keyof ActivityPart, 'start'>;

const FIGURES: readonly Figure[] = ['runs', 'exchange', 'liferay', 'failedRuns', 'failedEvents'];
const CHARTS = [
  { title: 'changes', figures: ['exchange', 'liferay'], tone: 'primary' },
  { title: 'runs', figures: ['runs'], tone: 'primary' },
  { title: 'failures', figures: ['failedRuns', 'failedEvents'], tone: 'danger' },
] as const satisfies readonly {
  title: keyof ActivityPanelTexts;
  figures: readonly Figure[];
  tone: 'primary' | 'danger';
}[];
/** Figures are of hours: nobody misses anything in between. */
const REFRESH_MS = 60_000;

let panels = 0;

export class ExchangeDomainActivity extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    domainId: { attribute: false },
    spritemap: { attribute: false },
    span: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare domainId: string;
  declare spritemap: string | undefined;
  declare span: ActivitySpan;

  readonly #id = `exchange-domain-activity-${++panels}`;
  readonly #activity = new Task(this, {
    task: ([domainId, span]) => new PanelCalls(this.api, domainId).activity(span, zone()),
    args: () => [this.domainId, this.span] as const,
    // A task that fails forgets what it had.
    onComplete: (activity) => {
      this.#last = { activity, domainId: this.domainId };
    },
  });
  #last: { readonly activity: Activity; readonly domainId: string } | undefined;
  readonly #pulse = new Pulse(this, {
    work: async () => {
      await this.#activity.run();
    },
    intervalMs: () => REFRESH_MS,
  });

  constructor() {
    super();
    this.span = 'day';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override firstUpdated(): void {
    this.#pulse.start({ atOnce: false });
  }

  override render(): TemplateResult {
    const { texts } = this;
    const words = panelTexts(texts.locale).activity;
    return html`<section class="sheet-section">
        <h3 class="sheet-subtitle" tabindex="-1">${words.heading}</h3>
        <p class="sheet-text">${words.text}</p>
        ${selectField({
          id: `${this.#id}-span`,
          label: words.span,
          choices: (['day', 'month'] as const).map((value) => ({ value, label: words.spans[value] })),
          chosen: this.span,
          change: (span) => {
            this.span = span;
          },
        })}
        ${this.#figures(words)}
      </section>
      <exchange-domain-record
        .api=${this.api}
        .texts=${texts}
        .domainId=${this.domainId}
        .spritemap=${this.spritemap}
      ></exchange-domain-record>`;
  }

  /** What was read last stays while it is read again, and when that fails. */
  #figures(words: ActivityPanelTexts): TemplateResult | typeof nothing {
    const { texts, spritemap } = this;
    const { error } = this.#activity;
    const failure: ApiFailure | undefined = error === undefined ? undefined : toApiFailure(error);
    const value = this.#last?.domainId === this.domainId ? this.#last.activity : undefined;
    if (value === undefined || value.span !== this.span) {
      return failure === undefined
        ? html`<p role="status">${texts.ui.loading}</p>`
        : failureAlert(texts, failure, spritemap, () => void this.#activity.run());
    }
    return html`${failure === undefined ? nothing : staleAlert(texts, failure, spritemap)}
      ${CHARTS.map(({ title, figures, tone }) => {
        const bars = value.parts.map((part) => ({
          label: this.#when(part.start),
          values: figures.map((figure) => part[figure]),
        }));
        const total = bars.reduce((sum, bar) => sum + totalOf(bar), 0);
        const most = bars.reduce((best, bar) => (totalOf(bar) > totalOf(best) ? bar : best), bars[0] ?? NONE);
        return barChart({
          title: words[title],
          summary: total === 0 ? words.nothing : words.summary(total, totalOf(most), most.label),
          kinds: figures.map((figure) => words.series[figure]),
          bars,
          tone,
          locale: texts.locale,
        });
      })}
      ${this.#byReason(words, value)} ${this.#table(words, value)}`;
  }

  #byReason(words: ActivityPanelTexts, { failures }: Activity): TemplateResult | typeof nothing {
    if (failures.length === 0) return nothing;
    return html`<h4>${words.failuresByReason}</h4>
      <ul class="exchange-connector-problems">
        ${failures.map(({ what, reason, count }) => {
          const { title, action } = reasonText(this.texts, reason);
          return html`<li><b>${words.failed[what](count)}</b>: ${title} ${action}</li>`;
        })}
      </ul>`;
  }

  /** The figures of the charts, for everybody who would rather read them, or cannot see the charts. */
  #table(words: ActivityPanelTexts, { parts }: Activity): TemplateResult {
    const numbers = new Intl.NumberFormat(this.texts.locale);
    return html`<details class="exchange-connector-options">
      <summary>${words.figures}</summary>
      <div class="table-responsive" tabindex="0" role="region" aria-label=${words.figures}>
        <table class="table table-list exchange-connector-figures">
          <thead>
            <tr>
              <th scope="col">${words.time}</th>
              ${FIGURES.map((figure) => html`<th scope="col">${words.series[figure]}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${parts.toReversed().map(
              (part) => html`<tr>
                <th scope="row">${this.#when(part.start)}</th>
                ${FIGURES.map((figure) => html`<td>${numbers.format(part[figure])}</td>`)}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  /** The hour, or the day, in the reader's zone. */
  #when(start: number): string {
    const parts: Intl.DateTimeFormatOptions =
      this.span === 'day'
        ? { weekday: 'short', hour: 'numeric', minute: '2-digit' }
        : { day: 'numeric', month: 'short' };
    return new Intl.DateTimeFormat(this.texts.locale, parts).format(start);
  }
}

const NONE = { label: '', values: [] };

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
