/** How a pairing is doing: badge, progress bar, and what keeps it from its work. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Pairing, Problem } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert } from './alerts.ts';
import { icon } from './icon.ts';

interface Look {
  readonly label: 'info' | 'success' | 'warning' | 'danger' | 'secondary';
  readonly icon: string;
}

const LOOKS: Readonly<Record<Pairing['status'], Look>> = {
  preview: { label: 'info', icon: 'view' },
  starting: { label: 'info', icon: 'time' },
  firstSync: { label: 'info', icon: 'reload' },
  working: { label: 'info', icon: 'reload' },
  inStep: { label: 'success', icon: 'check-circle-full' },
  waiting: { label: 'warning', icon: 'warning-full' },
  unpairing: { label: 'info', icon: 'chain-broken' },
  paused: { label: 'danger', icon: 'exclamation-full' },
};
/** Somebody wanted it: nothing is wrong. */
const PAUSED_BY_OWNER: Look = { label: 'secondary', icon: 'pause' };

export function lookOf({ status, paused }: Pick<Pairing, 'status' | 'paused'>): Look {
  return paused ? PAUSED_BY_OWNER : LOOKS[status];
}

export function statusLabel(
  pairing: Pick<Pairing, 'status' | 'paused'>,
  { ui }: Texts,
  spritemap: string | undefined,
): TemplateResult {
  const look = lookOf(pairing);
  return html`<span class="label label-${look.label}">
    ${spritemap === undefined ? nothing : html`<span class="label-item label-item-before">${icon(look.icon, spritemap)}</span>`}
    <span class="label-item label-item-expand">${ui.statuses[pairing.status].label}</span>
  </span>`;
}

/** The bar of the first sync, and of copies that are removed; without a value until the events have been counted. */
export function progressBar(
  pairing: Pairing,
  labelledBy: string,
  { ui }: Texts,
): TemplateResult | typeof nothing {
  const { status } = pairing;
  if (status !== 'starting' && status !== 'firstSync' && status !== 'unpairing') return nothing;
  const { done, total } = pairing.progress;
  const counted = status !== 'starting' && total > 0;
  const share = counted ? Math.min(1, done / total) : 0;
  const text = counted ? ui.progress(done, total) : ui.counting;
  return html`<div class="progress-group exchange-connector-progress">
    <div class="progress">
      <div
        class="progress-bar"
        role="progressbar"
        aria-label=${ui.statuses[status === 'unpairing' ? status : 'firstSync'].label}
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
