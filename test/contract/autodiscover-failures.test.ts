/** Autodiscover that does not find the server: what is in the way is told, and bad answers do no harm. */
import { describe, expect, test } from 'vitest';
import { SILENT } from '#test/emulators/network.ts';
import {
  ANNA,
  ENDPOINT,
  endpointOf,
  LOGIN_PAGE,
  organisation,
  page,
  reasonOf,
  redirectTo,
  told,
  WEBSITE,
} from './autodiscover-stage.ts';

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
