/**
 * Asks before a pairing ends. The browser's own modal dialog holds the focus, closes on Escape and gives the
 * focus back; Clay's modal classes dress it.
 */

import { html, type TemplateResult } from 'lit';
import type { Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { dialogFooter } from './dialog-footer.ts';

export interface UnpairDialog {
  readonly id: string;
  readonly pairing: Pairing;
  readonly texts: Texts;
  /** Asks what becomes of the copies. */
  readonly choice: TemplateResult;
  readonly confirm: () => void;
}

export function unpairDialog({ id, pairing, texts: { ui }, choice, confirm }: UnpairDialog): TemplateResult {
  return html`<dialog
    class="exchange-connector-dialog"
    id=${id}
    aria-labelledby="${id}-title"
    aria-describedby="${id}-text"
  >
    <form class="modal-content" method="dialog">
      <div class="modal-header"><h3 class="modal-title" id="${id}-title">${ui.unpairTitle}</h3></div>
      <div class="modal-body" id="${id}-text">
        <p>${ui.unpairQuestion(pairing.exchangeCalendarName, pairing.liferayCalendarName)}</p>
        ${choice}
      </div>
      ${dialogFooter(
        html`<button class="btn btn-secondary" type="submit" autofocus>${ui.cancel}</button>`,
        html`<button class="btn btn-danger" type="submit" @click=${confirm}>${ui.unpair}</button>`,
      )}
    </form>
  </dialog>`;
}
