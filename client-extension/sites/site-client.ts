/** The calls of administrators of a site beside those about pairings: they come with their view. */
import type * as v from 'valibot';
import { ExchangeCalendars, SiteMailboxes } from '#shared/api.ts';
import type { ApiClient } from '../api-client.ts';

/** Addresses that are released for the site of the client. */
export async function releasedMailboxes(api: ApiClient): Promise<readonly string[]> {
  const { mailboxes } = await api.call('GET', `${api.below}/mailboxes`, SiteMailboxes);
  return mailboxes.map(({ address }) => address);
}

/** Calendars of one of these. */
export async function mailboxCalendars(
  api: ApiClient,
  address: string,
): Promise<v.InferOutput<typeof ExchangeCalendars>['calendars']> {
  const path = `${api.below}/mailboxes/${encodeURIComponent(address)}/exchange-calendars`;
  return (await api.call('GET', path, ExchangeCalendars)).calendars;
}
