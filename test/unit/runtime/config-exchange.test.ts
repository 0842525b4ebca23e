/** How the configuration says how to sign in to Exchange, and what is said of what does not fit together. */
import { describe, expect, it } from 'vitest';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { readConfig } from '#runtime/config.ts';
import { readWorkerConfig } from '#runtime/worker-config.ts';
import { APPLICATION_CERTIFICATE, APPLICATION_KEY } from '#test/emulators/entra/application-certificate.ts';

const REST = {
  PORTAL_URL: 'https://portal.example.com',
  PORTAL_CLIENT_ID: 'id-1',
  PORTAL_CLIENT_SECRET: 'portal-secret',
  PORTAL_OAUTH_ERC: 'connector-user-agent',
  EXCHANGE_URL: 'https://mail.example.com/EWS/Exchange.asmx',
  SEAL_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};
const ACCOUNT = { EXCHANGE_USER: 'EXAMPLE\\svc', EXCHANGE_PASSWORD: 'pw' };
const TOKEN_URL = 'https://login.microsoftonline.com/example.com/oauth2/v2.0/token';
const APPLICATION = {
  EXCHANGE_SIGN_IN: 'oauth',
  EXCHANGE_CLIENT_ID: 'app-1',
  EXCHANGE_TOKEN_URL: TOKEN_URL,
};
const SECRET = { EXCHANGE_CLIENT_SECRET: 's3cret' };
const PEM = `${APPLICATION_KEY}\n${APPLICATION_CERTIFICATE}`;

type Env = Readonly<Record<string, string>>;

function accessFrom(env: Env): ExchangeAccess {
  const outcome = readConfig({ ...REST, ...env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  if (outcome.config.exchange === null) throw new Error('No domain is described.');
  return outcome.config.exchange.access;
}

function problemsFrom(env: Env) {
  const outcome = readConfig({ ...REST, ...env });
  return outcome.ok ? [] : outcome.problems;
}

describe('sign-in to Exchange', () => {
  it('is Basic unless it says otherwise', () => {
    expect(accessFrom(ACCOUNT).signIn).toEqual({ kind: 'basic', user: 'EXAMPLE\\svc', password: 'pw' });
  });

  it('by NTLM takes the same account', () => {
    const { signIn } = accessFrom({ ...ACCOUNT, EXCHANGE_SIGN_IN: 'ntlm' });
    expect(signIn).toEqual({ kind: 'ntlm', user: 'EXAMPLE\\svc', password: 'pw' });
  });

  it('as an application asks for whichever server it goes to, unless a scope is named', () => {
    expect(accessFrom({ ...APPLICATION, ...SECRET }).signIn).toEqual({
      kind: 'oauth',
      clientId: 'app-1',
      tokenUrl: TOKEN_URL,
      scope: null,
      proof: { kind: 'secret', secret: 's3cret' },
    });
    const scope = 'https://outlook.office365.com/.default';
    expect(accessFrom({ ...APPLICATION, ...SECRET, EXCHANGE_SCOPE: scope }).signIn).toMatchObject({ scope });
  });

  it.each([
    ['as a file has it', PEM],
    ['in one line', PEM.replaceAll('\n', '\\n')],
  ])('with a certificate %s', (_, text) => {
    const { signIn } = accessFrom({ ...APPLICATION, EXCHANGE_CLIENT_CERTIFICATE: text });
    const proof = { kind: 'certificate', certificate: APPLICATION_CERTIFICATE, privateKey: APPLICATION_KEY };
    expect(signIn).toMatchObject({ proof });
  });

  it.each([
    ['true', 'address'],
    ['principalName', 'principalName'],
    ['sid', 'sid'],
    ['false', false],
  ])('EXCHANGE_IMPERSONATE=%s', (text, impersonate) => {
    expect(accessFrom({ ...ACCOUNT, EXCHANGE_IMPERSONATE: text })).toMatchObject({ impersonate });
  });

  it.each<[string, Env, readonly [string, RegExp, RegExp][]]>([
    ['an account without a password', { EXCHANGE_USER: 'svc' }, [['EXCHANGE_PASSWORD', /not set/, /basic/]]],
    [
      'an application without how to reach its tenant',
      { EXCHANGE_SIGN_IN: 'oauth', EXCHANGE_CLIENT_ID: 'app-1', ...SECRET },
      [['EXCHANGE_TOKEN_URL', /not set/, /oauth/]],
    ],
    [
      'an application that cannot prove itself',
      APPLICATION,
      [['EXCHANGE_CLIENT_SECRET', /not set/, /EXCHANGE_CLIENT_CERTIFICATE/]],
    ],
    [
      'an application with two proofs',
      { ...APPLICATION, ...SECRET, EXCHANGE_CLIENT_CERTIFICATE: PEM },
      [['EXCHANGE_CLIENT_SECRET', /certificate too/, /one of/]],
    ],
    [
      'an application without impersonation',
      { ...APPLICATION, ...SECRET, EXCHANGE_IMPERSONATE: 'false' },
      [['EXCHANGE_IMPERSONATE', /no mailbox access of its own/, /principalName/]],
    ],
    [
      'what belongs to another sign-in',
      { ...ACCOUNT, EXCHANGE_CLIENT_ID: 'app-1' },
      [['EXCHANGE_CLIENT_ID', /not for sign-in by basic/, /EXCHANGE_SIGN_IN=oauth/]],
    ],
    [
      'a certificate without its key',
      { ...APPLICATION, EXCHANGE_CLIENT_CERTIFICATE: APPLICATION_CERTIFICATE },
      [['EXCHANGE_CLIENT_CERTIFICATE', /no private key/, /PEM/]],
    ],
    [
      'a key in another form',
      { ...APPLICATION, EXCHANGE_CLIENT_CERTIFICATE: PEM.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY') },
      [['EXCHANGE_CLIENT_CERTIFICATE', /openssl pkcs8/, /PEM/]],
    ],
    [
      'a key without its certificate',
      { ...APPLICATION, EXCHANGE_CLIENT_CERTIFICATE: APPLICATION_KEY },
      [['EXCHANGE_CLIENT_CERTIFICATE', /no certificate/, /PEM/]],
    ],
  ])('%s is a problem', (_, env, expected) => {
    expect(problemsFrom(env)).toEqual(
      expected.map(([variable, problem, hint]) => ({
        variable,
        problem: expect.stringMatching(problem),
        expected: expect.stringMatching(hint),
      })),
    );
  });

  it('at a server that nobody names goes to the hosts that are released for Autodiscover', () => {
    const outcome = readConfig({
      ...REST,
      ...ACCOUNT,
      EXCHANGE_URL: '',
      EXCHANGE_RELEASED_HOSTS: 'Example.com, mail.example.net.',
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.config.exchange).toMatchObject({
      endpoint: null,
      reach: 'public',
      releasedHosts: ['example.com', 'mail.example.net'],
      prefer: 'external',
    });
  });

  it('is nothing to be said where domains are the API’s alone', () => {
    const { EXCHANGE_URL: _, ...rest } = REST;
    const outcome = readConfig(rest);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.config.exchange).toBeNull();
  });

  it.each([
    [
      'neither a server nor hosts to look for it at',
      { EXCHANGE_URL: '' },
      'EXCHANGE_URL',
      /EXCHANGE_RELEASED_HOSTS/,
    ],
    [
      'both a server and hosts to look for it at',
      { EXCHANGE_RELEASED_HOSTS: 'example.com' },
      'EXCHANGE_RELEASED_HOSTS',
      /one of the two/,
    ],
    [
      'a URL where a host belongs',
      { EXCHANGE_URL: '', EXCHANGE_RELEASED_HOSTS: 'example.com,https://x/' },
      'EXCHANGE_RELEASED_HOSTS',
      /host names/,
    ],
  ])('%s is a problem', (_, env, variable, expected) => {
    expect(problemsFrom({ ...ACCOUNT, ...env })).toEqual([
      { variable, problem: expect.any(String), expected: expect.stringMatching(expected) },
    ]);
  });

  it('by NTLM is refused where connections cannot be kept', () => {
    const outcome = readWorkerConfig({
      ...REST,
      ...ACCOUNT,
      EXCHANGE_SIGN_IN: 'ntlm',
      LIBSQL_URL: 'libsql://db.example.com',
    });
    expect(outcome).toEqual({
      ok: false,
      problems: [
        {
          variable: 'EXCHANGE_SIGN_IN',
          problem: expect.stringContaining('this runtime keeps none'),
          expected: expect.stringContaining('Node'),
        },
      ],
    });
  });

  it('never repeats a secret', () => {
    const problems = problemsFrom({
      ...APPLICATION,
      ...SECRET,
      EXCHANGE_CLIENT_CERTIFICATE: 'hunter2',
      EXCHANGE_PASSWORD: 'hunter2',
    });
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|s3cret/);
  });
});
