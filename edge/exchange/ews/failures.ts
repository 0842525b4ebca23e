/** What an EWS server says when it refuses, translated into our reasons. Nothing above knows these codes. */
import { type Failure, failure } from '#core/failure.ts';
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

/** Meanings that do not depend on the call. Source: Microsoft Learn, EWS ResponseCode. */
const REASON_OF_CODE: Readonly<Record<string, Reason>> = {
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
  ErrorQuotaExceeded: 'mailboxUnavailable',
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
  ErrorInvalidServerVersion: 'notTheService',
  ErrorInvalidSchemaVersionForMailboxVersion: 'notTheService',
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
};

/** An id that is none. Of an item that is no proof that it is gone; a folder that was chosen under it is. */
const INVALID_ID = /^ErrorInvalid(Folder)?Id|^ErrorCannotUseItemIdForFolderId$/;

/**
 * @param otherwise for codes that say nothing by themselves
 * @param notFound what `ErrorItemNotFound` means in this call: the item, or the folder named in it
 */
export function failureOf(refusal: Refusal, otherwise: Reason, notFound: Reason): Failure {
  const { code, text, waitMs } = refusal;
  const isNotFound = code === 'ErrorItemNotFound' || (notFound === 'folderNotFound' && INVALID_ID.test(code));
  const reason = isNotFound ? notFound : (REASON_OF_CODE[code] ?? otherwise);
  const detail = `${code || 'unknown code'}: ${text}`;
  return reason === 'throttled' && waitMs !== undefined
    ? failure(reason, detail, boundedWaitMs(waitMs))
    : failure(reason, detail);
}
