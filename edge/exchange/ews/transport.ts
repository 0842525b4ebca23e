/**
 * One SOAP request to an EWS endpoint through Effects.fetch: sign-in, time-out, size limit, and the translation
 * of everything that is no SOAP answer into a RemoteFailure. What it hands on is a well-delimited XML envelope.
 */
import { connectionProblem, placeOf } from '#core/connection.ts';
import type { Effects, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';
import type { Reason } from '#shared/reasons.ts';
import packageFile from '../../../package.json' with { type: 'json' };
import type { MailboxServer } from '../mailbox-calendar.port.ts';
import { legalDocument } from './text.ts';

/** The part of an answer that matters: HTTP 200 carries results, 500 carries a SOAP fault. */
export interface SoapAnswer {
  readonly kind: 'results' | 'fault';
  readonly xml: string;
}

/** Exchange itself sends at most 25 MB by default (Microsoft Learn, message size limits). */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;
const USER_AGENT = `CalendarConnectorForExchange/${packageFile.version}`;

/** Sends one envelope. Rejects with RemoteFailure when no SOAP answer came. */
export async function sendSoap(
  effects: Effects,
  server: MailboxServer,
  address: string,
  envelope: string,
): Promise<SoapAnswer> {
  const signal = effects.timeoutSignal(server.timeoutMs);
  try {
    const response = await effects.fetch(server.endpoint, {
      method: 'POST',
      headers: headersFor(server, address),
      body: envelope,
      signal,
      redirect: 'manual',
    });
    refuseByHead(response);
    return soapAnswer(response.status, await readText(response));
  } catch (error) {
    if (error instanceof RemoteFailure) throw error;
    throw noAnswer(error, signal.aborted, server.timeoutMs);
  }
}

function headersFor(server: MailboxServer, address: string): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'text/xml; charset=utf-8',
    Accept: 'text/xml',
    'User-Agent': USER_AGENT,
    Authorization: `Basic ${base64(`${server.signIn.user}:${server.signIn.password}`)}`,
  };
  // Without it a server farm may answer for another mailbox's server (Microsoft Learn, EWS and OAuth).
  if (server.impersonate) headers['X-AnchorMailbox'] = address;
  return headers;
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Refuses an answer whose status and headers say enough. 200 and 500 are told apart by their text. */
function refuseByHead(response: HttpResponse): void {
  const { status, headers } = response;
  if (status === 200 || status === 500) return;
  const refuse = (reason: Reason, text: string, waitMs?: number): never => {
    throw new RemoteFailure(failure(reason, `HTTP ${status}: ${text}`, waitMs));
  };
  const policy = headers.get('X-EWS-Policy-Reason');
  if (status === 401 || status === 440 || status === 456)
    refuse('signInRefused', 'the server refused the sign-in');
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

async function readText(response: HttpResponse): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_LIMIT_BYTES) {
      throw new RemoteFailure(failure('answerTooLarge', `more than ${ANSWER_LIMIT_BYTES} bytes`));
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

const ENVELOPE_START = /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?Envelope[\s>]/;
const ENVELOPE_END = /<\/(?:[\w.-]+:)?Envelope\s*>\s*$/;
const FAULT = /<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?Fault[\s>]/;

function soapAnswer(status: number, text: string): SoapAnswer {
  if (ENVELOPE_START.test(text)) {
    if (!ENVELOPE_END.test(text.slice(-200))) {
      throw new RemoteFailure(failure('badAnswer', 'the answer ends in the middle'));
    }
    const fault = status === 500 || FAULT.test(text.slice(0, 4000));
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

function noAnswer(error: unknown, aborted: boolean, timeoutMs: number): RemoteFailure {
  const name = error instanceof Error ? error.name : '';
  if (aborted || name === 'TimeoutError' || name === 'AbortError') {
    return new RemoteFailure(failure('timedOut', `no answer within ${timeoutMs} ms`), { cause: error });
  }
  return new RemoteFailure(failure('unreachable', connectionProblem(error)), { cause: error });
}
