/** How much of the mailbox's events a pairing discloses: set on every item that is taken into its work. */
import type { CalendarEvent, Disclosure } from '#core/event.ts';
import type { SideState } from '#core/plan.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { CalendarLanguage } from '#shared/texts/calendar.ts';
import type { PairingRow } from '#store/sync-rows.ts';

/** What the settings of a pairing say of its mailbox's events. */
export function disclosureOf(
  { details, showPrivate, participants }: Pick<PairingRow, 'details' | 'showPrivate' | 'participants'>,
  language: CalendarLanguage,
): Disclosure {
  return { details, showPrivate, participants, language };
}

/** It turned out that the item was made in Liferay. */
export function disclosedAsOwn(work: { exchange: SideState }): void {
  if (work.exchange.kind !== 'present') return;
  const { event } = work.exchange;
  work.exchange = {
    kind: 'present',
    event: { ...event, disclosure: { ...event.disclosure, details: 'own' } },
  };
}

/** The item as the pairing discloses it. What was made in Liferay, as its agreement tells, shows its texts there. */
export function disclosed(
  item: MailboxItem,
  disclosure: Disclosure,
  agreed: CalendarEvent | null,
): MailboxItem {
  const isOwn = agreed?.disclosure.details === 'own';
  return {
    ...item,
    event: { ...item.event, disclosure: isOwn ? { ...disclosure, details: 'own' } : disclosure },
  };
}
