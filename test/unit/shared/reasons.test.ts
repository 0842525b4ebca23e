/** What becomes of a failure without anybody's help. */
import { expect, test } from 'vitest';
import { type FailureKind, failureKind, type Reason } from '#shared/reasons.ts';

test.each<[FailureKind, readonly Reason[]]>([
  ['transient', ['unreachable', 'timedOut', 'serverError', 'throttled', 'mailboxUnavailable', 'itemRefused']],
  [
    'configuration',
    ['signInRefused', 'certificateRefused', 'redirected', 'ewsBlocked', 'accessDenied', 'mailboxFull'],
  ],
  ['permanent', ['recurrenceNotExpressible', 'startAfterEnd', 'zoneUnknown', 'textTooLong']],
])('failures that are %s', (kind, reasons) => {
  expect(reasons.filter((reason) => failureKind(reason) !== kind)).toEqual([]);
});
