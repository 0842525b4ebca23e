/** What an EWS server says when it refuses, translated into our reasons. Nothing above knows these codes. */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { boundedWaitMs } from '#core/retry-after.ts';
import type { Reason } from '#shared/reasons.ts';
import { isOccurrenceCode, reasonOfCode } from '../response-codes.ts';

/** A response code of EWS (ResponseCodeType) with what came along. */
export interface Refusal {
  /** For example `ErrorServerBusy`; empty where the server gave a code that the library does not know. */
  readonly code: string;
  readonly text: string;
  /** `BackOffMilliseconds` of the answer's MessageXml. */
  readonly waitMs?: number;
}

/** A whole request that the server refused, with what it said. */
export class ServerRefusal extends RemoteFailure {
  readonly code: string;

  constructor(refusal: Refusal, options?: { cause?: unknown }) {
    super(failureOf(refusal, 'serverError', 'folderNotFound'), options);
    this.code = refusal.code;
  }
}

/** An id that is none. Of an item that is no proof that it is gone; a folder that was chosen under it is. */
const INVALID_ID = /^ErrorInvalid(Folder)?Id|^ErrorCannotUseItemIdForFolderId$/;

/**
 * @param otherwise for codes that say nothing by themselves
 * @param notFound what `ErrorItemNotFound` means in this call: the item, or the folder named in it
 */
export function failureOf(refusal: Refusal, otherwise: Reason, notFound: Reason): Failure {
  const { code, waitMs } = refusal;
  const isNotFound = code === 'ErrorItemNotFound' || (notFound === 'folderNotFound' && INVALID_ID.test(code));
  const reason = isNotFound ? notFound : (reasonOfCode(code) ?? otherwise);
  if (reason !== 'throttled') return failure(reason, said(refusal));
  // EWS keeps its budgets by account (Microsoft Learn, EWS throttling in Exchange).
  const wait = waitMs === undefined ? undefined : boundedWaitMs(waitMs);
  return { ...failure(reason, said(refusal), wait), ofAccount: true };
}

/** What the refusal of a write to one occurrence means: the same code can mean something else of a whole series. */
export function occurrenceFailureOf(refusal: Refusal): Failure {
  return isOccurrenceCode(refusal.code)
    ? failure('occurrenceRefused', said(refusal))
    : failureOf(refusal, 'itemRefused', 'itemNotFound');
}

function said({ code, text }: Refusal): string {
  return `${code || 'unknown code'}: ${text}`;
}
