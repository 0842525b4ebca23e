/**
 * What else the owner decides about a pairing, folded away: whose change wins, how much of the mailbox's events is shown,
 * and where deleted events go.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Pairing, Policy } from '#shared/api.ts';
import { DETAILS } from '#shared/details.ts';
import type { Texts } from '#shared/texts/index.ts';
import { toggle } from './toggle.ts';

export type Options = Pick<Pairing, 'policy' | 'recycleBin' | 'details' | 'showPrivate' | 'participants'>;

export interface PairingOptions {
  /** Unique in the page: the controls are `<id>-policy`, `<id>-details`, `<id>-show-private` and so on. */
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
  const { policy, recycleBin, details, showPrivate, participants } = options;
  const isFull = details === 'full';
  return html`<details class="exchange-connector-options">
    <summary>${ui.moreSettings}</summary>
    ${
      twoWay
        ? select({
            id: `${id}-policy`,
            label: ui.policy,
            explanation: ui.policyText,
            names: ui.policies,
            values: POLICIES,
            chosen: policy,
            change: (chosen) => change({ policy: chosen }),
          })
        : nothing
    }
    ${select({
      id: `${id}-details`,
      label: ui.shown,
      explanation: ui.shownText,
      names: ui.shownDetails,
      values: DETAILS,
      chosen: details,
      change: (chosen) => change({ details: chosen }),
    })}
    ${toggle({
      id: `${id}-participants`,
      label: ui.participants,
      explanation: isFull ? (participants ? ui.participantsOn : ui.participantsOff) : ui.participantsHidden,
      on: participants && isFull,
      disabled: !isFull,
      change: (on) => change({ participants: on }),
    })}
    ${toggle({
      id: `${id}-show-private`,
      label: ui.showPrivate,
      explanation: showPrivate ? ui.showPrivateOn : ui.showPrivateOff,
      on: showPrivate,
      disabled: false,
      change: (on) => change({ showPrivate: on }),
    })}
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

interface Select<T extends string> {
  readonly id: string;
  readonly label: string;
  readonly explanation: string;
  readonly names: Readonly<Record<T, string>>;
  readonly values: readonly T[];
  readonly chosen: T;
  readonly change: (chosen: T) => void;
}

function select<T extends string>({ id, label, explanation, ...field }: Select<T>): TemplateResult {
  const { names, values, chosen, change } = field;
  const onChange = ({ target }: Event): void => {
    const value = values.find((each) => target instanceof HTMLSelectElement && target.value === each);
    if (value !== undefined) change(value);
  };
  return html`<div class="form-group">
    <label for=${id}>${label}</label>
    <select class="form-control" id=${id} aria-describedby="${id}-text" @change=${onChange}>
      ${values.map((each) => html`<option value=${each} .selected=${each === chosen}>${names[each]}</option>`)}
    </select>
    <div class="form-text exchange-connector-hint" id="${id}-text">${explanation}</div>
  </div>`;
}
