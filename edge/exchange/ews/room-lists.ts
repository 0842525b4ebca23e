/** Room lists and their rooms: GetRoomLists, GetRooms (Microsoft Learn, EWS reference; since Exchange 2010). */
import type * as Ews from 'ews-javascript-api';
import { failure, RemoteFailure } from '#core/failure.ts';
import { smtpAddress } from '#core/own-address.ts';
import type { NamedAddress } from '../room-directory.port.ts';
import type { Conversation } from './conversation.ts';

/** See RoomDirectory. */
export async function roomListsOf(conversation: Conversation): Promise<readonly NamedAddress[]> {
  requireLists(conversation);
  const found = await conversation.ask((service) => service.GetRoomLists());
  return found.GetEnumerator().flatMap(named);
}

/** See RoomDirectory. */
export async function roomsOf(conversation: Conversation, list: string): Promise<readonly NamedAddress[]> {
  requireLists(conversation);
  const { EmailAddress } = conversation.ews;
  const found = await conversation.ask((service) => service.GetRooms(new EmailAddress(list)));
  return found.flatMap(named);
}

function requireLists(conversation: Conversation): void {
  if (conversation.isAtLeast('Exchange2010')) return;
  throw new RemoteFailure(failure('versionRefused', 'room lists came with Exchange 2010'));
}

/** One that has no SMTP address cannot be asked for. */
function named({ Address, Name }: Ews.EmailAddress): readonly NamedAddress[] {
  const address = smtpAddress(Address ?? '');
  return address === null ? [] : [{ address, name: Name ?? address }];
}
