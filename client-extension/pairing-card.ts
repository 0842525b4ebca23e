/** `<exchange-calendar-pairing>`: one pairing, how it is doing, and what can be done with it. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Pairing, PairingPatch, Problem } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from './alerts.ts';
import type { ApiClient } from './api-client.ts';
import type { UnpairChoice } from './choices/unpair-choice.ts';
import { Command } from './command.ts';
import { directionField } from './direction-field.ts';
import { icon, leadingIcon } from './icon.ts';
import { pairingOptions } from './pairing-options.ts';
import { PairingPreview } from './pairing-preview.ts';
import { obstacle, pairingProgress, problems, statusLabel } from './pairing-status.ts';
import { statusSentences } from './status-sentences.ts';
import { unpairDialog } from './unpair-dialog.ts';

/** How a card tells its list what came of a press. Bubbles, so that the list needs one listener. */
export class PairingEvent extends Event {
  static readonly type = 'exchange-calendar-pairing';
  readonly outcome:
    | { readonly kind: 'changed'; readonly pairing: Pairing }
    | { readonly kind: 'unpaired'; readonly pairing: Pairing }
    | { readonly kind: 'requested'; readonly announcement: string };

  constructor(outcome: PairingEvent['outcome']) {
    super(PairingEvent.type, { bubbles: true });
    this.outcome = outcome;
  }
}

type Panel = 'history' | 'why' | 'settings';

let cards = 0;

export class PairingCard extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    texts: { attribute: false },
    nowMs: { attribute: false },
    spritemap: { attribute: false },
    canWrite: { attribute: false },
    panel: { state: true },
    asked: { state: true },
    saved: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  declare texts: Texts;
  /** The service's clock. */
  declare nowMs: number;
  declare spritemap: string | undefined;
  /** Whether the Exchange calendar accepts changes; true when that is not known. */
  declare canWrite: boolean;
  /** What is unfolded below the buttons. */
  declare panel: Panel | undefined;
  /** How often it was asked whether to unpair: what there is to remove is counted each time. */
  declare asked: number;
  /** The last change of a setting has arrived. */
  declare saved: boolean;

  readonly #id = `exchange-calendar-pairing-${++cards}`;
  readonly #command = new Command<'settings' | 'sync' | 'pause' | 'unpair' | `retry ${string}`>(this);

  constructor() {
    super();
    this.canWrite = true;
    this.panel = undefined;
    this.asked = 0;
    this.saved = false;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** A problem that is solved takes its button away, and with it the focus of who pressed it. */
  protected override update(changed: PropertyValues<this>): void {
    const hadFocus = this.contains(document.activeElement);
    super.update(changed);
    if (hadFocus && !this.contains(document.activeElement)) this.focusHeading();
  }

  /** After this pairing was made: goes on to its preview, or tells the keyboard and the screen reader where it is. */
  greet(): void {
    this.focusHeading();
    const preview = this.querySelector('exchange-calendar-preview');
    if (preview instanceof PairingPreview) void preview.open();
  }

  focusHeading(): void {
    this.querySelector<HTMLElement>(`#${this.#id}-name`)?.focus();
  }

  override render(): TemplateResult {
    const { pairing, texts, spritemap } = this;
    const failure = this.#command.failure;
    return html`<article aria-labelledby="${this.#id}-name">
      <div class="exchange-connector-head">${this.#names()} ${statusLabel(pairing, texts, spritemap)}</div>
      ${pairingProgress(pairing, `${this.#id}-name`, texts)}
      <p class="exchange-connector-sentences">${statusSentences(pairing, this.nowMs, texts)}</p>
      ${obstacle(pairing, texts, spritemap)}
      ${
        pairing.preview
          ? html`<exchange-calendar-preview
            .api=${this.api}
            .pairing=${pairing}
            .texts=${texts}
            .spritemap=${spritemap}
          ></exchange-calendar-preview>`
          : nothing
      }
      ${problems(pairing, texts, spritemap, this.#retryButton)}
      ${
        pairing.problems.held === 0
          ? nothing
          : html`<exchange-calendar-held
            .api=${this.api}
            .pairingId=${pairing.id}
            .count=${pairing.problems.held}
            .texts=${texts}
            .spritemap=${spritemap}
          ></exchange-calendar-held>`
      }
      ${failure === undefined ? nothing : failureAlert(texts, failure, spritemap)} ${this.#actions()}
      ${this.panel === undefined ? nothing : this.#unfolded(this.panel)}
      ${unpairDialog({
        id: `${this.#id}-unpair`,
        pairing,
        texts,
        choice: this.#copies(),
        confirm: this.#unpair,
      })}
    </article>`;
  }

  #names(): TemplateResult {
    const { pairing } = this;
    const { ui } = this.texts;
    return html`<h4 class="list-group-title exchange-connector-names" id="${this.#id}-name" tabindex="-1">
      <span><span class="exchange-connector-side">${ui.exchange}</span> ${pairing.exchangeCalendarName}</span>
      <span class="exchange-connector-arrow" aria-hidden="true">${this.#arrow()}</span>
      <span class="sr-only">${ui.directions[pairing.direction]}</span>
      <span><span class="exchange-connector-side">${ui.liferay}</span> ${pairing.liferayCalendarName}</span>
    </h4>`;
  }

  #arrow(): unknown {
    const isTwoWay = this.pairing.direction === 'both';
    if (this.spritemap === undefined) return isTwoWay ? '⇄' : '→';
    return icon(isTwoWay ? 'change' : 'order-arrow-right', this.spritemap);
  }

  #unfolded(panel: Panel): TemplateResult {
    return html`<div class="exchange-connector-panel" id="${this.#id}-${panel}">${this.#panel(panel)}</div>`;
  }

  #panel(panel: Panel): TemplateResult {
    const { api, pairing, texts, spritemap } = this;
    switch (panel) {
      case 'settings':
        return this.#settings();
      case 'why':
        void import('./pairing-why.ts');
        return html`<exchange-calendar-why
          .api=${api}
          .pairingId=${pairing.id}
          .texts=${texts}
          .spritemap=${spritemap}
        ></exchange-calendar-why>`;
      case 'history':
        return html`<exchange-calendar-history
          .api=${api}
          .pairingId=${pairing.id}
          .lastResultAt=${pairing.lastResult?.at}
          .texts=${texts}
          .spritemap=${spritemap}
        ></exchange-calendar-history>`;
      default:
        return panel satisfies never;
    }
  }

  #settings(): TemplateResult {
    const { pairing, texts } = this;
    const isTwoWay = pairing.direction === 'both';
    return html`${directionField({
      id: `${this.#id}-direction`,
      direction: pairing.direction,
      writeBack: this.canWrite || isTwoWay ? 'free' : 'readOnly',
      texts,
      change: (direction) => this.#change({ direction }),
    })}
    ${pairingOptions({
      id: this.#id,
      options: pairing,
      twoWay: isTwoWay,
      texts,
      change: (changed) => this.#change(changed),
    })}
    <p class="form-text font-weight-normal mb-0 ${this.saved ? 'text-success' : ''}">
      ${this.saved ? leadingIcon('check-circle', this.spritemap) : nothing}${this.saved ? texts.ui.saved : texts.ui.savedAtOnce}
    </p>`;
  }

  #actions(): TemplateResult {
    const { ui } = this.texts;
    const { paused, status } = this.pairing;
    const stops = status === 'firstSync' || status === 'starting';
    // While a pairing previews, or is on its way already, there is nothing to ask for.
    const mayAsk = !paused && !stops && status !== 'preview';
    return html`<div class="exchange-connector-actions">
      ${mayAsk ? this.#button('sync', 'reload', ui.syncNow, this.#sync) : nothing}
      ${
        paused
          ? this.#button('pause', 'play', ui.resume, () => this.#pause(false))
          : this.#button('pause', 'pause', stops ? ui.stop : ui.pause, () => this.#pause(true))
      }
      ${this.#unfold('history', 'time', ui.history)} ${this.#unfold('why', 'question-circle', ui.why)} ${this.#unfold('settings', 'cog', ui.settings)}
      ${this.#button('unpair', 'chain-broken', ui.unpair, this.#askToUnpair)}
    </div>`;
  }

  #unfold(panel: Panel, image: string, label: string): TemplateResult {
    const isOpen = this.panel === panel;
    const toggle = (): void => {
      this.panel = isOpen ? undefined : panel;
      this.saved = false;
    };
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-expanded=${isOpen}
      aria-controls=${isOpen ? `${this.#id}-${panel}` : nothing}
      aria-describedby="${this.#id}-name"
      @click=${toggle}
    >
      ${leadingIcon(image, this.spritemap)}${label}
    </button>`;
  }

  #button(
    name: 'sync' | 'pause' | 'unpair',
    image: string,
    label: string,
    press: () => void,
  ): TemplateResult {
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-describedby="${this.#id}-name"
      aria-busy=${this.#command.running === name ? 'true' : nothing}
      @click=${press}
    >
      ${leadingIcon(image, this.spritemap)}${label}
    </button>`;
  }

  async #pause(paused: boolean): Promise<void> {
    const { api, pairing, texts } = this;
    const changed = await this.#command.run('pause', () => api.changePairing(pairing.id, { paused }));
    if (changed === undefined) return;
    this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: changed }));
    const announcement = paused ? texts.ui.announcePaused : texts.ui.announceResumed;
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement }));
  }

  async #change(patch: PairingPatch): Promise<void> {
    const { api, pairing, texts } = this;
    this.saved = false;
    const changed = await this.#command.run('settings', () => api.changePairing(pairing.id, patch));
    if (changed === undefined) return this.#putBack();
    this.saved = true;
    this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: changed }));
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement: texts.ui.saved }));
  }

  /** The control has already moved under the reader's hand: it is put where the pairing is. */
  async #putBack(): Promise<void> {
    await this.updateComplete;
    const { direction, recycleBin, showPrivate, participants, details, ...pairing } = this.pairing;
    this.#turn(`direction-${direction}`, true);
    this.#turn('recycle-bin', recycleBin);
    this.#turn('show-private', showPrivate);
    this.#turn('participants', participants && details === 'full');
    this.#choose('policy', pairing.policy);
    this.#choose('details', details);
    this.#choose('past', String(pairing.windowPastDays));
    this.#choose('future', String(pairing.windowFutureDays));
  }

  #choose(name: string, value: string): void {
    const select = this.querySelector<HTMLSelectElement>(`#${this.#id}-${name}`);
    if (select !== null) select.value = value;
  }

  #turn(name: string, on: boolean): void {
    const input = this.querySelector<HTMLInputElement>(`#${this.#id}-${name}`);
    if (input !== null) input.checked = on;
  }

  readonly #sync = async (): Promise<void> => {
    const accepted = await this.#command.run('sync', () => this.api.syncNow(this.pairing.id));
    this.#requested(accepted, this.texts.ui.syncRequested);
  };

  readonly #retryButton = ({ linkId, title }: Problem): TemplateResult => {
    const { ui } = this.texts;
    const retry = async (): Promise<void> => {
      const accepted = await this.#command.run(`retry ${linkId}`, () =>
        this.api.retryParked(this.pairing.id, linkId),
      );
      this.#requested(accepted, ui.retryRequested);
    };
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-label=${ui.retryItem(title ?? ui.untitled)}
      aria-busy=${this.#command.running === `retry ${linkId}` ? 'true' : nothing}
      @click=${retry}
    >
      ${ui.tryAgain}
    </button>`;
  };

  #requested(accepted: unknown, announcement: string): void {
    if (accepted !== undefined) this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement }));
  }

  /** What becomes of the copies; of what is being removed already, the rest stays. */
  #copies(): TemplateResult {
    const { api, pairing, texts, spritemap, asked } = this;
    if (asked === 0 || pairing.status === 'unpairing') {
      return html`<p><b>${texts.ui.unpairConsequence}</b></p>`;
    }
    return html`<exchange-calendar-unpair-choice
      .api=${api}
      .pairing=${pairing}
      .asked=${asked}
      .texts=${texts}
      .spritemap=${spritemap}
    ></exchange-calendar-unpair-choice>`;
  }

  readonly #askToUnpair = (): void => {
    void import('./choices/index.ts');
    this.asked += 1;
    this.querySelector<HTMLDialogElement>(`#${this.#id}-unpair`)?.showModal();
  };

  readonly #unpair = async (): Promise<void> => {
    const { api, pairing } = this;
    const done = await this.#command.run('unpair', async () => {
      const choice = this.querySelector<UnpairChoice>('exchange-calendar-unpair-choice');
      if (await choice?.end?.()) return 'unpairing';
      await api.unpair(pairing.id);
      return 'unpaired';
    });
    if (done === 'unpaired') this.dispatchEvent(new PairingEvent({ kind: 'unpaired', pairing }));
    if (done !== 'unpairing') return;
    const ending: Pairing = { ...pairing, preview: false, paused: false, status: done };
    this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: ending }));
    const announcement = this.texts.ui.statuses[done].sentence;
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement }));
  };
}
