/** Clay's checkbox without a text beside it, as rows of tables have it. */
import { html, type TemplateResult } from 'lit';

/** @param name what it is for, read out */
export function checkbox(name: string, isOn: boolean, change: () => void): TemplateResult {
  return html`<div class="custom-control custom-checkbox">
    <label>
      <input class="custom-control-input" type="checkbox" aria-label=${name} .checked=${isOn} @change=${change} />
      <span class="custom-control-label"></span>
    </label>
  </div>`;
}
