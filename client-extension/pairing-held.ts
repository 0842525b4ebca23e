/** `<exchange-calendar-held>`: the changes of a pairing that are held back, to approve or reject. */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { HeldChange, HeldDecision } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { alert, failureAlert } from './alerts.ts';
import { type ApiClient, toApiFailure } from './api-client.ts';
import { Command } from './command.ts';
import { PairingEvent } from './pairing-card.ts';

type Held = Awaited<ReturnType<ApiClient['held']>>;
type Decision = HeldDecision['decision'];

const DECISIONS: readonly Decision[] = ['approve', 'reject'];

export class PairingHeld extends LitElement {
  static override properties = {
    api: { attribute: false },
    pairingId: { attribute: false },
    count: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
  };
  declare api: ApiClient;
  declare pairingId: string;
  /** How many are held; when it changes, the list is read again. */
  declare count: number;
  declare texts: Texts;
  declare spritemap: string | undefined;

  readonly #command = new Command<string>(this);
  readonly #changes = new Task(this, {
    task: ([api, pairingId]) => api.held(pairingId),
    args: () => [this.api, this.pairingId, this.count] as const,
  });

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** A change that is decided on takes its buttons away, and with them the focus of who pressed one. */
  protected override update(changed: PropertyValues<this>): void {
    const hadFocus = this.contains(document.activeElement);
    super.update(changed);
    if (hadFocus && !this.contains(document.activeElement)) {
      this.querySelector<HTMLElement>('[tabindex="-1"]')?.focus();
    }
  }

  override render(): TemplateResult {
    const { ui } = this.texts;
    const { failure } = this.#command;
    const read = this.#changes.value;
    const list = this.#changes.render({
      pending: () => (read === undefined ? html`<p>${ui.loading}</p>` : this.#list(read)),
      complete: (held) => this.#list(held),
      error: (error) =>
        failureAlert(this.texts, toApiFailure(error), this.spritemap, () => void this.#changes.run()),
    });
    return html`${alert({
      kind: 'warning',
      title: ui.held(this.count),
      spritemap: this.spritemap,
      body: html`<span tabindex="-1">${ui.heldAction}</span> ${list}`,
    })}
    ${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}`;
  }

  #list(held: Held): TemplateResult {
    const { ui } = this.texts;
    const waiting = held.held.filter(({ decision }) => decision === 'waiting');
    return html`<div class="exchange-connector-actions">
        ${DECISIONS.map((decision) =>
          this.#button('all', decision, ui.decideAll[decision], nothing, { heldUntil: held.now }),
        )}
      </div>
      <ul class="exchange-connector-problems">
        ${repeat(
          waiting,
          ({ linkId }) => linkId,
          (change) => this.#item(change),
        )}
        ${held.next === null ? nothing : html`<li>${ui.moreProblems(this.count - waiting.length)}</li>`}
      </ul>`;
  }

  #item({ linkId, kind, side, title }: HeldChange): TemplateResult {
    const { ui } = this.texts;
    const name = title ?? ui.untitled;
    return html`<li>
      <b>${name}</b>: ${ui.heldKinds[kind][side]}
      <div class="exchange-connector-actions">
        ${DECISIONS.map((decision) =>
          this.#button(linkId, decision, ui.decide[decision], ui.decideOn[decision](name), [
            { linkId, kind, side },
          ]),
        )}
      </div>
    </li>`;
  }

  #button(
    subject: string,
    decision: Decision,
    text: string,
    name: string | typeof nothing,
    which: HeldDecision['which'],
  ): TemplateResult {
    const command = `${decision} ${subject}`;
    const press = async (): Promise<void> => {
      const decided = await this.#command.run(command, () =>
        this.api.decideHeld(this.pairingId, { decision, which }),
      );
      if (decided === undefined) return;
      await this.#changes.run();
      const announcement = this.texts.ui.decided[decision];
      this.dispatchEvent(new PairingEvent({ kind: 'requested', announcement }));
    };
    return html`<button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-label=${name}
      aria-busy=${this.#command.running === command ? 'true' : nothing}
      @click=${press}
    >
      ${text}
    </button>`;
  }
}
