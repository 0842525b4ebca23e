/**
 * What can go wrong between a client and Graph, on demand. A fault waits until a request matches it and then happens
 * `times` times. Statuses and codes: Microsoft Learn, "Microsoft Graph error responses", "throttling guidance".
 */

export type GraphFaultKind =
  /** 429 with Retry-After, where seconds are given. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds?: number; readonly code?: string }
  | { readonly kind: 'http503'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'http504' }
  /** generalException, or another code. */
  | { readonly kind: 'http500'; readonly code?: string }
  /** The token is refused. */
  | { readonly kind: 'http401' }
  /** ErrorAccessDenied, or another code. */
  | { readonly kind: 'http403'; readonly code?: string }
  /** A proxy's page, with status 200 unless given. */
  | { readonly kind: 'html'; readonly status?: number }
  /** Status 200 and a body that is no JSON. */
  | { readonly kind: 'garbage' }
  /** Status 200 and JSON that breaks off. */
  | { readonly kind: 'truncated' }
  /** A collection succeeds and says that there is nothing; of a delta, the link does not move. */
  | { readonly kind: 'empty' }
  /** 410 for a delta token. */
  | { readonly kind: 'expiredDelta'; readonly code?: string }
  /** 412 that no If-Match asked for; seen on reads too (Microsoft Q&A 271870). */
  | { readonly kind: 'conflict' }
  /** The request is carried out and its answer is lost on the way. */
  | { readonly kind: 'lostReply' };

export type GraphFault = GraphFaultKind & {
  /** How many matching requests it hits; 1 unless given. */
  readonly times?: number;
  /** Only requests of this operation, such as `getEvent`, or of one of these: the names of the routes. */
  readonly operation?: string | readonly string[];
  /** Only requests for this mailbox (SMTP address). */
  readonly mailbox?: string;
  /** Only requests about this item, by its id in the store. */
  readonly item?: string;
};

export interface GraphFaultTarget {
  readonly operation: string;
  readonly mailbox: string | null;
  /** Id in the store of the item that the request is about. */
  readonly item: string | null;
}

export class GraphFaultController {
  #queue: { readonly fault: GraphFault; left: number }[] = [];

  inject(fault: GraphFault): void {
    this.#queue.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#queue = [];
  }

  /** Faults that still wait for a request. */
  get pending(): readonly GraphFault[] {
    return this.#queue.map(({ fault }) => fault);
  }

  /** Called once for each request: takes from the queue what hits it, of each kind only the oldest. */
  begin({ operation, mailbox, item }: GraphFaultTarget): ActiveFaults {
    const taken: GraphFault[] = [];
    for (const pending of this.#queue) {
      const { fault } = pending;
      if (fault.operation !== undefined && ![fault.operation].flat().includes(operation)) continue;
      if (fault.mailbox !== undefined && fault.mailbox.toLowerCase() !== mailbox?.toLowerCase()) continue;
      if (fault.item !== undefined && fault.item !== item) continue;
      if (fault.kind === 'expiredDelta' && !operation.endsWith('Delta')) continue;
      if (fault.kind === 'empty' && !/^list|Delta$/.test(operation)) continue;
      if (taken.some(({ kind }) => kind === fault.kind)) continue;
      pending.left -= 1;
      taken.push(fault);
    }
    this.#queue = this.#queue.filter(({ left }) => left > 0);
    return new ActiveFaults(taken);
  }
}

/** What hits one request. */
export class ActiveFaults {
  readonly #faults: readonly GraphFault[];

  constructor(faults: readonly GraphFault[]) {
    this.#faults = faults;
  }

  now<K extends GraphFault['kind']>(kind: K): (GraphFault & { readonly kind: K }) | null {
    const fault = this.#faults.find(
      (candidate): candidate is GraphFault & { readonly kind: K } => candidate.kind === kind,
    );
    return fault ?? null;
  }
}
