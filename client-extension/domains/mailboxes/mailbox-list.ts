/**
 * The part of a domain's mailboxes that is looked at, kept up to date: filter, order and page are the service's work, since
 * there may be thousands. Pages are found by where the one before ended, so nobody is shown twice when rows come and go.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { DomainMailboxes } from '#shared/domain-api.ts';
import type { MailboxSort } from '#shared/domain-requests.ts';
import { type ApiFailure, toApiFailure } from '../../api-client.ts';
import { Pulse } from '../../pulse.ts';
import type { MailboxFilter } from './mailbox-choice.ts';

/** Mailboxes on one page. */
export const PAGE = 25;
const REFRESH_MS = 30_000;
/** While somebody waits for mailboxes to be looked at. */
const PROGRESS_MS = 2_000;
/** From the last letter that is typed to the question. */
const TYPING_MS = 300;

const ANY: MailboxFilter = { search: '', state: '', reason: '' };

export interface MailboxOrder {
  readonly sort: MailboxSort;
  readonly descending: boolean;
}

export class MailboxList implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #ask: (query: URLSearchParams) => Promise<DomainMailboxes>;
  readonly #pulse: Pulse;
  #filter: MailboxFilter = ANY;
  #order: MailboxOrder = { sort: 'address', descending: false };
  /** Where the pages before this one ended. */
  #marks: readonly string[] = [];
  #answer:
    | (DomainMailboxes & {
        readonly about: MailboxFilter;
        readonly since: number | undefined;
        readonly takenAt: number;
      })
    | undefined;
  #failure: ApiFailure | undefined;
  #since: number | undefined;
  #round = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, ask: (query: URLSearchParams) => Promise<DomainMailboxes>) {
    this.#host = host;
    this.#ask = ask;
    host.addController(this);
    this.#pulse = new Pulse(host, {
      work: () => this.#load(),
      intervalMs: () => (this.#since === undefined ? REFRESH_MS : PROGRESS_MS),
    });
  }

  get answer(): DomainMailboxes | undefined {
    return this.#answer;
  }

  /** Of the last question; the answer is an older one then. */
  get failure(): ApiFailure | undefined {
    return this.#failure;
  }

  /** The answer is about what is looked for now: before that its count is of others. */
  get isCurrent(): boolean {
    return this.#answer?.about === this.#filter;
  }

  /** How many wait since the moment that is watched; undefined while that is not known. */
  get pending(): number | undefined {
    const answer = this.#answer;
    return answer === undefined || answer.since !== this.#since ? undefined : (answer.pending ?? undefined);
  }

  /** The service's clock, as far as the last answer tells. */
  nowMs(): number {
    return this.#answer === undefined ? 0 : this.#answer.now + performance.now() - this.#answer.takenAt;
  }

  get filter(): MailboxFilter {
    return this.#filter;
  }

  get order(): MailboxOrder {
    return this.#order;
  }

  /** Place of the first mailbox of the page among all that fit, from 1. */
  get first(): number {
    return this.#marks.length * PAGE + 1;
  }

  get hasPrevious(): boolean {
    return this.#marks.length > 0;
  }

  get hasNext(): boolean {
    return typeof this.#answer?.next === 'string';
  }

  start(): void {
    this.#pulse.start();
  }

  now(): void {
    this.#pulse.now();
  }

  /** Counts from now on what waits to be looked at since then, by the service's clock; undefined: no longer. */
  watch(since: number | undefined): void {
    this.#since = since;
    this.now();
  }

  /** It is about another domain from now on. */
  reset(): void {
    this.#answer = undefined;
    this.#since = undefined;
    this.#filter = ANY;
    this.#marks = [];
    clearTimeout(this.#typing);
    this.now();
  }

  setFilter(filter: Partial<MailboxFilter>): void {
    const isTyped = filter.search !== undefined;
    this.#filter = { ...this.#filter, ...filter };
    this.#marks = [];
    clearTimeout(this.#typing);
    if (isTyped) this.#typing = setTimeout(() => this.now(), TYPING_MS);
    else this.now();
    this.#host.requestUpdate();
  }

  sortBy(sort: MailboxSort): void {
    const descending = this.#order.sort === sort && !this.#order.descending;
    this.#order = { sort, descending };
    this.#marks = [];
    this.now();
    this.#host.requestUpdate();
  }

  next(): void {
    const mark = this.#answer?.next;
    if (typeof mark !== 'string') return;
    this.#marks = [...this.#marks, mark];
    this.now();
  }

  previous(): void {
    this.#marks = this.#marks.slice(0, -1);
    this.now();
  }

  /** What the list is about, in the words of the API: also of the file of all of it. */
  query(): URLSearchParams {
    const { search, state, reason } = this.#filter;
    const { sort, descending } = this.#order;
    const query = new URLSearchParams({ sort, order: descending ? 'descending' : 'ascending' });
    if (search.trim() !== '') query.set('search', search.trim());
    if (state !== '') query.set('state', state);
    if (reason !== '') query.set('reason', reason);
    return query;
  }

  hostConnected(): void {}

  hostDisconnected(): void {
    clearTimeout(this.#typing);
  }

  async #load(): Promise<void> {
    const about = this.#filter;
    const query = this.query();
    query.set('limit', String(PAGE));
    const after = this.#marks.at(-1);
    if (after !== undefined) query.set('after', after);
    const since = this.#since;
    if (since !== undefined) query.set('since', String(since));
    this.#round += 1;
    const round = this.#round;
    try {
      const answer = await this.#ask(query);
      if (round !== this.#round) return;
      this.#answer = { ...answer, about, since, takenAt: performance.now() };
      this.#failure = undefined;
    } catch (error) {
      if (round !== this.#round) return;
      this.#failure = toApiFailure(error);
    }
    this.#host.requestUpdate();
  }
}
