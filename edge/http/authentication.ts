/**
 * Is this an access token that our portal gave to our application, and for whom?
 *
 * Liferay signs access tokens as RFC 9068 JWTs (RS256, `typ: at+jwt`, `sub` is the user id; source:
 * LiferayOAuthDataProvider) unless the portal is set to opaque ones; those are introspected (RFC 7662).
 *
 * Hono's jwk middleware does not serve: it fetches the keys for every request, accepts a token without `exp`, and
 * reads the runtime's clock. jose's createRemoteJWKSet uses the runtime's clock and timers as well; so the keys
 * are cached here and jose verifies.
 */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import * as v from 'valibot';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { type CachedDocument, cachedDocument, fetchJson } from './portal-documents.ts';
import { ApiProblem } from './problem.ts';
import type { AppSettings, OAuthSettings } from './settings.ts';

export interface AccessToken {
  /** Liferay's user id. */
  readonly userId: string;
  /** SHA-256 of the token in hexadecimal: what caches are keyed by, so that they hold no token. */
  readonly hash: string;
}

/** @throws ApiProblem tokenInvalid, tokenStale @throws RemoteFailure when the portal cannot be asked */
export type VerifyToken = (token: string) => Promise<AccessToken>;

const CLOCK_TOLERANCE_SECONDS = 5;
/** How long an answer of the portal about a token is believed. */
export const TOKEN_CACHE_MS = 60_000;
export const TOKEN_CACHE_ENTRIES = 1_000;
const TOKEN_LENGTH_LIMIT = 8_192;
/** More keys than this match no token that was made honestly. */
const KEY_LIMIT = 10;

const Claims = v.object({
  sub: v.pipe(v.string(), v.nonEmpty()),
  client_id: v.pipe(v.string(), v.nonEmpty()),
  exp: v.number(),
});
type Claims = v.InferOutput<typeof Claims>;

/** The token of an `Authorization` header (RFC 6750, section 2.1); null if it has none. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null;
}

/** What tokens are verified with. */
interface TokenSettings extends Pick<AppSettings, 'portalUrl' | 'timeoutMs'> {
  readonly oauth: OAuthSettings;
}

/** Where there is no application for pages no token is ours. */
export function createTokenVerifier(
  effects: Effects,
  { oauth, ...settings }: Pick<AppSettings, 'oauth' | 'portalUrl' | 'timeoutMs'>,
): VerifyToken {
  if (oauth !== null) return verifierOf(effects, { ...settings, oauth });
  return async () => {
    throw new ApiProblem(
      'tokenInvalid',
      'The service is configured without an application of the portal for pages (PORTAL_OAUTH_ERC). Pairings are made with the service key.',
    );
  };
}

function verifierOf(effects: Effects, settings: TokenSettings): VerifyToken {
  const { oauth, timeoutMs } = settings;
  const keys = cachedDocument(effects, oauth.jwksUrl, timeoutMs, keysOf);
  const client = clientIdSource(effects, settings);
  const introspect = createIntrospection(effects, oauth.introspectUrl, client, timeoutMs);

  return async (token) => {
    if (token.length > TOKEN_LENGTH_LIMIT) throw new ApiProblem('tokenInvalid');
    const hash = await sha256(token);
    const claims = isJwt(token)
      ? await verifyJwt(token, keys, effects.clock.now())
      : await introspect(token, hash);
    await requireOurClient(client, claims.client_id);
    return { userId: claims.sub, hash };
  };
}

// JWT

function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** Keys may have been replaced since they were read, so that a token may fail once; the cool-down bounds the asking. */
async function verifyJwt(token: string, keys: CachedDocument<JSONWebKeySet>, nowMs: number): Promise<Claims> {
  try {
    return await verifyWith(token, await keys.get(), nowMs);
  } catch (error) {
    const newer = mayBeOldKeys(error) ? await keys.refresh() : null;
    if (newer === null) throw refusalOf(error);
    return await verifyWith(token, newer, nowMs).catch((again) => {
      throw refusalOf(again);
    });
  }
}

async function verifyWith(token: string, keys: JSONWebKeySet, nowMs: number): Promise<Claims> {
  const verify = async (key: JWTVerifyGetKey): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub', 'client_id'],
      currentDate: v.parse(AS_DATE, nowMs),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  };
  try {
    return v.parse(Claims, await verify(createLocalJWKSet(keys)));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw ofKeys(error);
    return v.parse(Claims, await verifyWithAny(error, verify));
  }
}

/** Keys that are none are the portal's fault: of those jose or the platform complain, each in its own way. */
function ofKeys(error: unknown): unknown {
  const isTokens = error instanceof errors.JOSEError || error instanceof v.ValiError;
  const isKeys = error instanceof errors.JWKSInvalid || error instanceof errors.JWKInvalid;
  if (isTokens && !isKeys) return error;
  const detail = 'a signing key of the portal is none';
  return new RemoteFailure(failure('badAnswer', detail), { cause: error });
}

/** A token without `kid` while the portal has several keys: the one that fits is found by trying. */
async function verifyWithAny(
  candidates: errors.JWKSMultipleMatchingKeys,
  verify: (key: JWTVerifyGetKey) => Promise<JWTPayload>,
): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of candidates) {
    if (++tried > KEY_LIMIT) break;
    try {
      return await verify(async () => key);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw ofKeys(error);
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Or spoilt ones. */
function mayBeOldKeys(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof RemoteFailure
  );
}

/** Any other error, such as the portal being away, is not the token's fault and stays what it is. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new ApiProblem('tokenStale', null, { cause: error });
  if (error instanceof errors.JOSEError || error instanceof v.ValiError) {
    return new ApiProblem('tokenInvalid', null, { cause: error });
  }
  return error;
}

/** jose wants the platform's date; the moment itself comes from the clock that was handed in. */
const AS_DATE = v.pipe(v.number(), v.toDate());

const KeySet = v.object({ keys: v.array(v.looseObject({ kty: v.string() })) });

function keysOf(json: unknown): JSONWebKeySet | null {
  const parsed = v.safeParse(KeySet, json);
  return parsed.success ? parsed.output : null;
}

// Opaque tokens

const Introspection = v.variant('active', [
  v.object({ active: v.literal(true), ...Claims.entries }),
  v.object({ active: v.literal(false) }),
]);

/** RFC 6750, section 2.1. Anything else the portal need not be asked about. */
const OPAQUE = /^[\w.~+/-]{16,4096}=*$/;

/**
 * Liferay answers only to the token's own application, which a public client proves by its `client_id` alone
 * (LiferayTokenIntrospectionService). `active: false` is an expired, a revoked and an invented token alike; as a
 * fresh one cures the first two, it is called stale.
 */
function createIntrospection(effects: Effects, url: string, client: ClientIdSource, timeoutMs: number) {
  const answers = new ExpiringCache<Claims | 'inactive'>(effects.clock, TOKEN_CACHE_MS, TOKEN_CACHE_ENTRIES);

  const ask = async (token: string): Promise<Claims | 'inactive'> => {
    const form = new URLSearchParams({
      client_id: await client.get(),
      token,
      token_type_hint: 'access_token',
    });
    const { status, json } = await fetchJson(effects, url, form, timeoutMs);
    if (status === 200) {
      const answer = v.safeParse(Introspection, json);
      if (!answer.success) throw new RemoteFailure(failure('badAnswer', 'introspection without the claims'));
      return answer.output.active ? answer.output : 'inactive';
    }
    if (v.is(v.object({ error: v.literal('unauthorized_client') }), json))
      throw new ApiProblem('tokenInvalid');
    throw new RemoteFailure(failure('notTheService', `introspection answered ${status}`));
  };

  return async (token: string, hash: string): Promise<Claims> => {
    if (!OPAQUE.test(token)) throw new ApiProblem('tokenInvalid');
    const known = answers.get(hash);
    const answer = known ?? (await ask(token));
    if (known === null) answers.set(hash, answer);
    const nowSeconds = effects.clock.now() / 1_000;
    if (answer === 'inactive' || answer.exp + CLOCK_TOLERANCE_SECONDS <= nowSeconds) {
      throw new ApiProblem('tokenStale');
    }
    return answer;
  };
}

// Our application

type ClientIdSource = CachedDocument<string>;

/**
 * The portal makes the application anew, with another client id, when the client extension is deployed to an empty
 * instance; so an id that was learnt is asked for again when a token has another one.
 */
function clientIdSource(effects: Effects, { oauth, portalUrl, timeoutMs }: TokenSettings): ClientIdSource {
  const { expectedClientId, externalReferenceCode } = oauth;
  if (expectedClientId !== null) return { get: async () => expectedClientId, refresh: async () => null };
  if (externalReferenceCode === null) {
    throw new Error(
      'Either the client id or the external reference code of the OAuth application must be set.',
    );
  }
  const url = new URL('/o/oauth2/application', portalUrl);
  url.searchParams.set('externalReferenceCode', externalReferenceCode);
  return cachedDocument(effects, url.href, timeoutMs, (json) => {
    const parsed = v.safeParse(v.object({ client_id: v.pipe(v.string(), v.nonEmpty()) }), json);
    return parsed.success ? parsed.output.client_id : null;
  });
}

async function requireOurClient(client: ClientIdSource, clientId: string): Promise<void> {
  if ((await client.get()) === clientId || (await client.refresh()) === clientId) return;
  throw new ApiProblem('tokenInvalid', 'The access token was given to another application.');
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
