/**
 * What an adapter asks of a server, as it was answered once by an emulator: the answers are replayed, one of them
 * spoilt, and the adapter is asked the same again.
 */
import type { Effects, HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';

/** Whose answers are read. */
export const PARSERS = [
  'ews',
  'ewsStream',
  'ewsPosts',
  'graph',
  'autodiscover',
  'ntlm',
  'entra',
  'jsonws',
  'portalToken',
  'accessTokens',
] as const;
export type Parser = (typeof PARSERS)[number];

/** An answer as it came. */
export interface Recorded {
  /** What was asked, so that further requests of the same kind are answered too. */
  readonly question: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Scene {
  readonly parser: Parser;
  readonly name: string;
  readonly answers: readonly Recorded[];
  /** Asks the adapter. What it rejects with, or what it says, is judged by others. */
  run(fetch: HttpFetch): Promise<unknown>;
}

/** More than any operation has reason to send, with halving and repeating. */
const REQUESTS_LIMIT = 500;

/** The adapter does not stop asking. */
export class Endless extends Error {}

/** Plays a scene once against `network` and keeps the answers. Rejects when it does not come to a good end. */
export async function record(
  parser: Parser,
  name: string,
  network: HttpFetch,
  run: Scene['run'],
  isGood: (outcome: unknown) => boolean = () => true,
): Promise<Scene> {
  const answers: Recorded[] = [];
  const outcome = await run(async (url, request) => {
    const answer = await network(url, request);
    const headers: Record<string, string> = {};
    for (const header of HEADERS) {
      const value = answer.headers.get(header);
      if (value !== null) headers[header] = value;
    }
    const body = await textOf(answer);
    answers.push({ question: questionOf(url, request), status: answer.status, headers, body });
    return responseOf({ status: answer.status, headers, body });
  });
  if (!isGood(outcome)) throw new Error(`${name} is no good scene: ${JSON.stringify(outcome)}`);
  return { parser, name, answers, run };
}

const HEADERS = ['content-type', 'www-authenticate', 'location', 'retry-after', 'x-ews-policy-reason'];

/** Answers as recorded, with the one at `at` replaced. Requests beyond the recorded ones get the answer of their kind. */
export function replay(
  { answers }: Scene,
  at: number,
  spoilt: Pick<Recorded, 'status' | 'headers' | 'body'>,
): HttpFetch {
  let requests = 0;
  return async (url, request) => {
    const question = questionOf(url, request);
    const index = requests;
    requests += 1;
    if (requests > REQUESTS_LIMIT) throw new Endless(`more than ${REQUESTS_LIMIT} requests`);
    const isAsRecorded = answers[index]?.question === question;
    const kind = isAsRecorded ? index : answers.findIndex((answer) => answer.question === question);
    const found = kind < 0 ? Math.min(index, answers.length - 1) : kind;
    const answer = found === at ? spoilt : answers[found];
    if (answer === undefined) throw new Error('a scene without answers');
    return responseOf(answer);
  };
}

/** The operation of a SOAP request, the methods of a JSONWS one, else the path. */
function questionOf(url: string, { method, body = '' }: HttpRequest): string {
  const operation = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1];
  if (operation !== undefined) return operation;
  const commands = body.startsWith('[') ? [...body.matchAll(/\/[\w.-]+\/[\w-]+(?=":)/g)].join() : '';
  return `${method} ${new URL(url).pathname} ${commands}`;
}

function responseOf({ status, headers, body }: Pick<Recorded, 'status' | 'headers' | 'body'>): HttpResponse {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: pieces(bytes),
  };
}

/** Of a length at which characters are cut. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 8191) yield bytes.subarray(at, at + 8191);
}

async function textOf({ body }: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The start of November 2026. */
export const NOW = Date.UTC(2026, 10, 2, 9);

/** Effects in which time stands still and nothing is random. */
export function fuzzEffects(fetch: HttpFetch): Effects {
  const silent = () => undefined;
  const never = () => Promise.reject(new Error('not here'));
  return {
    fetch,
    clock: { now: () => NOW, monotonic: () => 0, sleep: async () => undefined },
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: serialIds(),
    random: { next: () => 0.5 },
    seal: { seal: never, open: never },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

/** UUIDs one after the other. */
export function serialIds(): { uuid(): string } {
  let serial = 0;
  return { uuid: () => `00000000-0000-4000-8000-${String(++serial).padStart(12, '0')}` };
}

/** A fetch that an emulator answers in process. */
export function emulated(answer: (request: Request) => Promise<Response>): HttpFetch {
  return (url, { method, headers, body }) =>
    answer(
      new Request(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) }),
    );
}
