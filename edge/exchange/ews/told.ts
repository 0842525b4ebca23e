/**
 * What a server tells of subscriptions, on a connection (GetStreamingEventsResponse) or in a post (SendNotification). Of
 * events nothing is kept but that there were some (EWS schema, NotificationType).
 */
import type { Refusal } from './failures.ts';
import type { WireNode } from './library.ts';
import { attribute, child, children, namesIn, ownText, textOf } from './wire.ts';

/** Something, or nothing (StatusEvent), happened in what a subscription watches. */
export interface Told {
  readonly subscriptionId: string;
  readonly changed: boolean;
  /** After the last event; null on a connection, and where several kinds came, whose order the parser does not keep. */
  readonly watermark: string | null;
}

export interface ToldMessage {
  /** Null: a success. */
  readonly refusal: Refusal | null;
  /** The subscriptions that the refusal names; it need not name any. */
  readonly refused: readonly string[];
  readonly told: readonly Told[];
  /** The server ends the connection. */
  readonly isClosing: boolean;
}

/** How the messages are called on each way. */
const WAYS = {
  stream: { body: 'GetStreamingEventsResponse', message: 'GetStreamingEventsResponseMessage' },
  post: { body: 'SendNotification', message: 'SendNotificationResponseMessage' },
} as const;

/** No more is read of a message: a connection carries 200, and a post tells of one. */
const TOLD_LIMIT = 1_000;
/** Longest id and watermark that is taken for one; those of Exchange have about 100 characters. */
const TEXT_LIMIT = 1_024;

/** The messages of an envelope; none where it holds something else. */
export function messagesIn(envelope: WireNode, way: keyof typeof WAYS): readonly ToldMessage[] {
  const { body, message } = WAYS[way];
  const messages = children(child(child(child(envelope, 'Body'), body), 'ResponseMessages'), message);
  return messages.slice(0, TOLD_LIMIT).filter(isMessage).map(messageOf);
}

function isMessage(message: WireNode): boolean {
  return ['Success', 'Warning', 'Error'].includes(attribute(message, 'ResponseClass'));
}

function messageOf(message: WireNode): ToldMessage {
  const code = textOf(message, 'ResponseCode');
  const isError = attribute(message, 'ResponseClass') === 'Error';
  const list = child(message, 'Notifications') ?? message;
  return {
    refusal: isError ? { code, text: textOf(message, 'MessageText') } : null,
    refused: isError ? [...idsIn(child(message, 'ErrorSubscriptionIds')), ...valuesIn(message)] : [],
    told: isError ? [] : children(list, 'Notification').slice(0, TOLD_LIMIT).flatMap(toldOf),
    isClosing: textOf(message, 'ConnectionStatus') === 'Closed',
  };
}

function idsIn(node: WireNode): readonly string[] {
  return children(node, 'SubscriptionId')
    .slice(0, TOLD_LIMIT)
    .map((id) => ownText(id, 'SubscriptionId'))
    .filter(isText);
}

/** A post that is an error names its subscription like this. */
function valuesIn(message: WireNode): readonly string[] {
  return children(child(message, 'MessageXml'), 'Value')
    .filter((value) => attribute(value, 'Name') === 'SubscriptionId')
    .map((value) => ownText(value, 'Value'))
    .filter(isText);
}

function toldOf(notification: WireNode): readonly Told[] {
  const subscriptionId = textOf(notification, 'SubscriptionId');
  if (!isText(subscriptionId)) return [];
  const kinds = namesIn(notification).filter((name) => name.endsWith('Event'));
  const [only, ...others] = kinds;
  if (only === undefined) return [];
  return [
    {
      subscriptionId,
      changed: kinds.some((name) => name !== 'StatusEvent'),
      watermark: others.length > 0 ? null : lastMark(children(notification, only)),
    },
  ];
}

function lastMark(events: readonly WireNode[]): string | null {
  const mark = textOf(events.at(-1), 'Watermark');
  return isText(mark) ? mark : null;
}

function isText(text: string): boolean {
  return text !== '' && text.length <= TEXT_LIMIT;
}
