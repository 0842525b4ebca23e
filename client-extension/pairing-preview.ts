/**
 * `<exchange-calendar-preview>`: what a pairing that previews would do, event by event, and the dialog that starts it.
 * Where meetings were found in Liferay it asks whether Exchange invites to them; nobody is invited without that being
 * chosen.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type Pairing, PROPOSAL_KINDS, type Preview, type Proposal } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { failureAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { Command } from './command.ts';
import { dialogFooter } from './dialog-footer.ts';
import { fieldNames } from './event-words.ts';
import { radioGroup } from './fields.ts';
import { PairingEvent } from './pairing-card.ts';
import { Pulse } from './pulse.ts';
import { dateTime, day } from './relative-time.ts';

type Choice = keyof Texts['ui']['invitationChoices'];

const CHOICES: readonly Choice[] = ['leave', 'send'];
/** How often a preview that is still being made is read again while somebody looks at it. */
const LOOKING_MS = 1_000;
/**
 * A start stops the run that still looks, and the next one has to wait for the end of its lease: so a start waits for
 * the preview, but not for one event that cannot be read.
 */
const PATIENCE_LOOKS = 20;

let previews = 0;

export class PairingPreview extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    preview: { state: true },
    choice: { state: true },
    looks: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** As it was read when the dialog was opened, and until it was complete; undefined before. */
  declare preview: Preview | undefined;
  declare choice: Choice;
  /** How often it was read while it was not complete. */
  declare looks: number;

  readonly #id = `exchange-calendar-preview-${++previews}`;
  readonly #command = new Command<'read' | 'more' | 'start'>(this);
  readonly #looking = new Pulse(this, { work: () => this.#look(), intervalMs: () => LOOKING_MS });

  constructor() {
    super();
    this.choice = 'leave';
    this.looks = 0;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { texts, preview } = this;
    const { failure, running } = this.#command;
    const failed = failure === undefined ? nothing : failureAlert(texts, failure, this.spritemap);
    const isOpen = preview !== undefined && this.#dialog?.open === true;
    return html`${isOpen ? nothing : failed}
      <p>
        <button
          type="button"
          class="btn btn-sm btn-primary"
          aria-haspopup="dialog"
          aria-busy=${running === undefined ? nothing : 'true'}
          @click=${this.open}
        >
          ${texts.ui.preview}
        </button>
      </p>
      <dialog
        class="exchange-connector-dialog"
        id=${this.#id}
        aria-labelledby="${this.#id}-title"
        aria-describedby="${this.#id}-text"
        @close=${this.#closed}
      >
        ${preview === undefined ? nothing : this.#form(preview, isOpen ? failed : nothing)}
      </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  #form(preview: Preview, failed: TemplateResult | typeof nothing): TemplateResult {
    const { ui } = this.texts;
    const { exchangeCalendarName, liferayCalendarName } = this.pairing;
    return html`<form class="modal-content" method="dialog">
      <div class="modal-header">
        <h3 class="modal-title" id="${this.#id}-title" tabindex="-1" autofocus>${ui.previewTitle}</h3>
      </div>
      <div class="modal-body">
        <p id="${this.#id}-text">${ui.previewText(exchangeCalendarName, liferayCalendarName)}</p>
        ${failed}
        <p role="status">${preview.complete ? '' : html`<b>${ui.previewLooking(this.pairing.progress.total)}</b>`}</p>
        ${this.#kinds(preview)} ${preview.complete && preview.ambiguous > 0 ? this.#ambiguities(preview) : nothing}
        ${preview.invitations.meetings === 0 ? nothing : this.#question(preview.invitations)}
      </div>
      ${dialogFooter(
        html`<button class="btn btn-secondary" type="submit">${ui.cancel}</button>`,
        html`<button
                class="btn btn-primary"
                type="submit"
                aria-disabled=${this.#mayStart(preview) ? nothing : 'true'}
                @click=${(event: Event) => this.#press(event, preview)}
              >
                ${ui.start}
              </button>`,
      )}
    </form>`;
  }

  #kinds(preview: Preview): TemplateResult {
    const { ui } = this.texts;
    const { counts, proposals, next } = preview;
    const kinds = PROPOSAL_KINDS.filter((kind) => counts[kind] > 0);
    if (kinds.length === 0) return preview.complete ? html`<p>${ui.previewEmpty}</p>` : html``;
    return html`<ul class="list-group exchange-connector-kinds">
        ${kinds.map((kind) => this.#kind(kind, counts[kind], proposals))}
      </ul>
      ${
        next === null
          ? nothing
          : html`<p>
            <button
              type="button"
              class="btn btn-sm btn-secondary"
              aria-busy=${this.#command.running === 'more' ? 'true' : nothing}
              @click=${() => this.#more(preview, next)}
            >
              ${ui.previewMore(proposals.length)}
            </button>
          </p>`
      }`;
  }

  /** What is to be done with so many events, and, opened, which ones. */
  #kind(kind: Proposal['kind'], count: number, proposals: readonly Proposal[]): TemplateResult {
    const { ui } = this.texts;
    const events = proposals.filter((each) => each.kind === kind);
    const text = ui.previewKinds[kind](count);
    if (events.length === 0) return html`<li class="list-group-item">${text}</li>`;
    return html`<li class="list-group-item">
      <details>
        <summary>${text}</summary>
        <ul class="exchange-connector-problems">
          ${events.map((event) => this.#event(event))}
          ${count > events.length ? html`<li>${ui.moreProblems(count - events.length)}</li>` : nothing}
        </ul>
      </details>
    </li>`;
  }

  #event(proposal: Proposal): TemplateResult {
    const { texts } = this;
    const { title, reason, detail, fields } = proposal;
    const names = fieldNames([...new Set([...fields.exchange, ...fields.liferay])], texts);
    return html`<li>
      <b>${title ?? texts.ui.untitled}</b>${this.#when(proposal)}${names === '' ? '' : ` (${names})`}
      ${reason === null ? nothing : this.#reason(reason)}
      ${detail === null ? nothing : html`<div class="exchange-connector-detail">${texts.ui.details(detail)}</div>`}
    </li>`;
  }

  /** Few have any: what asks about them comes when it is needed. */
  #ambiguities(preview: Preview): TemplateResult {
    void import('./choices/index.ts');
    return html`<exchange-calendar-ambiguities
      .api=${this.api}
      .pairing=${this.pairing}
      .preview=${preview}
      .texts=${this.texts}
      .spritemap=${this.spritemap}
    ></exchange-calendar-ambiguities>`;
  }

  #reason(reason: string): TemplateResult {
    const { title, action } = reasonText(this.texts, reason);
    return html`<div>${title} ${action}</div>`;
  }

  #when({ start, allDay }: Proposal): string {
    const { locale } = this.texts;
    return start === null ? '' : `, ${allDay ? day(start, locale) : dateTime(start, locale)}`;
  }

  #question({ meetings, first }: Preview['invitations']): TemplateResult {
    const { ui } = this.texts;
    return radioGroup({
      id: `${this.#id}-invitations`,
      label: ui.invitationsQuestion(meetings),
      describedBy: `${this.#id}-meetings`,
      between: html`<ul class="exchange-connector-problems" id="${this.#id}-meetings">
        ${first.map((meeting) => this.#meeting(meeting))}
        ${meetings > first.length ? html`<li>${ui.moreMeetings(meetings - first.length)}</li>` : nothing}
      </ul>`,
      choices: CHOICES.map((value) => ({
        value,
        label: ui.invitationChoices[value],
        explanation: ui.invitationConsequences[value],
      })),
      chosen: this.choice,
      change: (choice) => {
        this.choice = choice;
      },
    });
  }

  #meeting(meeting: Proposal): TemplateResult {
    const { ui } = this.texts;
    return html`<li>
      <b>${meeting.title ?? ui.untitled}</b>${this.#when(meeting)}: ${ui.invitees(meeting.invitees.length)}
    </li>`;
  }

  /** What failed while it closed is shown outside of it. */
  readonly #closed = (): void => {
    this.#looking.stop();
    this.requestUpdate();
  };

  /** Read before it is shown, so that a screen reader finds what there is when the dialog opens. */
  readonly open = async (): Promise<void> => {
    const preview = await this.#command.run('read', () => this.api.preview(this.pairing.id));
    if (preview === undefined) return;
    this.preview = preview;
    this.choice = 'leave';
    this.looks = 0;
    await this.updateComplete;
    if (!this.isConnected || this.#dialog?.open !== false) return;
    this.#dialog.showModal();
    if (!preview.complete) this.#looking.start({ atOnce: false });
  };

  /** Until it is complete: then it stays as it is under the reader's eyes. */
  async #look(): Promise<void> {
    this.looks += 1;
    try {
      const preview = await this.api.preview(this.pairing.id);
      if (this.#dialog?.open !== true) return;
      this.preview = preview;
      if (preview.complete) this.#looking.stop();
    } catch (error) {
      // The next look may get through; a pairing that previews no more says so when it is started.
      if (toApiFailure(error).reason === 'notPreviewing') this.#looking.stop();
    }
  }

  async #more(preview: Preview, after: string): Promise<void> {
    const more = await this.#command.run('more', () => this.api.preview(this.pairing.id, after));
    if (more === undefined || this.preview !== preview) return;
    this.preview = { ...preview, proposals: [...preview.proposals, ...more.proposals], next: more.next };
  }

  #mayStart({ complete }: Preview): boolean {
    return complete || this.looks >= PATIENCE_LOOKS;
  }

  /** The dialog closes by a press on what submits it. */
  #press(event: Event, preview: Preview): void {
    if (this.#mayStart(preview)) void this.#start(preview);
    else event.preventDefault();
  }

  async #start({ invitations: { meetings, mark } }: Preview): Promise<void> {
    const { api, pairing, texts } = this;
    const sends = this.choice === 'send' && meetings > 0;
    const accepted = await this.#command.run('start', async () => {
      // What was chosen last may be on its way yet.
      await this.querySelector<HTMLElement & { kept?: Promise<void> }>('exchange-calendar-ambiguities')?.kept;
      return api.startPairing(pairing.id, sends ? { invitations: 'send', mark } : { invitations: 'leave' });
    });
    if (accepted === undefined) return;
    const started: Pairing = { ...pairing, preview: false, status: 'starting' };
    this.dispatchEvent(new PairingEvent({ kind: 'changed', pairing: started }));
    this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement: texts.ui.started }));
  }
}
