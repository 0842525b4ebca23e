/**
 * What a server bears, and what clients did to it. Throttling is that of Microsoft Learn, "EWS throttling in Exchange":
 * a limit of connections for each account (EWSMaxConcurrency, ErrorExceededConnectionCount), a budget that is used up
 * (EwsMaxBurst, EwsCutoffBalance) and then ErrorServerBusy with BackOffMilliseconds until that time is over, and
 * batches that take too long (ErrorTimeoutExpired; Microsoft Learn, "Handling synchronization-related errors in EWS").
 */
import { EwsFault } from './errors.ts';

/** All of it may be changed at any time. */
export interface ServerCondition {
  /** Nobody listens: connections are refused. */
  isDown: boolean;
  /** IIS answers 503, with this in Retry-After. */
  retryAfterSeconds: number | null;
  /** How long every answer takes. */
  latencyMs: number;
  /** Requests of one account at the same time. */
  connections: number;
  /** Requests of one account within some time, and how long it has to wait when it asked for more. */
  budget: { readonly requests: number; readonly withinMs: number; readonly backOffMs: number } | null;
  /** Items in one request, and changes in a page of a folder that is listed from the beginning; more take too long. */
  largestBatch: number;
  largestPage: number;
}

/** What came, since the server began or `reset`. */
export interface ServerTraffic {
  requests: number;
  /** Most requests at the same time: of all, of one account, in one mailbox. */
  most: number;
  mostOfAccount: number;
  mostInMailbox: number;
  /** Connections that were refused because nobody listened, and requests that were answered 503. */
  refused: number;
  unavailable: number;
  /** Requests that were answered ErrorServerBusy, and those among them that did not wait as they had been told to. */
  busy: number;
  impatient: number;
  /** Requests that were answered ErrorExceededConnectionCount, and ErrorTimeoutExpired. */
  tooMany: number;
  tooLarge: number;
}

export interface LoadClock {
  now(): number;
  sleep?(ms: number): Promise<void>;
}

/** A request that is being answered: who asks, and for which mailbox. */
export interface Present {
  readonly account: string;
  readonly mailbox: string;
  readonly arrivedAt: number;
}

/** From when to when an account is refused. */
interface BackOff {
  readonly toldAt: number;
  readonly until: number;
}

const NOTHING: ServerTraffic = {
  requests: 0,
  most: 0,
  mostOfAccount: 0,
  mostInMailbox: 0,
  refused: 0,
  unavailable: 0,
  busy: 0,
  impatient: 0,
  tooMany: 0,
  tooLarge: 0,
};

export class ServerLoad {
  readonly condition: ServerCondition = {
    isDown: false,
    retryAfterSeconds: null,
    latencyMs: 0,
    connections: Number.POSITIVE_INFINITY,
    budget: null,
    largestBatch: Number.POSITIVE_INFINITY,
    largestPage: Number.POSITIVE_INFINITY,
  };
  traffic: ServerTraffic = { ...NOTHING };
  readonly #clock: LoadClock;
  readonly #present: Present[] = [];
  /** When each account asked, as far as its budget counts that. */
  readonly #asked = new Map<string, number[]>();
  readonly #backOff = new Map<string, BackOff>();

  constructor(clock: LoadClock) {
    this.#clock = clock;
  }

  reset(): void {
    this.traffic = { ...NOTHING };
  }

  /** Throws what fetch throws when nobody listens. */
  connect(): void {
    if (!this.condition.isDown) return;
    this.traffic.refused += 1;
    throw connectionRefused();
  }

  /** Answers a request in the time that the server takes, while others may come. */
  async during<T>(account: string, xml: string, answer: (present: Present) => T): Promise<T> {
    const present = { account, mailbox: mailboxIn(xml) ?? account, arrivedAt: this.#clock.now() };
    this.#present.push(present);
    this.#count(present);
    try {
      const { latencyMs } = this.condition;
      if (latencyMs > 0) await this.#clock.sleep?.(latencyMs);
      return answer(present);
    } finally {
      this.#present.splice(this.#present.indexOf(present), 1);
    }
  }

  /** Seconds of Retry-After while IIS answers in the service's place; null: it does not. */
  unavailable(): number | null {
    const { retryAfterSeconds } = this.condition;
    if (retryAfterSeconds !== null) this.traffic.unavailable += 1;
    return retryAfterSeconds;
  }

  /** Throws the SOAP fault that throttling answers, if it does. */
  refuse(present: Present, xml: string): void {
    this.#refuseConnections(present);
    this.#refuseBusy(present);
    if (batchSize(xml) <= this.condition.largestBatch && pageSize(xml) <= this.condition.largestPage) return;
    this.traffic.tooLarge += 1;
    throw new EwsFault('ErrorTimeoutExpired', 'The request timed out.');
  }

  #count({ account, mailbox }: Present): void {
    const { traffic } = this;
    const present = (isOne: (each: Present) => boolean) => this.#present.filter(isOne).length;
    traffic.requests += 1;
    traffic.most = Math.max(traffic.most, this.#present.length);
    traffic.mostOfAccount = Math.max(
      traffic.mostOfAccount,
      present((each) => each.account === account),
    );
    traffic.mostInMailbox = Math.max(
      traffic.mostInMailbox,
      present((each) => each.mailbox === mailbox),
    );
  }

  #refuseConnections({ account }: Present): void {
    const open = this.#present.filter((each) => each.account === account).length;
    if (open <= this.condition.connections) return;
    this.traffic.tooMany += 1;
    throw new EwsFault('ErrorExceededConnectionCount', 'You have exceeded the number of open connections.');
  }

  #refuseBusy({ account, arrivedAt }: Present): void {
    const { budget } = this.condition;
    const now = this.#clock.now();
    const told = this.#backOff.get(account);
    let until = told?.until ?? 0;
    if (told && now < until) {
      // Who was under way when the account was told could not know.
      if (arrivedAt > told.toldAt) this.traffic.impatient += 1;
    } else if (budget === null || this.#spend(account, budget, now)) return;
    else {
      until = now + budget.backOffMs;
      this.#backOff.set(account, { toldAt: now, until });
    }
    this.traffic.busy += 1;
    const left = until - now;
    const text = 'The server cannot service this request right now. Try again later.';
    throw new EwsFault('ErrorServerBusy', text, { BackOffMilliseconds: String(left) });
  }

  /** Whether the account could still afford the request. */
  #spend(account: string, budget: NonNullable<ServerCondition['budget']>, now: number): boolean {
    const recent = (this.#asked.get(account) ?? []).filter((at) => at > now - budget.withinMs);
    const canAfford = recent.length < budget.requests;
    this.#asked.set(account, canAfford ? [...recent, now] : recent);
    return canAfford;
  }
}

/** What fetch throws when nobody listens. */
export function connectionRefused(): TypeError {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  return new TypeError('fetch failed', { cause });
}

/** Whom the request impersonates. */
function mailboxIn(xml: string): string | null {
  return /<(?:\w+:)?(?:Primary)?SmtpAddress>([^<]+)</.exec(xml)?.[1] ?? null;
}

const ITEMS = /<(?:\w+:)?(?:ItemId|OccurrenceItemId|CalendarItem|ItemChange)[\s>]/g;

/** Changes asked for of a folder that is listed from the beginning; else 0. */
function pageSize(xml: string): number {
  if (/<(?:\w+:)?SyncState>/.test(xml)) return 0;
  return Number(/<(?:\w+:)?MaxChangesReturned>(\d+)</.exec(xml)?.[1] ?? 0);
}

function batchSize(xml: string): number {
  const isWrite = /<(?:\w+:)?UpdateItem[\s>]/.test(xml);
  return xml.match(isWrite ? /<(?:\w+:)?ItemChange[\s>]/g : ITEMS)?.length ?? 0;
}
