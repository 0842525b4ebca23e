/**
 * What the service bears (Microsoft Learn, "Microsoft Graph service-specific throttling limits", Outlook): for each
 * application and mailbox four requests at the same time and 10,000 in ten minutes; who asks for more is answered 429
 * with Retry-After until that time is over.
 */

import { connectionRefused, type LoadClock } from '../server-load.ts';
import { GraphError } from './graph-errors.ts';

/** All of it may be changed at any time. */
export interface GraphCondition {
  /** Nobody listens: connections are refused. */
  isDown: boolean;
  /** 503, with this in Retry-After. */
  retryAfterSeconds: number | null;
  /** How long every answer takes. */
  latencyMs: number;
  /** Requests of one application in one mailbox at the same time. */
  concurrency: number;
  /** Requests of one application in one mailbox within some time, and how long it waits when it asked for more. */
  budget: { readonly requests: number; readonly withinMs: number; readonly backOffMs: number } | null;
}

/** What came, since the service began or `reset`. */
export interface GraphTraffic {
  /** Requests; each of a batch counts, and the batch does not. */
  requests: number;
  /** Requests on the wire: a batch is one. */
  calls: number;
  /** Most at the same time: of all, in one mailbox. */
  most: number;
  mostInMailbox: number;
  refused: number;
  unavailable: number;
  /** Requests that were answered 429, and those among them that did not wait as they had been told to. */
  throttled: number;
  impatient: number;
}

interface PresentRequest {
  readonly key: string;
  readonly arrivedAt: number;
}

const NOTHING: GraphTraffic = {
  requests: 0,
  calls: 0,
  most: 0,
  mostInMailbox: 0,
  refused: 0,
  unavailable: 0,
  throttled: 0,
  impatient: 0,
};

export const OUTLOOK_CONCURRENCY = 4;

export class GraphLoad {
  readonly condition: GraphCondition = {
    isDown: false,
    retryAfterSeconds: null,
    latencyMs: 0,
    concurrency: OUTLOOK_CONCURRENCY,
    budget: { requests: 10_000, withinMs: 600_000, backOffMs: 60_000 },
  };
  traffic: GraphTraffic = { ...NOTHING };
  readonly #clock: LoadClock;
  readonly #present: PresentRequest[] = [];
  readonly #asked = new Map<string, number[]>();
  readonly #backOff = new Map<string, { readonly toldAt: number; readonly until: number }>();

  constructor(clock: LoadClock) {
    this.#clock = clock;
  }

  reset(): void {
    this.traffic = { ...NOTHING };
  }

  /** Throws what fetch throws when nobody listens. */
  connect(): void {
    this.traffic.calls += 1;
    if (!this.condition.isDown) return;
    this.traffic.refused += 1;
    throw connectionRefused();
  }

  /** Answers a request in the time that the service takes, while others may come. `key`: application and mailbox. */
  async during<T>(key: string, answer: () => Promise<T>): Promise<T> {
    const present = { key, arrivedAt: this.#clock.now() };
    this.#present.push(present);
    this.traffic.requests += 1;
    this.traffic.most = Math.max(this.traffic.most, this.#present.length);
    const inMailbox = this.#present.filter((each) => each.key === key).length;
    this.traffic.mostInMailbox = Math.max(this.traffic.mostInMailbox, inMailbox);
    try {
      const { latencyMs } = this.condition;
      if (latencyMs > 0) await this.#clock.sleep?.(latencyMs);
      this.#refuse(present);
      return await answer();
    } finally {
      this.#present.splice(this.#present.indexOf(present), 1);
    }
  }

  #refuse(present: PresentRequest): void {
    const { retryAfterSeconds, concurrency } = this.condition;
    if (retryAfterSeconds !== null) {
      this.traffic.unavailable += 1;
      throw unavailable(retryAfterSeconds);
    }
    if (this.#present.filter(({ key }) => key === present.key).length > concurrency) {
      this.traffic.throttled += 1;
      throw throttled(1, 'Application is over its MailboxConcurrency limit.');
    }
    this.#refuseImpatient(present);
  }

  #refuseImpatient({ key, arrivedAt }: PresentRequest): void {
    const { budget } = this.condition;
    const now = this.#clock.now();
    const told = this.#backOff.get(key);
    let until = told?.until ?? 0;
    if (told && now < until) {
      if (arrivedAt > told.toldAt) this.traffic.impatient += 1;
    } else if (budget === null || this.#spend(key, budget, now)) return;
    else {
      until = now + budget.backOffMs;
      this.#backOff.set(key, { toldAt: now, until });
    }
    this.traffic.throttled += 1;
    throw throttled(Math.ceil((until - now) / 1000), 'Application is over its request limit.');
  }

  #spend(key: string, budget: NonNullable<GraphCondition['budget']>, now: number): boolean {
    const asked = this.#asked.get(key) ?? [];
    while ((asked[0] ?? now) <= now - budget.withinMs) asked.shift();
    const canAfford = asked.length < budget.requests;
    if (canAfford) asked.push(now);
    this.#asked.set(key, asked);
    return canAfford;
  }
}

export function throttled(
  retryAfterSeconds: number | undefined,
  message = 'Too many requests.',
  code = 'ApplicationThrottled',
): GraphError {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return new GraphError(429, code, message, headers);
}

export function unavailable(retryAfterSeconds: number | undefined): GraphError {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return new GraphError(503, 'serviceNotAvailable', 'The service is temporarily unavailable.', headers);
}
