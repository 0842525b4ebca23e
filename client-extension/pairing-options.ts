/**
 * What else the owner decides about a pairing: how far it reaches and how much of the mailbox's events is shown; and,
 * folded away, whose change wins and where deleted events go.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Pairing, Policy } from '#shared/api.ts';
import { DETAILS } from '#shared/details.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { selectField } from './fields.ts';
import { toggle } from './toggle.ts';
import { windowFields } from './window-fields.ts';

export type Options = Pick<
  Pairing,
  'policy' | 'recycleBin' | 'details' | 'showPrivate' | 'participants' | 'windowPastDays' | 'windowFutureDays'
>;

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
  return html`${windowFields({ id, window: options, texts, change })}
    ${selectField({
      id: `${id}-details`,
      label: ui.shown,
      explanation: ui.shownText,
      choices: DETAILS.map((value) => ({ value, label: ui.shownDetails[value] })),
      chosen: details,
      change: (chosen) => change({ details: chosen }),
    })}
    <details class="exchange-connector-options">
      <summary>${ui.moreSettings}</summary>
      ${
        twoWay
          ? selectField({
              id: `${id}-policy`,
              label: ui.policy,
              explanation: ui.policyText,
              choices: POLICIES.map((value) => ({ value, label: ui.policies[value] })),
              chosen: policy,
              change: (chosen) => change({ policy: chosen }),
            })
          : nothing
      }
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
