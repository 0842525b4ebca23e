/** Autodiscover against the emulated Exchange: every version, and every way to it. */
import { describe, expect, test } from 'vitest';
import {
  ANNA,
  ENDPOINT,
  endpointOf,
  organisation,
  reasonOf,
  redirectTo,
  told,
  trusted,
} from './autodiscover-stage.ts';

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
