/** The fields by which mailboxes of a domain are looked for. */
import { html, type TemplateResult } from 'lit';
import type { DomainMailbox, DomainMailboxes } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { selectField } from '../../fields.ts';
import type { MailboxFilter } from './mailbox-choice.ts';

const STATES: readonly DomainMailbox['state'][] = ['active', 'failing', 'paused'];

export interface MailboxFilters {
  readonly id: string;
  readonly texts: Texts;
  readonly words: MailboxPanelTexts;
  readonly filter: MailboxFilter;
  /** Those that there are to choose from. */
  readonly reasons: DomainMailboxes['reasons'];
  readonly change: (change: Partial<MailboxFilter>) => void;
}

export function mailboxFilters({
  id,
  texts,
  words,
  filter,
  reasons,
  change,
}: MailboxFilters): TemplateResult {
  const { search, state, reason } = filter;
  const type = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) change({ search: target.value });
  };
  const counted = reasons.map((each) => ({
    value: each.reason,
    label: words.reasonCounted(reasonText(texts, each.reason).title, each.mailboxes),
  }));
  // The last mailbox that had the chosen reason may have lost it: it stays chosen, or the field would say something else.
  const isKnown = reason === '' || reasons.some((each) => each.reason === reason);
  const gone = isKnown ? [] : [{ value: reason, label: reasonText(texts, reason).title }];
  return html`<div class="exchange-connector-fields">
    <div class="form-group">
      <label for="${id}-search">${words.search}</label>
      <input class="form-control" type="search" id="${id}-search" .value=${search} @input=${type} />
    </div>
    ${selectField({
      id: `${id}-state`,
      label: words.state,
      choices: [
        { value: '', label: words.anyState },
        ...STATES.map((value) => ({ value, label: words.states[value] })),
      ],
      chosen: state,
      change: (chosen) => change({ state: chosen }),
    })}
    ${selectField({
      id: `${id}-reason`,
      label: words.reason,
      choices: [{ value: '', label: words.anyReason }, ...counted, ...gone],
      chosen: reason,
      change: (chosen) => change({ reason: chosen }),
    })}
  </div>`;
}
