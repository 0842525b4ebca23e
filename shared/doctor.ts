/**
 * "Test connection": what it looks at, and what it can find, as closed lists and as the schemas of its API. What an
 * administrator reads of each stands in texts/doctor.ts.
 */
import * as v from 'valibot';
import { REASONS, type Reason } from './reasons.ts';

/**
 * What one step looks at. Of both sides: `resolve`, `connect`, `certificate`. Of Exchange from `discover` to `push`, of
 * Liferay from `token` on.
 */
export const DOCTOR_STEPS = [
  /** Autodiscover: from the address of the mailbox to its server. */
  'discover',
  'resolve',
  'connect',
  'certificate',
  /** A free place among those who may ask the server at the same time. */
  'turn',
  /** Whether Exchange Web Services are at the address, asked without sign-in. */
  'service',
  'signIn',
  'version',
  'impersonate',
  'calendar',
  /** An item is written, read back and removed. */
  'probe',
  /** Whether Exchange reaches the service, to tell it what changes. */
  'push',
  'token',
  'identity',
  'dialect',
  'calendars',
  'permission',
] as const;
export type DoctorStepName = (typeof DOCTOR_STEPS)[number];

/** `notTried`: an earlier step failed, or there is nothing to look at. */
export const DOCTOR_RESULTS = ['ok', 'warning', 'failed', 'notTried'] as const;
export type DoctorResult = (typeof DOCTOR_RESULTS)[number];

/**
 * What an administrator can do about a finding: finer than its reason, because the step tells more. Each has its text in
 * every language.
 */
export const REMEDIES = [
  'endpointNotFound',
  'hostNotReleased',
  'redirectLoop',
  'needsApplication',
  'addressNotAllowed',
  'nameUnknown',
  'dnsSilent',
  'connectionRefused',
  'connectionSilent',
  'connectionFailed',
  'tlsFailed',
  'certificateOtherName',
  'certificateIssuerUnknown',
  'certificateExpired',
  'certificateNotYetValid',
  'certificateRefused',
  'certificateEndsSoon',
  'notEncrypted',
  'redirected',
  'busy',
  'tooSlow',
  'serverFailed',
  'badAnswer',
  'outOfTime',
  'unforeseen',
  'placesTaken',
  'mailboxAtWork',
  'patienceAsked',
  'noEws',
  'signInNotOffered',
  'passwordRefused',
  'ntlmRefused',
  'applicationRefused',
  'accessDenied',
  'graphNotGranted',
  'mailboxElsewhere',
  'ewsBlocked',
  'versionRefused',
  'impersonationDenied',
  'mailboxUnknown',
  'mailboxUnavailable',
  'calendarDenied',
  'calendarMissing',
  'calendarReadOnly',
  'mailboxFull',
  'probeRefused',
  'probeDiffers',
  'probeLeft',
  'pushWithoutAddress',
  'pushUnreachable',
  'pushUnavailable',
  'clientRefused',
  'noOAuth',
  'portalPasswordRefused',
  'tokenRefused',
  'portalClosed',
  'servicesClosed',
  'passwordOverlooked',
  'tokenOverlooked',
  'pageTokenAsked',
  'noJsonws',
  'noCalendarServices',
  'noCalendars',
  'noPermission',
] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What was seen, as far as the step saw it. Times are epoch milliseconds. */
export const DoctorFacts = v.object({
  /** `host:port` that was connected to. */
  place: v.exactOptional(v.string()),
  addresses: v.exactOptional(v.array(v.string())),
  /** Of a certificate: who issued it, for which names, until when. */
  issuer: v.exactOptional(v.string()),
  names: v.exactOptional(v.array(v.string())),
  validUntil: v.exactOptional(v.number()),
  /** Kinds of sign-in that the server offers, and the one that is configured. */
  offered: v.exactOptional(v.array(v.string())),
  configured: v.exactOptional(v.string()),
  /** What requests ask for, and what the server says that it is. */
  version: v.exactOptional(v.string()),
  build: v.exactOptional(v.string()),
  /** Whether the version was fixed by the configuration, known from earlier, or found now. */
  versionFrom: v.exactOptional(v.picklist(['configuration', 'memory', 'server'])),
  mailbox: v.exactOptional(v.string()),
  calendar: v.exactOptional(v.string()),
  items: v.exactOptional(v.number()),
  /** Probes of earlier doctors, which were cut short, that were removed. */
  leftovers: v.exactOptional(v.number()),
  /** As whom the portal knows us. */
  user: v.exactOptional(v.string()),
  /** JSONWS context of the calendar services. */
  context: v.exactOptional(v.string()),
  rowVersions: v.exactOptional(v.boolean()),
  visible: v.exactOptional(v.number()),
  manageable: v.exactOptional(v.number()),
  /** Permissions that are missing, as Liferay calls them. */
  missing: v.exactOptional(v.array(v.string())),
  /** How long the server or the portal asked to be left alone. */
  waitSeconds: v.exactOptional(v.number()),
});
export type DoctorFacts = v.InferOutput<typeof DoctorFacts>;

/** One step as it went. `reason` and `remedy` are null where nothing is wrong. */
export const DoctorStep = v.object({
  side: v.picklist(['exchange', 'liferay']),
  step: v.picklist(DOCTOR_STEPS),
  result: v.picklist(DOCTOR_RESULTS),
  /** How long it took. */
  milliseconds: v.number(),
  reason: v.nullable(v.picklist(Object.keys(REASONS) as Reason[])),
  remedy: v.nullable(v.picklist(REMEDIES)),
  /** What the other side said, in one line without secrets. */
  detail: v.nullable(v.string()),
  facts: DoctorFacts,
});
export type DoctorStep = v.InferOutput<typeof DoctorStep>;

/** POST /api/domains/:domainId/doctor. Without a mailbox what needs one is not tried. */
export const DoctorRequest = v.object({
  mailbox: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(320))),
  /** Writes an item into the mailbox's calendar, far in the past and without attendees, and removes it for good. */
  write: v.exactOptional(v.boolean()),
});
export type DoctorRequest = v.InferOutput<typeof DoctorRequest>;

/** What POST /api/domains/:domainId/doctor answers, and `npm run doctor -- --json` prints. `healthy`: no step failed. */
export const DoctorReport = v.object({ healthy: v.boolean(), steps: v.array(DoctorStep) });
export type DoctorReport = v.InferOutput<typeof DoctorReport>;

/**
 * With `Accept: application/x-ndjson` the same route answers while it looks: a line for each step that is over, and at the
 * end one that says whether all is well.
 */
export const DOCTOR_LINES_MEDIA_TYPE = 'application/x-ndjson';
export const DoctorEnd = v.object({ healthy: v.boolean() });
export type DoctorLine = DoctorStep | v.InferOutput<typeof DoctorEnd>;
