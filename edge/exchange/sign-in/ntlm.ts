/**
 * Requests signed in by NTLM. NTLM signs in a connection, not a request: the first request on a connection takes three
 * messages, those after it none (Microsoft, NTLM Over HTTP Protocol, MS-NTHT). Servers that also offer Negotiate are
 * answered with NTLM.
 */
import type { Effects, HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';
import type { PasswordSignIn } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { readBytes } from '../http.ts';
import type { KeptConnection } from './kept-connection.port.ts';
import {
  authenticateMessage,
  type NtlmAccount,
  type NtlmMoment,
  negotiateMessage,
  ntlmAccount,
  readChallenge,
} from './ntlm-messages.ts';

/** Answers are held until they are whole: only then is their connection free for the next request. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;
/**
 * IIS closes a connection that was idle for two minutes, proxies often after one. What is sent into a connection that
 * closes at that moment may have been carried out or not, so none is used that is about to close.
 */
const IDLE_LIMIT_MS = 50_000;
/** More than these are closed when they become free. */
const IDLE_CONNECTIONS = 8;

interface Line {
  readonly connection: KeptConnection;
  /** `connection.opened()` when it was signed in; null: it is not. */
  signedIn: number | null;
  /** By the monotonic clock. */
  freeSince: number;
}

type NtlmEffects = Pick<Effects, 'clock' | 'ids'>;

/** A fetch that signs in as the account, on connections of its own: one for each request at the same time. */
export function openNtlmFetch(
  effects: NtlmEffects,
  openConnection: (url: string) => KeptConnection,
  { user, password }: Pick<PasswordSignIn, 'user' | 'password'>,
): HttpFetch {
  const account = ntlmAccount(user, password);
  const free = new Map<string, Line[]>();

  const take = (url: string): Line => {
    const lines = free.get(url) ?? [];
    const oldest = effects.clock.monotonic() - IDLE_LIMIT_MS;
    for (const stale of lines.filter(({ freeSince }) => freeSince < oldest)) stale.connection.close();
    const fresh = lines.filter(({ freeSince }) => freeSince >= oldest);
    const line = fresh.pop() ?? { connection: openConnection(url), signedIn: null, freeSince: 0 };
    free.set(url, fresh);
    return line;
  };
  const giveBack = (url: string, line: Line): void => {
    const lines = free.get(url) ?? [];
    const isKept = line.signedIn !== null && lines.length < IDLE_CONNECTIONS;
    if (isKept) free.set(url, [...lines, { ...line, freeSince: effects.clock.monotonic() }]);
    else line.connection.close();
  };

  return async (url, request) => {
    const line = take(url);
    try {
      const answer = await send(effects, account, line, url, request);
      if (goesOn(request, answer)) {
        const { status, headers } = answer;
        return { status, headers, body: endingWith(answer, line.connection) };
      }
      giveBack(url, line);
      return answer;
    } catch (error) {
      line.connection.close();
      throw error;
    }
  };
}

async function send(
  effects: NtlmEffects,
  account: NtlmAccount,
  line: Line,
  url: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (line.signedIn !== null) {
    const answer = await whole(line.connection, url, request);
    // Opened anew, or the server wants every request signed in (IIS, authPersistSingleRequest).
    if (answer.status !== 401) return answer;
    line.signedIn = null;
  }
  return signIn(effects, account, line, url, request);
}

/** The handshake; its third message carries the request itself. */
async function signIn(
  { clock, ids }: NtlmEffects,
  account: NtlmAccount,
  line: Line,
  url: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { connection } = line;
  const { body: _, ...bodiless } = request;
  const first = await whole(connection, url, signed(bodiless, negotiateMessage()));
  const opened = connection.opened();
  const challenge = first.status === 401 ? challengeIn(first) : null;
  // It does not speak NTLM, or it has said something else that the caller understands.
  if (challenge === null) return first;
  const moment: NtlmMoment = { nowMs: clock.now(), clientChallenge: randomBytes(ids.uuid()) };
  const answer = await whole(
    connection,
    url,
    signed(request, authenticateMessage(account, challenge, moment)),
  );
  if (connection.opened() !== opened) {
    const text = 'with NTLM a connection is signed in, but the server or a proxy before it closes each one';
    throw new RemoteFailure(failure('signInRefused', text));
  }
  if (answer.status !== 401) line.signedIn = opened;
  return answer;
}

function signed(request: HttpRequest, message: Uint8Array): HttpRequest {
  const text = btoa(String.fromCharCode(...message));
  return { ...request, headers: { ...request.headers, Authorization: `NTLM ${text}` } };
}

function challengeIn({ headers }: HttpResponse): ReturnType<typeof readChallenge> {
  const text = /(?:^|,)\s*NTLM\s+([\w+/]+=*)/i.exec(headers.get('WWW-Authenticate') ?? '')?.[1];
  if (text === undefined) return null;
  const challenge = readChallenge(bytesOf(text));
  if (challenge === null)
    throw new RemoteFailure(failure('badAnswer', 'what should be the challenge of NTLM is none'));
  return challenge;
}

/** None where the text is no base64. */
function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** The first and the last four bytes of a random UUID, which are random throughout (RFC 9562, section 5.4). */
function randomBytes(uuid: string): Uint8Array {
  const digits = uuid.replaceAll('-', '');
  const chosen = digits.slice(0, 8) + digits.slice(-8);
  return Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(chosen.slice(at * 2, at * 2 + 2), 16));
}

async function whole({ fetch }: KeptConnection, url: string, request: HttpRequest): Promise<HttpResponse> {
  const response = await fetch(url, request);
  if (goesOn(request, response)) return response;
  const chunks = await readBytes(response, { bytes: ANSWER_LIMIT_BYTES, signal: request.signal });
  return { status: response.status, headers: response.headers, body: each(chunks) };
}

/** Such an answer is not waited for: it takes its connection with it. */
function goesOn(request: HttpRequest, { status }: HttpResponse): boolean {
  return request.goesOn === true && status === 200;
}

async function* endingWith({ body }: HttpResponse, connection: KeptConnection): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } finally {
    connection.close();
  }
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
