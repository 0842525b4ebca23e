/**
 * How a request to the portal says who sends it: OAuth2 client credentials (the service application), Basic, or
 * the relayed access token of a signed-in user.
 */
import { decodeJwt } from 'jose';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { exchange } from './jsonws/http.ts';
import { isRecord } from './jsonws/jsonws-errors.ts';
import type { CachedToken, PortalCredentials, TokenCache } from './portal-calendar.port.ts';

/** Who the portal says we are, as far as it is compared. */
export interface SignedInAs {
  readonly userId: string;
  readonly screenName: string;
  readonly emailAddress: string;
}

/** How requests of one identity are signed, and what to do when a signature is refused. */
export interface SignIn {
  /** The value of the `Authorization` header. Rejects with RemoteFailure when no token can be had. */
  authorization(): Promise<string>;
  /** After a 401 to `refused`: another value to try once, or null where there is none to be had. */
  renewed(refused: string): Promise<string | null>;
  /** What a 401 means when nothing is left to try. */
  readonly refusedReason: 'tokenExpired' | 'signInRefused';
  /** Whether `user` may be whom this identity stands for: false proves another account or the guest. */
  couldBe(user: SignedInAs, authorization: string): boolean;
}

/** A token is not used in its last half minute: a slow request must not arrive with a dead one. */
const EXPIRY_MARGIN_MS = 30_000;
/** Liferay's default life of an access token (DefaultBearerTokenProvider), where the answer names none. */
const DEFAULT_LIFE_SECONDS = 600;
const TOKEN_LIMIT_BYTES = 1 << 20;
const TOKEN_TIMEOUT_MS = 30_000;

/** Opens sign-ins that share one token cache and never ask for the same token twice at a time. */
export function openSignIns(
  effects: Effects,
  tokens: TokenCache,
): (credentials: PortalCredentials) => SignIn {
  const inFlight = new Map<string, Promise<string>>();
  const held = new Map<string, CachedToken>();
  return (credentials) => {
    switch (credentials.kind) {
      case 'basic':
        return basic(credentials.user, credentials.password);
      case 'bearer':
        return relayed(credentials.token);
      case 'clientCredentials':
        return clientCredentials(effects, tokens, inFlight, held, credentials);
    }
  };
}

function basic(user: string, password: string): SignIn {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  const header = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  const named = user.toLowerCase();
  return {
    authorization: async () => header,
    renewed: async () => null,
    refusedReason: 'signInRefused',
    // Which of the three a company signs in with is its own setting (company.security.auth.type).
    couldBe: (is) => [is.userId, is.screenName, is.emailAddress].some((name) => name.toLowerCase() === named),
  };
}

function relayed(token: string): SignIn {
  return {
    authorization: async () => `Bearer ${token}`,
    renewed: async () => null,
    refusedReason: 'tokenExpired',
    couldBe: subjectIs,
  };
}

type ClientCredentials = Extract<PortalCredentials, { kind: 'clientCredentials' }>;

function clientCredentials(
  effects: Effects,
  tokens: TokenCache,
  inFlight: Map<string, Promise<string>>,
  held: Map<string, CachedToken>,
  credentials: ClientCredentials,
): SignIn {
  const key = `liferay ${credentials.tokenUrl} ${credentials.clientId}`;

  const requestOnce = (): Promise<string> => {
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const request = requestToken(effects, credentials)
      .then(async (entry) => {
        held.set(key, entry);
        await tokens.put(key, entry);
        return entry.token;
      })
      .finally(() => inFlight.delete(key));
    inFlight.set(key, request);
    return request;
  };

  const usable = (entry: CachedToken | null | undefined): string | null =>
    entry && entry.expiresAt - EXPIRY_MARGIN_MS > effects.clock.now() ? entry.token : null;
  const shared = async (): Promise<string | null> => {
    const entry = await tokens.get(key);
    if (entry !== null) held.set(key, entry);
    return usable(entry);
  };

  return {
    authorization: async () => `Bearer ${usable(held.get(key)) ?? (await shared()) ?? (await requestOnce())}`,
    renewed: async (refused) => {
      const other = await shared();
      // Somebody else may have renewed it while our request was under way.
      if (other !== null && `Bearer ${other}` !== refused) return `Bearer ${other}`;
      return `Bearer ${await requestOnce()}`;
    },
    // A token that was made a moment ago is not expired: the portal does not accept the application.
    refusedReason: 'signInRefused',
    couldBe: subjectIs,
  };
}

/** `sub` of Liferay's access tokens is the user id (Liferay: LiferayOAuthDataProvider); opaque ones tell nothing. */
function subjectIs(user: SignedInAs, authorization: string): boolean {
  try {
    const { sub } = decodeJwt(authorization.slice('Bearer '.length));
    return sub === undefined || !/^\d+$/.test(sub) || sub === user.userId;
  } catch {
    return true;
  }
}

/** RFC 6750, section 2.1. Anything else no header can carry, and the error about that would quote it. */
const BEARER_TOKEN = /^[\w.~+/-]+=*$/;

/** OAuth 2.0 client credentials with `client_secret_post`, as Liferay's headless-server applications expect. */
async function requestToken(
  effects: Effects,
  credentials: ClientCredentials,
): Promise<{ token: string; expiresAt: number }> {
  const askedAt = effects.clock.now();
  const answer = await exchange(effects, {
    url: credentials.tokenUrl,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    }).toString(),
    timeoutMs: TOKEN_TIMEOUT_MS,
    limitBytes: TOKEN_LIMIT_BYTES,
  });
  const body = parsed(answer.text);
  const token = body['access_token'];
  if (answer.status === 200 && typeof token === 'string' && BEARER_TOKEN.test(token)) {
    const life = Number(body['expires_in']);
    const seconds = Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE_SECONDS;
    return { token, expiresAt: askedAt + seconds * 1000 };
  }
  // Only an error code as RFC 6749 has them: what else stands there may repeat what was sent.
  const code = /^[a-z_]{1,40}$/.exec(String(body['error']))?.[0] ?? 'no token';
  throw new RemoteFailure(
    failure(tokenReason(answer.status, answer.isHtml), `token request: HTTP ${answer.status} ${code}`),
  );
}

function tokenReason(status: number, isHtml: boolean): 'signInRefused' | 'serverError' | 'notTheService' {
  if (status >= 500) return 'serverError';
  if (status === 400 || status === 401 || status === 403) return isHtml ? 'notTheService' : 'signInRefused';
  return 'notTheService';
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}
