/**
 * One request to Microsoft Graph: headers, time-out, size limit, and the translation of everything that is no JSON
 * answer of success into a RemoteFailure.
 */
import { placeOf } from '#core/connection.ts';
import type { Effects, HttpFetch } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { USER_AGENT } from '../basic.ts';
import { noAnswer, readText } from '../http.ts';
import type { MailboxServer } from '../mailbox-calendar.port.ts';
import { GraphRefusal, type Meaning, refusalIn, refusePolicy } from './failures.ts';

/** One mailbox in Exchange Online, and how requests to it are sent. */
export interface GraphRoute {
  readonly server: MailboxServer;
  /** The mailbox's user principal name, or its address where that is the same. */
  readonly user: string;
  /** Signs in. */
  readonly fetch: HttpFetch;
}

/** One request. `url` is absolute. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/** Sends one request; what it answers, parsed. Rejects with GraphRefusal, and with RemoteFailure where no answer came. */
export async function sendJson(
  effects: Pick<Effects, 'timeoutSignal'>,
  { server, user, fetch }: GraphRoute,
  { url, method, headers, body }: GraphRequest,
  meaning: Meaning,
): Promise<unknown> {
  const signal = effects.timeoutSignal(server.timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        // Administrators allow and block programs by it, over REST too.
        'User-Agent': USER_AGENT,
        'X-AnchorMailbox': user,
        ...headers,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal,
      redirect: 'manual',
    });
    const { status } = response;
    if (status >= 300 && status < 400) {
      const place = placeOf(response.headers.get('Location') ?? '');
      throw new RemoteFailure(failure('redirected', `to ${place}`));
    }
    refusePolicy(response);
    const text = await readText(response, { bytes: ANSWER_LIMIT_BYTES, signal });
    if (status >= 200 && status < 300) return jsonIn(text);
    throw new GraphRefusal(refusalIn(status, response.headers, quietJson(text)), meaning);
  } catch (error) {
    throw error instanceof RemoteFailure ? error : noAnswer(error, signal.aborted, server.timeoutMs);
  }
}

/** The answer of a request that succeeded. Rejects with `notTheService` for a page, with `badAnswer` for half an answer. */
function jsonIn(text: string): unknown {
  if (text.trim() === '') return null;
  if (/^\s*</.test(text)) throw new RemoteFailure(failure('notTheService', 'the answer is a page, not JSON'));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RemoteFailure(failure('badAnswer', 'the answer is no JSON, or ends in the middle'), { cause });
  }
}

/** Of an error the status says enough. */
function quietJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
