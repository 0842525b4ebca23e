/** Those who are invited to an item: where EWS keeps them, and how it writes one. */
import type { Attendee } from '#core/event.ts';
import { oneLine } from '#core/text.ts';
import { element, type WireElement } from './wire.ts';

/** The lists of an item, in schema order. */
export const ATTENDEE_LISTS = [
  ['required', 'RequiredAttendees'],
  ['optional', 'OptionalAttendees'],
  ['resource', 'Resources'],
] as const;

/** An attendee of an event. */
export function attendeeElement({ name, address }: Attendee): WireElement {
  return mailboxElement(oneLine(name), oneLine(address), '');
}

/** `routing` is the kind of address, SMTP where it is empty. */
export function mailboxElement(name: string, address: string, routing: string): WireElement {
  const mailbox = [
    ...(name === '' ? [] : [element('Name', name)]),
    element('EmailAddress', address),
    ...(routing === '' ? [] : [element('RoutingType', routing)]),
  ];
  return { name: 'Attendee', children: [{ name: 'Mailbox', children: mailbox }] };
}
