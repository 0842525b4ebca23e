/**
 * Notifications of an Exchange server: the operations Subscribe, Unsubscribe and GetStreamingEvents, and what is sent as
 * time goes on. Pull subscriptions are not emulated.
 */
import { EwsError, EwsFault, schemaViolation } from '../errors.ts';
import type { Folder, Mailbox } from '../model.ts';
import type { LoadClock } from '../server-load.ts';
import { messageOf } from '../soap.ts';
import type { ExchangeStore } from '../store.ts';
import type { ServerVersion } from '../switches.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf, textElement, textOf } from '../xml.ts';
import { Affinity, type Arrival } from './affinity.ts';
import { usualCondition } from './condition.ts';
import { EVENT_TYPES, type EventType } from './mailbox-events.ts';
import { Push } from './push.ts';
import { Streams } from './streams.ts';
import { type Owner, type Subscription, Subscriptions, type Wanted } from './subscriptions.ts';

const MINUTE_MS = 60_000;

export interface NotificationsOptions {
  readonly store: ExchangeStore;
  readonly clock: LoadClock;
  readonly version: () => ServerVersion;
  /** How the server reaches the URLs of push subscriptions. */
  readonly send: ((request: Request) => Promise<Response>) | null;
  /** Tells by itself as the clock goes on; else only `run` does. */
  readonly onClock: boolean;
  readonly validate: (xml: string) => readonly string[];
}

/** A request about notifications, and who sends it. */
export interface NotificationRequest {
  readonly operation: XmlElement;
  readonly account: string;
  readonly acting: Mailbox;
  readonly isImpersonating: boolean;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly folderOf: (element: XmlElement) => Folder;
}

export interface NotificationAnswer {
  /** Set-Cookie headers. */
  readonly cookies: readonly string[];
  readonly content: string | ReadableStream<Uint8Array>;
}

export const NOTIFICATION_OPERATIONS: ReadonlySet<string> = new Set([
  'Subscribe',
  'Unsubscribe',
  'GetStreamingEvents',
]);

export class Notifications {
  readonly condition = usualCondition();
  readonly subscriptions: Subscriptions;
  readonly #options: NotificationsOptions;
  readonly #affinity: Affinity;
  readonly #streams: Streams;
  readonly #push: Push;
  /** When the next look is due, of those that are waited for. */
  #wakeAt: number | null = null;

  constructor(options: NotificationsOptions) {
    const { store, clock, version, send, validate } = options;
    const { condition } = this;
    this.#options = options;
    this.#affinity = new Affinity(condition);
    const onEvents = (subscription: Subscription) => this.#told(subscription);
    this.subscriptions = new Subscriptions({ clock, uuid: () => store.ids.uuid(), condition, onEvents });
    const { subscriptions } = this;
    this.#streams = new Streams({ clock, condition, subscriptions, version, validate });
    const remove = (id: string) => subscriptions.remove(id);
    const watermark = () => subscriptions.watermark();
    this.#push = new Push({ clock, condition, send, version, watermark, validate, remove });
    store.watchers.push((change) => subscriptions.notice(change));
  }

  /** What each open connection carries, as ids of subscriptions. */
  get connections(): readonly (readonly string[])[] {
    return this.#streams.connections;
  }

  /** The response message, or the body of an answer that goes on. Throws EwsFault. */
  answer(request: NotificationRequest): NotificationAnswer {
    const { headers, acting, operation } = request;
    const arrival = this.#affinity.arrive(headers, this.#options.version(), acting);
    const { cookies } = arrival;
    switch (operation.name) {
      case 'GetStreamingEvents':
        return { cookies, content: this.#stream(request, arrival) };
      case 'Subscribe':
        return { cookies, content: this.#subscribe(request, arrival) };
      default:
        return { cookies, content: this.#unsubscribe(request) };
    }
  }

  #subscribe(request: NotificationRequest, { server }: Arrival): string {
    return messageOf('Subscribe', () => {
      const { account, acting: mailbox } = request;
      const owner: Owner = { account, mailbox, server };
      const subscription = this.subscriptions.create(owner, this.#wanted(request));
      const { id, push, watermark } = subscription;
      if (push !== null) this.#schedule(this.#push.dueAt(subscription));
      const mark = push === null ? '' : textElement('m:Watermark', watermark);
      return textElement('m:SubscriptionId', id) + mark;
    });
  }

  /** A push subscription ends with an answer only ("Unsubscribe operation"). */
  #unsubscribe({ operation, account }: NotificationRequest): string {
    return messageOf('Unsubscribe', () => {
      const subscription = this.subscriptions.find(textOf(childOf(operation, 'SubscriptionId')));
      if (subscription === undefined) throw subscriptionNotFound();
      if (subscription.account !== account) {
        throw new EwsError('ErrorSubscriptionAccessDenied', 'The subscription is not yours.');
      }
      if (subscription.push !== null) {
        throw new EwsError('ErrorInvalidSubscription', 'The subscription is a push subscription.');
      }
      this.subscriptions.remove(subscription.id);
      return '';
    });
  }

  #stream(request: NotificationRequest, { server }: Arrival): ReadableStream<Uint8Array> {
    const { operation, account, acting, isImpersonating, signal } = request;
    const ids = elementsOf(childOf(operation, 'SubscriptionIds')).map((id) => textOf(id));
    const minutes = Number(textOf(childOf(operation, 'ConnectionTimeout')));
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 30) {
      throw schemaViolation('ConnectionTimeout must be from 1 to 30.');
    }
    const chargedTo = isImpersonating ? acting.address : account;
    const stream = this.#streams.open({ ids, minutes, account, chargedTo, server, signal });
    this.#schedule(this.#streams.dueAt);
    return stream;
  }

  /** Sends and says what is due by now. */
  async run(): Promise<void> {
    this.#streams.run();
    for (const subscription of this.subscriptions.all) {
      if (subscription.push !== null) {
        await this.#push.deliver(subscription);
        if (this.subscriptions.find(subscription.id)) this.#schedule(this.#push.dueAt(subscription));
      }
    }
    this.#schedule(this.#streams.dueAt);
  }

  /** All connections break. */
  cut(where: 'between' | 'middle' = 'between'): void {
    this.#streams.cut(where);
  }

  /** As after a failover: the server knows the subscriptions no more. A stream says so; a push falls silent. */
  lose(...ids: readonly string[]): void {
    for (const id of ids) this.subscriptions.remove(id);
    this.#streams.lose(ids);
  }

  /** The server cannot read on for a push subscription, says so, and forgets it. */
  async fail(id: string): Promise<void> {
    const subscription = this.subscriptions.find(id);
    if (subscription === undefined) throw new Error('there is no such subscription');
    await this.#push.fail(subscription);
  }

  #told(subscription: Subscription): void {
    if (subscription.push === null) this.#streams.run();
    this.#schedule(Math.min(...subscription.queue.map(({ dueAt }) => dueAt)));
  }

  #schedule(at: number): void {
    const { clock, onClock } = this.#options;
    if (!onClock || clock.sleep === undefined || !Number.isFinite(at)) return;
    if (this.#wakeAt !== null && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    void clock.sleep(Math.max(0, at - clock.now())).then(() => {
      if (this.#wakeAt === at) this.#wakeAt = null;
      return this.run();
    });
  }

  #wanted({ operation, folderOf }: NotificationRequest): Wanted {
    const [asked] = elementsOf(operation).filter(({ name }) => name.endsWith('SubscriptionRequest'));
    if (asked === undefined || asked.name === 'PullSubscriptionRequest') {
      throw new EwsFault('ErrorInvalidRequest', 'This emulator has push and streaming only.');
    }
    const named = elementsOf(childOf(asked, 'FolderIds'));
    const isAll = /^(true|1)$/.test(asked.attributes['SubscribeToAllFolders'] ?? '');
    if (isAll === named.length > 0) {
      throw new EwsError('ErrorInvalidSubscriptionRequest', 'Name folders, or subscribe to all of them.');
    }
    const types = elementsOf(childOf(asked, 'EventTypes')).map((each) => textOf(each).trim());
    return {
      folders: isAll ? null : named.map(folderOf),
      types: new Set(types.filter((type): type is EventType => EVENT_TYPES.some((known) => known === type))),
      push: asked.name === 'PushSubscriptionRequest' ? pushOf(asked) : null,
    };
  }
}

function pushOf(asked: XmlElement): Wanted['push'] {
  const url = textOf(childOf(asked, 'URL')).trim();
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new EwsError('ErrorInvalidPushSubscriptionUrl', 'The push subscription URL is invalid.');
  }
  return { url, statusFrequencyMs: Number(textOf(childOf(asked, 'StatusFrequency'))) * MINUTE_MS };
}

function subscriptionNotFound(): EwsError {
  return new EwsError('ErrorSubscriptionNotFound', 'The specified subscription was not found.');
}
