/** What an EWS server says when it refuses, translated into our reasons. Nothing above knows these codes. */
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { boundedWaitMs } from '#core/retry-after.ts';
import type { Reason } from '#shared/reasons.ts';

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

/** The occurrence that an index or id names has been deleted from its series. */
export const OCCURRENCE_DELETED = 'ErrorCalendarOccurrenceIsDeletedFromRecurrence';

/** Meanings that do not depend on the call. Source: Microsoft Learn, EWS ResponseCode. */
/** A map: a server that says `constructor` would find something in an object. */
const REASON_OF_CODE: ReadonlyMap<string, Reason> = new Map(
  Object.entries<Reason>({
    ErrorServerBusy: 'throttled',
    ErrorExceededConnectionCount: 'throttled',
    ErrorExceededFindCountLimit: 'throttled',
    ErrorTooManyObjectsOpened: 'throttled',
    ErrorImpersonateUserDenied: 'impersonationDenied',
    ErrorImpersonationDenied: 'impersonationDenied',
    ErrorImpersonationFailed: 'impersonationDenied',
    ErrorInvalidExchangeImpersonationHeaderData: 'impersonationDenied',
    ErrorNonExistentMailbox: 'mailboxNotFound',
    ErrorNonPrimarySmtpAddress: 'mailboxNotFound',
    ErrorMissingEmailAddress: 'mailboxNotFound',
    ErrorInvalidMailbox: 'mailboxNotFound',
    ErrorNoRespondingCASInDestinationSite: 'mailboxUnavailable',
    ErrorMailboxMoveInProgress: 'mailboxUnavailable',
    ErrorMailboxStoreUnavailable: 'mailboxUnavailable',
    ErrorMailboxFailover: 'mailboxUnavailable',
    ErrorMailboxLogonFailed: 'mailboxUnavailable',
    ErrorMailboxConfiguration: 'mailboxUnavailable',
    ErrorConnectionFailed: 'mailboxUnavailable',
    ErrorQuotaExceeded: 'mailboxFull',
    ErrorAccessDenied: 'accessDenied',
    ErrorAccessModeSpecified: 'accessDenied',
    ErrorAccountDisabled: 'signInRefused',
    ErrorPasswordExpired: 'signInRefused',
    ErrorPasswordChangeRequired: 'signInRefused',
    ErrorInternalServerError: 'serverError',
    ErrorInternalServerTransientError: 'serverError',
    ErrorADUnavailable: 'serverError',
    ErrorADOperation: 'serverError',
    ErrorTimeoutExpired: 'timedOut',
    ErrorInvalidServerVersion: 'versionRefused',
    ErrorInvalidSchemaVersionForMailboxVersion: 'versionRefused',
    ErrorInvalidSyncStateData: 'cursorInvalid',
    ErrorFolderNotFound: 'folderNotFound',
    ErrorSyncFolderNotFound: 'folderNotFound',
    ErrorParentFolderNotFound: 'folderNotFound',
    ErrorIrresolvableConflict: 'changedMeanwhile',
    ErrorStaleObject: 'changedMeanwhile',
    ErrorChangeKeyRequired: 'changedMeanwhile',
    ErrorChangeKeyRequiredForWriteOperations: 'changedMeanwhile',
    // Not done, because an item before it in the batch failed: it may be tried again by itself.
    ErrorBatchProcessingStopped: 'itemRefused',
    ErrorCalendarEndDateIsEarlierThanStartDate: 'startAfterEnd',
    ErrorCalendarInvalidTimeZone: 'zoneUnknown',
    ErrorTimeZone: 'zoneUnknown',
    ErrorCalendarInvalidRecurrence: 'recurrenceNotExpressible',
    ErrorCalendarInvalidDayForWeeklyRecurrence: 'recurrenceNotExpressible',
    ErrorCalendarDurationIsTooLong: 'recurrenceNotExpressible',
    ErrorOccurrenceTimeSpanTooBig: 'recurrenceNotExpressible',
    ErrorRecurrenceEndDateTooBig: 'recurrenceNotExpressible',
    ErrorRecurrenceHasNoOccurrence: 'recurrenceNotExpressible',
    ErrorDataSizeLimitExceeded: 'textTooLong',
    ErrorMessageSizeExceeded: 'textTooLong',
  }),
);

/** What is wrong with one occurrence only. Source: Microsoft Learn, EWS ResponseCode. */
const OCCURRENCE_CODES: ReadonlySet<string> = new Set([
  'ErrorOccurrenceCrossingBoundary',
  'ErrorOccurrenceTimeSpanTooBig',
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
  OCCURRENCE_DELETED,
]);

/** An id that is none. Of an item that is no proof that it is gone; a folder that was chosen under it is. */
const INVALID_ID = /^ErrorInvalid(Folder)?Id|^ErrorCannotUseItemIdForFolderId$/;

/**
 * @param otherwise for codes that say nothing by themselves
 * @param notFound what `ErrorItemNotFound` means in this call: the item, or the folder named in it
 */
export function failureOf(refusal: Refusal, otherwise: Reason, notFound: Reason): Failure {
  const { code, waitMs } = refusal;
  const isNotFound = code === 'ErrorItemNotFound' || (notFound === 'folderNotFound' && INVALID_ID.test(code));
  const reason = isNotFound ? notFound : (REASON_OF_CODE.get(code) ?? otherwise);
  if (reason !== 'throttled') return failure(reason, said(refusal));
  // EWS keeps its budgets by account (Microsoft Learn, EWS throttling in Exchange).
  const wait = waitMs === undefined ? undefined : boundedWaitMs(waitMs);
  return { ...failure(reason, said(refusal), wait), ofAccount: true };
}

/** What the refusal of a write to one occurrence means: the same code can mean something else of a whole series. */
export function occurrenceFailureOf(refusal: Refusal): Failure {
  return OCCURRENCE_CODES.has(refusal.code)
    ? failure('occurrenceRefused', said(refusal))
    : failureOf(refusal, 'itemRefused', 'itemNotFound');
}

function said({ code, text }: Refusal): string {
  return `${code || 'unknown code'}: ${text}`;
}
