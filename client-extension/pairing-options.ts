/** What else the owner decides about a pairing, folded away: whose change wins, and where deleted events go. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Pairing, Policy } from '#shared/api.ts';
import type { Texts } from '#shared/texts/index.ts';
import { toggle } from './toggle.ts';

export type Options = Pick<Pairing, 'policy' | 'recycleBin'>;

export interface PairingOptions {
  /** Unique in the page: the controls are `<id>-policy` and `<id>-recycle-bin`. */
  readonly id: string;
  readonly options: Options;
  /** A copy that is only read has no conflicts to decide. */
  readonly twoWay: boolean;
  readonly texts: Texts;
  readonly change: (changed: Partial<Options>) => void;
}

const POLICIES: readonly Policy[] = ['exchange', 'liferay'];

export function pairingOptions({ id, options, twoWay, texts, change }: PairingOptions): TemplateResult {
  const { ui } = texts;
  const { policy, recycleBin } = options;
  const choosePolicy = (event: Event): void => {
    const chosen = POLICIES.find(
      (each) => event.target instanceof HTMLSelectElement && event.target.value === each,
    );
    if (chosen !== undefined) change({ policy: chosen });
  };
  const select = html`<div class="form-group">
    <label for="${id}-policy">${ui.policy}</label>
    <select class="form-control" id="${id}-policy" aria-describedby="${id}-policy-text" @change=${choosePolicy}>
      ${POLICIES.map((each) => html`<option value=${each} .selected=${each === policy}>${ui.policies[each]}</option>`)}
    </select>
    <div class="form-text exchange-connector-hint" id="${id}-policy-text">${ui.policyText}</div>
  </div>`;
  return html`<details class="exchange-connector-options">
    <summary>${ui.moreSettings}</summary>
    ${twoWay ? select : nothing}
    ${toggle({
      id: `${id}-recycle-bin`,
      label: ui.recycleBin,
      explanation: recycleBin ? ui.recycleBinOn : ui.recycleBinOff,
      on: recycleBin,
      disabled: false,
      change: (on) => change({ recycleBin: on }),
    })}
  </details>`;
}
