/** Defines the panels of a domain: its mailboxes, and its activity with the record. */
import { defineOnce } from '../define-once.ts';
import { ExchangeDomainRecord } from './activity/audit-record.ts';
import { ExchangeDomainActivity } from './activity/domain-activity.ts';
import { ExchangeDomainMailboxes } from './mailboxes/domain-mailboxes.ts';
import { ExchangeDomainMailbox } from './mailboxes/mailbox-details.ts';

const ELEMENTS = {
  'exchange-domain-activity': ExchangeDomainActivity,
  'exchange-domain-mailbox': ExchangeDomainMailbox,
  'exchange-domain-mailboxes': ExchangeDomainMailboxes,
  'exchange-domain-record': ExchangeDomainRecord,
} as const;

defineOnce(ELEMENTS);

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
