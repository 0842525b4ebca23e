/**
 * Many requests as few: JSON batching takes twenty at once (Microsoft Learn, "Combine multiple HTTP requests using JSON
 * batching"). Each is throttled by itself, so that an answer of 200 can hold refusals of 429: what was refused was not
 * carried out, and is sent again where the server asks for no time.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import { BatchAnswer, shaped } from './answers.ts';
import { type Refusal, refusalIn } from './failures.ts';

/** One request of a batch. `path` is below the version: `/users/…`. */
export interface SubRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export type SubAnswer =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Requests in one batch. */
export const BATCH_LIMIT = 20;
/** Of one batch as JSON; Graph takes 4 MB of a request. */
const BATCH_CHARACTERS = 1_500_000;
/** How often what was throttled without a time to wait is sent again. */
const RESEND_LIMIT = 2;

/** One answer for each request, in order; `send` posts one batch. Rejects when a batch failed as a whole. */
export async function answersOf(
  requests: readonly SubRequest[],
  send: (body: string) => Promise<unknown>,
): Promise<readonly SubAnswer[]> {
  const answers: SubAnswer[] = [];
  for (const part of partsOf(requests)) answers.push(...(await answersOfPart(part, send)));
  return answers;
}

async function answersOfPart(
  requests: readonly SubRequest[],
  send: (body: string) => Promise<unknown>,
): Promise<readonly SubAnswer[]> {
  let answers = answersIn(await send(bodyOf(requests)), requests.length);
  for (let again = 0; again < RESEND_LIMIT; again += 1) {
    const refused = answers.flatMap((answer, index) => (isToResend(answer) ? [index] : []));
    if (refused.length === 0 || refused.length === answers.length) break;
    const part = refused.flatMap((index) => requests[index] ?? []);
    const repeated = answersIn(await send(bodyOf(part)), part.length);
    answers = answers.map((answer, index) => repeated[refused.indexOf(index)] ?? answer);
  }
  return answers;
}

/** Too many at once, and not too many in all. */
function isToResend(answer: SubAnswer): boolean {
  return answer.kind === 'refused' && answer.refusal.status === 429 && (answer.refusal.waitMs ?? 0) === 0;
}

/** Parts of at most twenty requests, none of them too long unless one request is. */
function partsOf(requests: readonly SubRequest[]): readonly (readonly SubRequest[])[] {
  const parts: SubRequest[][] = [];
  let characters = 0;
  for (const request of requests) {
    const own = JSON.stringify(request).length;
    const last = parts.at(-1);
    if (last === undefined || last.length >= BATCH_LIMIT || characters + own > BATCH_CHARACTERS) {
      parts.push([request]);
      characters = own;
    } else {
      last.push(request);
      characters += own;
    }
  }
  return parts;
}

function bodyOf(requests: readonly SubRequest[]): string {
  return JSON.stringify({
    requests: requests.map(({ method, path, headers, body }, index) => ({
      id: String(index),
      method,
      url: path,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    })),
  });
}

/** Answers come in any order, each with the id of its request. Rejects with `badAnswer` unless each has exactly one. */
function answersIn(answer: unknown, count: number): readonly SubAnswer[] {
  const { responses } = shaped(BatchAnswer, answer);
  const byId = new Map(responses.map((response) => [response.id, response]));
  if (responses.length !== count || byId.size !== count) {
    throw new RemoteFailure(failure('badAnswer', `${responses.length} answers to ${count} requests`));
  }
  return Array.from({ length: count }, (_, index) => {
    const response = byId.get(String(index));
    if (response === undefined)
      throw new RemoteFailure(failure('badAnswer', `no answer to request ${index}`));
    const { status, headers, body } = response;
    if (status >= 200 && status < 300) return { kind: 'done', body: body ?? null };
    return { kind: 'refused', refusal: refusalIn(status, headersOf(headers ?? {}), body) };
  });
}

function headersOf(headers: Readonly<Record<string, unknown>>): { get(name: string): string | null } {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { get: (name) => byName.get(name.toLowerCase()) ?? null };
}
