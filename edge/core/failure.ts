/** A failure of a remote side, translated at its port. Nothing above a port knows SOAP, HTTP or Java names. */
import type { Reason } from '#shared/reasons.ts';

/** Why something did not work, as data: it is stored, shown and counted by its reason. */
export interface Failure {
  readonly reason: Reason;
  /** One line for the administrator's log: what the server said, without secrets. At most 300 characters. */
  readonly detail: string;
  /** Only with `throttled`: how long the server asked us to wait. */
  readonly waitMs?: number;
  /** Only with `throttled`: the server counts what the account asks for, wherever it does; else it is busy itself. */
  readonly ofAccount?: true;
}

/** Thrown by a port when a whole call failed. Failures of one item among many are data, not exceptions. */
export class RemoteFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(`${failure.reason}: ${failure.detail}`, options);
    this.name = 'RemoteFailure';
    this.failure = failure;
  }
}

/** Characters of a detail. */
export const DETAIL_LIMIT = 300;

/** Makes a Failure whose detail is one line within the limit. */
export function failure(reason: Reason, detail: string, waitMs?: number): Failure {
  const line = detail.replace(/\s+/g, ' ').trim().slice(0, DETAIL_LIMIT);
  return waitMs === undefined ? { reason, detail: line } : { reason, detail: line, waitMs };
}
