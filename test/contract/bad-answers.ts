/** The places at which the service reads answers of servers, and answers for them as no server should give them. */
import type { Effects, HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { type Failure, RemoteFailure } from '#core/failure.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import { fetchJson } from '#http/portal-documents.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCredentials } from '#liferay/portal-calendar.port.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { inert, SERVER, soap, success } from '#test/unit/exchange/scripted-exchange.ts';
import { USER } from '#test/unit/liferay/scripted-portal.ts';

/** An answer: of a text, or of bytes as they come. */
export interface Bad {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** Where answers are read. */
export interface Door {
  /** Asks once, and is answered by `fetch`. */
  ask(effects: Effects): Promise<unknown>;
  /** What a healthy server answers, with a text in it that is not ASCII. */
  readonly good: string;
  readonly limitBytes: number;
}

const MEGABYTE = 1024 * 1024;
const BASIC: ExchangeSignIn = { kind: 'basic', user: 'sync', password: 'secret' };
const TOKEN_URL = 'https://login.example.com/token';
const PAGE_OF_CHANGES =
  '<m:SyncState>H4sI</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>';
const GOOD_EWS = String(soap('SyncFolderItems', success('SyncFolderItems', PAGE_OF_CHANGES)).body).replace(
  '<m:ResponseCode>',
  '<m:MessageText>Größe</m:MessageText><m:ResponseCode>',
);
const GOOD_TOKEN = JSON.stringify({ access_token: 'abc', expires_in: 60, note: 'Größe' });

function ews(signIn: ExchangeSignIn, good = GOOD_EWS, limitBytes = 32 * MEGABYTE): Door {
  return {
    ask: (effects) => {
      const openConnection = () => ({ fetch: effects.fetch, opened: () => 1, close: () => undefined });
      const open = openEwsMailbox(effects, { ...memoryEwsPorts(), openConnection });
      return open({ ...SERVER, signIn }, 'anna@example.org', 'UTC').changes('AQAt=', 'H4s=');
    },
    good,
    limitBytes,
  };
}

function portal(credentials: PortalCredentials, good: string, limitBytes: number): Door {
  return {
    ask: (effects) => {
      const server = { url: 'https://portal.example.com', timeoutMs: 20_000, dialect: null };
      return openJsonwsPortal(effects, memoryTokens())(server, credentials).identity();
    },
    good,
    limitBytes,
  };
}

export const DOORS: Readonly<Record<string, Door>> = {
  EWS: ews(BASIC),
  'EWS by NTLM': ews({ kind: 'ntlm', user: 'sync', password: 'secret' }),
  'tokens of Entra': ews(
    {
      ...{ kind: 'oauth', tokenUrl: TOKEN_URL, clientId: 'c', scope: 's' },
      proof: { kind: 'secret', secret: 's3cret' },
    },
    GOOD_TOKEN,
    MEGABYTE,
  ),
  JSONWS: portal(
    { kind: 'basic', user: USER.emailAddress, password: 'x' },
    JSON.stringify([{ ...USER, firstName: 'Größe' }]),
    64 * MEGABYTE,
  ),
  'documents of the portal': {
    ask: (effects) => fetchJson(effects, 'https://portal.example.com/o/oauth2/jwks', null, 20_000),
    good: JSON.stringify({ keys: [], note: 'Größe' }),
    limitBytes: MEGABYTE / 4,
  },
  'tokens of the portal': portal(
    { kind: 'clientCredentials', clientId: 'c', clientSecret: 's3cret', tokenUrl: TOKEN_URL },
    GOOD_TOKEN,
    MEGABYTE,
  ),
};

/** What came of asking at a door where everything is answered so. */
export interface Outcome {
  /** Null: it was read. */
  readonly failure: Failure | null;
  readonly requests: readonly (HttpRequest & { readonly url: string })[];
}

export async function askAt(door: Door, answer: Bad | Error, more: Partial<Effects> = {}): Promise<Outcome> {
  const requests: (HttpRequest & { readonly url: string })[] = [];
  const fetch: HttpFetch = async (url, request) => {
    requests.push({ ...request, url });
    if (answer instanceof Error) throw answer;
    return responseOf(answer);
  };
  const failure = await outcomeOf(door, { ...inert(), fetch, ...more });
  return { failure, requests };
}

/** Why asking at a door failed; null: it did not. Rejects with what is no failure of a server. */
export async function outcomeOf(door: Door, effects: Effects): Promise<Failure | null> {
  try {
    await door.ask(effects);
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
}

function responseOf({ status = 200, headers = {}, body }: Bad): HttpResponse {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    headers: { get: (name) => lower.get(name.toLowerCase()) ?? null },
    body:
      typeof body === 'string'
        ? once(new TextEncoder().encode(body))
        : body instanceof Uint8Array
          ? once(body)
          : body,
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export function utf16(text: string, hasMark: boolean): Uint8Array {
  const units = hasMark ? `\u{feff}${text}` : text;
  return Uint8Array.from(
    { length: units.length * 2 },
    (_, at) => (units.charCodeAt(at >> 1) >> (8 * (at % 2))) & 255,
  );
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
