/** Clay's toggle switch. https://clayui.com/docs/components/toggle-switch */
import { html, type TemplateResult } from 'lit';

export interface Toggle {
  /** Unique in the page: the elements render into it. */
  readonly id: string;
  readonly label: string;
  /** What the present position means. */
  readonly explanation: string;
  readonly on: boolean;
  readonly disabled: boolean;
  readonly change: (on: boolean) => void;
}

export function toggle({ id, label, explanation, on, disabled, change }: Toggle): TemplateResult {
  const onChange = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) change(event.target.checked);
  };
  return html`<div class="form-group exchange-connector-toggle">
    <label class="toggle-switch simple-toggle-switch ${disabled ? 'disabled' : ''}">
      <span class="toggle-switch-check-bar">
        <input
          class="toggle-switch-check"
          type="checkbox"
          id=${id}
          role="switch"
          aria-describedby="${id}-text"
          .checked=${on}
          ?disabled=${disabled}
          @change=${onChange}
        />
        <span class="toggle-switch-bar" aria-hidden="true"><span class="toggle-switch-handle"></span></span>
      </span>
      <span class="toggle-switch-label">${label}</span>
    </label>
    <div class="form-text exchange-connector-hint" id="${id}-text">${explanation}</div>
  </div>`;
}
