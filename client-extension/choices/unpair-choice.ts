/**
 * `<exchange-calendar-unpair-choice>`: what becomes of the copies when a pairing ends, with how many there are. They stay
 * unless somebody chooses otherwise.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Copies, type Pairing, SyncAccepted } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from '../alerts.ts';
import type { ApiClient } from '../api-client.ts';
import { Command } from '../command.ts';
import { radioGroup } from '../fields.ts';
import { choiceTexts } from './choice-texts.ts';

type Choice = 'keep' | 'liferay' | 'exchange';

let questions = 0;

export class UnpairChoice extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    asked: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    copies: { state: true },
    choice: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  /** Another number: it is asked anew. */
  declare asked: number;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Undefined until they are counted; nothing is removed before. */
  declare copies: Copies | undefined;
  declare choice: Choice;

  readonly #id = `exchange-calendar-unpair-choice-${++questions}`;
  readonly #command = new Command<'count'>(this);

  constructor() {
    super();
    this.choice = 'keep';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('asked')) return;
    this.copies = undefined;
    this.choice = 'keep';
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('asked')) void this.#count();
  }

  override render(): TemplateResult {
    const { texts, copies } = this;
    const { failure } = this.#command;
    const keep = html`<p><b>${texts.ui.unpairConsequence}</b></p>`;
    const failed = failure === undefined ? nothing : failureAlert(texts, failure, this.spritemap);
    if (copies === undefined) return html`${keep} ${failed}`;
    const { liferay, exchange, meetings } = copies;
    if (liferay + exchange === 0) return keep;
    const words = choiceTexts(texts.locale);
    return radioGroup<Choice>({
      id: this.#id,
      label: words.copiesQuestion,
      choices: [
        { value: 'keep', label: words.keepCopies, explanation: texts.ui.unpairConsequence },
        {
          value: 'liferay',
          label: words.removeFrom.liferay(liferay),
          explanation: words.removedFrom.liferay,
          disabled: liferay === 0,
        },
        {
          value: 'exchange',
          label: words.removeFrom.exchange(exchange),
          explanation: `${words.removedFrom.exchange} ${meetings === 0 ? '' : words.meetingsStay(meetings)}`,
          disabled: exchange === 0,
        },
      ],
      chosen: this.choice,
      change: (choice) => {
        this.choice = choice;
      },
    });
  }

  async #count(): Promise<void> {
    const copies = await this.#command.run('count', () =>
      this.api.ofPairing('GET', this.pairing.id, 'copies', Copies),
    );
    if (copies !== undefined) this.copies = copies;
  }

  /** Ends the pairing as was chosen. False: the copies stay, and nothing was done. */
  async end(): Promise<boolean> {
    const { choice, copies } = this;
    if (choice === 'keep' || copies === undefined) return false;
    const body = { copies: choice, count: copies[choice] };
    await this.api.ofPairing('POST', this.pairing.id, 'unpair', SyncAccepted, body);
    return true;
  }
}
