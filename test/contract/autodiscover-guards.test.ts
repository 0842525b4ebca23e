/** Autodiscover and its guards: who must not get the sign-in, whatever a server or a name says. */
import { describe, expect, test } from 'vitest';
import {
  ANNA,
  endpointOf,
  LOGIN_PAGE,
  organisation,
  reasonOf,
  redirectTo,
  told,
  trusted,
  WEBSITE,
} from './autodiscover-stage.ts';

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
