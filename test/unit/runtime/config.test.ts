/** The configuration that environment variables make, and what is said of wrong ones. */
import { describe, expect, it } from 'vitest';
import { type Config, type ConfigProblem, readConfig } from '#runtime/config.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

const COMPLETE = {
  PORTAL_URL: 'https://portal.example.com',
  PORTAL_CLIENT_ID: 'id-1',
  PORTAL_CLIENT_SECRET: 'portal-secret',
  PORTAL_OAUTH_ERC: 'connector-user-agent',
  EXCHANGE_URL: 'https://mail.example.com/EWS/Exchange.asmx',
  EXCHANGE_USER: 'svc@example.com',
  EXCHANGE_PASSWORD: 'exchange-secret',
  SEAL_KEYS: `k1:${KEY}`,
};

function configFrom(env: Record<string, string | undefined>): Config {
  const outcome = readConfig({ ...COMPLETE, ...env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.config;
}

function problemsFrom(env: Record<string, string | undefined>): readonly ConfigProblem[] {
  const outcome = readConfig({ ...COMPLETE, ...env });
  return outcome.ok ? [] : outcome.problems;
}

describe('the configuration', () => {
  it('needs little, and fills in the rest', () => {
    expect(configFrom({})).toEqual({
      listen: { host: '127.0.0.1', port: 8080 },
      portal: {
        url: 'https://portal.example.com',
        credentials: {
          kind: 'clientCredentials',
          clientId: 'id-1',
          clientSecret: 'portal-secret',
          tokenUrl: 'https://portal.example.com/o/oauth2/token',
        },
        userAgentErc: 'connector-user-agent',
        origins: ['https://portal.example.com'],
      },
      exchange: {
        endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
        reach: null,
        releasedHosts: [],
        prefer: 'external',
        access: {
          signIn: { kind: 'basic', user: 'svc@example.com', password: 'exchange-secret' },
          impersonate: 'address',
          version: null,
          onlineProtocol: 'graph',
        },
      },
      addressRule: 'trustPortal',
      serviceKey: null,
      siteMailboxes: [],
      metrics: { token: null, open: false },
      push: { address: null, pollSeconds: 1800, streaming: true },
      database: { url: 'file:connector.db', authToken: undefined },
      sealKeys: [{ id: 'k1', key: KEY }],
      intervalSeconds: 30,
      minIntervalSeconds: 2,
      window: { pastDays: 90, futureDays: 730 },
      calendarLanguage: 'en',
      concurrency: 8,
      logLevel: 'info',
      allowHttp: false,
    });
  });

  it('signs in to a portal without OAuth 2 as a user', () => {
    const { portal } = configFrom({
      PORTAL_CLIENT_ID: undefined,
      PORTAL_CLIENT_SECRET: '',
      PORTAL_USER: 'svc',
      PORTAL_PASSWORD: 'pw',
    });
    expect(portal.credentials).toEqual({ kind: 'basic', user: 'svc', password: 'pw' });
  });

  it('drops white space and takes lists', () => {
    const config = configFrom({
      PORT: ' 3001\n',
      PORTAL_ORIGINS: 'https://a.example.com, https://b.example.com:8443/',
      SEAL_KEYS: `k2:${KEY}, k1:${KEY}`,
    });
    expect(config.listen.port).toBe(3001);
    expect(config.portal.origins).toEqual(['https://a.example.com', 'https://b.example.com:8443']);
    expect(config.sealKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  });

  it('takes the mailboxes of sites', () => {
    const { siteMailboxes } = configFrom({
      SITE_MAILBOXES:
        'Room1@example.com=20121  20125, projector@example.com = 20121 ,room1@example.com=20121',
    });
    expect(siteMailboxes).toEqual([
      { siteId: '20121', address: 'room1@example.com' },
      { siteId: '20125', address: 'room1@example.com' },
      { siteId: '20121', address: 'projector@example.com' },
    ]);
  });

  it.each<[string, string, RegExp, RegExp]>([
    ['PORT', 'http', /"http" is not a whole number/, /0 to 65535/],
    ['PORT', '70000', /too large/, /65535/],
    ['CONCURRENCY', '0', /too small/, /1 to 256/],
    ['SYNC_INTERVAL_SECONDS', '1', /too small/, /2 to 86400/],
    ['SYNC_INTERVAL_SECONDS', '2.5', /"2.5" is not a whole number/, /whole number/],
    ['WINDOW_PAST_DAYS', '-1', /too small/, /0 to/],
    ['EXCHANGE_IMPERSONATE', 'yes', /not one of them/, /true, principalName, sid, false/],
    ['METRICS_OPEN', 'yes', /"yes" is neither/, /true or false/],
    ['EXCHANGE_VERSION', '2016', /not one of them/, /Exchange2016/],
    ['ADDRESS_RULE', 'trust', /not one of them/, /trustPortal, requireVerified/],
    ['SITE_MAILBOXES', 'room@example.com', /mailbox 1 has no "="/, /room1@example.com=20121/],
    ['SITE_MAILBOXES', 'a@example.com=1, room=2', /mailbox 2 has no address/, /commas/],
    ['SITE_MAILBOXES', 'r\u00f6om@example.com=2', /mailbox 1 has no address/, /addresses/],
    ['SITE_MAILBOXES', 'a@example.com=1,', /mailbox 2 has no "="/, /commas/],
    ['SITE_MAILBOXES', 'a@example.com=', /mailbox 1 has no site/, /ids of its sites/],
    ['SITE_MAILBOXES', 'a@example.com=1 Rome', /mailbox 1: "Rome" is not the id of a site/, /ids/],
    ['CALENDAR_LANGUAGE', 'de', /not one of them/, /en, it/],
    ['LOG_LEVEL', 'verbose', /not one of them/, /debug, info, warn, error/],
    ['PORTAL_URL', 'portal.example.com', /not an address/, /https:\/\/portal.example.com/],
    ['PORTAL_URL', 'https://portal.example.com/web/guest', /path/, /origin/],
    ['PORTAL_URL', 'http://portal.example.com', /in the clear/, /ALLOW_HTTP/],
    ['PORTAL_URL', 'https://u:hunter2@portal.example.com', /credentials in the address/, /origin/],
    ['PORTAL_ORIGINS', 'https://a.example.com,b', /origin 2: is not an address/, /commas/],
    ['EXCHANGE_URL', 'http://mail.example.com/EWS/Exchange.asmx', /in the clear/, /ALLOW_HTTP/],
    ['EXCHANGE_URL', 'ftp://mail.example.com/', /ftp:/, /https/],
    ['LIBSQL_URL', 'postgres://db', /postgres:/, /libsql:/],
    ['LIBSQL_URL', 'http://db.example.com', /in the clear/, /ALLOW_HTTP/],
    ['LIBSQL_URL', 'libsql://db.example.com?authToken=s3cret', /LIBSQL_AUTH_TOKEN/, /libsql:/],
    ['SEAL_KEYS', KEY, /key 1 has no "id:"/, /openssl rand -base64 32/],
    ['SEAL_KEYS', 'k1:c2hvcnQ=', /key "k1" has 5 bytes, not 32/, /openssl/],
    ['SEAL_KEYS', `k1:${KEY},k1:${KEY}`, /"k1" stands there twice/, /openssl/],
    ['SEAL_KEYS', 'k1:not base64', /not base64/, /openssl/],
    ['EXCHANGE_PASSWORD', '', /is not set/, /a value/],
    ['PORTAL_OAUTH_ERC', '  ', /is not set/, /a value, or a SERVICE_KEY/],
    ['SERVICE_KEY', 'hunter2', /is too short/, /32 or more/],
    ['SERVICE_KEY', 'with a blank and more than 32 characters', /a bearer token cannot have/, /letters/],
    ['EXCHANGE_URL', '', /is not set/, /EWS/],
  ])('%s=%s: %s', (variable, value, problem, expected) => {
    expect(problemsFrom({ [variable]: value })).toEqual([
      { variable, problem: expect.stringMatching(problem), expected: expect.stringMatching(expected) },
    ]);
  });

  it('goes without an application for pages where there is a service key', () => {
    const key = '0123456789abcdef0123456789abcdef';
    const config = configFrom({ PORTAL_OAUTH_ERC: '', SERVICE_KEY: key });
    expect(config).toMatchObject({ portal: { userAgentErc: null }, serviceKey: key });
  });

  it('reports all problems at once', () => {
    const outcome = readConfig({
      PORT: 'x',
      LOG_LEVEL: 'y',
      PORTAL_USER: 'svc',
      EXCHANGE_VERSION: 'Exchange2016',
    });
    const variables = outcome.ok ? [] : outcome.problems.map(({ variable }) => variable).sort();
    expect(variables).toEqual([
      'EXCHANGE_PASSWORD',
      'EXCHANGE_URL',
      'EXCHANGE_USER',
      'LOG_LEVEL',
      'PORT',
      'PORTAL_OAUTH_ERC',
      'PORTAL_PASSWORD',
      'PORTAL_URL',
      'SEAL_KEYS',
    ]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['none', { PORTAL_CLIENT_ID: '', PORTAL_CLIENT_SECRET: '' }, 'PORTAL_CLIENT_ID', /no sign-in/],
    ['half of one', { PORTAL_CLIENT_SECRET: '' }, 'PORTAL_CLIENT_SECRET', /is not set/],
    ['two', { PORTAL_USER: 'svc', PORTAL_PASSWORD: 'pw' }, 'PORTAL_USER', /two sign-ins/],
  ])('wants one sign-in for the portal, not %s', (_, env, variable, problem) => {
    expect(problemsFrom(env)).toMatchObject([{ variable, problem: expect.stringMatching(problem) }]);
  });

  it.each([
    ['EXCHANGE_PASSWROD', 'EXCHANGE_PASSWORD'],
    ['PORTAL_ORIGIN', 'PORTAL_ORIGINS'],
    ['SYNC_INTERVAL', 'SYNC_INTERVAL_SECONDS'],
    ['LIBSQL_ULR', 'LIBSQL_URL'],
  ])('takes %s for a misspelt %s', (variable, name) => {
    expect(problemsFrom({ [variable]: 'hunter2' })).toEqual([
      { variable, problem: 'is not a variable of this program', expected: `perhaps ${name}` },
    ]);
  });

  it("leaves variables of others alone, a container platform's among them", () => {
    const others = {
      PATH: '/bin',
      PORTAL_SERVICE_HOST: '10.0.0.1',
      EXCHANGE_PORT_443_TCP: 'tcp://10.0.0.2:443',
      PROT: 'x',
    };
    expect(problemsFrom(others)).toEqual([]);
  });

  it('allows http: to this machine, and elsewhere only when told so', () => {
    const local = { PORTAL_URL: 'http://localhost:8080', EXCHANGE_URL: 'http://127.0.0.1:9/EWS' };
    expect(configFrom(local).portal.url).toBe('http://localhost:8080');
    const told = { PORTAL_URL: 'http://portal.lan', ALLOW_HTTP: 'true' };
    expect(configFrom(told)).toMatchObject({ allowHttp: true, portal: { url: 'http://portal.lan' } });
    expect(problemsFrom({ PORTAL_URL: 'http://127.0.0.1.example.com' })).toHaveLength(1);
  });

  it('knows the limits of a runtime without files', () => {
    const limits = { minIntervalSeconds: 15, allowFile: false };
    const outcome = readConfig({ ...COMPLETE, SYNC_INTERVAL_SECONDS: '5' }, limits);
    const problems = outcome.ok
      ? []
      : outcome.problems.map(({ variable, problem }) => `${variable} ${problem}`);
    expect(problems.sort()).toEqual(['LIBSQL_URL is not set', 'SYNC_INTERVAL_SECONDS 5 is too small']);
    expect(readConfig({ ...COMPLETE, LIBSQL_URL: 'file:x.db' }, limits).ok).toBe(false);
    expect(readConfig({ ...COMPLETE, LIBSQL_URL: 'libsql://x.turso.io' }, limits).ok).toBe(true);
  });

  it('never repeats a secret', () => {
    const secret = 'hunter2/hunter2';
    const told = JSON.stringify(
      readConfig({
        PORTAL_URL: `https://u:${secret}@portal.example.com`,
        PORTAL_CLIENT_SECRET: secret,
        PORTAL_PASSWORD: secret,
        EXCHANGE_URL: `mail ${secret}`,
        EXCHANGE_PASSWORD: secret,
        LIBSQL_URL: `libsql:${secret}?authToken=${secret}@x y`,
        LIBSQL_AUTH_TOKENS: secret,
        SEAL_KEYS: `k1:${secret}`,
      }),
    );
    expect(told).toContain('"ok":false');
    expect(told).not.toContain('hunter2');
  });
});
