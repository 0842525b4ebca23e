/**
 * What can go wrong between a client and a server, on demand. A fault waits until a request matches it and
 * then happens `times` times. The statuses and codes are those that Microsoft Learn documents for throttling
 * and access control; `html` and `garbage` are what proxies put in between.
 */
import { EwsError } from './errors.ts';

export type FaultKind =
  /** HTTP 500 with ErrorServerBusy and BackOffMilliseconds; no request until that time is over. */
  | { readonly kind: 'serverBusy'; readonly backOffMs: number }
  /** IIS's own queue is full. */
  | { readonly kind: 'http503'; readonly retryAfterSeconds?: number }
  /** Wrong password, or throttling in disguise. */
  | { readonly kind: 'http401' }
  /** 302 to /ews/genericerrorpage.htm. */
  | { readonly kind: 'http302' }
  /** A proxy's error page, with status 200 unless given. */
  | { readonly kind: 'html'; readonly status?: number }
  /** Status 200 and a body that is no XML. */
  | { readonly kind: 'garbage' }
  /** Status 200 and an XML body that breaks off. */
  | { readonly kind: 'truncated' }
  /** 403 with X-EWS-Policy-Reason: EWS is switched off for the user or tenant. */
  | { readonly kind: 'policyBlocked'; readonly reason?: string }
  | { readonly kind: 'impersonationDenied' }
  /** A SOAP fault with this code, in an HTTP 500. */
  | { readonly kind: 'soapFault'; readonly code: string }
  /** SyncFolderItems succeeds and says that there is nothing; the sync state does not move. */
  | { readonly kind: 'emptySync' }
  | { readonly kind: 'invalidSyncState' }
  /** The last response message of a batch is missing; the work was done. */
  | { readonly kind: 'partialBatch' }
  /** From this item of the batch on (0 unless given) nothing is processed. */
  | { readonly kind: 'batchStopped'; readonly after?: number }
  /** Every access to this item answers ErrorInternalServerError, or another code of ResponseCodeType. */
  | { readonly kind: 'internalErrorOn'; readonly itemId: string; readonly code?: string }
  /** The request is carried out and its answer is lost on the way. */
  | { readonly kind: 'lostReply' };

export type Fault = FaultKind & {
  /** How many matching requests it hits; 1 unless given. */
  readonly times?: number;
  /** Only requests of this operation, for example `GetItem`. */
  readonly operation?: string;
  /** Only requests that act in this mailbox (SMTP address). */
  readonly mailbox?: string;
};

interface Pending {
  readonly fault: Fault;
  left: number;
}

export interface FaultTarget {
  readonly operation: string;
  readonly mailbox: string | null;
}

export class FaultController {
  private queue: Pending[] = [];
  private active: readonly Fault[] = [];

  inject(fault: Fault): void {
    this.queue.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.queue = [];
  }

  /** Faults that still wait for a request. */
  get pending(): readonly Fault[] {
    return this.queue.map(({ fault }) => fault);
  }

  /** Forgets what hit the request before. */
  end(): void {
    this.active = [];
  }

  /** Called once for each request: takes from the queue what hits it. Of each kind only the oldest. */
  begin(target: FaultTarget): void {
    const taken: Fault[] = [];
    for (const pending of this.queue) {
      const { fault } = pending;
      if (fault.operation !== undefined && fault.operation !== target.operation) continue;
      if (fault.mailbox !== undefined && fault.mailbox.toLowerCase() !== target.mailbox?.toLowerCase())
        continue;
      if (!appliesTo(fault, target.operation)) continue;
      if (fault.kind !== 'internalErrorOn' && taken.some(({ kind }) => kind === fault.kind)) continue;
      pending.left -= 1;
      taken.push(fault);
    }
    this.queue = this.queue.filter(({ left }) => left > 0);
    this.active = taken;
  }

  /** The fault of this kind that hits the present request. */
  now<K extends Fault['kind']>(kind: K): (Fault & { readonly kind: K }) | null {
    const fault = this.active.find(
      (candidate): candidate is Fault & { readonly kind: K } => candidate.kind === kind,
    );
    return fault ?? null;
  }

  /** Index of the item that fails and stops the batch; Infinity when none does. */
  batchStopsAt(length: number): number {
    const fault = this.now('batchStopped');
    return fault === null ? Number.POSITIVE_INFINITY : Math.min(fault.after ?? 0, length - 1);
  }

  /** Throws the error of an item that a fault is on. */
  refuseItem(itemId: string): void {
    for (const fault of this.active) {
      if (fault.kind !== 'internalErrorOn' || fault.itemId !== itemId) continue;
      const code = fault.code ?? 'ErrorInternalServerError';
      throw new EwsError(code, 'An internal server error occurred. The operation failed.');
    }
  }
}

const BATCHES = new Set(['GetItem', 'CreateItem', 'UpdateItem', 'DeleteItem']);

function appliesTo(fault: Fault, operation: string): boolean {
  switch (fault.kind) {
    case 'emptySync':
    case 'invalidSyncState':
      return operation === 'SyncFolderItems';
    case 'partialBatch':
    case 'batchStopped':
    case 'internalErrorOn':
      return BATCHES.has(operation);
    default:
      return true;
  }
}
