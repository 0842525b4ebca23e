/**
 * $batch (Microsoft Learn, "Combine multiple HTTP requests using JSON batching"): up to 20 requests, dependsOn, each
 * evaluated against the limits by itself. Outlook works on at most four requests of one mailbox at the same time.
 */

import { badRequest } from './graph-errors.ts';
import { OUTLOOK_CONCURRENCY } from './graph-load.ts';
import { objectOf } from './graph-request.ts';

const MOST_REQUESTS = 20;

interface BatchRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

export interface BatchResponse {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface BatchOptions {
  /** `https://graph.microsoft.com/v1.0`. */
  readonly root: string;
  readonly authorization: string;
  /** Requests of one mailbox beyond the fourth: they wait, or are answered 429. */
  readonly overflow: 'waits' | 'throttled';
  /** Answers one of the requests. */
  perform(request: Request): Promise<Response>;
  /** Answers one that is too many. */
  throttle(): Response;
}

function readRequest(value: unknown): BatchRequest {
  const request = objectOf(value);
  const { id, method, url, headers = {}, body, dependsOn = [] } = request;
  if (typeof id !== 'string' || id === '' || typeof method !== 'string' || typeof url !== 'string') {
    throw badRequest('Each request of a batch has an id, a method and a url.');
  }
  const named = Object.fromEntries(
    Object.entries(objectOf(headers)).map(([name, text]) => [name.toLowerCase(), String(text)]),
  );
  if (body !== undefined && named['content-type'] === undefined) {
    throw badRequest(`The request '${id}' has a body, and no Content-Type header.`);
  }
  if (!Array.isArray(dependsOn)) throw badRequest('dependsOn is a collection.');
  return { id, method, url, headers: named, body, dependsOn: dependsOn.map(String) };
}

/** Throws 400 for a batch that is malformed as a whole. */
export function readBatch(body: unknown): readonly BatchRequest[] {
  const { requests } = objectOf(body);
  if (!Array.isArray(requests) || requests.length === 0) throw badRequest('The batch has no requests.');
  if (requests.length > MOST_REQUESTS) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MOST_REQUESTS}.`);
  }
  const read = requests.map(readRequest);
  const ids = new Set(read.map(({ id }) => id.toLowerCase()));
  if (ids.size < read.length) throw badRequest('The ids of the requests of a batch are unique.');
  for (const { dependsOn } of read) {
    if (dependsOn.some((id) => !ids.has(id.toLowerCase()))) {
      throw badRequest('dependsOn names a request that is not in the batch.');
    }
  }
  return read;
}

const mailboxIn = (url: string): string => /^\/?users\/([^/?]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';

function requestOf({ method, url, headers, body }: BatchRequest, options: BatchOptions): Request {
  const target = `${options.root}${url.startsWith('/') ? '' : '/'}${url}`;
  const init = { method, headers: { authorization: options.authorization, ...headers } };
  if (body === undefined || method === 'GET') return new Request(target, init);
  return new Request(target, { ...init, body: JSON.stringify(body) });
}

async function responseOf(id: string, response: Response): Promise<BatchResponse> {
  const headers = Object.fromEntries([...response.headers].map(([name, value]) => [headerName(name), value]));
  const text = await response.text();
  const head = { id, status: response.status, headers };
  if (text === '') return head;
  try {
    return { ...head, body: JSON.parse(text) };
  } catch {
    return { ...head, body: text };
  }
}

const headerName = (name: string): string =>
  name === 'odata-version'
    ? 'OData-Version'
    : name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

const failed = (id: string): BatchResponse => ({
  id,
  status: 424,
  headers: { 'Content-Type': 'application/json' },
  body: { error: { code: 'FailedDependency', message: 'A request that this one depends on failed.' } },
});

/** All responses, in the order in which they were ready. */
export async function performBatch(
  requests: readonly BatchRequest[],
  options: BatchOptions,
): Promise<readonly BatchResponse[]> {
  const done = new Map<string, BatchResponse>();
  let left = [...requests];
  while (left.length > 0) {
    const ready = left.filter(({ dependsOn }) => dependsOn.every((id) => done.has(id.toLowerCase())));
    // Requests that wait for each other are never ready.
    const turn = ready.length === 0 ? left : takeTurn(ready, options.overflow);
    const responses = await Promise.all(
      turn.map((request, index) => respond(request, turn.slice(0, index), done, options, ready.length > 0)),
    );
    for (const response of responses) done.set(response.id.toLowerCase(), response);
    left = left.filter(({ id }) => !done.has(id.toLowerCase()));
  }
  return [...done.values()];
}

/** What is worked on at the same time. */
function takeTurn(
  ready: readonly BatchRequest[],
  overflow: BatchOptions['overflow'],
): readonly BatchRequest[] {
  if (overflow === 'throttled') return ready;
  return ready.filter((request, index) => countIn(ready.slice(0, index), request) < OUTLOOK_CONCURRENCY);
}

const countIn = (requests: readonly BatchRequest[], { url }: BatchRequest): number =>
  requests.filter((other) => mailboxIn(other.url) === mailboxIn(url)).length;

async function respond(
  request: BatchRequest,
  before: readonly BatchRequest[],
  done: ReadonlyMap<string, BatchResponse>,
  options: BatchOptions,
  isReady: boolean,
): Promise<BatchResponse> {
  const { id, dependsOn } = request;
  const isFailed = dependsOn.some((other) => (done.get(other.toLowerCase())?.status ?? 400) >= 400);
  if (!isReady || isFailed) return failed(id);
  if (countIn(before, request) >= OUTLOOK_CONCURRENCY) return responseOf(id, options.throttle());
  return responseOf(id, await options.perform(requestOf(request, options)));
}
