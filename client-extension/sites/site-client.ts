/** The calls of administrators of a site beside those about pairings: they come with their view. */
import { type ExchangeCalendar, ExchangeCalendars, LiferayCalendar, SiteMailboxes } from '#shared/api.ts';
import type { ApiClient } from '../api-client.ts';

/** Mailboxes that are released for the site of the client, and the patterns by which others are. */
export function releasedMailboxes(api: ApiClient): Promise<SiteMailboxes> {
  return api.call('GET', `${api.below}/mailboxes`, SiteMailboxes);
}

/** Calendars of one of these. */
export async function mailboxCalendars(
  api: ApiClient,
  address: string,
): Promise<readonly ExchangeCalendar[]> {
  const path = `${api.below}/mailboxes/${encodeURIComponent(address)}/exchange-calendars`;
  return (await api.call('GET', path, ExchangeCalendars)).calendars;
}

/** Makes the resource that shows the mailbox, in the time zone of whoever asks for it. */
export function createResource(api: ApiClient, mailbox: string): Promise<LiferayCalendar> {
  const { timeZone: zone } = new Intl.DateTimeFormat().resolvedOptions();
  return api.call('POST', `${api.below}/liferay-calendars`, LiferayCalendar, { mailbox, zone });
}
