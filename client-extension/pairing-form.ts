/** `<exchange-calendar-pairing-form>`: the dialog in which a calendar of each side is chosen and the two are paired. */

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Direction, ExchangeCalendar, LiferayCalendar, Me, Pairing } from '#shared/api.ts';
import { USUAL_DETAILS } from '#shared/details.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from './alerts.ts';
import type { ApiClient } from './api-client.ts';
import { Command } from './command.ts';
import { dialogFooter } from './dialog-footer.ts';
import { directionField } from './direction-field.ts';
import { byOwnerKind, preferredExchange, preferredLiferay, writeBackOf } from './pairing-choice.ts';
import { type Options, pairingOptions } from './pairing-options.ts';
import { toggle } from './toggle.ts';

/** What the form made. Bubbles. */
export class MadeEvent extends Event {
  static readonly type = 'exchange-calendar-made';
  readonly made:
    | { readonly kind: 'pairing'; readonly pairing: Pairing }
    | { readonly kind: 'calendar'; readonly calendar: LiferayCalendar };

  constructor(made: MadeEvent['made']) {
    super(MadeEvent.type, { bubbles: true });
    this.made = made;
  }
}

/** The calendar beside whose name somebody pressed. */
export interface Preset {
  readonly exchangeId?: string;
  readonly liferayId?: string;
}

/** The longest name that Liferay gives a calendar here; see NewLiferayCalendar. */
const MAX_NAME_LENGTH = 75;

let forms = 0;

export class PairingForm extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    userName: { attribute: false },
    usualWindow: { attribute: false },
    exchangeCalendars: { attribute: false },
    liferayCalendars: { attribute: false },
    pairings: { attribute: false },
    exchangeId: { state: true },
    liferayId: { state: true },
    wantsBoth: { state: true },
    wantsPreview: { state: true },
    options: { state: true },
    complaining: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** The name for the user's own calendar, where they have none yet. */
  declare userName: string;
  declare usualWindow: Me['usualWindow'];
  declare exchangeCalendars: readonly ExchangeCalendar[];
  declare liferayCalendars: readonly LiferayCalendar[];
  declare pairings: readonly Pairing[];
  /** What the reader chose; undefined while they left it to us. */
  declare exchangeId: string | undefined;
  declare liferayId: string | undefined;
  declare wantsBoth: boolean;
  declare wantsPreview: boolean;
  /** What the reader chose otherwise than usual. */
  declare options: Partial<Options>;
  /** Whether missing choices are pointed out: only after a press on the button. */
  declare complaining: boolean;

  readonly #id = `exchange-calendar-pairing-form-${++forms}`;
  readonly #command = new Command<'pair' | 'create'>(this);

  constructor() {
    super();
    this.#reset({});
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** The browser's own modal dialog: holds the focus, closes on Escape and gives the focus back. */
  async open(preset: Preset): Promise<void> {
    this.#reset(preset);
    this.#command.forget();
    await this.updateComplete;
    if (this.isConnected && this.#dialog?.open === false) this.#dialog.showModal();
  }

  /** For the keyboard, after the calendar to choose was made. */
  focusLiferayCalendar(): void {
    this.querySelector<HTMLElement>(`#${this.#id}-liferay`)?.focus();
  }

  override render(): TemplateResult {
    const { texts, spritemap } = this;
    const { ui } = texts;
    const failure = this.#command.failure;
    return html`<dialog class="exchange-connector-dialog" id=${this.#id} aria-labelledby="${this.#id}-title">
      <form class="modal-content" novalidate @submit=${this.#pair}>
        <div class="modal-header">
          <h3 class="modal-title" id="${this.#id}-title" tabindex="-1" autofocus>${ui.pairCalendars}</h3>
        </div>
        <div class="modal-body exchange-connector-form">
          ${failure === undefined ? nothing : failureAlert(texts, failure, spritemap)}
          <p>${ui.formText}</p>
          <div class="exchange-connector-fields">
            ${this.#exchangeSelect()}
            <div>${this.#liferaySelect()} ${this.#ownCalendar()}</div>
          </div>
          ${this.#directionField()} ${this.#options()} ${this.#previewFirst()}
        </div>
        ${dialogFooter(
          html`<button class="btn btn-secondary" type="button" @click=${() => this.#dialog?.close()}>
                  ${ui.cancel}
                </button>`,
          html`<button
                  class="btn btn-primary"
                  type="submit"
                  aria-busy=${this.#command.running === 'pair' ? 'true' : nothing}
                >
                  ${this.wantsPreview ? ui.showPreview : ui.pair}
                </button>`,
        )}
      </form>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  get #exchange(): ExchangeCalendar | undefined {
    const chosen = this.exchangeCalendars.find(({ id }) => id === this.exchangeId);
    return chosen ?? (this.exchangeId === undefined ? preferredExchange(this.exchangeCalendars) : undefined);
  }

  get #liferay(): LiferayCalendar | undefined {
    const chosen = this.liferayCalendars.find(
      ({ id, pairingId }) => id === this.liferayId && pairingId === null,
    );
    return chosen ?? (this.liferayId === undefined ? preferredLiferay(this.liferayCalendars) : undefined);
  }

  get #direction(): Direction {
    return this.wantsBoth && writeBackOf(this.#exchange, this.pairings) === 'free' ? 'both' : 'toLiferay';
  }

  #reset({ exchangeId, liferayId }: Preset): void {
    this.exchangeId = exchangeId;
    this.liferayId = liferayId;
    this.wantsBoth = true;
    this.wantsPreview = true;
    this.options = {};
    this.complaining = false;
  }

  /** Liferay makes a person's calendar only when they first open the Calendar page, so many have none. */
  #ownCalendar(): TemplateResult | typeof nothing {
    const { ui } = this.texts;
    if (this.liferayCalendars.some(({ ownerKind }) => ownerKind === 'user')) return nothing;
    return html`<div class="form-group">
      <p>${ui.noOwnCalendar}</p>
      <button
        type="button"
        class="btn btn-sm btn-secondary"
        aria-busy=${this.#command.running === 'create' ? 'true' : nothing}
        @click=${this.#create}
      >
        ${ui.createCalendar}
      </button>
    </div>`;
  }

  #exchangeSelect(): TemplateResult {
    const { ui } = this.texts;
    const option = (calendar: ExchangeCalendar): TemplateResult => {
      const name = calendar.canWrite ? calendar.name : ui.readOnly(calendar.name);
      return html`<option value=${calendar.id} .selected=${calendar === this.#exchange}>${calendar.pairingId === null ? name : ui.paired(name)}</option>`;
    };
    return this.#select({
      name: 'exchange',
      label: ui.exchangeCalendar,
      error: this.#exchange === undefined ? ui.chooseExchange : undefined,
      options: html`${this.exchangeCalendars.map(option)}`,
      change: (id) => {
        this.exchangeId = id;
      },
    });
  }

  #liferaySelect(): TemplateResult {
    const { ui } = this.texts;
    if (this.liferayCalendars.length === 0) return html``;
    const option = (calendar: LiferayCalendar): TemplateResult =>
      html`<option
        value=${calendar.id}
        ?disabled=${calendar.pairingId !== null}
        .selected=${calendar === this.#liferay}
      >${calendar.pairingId === null ? calendar.name : ui.paired(calendar.name)}</option>`;
    return this.#select({
      name: 'liferay',
      label: ui.liferayCalendar,
      error: this.#liferay === undefined ? ui.chooseLiferay : undefined,
      options: html`${byOwnerKind(this.liferayCalendars).map(
        ({ ownerKind, calendars }) =>
          html`<optgroup label=${ui.ownerKinds[ownerKind]}>${calendars.map(option)}</optgroup>`,
      )}`,
      change: (id) => {
        this.liferayId = id;
      },
    });
  }

  #select(field: {
    name: 'exchange' | 'liferay';
    label: string;
    error: string | undefined;
    options: TemplateResult;
    change: (id: string) => void;
  }): TemplateResult {
    const id = `${this.#id}-${field.name}`;
    const error = this.complaining ? field.error : undefined;
    const onChange = (event: Event): void => {
      if (event.target instanceof HTMLSelectElement) field.change(event.target.value);
    };
    return html`<div class="form-group ${error === undefined ? '' : 'has-error'}">
      <label for=${id}>${field.label}</label>
      <select
        class="form-control"
        id=${id}
        required
        aria-invalid=${error === undefined ? nothing : 'true'}
        aria-describedby=${error === undefined ? nothing : `${id}-error`}
        @change=${onChange}
      >
        <option value="" .selected=${field.error !== undefined}>${this.texts.ui.choose}</option>
        ${field.options}
      </select>
      ${
        error === undefined
          ? nothing
          : html`<div class="form-feedback-group">
            <div class="form-feedback-item" id="${id}-error">${error}</div>
          </div>`
      }
    </div>`;
  }

  #directionField(): TemplateResult {
    return directionField({
      id: `${this.#id}-direction`,
      direction: this.#direction,
      writeBack: writeBackOf(this.#exchange, this.pairings),
      texts: this.texts,
      change: (direction) => {
        this.wantsBoth = direction === 'both';
      },
    });
  }

  #options(): TemplateResult {
    return pairingOptions({
      id: this.#id,
      options: this.#chosenOptions,
      twoWay: this.#direction === 'both',
      texts: this.texts,
      change: (changed) => {
        this.options = { ...this.options, ...changed };
      },
    });
  }

  /** Those of the service for who says nothing. */
  get #chosenOptions(): Options {
    return {
      policy: 'exchange',
      recycleBin: false,
      details: USUAL_DETAILS.user,
      showPrivate: false,
      participants: false,
      windowPastDays: this.usualWindow.pastDays,
      windowFutureDays: this.usualWindow.futureDays,
      ...this.options,
    };
  }

  #previewFirst(): TemplateResult {
    const { ui } = this.texts;
    return toggle({
      id: `${this.#id}-preview`,
      label: ui.previewFirst,
      explanation: this.wantsPreview ? ui.previewFirstOn : ui.previewFirstOff,
      on: this.wantsPreview,
      disabled: false,
      change: (wanted) => {
        this.wantsPreview = wanted;
      },
    });
  }

  readonly #pair = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const exchange = this.#exchange;
    const liferay = this.#liferay;
    if (exchange === undefined || liferay === undefined) {
      this.complaining = true;
      await this.updateComplete;
      this.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      return;
    }
    const pairing = await this.#command.run('pair', () =>
      this.api.pair({
        exchangeCalendarId: exchange.id,
        liferayCalendarId: liferay.id,
        direction: this.#direction,
        preview: this.wantsPreview,
        ...this.#chosenOptions,
      }),
    );
    if (pairing === undefined) {
      await this.updateComplete;
      this.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' });
      return;
    }
    this.#dialog?.close();
    this.dispatchEvent(new MadeEvent({ kind: 'pairing', pairing }));
  };

  readonly #create = async (): Promise<void> => {
    const calendar = await this.#command.run('create', () =>
      this.api.createLiferayCalendar({
        name: this.userName.slice(0, MAX_NAME_LENGTH),
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    );
    if (calendar === undefined) return;
    this.liferayId = calendar.id;
    this.dispatchEvent(new MadeEvent({ kind: 'calendar', calendar }));
  };
}
