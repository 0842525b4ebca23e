/**
 * Requests about one mailbox to Microsoft Graph: what all of them say (immutable ids, times in UTC, texts as plain
 * text), and how many of them are under way at once. Outlook serves four for each application and mailbox (Microsoft
 * Learn, "Microsoft Graph service-specific throttling limits"), and works on as many of a batch at the same time.
 */
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { REASONS, type Reason } from '#shared/reasons.ts';
import { Page, shaped } from './answers.ts';
import { answersOf, type SubAnswer, type SubRequest } from './batch.ts';
import { followable } from './cloud.ts';
import { failureOf, type Meaning } from './failures.ts';
import { type GraphRoute, sendJson } from './transport.ts';
import type { Turns } from './turns.ts';

/** Requests about one mailbox that are under way at once. */
export const CONCURRENT_LIMIT = 4;
/** Pages of one collection: none that we ask for whole is that long. */
const PAGE_LIMIT = 200;

/** Ids that stay when an item is moved within its mailbox (Microsoft Learn, "Obtain immutable identifiers"). */
const IMMUTABLE = 'IdType="ImmutableId"';
const PREFERENCES = [IMMUTABLE, 'outlook.timezone="UTC"', 'outlook.body-content-type="text"'];

/** A value in a path or a query. Half a character, which no address can carry, names nothing that the server has. */
export function escaped(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Query options in their order; each value is escaped. */
export function query(options: Readonly<Record<string, string>>): string {
  const parts = Object.entries(options).map(([name, value]) => `${name}=${escaped(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/**
 * What a server says of one event as of all it has: an event that it cannot read, a calendar that may not be written. That
 * it concerns everything tells the look at the calendar's changes, which is no batch.
 */
const MAY_BE_OF_ONE: ReadonlySet<Reason> = new Set<Reason>(['serverError', 'accessDenied']);

export class GraphConversation {
  readonly #effects: Pick<Effects, 'timeoutSignal'>;
  readonly #route: GraphRoute;
  readonly #turns: Turns;

  constructor(effects: Pick<Effects, 'timeoutSignal'>, route: GraphRoute, turns: Turns) {
    this.#effects = effects;
    this.#route = route;
    this.#turns = turns;
  }

  /** Calendars of the mailbox, as far as they were named so far. */
  readonly calendars = new Set<string>();

  get endpoint(): string {
    return this.#route.server.endpoint;
  }

  /** The mailbox in a path. */
  get user(): string {
    return `/users/${escaped(this.#route.user)}`;
  }

  event(id: string): string {
    return `${this.user}/events/${escaped(id)}`;
  }

  calendar(id: string): string {
    return `${this.user}/calendars/${escaped(id)}`;
  }

  /** GET of a path below the version. `page`: the size of pages. */
  get(path: string, meaning: Meaning, page?: number): Promise<unknown> {
    return this.#getUrl(`${this.endpoint}${path}`, meaning, page);
  }

  /** GET of a link that a server gave; rejects with `redirected` one that leads elsewhere. */
  async follow(link: string, meaning: Meaning, page?: number): Promise<unknown> {
    return this.#getUrl(followable(this.endpoint, link), meaning, page);
  }

  /** All of a collection. Rejects with `answerTooLarge` where its pages do not end. */
  async all(path: string, meaning: Meaning, size: number): Promise<readonly unknown[]> {
    let page = shaped(Page, await this.get(path, meaning, size));
    const entries = [...page.value];
    for (let count = 1; page['@odata.nextLink']; count += 1) {
      if (count >= PAGE_LIMIT) throw new RemoteFailure(failure('answerTooLarge', 'a collection without end'));
      page = shaped(Page, await this.follow(page['@odata.nextLink'], meaning, size));
      entries.push(...page.value);
    }
    return entries;
  }

  post(path: string, body: object, meaning: Meaning): Promise<unknown> {
    return this.send('POST', path, body, meaning);
  }

  /** One request that changes something. `body`: null for none. */
  send(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: object | null,
    meaning: Meaning,
  ): Promise<unknown> {
    const request = {
      method,
      url: `${this.endpoint}${path}`,
      headers: { Prefer: IMMUTABLE },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    };
    return this.#turns.run(1, () => sendJson(this.#effects, this.#route, request, meaning));
  }

  /**
   * One answer for each request, in order. What befell all of them, and concerns more than each of them, befell the
   * call: it is rejected with.
   */
  async batch(requests: readonly SubRequest[], meaning: Meaning): Promise<readonly SubAnswer[]> {
    if (requests.length === 0) return [];
    const polite = requests.map((request) => ({
      ...request,
      headers: { Prefer: PREFERENCES.join(', '), ...request.headers },
    }));
    const answers = await answersOf(polite, (body) =>
      this.#turns.run(Math.min(polite.length, CONCURRENT_LIMIT), () =>
        sendJson(
          this.#effects,
          this.#route,
          { method: 'POST', url: `${this.endpoint}/$batch`, headers: {}, body },
          meaning,
        ),
      ),
    );
    const failures = answers.map((answer) =>
      answer.kind === 'refused' ? failureOf(answer.refusal, meaning) : null,
    );
    const [first] = failures;
    const isCommon = first && failures.every((each) => each?.reason === first.reason);
    if (isCommon && !MAY_BE_OF_ONE.has(first.reason) && REASONS[first.reason].scope !== 'item') {
      throw new RemoteFailure(first);
    }
    return answers;
  }

  #getUrl(url: string, meaning: Meaning, page?: number): Promise<unknown> {
    const preferences = page === undefined ? PREFERENCES : [...PREFERENCES, `odata.maxpagesize=${page}`];
    const request = { method: 'GET', url, headers: { Prefer: preferences.join(', ') } } as const;
    return this.#turns.run(1, () => sendJson(this.#effects, this.#route, request, meaning));
  }
}
