/**
 * OAuth 2 access tokens of the client credentials grant (RFC 6749, section 4.4) as both sides use them: asked for
 * once at a time, shared through a cache, renewed before they expire. How the request is made is the adapter's.
 */
import type { Clock } from './effects.ts';
import { failure, RemoteFailure } from './failure.ts';

/** An access token, in the clear. */
export interface CachedToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Where access tokens are kept between requests; implemented by whoever owns a store. Keys name an identity. */
export interface TokenCache {
  /** Null if there is none that is still valid. */
  get(key: string): Promise<CachedToken | null>;
  put(key: string, entry: CachedToken): Promise<void>;
}

/** The tokens of one identity. Both reject with RemoteFailure when no token can be had. */
export interface TokenSource {
  /** A token that lives for another half minute at least. */
  current(): Promise<string>;
  /** After a 401 to `refused`: another token. */
  renewed(refused: string): Promise<string>;
}

/** Opens the tokens of an identity; `request` asks its server for a new one. */
export type OpenTokenSource = (key: string, request: () => Promise<CachedToken>) => TokenSource;

/** A token is not used in its last half minute: a slow request must not arrive with a dead one. */
const EXPIRY_MARGIN_MS = 30_000;

/** Sources that share one cache and never ask for the same token twice at a time. */
export function openTokenSources(clock: Pick<Clock, 'now'>, tokens: TokenCache): OpenTokenSource {
  const inFlight = new Map<string, Promise<string>>();
  const held = new Map<string, CachedToken>();
  const usable = (entry: CachedToken | null | undefined): string | null =>
    entry && entry.expiresAt - EXPIRY_MARGIN_MS > clock.now() ? entry.token : null;

  return (key, request) => {
    const requestOnce = (): Promise<string> => {
      const running = inFlight.get(key);
      if (running !== undefined) return running;
      const asking = request()
        .then(async (entry) => {
          held.set(key, entry);
          await tokens.put(key, entry);
          return entry.token;
        })
        .finally(() => inFlight.delete(key));
      inFlight.set(key, asking);
      return asking;
    };
    const shared = async (): Promise<string | null> => {
      const entry = await tokens.get(key);
      if (entry !== null) held.set(key, entry);
      return usable(entry);
    };
    return {
      current: async () => usable(held.get(key)) ?? (await shared()) ?? (await requestOnce()),
      renewed: async (refused) => {
        const other = await shared();
        // Somebody else may have renewed it while our request was under way.
        return other !== null && other !== refused ? other : requestOnce();
      },
    };
  };
}

/** A day: a token that lives longer is asked for again, and a wrong number does no harm. */
const LONGEST_LIFE_SECONDS = 86_400;

/** What a token endpoint answered. */
export interface TokenAnswer {
  readonly status: number;
  readonly text: string;
  readonly isHtml: boolean;
  /** From `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

/** RFC 6750, section 2.1. Anything else no header can carry, and the error about that would quote it. */
const BEARER_TOKEN = /^[\w.~+/-]+=*$/;

/**
 * The token in an answer to a request made at `askedAt` (epoch ms). `defaultLifeSeconds`: where the answer names
 * none. Throws RemoteFailure `signInRefused`, `throttled`, `serverError`,
 * `notTheService` or `badAnswer`.
 */
export function tokenIn(answer: TokenAnswer, askedAt: number, defaultLifeSeconds: number): CachedToken {
  const body = parsed(answer.text);
  const token = body['access_token'];
  if (answer.status === 200 && typeof token === 'string' && BEARER_TOKEN.test(token)) {
    const life = Number(body['expires_in']);
    const seconds =
      Number.isFinite(life) && life > 0 ? Math.min(life, LONGEST_LIFE_SECONDS) : defaultLifeSeconds;
    return { token, expiresAt: askedAt + seconds * 1000 };
  }
  const said = `token request: HTTP ${answer.status} ${errorIn(body)}`;
  const reason = refusalReason(answer);
  throw new RemoteFailure(failure(reason, said, reason === 'throttled' ? answer.retryAfterMs : undefined));
}

/** Only codes, as RFC 6749 and Microsoft's identity platform have them: what else stands there may repeat what was sent. */
function errorIn(body: Readonly<Record<string, unknown>>): string {
  const { error, error_codes: numbers } = body;
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : 'no token';
  const number = Array.isArray(numbers) ? numbers.find(Number.isInteger) : undefined;
  return number === undefined ? code : `${code} AADSTS${number}`;
}

type TokenRefusal = 'signInRefused' | 'throttled' | 'serverError' | 'notTheService' | 'badAnswer';

function refusalReason({ status, isHtml, text }: TokenAnswer): TokenRefusal {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'serverError';
  if (status === 400 || status === 401 || status === 403) return isHtml ? 'notTheService' : 'signInRefused';
  // Half an answer is one that passes; another service is for somebody to put in order.
  return status === 200 && !isHtml && !isJson(text) ? 'badAnswer' : 'notTheService';
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  const body = isJson(text) ? (JSON.parse(text) as unknown) : null;
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
