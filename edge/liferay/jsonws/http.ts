/**
 * One HTTP exchange with a portal: no cookies, no redirects, a time-out and a size limit. What the status and the
 * body mean is the business of the callers.
 */
import { connectionProblem, connectionReason, placeOf } from '#core/connection.ts';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';

/** One request; `limitBytes` is of the answer. */
export interface HttpCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly limitBytes: number;
}

/** Whatever the status was: what it means is the caller's business. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The body is a page for people: a login form, a proxy's apology, a portal's 404. */
  readonly isHtml: boolean;
  /** From `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Rejects with RemoteFailure `unreachable`, `certificateRefused`, `timedOut`, `redirected` or `answerTooLarge`; every
 * status outside 3xx is an answer.
 */
export async function exchange(effects: Effects, call: HttpCall): Promise<HttpAnswer> {
  const place = new URL(call.url).host;
  try {
    const response = await effects.fetch(call.url, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: effects.timeoutSignal(call.timeoutMs),
      redirect: 'manual',
    });
    // Status 0 is how a browser-like fetch shows a redirect that it was told not to follow.
    if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
      const target = placeOf(response.headers.get('location') ?? '') || 'an unnamed place';
      throw new RemoteFailure(failure('redirected', `${place} redirects to ${target}`));
    }
    const text = await readText(response.body, call.limitBytes, place);
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      text,
      isHtml: /\bhtml\b/i.test(type) || /^\s*</.test(text),
      retryAfterMs: retryAfterMs(response.headers),
    };
  } catch (error) {
    if (error instanceof RemoteFailure) throw error;
    const name = error instanceof Error ? error.name : '';
    const isLate = name === 'TimeoutError' || name === 'AbortError';
    const reason = isLate ? 'timedOut' : connectionReason(error);
    throw new RemoteFailure(failure(reason, `${place}: ${connectionProblem(error)}`), { cause: error });
  }
}

async function readText(
  body: AsyncIterable<Uint8Array> | null,
  limitBytes: number,
  place: string,
): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) {
      throw new RemoteFailure(failure('answerTooLarge', `${place} sent more than ${limitBytes} bytes`));
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
