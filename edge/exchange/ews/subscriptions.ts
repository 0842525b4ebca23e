/** Subscribe and Unsubscribe (Microsoft Learn, EWS reference). */
import type * as Ews from 'ews-javascript-api';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Conversation } from './conversation.ts';

/** A subscription as the server named it. */
export interface Subscribed {
  readonly id: string;
  /** Null for one that streams. */
  readonly watermark: string | null;
}

/**
 * The server posts to `url`, and goes on trying for `statusMinutes` when nobody answers (Microsoft Learn,
 * StatusFrequency). Rejects with `pushUnreachable` for a URL that the server does not take.
 */
export function subscribeToPosts(
  conversation: Conversation,
  folderIds: readonly string[],
  url: string,
  statusMinutes: number,
): Promise<Subscribed> {
  const { ews } = conversation;
  return conversation.ask(async (service) => {
    const folders = foldersOf(conversation, folderIds);
    const [first, ...others] = eventsOf(conversation);
    // An empty text, where the library takes null too: no watermark to go on from.
    const target = new ews.Uri(url);
    return subscribedAs(
      await service.SubscribeToPushNotifications(folders, target, statusMinutes, '', first, ...others),
    );
  });
}

/** Rejects with `pushUnavailable` where the server has no streaming. */
export async function subscribeToStream(
  conversation: Conversation,
  folderIds: readonly string[],
): Promise<Subscribed> {
  if (!conversation.isAtLeast('Exchange2010_SP1')) {
    throw new RemoteFailure(failure('pushUnavailable', 'streaming came with Exchange 2010 SP1'));
  }
  return conversation.ask(async (service) => {
    const folders = foldersOf(conversation, folderIds);
    return subscribedAs(await service.SubscribeToStreamingNotifications(folders, ...eventsOf(conversation)));
  });
}

/** Of a subscription that streams; one that posts ends with the answer to a post only. */
export async function unsubscribe(conversation: Conversation, id: string): Promise<void> {
  const { UnsubscribeRequest } = conversation.library;
  await conversation.ask(async (service) => {
    const request = new UnsubscribeRequest(service);
    request.SubscriptionId = id;
    await request.Execute();
  });
}

function foldersOf({ ews }: Conversation, folderIds: readonly string[]): Ews.FolderId[] {
  return folderIds.map((id) => new ews.FolderId(id));
}

/** All that can happen to what is in a calendar. */
function eventsOf({ ews: { EventType } }: Conversation): [Ews.EventType, ...Ews.EventType[]] {
  return [EventType.Created, EventType.Modified, EventType.Deleted, EventType.Moved, EventType.Copied];
}

function subscribedAs({ Id, Watermark }: { readonly Id?: string; readonly Watermark?: string }): Subscribed {
  if (typeof Id !== 'string' || Id === '') {
    throw new RemoteFailure(failure('badAnswer', 'subscribed, but the answer names no subscription'));
  }
  return { id: Id, watermark: Watermark || null };
}
