/**
 * The question what becomes of the copies when pairings end, with how many there are. They stay unless somebody chooses
 * otherwise. Whose copies they are the subclasses say.
 */
import { html, LitElement, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Copies } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from '../alerts.ts';
import { Command } from '../command.ts';
import { radioGroup } from '../fields.ts';
import { choiceTexts } from './choice-texts.ts';

export type CopiesFate = 'keep' | 'liferay' | 'exchange';

let questions = 0;

export abstract class CopiesChoice extends LitElement {
  static override properties: PropertyDeclarations = {
    asked: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    copies: { state: true },
    choice: { state: true },
  };
  /** Another number: it is asked anew. */
  declare asked: number;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Undefined until they are counted; nothing is removed before. */
  declare copies: Copies | undefined;
  declare choice: CopiesFate;

  readonly #id = `exchange-calendar-unpair-choice-${++questions}`;
  readonly #command = new Command<'count'>(this);

  constructor() {
    super();
    this.choice = 'keep';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** What the end could remove, on each side. */
  protected abstract count(): Promise<Copies>;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('asked')) return;
    this.copies = undefined;
    this.choice = 'keep';
    // Before it is drawn: that something is under way is drawn too.
    void this.#count();
  }

  override render(): TemplateResult {
    const { texts, copies } = this;
    const { failure } = this.#command;
    const keep = html`<p><b>${texts.ui.unpairConsequence}</b></p>`;
    if (copies === undefined) {
      return failure === undefined
        ? keep
        : html`${keep} ${failureAlert(texts, failure, this.spritemap, () => void this.#count())}`;
    }
    const { liferay, exchange, meetings } = copies;
    if (liferay + exchange === 0) return keep;
    const words = choiceTexts(texts.locale);
    return radioGroup<CopiesFate>({
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
    const { asked } = this;
    const copies = await this.#command.run('count', () => this.count());
    if (copies !== undefined && asked === this.asked) this.copies = copies;
  }
}
