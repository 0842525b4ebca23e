/** How a pairing is doing: badge, progress bar, and what keeps it from its work. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Pairing, Problem } from '#shared/api.ts';
import { reasonText, type Texts } from '#shared/texts/index.ts';
import { alert } from './alerts.ts';

const LABELS: Readonly<Record<Pairing['status'], string>> = {
  preview: 'info',
  starting: 'info',
  firstSync: 'info',
  working: 'info',
  inStep: 'success',
  waiting: 'warning',
  paused: 'danger',
};

export function statusLabel(pairing: Pairing, { ui }: Texts): TemplateResult {
  return html`<span class="label label-${LABELS[pairing.status]}">
    <span class="label-item label-item-expand">${ui.statuses[pairing.status].label}</span>
  </span>`;
}

/** The bar of the first sync; without a value until the events have been counted. */
export function progressBar(
  pairing: Pairing,
  labelledBy: string,
  { ui }: Texts,
): TemplateResult | typeof nothing {
  if (pairing.status !== 'starting' && pairing.status !== 'firstSync') return nothing;
  const { done, total } = pairing.progress;
  const counted = pairing.status === 'firstSync' && total > 0;
  const share = counted ? Math.min(1, done / total) : 0;
  const text = counted ? ui.progress(done, total) : ui.counting;
  return html`<div class="progress-group exchange-connector-progress">
    <div class="progress">
      <div
        class="progress-bar"
        role="progressbar"
        aria-label=${ui.progressLabel}
        aria-describedby=${labelledBy}
        aria-valuemin="0"
        aria-valuemax=${counted ? total : nothing}
        aria-valuenow=${counted ? Math.min(done, total) : nothing}
        aria-valuetext=${text}
        style=${counted ? `width: ${(share * 100).toFixed(1)}%` : nothing}
      ></div>
    </div>
    <div class="progress-group-addon exchange-connector-count">${text}</div>
  </div>`;
}

/** Why nothing, or not everything, is copied just now. */
export function obstacle(
  pairing: Pairing,
  texts: Texts,
  spritemap: string | undefined,
): TemplateResult | typeof nothing {
  if (pairing.reason === null || (pairing.status !== 'waiting' && pairing.status !== 'paused'))
    return nothing;
  const { title, action } = reasonText(texts, pairing.reason);
  const detail = pairing.reasonDetail;
  return alert({
    kind: pairing.status === 'paused' ? 'danger' : 'warning',
    title,
    spritemap,
    body: html`${action}${
      detail === null
        ? nothing
        : html`<div class="exchange-connector-detail">${texts.ui.details(detail)}</div>`
    }`,
  });
}

/** Events that were set aside, each with its reason and `retry`'s button. */
export function problems(
  pairing: Pairing,
  texts: Texts,
  spritemap: string | undefined,
  retry: (problem: Problem) => TemplateResult,
): TemplateResult | typeof nothing {
  const { parked, first } = pairing.problems;
  const { ui } = texts;
  if (parked === 0) return nothing;
  const item = (problem: Problem): TemplateResult => {
    const { title, action } = reasonText(texts, problem.reason);
    return html`<li>
      <b>${problem.title ?? ui.untitled}</b>: ${title} ${action}
      ${problem.detail === null ? nothing : html`<div class="exchange-connector-detail">${ui.details(problem.detail)}</div>`}
      <div>${retry(problem)}</div>
    </li>`;
  };
  return alert({
    kind: 'warning',
    title: ui.parked(parked),
    spritemap,
    body: html`<ul class="exchange-connector-problems">
      ${repeat(first, ({ linkId }) => linkId, item)}
      ${parked > first.length ? html`<li>${ui.moreProblems(parked - first.length)}</li>` : nothing}
    </ul>`,
  });
}
