/**
 * GetStreamingEvents: an answer that goes on, an envelope for each message, until its time is over (Microsoft Learn,
 * "GetStreamingEvents operation"; exchange.md). The envelopes look as Microsoft's clients expect them: `<Envelope` without
 * a prefix, one after the other, each with a declaration.
 */
import { EwsError, EwsFault } from '../errors.ts';
import { errorMessage, streamedEnvelope, successMessage } from '../soap.ts';
import type { ServerVersion } from '../switches.ts';
import { textElement } from '../xml.ts';
import type { NotificationCondition } from './condition.ts';
import { eventXml, statusEventXml } from './mailbox-events.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

const MINUTE_MS = 60_000;
/** "The first 50 events of the queue." */
const EVENTS_LIMIT = 50;
const IDS_LIMIT = 200;

export interface StreamRequest {
  readonly ids: readonly string[];
  readonly minutes: number;
  readonly account: string;
  /** Whose budget the connection counts in: the impersonated mailbox, else the account. */
  readonly chargedTo: string;
  readonly server: string;
  readonly signal: AbortSignal;
}

interface Connection {
  ids: string[];
  readonly chargedTo: string;
  readonly closesAt: number;
  beatAt: number;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

export interface StreamsOptions {
  readonly clock: { now(): number };
  readonly condition: NotificationCondition;
  readonly subscriptions: Subscriptions;
  readonly version: () => ServerVersion;
  readonly validate: (xml: string) => readonly string[];
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #open: Connection[] = [];

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** What each open connection carries. */
  get connections(): readonly (readonly string[])[] {
    return this.#open.map(({ ids }) => ids);
  }

  /** When a connection has something to say next without an event. */
  get dueAt(): number {
    const waiting = this.#open.flatMap(({ ids }) => this.#queued(ids).map(({ dueAt }) => dueAt));
    return Math.min(...this.#open.map(({ beatAt, closesAt }) => Math.min(beatAt, closesAt)), ...waiting);
  }

  /** Throws EwsFault where there are too many connections. */
  open(request: StreamRequest): ReadableStream<Uint8Array> {
    const { clock, condition } = this.#options;
    const { ids, chargedTo, minutes, signal } = request;
    if (ids.length > IDS_LIMIT)
      throw new EwsFault('ErrorInvalidRequest', 'There are too many subscriptions.');
    if (this.#open.filter((each) => each.chargedTo === chargedTo).length >= condition.hangingConnections) {
      const text = 'You have exceeded the available concurrent connections for your account.';
      throw new EwsFault('ErrorExceededConnectionCount', text);
    }
    let mine: Connection | null = null;
    const leave = () => {
      if (mine !== null) this.#forget(mine);
    };
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const now = clock.now();
      const connection: Connection = {
        ...{ ids: [...ids], chargedTo, controller },
        closesAt: now + minutes * MINUTE_MS,
        beatAt: now + condition.heartbeatMs,
      };
      mine = connection;
      this.#open.push(connection);
      this.#begin(connection, request);
    };
    signal.addEventListener('abort', () => {
      const wasOpen = mine !== null && this.#open.includes(mine);
      leave();
      if (wasOpen) mine?.controller.error(signal.reason);
    });
    return new ReadableStream({ start, cancel: leave });
  }

  /** Tells what is due, in all connections; closes those whose time is over. */
  run(): void {
    const now = this.#options.clock.now();
    for (const connection of [...this.#open]) {
      this.#flush(connection);
      if (connection.closesAt <= now) {
        this.#write(connection, successMessage('GetStreamingEvents', statusXml('Closed')));
        this.#close(connection);
      } else if (connection.beatAt <= now) {
        this.#beat(connection);
      }
    }
  }

  /** The connections break, in the middle of a message if it is to be. */
  cut(where: 'between' | 'middle' = 'between'): void {
    for (const connection of [...this.#open]) {
      const message = successMessage('GetStreamingEvents', statusXml('OK'));
      const bytes = new TextEncoder().encode(streamedEnvelope(this.#options.version(), message));
      if (where === 'middle') connection.controller.enqueue(bytes.subarray(0, bytes.length / 2));
      this.#forget(connection);
      connection.controller.error(new TypeError('terminated'));
    }
  }

  /** Subscriptions that were there are there no more. */
  lose(ids: readonly string[]): void {
    for (const connection of [...this.#open]) {
      const gone = connection.ids.filter((id) => ids.includes(id));
      if (gone.length > 0) this.#refuse(connection, 'ErrorSubscriptionNotFound', gone);
    }
  }

  #begin(connection: Connection, { ids, account, server }: StreamRequest): void {
    const { subscriptions } = this.#options;
    const found = ids.map((id) => subscriptions.find(id));
    const isThere = (each: Subscription | undefined) =>
      each !== undefined && each.server === server && !each.push;
    const foreign = found.flatMap((each) =>
      each !== undefined && each.account !== account ? [each.id] : [],
    );
    const gone = ids.filter((_, index) => !isThere(found[index]));
    for (const other of this.#open) {
      if (other !== connection) other.ids = other.ids.filter((id) => !ids.includes(id));
    }
    for (const each of found) if (each !== undefined) each.isConnected = true;
    if (foreign.length > 0) this.#refuse(connection, 'ErrorSubscriptionAccessDenied', foreign);
    if (gone.length > 0) this.#refuse(connection, 'ErrorSubscriptionNotFound', gone);
    if (!this.#open.includes(connection)) return;
    this.#write(connection, successMessage('GetStreamingEvents', statusXml('OK')));
    this.#flush(connection);
  }

  #refuse(connection: Connection, code: string, ids: readonly string[]): void {
    if (!this.#open.includes(connection)) return;
    const { condition } = this.#options;
    const text = 'The subscription was not found on the server, or is not yours.';
    const named = ids.map((id) => textElement('t:SubscriptionId', id)).join('');
    const isOver = code !== 'ErrorMissedNotificationEvents' && condition.lostSubscriptionEndsStream;
    const content =
      (condition.namesLostSubscriptions ? `<m:ErrorSubscriptionIds>${named}</m:ErrorSubscriptionIds>` : '') +
      (isOver ? statusXml('Closed') : '');
    const message = errorMessage('GetStreamingEvents', new EwsError(code, text)).replace(
      '</m:DescriptiveLinkKey>',
      `</m:DescriptiveLinkKey>${content}`,
    );
    this.#write(connection, message);
    if (isOver) this.#close(connection);
    else if (code !== 'ErrorMissedNotificationEvents')
      connection.ids = connection.ids.filter((id) => !ids.includes(id));
  }

  #queued(ids: readonly string[]): Subscription['queue'] {
    return ids.flatMap((id) => this.#options.subscriptions.find(id)?.queue ?? []);
  }

  #flush(connection: Connection): void {
    const now = this.#options.clock.now();
    for (const id of connection.ids) {
      const subscription = this.#options.subscriptions.find(id);
      if (subscription?.missed) {
        subscription.missed = false;
        this.#refuse(connection, 'ErrorMissedNotificationEvents', [id]);
      }
      for (;;) {
        const events = (subscription?.queue ?? []).filter(({ dueAt }) => dueAt <= now).slice(0, EVENTS_LIMIT);
        if (subscription === undefined || events.length === 0) break;
        subscription.queue = subscription.queue.filter((each) => !events.includes(each));
        const told = events.map(({ event }) => eventXml(event, '')).join('');
        this.#write(connection, successMessage('GetStreamingEvents', notificationsXml([[id, told]])));
      }
    }
  }

  #beat(connection: Connection): void {
    const told = connection.ids.map((id): [string, string] => [id, statusEventXml('')]);
    const isEvent = this.#options.condition.heartbeat === 'statusEvent' && told.length > 0;
    const content = isEvent ? notificationsXml(told) : statusXml('OK');
    this.#write(connection, successMessage('GetStreamingEvents', content));
  }

  #write(connection: Connection, message: string): void {
    const { clock, condition, validate, version } = this.#options;
    const xml = streamedEnvelope(version(), message);
    const errors = validate(xml);
    if (errors.length > 0)
      throw new Error(`The emulator's stream breaks the EWS schema: ${errors.join(' ')}`);
    const bytes = new TextEncoder().encode(xml);
    const size = condition.pieceBytes || bytes.length;
    for (let at = 0; at < bytes.length; at += size) connection.controller.enqueue(bytes.slice(at, at + size));
    connection.beatAt = clock.now() + condition.heartbeatMs;
  }

  #close(connection: Connection): void {
    this.#forget(connection);
    connection.controller.close();
  }

  #forget(connection: Connection): void {
    const at = this.#open.indexOf(connection);
    if (at < 0) return;
    this.#open.splice(at, 1);
    for (const id of connection.ids) {
      const subscription = this.#options.subscriptions.find(id);
      if (subscription === undefined) continue;
      subscription.isConnected = this.#open.some(({ ids }) => ids.includes(id));
      subscription.seenAt = this.#options.clock.now();
    }
  }
}

function statusXml(status: 'OK' | 'Closed'): string {
  return `<m:ConnectionStatus>${status}</m:ConnectionStatus>`;
}

function notificationsXml(told: readonly (readonly [id: string, events: string])[]): string {
  const each = told.map(
    ([id, events]) => `<t:Notification>${textElement('t:SubscriptionId', id)}${events}</t:Notification>`,
  );
  return `<m:Notifications>${each.join('')}</m:Notifications>`;
}
