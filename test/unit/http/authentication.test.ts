/** Which tokens are let in, at every route, and when signing keys are read again. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  ADA,
  BOB,
  CLIENT_ID,
  createWorld,
  httpJson,
  httpText,
  NOW_MS,
  PORTAL,
  tokenOf,
  type World,
} from './app-under-test.ts';
import { NAME, PROTECTED_ROUTES, pathOf } from './routes-under-test.ts';

const SECONDS = NOW_MS / 1_000;

/** What is wrong with the token → what the caller is told. */
const REFUSED: Record<string, { token: () => Promise<string | null>; reason: string }> = {
  'no token': { token: async () => null, reason: 'tokenMissing' },
  garbage: { token: async () => 'garbage', reason: 'tokenInvalid' },
  'long garbage in three parts': { token: async () => 'aaaa.bbbb.cccc', reason: 'tokenInvalid' },
  'a huge token, though it is a true one': {
    token: () => tokenOf(ADA.id, { claims: { padding: 'x'.repeat(9_000) } }),
    reason: 'tokenInvalid',
  },
  'a huge opaque token': { token: async () => 'a'.repeat(9_000), reason: 'tokenInvalid' },
  'an expired token': {
    token: () => tokenOf(ADA.id, { claims: { exp: SECONDS - 6 } }),
    reason: 'tokenStale',
  },
  'no exp': { token: () => tokenOf(ADA.id, { omit: ['exp'] }), reason: 'tokenInvalid' },
  'no sub': { token: () => tokenOf(ADA.id, { omit: ['sub'] }), reason: 'tokenInvalid' },
  'no client_id': { token: () => tokenOf(ADA.id, { omit: ['client_id'] }), reason: 'tokenInvalid' },
  'another application': {
    token: () => tokenOf(ADA.id, { claims: { client_id: 'another' } }),
    reason: 'tokenInvalid',
  },
  'not valid yet': {
    token: () => tokenOf(ADA.id, { claims: { nbf: SECONDS + 60 } }),
    reason: 'tokenInvalid',
  },
  'HS256 with the public key as secret': {
    token: () => tokenOf(ADA.id, { header: { alg: 'HS256' } }),
    reason: 'tokenInvalid',
  },
  'no signature at all': {
    token: async () => {
      const [, payload] = (await tokenOf(ADA.id)).split('.');
      return `${btoa(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).replaceAll('=', '')}.${payload}.`;
    },
    reason: 'tokenInvalid',
  },
  'a foreign key': { token: () => tokenOf(ADA.id, { forged: true }), reason: 'tokenInvalid' },
  'an identity token': { token: () => tokenOf(ADA.id, { header: { typ: 'JWT' } }), reason: 'tokenInvalid' },
  'claims of one token under the signature of another': {
    token: async () => {
      const [head, , signature] = (await tokenOf(ADA.id)).split('.');
      const [, payload] = (await tokenOf(BOB.id)).split('.');
      return `${head}.${payload}.${signature}`;
    },
    reason: 'tokenInvalid',
  },
};

describe('no route answers', async () => {
  const world = await createWorld();
  for (const [fault, { token, reason }] of Object.entries(REFUSED)) {
    it.each(PROTECTED_ROUTES.map((route) => [NAME(route), route] as const))(
      `${fault}: %s`,
      async (_name, route) => {
        const bearer = await token();
        const answer = await world.call(route.method, pathOf(route, 'some-id'), {
          as: null,
          ...(bearer === null ? {} : { token: bearer }),
          ...(route.body === undefined ? {} : { body: route.body }),
        });
        expect(answer.status).toBe(401);
        expect(answer.json['reason']).toBe(reason);
        const challenge = answer.headers.get('WWW-Authenticate');
        expect(challenge).toMatch(/^Bearer realm=/);
        expect(challenge?.includes('error="invalid_token"')).toBe(reason !== 'tokenMissing');
        expect(world.asked).toEqual([]);
      },
    );
  }
  it.each(['Basic YWRhOnNlY3JldA==', 'Bearer', 'Bearer one two', 'Token abc'])(
    'the header %s',
    async (header) => {
      const answer = await world.call('GET', '/api/me', { as: null, headers: { Authorization: header } });
      expect(answer.json['reason']).toBe('tokenMissing');
    },
  );
  it('an unknown path before it knows who asks', async () => {
    expect((await world.call('GET', '/api/anything', { as: null })).status).toBe(401);
  });
});

describe('a token', () => {
  it('may have expired five seconds ago, because clocks differ', async () => {
    const world = await createWorld();
    expect(await statusWith(world, await tokenOf(ADA.id, { claims: { exp: SECONDS - 4 } }))).toBe(200);
    expect(await statusWith(world, await tokenOf(ADA.id, { claims: { exp: SECONDS - 5 } }))).toBe(401);
  });

  it('is refused once it expires, though its user was known a moment ago', async () => {
    const world = await createWorld();
    const token = await tokenOf(ADA.id, { claims: { exp: SECONDS + 20 } });
    expect(await statusWith(world, token)).toBe(200);
    world.advance(25_000);
    expect(await statusWith(world, token)).toBe(401);
  });

  it('is refused when the portal sees another user in it than its signature', async () => {
    const world = await createWorld();
    world.portalSees = BOB;
    const answer = await world.call('GET', '/api/me');
    expect(answer.json['reason']).toBe('tokenInvalid');
  });

  it('that the portal no longer accepts is stale, so that the page fetches a new one', async () => {
    const world = await createWorld();
    for (const reason of ['signInRefused', 'tokenExpired'] as const) {
      world.portalFails = { reason };
      const answer = await world.call('GET', '/api/liferay-calendars');
      expect([answer.status, answer.json['reason']]).toEqual([401, 'tokenStale']);
    }
  });

  it('whose user the portal takes for a guest does not sign anybody in', async () => {
    const world = await createWorld();
    world.users = [];
    const answer = await world.call('GET', '/api/me');
    expect([answer.status, answer.json['reason']]).toEqual([403, 'guestIdentity']);
  });
});

describe('signing keys', () => {
  it('are fetched once in ten minutes', async () => {
    const world = await createWorld();
    await world.call('GET', '/api/me');
    await world.call('GET', '/api/me', { as: BOB });
    expect(world.fetched).toEqual(['/o/oauth2/jwks']);
    world.advance(600_000);
    const exp = SECONDS + 1_200;
    expect(await statusWith(world, await tokenOf(ADA.id, { claims: { exp } }))).toBe(200);
    expect(world.fetched).toHaveLength(2);
  });

  it('are fetched again for an unknown key id, at most every 30 seconds', async () => {
    const world = await createWorld();
    await world.call('GET', '/api/me');
    const unknown = await tokenOf(ADA.id, { header: { kid: 'key-9' } });
    for (let i = 0; i < 5; i++) expect(await statusWith(world, unknown)).toBe(401);
    expect(world.fetched).toHaveLength(1);
    world.advance(30_000);
    for (let i = 0; i < 5; i++) expect(await statusWith(world, unknown)).toBe(401);
    expect(world.fetched).toHaveLength(2);
  });

  it('may be replaced: a token of the new one is accepted, with or without its key id', async () => {
    const world = await createWorld();
    const fresh = await generateKeyPair('RS256', { extractable: true });
    await world.call('GET', '/api/me');
    world.keys = [...world.keys, { ...(await exportJWK(fresh.publicKey)), kid: 'key-2', alg: 'RS256' }];
    world.advance(31_000);
    const claims = { sub: ADA.id, client_id: CLIENT_ID, exp: SECONDS + 600 };
    for (const header of [{ kid: 'key-2' }, {}]) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header })
        .sign(fresh.privateKey);
      expect(await statusWith(world, token)).toBe(200);
    }
    const withoutKid = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .sign((await generateKeyPair('RS256')).privateKey);
    expect(await statusWith(world, withoutKid)).toBe(401);
  });

  it('of another algorithm are not used, even if the portal publishes them', async () => {
    const world = await createWorld();
    const other = await generateKeyPair('RS512', { extractable: true });
    world.keys = [{ ...(await exportJWK(other.publicKey)), kid: 'key-5' }];
    const token = await new SignJWT({ sub: ADA.id, client_id: CLIENT_ID, exp: SECONDS + 600 })
      .setProtectedHeader({ alg: 'RS512', typ: 'at+jwt', kid: 'key-5' })
      .sign(other.privateKey);
    expect(await statusWith(world, token)).toBe(401);
  });

  it.each<[string, object]>([
    ['no modulus', { n: undefined }],
    ['a modulus of one byte', { n: 'AQ' }],
    ['a number for a modulus', { n: 7 }],
    ['no exponent', { e: undefined }],
  ])('that have %s are the portal’s failure, until they are read anew', async (_, spoilt) => {
    const world = await createWorld();
    const good = world.keys;
    world.keys = good.map((key) => ({ ...key, ...spoilt }));
    const answer = await world.call('GET', '/api/me');
    expect([answer.status, answer.json['reason']]).toEqual([502, 'badAnswer']);
    world.keys = good;
    world.advance(31_000);
    expect((await world.call('GET', '/api/me')).status).toBe(200);
  });

  it('that cannot be fetched are the portal’s failure, not the token’s', async () => {
    const cause = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
    const certificateRefused = new TypeError('fetch failed', { cause });
    const faults: [Error | ReturnType<typeof httpJson>, number, string][] = [
      [new TypeError('fetch failed'), 502, 'unreachable'],
      [Object.assign(new Error('late'), { name: 'TimeoutError' }), 504, 'timedOut'],
      [httpJson(503, {}), 502, 'serverError'],
      [httpJson(302, {}), 502, 'redirected'],
      [httpJson(404, {}), 502, 'notTheService'],
      [httpText(200, '<html>'), 502, 'notTheService'],
      [httpText(200, '{"keys":['), 502, 'badAnswer'],
      [certificateRefused, 502, 'certificateRefused'],
      [httpJson(200, { keys: 'none' }), 502, 'badAnswer'],
      [httpText(200, `"${'x'.repeat(300_000)}"`), 502, 'answerTooLarge'],
      [httpJson(429, {}), 503, 'throttled'],
    ];
    for (const [fault, status, reason] of faults) {
      const world = await createWorld();
      world.oauthAnswers = () => fault;
      const answer = await world.call('GET', '/api/me');
      expect([answer.status, answer.json['reason']]).toEqual([status, reason]);
      world.oauthAnswers = null;
      expect((await world.call('GET', '/api/me')).status).toBe(200);
    }
  });
});

describe('the application', () => {
  const oauth = {
    expectedClientId: null,
    externalReferenceCode: 'the-application',
    jwksUrl: `${PORTAL}/o/oauth2/jwks`,
    introspectUrl: `${PORTAL}/o/oauth2/introspect`,
  };

  it('is learnt from the portal once', async () => {
    const world = await createWorld({ settings: { oauth } });
    await world.call('GET', '/api/me');
    await world.call('GET', '/api/me', { as: BOB });
    expect(world.fetched.filter((path) => path === '/o/oauth2/application')).toHaveLength(1);
    const other = await tokenOf(ADA.id, { claims: { client_id: 'another' } });
    expect(await statusWith(world, other)).toBe(401);
  });

  it('may be made anew by the portal: its new id is learnt', async () => {
    const world = await createWorld({ settings: { oauth } });
    await world.call('GET', '/api/me');
    world.applicationClientId = 'made-anew';
    world.advance(31_000);
    const token = await tokenOf(ADA.id, { claims: { client_id: 'made-anew' } });
    expect(await statusWith(world, token)).toBe(200);
    expect(await statusWith(world, await tokenOf(ADA.id))).toBe(401);
  });

  it('must be named somehow', async () => {
    const unnamed = createWorld({ settings: { oauth: { ...oauth, externalReferenceCode: null } } });
    await expect(unnamed).rejects.toThrow('client id or the external reference code');
  });
});

describe('an opaque token', () => {
  const TOKEN = 'b3BhcXVlLXRva2VuLW9mLWFkYQ';
  const active = { active: true, sub: ADA.id, client_id: CLIENT_ID, exp: SECONDS + 600 };

  it('is introspected, and not again within a minute', async () => {
    const world = await createWorld();
    world.opaque.set(TOKEN, active);
    expect(await statusWith(world, TOKEN)).toBe(200);
    expect(await statusWith(world, TOKEN)).toBe(200);
    expect(world.fetched).toEqual(['/o/oauth2/introspect']);
    world.advance(60_000);
    world.opaque.delete(TOKEN);
    expect(await statusWith(world, TOKEN)).toBe(401);
  });

  it.each([
    ['expired', { ...active, exp: SECONDS - 5 }, 401, 'tokenStale'],
    ['revoked', { active: false }, 401, 'tokenStale'],
    ['of another application', { ...active, client_id: 'another' }, 401, 'tokenInvalid'],
    ['without exp', { active: true, sub: ADA.id, client_id: CLIENT_ID }, 502, 'badAnswer'],
    ['without sub', { active: true, client_id: CLIENT_ID, exp: SECONDS + 600 }, 502, 'badAnswer'],
  ])('that is %s is refused', async (_fault, introspection, status, reason) => {
    const world = await createWorld();
    world.opaque.set(TOKEN, introspection);
    const answer = await world.call('GET', '/api/me', { token: TOKEN });
    expect([answer.status, answer.json['reason']]).toEqual([status, reason]);
    expect(world.asked).toEqual([]);
  });

  it('about which the portal refuses to speak belongs to another application', async () => {
    const world = await createWorld();
    world.oauthAnswers = () => httpJson(400, { error: 'unauthorized_client' });
    const answer = await world.call('GET', '/api/me', { token: TOKEN });
    expect([answer.status, answer.json['reason']]).toEqual([401, 'tokenInvalid']);
    world.oauthAnswers = () => httpJson(401, { error: 'invalid_client' });
    expect((await world.call('GET', '/api/me', { token: TOKEN })).status).toBe(502);
  });
});

describe('who the user is', () => {
  it('is asked of the portal once a minute for each token', async () => {
    const world = await createWorld();
    const token = await tokenOf(ADA.id);
    for (let i = 0; i < 3; i++) await world.call('GET', '/api/me', { token });
    expect(world.asked).toEqual([`identity ${ADA.id}`]);
    world.advance(60_000);
    await world.call('GET', '/api/me', { token });
    expect(world.asked).toHaveLength(2);
  });
});

async function statusWith(world: World, token: string): Promise<number> {
  return (await world.call('GET', '/api/me', { token })).status;
}
