/** MailboxPush over Exchange Web Services: push subscriptions, since Exchange 2007. */
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxPush, MailboxSubscription, OpenPush, WantedSubscription } from '../mailbox-push.port.ts';
import { protocolOf } from '../open-mailbox.ts';
import { openSignedFetch } from '../sign-in/signed-fetch.ts';
import type { EwsPorts } from './ews-mailbox.adapter.ts';
import { NegotiatedConversation } from './negotiated-conversation.ts';
import { ServerVersions } from './server-version.ts';
import { subscribeToPosts } from './subscriptions.ts';

/**
 * StatusFrequency. A server of 2007 says something as often as this; later ones go on trying so long when we do not
 * answer, in this case for eight minutes.
 */
const STATUS_MINUTES = 15;
/** "If the client receives nothing for twice the time of StatusFrequency, it should subscribe anew" (StatusFrequency). */
const HEARTBEAT_MS = 2 * STATUS_MINUTES * 60_000;

/** Opens push subscriptions over EWS; null for a mailbox that is asked by another protocol. */
export function openEwsPush(effects: Effects, ports: EwsPorts): OpenPush {
  const signedFetch = openSignedFetch(effects, ports);
  const versions = new ServerVersions(effects.clock, ports.servers);
  return (server, address) => {
    if (protocolOf(server) !== 'ews') return null;
    const fetch = signedFetch(server.signIn, server.reach ?? null);
    const route = { server, address: server.knownAs ?? address, fetch };
    return new EwsPush(new NegotiatedConversation(effects, versions, async () => route));
  };
}

class EwsPush implements MailboxPush {
  readonly kind = 'ewsPush';
  readonly #conversation: NegotiatedConversation;

  constructor(conversation: NegotiatedConversation) {
    this.#conversation = conversation;
  }

  /** What proves a post is the end of its URL: EWS repeats nothing else (CallerData came with 2013). */
  async subscribe({ folderIds, url, secret }: WantedSubscription): Promise<MailboxSubscription> {
    const target = `${url}/${secret}`;
    const { id, watermark } = await this.#conversation.with((conversation) =>
      subscribeToPosts(conversation, folderIds, target, STATUS_MINUTES),
    );
    return { id, lifetimeMs: null, heartbeatMs: HEARTBEAT_MS, watermark };
  }

  async renew(): Promise<never> {
    throw new RemoteFailure(failure('subscriptionGone', 'EWS prolongs no push subscription'));
  }

  /** Unsubscribe is for other kinds: this one ends when a post is answered so, or not at all (Unsubscribe operation). */
  async remove(): Promise<void> {}
}
