/**
 * MailboxPush over Microsoft Graph: one subscription for all events of a mailbox (Microsoft Learn, "Change notifications
 * for Outlook resources": `/users/{id}/events` is the resource that there is, and a single calendar is none). What Graph
 * posts is read in notifications.ts.
 */
import { Temporal } from 'temporal-polyfill';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxPush, MailboxSubscription, OpenPush, WantedSubscription } from '../mailbox-push.port.ts';
import { openSignedFetch, type SignInPorts } from '../sign-in/signed-fetch.ts';
import { SubscriptionAnswer, shaped } from './answers.ts';
import { escaped, GraphConversation } from './conversation.ts';
import { GraphRefusal } from './failures.ts';
import { forGraph } from './graph-mailbox.adapter.ts';
import { Turns } from './turns.ts';

const CHANGES = 'created,updated,deleted';
/** Subscriptions on one page of the list. */
const PAGE = 100;
const MEANING = { notFound: 'itemNotFound', otherwise: 'pushUnavailable' } as const;

/** Opens the push of mailboxes in Exchange Online. Null for a server that speaks another protocol. */
export function openGraphPush(effects: Effects, ports: SignInPorts): OpenPush {
  const signedFetch = openSignedFetch(effects, ports);
  return (server, address) => {
    if (server.protocol !== 'graph') return null;
    const signIn = forGraph(server);
    const user = server.actAs ?? server.knownAs ?? address;
    const route = { server, user, fetch: signedFetch(signIn, server.reach ?? null) };
    return new GraphPush(effects, new GraphConversation(effects, route, new Turns(1)), user);
  };
}

class GraphPush implements MailboxPush {
  readonly kind = 'graph';
  readonly #effects: Pick<Effects, 'clock'>;
  readonly #conversation: GraphConversation;
  readonly #resource: string;

  constructor(effects: Pick<Effects, 'clock'>, conversation: GraphConversation, user: string) {
    this.#effects = effects;
    this.#conversation = conversation;
    this.#resource = `users/${escaped(user)}/events`;
  }

  async subscribe(wanted: WantedSubscription): Promise<MailboxSubscription> {
    try {
      return await this.#create(wanted);
    } catch (error) {
      // The same resource for the same changes, of the same application: reported by others, and on no page.
      if (!(error instanceof GraphRefusal) || error.refusal.status !== 409) throw subscribeFailure(error);
    }
    await this.#removeAbandoned(wanted);
    try {
      return await this.#create(wanted);
    } catch (error) {
      throw subscribeFailure(error);
    }
  }

  /** Renewing reauthorises as well (Microsoft Learn, "Reduce missing subscriptions and change notifications"). */
  async renew(id: string, lifetimeMs: number): Promise<MailboxSubscription> {
    const expirationDateTime = this.#after(lifetimeMs);
    try {
      const answer = await this.#conversation.send('PATCH', pathOf(id), { expirationDateTime }, MEANING);
      return subscriptionIn(answer, { lifetimeMs, expirationDateTime });
    } catch (error) {
      throw isGone(error) ? new RemoteFailure(failure('subscriptionGone', 'Graph does not know it')) : error;
    }
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#conversation.send('DELETE', pathOf(id), null, MEANING);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #create({ url, secret, lifetimeMs }: WantedSubscription): Promise<MailboxSubscription> {
    const expirationDateTime = this.#after(lifetimeMs);
    const body = {
      changeType: CHANGES,
      resource: this.#resource,
      notificationUrl: url,
      lifecycleNotificationUrl: url,
      expirationDateTime,
      clientState: secret,
    };
    const answer = await this.#conversation.post('/subscriptions', body, MEANING);
    return subscriptionIn(answer, { lifetimeMs, expirationDateTime });
  }

  async #removeAbandoned({ isAbandoned }: WantedSubscription): Promise<void> {
    const all = await this.#conversation.all('/subscriptions', MEANING, PAGE);
    for (const each of all) {
      const { id, resource, notificationUrl } = shaped(SubscriptionAnswer, each);
      const isOfMailbox = (resource ?? '').replace(/^\//, '').toLowerCase() === this.#resource.toLowerCase();
      if (isOfMailbox && (await isAbandoned(notificationUrl ?? ''))) await this.remove(id);
    }
  }

  #after(ms: number): string {
    return Temporal.Instant.fromEpochMilliseconds(this.#effects.clock.now() + ms).toString();
  }
}

const pathOf = (id: string) => `/subscriptions/${escaped(id)}`;

/** What a server allows less than was asked for is the difference of its own time to ours: clocks are not compared. */
function subscriptionIn(
  answer: unknown,
  asked: { readonly lifetimeMs: number; readonly expirationDateTime: string },
): MailboxSubscription {
  const { id, expirationDateTime } = shaped(SubscriptionAnswer, answer);
  const less = expirationDateTime ? momentOf(asked.expirationDateTime) - momentOf(expirationDateTime) : 0;
  const lifetimeMs = Math.max(0, asked.lifetimeMs - Math.max(0, less));
  return { id, lifetimeMs, heartbeatMs: null, watermark: null };
}

/** Epoch ms. Rejects with `badAnswer` what is no instant. */
function momentOf(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (cause) {
    throw new RemoteFailure(failure('badAnswer', 'a subscription that expires at no moment'), { cause });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GraphRefusal && error.refusal.status === 404;
}

/** Microsoft Learn, "notificationUrl validation": the subscription is refused when our answer is not as it should be. */
function subscribeFailure(error: unknown): unknown {
  if (!(error instanceof GraphRefusal)) return error;
  const { code, text, status } = error.refusal;
  if (code === 'ValidationError' || /validation request|notification (?:end ?point|url)/i.test(text)) {
    return new RemoteFailure(failure('pushUnreachable', `${code}: ${text}`));
  }
  const isFull = status === 409 || (status === 403 && /limit|quota|maximum/i.test(text));
  return isFull ? new RemoteFailure(failure('pushUnavailable', `${code}: ${text}`)) : error;
}
