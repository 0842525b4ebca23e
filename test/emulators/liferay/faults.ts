/** Disturbances that a test orders for coming requests: what portals, proxies and networks do on a bad day. */

export type Fault =
  /** Answered before anything ran. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly contentType: string }
  /** The credentials are overlooked; the request runs as Guest. */
  | { readonly kind: 'silentGuest' }
  /** The caller lacks these actions on every calendar: rows vanish and texts are blank, status 200. */
  | { readonly kind: 'withheld'; readonly actions: readonly string[] }
  /** Lists come back empty, status 200. */
  | { readonly kind: 'emptyList' }
  /** The matching command (without a matcher: the last one) throws; commands before it have run. */
  | { readonly kind: 'commandFails' }
  /** Everything ran, the connection broke before the answer arrived. */
  | { readonly kind: 'lostReply' }
  /** Nothing ran: no connection. */
  | { readonly kind: 'noConnection' };

const JSON_TYPE = 'application/json;charset=UTF-8';

export const FAULTS = {
  http500: { kind: 'answer', status: 500, body: '{}', contentType: JSON_TYPE },
  forbiddenEmpty: { kind: 'answer', status: 403, body: '{}', contentType: JSON_TYPE },
  expiredToken: { kind: 'answer', status: 401, body: '', contentType: JSON_TYPE },
  unavailable: { kind: 'answer', status: 503, body: '', contentType: 'text/plain' },
  htmlPage: {
    kind: 'answer',
    status: 200,
    body: '<!DOCTYPE html><html><head><title>Sign In - Liferay</title></head><body>Sign In</body></html>',
    contentType: 'text/html;charset=UTF-8',
  },
  silentGuest: { kind: 'silentGuest' },
  permissionFiltered: { kind: 'withheld', actions: ['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS'] },
  accessLost: { kind: 'withheld', actions: ['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] },
  emptyList: { kind: 'emptyList' },
  batchAbort: { kind: 'commandFails' },
  lostReply: { kind: 'lostReply' },
  noConnection: { kind: 'noConnection' },
} as const satisfies Record<string, Fault>;

export function answerOf(fault: Extract<Fault, { kind: 'answer' }>): Response {
  return new Response(fault.body, { status: fault.status, headers: { 'content-type': fault.contentType } });
}

export interface FaultMatch {
  /** On the URL's path, for example `/o/oauth2/token`; without it only JSONWS requests are hit. */
  readonly path?: RegExp;
  /** On a command of the request, for example `/get-calendar-bookings$`. */
  readonly command?: RegExp;
  /** How many matching requests are hit; 1 by default. */
  readonly times?: number;
}

export interface TakenFault {
  readonly fault: Fault;
  readonly command: RegExp | null;
}

export class FaultController {
  #ordered: { fault: Fault; match: FaultMatch; left: number }[] = [];

  /** The next matching requests meet this fault; orders are served in turn. */
  next(fault: Fault, match: FaultMatch = {}): void {
    this.#ordered.push({ fault, match, left: match.times ?? 1 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** Requests that are still to be hit. */
  get pending(): number {
    return this.#ordered.reduce((sum, order) => sum + order.left, 0);
  }

  take(path: string, commands: readonly string[]): TakenFault | null {
    const order = this.#ordered.find(
      ({ match }) =>
        (match.path?.test(path) ?? commands.length > 0) &&
        (match.command ? commands.some((command) => match.command?.test(command)) : true),
    );
    if (!order) return null;
    order.left -= 1;
    this.#ordered = this.#ordered.filter(({ left }) => left > 0);
    return { fault: order.fault, command: order.match.command ?? null };
  }
}
