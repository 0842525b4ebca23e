/**
 * Inviting people to an item that is there, and taking them out. Whoever is added is appended, so that nothing of the
 * others is touched. A list out of which somebody goes has to be written whole: as it stands there, and not as an event
 * tells it, which knows nobody without an address and no other address than SMTP.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { AttendeeChange, MailboxUpdate } from '../mailbox-calendar.port.ts';
import { ATTENDEE_LISTS, attendeeElement, mailboxElement } from './attendee-lists.ts';
import type { Conversation } from './conversation.ts';
import { addressIn, calendarItemIn } from './item-reader.ts';
import type { WireNode } from './library.ts';
import { askForEach, succeeded } from './read-batch.ts';
import { child, children, textOf, type WireElement, type WireField } from './wire.ts';

/** The items of those updates that take somebody out, as they stand there, by id. One request, none where nobody goes. */
export async function readAttendees(
  conversation: Conversation,
  updates: readonly MailboxUpdate[],
): Promise<ReadonlyMap<string, WireNode>> {
  const ids = updates.filter(({ attendees }) => (attendees?.removed.length ?? 0) > 0).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const { ews } = conversation;
  const { RequiredAttendees, OptionalAttendees, Resources } = ews.AppointmentSchema;
  const lists = [RequiredAttendees, OptionalAttendees, Resources];
  const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, lists);
  const messages = await askForEach(conversation, ids, shape);
  const items = new Map<string, WireNode>();
  for (const [id, message] of messages) {
    if (message !== undefined && conversation.succeeded(message)) {
      items.set(id, calendarItemIn(succeeded(conversation, message).items));
    }
  }
  return items;
}

/**
 * The changes of an update that invite and take out. `item`: as `readAttendees` found it; the update is bound to the
 * version that it was planned on. Rejects with `itemRefused` where somebody without an address would be lost, and with
 * `changedMeanwhile` where the item could not be looked at.
 */
export function attendeeFields({ added, removed }: AttendeeChange, item: WireNode): readonly WireField[] {
  if (removed.length > 0 && item === undefined) {
    throw new RemoteFailure(failure('changedMeanwhile', 'the attendees of the item could not be read'));
  }
  return ATTENDEE_LISTS.flatMap(([role, name]): readonly WireField[] => {
    const path = `calendar:${name}`;
    const joining = added.filter((each) => each.role === role).map(attendeeElement);
    const present = children(child(item, name), 'Attendee');
    const staying = present.filter((entry) => !removed.includes(addressIn(entry)));
    if (staying.length === present.length) {
      return joining.length === 0 ? [] : [{ path, value: { name, children: joining }, append: true }];
    }
    const all = [...staying.map(asItStands), ...joining];
    return [{ path, value: all.length === 0 ? null : { name, children: all } }];
  });
}

function asItStands(entry: WireNode): WireElement {
  const mailbox = child(entry, 'Mailbox');
  const address = textOf(mailbox, 'EmailAddress');
  if (address === '') {
    throw new RemoteFailure(
      failure('itemRefused', 'somebody who is invited without an address would be lost'),
    );
  }
  return mailboxElement(textOf(mailbox, 'Name'), address, textOf(mailbox, 'RoutingType'));
}
