/** Connections on Node, against servers of this machine: where they go, what certificates must hold, what limits do. */
import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import type { RequestListener } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionReason } from '#core/connection.ts';
import type { Effects, HttpRequest, HttpResponse } from '#core/effects.ts';
import type { AddressReach } from '#core/ip-address.ts';
import { createAutodiscover } from '#exchange/autodiscover/autodiscover.adapter.ts';
import { ask } from '#exchange/autodiscover/http.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import { createNodeNetwork, type LookUpAll } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { AUTHORITY, EXPIRED_CERTIFICATE, SERVER_CERTIFICATE, SERVER_KEY } from './certificates.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const transparent = { seal: async (plain: string) => plain, open: async (sealed: string) => sealed };
const effects: Effects = createPlatformEffects({ seal: transparent, log: silent });
const GET: HttpRequest = { method: 'GET', headers: {}, redirect: 'manual' };
const HERE: LookupAddress = { address: '127.0.0.1', family: 4 };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Site {
  readonly port: number;
  readonly url: string;
  connections(): number;
}

async function site(listener: RequestListener, cert = SERVER_CERTIFICATE): Promise<Site> {
  const server = createServer({ key: SERVER_KEY, cert }, listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `https://mail.example.org:${port}/`, connections: () => connections };
}

/** Names lead here, or to what is given; look-ups are counted. */
function names(...addresses: readonly LookupAddress[]) {
  const seen: string[] = [];
  const lookUpAll: LookUpAll = (host, done) => {
    seen.push(host);
    setImmediate(done, null, addresses.length === 0 ? [HERE] : addresses);
  };
  return { seen, lookUpAll };
}

function reaching(reach: AddressReach, lookUpAll = names().lookUpAll, ca = AUTHORITY) {
  return createNodeNetwork({ lookUpAll, ca }).fetchWithin(reach);
}

const reasonOf = (asking: Promise<HttpResponse>) => asking.then(() => 'an answer', connectionReason);
const bodyOf = ({ body }: HttpResponse) => (body === null ? Promise.resolve('') : text(body));

describe('where connections go', () => {
  it('to the address that was checked, in one look-up', async () => {
    const { url, connections } = await site((request, response) => response.end(request.headers.host));
    const { seen, lookUpAll } = names();
    const response = await reaching('loopback', lookUpAll)(url, GET);
    expect(await bodyOf(response)).toBe(new URL(url).host);
    expect([seen, connections()]).toEqual([['mail.example.org'], 1]);
  });

  it.each(['public', 'private'] as const)(
    'not to this machine within %s, by name or by number',
    async (reach) => {
      const { url, port, connections } = await site((_, response) => response.end());
      const fetch = reaching(reach);
      for (const target of [
        url,
        `https://127.0.0.1:${port}/`,
        `https://[::1]:${port}/`,
        `https://[::ffff:7f00:1]:${port}/`,
        `https://2130706433:${port}/`,
      ]) {
        expect(await reasonOf(fetch(target, GET))).toBe('addressNotAllowed');
      }
      expect(connections()).toBe(0);
    },
  );

  it('only to those of several addresses that are allowed', async () => {
    const { url, connections } = await site((_, response) => response.end());
    const metadata: LookupAddress = { address: '169.254.169.254', family: 4 };
    expect((await reaching('loopback', names(metadata, HERE).lookUpAll)(url, GET)).status).toBe(200);
    expect(await reasonOf(reaching('loopback', names(metadata).lookUpAll)(url, GET))).toBe(
      'addressNotAllowed',
    );
    expect(connections()).toBe(1);
  });

  it('a connection that is kept serves its own reach alone', async () => {
    const { url, connections } = await site((_, response) => response.end('x'));
    const network = createNodeNetwork({ lookUpAll: names().lookUpAll, ca: AUTHORITY });
    for (let count = 0; count < 2; count += 1) {
      await bodyOf(await network.fetchWithin('loopback')(url, GET));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections()).toBe(1);
    expect(await reasonOf(network.fetchWithin('private')(url, GET))).toBe('addressNotAllowed');
  });

  it('a name that does not exist is unreachable', async () => {
    const missing: LookUpAll = (host, done) =>
      done(Object.assign(new Error(host), { code: 'ENOTFOUND' }), []);
    expect(await reasonOf(reaching('public', missing)('https://mail.example.org/', GET))).toBe('unreachable');
  });

  it('a redirect is handed on', async () => {
    const { url } = await site((_, response) => response.writeHead(302, { Location: '/elsewhere' }).end());
    const { status, headers } = await reaching('loopback')(url, GET);
    expect([status, headers.get('location')]).toEqual([302, '/elsewhere']);
  });
});

describe('certificates', () => {
  it.each([
    ['expired', EXPIRED_CERTIFICATE, AUTHORITY, 'mail.example.org'],
    ['of an authority that is not known', SERVER_CERTIFICATE, SERVER_CERTIFICATE, 'mail.example.org'],
    ['for another name', SERVER_CERTIFICATE, AUTHORITY, 'other.example.org'],
  ])('%s: nothing is sent', async (_, certificate, ca, host) => {
    let requests = 0;
    const { port } = await site((_request, response) => {
      requests += 1;
      response.end();
    }, certificate);
    const asking = reaching('loopback', names().lookUpAll, ca)(`https://${host}:${port}/`, GET);
    expect(await reasonOf(asking)).toBe('certificateRefused');
    expect(requests).toBe(0);
  });

  it('a server that speaks no TLS is unreachable', async () => {
    const server = createPlainServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect(await reasonOf(reaching('loopback')(`https://mail.example.org:${port}/`, GET))).toBe(
      'unreachable',
    );
  });
});

describe('answers', () => {
  const question = (url: string) => ({ method: 'GET' as const, url, headers: {} });
  const failureOf = async (url: string, limitMs = 5_000) => {
    const asking = ask(effects, reaching('loopback'), question(url), limitMs);
    return asking.then(
      ({ text: said }) => said,
      (error) => error.failure,
    );
  };

  it('that are compressed unasked are unpacked', async () => {
    const { url } = await site((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('<Autodiscover/>'));
    });
    expect(await failureOf(url)).toBe('<Autodiscover/>');
  });

  it('that unpack without end are cut at the limit', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { url } = await site((_, response) => {
      const gzip = createGzip();
      const zeros = Buffer.alloc(1024 * 1024);
      closed = new Promise((resolve) => response.once('close', resolve));
      gzip.pipe(response.writeHead(200, { 'Content-Encoding': 'gzip' }));
      const more = () => {
        while (!response.destroyed && gzip.write(zeros));
      };
      gzip.on('drain', more);
      more();
    });
    expect(await failureOf(url)).toMatchObject({ reason: 'answerTooLarge' });
    await closed;
  });

  it('that are no gzip though they say so', async () => {
    const { url } = await site((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('plain'),
    );
    expect(await failureOf(url)).toMatchObject({ reason: 'badAnswer' });
  });

  it('that break off', async () => {
    const { url } = await site((_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('<Auto');
      setImmediate(() => response.destroy());
    });
    expect(await failureOf(url)).toMatchObject({ reason: 'unreachable' });
  });

  it('that never come, or come drop by drop', async () => {
    const quiet = await site(() => {});
    const dripping = await site((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('<'), 5);
      response.once('close', () => clearInterval(drip));
    });
    for (const { url } of [quiet, dripping]) {
      expect(await failureOf(url, 100)).toMatchObject({ reason: 'timedOut' });
    }
  });

  it('with more headers than any server has reason to send', async () => {
    const { url } = await site((_, response) =>
      response.writeHead(200, { 'X-Long': 'x'.repeat(100_000) }).end(),
    );
    expect(await failureOf(url)).toMatchObject({ reason: 'badAnswer' });
  });
});

describe('service records', () => {
  it('are read, and a name without any has none', async () => {
    const dnsServers = [
      await dnsServer((name) => (name === '_autodiscover._tcp.example.org' ? 'mail.example.org' : null)),
    ];
    const network = createNodeNetwork({ dnsServers });
    const signal = effects.timeoutSignal(5_000);
    expect(await network.services('_autodiscover._tcp.example.org', signal)).toEqual([
      { host: 'mail.example.org', port: 443, priority: 10, weight: 5 },
    ]);
    expect(await network.services('_autodiscover._tcp.example.net', signal)).toEqual([]);
  });

  it('are waited for no longer than the signal says', async () => {
    const dnsServers = [await dnsServer(() => undefined)];
    const asking = createNodeNetwork({ dnsServers }).services(
      '_autodiscover._tcp.example.org',
      effects.timeoutSignal(50),
    );
    await expect(asking).rejects.toMatchObject({ code: 'ECANCELLED' });
  });
});

it('finds the endpoint of an Exchange over TLS', async () => {
  const exchange = createExchangeEmulator({
    clock: { now: () => 0 },
    ids: { uuid: () => '0' },
    version: 'Exchange2013',
    autodiscover: { externalUrl: null, internalUrl: 'https://mail.example.org/replaced' },
    accounts: [{ user: 'sync', password: 'secret' }],
  });
  exchange.addMailbox({ address: 'anna@example.org', displayName: 'Anna', zone: 'Europe/Rome' });
  const { url, port } = await site(async (request, response) => {
    const { method = 'GET', headers } = request;
    const body = method === 'POST' ? { body: await text(request) } : {};
    const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const answer = await exchange.fetch(
      new Request(new URL(request.url ?? '/', url), { method, headers: fields, ...body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(
      (await answer.text()).replaceAll('https://mail.example.org/replaced', `${url}EWS/Exchange.asmx`),
    );
  });
  const network = createNodeNetwork({
    lookUpAll: names().lookUpAll,
    ca: AUTHORITY,
    dnsServers: ['127.0.0.1:9'],
  });
  const signed = openSignedFetch(effects, { ...memoryEwsPorts(), network });
  const result = await createAutodiscover(
    effects,
    network,
    signed,
  )({
    address: 'anna@example.org',
    signIn: { kind: 'basic', user: 'sync', password: 'secret' },
    rules: { releasedHosts: ['example.org'], reach: 'loopback', prefer: 'external' },
    lastSource: { protocol: 'pox', url: `https://mail.example.org:${port}/autodiscover/autodiscover.xml` },
  });
  expect(result).toMatchObject({
    kind: 'found',
    place: { endpoint: `${url}EWS/Exchange.asmx`, signInSchemes: ['basic'] },
  });
});

/** A DNS server (RFC 1035) that knows one service: the target for its name, null for no such name, undefined for silence. */
async function dnsServer(targetOf: (name: string) => string | null | undefined): Promise<string> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('ascii', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const target = targetOf(labels.join('.').toLowerCase());
    if (target === undefined) return;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(target === null ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(target === null ? 0 : 1, 6);
    const question = query.subarray(12, at + 5);
    socket.send(
      Buffer.concat([header, question, target === null ? Buffer.alloc(0) : record(target)]),
      port,
      address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => socket.close(resolve)));
  return `127.0.0.1:${socket.address().port}`;
}

function record(target: string): Buffer {
  const name = Buffer.concat([
    ...target.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
  // Name of the question, SRV, IN, a minute; priority 10, weight 5, port 443.
  const head = Buffer.from([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 6 + name.length, 0, 10, 0, 5, 0x01, 0xbb]);
  return Buffer.concat([head, name]);
}
