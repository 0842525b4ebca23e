/** `<exchange-calendar-why>`: "Why is this event not here?" A title or a day in, the reason out. Loaded when it is asked. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { Why } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { failureAlert } from './alerts.ts';
import type { ApiClient } from './api-client.ts';
import { Command } from './command.ts';
import { defineOnce } from './define-once.ts';
import { dateTime } from './relative-time.ts';

let questions = 0;

export class PairingWhy extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairingId: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    answer: { state: true },
  };
  declare api: ApiClient;
  declare pairingId: string;
  declare texts: Texts;
  declare spritemap: string | undefined;
  declare answer: Why | undefined;

  readonly #id = `exchange-calendar-why-${++questions}`;
  readonly #command = new Command<'ask'>(this);

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { ui } = this.texts;
    const { failure, running } = this.#command;
    return html`<form @submit=${this.#ask}>
        <div class="exchange-connector-fields">
          ${this.#input('title', 'search', ui.whyTitle)} ${this.#input('day', 'date', ui.whyDay)}
        </div>
        <button type="submit" class="btn btn-sm btn-primary" aria-busy=${running === undefined ? nothing : 'true'}>
          ${ui.whyAsk}
        </button>
      </form>
      ${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}
      <div role="status">${this.answer === undefined ? nothing : this.#answered(this.answer)}</div>`;
  }

  #input(name: 'title' | 'day', type: string, label: string): TemplateResult {
    return html`<div class="form-group">
      <label for="${this.#id}-${name}">${label}</label>
      <input class="form-control" id="${this.#id}-${name}" name=${name} type=${type} maxlength="200" />
    </div>`;
  }

  #answered({ found, lastRunAt }: Why): TemplateResult {
    const { ui, locale } = this.texts;
    if (found.length === 0) {
      return html`<p>${ui.whyUnknown(lastRunAt === null ? '' : dateTime(lastRunAt, locale))}</p>`;
    }
    return html`<ul class="exchange-connector-problems">
      ${found.map((event) => this.#event(event))}
    </ul>`;
  }

  #event({ title, start, verdict, reason, detail, at }: Why['found'][number]): TemplateResult {
    const { texts } = this;
    const { ui, locale } = texts;
    const because = reason === null ? null : reasonText(texts, reason);
    return html`<li>
      <b>${title ?? ui.untitled}</b>${start === null ? '' : `, ${dateTime(start, locale)}`}:
      ${ui.verdicts[verdict]} ${at === null ? '' : dateTime(at, locale)}
      ${because === null ? nothing : html`<div>${because.title} ${because.action}</div>`}
      ${detail === null ? nothing : html`<div class="exchange-connector-detail">${ui.details(detail)}</div>`}
    </li>`;
  }

  readonly #ask = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const title = String(form.get('title') ?? '').trim();
    const day = String(form.get('day') ?? '');
    if (title === '' && day === '') {
      this.querySelector('input')?.focus();
      return;
    }
    // The reader's day, which begins and ends at their midnight.
    const from = day === '' ? undefined : new Date(`${day}T00:00`);
    const until = from === undefined ? undefined : new Date(from);
    until?.setDate(until.getDate() + 1);
    const query = new URLSearchParams(title === '' ? {} : { title });
    if (from !== undefined) query.set('from', String(from.getTime()));
    if (until !== undefined) query.set('until', String(until.getTime()));
    this.answer = await this.#command.run('ask', () =>
      this.api.ofPairing('GET', this.pairingId, `why?${query}`, Why),
    );
  };
}

defineOnce({ 'exchange-calendar-why': PairingWhy });
