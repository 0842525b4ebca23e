/**
 * `<exchange-domain-mailbox-acts>`: what administrators of a domain do to the mailboxes that they have chosen. What cannot
 * simply be taken back, or needs something to be said, is asked for in a dialog.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { DomainMailboxAction } from '#shared/domain-requests.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { failureAlert } from '../../alerts.ts';
import type { CopiesFate } from '../../choices/copies-choice.ts';
import { Command } from '../../command.ts';
import { selectField } from '../../fields.ts';
import type { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { questionDialog } from '../question-dialog.ts';
import { intervalChoiceList, intervalSeconds, USUAL } from './mailbox-words.ts';
import { MailboxesUnpairChoice } from './mailboxes-unpair-choice.ts';

type Action = DomainMailboxAction['action'];
const ACTIONS: readonly Action[] = ['sync', 'pause', 'resume', 'interval', 'unpair'];
/** Those that are done at once. */
type Plain = Extract<Action, 'sync' | 'resume'>;
type Asked = Exclude<Action, Plain>;

/** Something was done to mailboxes. */
export class MailboxesActedEvent extends Event {
  static readonly type = 'exchange-domain-mailboxes-acted';
  readonly action: Action;
  readonly mailboxes: number;
  /** The service's clock, epoch milliseconds. */
  readonly at: number;
  /** What becomes of the copies of those that are unpaired. */
  readonly copies: CopiesFate;

  constructor(done: Pick<MailboxesActedEvent, 'action' | 'mailboxes' | 'at' | 'copies'>) {
    super(MailboxesActedEvent.type);
    this.action = done.action;
    this.mailboxes = done.mailboxes;
    this.at = done.at;
    this.copies = done.copies;
  }
}

let bars = 0;

export class ExchangeDomainMailboxActs extends LitElement {
  static override properties = {
    calls: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    requests: { attribute: false },
    count: { attribute: false },
    asked: { state: true },
    interval: { state: true },
  };
  declare calls: PanelCalls;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Which mailboxes are chosen, a part for each request. */
  declare requests: readonly DomainMailboxAction['which'][];
  /** How many these are. */
  declare count: number;
  /** How often it was asked whether to unpair: what there is to remove is counted each time. */
  declare asked: number;
  /** Seconds, or `USUAL`. */
  declare interval: string;

  readonly #id = `exchange-domain-mailbox-acts-${++bars}`;
  readonly #command = new Command<Action>(this);

  constructor() {
    super();
    this.asked = 0;
    this.interval = USUAL;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const words = panelTexts(this.texts.locale).mailboxes;
    const { running, failure } = this.#command;
    return html`<div class="exchange-connector-bulk" role="group" aria-label=${words.actOn}>
        ${ACTIONS.map(
          (action) => html`<button
            type="button"
            class="btn btn-sm ${action === 'sync' ? 'btn-primary' : 'btn-secondary'}"
            aria-disabled=${this.count === 0 ? 'true' : nothing}
            aria-busy=${running === action ? 'true' : nothing}
            aria-haspopup=${isPlain(action) ? nothing : 'dialog'}
            @click=${() => this.#press(action)}
          >
            ${words.actions[action]}
          </button>`,
        )}
      </div>
      ${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}
      ${this.#pauseQuestion(words)} ${this.#intervalQuestion(words)} ${this.#unpairQuestion(words)}`;
  }

  #pauseQuestion(words: MailboxPanelTexts): TemplateResult {
    return questionDialog({
      id: this.#dialogId('pause'),
      title: words.pauseTitle,
      consequences: [words.pauseQuestion(this.count)],
      cancel: this.texts.ui.cancel,
      confirm: {
        label: words.actions.pause,
        press: () => void this.#act('pause', this.#plainOrders('pause')),
        isDangerous: true,
      },
    });
  }

  #intervalQuestion(words: MailboxPanelTexts): TemplateResult {
    return questionDialog({
      id: this.#dialogId('interval'),
      title: words.intervalTitle,
      consequences: [words.intervalQuestion(this.count)],
      form: selectField({
        id: `${this.#id}-seconds`,
        label: words.interval,
        explanation: words.intervalText,
        choices: intervalChoiceList(words, this.texts.locale),
        chosen: this.interval,
        change: (interval) => {
          this.interval = interval;
        },
      }),
      cancel: this.texts.ui.cancel,
      confirm: {
        label: words.save,
        press: () => void this.#act('interval', this.#intervalOrders()),
        isDangerous: false,
      },
    });
  }

  #unpairQuestion(words: MailboxPanelTexts): TemplateResult {
    return questionDialog({
      id: this.#dialogId('unpair'),
      title: words.unpairTitle,
      consequences: [words.unpairQuestion(this.count)],
      form:
        this.asked === 0
          ? nothing
          : html`<exchange-domain-unpair-choice
            .calls=${this.calls}
            .requests=${this.requests}
            .asked=${this.asked}
            .texts=${this.texts}
            .spritemap=${this.spritemap}
          ></exchange-domain-unpair-choice>`,
      cancel: this.texts.ui.cancel,
      confirm: {
        label: words.actions.unpair,
        press: () => void this.#unpair(),
        isDangerous: true,
      },
    });
  }

  #dialogId(action: Asked): string {
    return `${this.#id}-${action}`;
  }

  #press(action: Action): void {
    if (this.count === 0) return;
    if (isPlain(action)) {
      void this.#act(action, this.#plainOrders(action));
      return;
    }
    if (action === 'unpair') this.asked += 1;
    if (action === 'interval') this.interval = USUAL;
    this.querySelector<HTMLDialogElement>(`#${this.#dialogId(action)}`)?.showModal();
  }

  #plainOrders(action: Plain | 'pause'): readonly DomainMailboxAction[] {
    return this.requests.map((which) => ({ action, which }));
  }

  #intervalOrders(): readonly DomainMailboxAction[] {
    const seconds = intervalSeconds(this.interval);
    return this.requests.map((which) => ({ action: 'interval', which, intervalSeconds: seconds }));
  }

  async #unpair(): Promise<void> {
    const choice = this.querySelector('exchange-domain-unpair-choice');
    if (!(choice instanceof MailboxesUnpairChoice)) return;
    await this.#act('unpair', choice.orders(), choice.choice);
  }

  async #act(
    action: Action,
    orders: readonly DomainMailboxAction[],
    copies: CopiesFate = 'keep',
  ): Promise<void> {
    const done = await this.#command.run(action, async () => {
      let mailboxes = 0;
      let at = 0;
      for (const order of orders) {
        const acted = await this.calls.act(order);
        mailboxes += acted.mailboxes;
        at = acted.at;
      }
      return { mailboxes, at };
    });
    if (done !== undefined) this.dispatchEvent(new MailboxesActedEvent({ action, copies, ...done }));
  }
}

function isPlain(action: Action): action is Plain {
  return action === 'sync' || action === 'resume';
}
