/**
 * One HTTP exchange with a portal: no cookies, no redirects, a time-out and a size limit. What the status and the
 * body mean is the business of the callers.
 */
import { connectionProblem, connectionReason, placeOf } from '#core/connection.ts';
import type { AbortSignalLike, Effects, HttpResponse } from '#core/effects.ts';
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
 * Rejects with RemoteFailure `unreachable`, `certificateRefused`, `timedOut`, `redirected`, `answerTooLarge` or
 * `badAnswer`; every status outside 3xx is an answer, if it is text.
 */
export async function exchange(effects: Effects, call: HttpCall): Promise<HttpAnswer> {
  const place = new URL(call.url).host;
  const signal = effects.timeoutSignal(call.timeoutMs);
  try {
    const response = await effects.fetch(call.url, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      signal,
      redirect: 'manual',
    });
    // Status 0 is how a browser-like fetch shows a redirect that it was told not to follow.
    if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
      const target = placeOf(response.headers.get('location') ?? '') || 'an unnamed place';
      throw new RemoteFailure(failure('redirected', `${place} redirects to ${target}`));
    }
    const text = await readText(response, { bytes: call.limitBytes, signal, place });
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
    const isLate = signal.aborted || name === 'TimeoutError' || name === 'AbortError';
    const reason = isLate ? 'timedOut' : connectionReason(error);
    throw new RemoteFailure(failure(reason, `${place}: ${connectionProblem(error)}`), { cause: error });
  }
}

/** `bytes`: of the body, read for as long as the signal lasts, since not every runtime ends the reading by itself. */
interface ReadLimits {
  readonly bytes: number;
  readonly signal: AbortSignalLike;
  /** Who answers. */
  readonly place: string;
}

/**
 * Rejects with `badAnswer` an answer that is not UTF-8: read in spite of that, it would spoil the texts of events. An
 * error and a page, of which nothing is kept, are read as well as may be.
 */
async function readText(
  { status, headers, body }: HttpResponse,
  { bytes: limit, signal, place }: ReadLimits,
): Promise<string> {
  const decoder = new CarefulDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body ?? []) {
    if (signal.aborted) {
      throw new RemoteFailure(failure('timedOut', `${place}: the answer did not end in time`));
    }
    bytes += chunk.byteLength;
    if (bytes > limit) {
      throw new RemoteFailure(failure('answerTooLarge', `${place} sent more than ${limit} bytes`));
    }
    text += decoder.decode(chunk);
  }
  text += decoder.decode();
  if (decoder.isUtf8 || status !== 200 || text.trimStart().startsWith('<')) return text;
  const type = headers.get('content-type') ?? '';
  throw new RemoteFailure(failure('badAnswer', `${place}: no text in UTF-8, ${type}`));
}

/** Decodes UTF-8 piece by piece; what is none it decodes too, and says so. */
class CarefulDecoder {
  isUtf8 = true;
  #decoder = new TextDecoder('utf-8', { fatal: true });

  /** Without a chunk: the end. */
  decode(chunk?: Uint8Array): string {
    try {
      return this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      this.isUtf8 = false;
      this.#decoder = new TextDecoder();
      return this.#decoder.decode(chunk, { stream: chunk !== undefined });
    }
  }
}
