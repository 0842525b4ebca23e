/**
 * Requests to an Exchange server that say who sends them. What is left to the caller is the answer: a 401 that comes
 * out of here is final, because everything that a sign-in can still try has been tried.
 */
import { openTokenSources, type TokenCache, type TokenSource } from '#core/access-token.ts';
import type { Effects, HttpFetch } from '#core/effects.ts';
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { requestToken } from './application-token.ts';
import type { OpenConnection } from './kept-connection.port.ts';
import { openNtlmFetch } from './ntlm.ts';

/** What signing in takes from outside. */
export interface SignInPorts {
  readonly tokens: TokenCache;
  /** Null where the runtime keeps no connections: then there is no NTLM. */
  readonly openConnection: OpenConnection | null;
}

/** A fetch that signs in. It rejects as the platform's does, and with RemoteFailure when no token can be had. */
export type SignedFetch = (signIn: ExchangeSignIn) => HttpFetch;

/** Opens sign-ins that share one token cache, and connections for each account. Makes no request. */
export function openSignedFetch(effects: Effects, { tokens, openConnection }: SignInPorts): SignedFetch {
  const tokenSource = openTokenSources(effects.clock, tokens);
  const ntlmFetches = new Map<string, HttpFetch>();
  return (signIn) => {
    switch (signIn.kind) {
      case 'basic':
        return withHeader(effects.fetch, basic(signIn.user, signIn.password));
      case 'ntlm': {
        if (openConnection === null) throw new Error('this runtime keeps no connections, which NTLM needs');
        const account = JSON.stringify([signIn.user, signIn.password]);
        const known = ntlmFetches.get(account) ?? openNtlmFetch(effects, openConnection, signIn);
        ntlmFetches.set(account, known);
        return known;
      }
      case 'oauth': {
        const key = `exchange ${signIn.tokenUrl} ${signIn.clientId} ${signIn.scope}`;
        return withToken(
          effects.fetch,
          tokenSource(key, () => requestToken(effects, signIn)),
        );
      }
    }
  };
}

function withHeader(fetch: HttpFetch, authorization: string): HttpFetch {
  return (url, request) =>
    fetch(url, { ...request, headers: { ...request.headers, Authorization: authorization } });
}

/** RFC 7617, with the user and the password in UTF-8. */
function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** A token that the server refuses may have been withdrawn: one more try with another one. */
function withToken(fetch: HttpFetch, tokens: TokenSource): HttpFetch {
  return async (url, request) => {
    const token = await tokens.current();
    const response = await withHeader(fetch, `Bearer ${token}`)(url, request);
    if (response.status !== 401) return response;
    return withHeader(fetch, `Bearer ${await tokens.renewed(token)}`)(url, request);
  };
}
