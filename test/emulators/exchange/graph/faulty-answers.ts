/** What a fault answers instead of the service, before it looks at the request. */

import { invalidToken } from './graph-access.ts';
import { GraphError } from './graph-errors.ts';
import type { ActiveFaults } from './graph-faults.ts';
import { throttled, unavailable } from './graph-load.ts';
import { irresolvableConflict } from './graph-request.ts';

const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Our services aren't available right now</h1></body></html>";

/** Throws GraphError for a fault that is an error of the service; null: no fault answers. */
export function brokenAnswer(faults: ActiveFaults): Response | null {
  const error = errorOfFault(faults);
  if (error !== null) throw error;
  const html = faults.now('html');
  if (html !== null) {
    return new Response(HTML_PAGE, { status: html.status ?? 200, headers: { 'Content-Type': 'text/html' } });
  }
  if (faults.now('garbage') === null) return null;
  return new Response('\u0001\u0002 not json <<<', { headers: { 'Content-Type': 'application/json' } });
}

function errorOfFault(faults: ActiveFaults): GraphError | null {
  const tooMany = faults.now('throttled');
  if (tooMany !== null) return throttled(tooMany.retryAfterSeconds, undefined, tooMany.code);
  const busy = faults.now('http503');
  if (busy !== null) return unavailable(busy.retryAfterSeconds);
  if (faults.now('http401') !== null) return invalidToken('Access token validation failure.');
  const broken = faults.now('http500');
  if (broken !== null) {
    return new GraphError(500, broken.code ?? 'generalException', 'An unspecified error has occurred.');
  }
  if (faults.now('http504') !== null) {
    return new GraphError(504, 'UnknownError', 'The server did not receive a timely response.');
  }
  const denied = faults.now('http403');
  if (denied !== null) return new GraphError(403, denied.code ?? 'ErrorAccessDenied', 'Access is denied.');
  return faults.now('conflict') === null ? null : irresolvableConflict();
}
