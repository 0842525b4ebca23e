/** Clay alerts. https://clayui.com/docs/components/alert */

import { html, nothing, type TemplateResult } from 'lit';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import type { ApiFailure } from './api-client.ts';
import { icon } from './icon.ts';

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
    ${spritemap === undefined ? nothing : html`<span class="alert-indicator">${icon(ICONS[kind], spritemap)}</span>`}
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

/** The last poll failed: what is shown may be old. It is asked again by itself. */
export function staleAlert(texts: Texts, failure: ApiFailure, spritemap: string | undefined): TemplateResult {
  const title = navigator.onLine ? reasonText(texts, failure.reason).title : texts.ui.offline;
  return alert({ kind: 'warning', title, body: texts.ui.refreshFailed, spritemap });
}
