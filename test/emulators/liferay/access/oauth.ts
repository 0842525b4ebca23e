/**
 * Liferay's OAuth2 endpoints (`/o/oauth2/*`) for the two kinds of applications that client extensions create: a
 * headless server with client credentials, a user agent with authorization code and PKCE.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Portal } from '../portal-model.ts';
import type { User } from '../portal-rows.ts';
import { fullName } from '../portal-rows.ts';
import type { Identities } from './authentication.ts';

export interface OAuthClient {
  readonly clientId: string;
  /** Empty on a user agent, which authenticates with nothing. */
  readonly clientSecret: string;
  readonly kind: 'headlessServer' | 'userAgent';
  /** External reference code of the application. */
  readonly erc: string;
  readonly scopes: readonly string[];
  /** Whom a headless server acts as. */
  readonly serviceUserId?: number;
  /** Where the service listens; the origin to which the page's OAuth2 client sends the token. */
  readonly homePageUrl?: string;
}

interface AuthorizationCode {
  readonly client: OAuthClient;
  readonly userId: number;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly expiresAt: number;
}

const CODE_MS = 60_000;
const KEY_ID = 'authServer';

type SigningKeys = Awaited<ReturnType<typeof generateKeyPair>>;

function json(status: number, body: unknown): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };
  return new Response(JSON.stringify(body), { status, headers });
}

async function s256(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export class OAuthServer {
  readonly #portal: Portal;
  readonly #identities: Identities;
  readonly #origin: string;
  readonly #clients = new Map<string, OAuthClient>();
  readonly #codes = new Map<string, AuthorizationCode>();
  #keys: Promise<SigningKeys> | null = null;

  constructor(portal: Portal, identities: Identities, origin: string) {
    this.#portal = portal;
    this.#identities = identities;
    this.#origin = origin;
  }

  addClient(client: OAuthClient): void {
    this.#clients.set(client.clientId, client);
  }

  clientByErc(erc: string): OAuthClient | null {
    return [...this.#clients.values()].find((client) => client.erc === erc) ?? null;
  }

  /** Whom an application acts as; nobody signs in with that account. */
  isServiceUser(userId: number): boolean {
    return [...this.#clients.values()].some((client) => client.serviceUserId === userId);
  }

  get redirectUri(): string {
    return `${this.#origin}/o/oauth2/redirect`;
  }

  async fetch(request: Request, url: URL): Promise<Response> {
    switch (url.pathname) {
      case '/o/oauth2/token':
        return this.#token(new URLSearchParams(await request.text()));
      case '/o/oauth2/jwks':
        return this.#jwks();
      case '/o/oauth2/introspect':
        return this.#introspect(new URLSearchParams(await request.text()));
      case '/o/oauth2/application':
        return this.#application(url.searchParams.get('externalReferenceCode') ?? '');
      case '/o/oauth2/authorize':
        return this.#authorize(request, url.searchParams);
      case '/o/oauth2/redirect':
        return new Response('<!DOCTYPE html><title>OAuth2</title>', {
          headers: { 'content-type': 'text/html' },
        });
      default:
        return new Response('', { status: 404 });
    }
  }

  /** An access token as the browser of that user would get it. */
  async issueToken(userId: number, clientId: string, scopes?: readonly string[]): Promise<string> {
    const client = this.#clients.get(clientId);
    const user = this.#portal.model.users.get(userId);
    if (!client || !user) throw new Error(`No client ${clientId} or no user ${userId}.`);
    const granted = scopes ?? client.scopes;
    const now = this.#portal.clock.now();
    const token = this.#portal.switches.issueJwtAccessToken
      ? await this.#signed(user, client, granted, now)
      : this.#portal.ids.uuid().replaceAll('-', '');
    const expiresAt = now + this.#portal.switches.accessTokenSeconds * 1000;
    this.#identities.remember(token, { userId, clientId, scopes: granted, expiresAt });
    return token;
  }

  async #signed(user: User, client: OAuthClient, scopes: readonly string[], now: number): Promise<string> {
    const { privateKey } = await this.#signingKeys();
    const seconds = Math.floor(now / 1000);
    const isServer = client.kind === 'headlessServer';
    return new SignJWT({
      client_id: client.clientId,
      scope: scopes.join(' '),
      username: isServer ? user.screenName : fullName(user),
      grant_type: isServer ? 'client_credentials' : 'authorization_code',
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: KEY_ID })
      .setSubject(String(user.userId))
      .setIssuer(new URL(this.#origin).hostname)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + this.#portal.switches.accessTokenSeconds)
      .setJti(this.#portal.ids.uuid())
      .sign(privateKey);
  }

  #signingKeys(): Promise<SigningKeys> {
    this.#keys ??= generateKeyPair('RS256', { extractable: true });
    return this.#keys;
  }

  /** New keys, as after a change of the portal's configuration: older tokens no longer verify. */
  rotateKeys(): void {
    this.#keys = null;
  }

  async #jwks(): Promise<Response> {
    const { publicKey } = await this.#signingKeys();
    const key = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
    return json(200, { keys: [key] });
  }

  #authenticated(form: URLSearchParams): OAuthClient | null {
    const client = this.#clients.get(form.get('client_id') ?? '');
    if (!client) return null;
    return client.clientSecret === (form.get('client_secret') ?? '') ? client : null;
  }

  async #token(form: URLSearchParams): Promise<Response> {
    const client = this.#authenticated(form);
    if (!client) return json(401, { error: 'invalid_client' });
    switch (form.get('grant_type')) {
      case 'client_credentials':
        if (client.kind !== 'headlessServer' || client.serviceUserId === undefined)
          return json(400, { error: 'unauthorized_client' });
        return this.#granted(client, client.serviceUserId, form.get('scope'));
      case 'authorization_code':
        return this.#redeem(client, form);
      default:
        return json(400, { error: 'unsupported_grant_type' });
    }
  }

  async #redeem(client: OAuthClient, form: URLSearchParams): Promise<Response> {
    const code = form.get('code') ?? '';
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const isFresh = grant !== undefined && grant.expiresAt > this.#portal.clock.now();
    const isOwn =
      grant?.client.clientId === client.clientId && grant.redirectUri === form.get('redirect_uri');
    const verifier = form.get('code_verifier') ?? '';
    if (!grant || !isFresh || !isOwn || (await s256(verifier)) !== grant.challenge)
      return json(400, { error: 'invalid_grant' });
    return this.#granted(client, grant.userId, null);
  }

  async #granted(client: OAuthClient, userId: number, requested: string | null): Promise<Response> {
    const wanted = requested?.split(' ').filter(Boolean) ?? client.scopes;
    if (wanted.some((scope) => !client.scopes.includes(scope))) return json(400, { error: 'invalid_scope' });
    const token = await this.issueToken(userId, client.clientId, wanted);
    return json(200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.#portal.switches.accessTokenSeconds,
      scope: wanted.join(' '),
    });
  }

  #introspect(form: URLSearchParams): Response {
    if (!this.#authenticated(form)) return json(401, { error: 'invalid_client' });
    const access = this.#identities.accessOf(form.get('token') ?? '');
    const user = access && this.#portal.model.users.get(access.userId);
    if (!access || !user) return json(200, { active: false });
    const exp = Math.floor(access.expiresAt / 1000);
    return json(200, {
      active: true,
      client_id: access.clientId,
      sub: String(user.userId),
      username: fullName(user),
      scope: access.scopes.join(' '),
      token_type: 'Bearer',
      exp,
      iat: exp - this.#portal.switches.accessTokenSeconds,
    });
  }

  #application(erc: string): Response {
    const client = this.clientByErc(erc);
    if (!client) return json(404, {});
    return json(200, {
      client_id: client.clientId,
      homePageURL: client.homePageUrl ?? '',
      redirectURIs: client.kind === 'userAgent' ? [this.redirectUri] : [],
    });
  }

  /** Only for trusted applications and the signed-in user: no consent, no sign-in form (`prompt=none`). */
  #authorize(request: Request, query: URLSearchParams): Response {
    const client = this.#clients.get(query.get('client_id') ?? '');
    const redirectUri = query.get('redirect_uri') ?? this.redirectUri;
    if (client?.kind !== 'userAgent' || redirectUri !== this.redirectUri)
      return json(400, { error: 'invalid_request' });
    const target = new URL(redirectUri);
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    const session = this.#identities.sessionOf(request);
    const challenge = query.get('code_challenge');
    if (!session) target.searchParams.set('error', 'login_required');
    else if (challenge === null || query.get('code_challenge_method') !== 'S256')
      target.searchParams.set('error', 'invalid_request');
    else target.searchParams.set('code', this.#code(client, session.userId, challenge, redirectUri));
    return new Response(null, { status: 302, headers: { location: target.href } });
  }

  #code(client: OAuthClient, userId: number, challenge: string, redirectUri: string): string {
    const code = this.#portal.ids.uuid();
    const expiresAt = this.#portal.clock.now() + CODE_MS;
    this.#codes.set(code, { client, userId, challenge, redirectUri, expiresAt });
    return code;
  }
}
