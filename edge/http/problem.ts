/**
 * Failures as RFC 9457 problem details. Every reason has its status and a sentence that says what to do. What a
 * remote side said stays in the log: an answer carries no text that we did not write.
 */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { ApiReason, ProblemDetails } from '#shared/api.ts';
import { REASONS, type Reason } from '#shared/reasons.ts';
import { withoutStatement } from '#store/database-error.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A failure with a reason of the API itself. `detail` replaces the reason's own sentence. */
export class ApiProblem extends Error {
  readonly reason: ApiReason;
  readonly detail: string | null;
  /** When to come again. */
  readonly waitMs: number | undefined;

  constructor(
    reason: ApiReason,
    detail: string | null = null,
    options: { readonly cause?: unknown; readonly waitMs?: number } = {},
  ) {
    super(detail === null ? reason : `${reason}: ${detail}`, { cause: options.cause });
    this.name = 'ApiProblem';
    this.reason = reason;
    this.detail = detail;
    this.waitMs = options.waitMs;
  }
}

interface Shown {
  readonly status: ContentfulStatusCode;
  readonly detail: string;
}

export const API_PROBLEMS: Readonly<Record<ApiReason, Shown>> = {
  tokenMissing: { status: 401, detail: 'Send the Liferay access token as "Authorization: Bearer <token>".' },
  tokenInvalid: {
    status: 401,
    detail: 'This access token is not one of the portal for this service. Sign in.',
  },
  tokenStale: {
    status: 401,
    detail: 'The access token has expired or was revoked. Get a new one and repeat.',
  },
  notYourMailbox: {
    status: 403,
    detail: 'The pairing belongs to an address that is no longer yours. Delete it and pair again.',
  },
  addressNotVerified: { status: 403, detail: 'Verify the e-mail address of your Liferay account first.' },
  noMailboxAddress: {
    status: 403,
    detail: 'Your Liferay account has no e-mail address that can name a mailbox. Ask the administrator.',
  },
  calendarNotManageable: {
    status: 403,
    detail: 'You may not manage the bookings of this Liferay calendar. Ask its owner for the permission.',
  },
  calendarAlreadyPaired: {
    status: 409,
    detail:
      'This Liferay calendar is in a pairing already. Delete that one first, or choose another calendar.',
  },
  folderAlreadyPaired: {
    status: 409,
    detail:
      'This Exchange calendar has a two-way pairing already. Pair it to Liferay only, or delete the other.',
  },
  folderReadOnly: {
    status: 422,
    detail: 'You may not write to this Exchange calendar. Pair it in the direction "toLiferay".',
  },
  folderUnknown: { status: 422, detail: 'Your mailbox has no such calendar. Load the list again.' },
  notPreviewing: {
    status: 409,
    detail:
      'This pairing does not preview: it is in force already. GET /api/pairings/:id says how it is doing.',
  },
  previewChanged: {
    status: 409,
    detail:
      'Other meetings, times or invitees than those of this mark would be invited to now. Load the preview again.',
  },
  copiesChanged: {
    status: 409,
    detail: 'There are more copies than those that were counted. Load the count again.',
  },
  noDomain: {
    status: 403,
    detail: 'Your e-mail address belongs to no Exchange domain of this service. Ask the administrator.',
  },
  approvalNeeded: {
    status: 403,
    detail: 'The domain’s administrator has to approve your mailbox: POST /api/mailbox-request asks for it.',
  },
  domainPaused: {
    status: 409,
    detail: 'The administrator has paused this Exchange domain. Try again when it is resumed.',
  },
  domainUnknown: { status: 404, detail: 'You administer no such Exchange domain. Load the list again.' },
  domainInUse: {
    status: 409,
    detail: 'Mailboxes of the domain are paired. Have them unpaired, or pause the domain with ?force=true.',
  },
  domainConfigured: {
    status: 409,
    detail: 'Environment variables of the service say this of the domain. Change it there.',
  },
  mailDomainTaken: {
    status: 409,
    detail:
      'Another Exchange domain has one of these e-mail domains, or mailboxes here are in one that would go.',
  },
  portalAdministratorOnly: {
    status: 403,
    detail: 'Only administrators of the portal may do this, or change these fields. Ask one.',
  },
  signInNeeded: {
    status: 422,
    detail: 'Requests would go to another server than before. Give "signIn" as well.',
  },
  tooManyRequests: {
    status: 429,
    detail: 'That was too often in a short time. Wait as long as Retry-After says.',
  },
  pairingUnknown: { status: 404, detail: 'You have no such pairing. Load the list again.' },
  undoMailSent: { status: 409, detail: 'Others take part in this event and were told of the change.' },
  undoChangedSince: { status: 409, detail: 'The event was changed since, or is being worked on.' },
  undoNotKept: { status: 409, detail: 'What stood there before was not kept.' },
  undoReadOnly: { status: 409, detail: 'The pairing only copies from Exchange.' },
  undoNotPossible: { status: 409, detail: 'A change of this kind cannot be taken back.' },
  siteNotAdministered: {
    status: 403,
    detail: 'You are not an administrator of this site. Ask one, or get the role from the portal’s.',
  },
  mailboxUnknown: {
    status: 404,
    detail: 'No such mailbox is released for this site. Ask the administrator of the Exchange domain for it.',
  },
  doctorBusy: {
    status: 429,
    detail: 'Another test looks at the same server. Repeat this when it has ended, in a few minutes at most.',
  },
  invalidRequest: { status: 400, detail: 'The request is not as /openapi.json describes it.' },
  bodyTooLarge: { status: 413, detail: 'The body is larger than 64 kB.' },
  notFound: { status: 404, detail: 'There is nothing here. The routes are described in /openapi.json.' },
  internalError: {
    status: 500,
    detail: 'The service failed. Try again; if it stays, give the request id to the administrator.',
  },
};

type ItemReason = {
  [R in Reason]: (typeof REASONS)[R]['scope'] extends 'item' ? R : never;
}[Reason];

const LATER = 'Try again in a few minutes; if it stays, give the request id to the administrator.';
const CONFIGURE = 'The administrator has to look at the connection; the log has the details.';
const ASK = 'Ask the administrator for access; the log has the details.';

const REMOTE_PROBLEMS: Readonly<Record<Exclude<Reason, ItemReason>, Shown>> = {
  unreachable: { status: 502, detail: `A server behind this service does not answer. ${LATER}` },
  certificateRefused: {
    status: 502,
    detail: `The certificate of a server behind this service is not to be trusted. ${CONFIGURE}`,
  },
  timedOut: { status: 504, detail: `A server behind this service took too long. ${LATER}` },
  answerTooLarge: { status: 502, detail: `A server behind this service sent too much. ${LATER}` },
  versionRefused: {
    status: 502,
    detail: `The Exchange server does not know the version that it is asked for. ${CONFIGURE}`,
  },
  notTheService: { status: 502, detail: `At the configured address is another service. ${CONFIGURE}` },
  badAnswer: { status: 502, detail: `A server behind this service sent what cannot be read. ${LATER}` },
  redirected: { status: 502, detail: `The configured address points elsewhere. ${CONFIGURE}` },
  redirectLoop: { status: 502, detail: `The servers point at each other. ${CONFIGURE}` },
  hostNotReleased: { status: 502, detail: `Your mailbox is on a server that is not released. ${CONFIGURE}` },
  addressNotAllowed: { status: 502, detail: `The server's network may not be reached. ${CONFIGURE}` },
  endpointNotFound: { status: 404, detail: `No Exchange server was found for your address. ${CONFIGURE}` },
  serverError: { status: 502, detail: `A server behind this service failed. ${LATER}` },
  throttled: { status: 503, detail: 'A server behind this service asks for patience. Try again later.' },
  signInRefused: { status: 502, detail: `The service's own sign-in was refused. ${CONFIGURE}` },
  tokenExpired: { status: 503, detail: `The service's own access token has expired. ${LATER}` },
  accessDenied: { status: 403, detail: `The service may not open your mailbox. ${ASK}` },
  needsApplication: {
    status: 403,
    detail: `Your mailbox is in Exchange Online, where the service cannot sign in by password. ${CONFIGURE}`,
  },
  ewsBlocked: {
    status: 403,
    detail: `The Exchange server blocks Exchange Web Services for your mailbox, which in Exchange Online needs Microsoft Graph. ${ASK}`,
  },
  impersonationDenied: { status: 403, detail: `The service may not act for your mailbox. ${ASK}` },
  mailboxNotFound: { status: 404, detail: 'The Exchange server has no mailbox with your address.' },
  mailboxElsewhere: {
    status: 404,
    detail: `Your mailbox is not in Exchange Online, or is switched off there. ${ASK}`,
  },
  mailboxUnavailable: { status: 503, detail: `Your mailbox cannot be opened at present. ${LATER}` },
  mailboxFull: { status: 507, detail: 'Your mailbox is full.' },
  pushUnreachable: { status: 502, detail: `Exchange cannot reach this service's address. ${CONFIGURE}` },
  pushUnavailable: { status: 502, detail: `Exchange does not tell this service of changes. ${CONFIGURE}` },
  pushWithoutAddress: { status: 502, detail: `This service has no public address. ${CONFIGURE}` },
  pushSilent: { status: 502, detail: `Exchange did not tell this service of a change. ${LATER}` },
  subscriptionGone: { status: 502, detail: `Exchange has ended its subscription. ${LATER}` },
  folderNotFound: { status: 404, detail: 'The Exchange calendar is no longer there. Load the list again.' },
  cursorInvalid: { status: 502, detail: `The Exchange server has lost its place. ${LATER}` },
  guestIdentity: {
    status: 403,
    detail:
      'Liferay takes you for a guest: sign in again. If it stays, the scopes of the application are wrong.',
  },
  portalForbidsServices: {
    status: 502,
    detail: `Liferay refuses everybody its web services from where this service runs. ${CONFIGURE}`,
  },
  portalBasicOff: { status: 502, detail: `Liferay takes no notice of the service's password. ${CONFIGURE}` },
  portalPolicyDenies: {
    status: 403,
    detail: `Liferay's access policy does not cover the calendar services for this sign-in. ${CONFIGURE}`,
  },
  portalAsksToken: {
    status: 502,
    detail: `Liferay asks a token of a page of this service. ${CONFIGURE}`,
  },
  portalAccessLost: { status: 403, detail: 'You may no longer manage this Liferay calendar.' },
  ownerLost: { status: 403, detail: 'The account that the pairing belongs to is no longer active.' },
  addressNotAccepted: { status: 403, detail: 'The domain does not accept the address as the account’s own.' },
  addressChanged: { status: 403, detail: 'The address of the account is no longer that of the mailbox.' },
  pausedByAdministrator: { status: 403, detail: 'The administrator of the Exchange domain has paused it.' },
  mailboxNotReleased: { status: 403, detail: 'The mailbox is no longer released for the site.' },
  internalError: API_PROBLEMS.internalError,
};

interface Problem extends Shown {
  readonly reason: ApiReason | Reason;
  readonly waitMs: number | undefined;
}

/** An hour: no server is taken at its word for longer. */
const RETRY_AFTER_LIMIT_SECONDS = 3_600;

/** Answers an error as problem details, and logs it: what we did not foresee as an error, remote sides as warnings. */
export function answerProblem(c: Context, error: unknown, log: Log): Response {
  const problem = problemOf(error);
  const requestId = String(c.get('requestId') ?? '');
  logProblem(log, problem, error, { requestId, method: c.req.method, path: c.req.path });
  const body: ProblemDetails = {
    type: 'about:blank',
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    reason: problem.reason,
    requestId,
  };
  c.header('Content-Type', PROBLEM_MEDIA_TYPE);
  if (problem.status === 401) c.header('WWW-Authenticate', challengeOf(problem));
  if (problem.waitMs !== undefined) {
    const seconds = Math.min(RETRY_AFTER_LIMIT_SECONDS, Math.ceil(problem.waitMs / 1_000));
    c.header('Retry-After', String(seconds));
  }
  return c.body(JSON.stringify(body), problem.status);
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) {
    const shown = API_PROBLEMS[error.reason];
    return { ...shown, detail: error.detail ?? shown.detail, reason: error.reason, waitMs: error.waitMs };
  }
  if (error instanceof RemoteFailure) {
    const { reason, waitMs } = error.failure;
    return { ...remoteProblem(reason), reason, waitMs };
  }
  // Hono's validator reports JSON that cannot be parsed in this way.
  const reason = error instanceof HTTPException && error.status === 400 ? 'invalidRequest' : 'internalError';
  return { ...API_PROBLEMS[reason], reason, waitMs: undefined };
}

function remoteProblem(reason: Reason): Shown {
  if (isAboutItem(reason)) return { status: 502, detail: `A server refused an event. ${LATER}` };
  return REMOTE_PROBLEMS[reason];
}

function isAboutItem(reason: Reason): reason is ItemReason {
  return REASONS[reason].scope === 'item';
}

function logProblem(log: Log, problem: Problem, error: unknown, request: Record<string, string>): void {
  const fields = { ...request, reason: problem.reason, status: problem.status };
  if (problem.reason === 'internalError')
    log.error('Request failed', { ...fields, error: withoutStatement(error) });
  else if (error instanceof RemoteFailure) {
    log.warn('A remote side failed while a user waited', { ...fields, detail: error.failure.detail });
  } else log.debug('Request refused', { ...fields, detail: problem.detail });
}

/** RFC 6750, section 3.1: no error code for a request that bears no token at all. */
function challengeOf(problem: Problem): string {
  const realm = 'Bearer realm="calendar-connector"';
  if (problem.reason === 'tokenMissing') return realm;
  const description = problem.reason === 'tokenStale' ? 'The token has expired' : 'The token is not valid';
  return `${realm}, error="invalid_token", error_description="${description}"`;
}

/** For the type `about:blank` RFC 9457 wants the status's own phrase. */
const TITLES: Readonly<Partial<Record<ContentfulStatusCode, string>>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
