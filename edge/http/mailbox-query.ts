/** What a list of mailboxes is asked for in a query, in the terms of the store. */
import type * as v from 'valibot';
import type { DomainMailboxAction, DomainMailboxExportQuery } from '#shared/domain-requests.ts';
import type { MailboxFilter, MailboxOrder } from '#store/domain-mailbox-list.repository.ts';
import type { WhichMailboxes } from '#store/domain-mailboxes.repository.ts';

type Wanted = v.InferOutput<typeof DomainMailboxExportQuery>;

export function filterOf({
  search,
  state,
  reason,
}: Pick<Wanted, 'search' | 'state' | 'reason'>): MailboxFilter {
  return { search: search ?? null, state: state ?? null, reason: reason ?? null };
}

export function orderOf({ sort = 'address', order = 'ascending' }: Wanted): MailboxOrder {
  return { sort, descending: order === 'descending' };
}

export function meantBy(which: DomainMailboxAction['which']): WhichMailboxes {
  return 'ids' in which ? which : filterOf(which);
}
