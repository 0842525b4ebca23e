/**
 * What may be told of a connection that failed. Details of failures are logged and shown to users, so they name
 * neither what an address hides (user, session, ticket) nor machines behind it nor what a request carried.
 */
import type { Reason } from '#shared/reasons.ts';

/** The target of a redirect without user, path parameters (`;jsessionid=…`), query and fragment. */
export function placeOf(location: string): string {
  return location.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i, '$1//').replace(/[;?#].*$/s, '');
}

/** Errors of fetch hide the socket's own as `cause`, sometimes behind another one. */
const CAUSE_DEPTH = 5;

/** Why no answer came: the code of the system (`ECONNREFUSED`), else what the errors say, without what they quote. */
export function connectionProblem(error: unknown): string {
  const told: string[] = [];
  let each = error;
  for (let depth = 0; depth < CAUSE_DEPTH && each instanceof Error; depth += 1) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    told.push(each.message);
    each = each.cause;
  }
  // A header that cannot be sent is quoted with its value.
  return told.join(': ').replace(/"[^"]*"/g, '"…"') || 'no answer';
}

/** Codes of a certificate that does not hold (Node.js, TLS: X509 certificate error codes). */
const CERTIFICATE_CODE =
  /^(ERR_TLS_CERT|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/;

/** Codes of an answer that is no HTTP, or not packed as it says (Node.js: HTTP parser, zlib). */
const NONSENSE_CODE = /^(HPE_|Z_)/;

/** The reason for an error of a connection that was not cut short by us. */
export function connectionReason(error: unknown): Reason {
  const problem = connectionProblem(error);
  if (problem === 'ADDRESS_NOT_ALLOWED') return 'addressNotAllowed';
  if (CERTIFICATE_CODE.test(problem)) return 'certificateRefused';
  return NONSENSE_CODE.test(problem) ? 'badAnswer' : 'unreachable';
}
