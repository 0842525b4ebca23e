/**
 * `<exchange-calendar-history>`: what was done by a pairing, run by run, newest first. An entry opens to what stood there
 * before and after, and can be taken back, as can all of a run.
 */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { History, HistoryEntry, Undo, UndoPlanned } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert, failureAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { Command } from './command.ts';
import { fieldNames } from './event-words.ts';
import { PairingEvent } from './pairing-card.ts';
import { dateTime } from './relative-time.ts';

interface Run {
  readonly key: string;
  readonly runId: string | null;
  readonly at: number;
  readonly entries: readonly HistoryEntry[];
}

/** What may be taken back at all; the service knows the rest. */
const UNDOABLE: ReadonlySet<HistoryEntry['kind']> = new Set(['update', 'delete', 'lost']);

export class PairingHistory extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairingId: { attribute: false },
    lastResultAt: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    older: { state: true },
    answer: { state: true },
  };
  declare api: ApiClient;
  declare pairingId: string;
  /** When it changes, the history has grown and is read again. */
  declare lastResultAt: number | undefined;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Further parts, as far as somebody asked for them. */
  declare older: readonly History[];
  /** What came of the last wish to take something back. */
  declare answer: UndoPlanned | undefined;

  readonly #command = new Command<string>(this);
  readonly #newest = new Task(this, {
    task: ([api, pairingId]) => api.history(pairingId),
    args: () => [this.api, this.pairingId, this.lastResultAt] as const,
    onComplete: () => {
      this.older = [];
    },
  });

  constructor() {
    super();
    this.older = [];
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult | undefined {
    const { texts } = this;
    const known = this.#newest.value;
    return this.#newest.render({
      pending: () =>
        known === undefined ? html`<p role="status">${texts.ui.loading}</p>` : this.#list(known),
      complete: (newest) => this.#list(newest),
      error: (error) =>
        failureAlert(texts, toApiFailure(error), this.spritemap, () => void this.#newest.run()),
    });
  }

  #list(newest: History): TemplateResult {
    const { ui } = this.texts;
    const parts = [newest, ...this.older];
    const entries = parts.flatMap((part) => part.entries);
    if (entries.length === 0) return html`<p>${ui.historyEmpty}</p>`;
    const next = parts.at(-1)?.next ?? null;
    const { failure } = this.#command;
    return html`${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}
      ${this.#refusals(entries)}
      <ul class="list-group exchange-connector-history" tabindex="0" aria-label=${ui.history}>
        ${repeat(
          runsOf(entries),
          ({ key }) => key,
          (run) => this.#run(run),
        )}
      </ul>
      ${next === null ? nothing : this.#button('more', ui.historyMore, nothing, () => this.#more(next))}`;
  }

  #run({ runId, at, entries }: Run): TemplateResult {
    const { ui, locale } = this.texts;
    const when = dateTime(at, locale);
    const undoable = entries.filter(({ kind, hasBefore }) => UNDOABLE.has(kind) && hasBefore);
    return html`<li class="list-group-item">
      <div class="exchange-connector-head">
        <b><time datetime=${new Date(at).toISOString()}>${when}</time></b>
        ${
          runId === null || undoable.length < 2
            ? nothing
            : this.#button(runId, ui.undoAll, ui.undoAllOf(when), () => this.#undo(runId, { runId }))
        }
      </div>
      <ul class="exchange-connector-entries">
        ${entries.map((entry) => this.#entry(entry))}
      </ul>
    </li>`;
  }

  #entry(entry: HistoryEntry): TemplateResult {
    const { ui } = this.texts;
    const { id, kind, side, title, fields, hasBefore } = entry;
    const names = fields.length === 0 ? '' : ` (${fieldNames(fields, this.texts)})`;
    const text = html`${ui.historyKinds[kind][side]}${names}: <b>${title ?? ui.untitled}</b>`;
    if (!hasBefore) return html`<li>${text}</li>`;
    return html`<li>
      <details>
        <summary>${text}</summary>
        <exchange-calendar-change
          .api=${this.api}
          .pairingId=${this.pairingId}
          .changeId=${id}
          .texts=${this.texts}
          .spritemap=${this.spritemap}
        ></exchange-calendar-change>
        ${
          UNDOABLE.has(kind)
            ? this.#button(id, ui.undo, ui.undoNamed(title ?? ui.untitled), () =>
                this.#undo(id, { changeIds: [id] }),
              )
            : nothing
        }
      </details>
    </li>`;
  }

  /** Which were not taken back, and why. */
  #refusals(entries: readonly HistoryEntry[]): TemplateResult | typeof nothing {
    const { answer, texts } = this;
    if (answer === undefined || answer.refused.length === 0) return nothing;
    return alert({
      kind: 'warning',
      title: texts.ui.undoRefused(answer.refused.length),
      spritemap: this.spritemap,
      urgent: true,
      body: html`<ul class="exchange-connector-problems">
        ${answer.refused.map(({ changeId, reason }) => {
          const { title, action } = reasonText(texts, reason);
          const name = entries.find(({ id }) => id === changeId)?.title ?? texts.ui.untitled;
          return html`<li><b>${name}</b>: ${title} ${action}</li>`;
        })}
      </ul>`,
    });
  }

  #button(command: string, text: string, name: string | typeof nothing, press: () => void): TemplateResult {
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-label=${name}
      aria-busy=${this.#command.running === command ? 'true' : nothing}
      @click=${press}
    >
      ${text}
    </button>`;
  }

  async #more(after: string): Promise<void> {
    const part = await this.#command.run('more', () => this.api.history(this.pairingId, after));
    if (part !== undefined) this.older = [...this.older, part];
  }

  async #undo(command: string, which: Undo): Promise<void> {
    this.answer = undefined;
    const answer = await this.#command.run(command, () => this.api.undo(this.pairingId, which));
    this.answer = answer;
    if (answer === undefined || answer.planned === 0) return;
    const announcement = this.texts.ui.undoPlanned(answer.planned);
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement }));
  }
}

/** What one run did stands together; entries whose run is not known any more stand by their moment. */
function runsOf(entries: readonly HistoryEntry[]): readonly Run[] {
  const groups = Map.groupBy(entries, ({ runId, at }) => runId ?? String(at));
  return [...groups].map(([key, group]) => ({
    key,
    runId: group[0]?.runId ?? null,
    at: group[0]?.at ?? 0,
    entries: group,
  }));
}
