/**
 * Subscriptions and what is sent because of them (Microsoft Learn, "Create subscription", "Receive change notifications
 * through webhooks", "Reduce missing subscriptions and change notifications"). What is to be sent waits here until
 * `deliver`, or is sent by the clock.
 */

import type { Folder, Mailbox, StoreChange } from '../model.ts';
import type { LoadClock } from '../server-load.ts';
import type { ExchangeStore } from '../store.ts';
import { findMailbox } from './directory.ts';
import { etagOf } from './event-json.ts';
import { GraphError } from './graph-errors.ts';
import type { IdFormat } from './graph-ids.ts';
import { idOf, toEws, userIdOf } from './graph-ids.ts';
import type { GraphSwitches } from './graph-switches.ts';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export interface Subscription {
  readonly id: string;
  readonly applicationId: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly ids: IdFormat;
  readonly mailbox: Mailbox;
  /** Null: all calendars of the mailbox. */
  readonly calendar: Folder | null;
  expiresAt: number;
  /** Nothing is sent until the application says again that it may read. */
  awaitsReauthorization: boolean;
}

export interface SubscriptionsOptions {
  readonly store: ExchangeStore;
  readonly clock: LoadClock;
  readonly uuid: () => string;
  readonly switches: GraphSwitches;
  readonly tenantId: string;
  /** How the service reaches notification URLs; without it none can be validated. */
  readonly send?: (request: Request) => Promise<Response>;
  /** Sends by itself as the clock goes on; else only `deliver` does. */
  readonly sendsOnClock?: boolean;
}

interface Waiting {
  readonly subscription: Subscription;
  readonly url: string;
  readonly body: object;
  readonly since: number;
  dueAt: number;
  tries: number;
}

export const MINUTE_MS = 60_000;
/** Of Outlook events without resource data. */
export const LONGEST_LIFE_MINUTES = 10_080;
const SHORTEST_LIFE_MINUTES = 45;
const VALIDATION_MS = 10_000;
const NOTIFICATION_MS = 3_000;
/** An endpoint that does not answer 2xx is tried again for four hours. */
const RETRIES_MS = 4 * 60 * MINUTE_MS;
const FIRST_RETRY_MS = 10_000;
const LONGEST_CLIENT_STATE = 128;

const invalid = (message: string): GraphError => new GraphError(400, 'InvalidRequest', message);

export class Subscriptions {
  readonly #all = new Map<string, Subscription>();
  readonly #waiting: Waiting[] = [];
  readonly #options: SubscriptionsOptions;
  #notifications = 0;
  #isPumping = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    options.store.watchers.push((change) => this.#notice(change));
  }

  /** Those that have not expired. */
  get all(): readonly Subscription[] {
    const now = this.#options.clock.now();
    for (const subscription of this.#all.values()) {
      if (subscription.expiresAt <= now) this.#all.delete(subscription.id);
    }
    return [...this.#all.values()];
  }

  /** How many notifications wait to be sent. */
  get waiting(): number {
    return this.#waiting.length;
  }

  of(applicationId: string, id: string): Subscription {
    const found = this.all.find((each) => each.id === id && each.applicationId === applicationId);
    if (found !== undefined) return found;
    throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
  }

  /** Throws GraphError: 400 for what is missing, too long or does not validate, 409 for one that is there. */
  async create(
    applicationId: string,
    ids: IdFormat,
    body: Readonly<Record<string, unknown>>,
    owns: (mailbox: Mailbox) => void,
  ): Promise<Subscription> {
    const text = (name: string): string => {
      const value = body[name];
      if (typeof value === 'string' && value !== '') return value;
      throw invalid(`${name} is a required property.`);
    };
    const resource = text('resource');
    const changeType = readChangeType(text('changeType'));
    const { mailbox, calendar } = this.#resourceOf(resource);
    owns(mailbox);
    const notificationUrl = readUrl(text('notificationUrl'));
    const lifecycleUrl = body['lifecycleNotificationUrl'];
    const lifecycleNotificationUrl = typeof lifecycleUrl === 'string' ? readUrl(lifecycleUrl) : null;
    const clientState = typeof body['clientState'] === 'string' ? body['clientState'] : null;
    if ((clientState ?? '').length > LONGEST_CLIENT_STATE) throw invalid('clientState is too long.');
    const expiresAt = this.readExpiry(text('expirationDateTime'));
    this.#refuseDuplicate(applicationId, resource, changeType);
    for (const url of new Set([notificationUrl, lifecycleNotificationUrl ?? notificationUrl])) {
      await this.#validate(url);
    }
    const subscription: Subscription = {
      id: this.#options.uuid(),
      ...{ applicationId, resource, changeType, notificationUrl, lifecycleNotificationUrl, clientState },
      ...{ ids, mailbox, calendar, expiresAt, awaitsReauthorization: false },
    };
    this.#all.set(subscription.id, subscription);
    return subscription;
  }

  /** Milliseconds since 1970; less than 45 minutes become 45. Throws GraphError for more than a week. */
  readExpiry(text: unknown): number {
    const now = this.#options.clock.now();
    const expiresAt = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(expiresAt) || expiresAt <= now)
      throw invalid('expirationDateTime is not in the future.');
    if (expiresAt > now + LONGEST_LIFE_MINUTES * MINUTE_MS) {
      throw invalid(`Subscription expiration can only be ${LONGEST_LIFE_MINUTES} minutes in the future.`);
    }
    return Math.max(expiresAt, now + SHORTEST_LIFE_MINUTES * MINUTE_MS);
  }

  remove(id: string): void {
    this.#all.delete(id);
  }

  /** What the service tells an application about its subscription; a removed one is gone. */
  tellLifecycle(id: string, lifecycleEvent: LifecycleEvent): void {
    const subscription = this.#all.get(id);
    if (subscription === undefined) throw new Error('There is no such subscription');
    if (lifecycleEvent === 'subscriptionRemoved') this.#all.delete(id);
    if (lifecycleEvent === 'reauthorizationRequired') subscription.awaitsReauthorization = true;
    const url = subscription.lifecycleNotificationUrl;
    if (url !== null) this.#post(subscription, url, { ...this.#headOf(subscription), lifecycleEvent }, 0);
  }

  /** Sends what is due, and what becomes due because of it. */
  async deliver(): Promise<void> {
    const now = this.#options.clock.now();
    for (const waiting of this.#waiting.filter(({ dueAt }) => dueAt <= now)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      if (await this.#send(waiting)) continue;
      waiting.tries += 1;
      waiting.dueAt = now + FIRST_RETRY_MS * 2 ** waiting.tries;
      if (waiting.dueAt < waiting.since + RETRIES_MS) this.#waiting.push(waiting);
      else if (this.#all.has(waiting.subscription.id) && !('lifecycleEvent' in waiting.body)) {
        this.tellLifecycle(waiting.subscription.id, 'missed');
      }
    }
  }

  #resourceOf(resource: string): Pick<Subscription, 'mailbox' | 'calendar'> {
    const path = /^\/?users\/([^/]+)\/(?:calendars\/([^/]+)\/|calendar\/)?events\/?$/i.exec(
      resource.replaceAll(/\('([^']*)'\)/g, '/$1'),
    );
    const mailbox = findMailbox(this.#options.store.mailboxes, decodeURIComponent(path?.[1] ?? ''));
    if (path === null || mailbox === null) throw invalid(`The resource '${resource}' is not supported.`);
    const calendar = path[2] === undefined ? null : mailbox.folders.get(toEws(decodeURIComponent(path[2])));
    if (calendar === undefined) throw new GraphError(404, 'ResourceNotFound', 'The calendar was not found.');
    return { mailbox, calendar };
  }

  #refuseDuplicate(applicationId: string, resource: string, changeType: string): void {
    const isThere = this.all.some(
      (each) =>
        each.applicationId === applicationId && each.resource === resource && each.changeType === changeType,
    );
    if (isThere)
      throw new GraphError(409, 'Conflict', 'A subscription with these settings is there already.');
  }

  /** 200, text/plain, the token and nothing else, within ten seconds. */
  async #validate(url: string): Promise<void> {
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

  #headOf({ id, expiresAt, clientState }: Subscription) {
    return {
      subscriptionId: id,
      subscriptionExpirationDateTime: new Date(expiresAt).toISOString(),
      tenantId: this.#options.tenantId,
      ...(clientState === null ? {} : { clientState }),
    };
  }

  #notice({ kind, item, folder }: StoreChange): void {
    if (folder.folderClass !== 'IPF.Appointment') return;
    for (const subscription of this.all) {
      const { mailbox, calendar, changeType, awaitsReauthorization, ids } = subscription;
      if (mailbox !== folder.mailbox || (calendar !== null && calendar !== folder)) continue;
      if (!changeType.split(',').includes(kind) || awaitsReauthorization) continue;
      const id = idOf(item, null, ids);
      const resource = `Users/${userIdOf(mailbox.address)}/Events/${id}`;
      const resourceData = {
        '@odata.type': '#Microsoft.Graph.Event',
        '@odata.id': resource,
        '@odata.etag': etagOf(item.changeKey),
        id,
      };
      const body = { ...this.#headOf(subscription), changeType: kind, resource, resourceData };
      this.#enqueue(subscription, body);
    }
  }

  #enqueue(subscription: Subscription, body: object): void {
    const { switches } = this.#options;
    this.#notifications += 1;
    const isEach = (each: number) => each > 0 && this.#notifications % each === 0;
    if (isEach(switches.losesEach)) return;
    const url = subscription.notificationUrl;
    this.#post(subscription, url, body, switches.notificationDelayMs);
    if (isEach(switches.duplicatesEach)) this.#post(subscription, url, body, switches.notificationDelayMs);
  }

  #post(subscription: Subscription, url: string, body: object, delayMs: number): void {
    const since = this.#options.clock.now();
    this.#waiting.push({ subscription, url, body, since, dueAt: since + delayMs, tries: 0 });
    if (this.#options.sendsOnClock) void this.#pump();
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

  /** Whether the endpoint took it. */
  async #send({ url, body }: Waiting): Promise<boolean> {
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
}

function readChangeType(text: string): string {
  const kinds = text.split(',').map((kind) => kind.trim());
  const known = new Set(['created', 'updated', 'deleted']);
  if (kinds.every((kind) => known.has(kind))) return kinds.join(',');
  throw invalid(`'${text}' is no changeType.`);
}

/** Notifications go over https only. */
function readUrl(text: string): string {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return text;
  throw invalid('The notification URL must be an https URL.');
}
