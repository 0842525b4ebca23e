/**
 * Subscriptions and the events that wait in them (Microsoft Learn, "Subscribe operation", "Unsubscribe operation"). How
 * events leave is that of the stream and of the push.
 */
import { EwsError } from '../errors.ts';
import type { Folder, Mailbox, StoreChange } from '../model.ts';
import type { NotificationCondition } from './condition.ts';
import { type EventType, eventsOf, type MailboxEvent } from './mailbox-events.ts';

const MINUTE_MS = 60_000;
/** Events that wait for a connection; those beyond are missed. The pages name no number. */
const QUEUE_LIMIT = 500;

export interface QueuedEvent {
  readonly event: MailboxEvent;
  readonly watermark: string;
  readonly dueAt: number;
}

/** What a client asks for. */
export interface Wanted {
  /** Null: all of the mailbox. */
  readonly folders: readonly Folder[] | null;
  readonly types: ReadonlySet<EventType>;
  /** Null: streaming. */
  readonly push: { readonly url: string; readonly statusFrequencyMs: number } | null;
}

export interface Subscription extends Wanted {
  readonly id: string;
  /** Who may ask for its events. */
  readonly account: string;
  readonly mailbox: Mailbox;
  readonly server: string;
  queue: QueuedEvent[];
  /** Of the last event that was told. */
  watermark: string;
  /** Events were dropped because nobody came for them. */
  missed: boolean;
  /** When somebody last came for its events; now, while a connection is open. */
  seenAt: number;
  isConnected: boolean;
}

export interface Owner {
  readonly account: string;
  readonly mailbox: Mailbox;
  readonly server: string;
}

export interface SubscriptionsOptions {
  readonly clock: { now(): number };
  readonly uuid: () => string;
  readonly condition: NotificationCondition;
  /** Events came into this subscription's queue. */
  readonly onEvents: (subscription: Subscription) => void;
}

export class Subscriptions {
  readonly #all = new Map<string, Subscription>();
  readonly #options: SubscriptionsOptions;
  #events = 0;
  #last: MailboxEvent | null = null;
  #watermarks = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Those that have not expired, in the order in which they were made. */
  get all(): readonly Subscription[] {
    const { clock, condition } = this.#options;
    const oldest = clock.now() - condition.idleMinutes * MINUTE_MS;
    for (const { id, push, isConnected, seenAt } of this.#all.values()) {
      if (push === null && !isConnected && seenAt < oldest) this.#all.delete(id);
    }
    return [...this.#all.values()];
  }

  find(id: string): Subscription | undefined {
    return this.all.find((each) => each.id === id);
  }

  /** Throws ErrorExceededSubscriptionCount, ErrorSubscriptionDelegateAccessNotSupported (Microsoft Learn, ResponseCode). */
  create(owner: Owner, wanted: Wanted): Subscription {
    const { clock, uuid, condition } = this.#options;
    const { mailbox, server } = owner;
    if (wanted.folders?.some((folder) => folder.mailbox !== mailbox)) {
      const text = 'Subscriptions are not supported for delegate user access.';
      throw new EwsError('ErrorSubscriptionDelegateAccessNotSupported', text);
    }
    if (this.all.filter((each) => each.mailbox === mailbox).length >= condition.subscriptions) {
      const text = 'You have exceeded the available subscriptions for your account.';
      throw new EwsError('ErrorExceededSubscriptionCount', text);
    }
    const subscription: Subscription = {
      ...wanted,
      ...owner,
      id: btoa(`\u0026\u0000${server}.example.local\u0010${uuid()}?>`),
      queue: [],
      watermark: this.watermark(),
      missed: false,
      seenAt: clock.now(),
      isConnected: false,
    };
    this.#all.set(subscription.id, subscription);
    return subscription;
  }

  remove(id: string): void {
    this.#all.delete(id);
  }

  /** Opaque, a new one each time. */
  watermark(): string {
    this.#watermarks += 1;
    return btoa(`\u0001\u0000W${String(this.#watermarks).padStart(12, '0')}`);
  }

  notice(change: StoreChange): void {
    const subscriptions = this.all;
    if (subscriptions.length === 0) return;
    const events = eventsOf(change, this.#options.clock.now());
    for (const subscription of subscriptions) {
      if (subscription.mailbox !== change.folder.mailbox) continue;
      for (const event of events) if (concerns(subscription, event)) this.#enqueue(subscription, event);
    }
  }

  /** The same events again, so many times. */
  flood(id: string, times: number): void {
    const subscription = this.find(id);
    const last = subscription?.queue.at(-1)?.event ?? this.#last;
    if (subscription === undefined || last === null) throw new Error('there is nothing to tell again');
    for (let time = 0; time < times; time += 1) this.#push(subscription, last);
  }

  #enqueue(subscription: Subscription, event: MailboxEvent): void {
    const { condition } = this.#options;
    this.#last = event;
    this.#events += 1;
    const isEach = (each: number) => each > 0 && this.#events % each === 0;
    if (isEach(condition.losesEach)) return;
    this.#push(subscription, event);
    if (isEach(condition.duplicatesEach)) this.#push(subscription, event);
  }

  #push(subscription: Subscription, event: MailboxEvent): void {
    const { clock, condition, onEvents } = this.#options;
    const dueAt = clock.now() + condition.delayMs;
    subscription.queue.push({ event, watermark: this.watermark(), dueAt });
    if (subscription.queue.length > QUEUE_LIMIT) {
      subscription.queue = [];
      subscription.missed = true;
    }
    onEvents(subscription);
  }
}

function concerns({ folders, types }: Subscription, event: MailboxEvent): boolean {
  return types.has(event.type) && (folders === null || event.folders.some((each) => folders.includes(each)));
}
