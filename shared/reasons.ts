/**
 * Every reason for which something does not work, as a closed list: its retry rule stands here, the text that
 * an administrator reads stands in texts/. Ports translate what a remote side says into one of these.
 */

/**
 * - `retry`: again with exponential backoff; after the last attempt an item is parked.
 * - `wait`: not before the moment that the server named, then again.
 * - `pause`: the pairing or mailbox stops until a person puts something in order; tried again slowly.
 * - `park`: this one item is set aside and shown until it changes or a person asks for another try.
 * - `merge`: read again and plan anew, at once.
 */
export type RetryRule = 'retry' | 'wait' | 'pause' | 'park' | 'merge';

/**
 * - `transient`: passes by itself.
 * - `configuration`: goes on when somebody has changed a setting, a permission or an account.
 * - `permanent`: as it is, this item will never do.
 */
export type FailureKind = 'transient' | 'configuration' | 'permanent';

const KINDS: Readonly<Record<RetryRule, FailureKind>> = {
  retry: 'transient',
  wait: 'transient',
  merge: 'transient',
  pause: 'configuration',
  park: 'permanent',
};

/** What the failure concerns, and so what stops because of it. */
export type ReasonScope = 'server' | 'mailbox' | 'calendar' | 'item';

export interface ReasonRule {
  readonly scope: ReasonScope;
  readonly retry: RetryRule;
}

export const REASONS = {
  unreachable: { scope: 'server', retry: 'retry' },
  certificateRefused: { scope: 'server', retry: 'pause' },
  timedOut: { scope: 'server', retry: 'retry' },
  answerTooLarge: { scope: 'server', retry: 'retry' },
  notTheService: { scope: 'server', retry: 'pause' },
  versionRefused: { scope: 'server', retry: 'pause' },
  badAnswer: { scope: 'server', retry: 'retry' },
  redirected: { scope: 'server', retry: 'pause' },
  redirectLoop: { scope: 'server', retry: 'pause' },
  hostNotReleased: { scope: 'server', retry: 'pause' },
  addressNotAllowed: { scope: 'server', retry: 'pause' },
  endpointNotFound: { scope: 'server', retry: 'pause' },
  internalError: { scope: 'mailbox', retry: 'retry' },
  serverError: { scope: 'server', retry: 'retry' },
  throttled: { scope: 'server', retry: 'wait' },
  signInRefused: { scope: 'server', retry: 'pause' },
  tokenExpired: { scope: 'server', retry: 'retry' },
  accessDenied: { scope: 'mailbox', retry: 'pause' },
  ewsBlocked: { scope: 'mailbox', retry: 'pause' },
  needsApplication: { scope: 'mailbox', retry: 'pause' },
  impersonationDenied: { scope: 'mailbox', retry: 'pause' },
  mailboxNotFound: { scope: 'mailbox', retry: 'pause' },
  mailboxElsewhere: { scope: 'mailbox', retry: 'pause' },
  mailboxUnavailable: { scope: 'mailbox', retry: 'retry' },
  mailboxFull: { scope: 'mailbox', retry: 'pause' },
  pushUnreachable: { scope: 'mailbox', retry: 'pause' },
  pushUnavailable: { scope: 'mailbox', retry: 'pause' },
  pushWithoutAddress: { scope: 'mailbox', retry: 'pause' },
  pushSilent: { scope: 'mailbox', retry: 'retry' },
  subscriptionGone: { scope: 'mailbox', retry: 'retry' },
  folderNotFound: { scope: 'calendar', retry: 'pause' },
  cursorInvalid: { scope: 'calendar', retry: 'merge' },
  guestIdentity: { scope: 'server', retry: 'pause' },
  portalForbidsServices: { scope: 'server', retry: 'pause' },
  portalBasicOff: { scope: 'server', retry: 'pause' },
  portalPolicyDenies: { scope: 'server', retry: 'pause' },
  portalAsksToken: { scope: 'server', retry: 'pause' },
  portalAccessLost: { scope: 'calendar', retry: 'pause' },
  ownerLost: { scope: 'calendar', retry: 'pause' },
  addressNotAccepted: { scope: 'calendar', retry: 'pause' },
  addressChanged: { scope: 'calendar', retry: 'pause' },
  pausedByAdministrator: { scope: 'calendar', retry: 'pause' },
  mailboxNotReleased: { scope: 'calendar', retry: 'pause' },
  itemNotFound: { scope: 'item', retry: 'merge' },
  changedMeanwhile: { scope: 'item', retry: 'merge' },
  uidTaken: { scope: 'item', retry: 'park' },
  itemRefused: { scope: 'item', retry: 'retry' },
  itemUnreadable: { scope: 'item', retry: 'retry' },
  mailNotSuppressible: { scope: 'item', retry: 'park' },
  inviteeWithoutAddress: { scope: 'item', retry: 'park' },
  startAfterEnd: { scope: 'item', retry: 'park' },
  zoneUnknown: { scope: 'item', retry: 'park' },
  zonesDisagree: { scope: 'item', retry: 'park' },
  recurrenceNotExpressible: { scope: 'item', retry: 'park' },
  occurrenceRefused: { scope: 'item', retry: 'park' },
  textTooLong: { scope: 'item', retry: 'park' },
  serverKeepsChanging: { scope: 'item', retry: 'park' },
  ambiguousMatch: { scope: 'item', retry: 'park' },
  leftOut: { scope: 'item', retry: 'park' },
  readOnlyCopyChanged: { scope: 'item', retry: 'park' },
  roomTaken: { scope: 'item', retry: 'park' },
  heldForApproval: { scope: 'item', retry: 'park' },
} as const satisfies Record<string, ReasonRule>;

export type Reason = keyof typeof REASONS;

/** What becomes of it without anybody's help. */
export function failureKind(reason: Reason): FailureKind {
  return KINDS[REASONS[reason].retry];
}

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
