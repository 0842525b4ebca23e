/** `<exchange-domain-test>`: the dialog "Test connection" of a domain, of a mailbox in it and of the portal, step by step. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { DoctorResult, DoctorStep } from '#shared/doctor.ts';
import type { Domain } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { type DoctorTexts, doctorTextsFor, factPhrases } from '#shared/texts/doctor.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { failureAlert } from '../alerts.ts';
import { Command } from '../command.ts';
import { dialogFooter } from '../dialog-footer.ts';
import { type Look, label } from '../label.ts';
import { toggle } from '../toggle.ts';
import type { DomainClient } from './domain-client.ts';
import { nameOf } from './domain-state.ts';
import { domainTexts } from './domain-texts.ts';
import { textField } from './text-field.ts';

const LOOKS: Readonly<Record<DoctorResult, Look>> = {
  ok: { label: 'success', icon: 'check-circle-full' },
  warning: { label: 'warning', icon: 'warning-full' },
  failed: { label: 'danger', icon: 'exclamation-full' },
  notTried: { label: 'secondary', icon: 'hr' },
};
const SIDES = ['exchange', 'liferay'] as const;

let dialogs = 0;

export class DomainTest extends LitElement {
  static override properties = {
    client: { attribute: false },
    domain: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    mailbox: { state: true },
    writes: { state: true },
    mistake: { state: true },
    steps: { state: true },
    isHealthy: { state: true },
  };
  declare client: DomainClient;
  declare domain: Domain;
  declare texts: Texts;
  declare spritemap: string | undefined;
  declare mailbox: string;
  declare writes: boolean;
  /** What is wrong with the address. */
  declare mistake: string;
  /** Undefined until something was tested. */
  declare steps: readonly DoctorStep[] | undefined;
  /** Undefined until the test has ended. */
  declare isHealthy: boolean | undefined;

  readonly #id = `exchange-domain-test-${++dialogs}`;
  readonly #command = new Command<'test'>(this);

  constructor() {
    super();
    this.mailbox = '';
    this.writes = false;
    this.mistake = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  async open(): Promise<void> {
    await this.updateComplete;
    if (this.isConnected && this.#dialog?.open === false) this.#dialog.showModal();
  }

  override render(): TemplateResult {
    const { texts, mailbox, writes } = this;
    const words = domainTexts(texts.locale);
    const isRunning = this.#command.running !== undefined;
    return html`<dialog class="exchange-connector-dialog" id=${this.#id} aria-labelledby="${this.#id}-title">
      <form class="modal-content" novalidate @submit=${this.#onSubmit}>
        <div class="modal-header">
          <h3 class="modal-title" id="${this.#id}-title" tabindex="-1" autofocus>${words.testTitle(nameOf(this.domain))}</h3>
        </div>
        <div class="modal-body" tabindex="0">
          <p>${words.testText}</p>
          ${textField({
            id: `${this.#id}-mailbox`,
            label: words.testMailbox,
            explanation: words.testMailboxText,
            type: 'email',
            value: mailbox,
            error: this.mistake,
            change: (value) => {
              this.mailbox = value;
              this.mistake = '';
            },
          })}
          ${
            mailbox.trim() === ''
              ? nothing
              : toggle({
                  id: `${this.#id}-write`,
                  label: words.testWrites,
                  explanation: words.testWritesText,
                  on: writes,
                  disabled: false,
                  change: (on) => {
                    this.writes = on;
                  },
                })
          }
          ${this.#results(words)}
        </div>
        ${dialogFooter(
          html`<button class="btn btn-secondary" type="button" @click=${() => this.#dialog?.close()}>
                  ${words.close}
                </button>`,
          html`<button class="btn btn-primary" type="submit" aria-busy=${isRunning ? 'true' : nothing}>
                  ${this.steps === undefined ? words.startTest : words.testAgain}
                </button>`,
        )}
      </form>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  #results(words: DomainTexts): TemplateResult {
    const { steps, texts, spritemap } = this;
    const { failure } = this.#command;
    const doctor = doctorTextsFor(texts.locale);
    return html`<p role="status" class="exchange-domain-verdict ${this.#verdictLook}">${this.#status(words, doctor)}</p>
      ${failure === undefined || this.mistake !== '' ? nothing : failureAlert(texts, failure, spritemap)}
      ${
        steps === undefined
          ? nothing
          : SIDES.map((side) => {
              const taken = steps.filter((step) => step.side === side);
              return taken.length === 0
                ? nothing
                : html`<section aria-label=${doctor.sides[side]}>
                  <h4 class="sheet-subtitle">${doctor.sides[side]}</h4>
                  <ol class="list-group exchange-domain-steps">
                    ${taken.map((step) => this.#step(words, doctor, step))}
                  </ol>
                </section>`;
            })
      }`;
  }

  /** Clay's alert, once it is over. */
  get #verdictLook(): string {
    if (this.isHealthy === undefined || this.#command.running !== undefined) return '';
    return `alert ${this.isHealthy ? 'alert-success' : 'alert-danger'}`;
  }

  #status(words: DomainTexts, doctor: DoctorTexts): string {
    const steps = this.steps ?? [];
    if (this.#command.running !== undefined) return words.testing(steps.length);
    if (this.isHealthy === undefined) return '';
    return doctor.verdict(steps.filter(({ result }) => result === 'failed').length);
  }

  #step(words: DomainTexts, doctor: DoctorTexts, taken: DoctorStep): TemplateResult {
    const { step, result, milliseconds, reason, remedy, detail, facts } = taken;
    const phrases = factPhrases(doctor, facts);
    return html`<li class="list-group-item">
      <div class="exchange-connector-head">
        <span>${sentence(doctor.steps[step])}</span>
        <span>
          ${result === 'notTried' ? nothing : html`<span class="text-secondary">${this.#duration(milliseconds)}</span>`}
          ${label(sentence(doctor.results[result]), LOOKS[result], this.spritemap)}
        </span>
      </div>
      ${phrases.length === 0 ? nothing : html`<div class="exchange-connector-detail">${phrases.join(', ')}</div>`}
      ${reason === null ? nothing : html`<div><b>${reasonText(this.texts, reason).title}</b></div>`}
      ${remedy === null ? nothing : html`<div>${this.#remedies(words)[remedy] ?? doctor.remedies[remedy]}</div>`}
      ${detail === null ? nothing : html`<div class="exchange-connector-detail">${this.texts.ui.details(detail)}</div>`}
    </li>`;
  }

  /** Of a domain that variables describe, those of the command line are right: they name the variables. */
  #remedies(words: DomainTexts): DomainTexts['remedies'] {
    return this.domain.origin === 'configuration' ? {} : words.remedies;
  }

  #duration(milliseconds: number): string {
    const isShort = milliseconds < 1_000;
    return new Intl.NumberFormat(this.texts.locale, {
      style: 'unit',
      unit: isShort ? 'millisecond' : 'second',
      maximumFractionDigits: 1,
    }).format(isShort ? milliseconds : milliseconds / 1_000);
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#command.running === undefined) void this.#test();
  };

  async #test(): Promise<void> {
    const { client, domain } = this;
    const mailbox = this.mailbox.trim();
    this.steps = [];
    this.isHealthy = undefined;
    this.mistake = '';
    const request = mailbox === '' ? {} : { mailbox, write: this.writes };
    this.isHealthy = await this.#command.run('test', () =>
      client.test(domain.id, request, (step) => {
        this.steps = [...(this.steps ?? []), step];
      }),
    );
    const { failure } = this.#command;
    if (failure?.reason !== 'invalidRequest') return;
    const { mailboxElsewhere, noAddress } = domainTexts(this.texts.locale);
    this.mistake = failure.detail?.includes('another domain') === true ? mailboxElsewhere : noAddress;
    await this.updateComplete;
    this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }
}

/** The texts are made for a line of a list. */
function sentence(phrase: string): string {
  return `${phrase.charAt(0).toLocaleUpperCase()}${phrase.slice(1)}`;
}
