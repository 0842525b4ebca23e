/**
 * Requests to an Exchange server that say who sends them. What is left to the caller is the answer: a 401 that comes
 * out of here is final, because everything that a sign-in can still try has been tried.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { openTokenSources, type TokenCache, type TokenSource } from '#core/access-token.ts';
import type { Effects, HttpFetch } from '#core/effects.ts';
import type { ApplicationSignIn, ExchangeSignIn, PasswordSignIn } from '#core/exchange-access.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { Network } from '#core/network.ts';
import { basicAuthorization } from '../basic.ts';
import { requestToken } from './application-token.ts';
import type { OpenConnection } from './kept-connection.port.ts';
import { openNtlmFetch } from './ntlm.ts';

/** What signing in takes from outside. */
export interface SignInPorts {
  readonly tokens: TokenCache;
  /** Null where the runtime keeps no connections: then there is no NTLM. */
  readonly openConnection: OpenConnection | null;
  readonly network: Pick<Network, 'fetchWithin'>;
}

/**
 * A fetch that signs in, with connections held within the reach if one is given. It rejects as the platform's does, and
 * with RemoteFailure when no token can be had.
 */
export type SignedFetch = (signIn: ExchangeSignIn, reach: AddressReach | null) => HttpFetch;

/** Opens sign-ins that share one token cache, and connections for each account. Makes no request. */
export function openSignedFetch(effects: Effects, ports: SignInPorts): SignedFetch {
  const { tokens, openConnection, network } = ports;
  const tokenSource = openTokenSources(effects.clock, tokens);
  const ntlmFetches = new Map<string, HttpFetch>();

  const ntlm = (signIn: PasswordSignIn, reach: AddressReach | null): HttpFetch => {
    if (openConnection === null) throw new Error('this runtime keeps no connections, which NTLM needs');
    const account = JSON.stringify([signIn.user, signIn.password, reach]);
    const known =
      ntlmFetches.get(account) ?? openNtlmFetch(effects, (url) => openConnection(url, reach), signIn);
    ntlmFetches.set(account, known);
    return known;
  };
  return (signIn, reach) => {
    const fetch = reach === null ? effects.fetch : network.fetchWithin(reach);
    switch (signIn.kind) {
      case 'basic':
        return withHeader(fetch, basicAuthorization(signIn));
      case 'ntlm':
        return ntlm(signIn, reach);
      case 'oauth':
        return (url, request) => {
          const scope = signIn.scope ?? `${new URL(url).origin}/.default`;
          const ask = () => requestToken({ ...effects, fetch }, signIn, scope);
          return withToken(fetch, tokenSource(tokenKey(signIn, scope), ask))(url, request);
        };
      default:
        return signIn satisfies never;
    }
  };
}

/**
 * Under which name tokens are shared. The proof is part of it, as a digest: whoever names somebody else's application
 * without being able to prove it must not be handed the token that was given to that one.
 */
function tokenKey({ tokenUrl, clientId, proof }: ApplicationSignIn, scope: string): string {
  const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify(proof)))).slice(0, 32);
  return `exchange ${tokenUrl} ${clientId} ${scope} ${digest}`;
}

function withHeader(fetch: HttpFetch, authorization: string): HttpFetch {
  return (url, request) =>
    fetch(url, { ...request, headers: { ...request.headers, Authorization: authorization } });
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
