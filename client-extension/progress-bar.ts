/** Clay's progress bar, with the same in words beside it. */
import { html, nothing, type TemplateResult } from 'lit';

export interface Progress {
  /** Of what. */
  readonly name: string;
  /** Id of what says whose progress it is. */
  readonly describedBy?: string;
  /** How far, in words. */
  readonly text: string;
  readonly done: number;
  /** 0: nobody knows yet. */
  readonly total: number;
}

export function progressBar({ name, describedBy, text, done, total }: Progress): TemplateResult {
  const reached = Math.min(done, total);
  const known = total > 0;
  return html`<div class="progress-group exchange-connector-progress">
    <div class="progress">
      <div
        class="progress-bar"
        role="progressbar"
        aria-label=${name}
        aria-describedby=${describedBy ?? nothing}
        aria-valuemin="0"
        aria-valuemax=${known ? total : nothing}
        aria-valuenow=${known ? reached : nothing}
        aria-valuetext=${text}
        style=${known ? `width: ${((reached / total) * 100).toFixed(1)}%` : nothing}
      ></div>
    </div>
    <div class="progress-group-addon exchange-connector-count">${text}</div>
  </div>`;
}
