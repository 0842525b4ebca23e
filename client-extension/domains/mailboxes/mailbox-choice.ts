/** Which mailboxes of a domain are chosen for what is done to many: some by name, on whatever page, or all that fit. Pure. */
import type { DomainMailbox } from '#shared/domain-api.ts';
import type { DomainMailboxAction } from '#shared/domain-requests.ts';

export interface MailboxFilter {
  readonly search: string;
  readonly state: DomainMailbox['state'] | '';
  /** Key of REASONS; '' for any. */
  readonly reason: string;
}

export type MailboxChoice = ReadonlySet<string> | 'all';

export const NONE: MailboxChoice = new Set();

/** Ids that one request names. */
const NAMED = 500;

export function isChosen(choice: MailboxChoice, id: string): boolean {
  return choice === 'all' || choice.has(id);
}

/** With the mailbox where it was not chosen, and without it where it was. `seen`: ids of the page. */
export function toggled(choice: MailboxChoice, id: string, seen: readonly string[]): MailboxChoice {
  // One is taken out of all by naming those that are seen: the others cannot be named.
  const chosen = new Set(choice === 'all' ? seen : choice);
  if (!chosen.delete(id)) chosen.add(id);
  return chosen;
}

/** With all of the page, or without them where all of them were chosen. */
export function pageToggled(choice: MailboxChoice, seen: readonly string[]): MailboxChoice {
  const others = choice === 'all' ? [] : [...choice].filter((id) => !seen.includes(id));
  return new Set(seen.every((id) => isChosen(choice, id)) ? others : [...others, ...seen]);
}

/** In the words of the API, one for each request. All that fit are named by what they fit, also those on other pages. */
export function requestsFor(
  choice: MailboxChoice,
  { search, state, reason }: MailboxFilter,
): readonly DomainMailboxAction['which'][] {
  if (choice === 'all') {
    return [
      { search: search.trim(), ...(state === '' ? {} : { state }), ...(reason === '' ? {} : { reason }) },
    ];
  }
  const ids = [...choice];
  const parts = Math.ceil(ids.length / NAMED);
  return Array.from({ length: parts }, (_, part) => ({ ids: ids.slice(part * NAMED, (part + 1) * NAMED) }));
}
