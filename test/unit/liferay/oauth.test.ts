/** How the service signs in to a portal, and how long it uses a token. */
import { describe, expect, it } from 'vitest';
import { RemoteFailure } from '#core/failure.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCredentials } from '#liferay/portal-calendar.port.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { type Script, scriptedPortal, USER } from './scripted-portal.ts';

const SERVER = { url: 'https://portal.example.com', timeoutMs: 10_000, dialect: null };
const TOKEN_URL = 'https://portal.example.com/o/oauth2/token';
const APPLICATION: PortalCredentials = {
  kind: 'clientCredentials',
  clientId: 'connector',
  clientSecret: 's3cret&=',
  tokenUrl: TOKEN_URL,
};

function jwt(sub: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part({ sub })}.c2ln`;
}

/** Hands out tokens t1, t2, … and accepts those in `accepted`. */
function portal(accepted: readonly string[], token: (count: number) => string = (count) => `t${count}`) {
  let issued = 0;
  const script: Script = (url, request) => {
    if (url === TOKEN_URL) return { body: { access_token: token(++issued), expires_in: 600 } };
    const bearer = request.headers['authorization']?.replace('Bearer ', '') ?? '';
    if (!accepted.includes(bearer)) return { status: 401 };
    return url.endsWith('/invoke') ? { body: [USER] } : { status: 404 };
  };
  return scriptedPortal(script);
}

const tokenRequests = (of: { requests: readonly { url: string }[] }): number =>
  of.requests.filter(({ url }) => url === TOKEN_URL).length;

async function failureOf(promise: Promise<unknown>): Promise<RemoteFailure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteFailure)) throw new Error(`Expected a RemoteFailure, got ${String(error)}`);
  return error;
}

describe('the service application', () => {
  it('asks for a token once, for many portals and at the same time', async () => {
    const scripted = portal(['t1']);
    const open = openJsonwsPortal(scripted.effects, memoryTokens());
    await Promise.all([1, 2, 3].map(() => open(SERVER, APPLICATION).identity()));
    expect(tokenRequests(scripted)).toBe(1);
  });

  it('sends its secret in the body, once, and never in a header', async () => {
    const scripted = portal(['t1']);
    await openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION).identity();
    const [request] = scripted.requests;
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'connector',
      client_secret: 's3cret&=',
    });
    expect(JSON.stringify(scripted.requests.map(({ headers, url }) => [headers, url]))).not.toContain(
      's3cret',
    );
  });

  it('asks for another token half a minute before the old one dies', async () => {
    const scripted = portal(['t1', 't2']);
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    await opened.identity();
    scripted.nowMs += 569_000;
    await opened.identity();
    expect(tokenRequests(scripted)).toBe(1);
    scripted.nowMs += 1_000;
    await opened.identity();
    expect(tokenRequests(scripted)).toBe(2);
  });

  it('repeats a request once with a new token when the portal forgot the old one', async () => {
    const tokens = memoryTokens();
    const scripted = portal(['t2']);
    await openJsonwsPortal(scripted.effects, tokens)(SERVER, APPLICATION).identity();
    expect(tokenRequests(scripted)).toBe(2);
  });

  it('gives up when a fresh token is refused too', async () => {
    const scripted = portal([]);
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    expect((await failureOf(opened.identity())).failure.reason).toBe('signInRefused');
    expect(tokenRequests(scripted)).toBe(2);
  });

  it.each([
    [{ status: 401, body: { error: 'invalid_client' } }, 'signInRefused'],
    [{ status: 503, body: 'busy' }, 'serverError'],
    [{ status: 200, type: 'text/html', body: '<html>Sign in</html>' }, 'notTheService'],
    [{ status: 302, headers: { location: 'https://evil.example/?c=1' } }, 'redirected'],
  ] as const)('says why when the token endpoint answers %j', async (answer, reason) => {
    const scripted = scriptedPortal(() => answer);
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    const { failure } = await failureOf(opened.identity());
    expect(failure.reason).toBe(reason);
    expect(failure.detail).not.toContain('s3cret');
  });

  it.each([
    { body: { access_token: 's3cret\nX-Other: 1' } },
    { status: 400, body: { error: 'client_secret s3cret is wrong' } },
  ])('repeats nothing of %j', async (answer) => {
    const scripted = scriptedPortal(() => answer);
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    expect((await failureOf(opened.identity())).failure.detail).not.toContain('s3cret');
    expect(tokenRequests(scripted)).toBe(scripted.requests.length);
  });

  it('refuses to work as another user than its token is for', async () => {
    const scripted = portal([jwt('20131')], () => jwt('20131'));
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    expect((await failureOf(opened.identity())).failure.reason).toBe('guestIdentity');
  });

  it('works as the user that its token is for', async () => {
    const scripted = portal([jwt('20130')], () => jwt('20130'));
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, APPLICATION);
    expect((await opened.identity()).id).toBe('20130');
  });
});

describe('other credentials', () => {
  it('a relayed token that the portal refuses has expired', async () => {
    const scripted = portal([]);
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, { kind: 'bearer', token: 'x' });
    expect((await failureOf(opened.identity())).failure.reason).toBe('tokenExpired');
    expect(scripted.requests).toHaveLength(1);
  });

  it('a refused password is refused, and is sent in UTF-8', async () => {
    const scripted = scriptedPortal(() => ({ status: 401 }));
    const credentials = { kind: 'basic', user: 'connector', password: 'pässwörd' } as const;
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, credentials);
    expect((await failureOf(opened.identity())).failure.reason).toBe('signInRefused');
    const header = scripted.requests[0]?.headers['authorization'] ?? '';
    expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString('utf8')).toBe('connector:pässwörd');
  });

  it.each(['connector', 'Connector@Example.com', '20130'])('Basic may sign in as %s', async (user) => {
    const scripted = scriptedPortal((url) => (url.endsWith('/invoke') ? { body: [USER] } : { status: 403 }));
    const credentials = { kind: 'basic', user, password: 'x' } as const;
    const opened = openJsonwsPortal(scripted.effects, memoryTokens())(SERVER, credentials);
    expect(await opened.identity()).toMatchObject({ id: '20130', isPortalAdministrator: false });
  });
});
