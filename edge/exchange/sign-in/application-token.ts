/**
 * An access token for an application of Microsoft Entra ID: OAuth 2 client credentials with a secret or with an
 * assertion that the application's certificate signs (Microsoft Learn, OAuth 2.0 client credentials flow).
 */
import { base64url, importPKCS8, SignJWT } from 'jose';
import { type CachedToken, tokenIn } from '#core/access-token.ts';
import { placeOf } from '#core/connection.ts';
import type { Effects } from '#core/effects.ts';
import type { ApplicationSignIn } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { retryAfterMs } from '#core/retry-after.ts';
import { noAnswer, readText } from '../http.ts';

const TOKEN_LIMIT_BYTES = 1 << 20;
const TOKEN_TIMEOUT_MS = 30_000;
/** Where the answer names no life, which Entra's always does (60 to 90 minutes). */
const DEFAULT_LIFE_SECONDS = 600;
/** Entra sets no limit and advises five to ten minutes (Microsoft Learn, certificate credentials). */
const ASSERTION_SECONDS = 300;

/** Asks the token endpoint for a token for `scope`. Rejects with RemoteFailure. */
export async function requestToken(
  effects: Effects,
  signIn: ApplicationSignIn,
  scope: string,
): Promise<CachedToken> {
  const askedAt = effects.clock.now();
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: signIn.clientId,
    scope,
    ...(await proofOf(effects, signIn)),
  });
  const signal = effects.timeoutSignal(TOKEN_TIMEOUT_MS);
  try {
    const response = await effects.fetch(signIn.tokenUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: body.toString(),
      signal,
      redirect: 'manual',
    });
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      const place = placeOf(headers.get('Location') ?? '');
      throw new RemoteFailure(failure('redirected', `token request: to ${place}`));
    }
    const text = await readText(response, { bytes: TOKEN_LIMIT_BYTES, signal });
    const isHtml = /^\s*</.test(text);
    return tokenIn(
      { status, text, isHtml, retryAfterMs: retryAfterMs(headers) },
      askedAt,
      DEFAULT_LIFE_SECONDS,
    );
  } catch (error) {
    throw error instanceof RemoteFailure ? error : noAnswer(error, signal.aborted, TOKEN_TIMEOUT_MS);
  }
}

async function proofOf(
  effects: Effects,
  { proof, clientId, tokenUrl }: ApplicationSignIn,
): Promise<Readonly<Record<string, string>>> {
  if (proof.kind === 'secret') return { client_secret: proof.secret };
  const now = Math.floor(effects.clock.now() / 1000);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': await thumbprint(proof.certificate) })
    .setAudience(tokenUrl)
    .setIssuer(clientId)
    .setSubject(clientId)
    .setJti(effects.ids.uuid())
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(await importPKCS8(proof.privateKey, 'PS256'));
  // RFC 7523, section 2.2.
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

/** SHA-256 of the certificate's DER, by which Entra finds the key (Microsoft Learn, certificate credentials). */
async function thumbprint(pem: string): Promise<string> {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (char) => char.charCodeAt(0));
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', der)));
}
