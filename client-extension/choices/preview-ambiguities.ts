/**
 * `<exchange-calendar-ambiguities>`: events of a preview that match several on the other side, each with what shall
 * become of it. A choice is kept by the service at once, and another takes its place, until the pairing is started.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import {
  Ambiguities,
  AmbiguitiesDecided,
  type Ambiguity,
  type AmbiguityDecisions,
} from '#shared/ambiguities.ts';
import type { Pairing, Preview } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { failureAlert } from '../alerts.ts';
import type { ApiClient } from '../api-client.ts';
import { Command } from '../command.ts';
import { type Choice, selectField } from '../fields.ts';
import { dateTime, day } from '../relative-time.ts';
import { choiceTexts } from './choice-texts.ts';

type Told = Pick<Ambiguity, 'title' | 'start' | 'allDay' | 'location' | 'description'>;
type Decision = AmbiguityDecisions['decisions'][number];

/** Characters of a description by which an event is named among others. */
const NAME_LENGTH = 60;

let lists = 0;

export class PreviewAmbiguities extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairing: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    preview: { attribute: false },
    list: { state: true },
    said: { state: true },
  };
  declare api: ApiClient;
  declare pairing: Pairing;
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** That they belong to. */
  declare preview: Preview;
  /** Undefined until it was read. */
  declare list: Ambiguities | undefined;
  declare said: string;
  /** Settles when the service has all choices; rejects where it could not be told. */
  kept: Promise<void>;

  readonly #id = `exchange-calendar-ambiguities-${++lists}`;
  readonly #command = new Command<'read' | 'more'>(this);
  readonly #deciding = new Command<'decide'>(this);
  readonly #waiting = new Map<string, Decision>();

  constructor() {
    super();
    this.said = '';
    this.kept = Promise.resolve();
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** As often as the preview itself is read, and before it is drawn: that something is under way is drawn too. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('preview')) void this.#read();
  }

  override render(): TemplateResult {
    const { list, texts } = this;
    const words = choiceTexts(texts.locale);
    const failure = this.#command.failure ?? this.#deciding.failure;
    const failed =
      failure === undefined ? nothing : failureAlert(texts, failure, this.spritemap, () => void this.#read());
    if (list === undefined || list.events.length === 0) return html`${failed}`;
    return html`<section aria-labelledby="${this.#id}-title">
      <h4 id="${this.#id}-title">${words.ambiguousHeading(list.events.length)}</h4>
      <p>${words.ambiguousText}</p>
      <p class="sr-only" role="status">${this.said}</p>
      ${failed} ${list.events.map((event, index) => this.#event(event, index, list.events))}
      ${list.next === null ? nothing : this.#moreButton(list, list.next)}
    </section>`;
  }

  #moreButton(list: Ambiguities, after: string): TemplateResult {
    return html`<p>
      <button
        type="button"
        class="btn btn-sm btn-secondary"
        aria-busy=${this.#command.running === 'more' ? 'true' : nothing}
        @click=${() => this.#more(list, after)}
      >
        ${this.texts.ui.previewMore(list.events.length)}
      </button>
    </p>`;
  }

  #event(event: Ambiguity, index: number, all: readonly Ambiguity[]): TemplateResult {
    const { description } = event;
    return selectField({
      id: `${this.#id}-${index}`,
      label: this.#named(event),
      ...(description === null || description === '' ? {} : { explanation: description }),
      choices: this.#choices(event, all),
      chosen: this.#chosen(event, all),
      change: (value) => this.#decide(event, value),
    });
  }

  #named(event: Ambiguity): string {
    const { title, location } = event;
    const place = location === null || location === '' ? '' : `, ${location}`;
    const said = choiceTexts(this.texts.locale);
    return `${said.on[event.side]} ${title ?? this.texts.ui.untitled}${this.#when(event)}${place}`;
  }

  #when({ start, allDay }: Told): string {
    const { locale } = this.texts;
    return start === null ? '' : `, ${allDay ? day(start, locale) : dateTime(start, locale)}`;
  }

  /** `link:<id>` names the booking that is the same. */
  #choices({ side, candidates, linkId }: Ambiguity, all: readonly Ambiguity[]): readonly Choice<string>[] {
    const said = choiceTexts(this.texts.locale);
    const isChosen = all.some(({ chosen }) => chosen === linkId);
    const mayCreate = side === 'exchange' || this.pairing.direction === 'both';
    return [
      { value: 'later', label: said.later },
      ...(isChosen ? [{ value: 'chosen', label: said.chosen }] : []),
      ...candidates.map((candidate, index) => ({
        value: `link:${candidate.linkId}`,
        label: said.sameAs(apart(candidate) || said.number(index + 1)),
      })),
      ...(mayCreate ? [{ value: 'create', label: said.create[side] }] : []),
      { value: 'leaveOut', label: said.leaveOut },
    ];
  }

  #chosen({ linkId, choice, chosen }: Ambiguity, all: readonly Ambiguity[]): string {
    if (choice === 'link') return `link:${chosen}`;
    if (choice !== null) return choice;
    return all.some((each) => each.chosen === linkId) ? 'chosen' : 'later';
  }

  async #read(): Promise<void> {
    this.#deciding.forget();
    const list = await this.#command.run('read', () => this.#page());
    if (list !== undefined) this.list = list;
  }

  async #more(list: Ambiguities, after: string): Promise<void> {
    const more = await this.#command.run('more', () => this.#page(after));
    if (more === undefined || this.list !== list) return;
    this.list = { events: [...list.events, ...more.events], next: more.next };
  }

  #page(after?: string): Promise<Ambiguities> {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    return this.api.ofPairing('GET', this.pairing.id, `ambiguities${query}`, Ambiguities);
  }

  /** Shown as chosen at once; who goes through a list with the arrow keys chooses faster than the service answers. */
  #decide(event: Ambiguity, value: string): void {
    const { list } = this;
    if (list === undefined || value === 'chosen') return;
    const decision = decisionOf(event.linkId, value);
    this.list = { ...list, events: decided(list.events, decision) };
    // The latest is last in the request, and counts there.
    this.#waiting.delete(event.linkId);
    this.#waiting.set(event.linkId, decision);
    if (this.#deciding.running === undefined) this.kept = this.#send(event);
    // Whoever waits for it learns that it failed; everybody else sees it.
    this.kept.catch(() => undefined);
  }

  async #send(last: Ambiguity): Promise<void> {
    const answer = await this.#deciding.run('decide', async () => {
      let taken = true;
      while (this.#waiting.size > 0) {
        const decisions = [...this.#waiting.values()];
        this.#waiting.clear();
        const { decided: count } = await this.api.ofPairing(
          'POST',
          this.pairing.id,
          'ambiguities',
          AmbiguitiesDecided,
          { decisions },
        );
        taken &&= count === decisions.length;
      }
      return taken;
    });
    const { failure } = this.#deciding;
    if (failure !== undefined) throw failure;
    if (answer === true)
      this.said = choiceTexts(this.texts.locale).keptChoice(last.title ?? this.texts.ui.untitled);
    // Something has changed since it was shown.
    else await this.#read();
  }
}

/** By what it is known from the others. */
function apart({ location, description }: Told): string {
  const text = [...(description ?? '')];
  const start = text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH).join('')}…` : text.join('');
  return [location ?? '', start].filter((part) => part !== '').join(', ');
}

function decisionOf(linkId: string, value: string): Decision {
  if (value.startsWith('link:')) return { linkId, choice: 'link', with: value.slice('link:'.length) };
  const choice = value === 'create' || value === 'leaveOut' ? value : 'later';
  return { linkId, choice };
}

/** As the service keeps it: a booking belongs to one item, and one that is chosen has no choice of its own. */
function decided(events: readonly Ambiguity[], decision: Decision): Ambiguity[] {
  const taken = decision.choice === 'link' ? decision.with : decision.linkId;
  return events.map((event) => {
    if (event.linkId === decision.linkId) {
      const choice = decision.choice === 'later' ? null : decision.choice;
      return { ...event, choice, chosen: decision.choice === 'link' ? decision.with : null };
    }
    const isTaken = event.chosen === taken || event.linkId === taken;
    return isTaken ? { ...event, choice: null, chosen: null } : event;
  });
}
