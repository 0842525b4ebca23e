/** What is to be done about a failure, by the step in which it happened. */
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import type { MailboxProtocol } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCredentials } from '#liferay/portal-calendar.port.ts';
import type { DoctorStepName, Remedy } from '#shared/doctor.ts';
import type { Reason } from '#shared/reasons.ts';
import type { RemedyOf } from './examination.ts';

/** Meanings that do not depend on the side or the step. */
const GENERAL: Readonly<Partial<Record<Reason, Remedy>>> = {
  unreachable: 'connectionFailed',
  certificateRefused: 'certificateRefused',
  timedOut: 'tooSlow',
  answerTooLarge: 'badAnswer',
  badAnswer: 'badAnswer',
  redirected: 'redirected',
  serverError: 'serverFailed',
  throttled: 'busy',
  addressNotAllowed: 'addressNotAllowed',
};

const EXCHANGE: Readonly<Partial<Record<Reason, Remedy>>> = {
  endpointNotFound: 'endpointNotFound',
  hostNotReleased: 'hostNotReleased',
  redirectLoop: 'redirectLoop',
  needsApplication: 'needsApplication',
  notTheService: 'noEws',
  accessDenied: 'accessDenied',
  ewsBlocked: 'ewsBlocked',
  versionRefused: 'versionRefused',
  impersonationDenied: 'impersonationDenied',
  mailboxNotFound: 'mailboxUnknown',
  mailboxElsewhere: 'mailboxElsewhere',
  mailboxUnavailable: 'mailboxUnavailable',
  mailboxFull: 'mailboxFull',
  folderNotFound: 'calendarMissing',
};

const SIGN_INS: Readonly<Record<ExchangeSignIn['kind'], Remedy>> = {
  basic: 'passwordRefused',
  ntlm: 'ntlmRefused',
  oauth: 'applicationRefused',
};

/** Whoever comes so far has been let in: what is denied is the calendar. */
const OF_THE_CALENDAR: ReadonlySet<DoctorStepName> = new Set<DoctorStepName>(['calendar', 'probe']);

/** What only Graph denies: there an administrator grants roles for calendars. */
const OF_GRAPH: Readonly<Partial<Record<Reason, Remedy>>> = {
  accessDenied: 'graphNotGranted',
  notTheService: 'badAnswer',
};

/** Of Exchange. `delegated`: the account has its own access to the mailbox, and does not act for its owner. */
export function exchangeRemedies(
  signIn: ExchangeSignIn['kind'],
  delegated: boolean,
  protocol: () => MailboxProtocol = () => 'ews',
): RemedyOf {
  return (step, { reason }) => {
    const ofGraph = protocol() === 'graph' ? OF_GRAPH[reason] : undefined;
    if (ofGraph) return ofGraph;
    if (reason === 'signInRefused' || reason === 'tokenExpired') return SIGN_INS[signIn];
    if (OF_THE_CALENDAR.has(step) && reason === 'accessDenied') return 'calendarDenied';
    // A mailbox that is not open to the account looks as if it had no calendar.
    if (step === 'calendar' && reason === 'folderNotFound' && delegated) return 'calendarDenied';
    const known = EXCHANGE[reason] ?? GENERAL[reason];
    return known ?? (step === 'probe' ? 'probeRefused' : 'unforeseen');
  };
}

/** What a portal refuses in a way of its own. */
const PORTAL: Readonly<Partial<Record<Reason, Remedy>>> = {
  portalForbidsServices: 'portalClosed',
  portalBasicOff: 'passwordOverlooked',
  portalPolicyDenies: 'servicesClosed',
  portalAsksToken: 'pageTokenAsked',
  accessDenied: 'servicesClosed',
};

/** Of the portal. */
export function portalRemedies(kind: PortalCredentials['kind']): RemedyOf {
  const isPassword = kind === 'basic';
  return (step, { reason }) => {
    switch (reason) {
      case 'signInRefused':
      case 'tokenExpired':
        if (isPassword) return 'portalPasswordRefused';
        return step === 'token' ? 'clientRefused' : 'tokenRefused';
      case 'guestIdentity':
        return isPassword ? 'passwordOverlooked' : 'tokenOverlooked';
      case 'notTheService':
        if (step === 'token') return 'noOAuth';
        return step === 'identity' ? 'noJsonws' : 'noCalendarServices';
      default:
        return PORTAL[reason] ?? GENERAL[reason] ?? 'unforeseen';
    }
  };
}
