/** Defines the panels of a domain: its mailboxes, and its activity with the record. */
import { defineOnce } from '../define-once.ts';
import { ExchangeDomainRecord } from './activity/audit-record.ts';
import { ExchangeDomainActivity } from './activity/domain-activity.ts';
import { ExchangeDomainMailboxes } from './mailboxes/domain-mailboxes.ts';
import { ExchangeDomainMailboxActs } from './mailboxes/mailbox-acts.ts';
import { ExchangeDomainMailbox } from './mailboxes/mailbox-details.ts';
import { MailboxesUnpairChoice } from './mailboxes/mailboxes-unpair-choice.ts';

const ELEMENTS = {
  'exchange-domain-activity': ExchangeDomainActivity,
  'exchange-domain-mailbox': ExchangeDomainMailbox,
  'exchange-domain-mailbox-acts': ExchangeDomainMailboxActs,
  'exchange-domain-mailboxes': ExchangeDomainMailboxes,
  'exchange-domain-record': ExchangeDomainRecord,
  'exchange-domain-unpair-choice': MailboxesUnpairChoice,
} as const;

defineOnce(ELEMENTS);

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
