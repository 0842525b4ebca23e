/**
 * What the codes mean with which Exchange refuses (Microsoft Learn, EWS ResponseCode). Graph hands on the same ones for
 * what lives in mailboxes.
 */
import type { Reason } from '#shared/reasons.ts';

/** The occurrence that an index or id names has been deleted from its series. */
export const OCCURRENCE_DELETED = 'ErrorCalendarOccurrenceIsDeletedFromRecurrence';

/** Meanings that do not depend on the call. A map: a server that says `constructor` would find something in an object. */
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
    ErrorSubscriptionNotFound: 'subscriptionGone',
    ErrorInvalidSubscription: 'subscriptionGone',
    ErrorExpiredSubscription: 'subscriptionGone',
    ErrorSubscriptionUnsubscribed: 'subscriptionGone',
    ErrorReadEventsFailed: 'subscriptionGone',
    ErrorExceededSubscriptionCount: 'pushUnavailable',
    ErrorSubscriptionDelegateAccessNotSupported: 'pushUnavailable',
    ErrorSubscriptionAccessDenied: 'pushUnavailable',
    ErrorInvalidPushSubscriptionUrl: 'pushUnreachable',
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

/** What is wrong with one occurrence only. */
const OCCURRENCE_CODES: ReadonlySet<string> = new Set([
  'ErrorOccurrenceCrossingBoundary',
  'ErrorOccurrenceTimeSpanTooBig',
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
  OCCURRENCE_DELETED,
]);

/** The meaning of a code that has one whatever was asked; undefined for any other. */
export function reasonOfCode(code: string): Reason | undefined {
  return REASON_OF_CODE.get(code);
}

/** Whether the code refuses a write to one occurrence for what that occurrence is. */
export function isOccurrenceCode(code: string): boolean {
  return OCCURRENCE_CODES.has(code);
}

/** The meeting was cancelled before it was answered: ErrorCalendarIsCancelledForAccept and the like. */
export function isCancelledCode(code: string): boolean {
  return code.startsWith('ErrorCalendarIsCancelledFor');
}
