/** `<exchange-calendar-attach>`: the dialog in which mailboxes of a site, many at once, are paired with resources. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Details, Direction, LiferayCalendar, Pairing, SiteMailboxes } from '#shared/api.ts';
import { DETAILS, USUAL_DETAILS } from '#shared/details.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import type { SiteTexts } from '#shared/texts/sites/dictionary.ts';
import { AnnounceEvent } from '../announce.ts';
import { type ApiClient, type ApiFailure, toApiFailure } from '../api-client.ts';
import { Command } from '../command.ts';
import { dialogFooter } from '../dialog-footer.ts';
import { directionField } from '../direction-field.ts';
import { selectField } from '../fields.ts';
import { toggle } from '../toggle.ts';
import { createResource, mailboxCalendars } from './site-client.ts';
import { likelyResource, releasedAs, resourceName } from './site-rows.ts';
import { siteTexts } from './site-texts.ts';

/** In place of a resource's calendar: one is made. */
const NEW = 'new';

/** One of the mailboxes was paired. Bubbles. */
export class AttachedEvent extends Event {
  static readonly type = 'exchange-calendar-attached';
  readonly pairing: Pairing;

  constructor(pairing: Pairing) {
    super(AttachedEvent.type, { bubbles: true });
    this.pairing = pairing;
  }
}

let dialogs = 0;

export class AttachDialog extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    calendars: { attribute: false },
    released: { attribute: false },
    mailboxes: { state: true },
    chosen: { state: true },
    failures: { state: true },
    direction: { state: true },
    details: { state: true },
    wantsPreview: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Of the site's resources. */
  declare calendars: readonly LiferayCalendar[];
  /** Why each is offered. */
  declare released: SiteMailboxes;
  /** Those that are still to be paired. */
  declare mailboxes: readonly string[];
  /** The resource's calendar for each mailbox; '' leaves it out. */
  declare chosen: ReadonlyMap<string, string>;
  declare failures: ReadonlyMap<string, ApiFailure | 'noCalendar'>;
  declare direction: Direction;
  declare details: Details;
  declare wantsPreview: boolean;

  readonly #id = `exchange-calendar-attach-${++dialogs}`;
  readonly #command = new Command<'pair'>(this);

  constructor() {
    super();
    this.mailboxes = [];
    this.chosen = new Map();
    this.failures = new Map();
    this.direction = 'both';
    this.details = USUAL_DETAILS.site;
    this.wantsPreview = true;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  async open(mailboxes: readonly string[]): Promise<void> {
    const free = this.calendars.filter(({ pairingId }) => pairingId === null);
    this.mailboxes = mailboxes;
    this.failures = new Map();
    this.chosen = new Map(mailboxes.map((mailbox) => [mailbox, likelyResource(mailbox, free)?.id ?? '']));
    await this.updateComplete;
    if (this.isConnected && this.#dialog?.open === false) this.#dialog.showModal();
  }

  override render(): TemplateResult {
    const { ui } = this.texts;
    const words = siteTexts(this.texts.locale);
    const free = this.calendars.filter(({ pairingId }) => pairingId === null);
    return html`<dialog class="exchange-connector-dialog" id=${this.#id} aria-labelledby="${this.#id}-title">
      <form class="modal-content" novalidate @submit=${this.#pair}>
        <div class="modal-header">
          <h3 class="modal-title" id="${this.#id}-title" tabindex="-1" autofocus>${words.dialogTitle}</h3>
        </div>
        <div class="modal-body">
          <p>${words.dialogText}</p>
          ${this.#canMakeAll() ? this.#makeAll(words) : nothing}
          ${this.mailboxes.map((mailbox, index) => this.#mailbox(words, mailbox, index, free))}
          ${directionField({
            id: `${this.#id}-direction`,
            direction: this.direction,
            writeBack: 'free',
            texts: this.texts,
            change: (direction) => {
              this.direction = direction;
            },
          })}
          ${selectField({
            id: `${this.#id}-details`,
            label: ui.shown,
            explanation: ui.shownText,
            choices: DETAILS.map((value) => ({ value, label: words.shows[value] })),
            chosen: this.details,
            change: (details) => {
              this.details = details;
            },
          })}
          ${toggle({
            id: `${this.#id}-preview`,
            label: ui.previewFirst,
            explanation: this.wantsPreview ? ui.previewFirstOn : ui.previewFirstOff,
            on: this.wantsPreview,
            disabled: false,
            change: (wanted) => {
              this.wantsPreview = wanted;
            },
          })}
        </div>
        ${dialogFooter(
          html`<button class="btn btn-secondary" type="button" @click=${() => this.#dialog?.close()}>
                  ${ui.cancel}
                </button>`,
          html`<button
                  class="btn btn-primary"
                  type="submit"
                  aria-busy=${this.#command.running === undefined ? nothing : 'true'}
                >
                  ${ui.pair}
                </button>`,
        )}
      </form>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  /** None of them has a resource yet whose name says that it is its own. */
  #without(): readonly string[] {
    return this.mailboxes.filter((mailbox) => (this.chosen.get(mailbox) ?? '') === '');
  }

  #canMakeAll(): boolean {
    return this.mailboxes.length > 1 && this.#without().length > 0;
  }

  #makeAll(words: SiteTexts): TemplateResult {
    const make = (): void => {
      const without = this.#without();
      this.chosen = new Map([...this.chosen, ...without.map((mailbox) => [mailbox, NEW] as const)]);
    };
    return html`<p>
      <button type="button" class="btn btn-sm btn-secondary" @click=${make}>
        ${words.makeAll(this.#without().length)}
      </button>
    </p>`;
  }

  #mailbox(
    words: SiteTexts,
    mailbox: string,
    index: number,
    free: readonly LiferayCalendar[],
  ): TemplateResult {
    const failure = this.failures.get(mailbox);
    const taken = new Set([...this.chosen].filter(([other]) => other !== mailbox).map(([, id]) => id));
    return html`${selectField({
      id: `${this.#id}-${index}`,
      label: words.resourceFor(mailbox),
      explanation: releasedAs(mailbox, this.released, words),
      choices: [
        { value: '', label: words.leaveOut },
        { value: NEW, label: words.makeResource(resourceName(mailbox, this.released)) },
        ...free.map(({ id, name }) => ({ value: id, label: name, disabled: taken.has(id) && id !== NEW })),
      ],
      chosen: this.chosen.get(mailbox) ?? '',
      change: (id) => {
        this.chosen = new Map([...this.chosen, [mailbox, id]]);
      },
    })}
    ${failure === undefined ? nothing : html`<p class="text-danger" role="alert">${this.#reason(words, failure)}</p>`}`;
  }

  #reason(words: SiteTexts, failure: ApiFailure | 'noCalendar'): string {
    if (failure === 'noCalendar') return words.noCalendar;
    const { title, action } = reasonText(this.texts, failure.reason);
    return `${title} ${action}`;
  }

  /** One after the other, so that one that fails stops none of the others. */
  readonly #pair = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = this.mailboxes.filter((mailbox) => (this.chosen.get(mailbox) ?? '') !== '');
    await this.#command.run('pair', async () => {
      for (const mailbox of wanted) await this.#pairOne(mailbox);
    });
    const done = wanted.filter((mailbox) => !this.failures.has(mailbox));
    if (done.length > 0) {
      const words = siteTexts(this.texts.locale);
      this.dispatchEvent(new AnnounceEvent(words.announcePaired(done.length)));
    }
    this.mailboxes = this.mailboxes.filter((mailbox) => !done.includes(mailbox));
    if (this.failures.size === 0) this.#dialog?.close();
  };

  /** What was made stays chosen, so that another try makes no second one. */
  async #resourceOf(mailbox: string): Promise<string> {
    const id = this.chosen.get(mailbox) ?? '';
    if (id !== NEW) return id;
    const made = await createResource(this.api, mailbox);
    this.calendars = [...this.calendars.filter((each) => each.id !== made.id), made];
    this.chosen = new Map([...this.chosen, [mailbox, made.id]]);
    return made.id;
  }

  async #pairOne(mailbox: string): Promise<void> {
    const failures = new Map(this.failures);
    failures.delete(mailbox);
    try {
      const calendars = await mailboxCalendars(this.api, mailbox);
      const calendar = calendars.find(({ isDefault }) => isDefault) ?? calendars[0];
      if (calendar === undefined) failures.set(mailbox, 'noCalendar');
      else {
        const pairing = await this.api.pair({
          mailbox,
          exchangeCalendarId: calendar.id,
          liferayCalendarId: await this.#resourceOf(mailbox),
          direction: calendar.canWrite ? this.direction : 'toLiferay',
          details: this.details,
          preview: this.wantsPreview,
        });
        this.dispatchEvent(new AttachedEvent(pairing));
      }
    } catch (error) {
      failures.set(mailbox, toApiFailure(error));
    }
    this.failures = failures;
  }
}
