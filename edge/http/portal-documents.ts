/**
 * Small JSON documents of the portal's OAuth endpoints: signing keys, the application's client id, introspection.
 * Read within a size limit, redirects not followed, failures as RemoteFailure.
 */
import { connectionReason } from '#core/connection.ts';
import type { AbortSignalLike, Effects, HttpRequest, HttpResponse } from '#core/effects.ts';
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
    return {
      status: response.status,
      json: parse(await readBytes(response, { pathname, signal }), pathname),
    };
  } catch (error) {
    if (error instanceof RemoteFailure) throw error;
    const name = error instanceof Error ? error.name : '';
    const isLate = signal.aborted || name === 'TimeoutError' || name === 'AbortError';
    const reason = isLate ? 'timedOut' : connectionReason(error);
    throw new RemoteFailure(failure(reason, `no answer from ${pathname}`), { cause: error });
  }
}

interface Read {
  readonly pathname: string;
  /** Not every runtime ends the reading by itself. */
  readonly signal: AbortSignalLike;
}

async function readBytes({ body }: HttpResponse, { pathname, signal }: Read): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    if (signal.aborted) {
      throw new RemoteFailure(failure('timedOut', `the answer at ${pathname} did not end in time`));
    }
    size += chunk.byteLength;
    if (size > BODY_LIMIT_BYTES) {
      throw new RemoteFailure(
        failure('answerTooLarge', `more than ${BODY_LIMIT_BYTES} bytes at ${pathname}`),
      );
    }
    chunks.push(chunk);
  }
  return chunks;
}

/** Rejects with `notTheService` a page for people, and with `badAnswer` what is no JSON in UTF-8. */
function parse(chunks: readonly Uint8Array[], pathname: string): unknown {
  try {
    return JSON.parse(decoded(chunks, true));
  } catch (cause) {
    const isPage = decoded(chunks, false).trimStart().startsWith('<');
    const problem = isPage
      ? failure('notTheService', `a page at ${pathname}`)
      : failure('badAnswer', `no JSON at ${pathname}`);
    throw new RemoteFailure(problem, { cause });
  }
}

function decoded(chunks: readonly Uint8Array[], fatal: boolean): string {
  const decoder = new TextDecoder('utf-8', { fatal });
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
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
