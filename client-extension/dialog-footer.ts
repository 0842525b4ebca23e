/** The buttons of a dialog, where Clay has them: first the one that leaves everything as it is. */
import { html, type TemplateResult } from 'lit';

export function dialogFooter(...buttons: readonly TemplateResult[]): TemplateResult {
  return html`<div class="modal-footer">
    <div class="modal-item-last">
      <div class="btn-group">
        ${buttons.map((button) => html`<div class="btn-group-item">${button}</div>`)}
      </div>
    </div>
  </div>`;
}
