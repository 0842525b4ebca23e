/**
 * What an error answer of JSONWS means. The status has to be enough: with `json.service.serialize.throwable=false`
 * the body of every error is `{}` (Liferay: JSONFactoryImpl.serializeThrowable).
 */
import { type Failure, failure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';
import type { HttpAnswer } from './http.ts';
import { parseJson } from './json.ts';

/** What was asked for, because a bare status says less than that. */
export interface Asked {
  readonly intent: 'read' | 'write';
  /** `item`: a 404 without a body means that a row is missing; `service`: that the service is. */
  readonly subject: 'service' | 'item';
}

interface Said {
  /** Simple Java class names, most telling first. */
  readonly names: readonly string[];
  readonly message: string;
}

/** The failure behind an answer whose status is not 200. `signInReason`: what a 401 means for this identity. */
export function failureOfStatus(
  answer: HttpAnswer,
  asked: Asked,
  signInReason: 'tokenExpired' | 'signInRefused',
): Failure {
  const said = answer.isHtml ? { names: [], message: 'an HTML page' } : saidBy(jsonOrNull(answer.text));
  const detail = `HTTP ${answer.status} ${[...said.names.slice(0, 1), said.message].filter(Boolean).join(': ')}`;
  switch (answer.status) {
    case 401:
      return failure(signInReason, detail);
    case 403:
      return isAskedForToken(said)
        ? failure('portalAsksToken', detail)
        : failure('accessDenied', `${detail}. ${HINT_403}`);
    case 429:
      return failure('throttled', detail, answer.retryAfterMs);
    case 502:
    case 503:
    case 504:
      return answer.retryAfterMs === undefined
        ? failure('serverError', detail)
        : failure('throttled', detail, answer.retryAfterMs);
  }
  if (answer.status === 404 && (answer.isHtml || said.names.includes('NoSuchJSONWebServiceException'))) {
    return failure('notTheService', `${detail}. ${HINT_404}`);
  }
  if (answer.isHtml) {
    return failure(answer.status >= 500 ? 'serverError' : 'notTheService', detail);
  }
  return failure(reasonFor(answer.status, said, asked), detail);
}

/**
 * 6.2 reports errors with status 200, as `{"exception": "class", "message": "…"}` (JSONFactoryImpl.serializeThrowable)
 * or with the message alone. A row never has that property, and a result of `/invoke` with an array is an array.
 */
export function failureOfBody(body: unknown, asked: Asked): Failure | null {
  if (!isRecord(body) || !('exception' in body || 'error' in body)) return null;
  const said = saidBy(body);
  const reason = reasonFor(500, said, asked);
  return failure(reason, [...said.names.slice(0, 1), said.message].filter(Boolean).join(': '));
}

const HINT_404 = 'JSON web services may be switched off, or the calendar services have another context.';

const HINT_403 =
  'No permission; or the access policy of the token does not cover this method, the account must change its password, or json.servlet.hosts.allowed excludes this host.';

/** A CSRF token, of a request without a session: see auth.token.ignore.origins. */
function isAskedForToken({ names }: Said): boolean {
  return names.some((name) => /^MustHave(SessionCSRF|ValidCSRF)Token$/.test(name));
}

function reasonFor(status: number, said: Said, asked: Asked): Reason {
  const rule =
    EXCEPTIONS.find(([pattern]) => said.names.some((name) => pattern.test(name))) ??
    MESSAGES.find(([pattern]) => pattern.test(said.message));
  if (rule !== undefined) return rule[1];
  if (status === 404) return asked.subject === 'item' ? 'itemNotFound' : 'notTheService';
  return asked.intent === 'write' ? 'itemRefused' : 'serverError';
}

/** By simple name, since the packages moved between 6.2 and 7.x. */
const EXCEPTIONS: readonly (readonly [RegExp, Reason])[] = [
  [/^NoSuchJSONWebServiceException$/, 'notTheService'],
  [/^NoSuch\w+Exception$/, 'itemNotFound'],
  [/^(Principal|Security)Exception$|^MustHavePermission$/, 'accessDenied'],
  [/^CalendarBooking(Duration|StartTime|EndTime)Exception$/, 'startAfterEnd'],
  [/^CalendarBookingRecurrenceException$/, 'recurrenceNotExpressible'],
  [/ConstraintViolation|DuplicateKey|IntegrityConstraint/, 'uidTaken'],
];

/** For 6.2, which may say no more than the message of the exception, and for what Hibernate wraps. */
const MESSAGES: readonly (readonly [RegExp, Reason])[] = [
  [/^No JSON web service action/, 'notTheService'],
  [/^No \w+ exists with the /, 'itemNotFound'],
  [/^User \S+ must have |^Access denied to |^Authenticated access required/, 'accessDenied'],
  [/ConstraintViolationException|duplicate (entry|key)|unique (constraint|index|key)/i, 'uidTaken'],
];

/** Reads all shapes: 7.x `{error: {message, type}, rootCause: {…}, throwable}`, 6.2 `{exception, message}` and `{exception}`. */
function saidBy(body: unknown): Said {
  if (!isRecord(body)) return { names: [], message: '' };
  const error = isRecord(body['error']) ? body['error'] : {};
  const root = isRecord(body['rootCause']) ? body['rootCause'] : {};
  const texts = [error['type'], root['type'], body['throwable'], body['exception']].filter(
    (value): value is string => typeof value === 'string',
  );
  const message = [error['message'], root['message'], body['message'], body['exception']].find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  return { names: texts.flatMap(simpleNames), message: message ?? '' };
}

/** `com.liferay…PrincipalException$MustHavePermission: …` → `PrincipalException`, `MustHavePermission`. */
function simpleNames(text: string): readonly string[] {
  const qualified = /^[\w.$]+/.exec(text)?.[0] ?? '';
  const last = qualified.split('.').at(-1) ?? '';
  return last.includes('Exception') ? last.split('$').filter((name) => name !== '') : [];
}

function jsonOrNull(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
