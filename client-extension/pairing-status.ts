/** How a pairing is doing: badge, progress bar, and what keeps it from its work. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Pairing, Problem } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { alert } from './alerts.ts';
import { type Look, label } from './label.ts';
import { progressBar } from './progress-bar.ts';

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
  return label(ui.statuses[pairing.status].label, lookOf(pairing), spritemap);
}

/** The bar of the first sync, and of copies that are removed; without a value until the events have been counted. */
export function pairingProgress(
  { status, progress }: Pairing,
  describedBy: string,
  { ui }: Texts,
): TemplateResult | typeof nothing {
  if (status !== 'starting' && status !== 'firstSync' && status !== 'unpairing') return nothing;
  const name = ui.statuses[status === 'unpairing' ? status : 'firstSync'].label;
  const { done, total } = status === 'starting' ? { done: 0, total: 0 } : progress;
  const text = total > 0 ? ui.progress(done, total) : ui.counting;
  return progressBar({ name, describedBy, text, done, total });
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
