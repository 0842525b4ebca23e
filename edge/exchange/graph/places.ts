/** The rooms of a tenant, by the lists that its administrators made of them (Microsoft Learn, "List places"; Place.Read.All). */
import type { NamedAddress } from '../room-directory.port.ts';
import { PlaceAnswer, shaped } from './answers.ts';
import { escaped, type GraphConversation } from './conversation.ts';
import { addressIn } from './event-reader.ts';

const PAGE = 100;
const MEANING = { notFound: 'itemNotFound', otherwise: 'serverError' } as const;

export async function roomListsOf(conversation: GraphConversation): Promise<readonly NamedAddress[]> {
  return named(await conversation.all('/places/microsoft.graph.roomlist', MEANING, PAGE));
}

/** Rooms of one list, by its address; a list that is not there is a failure and not an empty one. */
export async function roomsOf(
  conversation: GraphConversation,
  list: string,
): Promise<readonly NamedAddress[]> {
  const path = `/places/${escaped(list)}/microsoft.graph.roomlist/rooms`;
  return named(await conversation.all(path, MEANING, PAGE));
}

function named(answers: readonly unknown[]): readonly NamedAddress[] {
  return answers.flatMap((answer) => {
    const { displayName, emailAddress } = shaped(PlaceAnswer, answer);
    const address = addressIn(emailAddress);
    return address === '' ? [] : [{ address, name: displayName ?? '' }];
  });
}
