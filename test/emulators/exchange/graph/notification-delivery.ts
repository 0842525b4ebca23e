/**
 * Sending notifications to the endpoints of applications (Microsoft Learn, "Receive change notifications through
 * webhooks"). What is to be sent waits here until `deliver`, or is sent as the clock goes on.
 */

import type { LoadClock } from '../server-load.ts';
import { GraphError } from './graph-errors.ts';

export interface DeliveryOptions {
  readonly clock: LoadClock;
  readonly uuid: () => string;
  /** Without it no endpoint can be reached. */
  readonly send?: (request: Request) => Promise<Response>;
  readonly sendsOnClock?: boolean;
  /** A change could not be told to this subscription. */
  readonly onDiscard: (subscriptionId: string) => void;
}

export interface Outgoing {
  readonly url: string;
  readonly body: object;
  readonly delayMs: number;
  /** The subscription whose change it tells; null for a lifecycle notification. */
  readonly about: string | null;
}

interface Waiting extends Outgoing {
  readonly since: number;
  dueAt: number;
  tries: number;
}

export const MINUTE_MS = 60_000;
const VALIDATION_MS = 10_000;
const NOTIFICATION_MS = 3_000;
/** An endpoint that does not answer 2xx is tried again for four hours; how often is not said. */
const RETRIES_MS = 4 * 60 * MINUTE_MS;
const FIRST_RETRY_MS = 10_000;

export class NotificationDelivery {
  readonly #waiting: Waiting[] = [];
  readonly #options: DeliveryOptions;
  #isPumping = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  post(notification: Outgoing): void {
    const since = this.#options.clock.now();
    this.#waiting.push({ ...notification, since, dueAt: since + notification.delayMs, tries: 0 });
    if (this.#options.sendsOnClock && this.#options.clock.sleep) void this.#pump();
  }

  /** Sends what is due; what fails waits for its next try, or is discarded. */
  async deliver(): Promise<void> {
    const now = this.#options.clock.now();
    for (const waiting of this.#waiting.filter(({ dueAt }) => dueAt <= now)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      if (await this.#send(waiting)) continue;
      waiting.tries += 1;
      waiting.dueAt = now + FIRST_RETRY_MS * 2 ** waiting.tries;
      if (waiting.dueAt < waiting.since + RETRIES_MS) this.#waiting.push(waiting);
      else if (waiting.about !== null) this.#options.onDiscard(waiting.about);
    }
  }

  /** 200, text/plain, the token and nothing else, within ten seconds. Throws ValidationError. */
  async validate(url: string): Promise<void> {
    const requestId = this.#options.uuid();
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
    const target = new URL(url);
    target.searchParams.set('validationToken', token);
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    const request = new Request(target, { method: 'POST', headers, body: '' });
    const reply = await this.#reach(request, VALIDATION_MS);
    const isPlain = reply?.headers.get('content-type')?.startsWith('text/plain') ?? false;
    if (reply?.status === 200 && isPlain && (await reply.text()) === token) return;
    const text =
      'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.';
    throw new GraphError(400, 'ValidationError', text);
  }

  /** Whether the endpoint took it. */
  async #send({ url, body }: Outgoing): Promise<boolean> {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const request = new Request(url, { method: 'POST', headers, body: JSON.stringify({ value: [body] }) });
    return (await this.#reach(request, NOTIFICATION_MS))?.ok ?? false;
  }

  /** Null: it could not be reached, or did not answer in this time. */
  async #reach(request: Request, withinMs: number): Promise<Response | null> {
    const { send, clock } = this.#options;
    if (send === undefined) return null;
    const silence = clock.sleep?.(withinMs).then(() => null);
    try {
      return await Promise.race([send(request), ...(silence === undefined ? [] : [silence])]);
    } catch {
      return null;
    }
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#waiting.length > 0) {
      const due = Math.min(...this.#waiting.map(({ dueAt }) => dueAt));
      await this.#options.clock.sleep?.(Math.max(0, due - this.#options.clock.now()));
      await this.deliver();
    }
    this.#isPumping = false;
  }
}
