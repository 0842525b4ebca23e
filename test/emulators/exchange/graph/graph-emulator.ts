/**
 * Microsoft Graph v1.0 in front of the Exchange emulator's mailboxes, as far as calendars go: one mailbox can be seen by
 * EWS and by Graph at once. Written from Microsoft's documentation, never from what a client happens to send. It is
 * deterministic (time and ids come in) and settles on microtasks only, unless answers are told to take their time.
 */
import { Hono } from 'hono';
import type { ExchangeEmulator } from '../exchange-emulator.ts';
import type { Mailbox } from '../model.ts';
import type { LoadClock } from '../server-load.ts';
import { performBatch, readBatch } from './batch.ts';
import { ChangeLog } from './change-log.ts';
import { findMailbox } from './directory.ts';
import { brokenAnswer } from './faulty-answers.ts';
import type { GraphApplication } from './graph-access.ts';
import { readCaller, refuseMe, refuseWithout } from './graph-access.ts';
import { badRequest, errorResponse, GraphError, graphErrorOf, unreadableBody } from './graph-errors.ts';
import type { ActiveFaults } from './graph-faults.ts';
import { GraphFaultController } from './graph-faults.ts';
import { ewsIdOf } from './graph-ids.ts';
import { GraphLoad, throttled } from './graph-load.ts';
import type { GraphRequest, GraphServices } from './graph-request.ts';
import type { GraphSwitches } from './graph-switches.ts';
import { DEFAULT_GRAPH_SWITCHES } from './graph-switches.ts';
import { Query } from './odata-query.ts';
import { readPreferences } from './preferences.ts';
import type { Route } from './routes.ts';
import { isPathOfAnotherMethod, plainPath, ROUTES } from './routes.ts';
import { Subscriptions } from './subscriptions.ts';

export const GRAPH_ORIGIN = 'https://graph.microsoft.com';

export interface GraphEmulatorOptions {
  /** Whose mailboxes, clock of items and mail it is. */
  readonly exchange: ExchangeEmulator;
  readonly clock: LoadClock;
  readonly ids: { uuid(): string };
  /** The application that a token for the resource `https://graph.microsoft.com` was issued to; null refuses it. */
  readonly applicationOf: (token: string) => string | null;
  readonly applications: readonly GraphApplication[];
  readonly tenantId?: string;
  /** Where links point; https://graph.microsoft.com unless given. */
  readonly origin?: string;
  readonly switches?: Partial<GraphSwitches>;
  /** How notification URLs are reached. */
  readonly send?: (request: Request) => Promise<Response>;
  /** Notifications are sent as the clock goes on; else only `subscriptions.deliver` sends them. */
  readonly sendsOnClock?: boolean;
}

type Bindings = { readonly application: GraphApplication };

/** The request was carried out, and its answer never comes. */
class LostReply extends Error {}

export class GraphEmulator {
  readonly faults = new GraphFaultController();
  /** Requests by operation since the last reset; faulted ones count too, and each of a batch. */
  readonly requests = new Map<string, number>();
  readonly load: GraphLoad;
  readonly switches: GraphSwitches;
  readonly subscriptions: Subscriptions;
  /** An administrator may change it. */
  applications: readonly GraphApplication[];
  /** Addresses whose mailboxes Graph does not reach: they are on premises. */
  readonly onPremises = new Set<string>();
  readonly #options: GraphEmulatorOptions;
  readonly #services: GraphServices;
  readonly #origin: string;
  readonly #app: Hono<{ Bindings: Bindings }>;

  constructor(options: GraphEmulatorOptions) {
    const { exchange, clock, ids, tenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95' } = options;
    this.#options = options;
    this.#origin = options.origin ?? GRAPH_ORIGIN;
    this.applications = options.applications;
    this.switches = { ...DEFAULT_GRAPH_SWITCHES, ...options.switches };
    this.load = new GraphLoad(clock);
    const uuid = () => ids.uuid();
    const { store, meetings } = exchange;
    const { switches } = this;
    this.subscriptions = new Subscriptions({ ...options, store, uuid, switches, tenantId });
    this.#services = {
      store,
      meetings,
      changes: new ChangeLog(store, switches),
      subscriptions: this.subscriptions,
      tenantId,
      roomLists: () => exchange.roomLists,
      uuid,
      now: () => clock.now(),
    };
    this.#app = this.#createApp();
  }

  resetRequests(): void {
    this.requests.clear();
  }

  /** Answers an HTTP request. Rejects only for a `lostReply` fault, a service that is down, or a bug of its own. */
  async fetch(request: Request): Promise<Response> {
    this.load.connect();
    const path = plainPath(new URL(request.url).pathname);
    const response = path === '/v1.0/$batch' ? await this.#batch(request) : await this.#perform(request);
    if (response === null) throw new TypeError('fetch failed');
    return response;
  }

  /** Null: the answer is lost. */
  async #perform(request: Request): Promise<Response | null> {
    try {
      const application = this.#caller(request);
      const url = new URL(request.url);
      const path = plainPath(url.pathname);
      const mailbox = /^\/v1\.0\/users\/([^/]+)/.exec(path)?.[1] ?? '';
      const owner = findMailbox(this.#services.store.mailboxes, decodeURIComponent(mailbox));
      const key = `${application.clientId} ${owner?.address ?? mailbox}`;
      url.pathname = path;
      const plain = new Request(url, request);
      return await this.load.during(key, async () => this.#app.fetch(plain, { application }));
    } catch (error) {
      return this.#refusal(error);
    }
  }

  #refusal(error: unknown): Response | null {
    if (error instanceof LostReply) return null;
    const graphError = graphErrorOf(error);
    if (graphError === null) throw error;
    return errorResponse(graphError, this.#options.ids.uuid(), this.#options.clock.now());
  }

  #caller(request: Request): GraphApplication {
    const { applicationOf } = this.#options;
    return readCaller(request.headers.get('authorization'), applicationOf, this.applications);
  }

  async #batch(request: Request): Promise<Response | null> {
    try {
      this.#caller(request);
      if (request.method !== 'POST') throw badRequest('A batch is sent with POST.');
      const faults = this.#begin('batch', null);
      const broken = brokenAnswer(faults);
      if (broken !== null) return broken;
      const responses = await performBatch(readBatch(await readJson(request)), {
        root: `${this.#origin}/v1.0`,
        authorization: request.headers.get('authorization') ?? '',
        overflow: this.switches.batchOverflow,
        perform: async (each) => (await this.#perform(each)) ?? this.#refused(lostInBatch()),
        throttle: () => this.#refused(throttled(1, 'Application is over its MailboxConcurrency limit.')),
      });
      return this.#spoilt(Response.json({ responses }), faults);
    } catch (error) {
      return this.#refusal(error);
    }
  }

  #refused(error: GraphError): Response {
    return errorResponse(error, this.#options.ids.uuid(), this.#options.clock.now());
  }

  #createApp(): Hono<{ Bindings: Bindings }> {
    const app = new Hono<{ Bindings: Bindings }>();
    for (const route of ROUTES) {
      app.on(route.method, `/v1.0${route.path}`, async (c) => {
        const params = c.req.param() as Readonly<Record<string, string>>;
        return this.#handle(route, c.req.raw, c.env.application, params);
      });
    }
    app.all('/v1.0/me/*', () => {
      throw refuseMe();
    });
    app.notFound((c) => {
      if (isPathOfAnotherMethod(new URL(c.req.url).pathname)) {
        const text = 'Specified HTTP method is not allowed for the request target.';
        throw new GraphError(405, 'Request_BadRequest', text);
      }
      const segment = new URL(c.req.url).pathname.split('/').at(-1) ?? '';
      throw badRequest(`Resource not found for the segment '${segment}'.`);
    });
    app.onError((error) => {
      throw error;
    });
    return app;
  }

  async #handle(
    route: Route,
    raw: Request,
    application: GraphApplication,
    params: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const owner = this.#ownerOf(params['user'], route);
    const faults = this.#begin(route.operation, owner?.address ?? null, params['event']);
    const broken = brokenAnswer(faults);
    if (broken !== null) return broken;
    refuseWithout(route.needs, application, owner);
    const request = this.#requestOf(raw, application, params, owner, faults);
    return this.#spoilt(await route.handler(request), faults);
  }

  #requestOf(
    raw: Request,
    application: GraphApplication,
    params: Readonly<Record<string, string>>,
    owner: Mailbox | null,
    faults: ActiveFaults,
  ): GraphRequest {
    const sent = new URL(raw.url);
    const url = new URL(`${sent.pathname}${sent.search}`, this.#origin);
    return {
      services: this.#services,
      switches: this.switches,
      root: `${this.#origin}/v1.0`,
      preferences: readPreferences(raw.headers.get('Prefer')),
      query: new Query(url.searchParams),
      version: (stored) => this.#services.changes.version(stored),
      ...{ application, faults, owner, url, headers: raw.headers },
      param: (name) => params[name],
      json: () => readJson(raw),
    };
  }

  /** Throws what the directory and the mailbox server say of somebody who is not there. */
  #ownerOf(user: string | undefined, { needs }: Route): Mailbox | null {
    if (user === undefined) return null;
    const mailbox = findMailbox(this.#services.store.mailboxes, user);
    if (mailbox !== null && !this.onPremises.has(mailbox.address.toLowerCase())) return mailbox;
    if (mailbox !== null && needs === 'users') return mailbox;
    if (mailbox !== null) {
      const text = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
      throw new GraphError(404, 'MailboxNotEnabledForRESTAPI', text);
    }
    if (needs !== 'users') {
      throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
    }
    const text = `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`;
    throw new GraphError(404, 'Request_ResourceNotFound', text);
  }

  #begin(operation: string, mailbox: string | null, event?: string): ActiveFaults {
    this.requests.set(operation, (this.requests.get(operation) ?? 0) + 1);
    const item = event === undefined ? null : ewsIdOf(event, this.#services.store);
    return this.faults.begin({ operation, mailbox, item });
  }

  /** The answer as it arrives. */
  async #spoilt(response: Response, faults: ActiveFaults): Promise<Response> {
    if (faults.now('lostReply') !== null) throw new LostReply();
    response.headers.set('request-id', this.#options.ids.uuid());
    if (faults.now('truncated') === null) return response;
    const text = await response.text();
    const { status, headers } = response;
    return new Response(text.slice(0, Math.floor(text.length * 0.6)), { status, headers });
  }
}

const lostInBatch = (): GraphError =>
  new GraphError(504, 'UnknownError', 'The server did not receive a timely response.');

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === '') return null;
  const type = request.headers.get('Content-Type');
  if (type === null) {
    throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  }
  if (!type.startsWith('application/json')) {
    throw badRequest('Entity only allows writes with a JSON Content-Type header.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw unreadableBody('The body of the request is no JSON.');
  }
}

export function createGraphEmulator(options: GraphEmulatorOptions): GraphEmulator {
  return new GraphEmulator(options);
}
