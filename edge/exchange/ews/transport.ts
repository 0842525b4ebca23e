/**
 * One SOAP request to an EWS endpoint: headers, time-out, size limit, and the translation of everything that is no
 * SOAP answer into a RemoteFailure. What it hands on is a well-delimited XML envelope.
 */
import { placeOf } from '#core/connection.ts';
import type { Effects, HttpFetch, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';
import type { Reason } from '#shared/reasons.ts';
import { USER_AGENT } from '../basic.ts';
import { noAnswer, readText } from '../http.ts';
import type { MailboxServer } from '../mailbox-calendar.port.ts';
import { legalDocument } from './text.ts';

/** The part of an answer that matters: HTTP 200 carries results, 500 carries a SOAP fault. */
export interface SoapAnswer {
  readonly kind: 'results' | 'fault';
  readonly xml: string;
}

/** Exchange itself sends at most 25 MB by default (Microsoft Learn, message size limits). */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/** One mailbox on a server, and how requests to it are sent. */
export interface MailboxRoute {
  readonly server: MailboxServer;
  /** SMTP address. */
  readonly address: string;
  /** Signs in. */
  readonly fetch: HttpFetch;
}

/** Sends one envelope. Rejects with RemoteFailure when no SOAP answer came. */
export async function sendSoap(
  effects: Pick<Effects, 'timeoutSignal'>,
  { server, address, fetch }: MailboxRoute,
  envelope: string,
): Promise<SoapAnswer> {
  const signal = effects.timeoutSignal(server.timeoutMs);
  try {
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: headersFor(address),
      body: envelope,
      signal,
      redirect: 'manual',
    });
    refuseByHead(response);
    return soapAnswer(response.status, await readText(response, { bytes: ANSWER_LIMIT_BYTES, signal }));
  } catch (error) {
    throw error instanceof RemoteFailure ? error : noAnswer(error, signal.aborted, server.timeoutMs);
  }
}

/** Of every request. */
export function headersFor(address: string): Record<string, string> {
  return {
    'Content-Type': 'text/xml; charset=utf-8',
    Accept: 'text/xml',
    'User-Agent': USER_AGENT,
    // Without it a server farm may answer for another mailbox's server (Microsoft Learn, EWS and OAuth).
    'X-AnchorMailbox': address,
  };
}

/** Refuses an answer whose status and headers say enough. 200 and 500 are told apart by their text. */
export function refuseByHead(response: HttpResponse): void {
  const { status, headers } = response;
  if (status === 200 || status === 500) return;
  const refuse = (reason: Reason, text: string, waitMs?: number): never => {
    throw new RemoteFailure(failure(reason, `HTTP ${status}: ${text}`, waitMs));
  };
  const policy = headers.get('X-EWS-Policy-Reason');
  if (status === 401 || status === 440 || status === 456) {
    refuse('signInRefused', `the server refused the sign-in${offered(headers)}`);
  }
  if (status === 403 && policy !== null) refuse('ewsBlocked', policy);
  if (status === 403) refuse('accessDenied', 'the server denied access to EWS');
  if (status === 429 || status === 503) refuse('throttled', 'the server is busy', retryAfterMs(headers));
  if (status >= 300 && status < 400) {
    const location = headers.get('Location') ?? '';
    // Exchange redirects to this page when its own front end fails for a moment.
    if (/genericerrorpage/i.test(location)) refuse('serverError', 'the server showed its error page');
    refuse('redirected', `to ${placeOf(location)}`);
  }
  if (status > 500) refuse('serverError', 'the server or a proxy before it failed');
  if (status === 400 || status === 408 || status === 413) refuse('badAnswer', 'the request was refused');
  refuse('notTheService', 'no EWS at this address');
}

/** Often another kind of sign-in is switched on than was thought. */
function offered(headers: HttpResponse['headers']): string {
  const kinds = offeredKinds(headers);
  return kinds.length === 0 ? '' : `; it offers ${kinds.join(', ')}`;
}

/** The kinds of sign-in that a refusal offers, of those that Exchange knows. */
export function offeredKinds(headers: HttpResponse['headers']): readonly string[] {
  const header = headers.get('WWW-Authenticate') ?? '';
  return SIGN_INS.filter((kind) => new RegExp(`(?:^|,)\\s*${kind}(?:[\\s,]|$)`, 'i').test(header));
}

const SIGN_INS = ['Basic', 'NTLM', 'Negotiate', 'Bearer'];

const ENVELOPE_START = /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?Envelope[\s>]/;
const ENVELOPE_END = /<\/(?:[\w.-]+:)?Envelope\s*>\s*$/;
const FAULT = /<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?Fault[\s>]/;

/** Characters before the body, at most: headers of SOAP can be long where proxies add theirs. */
const HEADERS_LIMIT = 65_536;

/** Throws RemoteFailure for a text that is no SOAP. */
export function soapAnswer(status: number, text: string): SoapAnswer {
  if (ENVELOPE_START.test(text)) {
    if (!ENVELOPE_END.test(text.slice(-200))) {
      throw new RemoteFailure(failure('badAnswer', 'the answer ends in the middle'));
    }
    const fault = status === 500 || FAULT.test(text.slice(0, HEADERS_LIMIT));
    return { kind: fault ? 'fault' : 'results', xml: legalDocument(text) };
  }
  if (status === 500) throw new RemoteFailure(failure('serverError', `HTTP 500: ${gist(text)}`));
  // An empty 200 is a proxy that lost the answer; any other page is another service.
  if (text.trim() === '') throw new RemoteFailure(failure('badAnswer', 'the answer is empty'));
  const reason = /^\s*<(?:\?xml|[\w.-]+:)/.test(text) ? 'badAnswer' : 'notTheService';
  throw new RemoteFailure(failure(reason, `the answer is no SOAP: ${gist(text)}`));
}

/** What a page says, without its markup. */
function gist(text: string): string {
  return text
    .slice(0, 2000)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
