/** GetRoomLists and GetRooms: distribution groups of rooms (PowerShell, New-DistributionGroup -RoomList). */
import { EwsError } from '../errors.ts';
import type { ExchangeStore } from '../store.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, textElement, textOf } from '../xml.ts';

/** A room list as its administrator made it. */
export interface RoomList {
  readonly address: string;
  readonly name: string;
  /** Addresses of its rooms. */
  readonly rooms: readonly string[];
}

/** Answers with the content of its only response message. */
export type SingleOperation = (
  request: XmlElement,
  store: ExchangeStore,
  lists: readonly RoomList[],
) => string;

export const getRoomLists: SingleOperation = (_request, _store, lists) =>
  `<m:RoomLists>${lists.map(({ address, name }) => `<t:Address>${named(address, name, 'PublicDL')}</t:Address>`).join('')}</m:RoomLists>`;

export const getRooms: SingleOperation = (request, store, lists) => {
  const address = textOf(childOf(childOf(request, 'RoomList'), 'EmailAddress'))
    .trim()
    .toLowerCase();
  const list = lists.find((each) => each.address.toLowerCase() === address);
  // The reference does not tell which code it is.
  if (list === undefined)
    throw new EwsError('ErrorNameResolutionNoResults', 'No room list has this address.');
  const rooms = list.rooms.map((room) => {
    const name = store.mailbox(room)?.displayName ?? room;
    return `<t:Room><t:Id>${named(room, name, 'Mailbox')}</t:Id></t:Room>`;
  });
  return `<m:Rooms>${rooms.join('')}</m:Rooms>`;
};

function named(address: string, name: string, type: 'PublicDL' | 'Mailbox'): string {
  const texts = textElement('t:Name', name) + textElement('t:EmailAddress', address);
  return `${texts}<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>${type}</t:MailboxType>`;
}
