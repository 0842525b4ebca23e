/**
 * `<exchange-calendar-preview>`: what a pairing that previews would do, and the dialog that starts it. Where meetings
 * were found in Liferay it asks whether Exchange invites to them; nobody is invited without that being chosen.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type Pairing, PROPOSAL_KINDS, type Preview, type Proposal } from '#shared/api.ts';
import type { Texts } from '#shared/texts/index.ts';
import { failureAlert } from './alerts.ts';
import type { ApiClient } from './api-client.ts';
import { Command } from './command.ts';
import { PairingEvent } from './pairing-card.ts';
import { dateTime, day } from './relative-time.ts';

type Choice = keyof Texts['ui']['invitationChoices'];

const CHOICES: readonly Choice[] = ['leave', 'send'];

let previews = 0;

export class PairingPreview extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    preview: { state: true },
    choice: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** As it was read when the dialog was opened; undefined before. */
  declare preview: Preview | undefined;
  declare choice: Choice;

  readonly #id = `exchange-calendar-preview-${++previews}`;
  readonly #command = new Command<'read' | 'start'>(this);

  constructor() {
    super();
    this.choice = 'leave';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { texts, preview } = this;
    const { failure, running } = this.#command;
    return html`${failure === undefined ? nothing : failureAlert(texts, failure, this.spritemap)}
      <p>
        <button
          type="button"
          class="btn btn-sm btn-primary"
          aria-haspopup="dialog"
          aria-busy=${running === undefined ? nothing : 'true'}
          @click=${this.#open}
        >
          ${texts.ui.preview}
        </button>
      </p>
      <dialog
        class="exchange-connector-dialog"
        id=${this.#id}
        aria-labelledby="${this.#id}-title"
        aria-describedby="${this.#id}-text"
      >
        ${preview === undefined ? nothing : this.#form(preview)}
      </dialog>`;
  }

  #form(preview: Preview): TemplateResult {
    const { ui } = this.texts;
    const { exchangeCalendarName, liferayCalendarName } = this.pairing;
    return html`<form class="modal-content" method="dialog">
      <div class="modal-header">
        <h3 class="modal-title" id="${this.#id}-title" tabindex="-1" autofocus>${ui.previewTitle}</h3>
      </div>
      <div class="modal-body">
        <p id="${this.#id}-text">${ui.previewText(exchangeCalendarName, liferayCalendarName)}</p>
        ${preview.complete ? nothing : html`<p><b>${ui.previewIncomplete}</b></p>`} ${this.#counts(preview)}
        ${preview.invitations.meetings === 0 ? nothing : this.#question(preview.invitations)}
      </div>
      <div class="modal-footer">
        <div class="modal-item-last">
          <div class="btn-group">
            <div class="btn-group-item">
              <button class="btn btn-secondary" type="submit">${ui.cancel}</button>
            </div>
            <div class="btn-group-item">
              <button class="btn btn-primary" type="submit" @click=${() => this.#start(preview)}>${ui.start}</button>
            </div>
          </div>
        </div>
      </div>
    </form>`;
  }

  #counts({ counts }: Preview): TemplateResult {
    const { ui } = this.texts;
    const kinds = PROPOSAL_KINDS.filter((kind) => counts[kind] > 0);
    if (kinds.length === 0) return html`<p>${ui.previewEmpty}</p>`;
    return html`<ul class="exchange-connector-problems">
      ${kinds.map((kind) => html`<li>${ui.previewKinds[kind](counts[kind])}</li>`)}
    </ul>`;
  }

  #question({ meetings, first }: Preview['invitations']): TemplateResult {
    const { ui } = this.texts;
    return html`<fieldset class="form-group exchange-connector-question" aria-describedby="${this.#id}-meetings">
      <legend>${ui.invitationsQuestion(meetings)}</legend>
      <ul class="exchange-connector-problems" id="${this.#id}-meetings">
        ${first.map((meeting) => this.#meeting(meeting))}
        ${meetings > first.length ? html`<li>${ui.moreMeetings(meetings - first.length)}</li>` : nothing}
      </ul>
      ${CHOICES.map((choice) => this.#radio(choice))}
    </fieldset>`;
  }

  #meeting({ title, start, allDay, invitees }: Proposal): TemplateResult {
    const { ui, locale } = this.texts;
    const when = start === null ? '' : `, ${allDay ? day(start, locale) : dateTime(start, locale)}`;
    return html`<li><b>${title ?? ui.untitled}</b>${when}: ${ui.invitees(invitees.length)}</li>`;
  }

  #radio(choice: Choice): TemplateResult {
    const { ui } = this.texts;
    const id = `${this.#id}-${choice}`;
    const choose = (): void => {
      this.choice = choice;
    };
    return html`<div class="custom-control custom-radio">
      <label>
        <input
          class="custom-control-input"
          type="radio"
          name="${this.#id}-invitations"
          id=${id}
          value=${choice}
          aria-describedby="${id}-text"
          .checked=${this.choice === choice}
          @change=${choose}
        />
        <span class="custom-control-label"><span class="custom-control-label-text">${ui.invitationChoices[choice]}</span></span>
      </label>
      <div class="form-text exchange-connector-hint" id="${id}-text">${ui.invitationConsequences[choice]}</div>
    </div>`;
  }

  /** Read before it is shown, so that a screen reader finds all of it when the dialog opens. */
  readonly #open = async (): Promise<void> => {
    const preview = await this.#command.run('read', () => this.api.preview(this.pairing.id));
    if (preview === undefined) return;
    this.preview = preview;
    this.choice = 'leave';
    await this.updateComplete;
    const dialog = this.querySelector<HTMLDialogElement>('dialog');
    if (this.isConnected && dialog?.open === false) dialog.showModal();
  };

  async #start({ invitations: { meetings, mark } }: Preview): Promise<void> {
    const { api, pairing, texts } = this;
    const sends = this.choice === 'send' && meetings > 0;
    const accepted = await this.#command.run('start', () =>
      api.startPairing(pairing.id, sends ? { invitations: 'send', mark } : { invitations: 'leave' }),
    );
    if (accepted === undefined) return;
    const started: Pairing = { ...pairing, preview: false, status: 'starting' };
    this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: started }));
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement: texts.ui.started }));
  }
}
