/**
 * What may be told of a connection that failed. Details of failures are logged and shown to users, so they name
 * neither what an address hides (user, session, ticket) nor machines behind it nor what a request carried.
 */

/** The target of a redirect without user, path parameters (`;jsessionid=…`), query and fragment. */
export function placeOf(location: string): string {
  return location.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i, '$1//').replace(/[;?#].*$/s, '');
}

/** Of OpenSSL and of Node's own check of names (Node.js documentation, tls: X509 certificate error codes). */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

/** Why no answer came, where it was not for lack of time: only a certificate is for somebody to put in order. */
export function connectionReason(error: unknown): 'unreachable' | 'certificateRefused' {
  return CERTIFICATE.test(connectionProblem(error)) ? 'certificateRefused' : 'unreachable';
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
