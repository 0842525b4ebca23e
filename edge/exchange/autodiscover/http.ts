/**
 * One request of a search: no cookies, no redirects followed, a time-out over the whole answer and a small limit of
 * its size. What the status and the text mean is the business of the callers.
 */
import { connectionProblem, connectionReason, placeOf } from '#core/connection.ts';
import type { Effects, HttpFetch, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';

/** Real answers have 5 to 40 kB. What a parser makes of this much, however twisted, takes less than a second. */
export const ANSWER_LIMIT_BYTES = 256 * 1024;
/** Of one request, from the look-up of the name to the last byte. */
export const REQUEST_LIMIT_MS = 10_000;

/** A request as the protocols make it. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer, with its text only where the status lets one mean something. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Absolute; null without a Location that can be read. */
  readonly location: string | null;
  /** Schemes of the challenges, in lower case. */
  readonly schemes: readonly string[];
  readonly retryAfterMs: number | undefined;
}

/** Rejects with RemoteFailure: `unreachable`, `timedOut`, `certificateRefused`, `addressNotAllowed`, `answerTooLarge`. */
export async function ask(
  effects: Effects,
  fetch: HttpFetch,
  { method, url, headers, body }: Question,
  limitMs: number,
): Promise<Answer> {
  const signal = effects.timeoutSignal(limitMs);
  const place = placeOf(url);
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal,
      redirect: 'manual',
    });
    const answer = answerOf(response, url);
    const text = await readText(response, signal, place);
    return { ...answer, text };
  } catch (error) {
    if (error instanceof RemoteFailure) throw error;
    const name = error instanceof Error ? error.name : '';
    if (signal.aborted || name === 'TimeoutError' || name === 'AbortError') {
      throw new RemoteFailure(failure('timedOut', `${place}: not answered within ${limitMs} ms`));
    }
    const problem = `${place}: ${connectionProblem(error)}`;
    throw new RemoteFailure(failure(connectionReason(error), problem), { cause: error });
  }
}

function answerOf({ status, headers }: HttpResponse, url: string): Omit<Answer, 'text'> {
  const location = headers.get('Location')?.trim() ?? '';
  return {
    status,
    location: location !== '' && URL.canParse(location, url) ? new URL(location, url).href : null,
    schemes: schemesOf(headers.get('WWW-Authenticate') ?? ''),
    retryAfterMs: retryAfterMs(headers),
  };
}

/** `Negotiate, Basic realm="a, b"` → negotiate, basic: a scheme stands at the start or after a comma (RFC 9110, 11.6.1). */
export function schemesOf(challenges: string): readonly string[] {
  const bare = challenges.slice(0, 2_000).replace(/"(?:[^"\\]|\\.)*"/g, '');
  const schemes = [...bare.matchAll(/(?:^|,)\s*([\w-]+)(?=\s*(?:,|$|\s[^=]))/g)].map(([, name = '']) =>
    name.toLowerCase(),
  );
  return [...new Set(schemes)];
}

async function readText(
  { status, body }: HttpResponse,
  signal: { readonly aborted: boolean; readonly reason: unknown },
  place: string,
): Promise<string> {
  if (body === null) return '';
  // Of a redirect or a challenge the head says all; leaving the loop gives the connection back.
  const isWorthReading = status === 200 || status === 400 || status === 404 || status === 500;
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body) {
    if (!isWorthReading) break;
    if (signal.aborted) throw signal.reason;
    bytes += chunk.byteLength;
    if (bytes > ANSWER_LIMIT_BYTES) {
      throw new RemoteFailure(
        failure('answerTooLarge', `${place} sent more than ${ANSWER_LIMIT_BYTES} bytes`),
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
