/** Mailboxes of a domain as a table, with the details of the one that is opened below its row. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DomainMailbox } from '#shared/domain-api.ts';
import type { MailboxSort } from '#shared/domain-requests.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';
import { checkbox } from '../../checkbox.ts';
import { icon } from '../../icon.ts';
import { label } from '../../label.ts';
import { relativeTime } from '../../relative-time.ts';
import { isChosen, type MailboxChoice } from './mailbox-choice.ts';
import type { MailboxOrder } from './mailbox-list.ts';
import { durationText, LOOKS } from './mailbox-words.ts';

const COLUMNS: readonly MailboxSort[] = [
  'address',
  'owner',
  'pairings',
  'state',
  'reason',
  'interval',
  'lastRun',
  'nextRun',
];

export interface MailboxTable {
  readonly texts: Texts;
  readonly words: MailboxPanelTexts;
  readonly spritemap: string | undefined;
  /** Id of what the table is called. */
  readonly labelledBy: string;
  readonly mailboxes: readonly DomainMailbox[];
  readonly order: MailboxOrder;
  readonly choice: MailboxChoice;
  /** The service's clock, epoch milliseconds. */
  readonly nowMs: number;
  /** Id of the mailbox whose details are shown. */
  readonly opened: string | undefined;
  readonly details: (id: string) => TemplateResult;
  readonly sortBy: (column: MailboxSort) => void;
  readonly toggle: (id: string) => void;
  readonly togglePage: () => void;
  readonly open: (id: string | undefined) => void;
}

export function mailboxTable(table: MailboxTable): TemplateResult {
  const { words, mailboxes, choice, labelledBy, togglePage } = table;
  const areAll = mailboxes.every(({ id }) => isChosen(choice, id));
  return html`<div class="table-responsive exchange-connector-wide" tabindex="0" role="region" aria-labelledby=${labelledBy}>
    <table class="table table-autofit table-list exchange-connector-domain-mailboxes">
      <thead>
        <tr>
          <td>${checkbox(words.selectPage, areAll, togglePage)}</td>
          ${COLUMNS.map((column) => columnHead(table, column))}
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          mailboxes,
          ({ id }) => id,
          (mailbox) => row(table, mailbox),
        )}
      </tbody>
    </table>
  </div>`;
}

function columnHead({ words, order, spritemap, sortBy }: MailboxTable, column: MailboxSort): TemplateResult {
  const { sort, descending } = order;
  const isOrder = sort === column;
  return html`<th scope="col" aria-sort=${isOrder ? (descending ? 'descending' : 'ascending') : nothing}>
    <button type="button" class="btn btn-unstyled" @click=${() => sortBy(column)}>
      ${words.columns[column]}
      ${isOrder ? icon(descending ? 'order-arrow-down' : 'order-arrow-up', spritemap) : nothing}
    </button>
  </th>`;
}

function row(table: MailboxTable, mailbox: DomainMailbox): TemplateResult {
  const { texts, words, spritemap, choice, nowMs, opened, details, toggle, open } = table;
  const { id, address, state, reason, intervalSeconds, lastRunAt, nextRunAt } = mailbox;
  const isOpen = opened === id;
  const interval = durationText(intervalSeconds, texts.locale);
  return html`<tr>
      <td>${checkbox(words.select(address), isChosen(choice, id), () => toggle(id))}</td>
      <th scope="row">${address}</th>
      <td>${words.owners[mailbox.ownerKind](mailbox.ownerId)}</td>
      <td>${mailbox.pairings}</td>
      <td>${label(words.states[state], LOOKS[state], spritemap)}</td>
      <td>
        ${reason === null ? nothing : reasonText(texts, reason).title}
        ${mailbox.setAside === 0 ? nothing : html`<div>${words.setAside(mailbox.setAside)}</div>`}
      </td>
      <td class="exchange-connector-brief">${mailbox.hasOwnInterval ? words.ownInterval(interval) : interval}</td>
      <td class="exchange-connector-brief">${lastRunAt === null ? words.never : relativeTime(Math.min(lastRunAt, nowMs), nowMs, texts.locale)}</td>
      <td class="exchange-connector-brief">${state === 'paused' ? nothing : nextRunAt <= nowMs ? words.due : relativeTime(nextRunAt, nowMs, texts.locale)}</td>
      <td>
        <button
          type="button"
          class="btn btn-sm btn-secondary"
          aria-expanded=${isOpen}
          aria-label=${words.detailsOf(address)}
          @click=${() => open(isOpen ? undefined : id)}
        >
          ${words.details}
        </button>
      </td>
    </tr>
    ${isOpen ? html`<tr><td colspan=${COLUMNS.length + 2}>${details(id)}</td></tr>` : nothing}`;
}
