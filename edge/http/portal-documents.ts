/**
 * Small JSON documents of the portal's OAuth endpoints: signing keys, the application's client id, introspection.
 * Read within a size limit, redirects not followed, failures as RemoteFailure.
 */
import type { Effects, HttpRequest, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';

const BODY_LIMIT_BYTES = 256 * 1_024;

export interface JsonAnswer {
  readonly status: number;
  readonly json: unknown;
}

export type JsonEffects = Pick<Effects, 'fetch' | 'timeoutSignal'>;

/** A form to POST; null: GET. */
export async function fetchJson(
  effects: JsonEffects,
  url: string,
  form: URLSearchParams | null,
  timeoutMs: number,
): Promise<JsonAnswer> {
  const headers = { Accept: 'application/json' };
  const signal = effects.timeoutSignal(timeoutMs);
  const request: HttpRequest =
    form === null
      ? { method: 'GET', headers, signal, redirect: 'manual' }
      : {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
          signal,
          redirect: 'manual',
        };
  const { pathname } = new URL(url);
  try {
    const response = await effects.fetch(url, request);
    if (response.status === 429) {
      throw new RemoteFailure(failure('throttled', `429 at ${pathname}`, retryAfterMs(response.headers)));
    }
    if (response.status >= 500)
      throw new RemoteFailure(failure('serverError', `${response.status} at ${pathname}`));
    if (response.status >= 300 && response.status < 400) {
      throw new RemoteFailure(failure('redirected', `${response.status} at ${pathname}`));
    }
    return { status: response.status, json: parse(await readText(response, pathname), pathname) };
  } catch (error) {
    if (error instanceof RemoteFailure) throw error;
    const late = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
    throw new RemoteFailure(failure(late ? 'timedOut' : 'unreachable', `no answer from ${pathname}`), {
      cause: error,
    });
  }
}

async function readText(response: HttpResponse, pathname: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT_BYTES) {
      throw new RemoteFailure(
        failure('answerTooLarge', `more than ${BODY_LIMIT_BYTES} bytes at ${pathname}`),
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string, pathname: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RemoteFailure(failure('badAnswer', `no JSON at ${pathname}`), { cause });
  }
}

export interface CachedDocument<T> {
  /** As it was read, at most ten minutes ago. */
  get(): Promise<T>;
  /** Read anew, because the one at hand does not fit; null if the last attempt was less than 30 seconds ago. */
  refresh(): Promise<T | null>;
}

const MAX_AGE_MS = 600_000;
const COOL_DOWN_MS = 30_000;

/**
 * A document that is read when it is first needed. Only what has been read is shared between requests, never a
 * read under way: on Cloudflare Workers a request may not wait for another one's I/O.
 */
export function cachedDocument<T>(
  effects: JsonEffects & Pick<Effects, 'clock'>,
  url: string,
  timeoutMs: number,
  read: (json: unknown) => T | null,
): CachedDocument<T> {
  let held: { readonly document: T; readonly readAt: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;

  const fetchAnew = async (): Promise<T> => {
    triedAt = effects.clock.monotonic();
    const { status, json } = await fetchJson(effects, url, null, timeoutMs);
    const { pathname } = new URL(url);
    if (status !== 200) throw new RemoteFailure(failure('notTheService', `${status} at ${pathname}`));
    const document = read(json);
    if (document === null) throw new RemoteFailure(failure('badAnswer', `unexpected JSON at ${pathname}`));
    held = { document, readAt: effects.clock.monotonic() };
    return document;
  };

  return {
    get: async () =>
      held !== null && effects.clock.monotonic() - held.readAt < MAX_AGE_MS
        ? held.document
        : await fetchAnew(),
    refresh: async () => (effects.clock.monotonic() - triedAt < COOL_DOWN_MS ? null : await fetchAnew()),
  };
}
