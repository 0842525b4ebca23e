/**
 * MailboxStream over Exchange Web Services: subscriptions of many mailboxes, told of on one connection, since Exchange
 * 2010 SP1. It takes a runtime that keeps a connection for half an hour.
 */
import type { AbortSignalLike, Effects } from '#core/effects.ts';
import type { RequestVersion } from '#core/exchange-access.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxServer } from '../mailbox-calendar.port.ts';
import type { MailboxStream, OpenStream, StreamNews } from '../mailbox-push.port.ts';
import { protocolOf } from '../open-mailbox.ts';
import { openSignedFetch } from '../sign-in/signed-fetch.ts';
import { Affinity } from './affinity.ts';
import type { EwsPorts } from './ews-mailbox.adapter.ts';
import { failureOf, ServerRefusal } from './failures.ts';
import { ConnectionWatch, openHanging, SILENCE_MS } from './hanging.ts';
import type { WireNode } from './library.ts';
import { NegotiatedConversation } from './negotiated-conversation.ts';
import { ServerVersions } from './server-version.ts';
import { subscribeToStream, unsubscribe } from './subscriptions.ts';
import { messagesIn, type ToldMessage } from './told.ts';
import type { MailboxRoute } from './transport.ts';

/** "The maximum number of subscription values to include in a request is 200" (the page about affinity). */
const MAILBOX_LIMIT = 200;
const NO_STREAMING: ReadonlySet<RequestVersion> = new Set<RequestVersion>([
  'Exchange2007_SP1',
  'Exchange2010',
]);

/** Opens streams over EWS; null where the server is known to have none. */
export function openEwsStream(effects: Effects, ports: EwsPorts): OpenStream {
  const signedFetch = openSignedFetch(effects, ports);
  const versions = new ServerVersions(effects.clock, ports.servers);
  const routeTo = (server: MailboxServer, address: string, affinity: Affinity): MailboxRoute => ({
    server,
    address: server.knownAs ?? address,
    fetch: affinity.through(signedFetch(server.signIn, server.reach ?? null)),
  });
  return (server) => {
    if (protocolOf(server) !== 'ews') return null;
    if (server.version !== null && NO_STREAMING.has(server.version)) return null;
    return new EwsStream(
      effects,
      (route) => new NegotiatedConversation(effects, versions, async () => route),
      routeTo,
    );
  };
}

/** A mailbox on the connection. */
interface Streamed {
  readonly subscriptionId: string;
  readonly conversation: NegotiatedConversation;
}

class EwsStream implements MailboxStream {
  readonly mailboxLimit = MAILBOX_LIMIT;
  readonly heartbeatMs = SILENCE_MS;
  readonly #effects: Effects;
  readonly #converse: (route: MailboxRoute) => NegotiatedConversation;
  readonly #routeTo: (server: MailboxServer, address: string, affinity: Affinity) => MailboxRoute;
  /** By the address that they were subscribed by; null: it is under way. */
  readonly #mailboxes = new Map<string, Streamed | null>();
  /** Of the first mailbox that is subscribed, once it is; null where it could not be. */
  #affinity: Promise<Affinity | null> | null = null;

  constructor(
    effects: Effects,
    converse: (route: MailboxRoute) => NegotiatedConversation,
    routeTo: (server: MailboxServer, address: string, affinity: Affinity) => MailboxRoute,
  ) {
    this.#effects = effects;
    this.#converse = converse;
    this.#routeTo = routeTo;
  }

  /** A mailbox that is there already is subscribed anew: its earlier subscription is ended. */
  async subscribe(server: MailboxServer, address: string, folderIds: readonly string[]): Promise<void> {
    const before = this.#mailboxes.get(address) ?? null;
    if (!this.#mailboxes.has(address)) {
      if (this.#mailboxes.size >= MAILBOX_LIMIT) throw new RangeError(`more than ${MAILBOX_LIMIT} mailboxes`);
      this.#mailboxes.set(address, null);
    }
    try {
      this.#mailboxes.set(address, await this.#subscribed(server, address, folderIds));
    } catch (error) {
      if (before === null) this.#mailboxes.delete(address);
      throw error;
    }
    // A subscription that nobody listens to ends by itself.
    if (before !== null) await this.#ended(before).catch(() => undefined);
  }

  async *listen(signal: AbortSignalLike): AsyncGenerator<StreamNews> {
    const watch = new ConnectionWatch(this.#effects.clock, signal);
    try {
      for await (const envelope of await this.#opened(watch)) {
        const messages = messagesIn(envelope, 'stream');
        if (messages.length === 0) {
          throw new RemoteFailure(failure('badAnswer', 'the answer tells nothing of subscriptions'));
        }
        yield* this.#newsOf(messages);
        if (messages.some(({ isClosing }) => isClosing)) return;
      }
    } catch (error) {
      if (!watch.isLeft) throw error;
    } finally {
      watch.stop();
    }
  }

  /** The connection counts against the budget of the mailbox that the request acts for: its first one. */
  async #opened(watch: ConnectionWatch): Promise<AsyncGenerator<WireNode>> {
    const streamed = [...this.#mailboxes.values()].flatMap((each) => each ?? []);
    const [first] = streamed;
    if (first === undefined) throw new RemoteFailure(failure('subscriptionGone', 'no mailbox is subscribed'));
    const ids = streamed.map(({ subscriptionId }) => subscriptionId);
    return first.conversation.with((conversation) => openHanging(conversation, ids, watch));
  }

  /** The first one says where all the others go, so they wait for it; where it fails, the next one is the first. */
  async #subscribed(server: MailboxServer, address: string, folderIds: readonly string[]): Promise<Streamed> {
    for (;;) {
      const waited = this.#affinity;
      const known = await waited;
      if (known) return this.#subscribedAt(known, server, address, folderIds);
      // Others that waited for the one that failed may have begun meanwhile.
      if (this.#affinity === waited) break;
    }
    const affinity = new Affinity(server.knownAs ?? address);
    const first = this.#subscribedAt(affinity, server, address, folderIds);
    this.#affinity = first.then(
      () => affinity,
      () => null,
    );
    return first;
  }

  async #subscribedAt(
    affinity: Affinity,
    server: MailboxServer,
    address: string,
    folderIds: readonly string[],
  ): Promise<Streamed> {
    const conversation = this.#converse(this.#routeTo(server, address, affinity));
    const { id } = await conversation.with((each) => subscribeToStream(each, folderIds));
    return { subscriptionId: id, conversation };
  }

  async #ended({ conversation, subscriptionId }: Streamed): Promise<void> {
    await conversation.with((each) => unsubscribe(each, subscriptionId));
  }

  /** Of each mailbox what matters, once for each envelope. Throws what concerns no single subscription. */
  *#newsOf(messages: readonly ToldMessage[]): Generator<StreamNews> {
    const changed = new Set<string>();
    const lost = new Map<string, Failure>();
    for (const { refusal, refused, told } of messages) {
      for (const { subscriptionId, changed: isChanged } of told) {
        if (isChanged) for (const mailbox of this.#named([subscriptionId])) changed.add(mailbox);
      }
      if (refusal === null) continue;
      const said = failureOf(refusal, 'subscriptionGone', 'subscriptionGone');
      // Which ones are gone a server need not say: then it may be any of them.
      const named = refused.length === 0 ? [...this.#mailboxes.keys()] : this.#named(refused);
      if (refusal.code === EVENTS_MISSED) for (const mailbox of named) changed.add(mailbox);
      else if (refused.length === 0 && said.reason !== 'subscriptionGone') throw new ServerRefusal(refusal);
      else for (const mailbox of named) lost.set(mailbox, said);
    }
    for (const mailbox of lost.keys()) this.#mailboxes.delete(mailbox);
    for (const mailbox of changed) if (!lost.has(mailbox)) yield { kind: 'changed', mailbox };
    for (const [mailbox, said] of lost) yield { kind: 'lost', mailbox, failure: said };
    if (changed.size + lost.size === 0) yield { kind: 'alive' };
  }

  #named(ids: readonly string[]): readonly string[] {
    return [...this.#mailboxes].flatMap(([address, streamed]) =>
      streamed !== null && ids.includes(streamed.subscriptionId) ? [address] : [],
    );
  }
}

/** Some events were dropped; the subscription goes on (Microsoft's own client keeps it). */
const EVENTS_MISSED = 'ErrorMissedNotificationEvents';
