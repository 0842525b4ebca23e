/** `<exchange-calendar-pairing>`: one pairing, how it is doing, and what can be done with it. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Pairing, PairingPatch, Problem } from '#shared/api.ts';
import type { Texts } from '#shared/texts/index.ts';
import { failureAlert } from './alerts.ts';
import type { ApiClient } from './api-client.ts';
import { Command } from './command.ts';
import { pairingOptions } from './pairing-options.ts';
import { obstacle, problems, progressBar, statusLabel } from './pairing-status.ts';
import { statusSentences } from './status-sentences.ts';
import { toggle } from './toggle.ts';
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

let cards = 0;

export class PairingCard extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    texts: { attribute: false },
    nowMs: { attribute: false },
    spritemap: { attribute: false },
    canWrite: { attribute: false },
    historyOpen: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  declare texts: Texts;
  /** The service's clock. */
  declare nowMs: number;
  declare spritemap: string | undefined;
  /** Whether the Exchange calendar accepts changes; true when that is not known. */
  declare canWrite: boolean;
  declare historyOpen: boolean;

  readonly #id = `exchange-calendar-pairing-${++cards}`;
  readonly #command = new Command<'settings' | 'sync' | 'unpair' | `retry ${string}`>(this);

  constructor() {
    super();
    this.canWrite = true;
    this.historyOpen = false;
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

  /** For the keyboard and the screen reader, after this pairing was made. */
  focusHeading(): void {
    this.querySelector<HTMLElement>(`#${this.#id}-name`)?.focus();
  }

  override render(): TemplateResult {
    const { pairing, texts, spritemap } = this;
    const failure = this.#command.failure;
    return html`<article aria-labelledby="${this.#id}-name">
      <div class="exchange-connector-head">${this.#names()} ${statusLabel(pairing, texts)}</div>
      ${progressBar(pairing, `${this.#id}-name`, texts)}
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
      ${failure === undefined ? nothing : failureAlert(texts, failure, spritemap)}
      ${this.#direction()} ${this.#options()} ${this.#actions()}
      ${
        this.historyOpen
          ? html`<exchange-calendar-history
            id="${this.#id}-history"
            .api=${this.api}
            .pairingId=${pairing.id}
            .lastResultAt=${pairing.lastResult?.at}
            .texts=${texts}
            .spritemap=${spritemap}
          ></exchange-calendar-history>`
          : nothing
      }
      ${unpairDialog({ id: `${this.#id}-unpair`, pairing, texts, confirm: this.#unpair })}
    </article>`;
  }

  #names(): TemplateResult {
    const { pairing } = this;
    const { ui } = this.texts;
    return html`<h4 class="list-group-title exchange-connector-names" id="${this.#id}-name" tabindex="-1">
      <span><span class="exchange-connector-side">${ui.exchange}</span> ${pairing.exchangeCalendarName}</span>
      <span class="exchange-connector-arrow" aria-hidden="true">${pairing.direction === 'both' ? '⇄' : '→'}</span>
      <span class="sr-only">${ui.directions[pairing.direction]}</span>
      <span><span class="exchange-connector-side">${ui.liferay}</span> ${pairing.liferayCalendarName}</span>
    </h4>`;
  }

  #direction(): TemplateResult {
    const { ui } = this.texts;
    const on = this.pairing.direction === 'both';
    const locked = !this.canWrite && !on;
    return toggle({
      id: `${this.#id}-direction`,
      label: ui.writeBack,
      explanation: locked ? ui.writeBackReadOnly : on ? ui.writeBackOn : ui.writeBackOff,
      on,
      disabled: locked,
      change: (both) => this.#change({ direction: both ? 'both' : 'toLiferay' }),
    });
  }

  #options(): TemplateResult {
    const { pairing, texts } = this;
    return pairingOptions({
      id: this.#id,
      options: pairing,
      twoWay: pairing.direction === 'both',
      texts,
      change: (changed) => this.#change(changed),
    });
  }

  #actions(): TemplateResult {
    const { ui } = this.texts;
    return html`<div class="exchange-connector-actions">
      ${this.#button('sync', ui.syncNow, this.#sync)}
      <button
        type="button"
        class="btn btn-sm btn-secondary"
        aria-expanded=${this.historyOpen}
        aria-controls=${this.historyOpen ? `${this.#id}-history` : nothing}
        aria-describedby="${this.#id}-name"
        @click=${this.#toggleHistory}
      >
        ${ui.history}
      </button>
      ${this.#button('unpair', ui.unpair, this.#askToUnpair)}
    </div>`;
  }

  #button(name: 'sync' | 'unpair', label: string, press: () => void): TemplateResult {
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-describedby="${this.#id}-name"
      aria-busy=${this.#command.running === name ? 'true' : nothing}
      @click=${press}
    >
      ${label}
    </button>`;
  }

  async #change(patch: PairingPatch): Promise<void> {
    const { api, pairing } = this;
    const changed = await this.#command.run('settings', () => api.changePairing(pairing.id, patch));
    if (changed !== undefined) this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: changed }));
    // The control has already moved under the reader's hand: put it where the pairing is.
    await this.updateComplete;
    this.#turn('direction', this.pairing.direction === 'both');
    this.#turn('recycle-bin', this.pairing.recycleBin);
    this.#turn('show-private', this.pairing.showPrivate);
    this.#turn('participants', this.pairing.participants && this.pairing.details === 'full');
    this.#choose('policy', this.pairing.policy);
    this.#choose('details', this.pairing.details);
  }

  #choose(name: 'policy' | 'details', value: string): void {
    const select = this.querySelector<HTMLSelectElement>(`#${this.#id}-${name}`);
    if (select !== null) select.value = value;
  }

  #turn(name: 'direction' | 'recycle-bin' | 'show-private' | 'participants', on: boolean): void {
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

  readonly #askToUnpair = (): void => {
    this.querySelector<HTMLDialogElement>(`#${this.#id}-unpair`)?.showModal();
  };

  readonly #unpair = async (): Promise<void> => {
    const { api, pairing } = this;
    const done = await this.#command.run('unpair', async () => {
      await api.unpair(pairing.id);
      return true;
    });
    if (done === true) this.dispatchEvent(new PairingEvent({ kind: 'unpaired', pairing }));
  };

  readonly #toggleHistory = (): void => {
    this.historyOpen = !this.historyOpen;
  };
}
