/** Autodiscover against the emulated Exchange: every version, every way to it, and who must not get the sign-in. */
import { describe, expect, test } from 'vitest';
import type { AutodiscoverResult } from '#exchange/autodiscover.port.ts';
import { SILENT } from '#test/emulators/network.ts';
import {
  ANNA,
  ENDPOINT,
  LOGIN_PAGE,
  organisation,
  page,
  redirectTo,
  told,
  trusted,
  WEBSITE,
} from './autodiscover-stage.ts';

function endpointOf(result: AutodiscoverResult): string {
  if (result.kind !== 'found') return `${result.failure.reason}: ${result.failure.detail}`;
  return result.place.kind === 'onPremises' ? result.place.endpoint : result.place.kind;
}

const reasonOf = (result: AutodiscoverResult) =>
  result.kind === 'failed' ? result.failure.reason : result.kind;

describe('every version tells its endpoint', () => {
  test('2016 and later: without any sign-in', async () => {
    const { network, server, discover } = organisation();
    network.add('https://autodiscover.example.org', server);
    const result = await discover({ signIn: null });
    expect(result).toMatchObject({
      kind: 'found',
      place: {
        kind: 'onPremises',
        address: ANNA,
        endpoint: ENDPOINT,
        signInSchemes: ['basic'],
        source: { protocol: 'json', url: 'https://autodiscover.example.org/autodiscover/autodiscover.json' },
      },
    });
    expect(told(result)).toEqual([
      'json example.org failed unreachable',
      'json autodiscover.example.org answered',
      'endpoint mail.example.org found',
    ]);
  });

  test.each(['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013'] as const)(
    '%s: by POX, with a sign-in that is sent only after it was asked for',
    async (version) => {
      const { network, server, discover } = organisation(version);
      network.add('https://autodiscover.example.org', server);
      const result = await discover();
      expect(endpointOf(result)).toBe(ENDPOINT);
      expect(told(result)).toEqual([
        'json example.org failed unreachable',
        'json autodiscover.example.org failed notTheService',
        'pox autodiscover.example.org signInAsked',
        'pox autodiscover.example.org signed in answered',
        'endpoint mail.example.org found',
      ]);
      expect(trusted(network)).toEqual(['https://autodiscover.example.org']);
    },
  );

  test.each(['Exchange2010_SP2', 'Exchange2013', 'Exchange2016'] as const)(
    '%s: by SOAP where a proxy publishes nothing else',
    async (version) => {
      const { network, server, discover } = organisation(version);
      network.add('https://autodiscover.example.org', (request) =>
        request.url.endsWith('.svc') ? server(request) : new Response('', { status: 404 }),
      );
      const result = await discover();
      expect(endpointOf(result)).toBe(ENDPOINT);
      expect(result).toMatchObject({ place: { source: { protocol: 'soap' } } });
    },
  );

  test('2007 has no SOAP: nothing is found where only that is published', async () => {
    const { network, server, discover } = organisation('Exchange2007_SP1');
    network.add('https://autodiscover.example.org', (request) =>
      request.url.endsWith('.svc') ? server(request) : new Response('', { status: 404 }),
    );
    expect(reasonOf(await discover())).toBe('endpointNotFound');
  });
});

describe('the two URLs of a server', () => {
  test('inside its network the internal one comes first, if addresses there are allowed', async () => {
    const { network, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', server, { addresses: ['10.1.0.4'] });
    network.add('https://exch01.corp.example.org', server, { addresses: ['10.1.0.4'] });
    const result = await discover({}, { prefer: 'internal', reach: 'private' });
    expect(endpointOf(result)).toBe('https://exch01.corp.example.org/EWS/Exchange.asmx');
  });

  test('the other one is tried where the first cannot be reached', async () => {
    const { network, server, discover } = organisation('Exchange2010_SP2');
    network.add('https://autodiscover.example.org', server);
    const result = await discover({}, { prefer: 'internal' });
    expect(endpointOf(result)).toBe(ENDPOINT);
    expect(told(result)).toContain('endpoint exch01.corp.example.org failed unreachable');
  });

  test('a mailbox without any is told apart from a server that is not there', async () => {
    const { network, server, discover } = organisation('Exchange2013', {
      externalUrl: null,
      internalUrl: null,
    });
    network.add('https://autodiscover.example.org', server);
    const result = await discover();
    expect(result).toMatchObject({ kind: 'failed', failure: { reason: 'endpointNotFound' } });
    expect(result.steps.at(-1)?.what).toBe('services');
  });
});

describe('ways to the server', () => {
  test('a redirect without HTTPS is followed, and gets neither sign-in nor address', async () => {
    const { network, discover } = organisation('Exchange2013');
    network.add(
      'http://autodiscover.example.org',
      redirectTo('https://mail.example.org/autodiscover/autodiscover.xml'),
    );
    const result = await discover();
    expect(endpointOf(result)).toBe(ENDPOINT);
    const plain = network.seen.filter(({ url }) => url.startsWith('http:'));
    expect(plain).toEqual([
      {
        method: 'GET',
        url: 'http://autodiscover.example.org/autodiscover/autodiscover.xml',
        authorization: null,
      },
    ]);
  });

  test('what a server says without HTTPS other than where to go is not believed', async () => {
    const { network, server, discover } = organisation('Exchange2016');
    network.add('http://autodiscover.example.org', server);
    expect(reasonOf(await discover())).toBe('endpointNotFound');
    expect(trusted(network)).toEqual([]);
  });

  test.each([301, 302, 307, 308])(
    'HTTP %i leads from the well-known host to the right one',
    async (status) => {
      const { network, discover } = organisation('Exchange2013');
      network.add('https://example.org', (request) => {
        const { pathname } = new URL(request.url);
        return redirectTo(`https://mail.example.org${pathname}`, status)(request);
      });
      const result = await discover();
      expect(endpointOf(result)).toBe(ENDPOINT);
      expect(trusted(network)).toEqual(['https://mail.example.org']);
    },
  );

  test('service records lead to it, by preference, on the port of HTTPS alone', async () => {
    const { network, discover } = organisation('Exchange2013');
    network.serviceRecords.set('_autodiscover._tcp.example.org', [
      { host: 'later.example.org', port: 443, priority: 20, weight: 0 },
      { host: 'elsewhere.example.org', port: 8443, priority: 0, weight: 0 },
      { host: 'mail.example.org.', port: 443, priority: 10, weight: 5 },
    ]);
    const result = await discover();
    expect(endpointOf(result)).toBe(ENDPOINT);
    expect(told(result).filter((step) => /later|elsewhere/.test(step))).toEqual([
      'json later.example.org failed unreachable',
    ]);
  });

  test.each(['http302', 'redirectUrl'] as const)(
    'a mailbox on another server of the organisation: %s',
    async (kind) => {
      const { network, exchange, server, discover } = organisation('Exchange2013');
      const other = organisation('Exchange2013', {
        externalUrl: 'https://mail2.example.org/EWS/Exchange.asmx',
      });
      network.add('https://autodiscover.example.org', server);
      network.add('https://mail2.example.org', other.server);
      const target = 'https://mail2.example.org/autodiscover/autodiscover.xml';
      exchange.referrals.set(ANNA, { kind, target });
      const result = await discover();
      expect(endpointOf(result)).toBe('https://mail2.example.org/EWS/Exchange.asmx');
    },
  );

  test('a mailbox under another address', async () => {
    const { network, exchange, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', server);
    network.add('https://autodiscover.sub.example.org', server);
    exchange.referrals.set(ANNA, { kind: 'redirectAddress', target: 'Anna@Sub.Example.org' });
    exchange.addMailbox({ address: 'anna@sub.example.org', displayName: 'Anna', zone: 'Europe/Rome' });
    const result = await discover();
    expect(result).toMatchObject({ place: { address: 'Anna@sub.example.org', endpoint: ENDPOINT } });
  });

  test('the source of the last search is asked first', async () => {
    const { discover } = organisation('Exchange2013');
    const lastSource = {
      protocol: 'pox',
      url: 'https://mail.example.org/autodiscover/autodiscover.xml',
    } as const;
    const result = await discover({ lastSource });
    expect(told(result)).toEqual([
      'pox mail.example.org signInAsked',
      'pox mail.example.org signed in answered',
      'endpoint mail.example.org found',
    ]);
  });
});

describe('Exchange Online is told from servers, and never gets the sign-in', () => {
  const ONLINE = 'https://outlook.office365.com/EWS/Exchange.asmx';

  test('v2 of the own server names it', async () => {
    const { network, server, discover } = organisation('Exchange2016', { externalUrl: ONLINE });
    network.add('https://autodiscover.example.org', server);
    const result = await discover();
    expect(result).toMatchObject({ place: { kind: 'exchangeOnline', address: ANNA } });
    expect(trusted(network)).toEqual([]);
  });

  test('the domain leads there by a redirect without HTTPS', async () => {
    const { network, discover } = organisation();
    network.add(
      'http://autodiscover.example.org',
      redirectTo('https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml'),
    );
    network.add('https://autodiscover-s.outlook.com', () => Response.json({ Protocol: 'EWS', Url: ONLINE }));
    const result = await discover();
    expect(result).toMatchObject({ place: { kind: 'exchangeOnline', source: { protocol: 'json' } } });
    expect(trusted(network)).toEqual([]);
  });

  test('an on-premises mailbox of such a domain is found by what it answers', async () => {
    const { network, discover } = organisation('Exchange2016');
    network.add(
      'http://autodiscover.example.org',
      redirectTo('https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml'),
    );
    network.add(
      'https://autodiscover-s.outlook.com',
      redirectTo(
        `https://mail.example.org/autodiscover/autodiscover.json?Email=${ANNA}&Protocol=EWS&RedirectCount=1`,
      ),
    );
    expect(endpointOf(await discover())).toBe(ENDPOINT);
  });

  test.each(['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013'] as const)(
    '%s of a hybrid organisation names the mailbox there',
    async (version) => {
      const { network, exchange, server, discover } = organisation(version);
      network.add('https://autodiscover.example.org', server);
      exchange.referrals.set(ANNA, { kind: 'redirectAddress', target: 'anna@example.mail.onmicrosoft.com' });
      const result = await discover();
      expect(result).toMatchObject({
        place: { kind: 'exchangeOnline', address: 'anna@example.mail.onmicrosoft.com' },
      });
      expect(trusted(network)).toEqual(['https://autodiscover.example.org']);
    },
  );

  test('a host that only looks like it gets nothing', async () => {
    const { network, discover } = organisation();
    network.add(
      'https://autodiscover.example.org',
      redirectTo('https://outlook.office365.com.evil.example/autodiscover/autodiscover.json'),
    );
    network.add('https://outlook.office365.com.evil.example', () =>
      Response.json({ Protocol: 'EWS', Url: ONLINE }),
    );
    const result = await discover();
    expect(result).toMatchObject({ kind: 'failed', hostsToRelease: ['outlook.office365.com.evil.example'] });
    expect(network.seen.map(({ url }) => new URL(url).hostname)).not.toContain(
      'outlook.office365.com.evil.example',
    );
  });
});

describe('who must not get the sign-in', () => {
  const thief: typeof WEBSITE = () =>
    new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } });

  test.each([
    [
      'a redirect',
      (o: ReturnType<typeof organisation>) =>
        o.network.add(
          'https://example.org',
          redirectTo('https://thief.example/autodiscover/autodiscover.xml'),
        ),
    ],
    [
      'a redirect without HTTPS',
      (o) =>
        o.network.add(
          'http://autodiscover.example.org',
          redirectTo('https://thief.example/autodiscover/autodiscover.xml'),
        ),
    ],
    [
      'a service record',
      (o) =>
        o.network.serviceRecords.set('_autodiscover._tcp.example.org', [
          { host: 'thief.example', port: 443, priority: 0, weight: 0 },
        ]),
    ],
    [
      'an answer',
      (o) => {
        o.network.add('https://autodiscover.example.org', o.server);
        o.exchange.referrals.set(ANNA, {
          kind: 'redirectUrl',
          target: 'https://thief.example/autodiscover/autodiscover.xml',
        });
      },
    ],
    [
      'another address',
      (o) => {
        o.network.add('https://autodiscover.example.org', o.server);
        o.exchange.referrals.set(ANNA, { kind: 'redirectAddress', target: 'anna@thief.example' });
      },
    ],
  ] satisfies [string, (o: ReturnType<typeof organisation>) => void][])(
    'a host that was not released, named by %s',
    async (_, lead) => {
      const stage = organisation('Exchange2013');
      stage.network.add('https://thief.example', thief);
      lead(stage);
      const result = await stage.discover();
      expect(reasonOf(result)).toBe('hostNotReleased');
      expect(result).toMatchObject({ hostsToRelease: expect.arrayContaining(['thief.example']) });
      expect(stage.network.seen.some(({ url }) => url.includes('thief'))).toBe(false);
    },
  );

  test('an endpoint on a host that was not released waits for the administrator', async () => {
    const { network, server, discover } = organisation('Exchange2016', {
      externalUrl: 'https://hoster.example/EWS/Exchange.asmx',
    });
    network.add('https://autodiscover.example.org', server);
    network.add('https://hoster.example', server);
    const result = await discover();
    expect(result).toMatchObject({
      failure: { reason: 'hostNotReleased' },
      hostsToRelease: ['hoster.example'],
    });
    const consented = await discover({}, { releasedHosts: ['example.org', 'hoster.example'] });
    expect(endpointOf(consented)).toBe('https://hoster.example/EWS/Exchange.asmx');
  });

  test('anybody, when the domain of the address itself was not released', async () => {
    const { network, server, discover } = organisation();
    network.add('https://autodiscover.example.org', server);
    const result = await discover({}, { releasedHosts: ['example.com'] });
    expect(result).toMatchObject({
      failure: { reason: 'hostNotReleased' },
      hostsToRelease: ['example.org', 'autodiscover.example.org'],
    });
    expect(network.seen).toEqual([]);
  });

  test.each([
    'http://mail.example.org/autodiscover/autodiscover.xml',
    'ftp://mail.example.org/x',
    'https://user:pw@mail.example.org/x',
  ])('a redirect to %s', async (target) => {
    const { network, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', redirectTo(target));
    network.add('http://mail.example.org', server);
    const result = await discover();
    expect(result.kind).toBe('failed');
    expect(told(result)).toContainEqual(expect.stringMatching(/^(json|pox) mail\.example\.org refused/));
    expect(network.seen.some(({ url }) => url.includes('mail.example.org'))).toBe(false);
    expect(trusted(network)).toEqual([]);
  });

  test('a web site that asks for nothing', async () => {
    const { network, discover } = organisation('Exchange2013');
    network.add('https://example.org', WEBSITE);
    network.add('https://autodiscover.example.org', LOGIN_PAGE);
    expect(reasonOf(await discover())).toBe('endpointNotFound');
    expect(trusted(network)).toEqual([]);
  });

  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('a server whose certificate does not hold: %s', async (certificate) => {
    const { network, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', server, { certificate });
    const result = await discover();
    expect(reasonOf(result)).toBe('certificateRefused');
    expect(network.seen).toEqual([]);
  });

  test.each(['10.1.0.4', '192.168.1.9', '127.0.0.1', '169.254.169.254', '::1', 'fd00::4', '::ffff:10.1.0.4'])(
    'a server at %s, unless private addresses are allowed',
    async (address) => {
      const { network, server, discover } = organisation('Exchange2013');
      network.add('https://autodiscover.example.org', server, { addresses: [address] });
      expect(reasonOf(await discover())).toBe('addressNotAllowed');
      expect(network.seen).toEqual([]);
    },
  );

  test('a number in place of a name that is out of reach', async () => {
    const { network, discover } = organisation('Exchange2013');
    network.add(
      'https://autodiscover.example.org',
      redirectTo('https://2852039166/autodiscover/autodiscover.xml'),
    );
    network.add('https://169.254.169.254', thief);
    const result = await discover(
      {},
      { releasedHosts: ['example.org', '169.254.169.254'], reach: 'loopback' },
    );
    expect(reasonOf(result)).toBe('addressNotAllowed');
    expect(trusted(network)).toEqual([]);
  });

  test('twice is enough: a wrong password does not lock the account', async () => {
    const { network, server, discover } = organisation('Exchange2013');
    for (const host of [
      'example.org',
      'autodiscover.example.org',
      'a.example.org',
      'b.example.org',
      'c.example.org',
    ]) {
      network.add(`https://${host}`, server);
    }
    network.serviceRecords.set(
      '_autodiscover._tcp.example.org',
      ['a', 'b', 'c'].map((name, priority) => ({
        host: `${name}.example.org`,
        port: 443,
        priority,
        weight: 0,
      })),
    );
    const result = await discover({ signIn: { kind: 'basic', user: 'EXAMPLE\\sync', password: 'wrong' } });
    expect(reasonOf(result)).toBe('signInRefused');
    expect(network.seen.filter(({ authorization }) => authorization !== null)).toHaveLength(2);
  });

  test('a host that refused it in one protocol is not sent it in the other', async () => {
    const { network, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', server);
    const result = await discover({ signIn: { kind: 'basic', user: 'EXAMPLE\\sync', password: 'wrong' } });
    expect(reasonOf(result)).toBe('signInRefused');
    expect(network.seen.filter(({ authorization }) => authorization !== null)).toHaveLength(1);
  });

  test('a server that does not take a Basic sign-in is named with what it takes', async () => {
    const { network, server, discover } = organisation('Exchange2013', { challenges: ['Negotiate', 'NTLM'] });
    network.add('https://autodiscover.example.org', server);
    const result = await discover();
    expect(result).toMatchObject({
      failure: {
        reason: 'signInRefused',
        detail: 'https://autodiscover.example.org offers negotiate, ntlm and not basic',
      },
    });
    expect(trusted(network)).toEqual([]);
  });
});

describe('what is in the way is told', () => {
  test('no such mailbox, by every version', async () => {
    for (const version of ['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013', 'Exchange2016'] as const) {
      const { network, server, discover } = organisation(version);
      network.add('https://autodiscover.example.org', server);
      expect(reasonOf(await discover({ address: 'nobody@example.org' }))).toBe('mailboxNotFound');
    }
  });

  test('a v2 that names its EWS whoever is asked for still leads to the server', async () => {
    const { network, server, discover } = organisation('Exchange2016', { jsonTellsUnknownMailbox: false });
    network.add('https://autodiscover.example.org', server);
    expect(endpointOf(await discover({ address: 'nobody@example.org' }))).toBe(ENDPOINT);
  });

  test('a portal that stands where EWS is said to be', async () => {
    for (const portal of [LOGIN_PAGE, WEBSITE, redirectTo('https://mail.example.org/my.policy')]) {
      const { network, server, discover } = organisation();
      network.add('https://autodiscover.example.org', server);
      network.add('https://mail.example.org', portal);
      const result = await discover();
      expect(result.kind).toBe('failed');
      expect(told(result)).toContainEqual(
        expect.stringMatching(/^endpoint mail\.example\.org (failed notTheService|redirected)$/),
      );
    }
  });

  test('a busy server says for how long', async () => {
    const { network, discover } = organisation();
    network.add(
      'https://autodiscover.example.org',
      () => new Response('', { status: 503, headers: { 'Retry-After': '120' } }),
    );
    const result = await discover();
    expect(result).toMatchObject({ failure: { reason: 'throttled', waitMs: 120_000 } });
  });

  test('servers that never answer cost a minute at most, and each is waited for once', async () => {
    const { network, discover } = organisation();
    for (const scheme of ['http', 'https']) {
      for (const host of ['example.org', 'autodiscover.example.org'])
        network.add(`${scheme}://${host}`, SILENT);
    }
    const result = await discover();
    expect(reasonOf(result)).toBe('timedOut');
    expect(network.seen).toHaveLength(3);
    expect(network.nowMs).toBeLessThanOrEqual(60_000);
    expect(result.steps.map(({ milliseconds }) => milliseconds)).toEqual([10_000, 10_000, 10_000, 0]);
  });

  test('many slow servers together cost no more than that', async () => {
    const { network, discover } = organisation();
    const slow = (ms: number) => () => {
      network.nowMs += ms;
      return new Response('', { status: 404 });
    };
    network.add('https://last.example.org', slow(5_000));
    network.add('https://b.example.org', slow(9_000));
    const silent = ['example.org', 'autodiscover.example.org', 'a.example.org', 'c.example.org'];
    for (const host of silent) network.add(`https://${host}`, SILENT);
    network.add('http://autodiscover.example.org', SILENT);
    const records = ['a', 'b', 'c'].map((name, priority) => ({
      host: `${name}.example.org`,
      port: 443,
      priority,
      weight: 0,
    }));
    network.serviceRecords.set('_autodiscover._tcp.example.org', records);
    const lastSource = {
      protocol: 'pox',
      url: 'https://last.example.org/autodiscover/autodiscover.xml',
    } as const;
    const result = await discover({ lastSource });
    expect(reasonOf(result)).toBe('timedOut');
    expect(network.nowMs).toBe(60_000);
    expect(result.steps.at(-1)).toMatchObject({
      url: 'https://c.example.org/autodiscover/autodiscover.json',
      milliseconds: 6_000,
    });
    expect(result.steps).toHaveLength(8);
  });

  test('redirects without end', async () => {
    const { network, discover } = organisation();
    let count = 0;
    network.add('https://autodiscover.example.org', () => {
      count += 1;
      return new Response('', { status: 302, headers: { Location: `/autodiscover/${count}.xml` } });
    });
    const result = await discover();
    expect(reasonOf(result)).toBe('redirectLoop');
    // In each of three protocols the first and ten more.
    expect(network.seen).toHaveLength(33);
  });

  test.each([
    ['to itself', ['https://autodiscover.example.org/autodiscover/autodiscover.xml']],
    [
      'in a circle',
      ['https://a.example.org/1', 'https://autodiscover.example.org/autodiscover/autodiscover.xml'],
    ],
  ])('a redirect %s', async (_, [first = '', second = first]) => {
    const { network, discover } = organisation();
    network.add('https://autodiscover.example.org', redirectTo(first));
    network.add('https://a.example.org', redirectTo(second));
    expect(reasonOf(await discover())).toBe('redirectLoop');
  });

  test('two addresses that name each other', async () => {
    const { network, exchange, server, discover } = organisation('Exchange2013');
    for (const domain of ['example.org', 'sub.example.org'])
      network.add(`https://autodiscover.${domain}`, server);
    exchange.referrals.set(ANNA, { kind: 'redirectAddress', target: 'anna@sub.example.org' });
    exchange.referrals.set('anna@sub.example.org', { kind: 'redirectAddress', target: ANNA });
    expect(reasonOf(await discover())).toBe('redirectLoop');
  });

  test.each([
    '',
    'anna',
    '@example.org',
    'anna@',
    'anna@exa mple.org',
    'anna@example.org/x',
    'anna@[10.0.0.1]',
    'a\r\nb@example.org',
    'anna@example.org:444',
    '\ud800@example.org',
  ])('what is no address: %j', async (address) => {
    const { network, discover } = organisation();
    expect(reasonOf(await discover({ address }))).toBe('mailboxNotFound');
    expect(network.seen).toEqual([]);
  });

  test('no step tells the sign-in or a query', async () => {
    const { network, exchange, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', server);
    exchange.referrals.set(ANNA, {
      kind: 'redirectUrl',
      target: 'https://mail.example.org/autodiscover/autodiscover.xml?ticket=secret',
    });
    const result = await discover();
    const text = JSON.stringify(result);
    expect(result.steps.length).toBeGreaterThan(3);
    for (const secret of ['pässword', 'secret', 'Basic ', 'Email=']) expect(text).not.toContain(secret);
  });
});

describe('answers that are none', () => {
  const settings = (inner: string) =>
    `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response><Account><Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>${inner}</EwsUrl></Protocol></Account></Response></Autodiscover>`;
  const bombs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "${'&a;'.repeat(100)}">]>${settings('&b;')}`;
  const external = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>${settings('https://mail.example.org/&f;')}`;
  const xml = (text: string) => () => new Response(text, { headers: { 'Content-Type': 'text/xml' } });
  const endless = () => {
    const piece = new TextEncoder().encode(`<a>${'x'.repeat(65_536)}`);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += piece.length;
        if (sent > 200 * 1024 * 1024) throw new Error('nobody stopped it');
        controller.enqueue(piece);
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/xml' } });
  };

  test.each<[string, typeof WEBSITE, string]>([
    ['an XML bomb', xml(bombs), 'badAnswer'],
    ['an external entity', xml(external), 'badAnswer'],
    ['a DOCTYPE, whatever it says', xml(`<!DOCTYPE Autodiscover>${settings(ENDPOINT)}`), 'badAnswer'],
    ['200 MB', endless, 'answerTooLarge'],
    ['a document that breaks off', xml(settings(ENDPOINT).slice(0, -30)), 'badAnswer'],
    ['nothing', xml(''), 'badAnswer'],
    ['nothing but comments', xml('<!---->'.repeat(30_000)), 'badAnswer'],
    [
      'a page below comments',
      page(`${'<!-- x -->'.repeat(20)}<html><body>Sign in</body></html>`),
      'endpointNotFound',
    ],
    ['deep nesting', xml('<a>'.repeat(30_000) + '</a>'.repeat(30_000)), 'badAnswer'],
    [
      'bytes that are no text',
      () => new Response(Uint8Array.from({ length: 4_000 }, (_, i) => i % 251)),
      'endpointNotFound',
    ],
    ['another XML service', xml('<rss version="2.0"><channel/></rss>'), 'endpointNotFound'],
    [
      'an action of another age',
      xml('<Autodiscover><Response><Account><Action>dance</Action></Account></Response></Autodiscover>'),
      'badAnswer',
    ],
    ['a URL that is none', xml(settings('EWS')), 'badAnswer'],
    ['the URL of a file', xml(settings('file:///etc/passwd')), 'redirected'],
    [
      'a crash page',
      page('<html><body><h1>Server Error in /Autodiscover</h1></body></html>', 500),
      'serverError',
    ],
    ['JSON that is no object', () => Response.json([null]), 'badAnswer'],
  ])('%s', async (_, answer, reason) => {
    const { network, discover } = organisation();
    network.add('https://autodiscover.example.org', answer);
    const result = await discover();
    expect(reasonOf(result)).toBe(reason);
    expect(JSON.stringify(result)).not.toContain('xxxxxxxx');
  });

  test('a challenge is taken by its head, whatever comes below it', async () => {
    const { network, server, discover } = organisation('Exchange2013');
    network.add('https://autodiscover.example.org', async (request) => {
      const answer = await server(request);
      return answer.status === 401 ? new Response(endless().body, answer) : answer;
    });
    expect(endpointOf(await discover())).toBe(ENDPOINT);
  });

  test('the right answer under a wrong content type is read', async () => {
    const { network, discover } = organisation();
    network.add('https://autodiscover.example.org', page(settings(ENDPOINT)));
    expect(endpointOf(await discover())).toBe(ENDPOINT);
  });

  test('an answer that drips is cut at the time limit', async () => {
    const { network, discover } = organisation();
    network.add('https://autodiscover.example.org', () => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          network.nowMs += 1_000;
          controller.enqueue(new TextEncoder().encode('<'));
        },
      });
      return new Response(body);
    });
    const result = await discover();
    expect(reasonOf(result)).toBe('timedOut');
    expect(result.steps[1]).toMatchObject({ what: 'json', reason: 'timedOut', milliseconds: 10_000 });
  });
});
