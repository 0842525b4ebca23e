/**
 * `<exchange-domain-mailbox>`: one mailbox of a domain in plain words: what keeps it from its work and what to do about
 * it, its paired calendars, why events are set aside, its last runs, and its settings. No texts of events.
 */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { DomainMailboxDetail } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert, failureAlert } from '../../alerts.ts';
import { AnnounceEvent } from '../../announce.ts';
import { type ApiClient, toApiFailure } from '../../api-client.ts';
import { Command } from '../../command.ts';
import { selectField } from '../../fields.ts';
import { statusLabel } from '../../pairing-status.ts';
import { relativeTime } from '../../relative-time.ts';
import { PanelCalls } from '../panel-calls.ts';
import { panelTexts } from '../panel-texts.ts';
import { intervalChoiceList, intervalSeconds, USUAL } from './mailbox-words.ts';

/** Its settings were changed. */
export class MailboxChangedEvent extends Event {
  static readonly type = 'exchange-domain-mailbox-changed';

  constructor() {
    super(MailboxChangedEvent.type);
  }
}

let details = 0;

export class ExchangeDomainMailbox extends LitElement {
  static override properties = {
    api: { attribute: false },
    texts: { attribute: false },
    domainId: { attribute: false },
    spritemap: { attribute: false },
    mailboxId: { attribute: false },
    nowMs: { attribute: false },
    interval: { state: true },
    actAs: { state: true },
  };
  declare api: ApiClient;
  declare texts: Texts;
  declare domainId: string;
  declare spritemap: string | undefined;
  declare mailboxId: string;
  /** The service's clock. */
  declare nowMs: number;
  /** Seconds, or `USUAL`; undefined while nobody chose. */
  declare interval: string | undefined;
  declare actAs: string | undefined;

  readonly #id = `exchange-domain-mailbox-${++details}`;
  readonly #command = new Command<'save'>(this);
  readonly #detail = new Task(this, {
    task: ([domainId, mailboxId]) => new PanelCalls(this.api, domainId).mailbox(mailboxId),
    args: () => [this.domainId, this.mailboxId] as const,
  });

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { texts, spritemap } = this;
    const loading = (): TemplateResult => html`<p role="status">${texts.ui.loading}</p>`;
    return html`${this.#detail.render({
      initial: loading,
      pending: () => (this.#detail.value === undefined ? loading() : this.#all(this.#detail.value)),
      complete: (detail) => this.#all(detail),
      error: (error) => failureAlert(texts, toApiFailure(error), spritemap, () => void this.#detail.run()),
    })}`;
  }

  #all(detail: DomainMailboxDetail): TemplateResult {
    const words = panelTexts(this.texts.locale).mailboxes;
    return html`<h4>${words.detailsOf(detail.mailbox.address)}</h4>
      ${this.#obstacle(words, detail)} ${this.#push(words, detail)}
      <div class="exchange-connector-sides">
        <div>${this.#pairings(words, detail)} ${this.#problems(words, detail)}</div>
        <div>${this.#runs(words, detail)}</div>
      </div>
      ${this.#settings(words, detail)}`;
  }

  /** What happened, and what the administrator can do about it. */
  #obstacle(
    words: MailboxPanelTexts,
    { mailbox, reasonDetail, attempts }: DomainMailboxDetail,
  ): TemplateResult {
    const { texts, spritemap } = this;
    if (mailbox.reason === null) return html`<p>${words.nothingWrong}</p>`;
    const { title, action } = reasonText(texts, mailbox.reason);
    return alert({
      kind: mailbox.state === 'paused' ? 'info' : 'warning',
      title,
      spritemap,
      body: html`${action} ${attempts === 0 ? nothing : words.attempts(attempts)}
        ${reasonDetail === null ? nothing : html`<div class="exchange-connector-detail">${texts.ui.details(reasonDetail)}</div>`}`,
    });
  }

  /** Whether changes wait for the interval, and what can be done about that. */
  #push(words: MailboxPanelTexts, { push }: DomainMailboxDetail): TemplateResult {
    if (push.state !== 'off' || push.reason === null) {
      return html`<p>${words.push[push.state === 'on' ? 'on' : 'waiting']}</p>`;
    }
    const { title, action } = reasonText(this.texts, push.reason);
    return html`<p>
      ${title} ${action}
      ${push.reasonDetail === null ? nothing : html`<span class="exchange-connector-detail">${this.texts.ui.details(push.reasonDetail)}</span>`}
    </p>`;
  }

  #pairings(words: MailboxPanelTexts, { pairings }: DomainMailboxDetail): TemplateResult {
    const { texts, spritemap } = this;
    return html`<h5>${words.pairings}</h5>
      <ul class="exchange-connector-entries">
        ${pairings.map(
          (each) => html`<li>
            ${words.directions[each.direction](each.exchangeCalendarName, each.liferayCalendarName)}
            ${statusLabel(each, texts, spritemap)}
            <div>
              ${words.events(each.events)}${each.setAside === 0 ? nothing : html`, ${words.setAside(each.setAside)}`}
            </div>
            ${each.held === 0 ? nothing : html`<div>${texts.ui.held(each.held)}</div>`}
            ${each.reason === null ? nothing : html`<div>${reasonText(texts, each.reason).title}</div>`}
          </li>`,
        )}
      </ul>`;
  }

  #problems(words: MailboxPanelTexts, { problems }: DomainMailboxDetail): TemplateResult {
    return html`<h5>${words.problems}</h5>
      ${
        problems.length === 0
          ? html`<p>${words.noProblems}</p>`
          : html`<ul class="exchange-connector-problems">
            ${problems.map(({ reason, events }) => {
              const { title, action } = reasonText(this.texts, reason);
              return html`<li><b>${words.problem(events, title)}</b> ${action}</li>`;
            })}
          </ul>`
      }`;
  }

  #runs(words: MailboxPanelTexts, { runs }: DomainMailboxDetail): TemplateResult {
    const { texts } = this;
    const when = (atMs: number): string => relativeTime(Math.min(atMs, this.nowMs), this.nowMs, texts.locale);
    return html`<h5>${words.runs}</h5>
      ${
        runs.length === 0
          ? html`<p>${words.noRuns}</p>`
          : html`<ul class="exchange-connector-entries">
            ${runs.map(
              (run) => html`<li>
                ${texts.ui.lastResult(when(run.at), run)}
                ${run.reason === null ? nothing : html`<div>${reasonText(texts, run.reason).title}</div>`}
              </li>`,
            )}
          </ul>`
      }`;
  }

  #settings(words: MailboxPanelTexts, { mailbox, actAs }: DomainMailboxDetail): TemplateResult {
    const current = mailbox.hasOwnInterval ? String(mailbox.intervalSeconds) : USUAL;
    const { failure, running } = this.#command;
    const type = ({ target }: Event): void => {
      if (target instanceof HTMLInputElement) this.actAs = target.value;
    };
    const save = (event: SubmitEvent): void => {
      event.preventDefault();
      void this.#save(mailbox.address);
    };
    return html`<form novalidate @submit=${save}>
      <h5>${words.settings}</h5>
      <div class="exchange-connector-fields">
        ${selectField({
          id: `${this.#id}-interval`,
          label: words.interval,
          explanation: words.intervalText,
          choices: intervalChoiceList(words, this.texts.locale, mailbox.intervalSeconds),
          chosen: this.interval ?? current,
          change: (interval) => {
            this.interval = interval;
          },
        })}
        <div class="form-group">
          <label for="${this.#id}-act-as">${words.actAs}</label>
          <input
            class="form-control"
            type="text"
            id="${this.#id}-act-as"
            aria-describedby="${this.#id}-act-as-text"
            autocomplete="off"
            spellcheck="false"
            maxlength="256"
            .value=${this.actAs ?? actAs ?? ''}
            @input=${type}
          />
          <div class="form-text exchange-connector-hint" id="${this.#id}-act-as-text">${words.actAsText}</div>
        </div>
      </div>
      ${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}
      <button class="btn btn-sm btn-primary" type="submit" aria-busy=${running === undefined ? nothing : 'true'}>
        ${words.save}
      </button>
    </form>`;
  }

  async #save(address: string): Promise<void> {
    const { interval, actAs } = this;
    if (interval === undefined && actAs === undefined) return;
    const saved = await this.#command.run('save', async () => {
      await new PanelCalls(this.api, this.domainId).change(this.mailboxId, {
        ...(interval === undefined ? {} : { intervalSeconds: intervalSeconds(interval) }),
        ...(actAs === undefined ? {} : { actAs: actAs.trim() === '' ? null : actAs.trim() }),
      });
      return true;
    });
    if (saved === undefined) return;
    const words = panelTexts(this.texts.locale).mailboxes;
    this.dispatchEvent(new AnnounceEvent(words.saved(address)));
    this.dispatchEvent(new MailboxChangedEvent());
    this.interval = undefined;
    this.actAs = undefined;
    await this.#detail.run();
  }
}
