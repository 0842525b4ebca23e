/**
 * Subscriptions, and what is told because of them (Microsoft Learn, "Create subscription", "subscription resource type",
 * "Reduce missing subscriptions and change notifications"). How it is sent is the delivery's.
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
import { MINUTE_MS, NotificationDelivery } from './notification-delivery.ts';

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

/** Of Outlook events without resource data. */
export const LONGEST_LIFE_MINUTES = 10_080;
const SHORTEST_LIFE_MINUTES = 45;
const LONGEST_CLIENT_STATE = 128;

const invalid = (message: string): GraphError => new GraphError(400, 'InvalidRequest', message);

export class Subscriptions {
  readonly #all = new Map<string, Subscription>();
  readonly #delivery: NotificationDelivery;
  readonly #options: SubscriptionsOptions;
  #notifications = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    const onDiscard = (id: string) => {
      if (this.#all.has(id)) this.tellLifecycle(id, 'missed');
    };
    this.#delivery = new NotificationDelivery({ ...options, onDiscard });
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
    return this.#delivery.waiting;
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
      await this.#delivery.validate(url);
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
    if (url === null) return;
    this.#delivery.post({
      url,
      body: { ...this.#headOf(subscription), lifecycleEvent },
      delayMs: 0,
      about: null,
    });
  }

  /** Sends what is due. */
  deliver(): Promise<void> {
    return this.#delivery.deliver();
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
    const { notificationUrl: url, id: about } = subscription;
    const notification = { url, body, delayMs: switches.notificationDelayMs, about };
    this.#delivery.post(notification);
    if (isEach(switches.duplicatesEach)) this.#delivery.post(notification);
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
