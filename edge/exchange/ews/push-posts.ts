/** What Exchange posts to us about push subscriptions, and what it wants to hear (MS-OXWSPSNTIF, SendNotification). */
import type { PushNotice, PushPost, PushPosts } from '../mailbox-push.port.ts';
import { type EwsLibrary, loadLibrary, type WireNode } from './library.ts';
import { messagesIn, type ToldMessage } from './told.ts';
import { soapAnswer } from './transport.ts';

/** At most; a post has one. */
const NOTICES_LIMIT = 1_000;

/** Loads the EWS library, whose parser reads them. */
export async function loadEwsPosts(): Promise<PushPosts> {
  const library = await loadLibrary();
  return {
    kind: 'ewsPush',
    read: (post) => noticesIn(post, library),
    answer: (wanted) => ({
      status: 200,
      contentType: 'text/xml; charset=utf-8',
      body: resultOf(wanted ? 'OK' : 'Unsubscribe'),
    }),
  };
}

function noticesIn(
  { body, pathSecret }: PushPost,
  { parse }: Pick<EwsLibrary, 'parse'>,
): readonly PushNotice[] | null {
  const envelope = envelopeOf(body, parse);
  const messages = envelope === null ? [] : messagesIn(envelope, 'post');
  const notices = messages.flatMap((message) => noticesOf(message, pathSecret));
  return notices.length === 0 ? null : notices.slice(0, NOTICES_LIMIT);
}

/** Null for what is no whole envelope, or a fault, or built to do harm. */
function envelopeOf(body: string, parse: EwsLibrary['parse']): WireNode {
  try {
    const { kind, xml } = soapAnswer(200, body);
    return kind === 'results' ? parse(xml) : null;
  } catch {
    return null;
  }
}

/** An error says that the subscription has to be made anew, whatever its code. */
function noticesOf({ refusal, refused, told }: ToldMessage, secret: string | null): readonly PushNotice[] {
  if (refusal !== null) {
    return refused.map((subscriptionId) => ({ subscriptionId, secret, news: 'removed', watermark: null }));
  }
  return told.map(({ subscriptionId, changed, watermark }) => ({
    ...{ subscriptionId, secret, watermark },
    news: changed ? 'changed' : 'alive',
  }));
}

function resultOf(status: 'OK' | 'Unsubscribe'): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    '<SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages">' +
    `<SubscriptionStatus>${status}</SubscriptionStatus></SendNotificationResult></s:Body></s:Envelope>`
  );
}
