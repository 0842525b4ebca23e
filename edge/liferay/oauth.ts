/**
 * How a request to the portal says who sends it: OAuth2 client credentials (the service application), Basic, or
 * the relayed access token of a signed-in user.
 */
import { decodeJwt } from 'jose';
import {
  type CachedToken,
  type OpenTokenSource,
  openTokenSources,
  type TokenCache,
  tokenIn,
} from '#core/access-token.ts';
import type { Effects } from '#core/effects.ts';
import { exchange } from './jsonws/http.ts';
import type { PortalCredentials } from './portal-calendar.port.ts';

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
  /** What it means that the portal takes us for a guest, as if nobody had signed in. */
  readonly guestReason: 'guestIdentity' | 'portalBasicOff';
  /** What it means that the portal does not let us ask who we are, while it answers others. */
  readonly deniedReason: 'portalPolicyDenies' | 'portalBasicOff';
  /** Whether `user` may be whom this identity stands for: false proves another account or the guest. */
  couldBe(user: SignedInAs, authorization: string): boolean;
}

/** Liferay's default life of an access token (DefaultBearerTokenProvider), where the answer names none. */
const DEFAULT_LIFE_SECONDS = 600;
const TOKEN_LIMIT_BYTES = 1 << 20;
const TOKEN_TIMEOUT_MS = 30_000;

/** Opens sign-ins that share one token cache and never ask for the same token twice at a time. */
export function openSignIns(
  effects: Effects,
  tokens: TokenCache,
): (credentials: PortalCredentials) => SignIn {
  const tokenSource = openTokenSources(effects.clock, tokens);
  return (credentials) => {
    switch (credentials.kind) {
      case 'basic':
        return basic(credentials.user, credentials.password);
      case 'bearer':
        return relayed(credentials.token);
      case 'clientCredentials':
        return clientCredentials(effects, tokenSource, credentials);
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
    // With a password everything may be called (policy SYSTEM_USER_PASSWORD): so it did not count.
    guestReason: 'portalBasicOff',
    deniedReason: 'portalBasicOff',
    // Which of the three a company signs in with is its own setting (company.security.auth.type).
    couldBe: (is) => [is.userId, is.screenName, is.emailAddress].some((name) => name.toLowerCase() === named),
  };
}

function relayed(token: string): SignIn {
  return {
    authorization: async () => `Bearer ${token}`,
    renewed: async () => null,
    refusedReason: 'tokenExpired',
    guestReason: 'guestIdentity',
    deniedReason: 'portalPolicyDenies',
    couldBe: subjectIs,
  };
}

type ClientCredentials = Extract<PortalCredentials, { kind: 'clientCredentials' }>;

function clientCredentials(
  effects: Effects,
  tokenSource: OpenTokenSource,
  credentials: ClientCredentials,
): SignIn {
  const key = `liferay ${credentials.tokenUrl} ${credentials.clientId}`;
  const source = tokenSource(key, () => requestToken(effects, credentials));
  return {
    authorization: async () => `Bearer ${await source.current()}`,
    renewed: async (refused) => `Bearer ${await source.renewed(refused.slice('Bearer '.length))}`,
    // A token that was made a moment ago is not expired: the portal does not accept the application.
    refusedReason: 'signInRefused',
    guestReason: 'guestIdentity',
    deniedReason: 'portalPolicyDenies',
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

/** OAuth 2.0 client credentials with `client_secret_post`, as Liferay's headless-server applications expect. */
async function requestToken(effects: Effects, credentials: ClientCredentials): Promise<CachedToken> {
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
  return tokenIn(answer, askedAt, DEFAULT_LIFE_SECONDS);
}
