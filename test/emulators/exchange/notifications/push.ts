/**
 * SendNotification: what a push subscription has to tell is posted to its client, and the answer decides how it goes on
 * (Microsoft Learn, "StatusFrequency", "SendNotificationResult"; MS-OXWSPSNTIF).
 */

import { EwsError } from '../errors.ts';
import { errorMessage, notificationEnvelope, successMessage } from '../soap.ts';
import type { ServerVersion } from '../switches.ts';
import { childOf, elementsOf, parseXml, textElement, textOf, XmlSyntaxError } from '../xml.ts';
import type { NotificationCondition } from './condition.ts';
import { eventXml, statusEventXml } from './mailbox-events.ts';
import type { Subscription } from './subscriptions.ts';

const FIRST_RETRY_MS = 30_000;
const ACTION = 'http://schemas.microsoft.com/exchange/services/2006/messages/SendNotification';
/** In one message; the rest follows at once. */
const EVENTS_LIMIT = 50;

export interface PushOptions {
  readonly clock: { now(): number };
  readonly condition: NotificationCondition;
  /** How the server reaches clients; without it none is reached. */
  readonly send: ((request: Request) => Promise<Response>) | null;
  readonly version: () => ServerVersion;
  readonly watermark: () => string;
  /** Errors of a message that was sent, and of an answer to it. */
  readonly validate: (xml: string) => readonly string[];
  readonly remove: (subscriptionId: string) => void;
}

/** How far the telling of one subscription has come. */
interface Telling {
  /** When it was last told something, and whether it is still to be told for the first time. */
  toldAt: number;
  owesStatus: boolean;
  /** Since when the client does not answer, and how often it was tried again. */
  failing: { readonly since: number; readonly retries: number } | null;
  isSending: boolean;
}

export class Push {
  readonly #options: PushOptions;
  readonly #tellings = new WeakMap<Subscription, Telling>();

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** When the subscription has something to send next; null: it never has. */
  dueAt(subscription: Subscription): number {
    const { failing, owesStatus, toldAt } = this.#tellingOf(subscription);
    if (failing !== null) return failing.since + retryAfter(failing.retries);
    if (owesStatus) return 0;
    const status = this.#options.condition.pushTellsStatus
      ? toldAt + (subscription.push?.statusFrequencyMs ?? 0)
      : Number.POSITIVE_INFINITY;
    return Math.min(status, ...subscription.queue.map(({ dueAt }) => dueAt));
  }

  /** Sends what is due, as long as the client takes it. */
  async deliver(subscription: Subscription): Promise<void> {
    const telling = this.#tellingOf(subscription);
    if (telling.isSending) return;
    telling.isSending = true;
    try {
      while (this.dueAt(subscription) <= this.#options.clock.now()) {
        if (!(await this.#tell(subscription, telling))) break;
      }
    } finally {
      telling.isSending = false;
    }
  }

  /**
   * The server cannot read on: the client is told once and has to subscribe anew. Such messages are seen to have no
   * Notification, which the schema wants, and name the subscription in MessageXml.
   */
  async fail(subscription: Subscription): Promise<void> {
    const text =
      'The events for this subscription could not be retrieved. The subscription must be recreated.';
    const error = new EwsError('ErrorReadEventsFailed', text);
    const id = `<t:Value Name="SubscriptionId">${subscription.id}</t:Value>`;
    const message = errorMessage('SendNotification', error).replace(
      '</m:DescriptiveLinkKey>',
      `</m:DescriptiveLinkKey><m:MessageXml>${id}</m:MessageXml>`,
    );
    this.#options.remove(subscription.id);
    await this.#post(subscription, notificationEnvelope(this.#options.version(), message));
  }

  /** Whether it goes on at once. */
  async #tell(subscription: Subscription, telling: Telling): Promise<boolean> {
    const { clock } = this.#options;
    const now = clock.now();
    const events = subscription.queue.filter(({ dueAt }) => dueAt <= now).slice(0, EVENTS_LIMIT);
    const last = events.at(-1)?.watermark ?? this.#options.watermark();
    const xml = this.#messageOf(subscription, events, last);
    const answer = await this.#post(subscription, xml);
    if (answer === 'Unsubscribe') {
      this.#options.remove(subscription.id);
      return false;
    }
    if (answer === null) {
      const { since, retries } = telling.failing ?? { since: now, retries: -1 };
      telling.failing = { since, retries: retries + 1 };
      if (retryAfter(retries + 1) > (subscription.push?.statusFrequencyMs ?? 0))
        this.#options.remove(subscription.id);
      return false;
    }
    Object.assign(telling, { failing: null, owesStatus: false, toldAt: now });
    subscription.watermark = last;
    subscription.queue = subscription.queue.filter((each) => !events.includes(each));
    return true;
  }

  #messageOf(subscription: Subscription, events: Subscription['queue'], last: string): string {
    const told = events.map(({ event, watermark }) => eventXml(event, watermark)).join('');
    const more = subscription.queue.length > events.length;
    const parts = [
      textElement('t:SubscriptionId', subscription.id),
      textElement('t:PreviousWatermark', subscription.watermark),
      `<t:MoreEvents>${more}</t:MoreEvents>`,
      told === '' ? statusEventXml(last) : told,
    ];
    const content = `<m:Notification>${parts.join('')}</m:Notification>`;
    const xml = notificationEnvelope(this.#options.version(), successMessage('SendNotification', content));
    const errors = this.#options.validate(xml);
    if (errors.length > 0)
      throw new Error(`The emulator's notification breaks the EWS schema: ${errors.join(' ')}`);
    return xml;
  }

  /** What the client answers; null: nothing that counts. */
  async #post({ push }: Subscription, body: string): Promise<'OK' | 'Unsubscribe' | null> {
    const { send, validate } = this.#options;
    if (send === null || push === null) return null;
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${ACTION}"` };
    try {
      const reply = await send(new Request(push.url, { method: 'POST', headers, body }));
      const text = await reply.text();
      const result = elementsOf(childOf(parseXml(text), 'Body'))[0];
      if (reply.status !== 200 || validate(text).length > 0) return null;
      const status = textOf(childOf(result, 'SubscriptionStatus'));
      return status === 'OK' || status === 'Unsubscribe' ? status : null;
    } catch (error) {
      if (error instanceof TypeError || error instanceof XmlSyntaxError) return null;
      throw error;
    }
  }

  #tellingOf(subscription: Subscription): Telling {
    const known = this.#tellings.get(subscription);
    if (known !== undefined) return known;
    const owesStatus = this.#options.condition.pushBeginsWithStatus;
    const telling = { toldAt: subscription.seenAt, owesStatus, failing: null, isSending: false };
    this.#tellings.set(subscription, telling);
    return telling;
  }
}

/** From the first attempt: 30 s, and twice as long each time ("StatusFrequency", table). */
function retryAfter(retries: number): number {
  return FIRST_RETRY_MS * 2 ** retries;
}
