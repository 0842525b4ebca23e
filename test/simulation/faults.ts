/**
 * What happens to a process of the service while it runs: it crashes, loses an answer, is overtaken by another
 * process, or a person edits between its look and its write. Every effect of the process goes through here. What
 * happens to the clock and to the database between two slices the simulation does itself.
 */
import type { Client } from '@libsql/client';
import type { HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';

export const FAULT_KINDS = [
  'crashBeforeRequest',
  'crashAfterRequest',
  'crashBeforeCommit',
  'crashAfterCommit',
  'lostReply',
  'lateRequest',
  'stall',
  'secondWorker',
  'secondWorkerAtCommit',
  'editBetween',
  'throttle',
  'portalError',
  'portalEmptyList',
  'portalFiltered',
  'portalMissingRows',
  'portalGuest',
  'portalBatchAbort',
  'invalidCursor',
  'exchangeEmptySync',
  'brokenAnswer',
  'partialBatch',
  'batchStopped',
  'clockJump',
  'daysPass',
  'duplicateRequest',
  'restoredBackup',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export function isFaultKind(text: string): text is FaultKind {
  return FAULT_KINDS.some((kind) => kind === text);
}

export interface PlannedFault {
  readonly kind: FaultKind;
  /** It strikes at the n-th effect of its kind, from 1. */
  readonly at: number;
}

const forever = <T>(): Promise<T> => new Promise<T>(() => {});

export function isWrite(request: HttpRequest): boolean {
  return /<(m:)?(CreateItem|UpdateItem|DeleteItem)\b|(add|update|delete)-calendar-booking|move-calendar-booking|"method":"(POST|PATCH|DELETE)"/.test(
    request.body ?? '',
  );
}

/**
 * A create that arrives twice makes two events wherever the server goes by no name of ours: nothing on the wire tells
 * them from what a person wanted. What is put away under the id that it had can be cancelled once more. So only what a
 * server could recognise arrives twice here.
 */
function mayArriveTwice(request: HttpRequest, { portalKeepsUids, putAwayKeepsId }: ProcessHooks): boolean {
  const body = request.body ?? '';
  // Over Graph a create has a name, while an answer and a cancellation have none.
  if (/\/(accept|tentativelyAccept|decline|cancel)"/.test(body)) return false;
  if (/<(m:)?CreateItem\b/.test(body)) return false;
  if (putAwayKeepsId && /SendMeetingCancellations="SendTo(?!None)/.test(body)) return false;
  return portalKeepsUids || !body.includes('add-calendar-booking');
}

export interface ProcessHooks {
  readonly portalKeepsUids: boolean;
  /** What goes to Deleted Items in Exchange can be named there as before. */
  readonly putAwayKeepsId: boolean;
  /** A person edits what the request is about. @returns false when it is about nothing of theirs */
  readonly editBetween: (body: string) => boolean;
  /**
   * Another process takes over and does its work; resolves when it is done. `ahead`: because its clock is ahead, so
   * that the one that is overtaken does not know.
   */
  readonly overtake: (ahead: boolean) => Promise<void>;
  readonly struck: (kind: FaultKind) => void;
  /** Time passes until the lease is over, and nobody else takes it. */
  readonly stall: () => void;
  /** For requests that the server works on later than the client waits: others come first. */
  readonly later: (perform: () => Promise<unknown>) => void;
}

/** One process of the service: its network, its database connection, and the end of both. */
export class SimulatedProcess {
  readonly crashed: Promise<'crashed'>;
  #crash: (value: 'crashed') => void = () => {};
  #dead = false;
  #requests = 0;
  #writes = 0;
  #commits = 0;
  #hasStruck = false;
  readonly #network: HttpFetch;
  readonly #fault: PlannedFault | null;
  readonly #hooks: ProcessHooks;

  constructor(network: HttpFetch, fault: PlannedFault | null, hooks: ProcessHooks) {
    this.#network = network;
    this.#fault = fault;
    this.#hooks = hooks;
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
  }

  #die<T>(kind: FaultKind): Promise<T> {
    this.#dead = true;
    this.#hooks.struck(kind);
    this.#crash('crashed');
    return forever<T>();
  }

  #strikes(kind: FaultKind, count: number): boolean {
    return this.#fault?.kind === kind && this.#fault.at === count;
  }

  /** For faults that not every write can have: the first from the n-th on that can has it. */
  #mayStrike(kind: FaultKind): boolean {
    return this.#fault?.kind === kind && !this.#hasStruck && this.#writes >= this.#fault.at;
  }

  readonly fetch: HttpFetch = async (url, request): Promise<HttpResponse> => {
    if (this.#dead) return forever();
    this.#requests += 1;
    const writing = isWrite(request);
    if (writing) this.#writes += 1;
    const n = this.#requests;
    if (this.#strikes('crashBeforeRequest', n)) return this.#die('crashBeforeRequest');
    if (writing && this.#mayStrike('editBetween') && this.#hooks.editBetween(request.body ?? '')) {
      this.#hasStruck = true;
      this.#hooks.struck('editBetween');
    }
    if (writing && this.#strikes('lateRequest', this.#writes)) {
      this.#hooks.struck('lateRequest');
      this.#hooks.later(() => this.#network(url, request));
      throw new DOMException('The operation timed out.', 'TimeoutError');
    }
    if (writing && this.#mayStrike('duplicateRequest') && mayArriveTwice(request, this.#hooks)) {
      this.#hasStruck = true;
      this.#hooks.struck('duplicateRequest');
      // The answer is the second's: that of a proxy which tried again.
      await this.#network(url, request);
    }
    const answer = await this.#network(url, request);
    if (this.#dead) return forever();
    if (this.#strikes('crashAfterRequest', n)) return this.#die('crashAfterRequest');
    if (writing && this.#strikes('lostReply', this.#writes)) {
      this.#hooks.struck('lostReply');
      throw new TypeError('fetch failed');
    }
    if (writing && this.#strikes('stall', this.#writes)) {
      this.#hooks.struck('stall');
      this.#hooks.stall();
    }
    if (this.#strikes('secondWorker', n)) {
      this.#hooks.struck('secondWorker');
      await this.#hooks.overtake(false);
    }
    return answer;
  };

  /** The database as this process reaches it. */
  client(client: Client): Client {
    return new Proxy(client, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        if (property !== 'batch' && property !== 'execute') return call;
        return async (...args: unknown[]) => {
          if (this.#dead) return forever();
          if (property === 'batch') {
            this.#commits += 1;
            if (this.#strikes('crashBeforeCommit', this.#commits)) return this.#die('crashBeforeCommit');
            if (this.#strikes('secondWorkerAtCommit', this.#commits)) {
              this.#hooks.struck('secondWorkerAtCommit');
              await this.#hooks.overtake(true);
            }
          }
          const result = await call(...args);
          if (this.#dead) return forever();
          if (property === 'batch' && this.#strikes('crashAfterCommit', this.#commits)) {
            return this.#die('crashAfterCommit');
          }
          return result;
        };
      },
    });
  }
}

/** A line for each request, with what it asks for. */
export function traced(fetch: HttpFetch, owner: string, trace: string[]): HttpFetch {
  return async (url, request) => {
    const answer = await fetch(url, request);
    const operation = /<m:(\w+)|"(?:\$\w+(?:\[[^\]]*\])? = )?\/([\w./-]+)"/.exec(request.body ?? '');
    trace.push(`  ${owner} ${operation?.[1] ?? operation?.[2] ?? url} ${answer.status}`);
    return answer;
  };
}
