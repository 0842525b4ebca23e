/**
 * The service's API as the elements see it: typed calls, validated answers, and every failure as an `ApiFailure`
 * with a reason that the texts know.
 */

import * as v from 'valibot';
import {
  ExchangeCalendars,
  HeldChanges,
  HeldDecided,
  type HeldDecision,
  History,
  HistoryDetail,
  LiferayCalendar,
  LiferayCalendars,
  Me,
  type NewLiferayCalendar,
  type NewPairing,
  type NewSitePairing,
  Pairing,
  type PairingPatch,
  Pairings,
  Preview,
  ProblemDetails,
  Sites,
  type StartPairing,
  SyncAccepted,
  type Undo,
  UndoPlanned,
} from '#shared/api.ts';
import type { BrowserReason } from '#shared/texts/dictionary.ts';
import { type OAuth2Client, oauth2Client } from './liferay.ts';

/** A call that did not work. `reason` is a key of the texts, or one that only a newer service knows. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly reason: string;
  /** Of the service's log, where it answered at all. */
  readonly requestId: string | undefined;
  /** What the service said of it, in English: of a field that it refused first its name. */
  readonly detail: string | undefined;

  constructor(reason: string, requestId?: string, options?: ErrorOptions, detail?: string) {
    super(reason, options);
    this.reason = reason;
    this.requestId = requestId;
    this.detail = detail;
  }
}

/**
 * How long a call may take. Also ends the wait for Liferay's token, which comes through a hidden frame and never
 * arrives when that frame shows an error page.
 */
const TIMEOUT_MS = 30_000;

export type Site = v.InferOutput<typeof Sites>['sites'][number];

export class ApiClient {
  readonly #client: OAuth2Client;
  /** Whose pairings its methods are about, as the path in front of them. */
  readonly below: string;

  constructor(client: OAuth2Client, below = 'api') {
    this.#client = client;
    this.below = below;
  }

  /** The same for the pairings of a site that the person administers. */
  ofSite(siteId: string): ApiClient {
    return new ApiClient(this.#client, `api/sites/${encodeURIComponent(siteId)}`);
  }

  /** @throws ApiFailure `applicationMissing` when the portal has no such OAuth application. */
  static async connect(externalReferenceCode: string): Promise<ApiClient> {
    try {
      return new ApiClient(await oauth2Client(externalReferenceCode));
    } catch (error) {
      throw browserFailure('applicationMissing', error);
    }
  }

  me(): Promise<Me> {
    return this.call('GET', 'api/me', Me);
  }

  /** Has the domain's administrators asked to approve the user's own mailbox. */
  async askApproval(): Promise<void> {
    await this.call('POST', 'api/mailbox-request', v.unknown());
  }

  async exchangeCalendars(): Promise<v.InferOutput<typeof ExchangeCalendars>['calendars']> {
    return (await this.call('GET', 'api/exchange-calendars', ExchangeCalendars)).calendars;
  }

  async liferayCalendars(): Promise<v.InferOutput<typeof LiferayCalendars>['calendars']> {
    return (await this.call('GET', `${this.below}/liferay-calendars`, LiferayCalendars)).calendars;
  }

  createLiferayCalendar(calendar: NewLiferayCalendar): Promise<LiferayCalendar> {
    return this.call('POST', 'api/liferay-calendars', LiferayCalendar, calendar);
  }

  /** Undefined while they are as `known` named them. */
  async pairings(known: string | undefined): Promise<v.InferOutput<typeof Pairings> | undefined> {
    const headers = known === undefined ? {} : { 'If-None-Match': `"${known}"` };
    try {
      return await this.call('GET', `${this.below}/pairings`, Pairings, undefined, headers);
    } catch (error) {
      if (error instanceof ApiFailure && isUnchanged(error.cause)) return undefined;
      throw error;
    }
  }

  async sites(): Promise<readonly Site[]> {
    return (await this.call('GET', 'api/sites', Sites)).sites;
  }

  /** Of a site it has to name the mailbox. */
  pair(pairing: NewPairing | NewSitePairing): Promise<Pairing> {
    return this.call('POST', `${this.below}/pairings`, Pairing, pairing);
  }

  changePairing(id: string, patch: PairingPatch): Promise<Pairing> {
    return this.call('PATCH', this.#pairing(id), Pairing, patch);
  }

  /** The events stay on both sides. */
  async unpair(id: string): Promise<void> {
    await this.call('DELETE', this.#pairing(id), v.unknown());
  }

  syncNow(id: string): Promise<v.InferOutput<typeof SyncAccepted>> {
    return this.call('POST', `${this.#pairing(id)}/sync`, SyncAccepted);
  }

  /** What a pairing that previews would do; of the proposals the first part, or the one after `next` of another. */
  preview(id: string, after?: string): Promise<Preview> {
    return this.call('GET', `${this.#pairing(id)}/preview${from(after)}`, Preview);
  }

  /** Ends the preview. */
  startPairing(id: string, choice: StartPairing): Promise<v.InferOutput<typeof SyncAccepted>> {
    return this.call('POST', `${this.#pairing(id)}/start`, SyncAccepted, choice);
  }

  /** Another try for one item that was set aside. */
  retryParked(id: string, linkId: string): Promise<v.InferOutput<typeof SyncAccepted>> {
    return this.call(
      'POST',
      `${this.#pairing(id)}/problems/${encodeURIComponent(linkId)}/retry`,
      SyncAccepted,
    );
  }

  /** The first of the changes that are held back. */
  held(id: string): Promise<HeldChanges> {
    return this.call('GET', `${this.#pairing(id)}/held`, HeldChanges);
  }

  decideHeld(id: string, decision: HeldDecision): Promise<v.InferOutput<typeof HeldDecided>> {
    return this.call('POST', `${this.#pairing(id)}/held`, HeldDecided, decision);
  }

  /** The newest entries, or those after `next` of another part. */
  history(id: string, after?: string): Promise<History> {
    return this.call('GET', `${this.#pairing(id)}/history${from(after)}`, History);
  }

  /** Takes changes back, as far as that may be. */
  undo(id: string, which: Undo): Promise<UndoPlanned> {
    return this.call('POST', `${this.#pairing(id)}/undo`, UndoPlanned, which);
  }

  /** One of them, with what stood there before. */
  change(id: string, changeId: string): Promise<HistoryDetail> {
    return this.call('GET', `${this.#pairing(id)}/history/${encodeURIComponent(changeId)}`, HistoryDetail);
  }

  /** What only a part of the page needs that is loaded on demand, which brings the schema along. */
  ofPairing<Schema extends v.GenericSchema>(
    method: 'GET' | 'POST' | 'DELETE',
    id: string,
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<v.InferOutput<Schema>> {
    return this.call(method, `${this.#pairing(id)}/${path}`, schema, body);
  }

  /** Ids are opaque and may hold slashes; Liferay's client refuses a path with a double slash in it. */
  #pairing(id: string): string {
    return `${this.below}/pairings/${encodeURIComponent(id)}`;
  }

  /**
   * For the views of administrators, whose calls come with them. What is not JSON is given as its Response.
   * @throws ApiFailure
   */
  async call<Schema extends v.GenericSchema>(
    method: string,
    path: string,
    schema: Schema,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<v.InferOutput<Schema>> {
    const signal = AbortSignal.timeout(timeoutMs);
    const request: RequestInit = { method, signal, headers: { ...headers } };
    if (body !== undefined) {
      request.body = JSON.stringify(body);
      request.headers = { ...headers, 'Content-Type': 'application/json' };
    }
    let answer: unknown;
    try {
      answer = await Promise.race([this.#client.fetch(path, request), aborted(signal)]);
    } catch (error) {
      throw await failureOf(error);
    }
    const parsed = v.safeParse(schema, answer);
    if (parsed.success) return parsed.output;
    throw browserFailure('answerNotUnderstood', new v.ValiError(parsed.issues));
  }
}

function from(after: string | undefined): string {
  return after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
}

/** Liferay's client takes a 304, as whatever is not in the 200s, for a failure. */
function isUnchanged(cause: unknown): boolean {
  return cause instanceof Response && cause.status === 304;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** What `OAuth2Client.fetch` rejects with: a Response, fetch's TypeError, our time-out, or the sign-in's own words. */
async function failureOf(error: unknown): Promise<ApiFailure> {
  if (error instanceof Response) {
    const problem = v.safeParse(ProblemDetails, await error.json().catch(() => undefined));
    // Without problem details it was not the service that answered, but something in front of it.
    if (!problem.success) return browserFailure('serviceUnreachable', error);
    const { reason, requestId, detail } = problem.output;
    return new ApiFailure(reason, requestId, { cause: error }, detail);
  }
  const noAnswer =
    error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
  return browserFailure(noAnswer ? 'serviceUnreachable' : 'serviceSignInFailed', error);
}

function browserFailure(reason: BrowserReason, cause: unknown): ApiFailure {
  return new ApiFailure(reason, undefined, { cause });
}

/** For a failure that did not come from the client, such as a fault of the page itself. */
export function toApiFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure('unknown', undefined, { cause: error });
}
