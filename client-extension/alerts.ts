/** Clay alerts. https://clayui.com/docs/components/alert */

import { html, nothing, svg, type TemplateResult } from 'lit';
import { reasonText, type Texts } from '#shared/texts/index.ts';
import type { ApiFailure } from './api-client.ts';

export type AlertKind = 'info' | 'warning' | 'danger';

const ICONS: Readonly<Record<AlertKind, string>> = {
  info: 'info-circle',
  warning: 'warning-full',
  danger: 'exclamation-full',
};

export interface AlertContent {
  readonly kind: AlertKind;
  readonly title: string;
  readonly body?: unknown;
  readonly spritemap: string | undefined;
  /** Read out at once when it appears. Only for what just failed, not for a state that lasts. */
  readonly urgent?: boolean;
}

export function alert({ kind, title, body, spritemap, urgent }: AlertContent): TemplateResult {
  return html`<div class="alert alert-${kind}" role=${urgent === true ? 'alert' : nothing}>
    ${icon(ICONS[kind], spritemap)}
    <strong class="lead">${title}</strong>
    ${body ?? nothing}
  </div>`;
}

/** The failure of something that the reader just asked for, in plain words. */
export function failureAlert(
  texts: Texts,
  failure: ApiFailure,
  spritemap: string | undefined,
  retry?: () => void,
): TemplateResult {
  const { title, action } = reasonText(texts, failure.reason);
  const reference = failure.requestId;
  return alert({
    kind: 'danger',
    title,
    spritemap,
    urgent: true,
    body: html`${action}
      ${reference === undefined ? nothing : html`<div class="exchange-connector-detail">${texts.ui.reference(reference)}</div>`}
      ${
        retry === undefined
          ? nothing
          : html`<div class="alert-footer">
            <button type="button" class="btn btn-sm btn-secondary" @click=${retry}>${texts.ui.tryAgain}</button>
          </div>`
      }`,
  });
}

function icon(name: string, spritemap: string | undefined): TemplateResult | typeof nothing {
  if (spritemap === undefined) return nothing;
  return html`<span class="alert-indicator">
    <svg class="lexicon-icon lexicon-icon-${name}" role="presentation" focusable="false">
      ${svg`<use href="${spritemap}#${name}"></use>`}
    </svg>
  </span>`;
}
