/** What Microsoft Graph says when it refuses, translated into our reasons. Nothing above knows these codes. */
import * as v from 'valibot';
import type { HttpResponse } from '#core/effects.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';
import type { Reason } from '#shared/reasons.ts';
import { isOccurrenceCode, reasonOfCode } from '../response-codes.ts';

/** A request, or one of a batch, that Graph refused. */
export interface Refusal {
  readonly status: number;
  /** For example `ErrorItemNotFound`; empty where the answer is no error of Graph. */
  readonly code: string;
  readonly text: string;
  /** `Retry-After`. */
  readonly waitMs?: number;
}

/** What a refusal means where its code and status leave it open. */
export interface Meaning {
  /** What was not found: the item, or the folder named in the request. */
  readonly notFound: 'itemNotFound' | 'folderNotFound';
  readonly otherwise: Reason;
}

/** Of requests about a folder and what is in it. */
export const OF_FOLDER: Meaning = { notFound: 'folderNotFound', otherwise: 'serverError' };
/** Of requests that make an item in a folder. */
export const INTO_FOLDER: Meaning = { notFound: 'folderNotFound', otherwise: 'itemRefused' };
/** Of requests about one item. */
export const OF_ITEM: Meaning = { notFound: 'itemNotFound', otherwise: 'itemRefused' };

/** A whole request that Graph refused, with what it said. */
export class GraphRefusal extends RemoteFailure {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, meaning: Meaning) {
    super(failureOf(refusal, meaning));
    this.refusal = refusal;
  }
}

/** Microsoft Learn, "Microsoft Graph error responses and resource types": `{error: {code, message}}`. */
const ErrorAnswer = v.object({
  error: v.object({ code: v.string(), message: v.optional(v.nullable(v.string())) }),
});

/** The refusal that an answer of this status and content is. */
export function refusalIn(
  status: number,
  headers: { get(name: string): string | null },
  content: unknown,
): Refusal {
  const waitMs = retryAfterMs(headers);
  const parsed = v.safeParse(ErrorAnswer, content);
  const { code, message } = parsed.success ? parsed.output.error : { code: '', message: '' };
  return { status, code, text: message ?? '', ...(waitMs === undefined ? {} : { waitMs }) };
}

/**
 * Codes that Exchange Web Services has not, or that mean something else there. Graph says of a mailbox that is on a
 * server of the organisation, or switched off, that its REST interface is not enabled for it (Microsoft Learn,
 * "MailboxNotEnabledForRESTAPI or MailboxNotSupportedForRESTAPI").
 */
const REASON_OF_GRAPH_CODE: ReadonlyMap<string, Reason> = new Map(
  Object.entries<Reason>({
    MailboxNotEnabledForRESTAPI: 'mailboxElsewhere',
    MailboxNotSupportedForRESTAPI: 'mailboxElsewhere',
    ErrorMailboxNotFound: 'mailboxElsewhere',
    ErrorInvalidUser: 'mailboxNotFound',
    Request_ResourceNotFound: 'mailboxNotFound',
    ResourceNotFound: 'mailboxNotFound',
    InvalidAuthenticationToken: 'signInRefused',
    Authorization_RequestDenied: 'accessDenied',
    Authorization_IdentityNotFound: 'accessDenied',
    ApplicationThrottled: 'throttled',
    TooManyRequests: 'throttled',
    activityLimitReached: 'throttled',
    syncStateNotFound: 'cursorInvalid',
    SyncStateNotFound: 'cursorInvalid',
    syncStateInvalid: 'cursorInvalid',
    SyncStateInvalid: 'cursorInvalid',
    resyncRequired: 'cursorInvalid',
    ResyncRequired: 'cursorInvalid',
    TimeZoneNotSupportedException: 'zoneUnknown',
    ErrorMailboxStoreUnavailable: 'mailboxUnavailable',
  }),
);

/** An id that is none: of an item that is no proof that it is gone, a folder that was chosen under it is. */
const INVALID_ID = /^ErrorInvalid(?:Folder)?Id/;

/** What a refusal means. */
export function failureOf(refusal: Refusal, meaning: Meaning): Failure {
  const reason = reasonOf(refusal, meaning);
  if (reason !== 'throttled') return failure(reason, said(refusal));
  const throttled = failure(reason, said(refusal), refusal.waitMs);
  // 429 counts what this application asks of this mailbox (Microsoft Learn, Outlook service limits); 503 is the server.
  return refusal.status === 503 ? throttled : { ...throttled, ofAccount: true };
}

/** What the refusal of a write to one occurrence means: the same code can mean something else of a whole series. */
export function occurrenceFailureOf(refusal: Refusal): Failure {
  return isOccurrenceCode(refusal.code)
    ? failure('occurrenceRefused', said(refusal))
    : failureOf(refusal, OF_ITEM);
}

function reasonOf({ status, code }: Refusal, { notFound, otherwise }: Meaning): Reason {
  if (code === 'ErrorItemNotFound' || (notFound === 'folderNotFound' && INVALID_ID.test(code)))
    return notFound;
  const known = REASON_OF_GRAPH_CODE.get(code) ?? reasonOfCode(code);
  if (known !== undefined) return known;
  switch (status) {
    case 401:
      return 'signInRefused';
    case 403:
      return 'accessDenied';
    case 404:
      return code === '' ? 'notTheService' : otherwise;
    case 409:
    case 412:
      return 'changedMeanwhile';
    case 410:
      return 'cursorInvalid';
    case 413:
      return 'textTooLong';
    case 429:
    case 503:
      return 'throttled';
    case 507:
      return 'mailboxFull';
    default:
      return status >= 500 ? 'serverError' : otherwise;
  }
}

function said({ status, code, text }: Refusal): string {
  return code === '' ? `HTTP ${status}` : `${code}: ${text}`;
}

/** Exchange's own switches for programs concern Graph as well (Microsoft Learn, "Control access to EWS"). */
export function refusePolicy({ status, headers }: HttpResponse): void {
  const policy = headers.get('X-EWS-Policy-Reason');
  if (status === 403 && policy !== null) throw new RemoteFailure(failure('accessDenied', policy));
}
