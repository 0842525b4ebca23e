/** The network of a Worker, with Cloudflare's resolver played by a table. */
import { describe, expect, it } from 'vitest';
import type { HttpFetch, HttpRequest } from '#core/effects.ts';
import { AddressNotAllowed } from '#core/network.ts';
import { createWorkerNetwork } from '#runtime/worker-network.ts';

const GET: HttpRequest = { method: 'GET', headers: {}, redirect: 'manual' };
const TYPES: Readonly<Record<string, number>> = { A: 1, AAAA: 28, SRV: 33 };

function platform(records: Readonly<Record<string, readonly string[]>>, status = 200, code = 0) {
  const fetched: string[] = [];
  const time = { now: 0, lookUps: 0 };
  const fetch: HttpFetch = async (url) => {
    const { hostname, searchParams } = new URL(url);
    if (hostname !== 'cloudflare-dns.com') {
      fetched.push(url);
      return new Response('served');
    }
    time.lookUps += 1;
    const type = searchParams.get('type') ?? '';
    const found = records[`${searchParams.get('name')} ${type}`];
    const Answer = found?.map((data) => ({ name: 'x', type: TYPES[type], TTL: 60, data }));
    const Status =
      code !== 0
        ? code
        : Object.keys(records).some((key) => key.startsWith(searchParams.get('name') ?? ''))
          ? 0
          : 3;
    return new Response(JSON.stringify({ Status, ...(Answer === undefined ? {} : { Answer }) }), { status });
  };
  return { network: createWorkerNetwork(fetch, () => time.now), fetched, time };
}

describe('addresses', () => {
  it('a public name is fetched', async () => {
    const { network, fetched } = platform({
      'mail.example.org A': ['93.184.215.14'],
      'mail.example.org AAAA': ['2603:1026::2'],
    });
    await network.fetchWithin('public')('https://mail.example.org/x', GET);
    expect(fetched).toEqual(['https://mail.example.org/x']);
  });

  it.each([
    ['https://mail.example.org/', { 'mail.example.org A': ['10.0.0.1'] }],
    ['https://mail.example.org/', { 'mail.example.org A': ['93.184.215.14', '10.0.0.1'] }],
    [
      'https://mail.example.org/',
      { 'mail.example.org A': ['93.184.215.14'], 'mail.example.org AAAA': ['::1'] },
    ],
    ['https://10.0.0.1/', {}],
    ['https://[::1]/', {}],
  ])('%s, where %j, is not', async (url, records) => {
    const { network, fetched } = platform(records);
    await expect(network.fetchWithin('public')(url, GET)).rejects.toThrow(AddressNotAllowed);
    expect(fetched).toEqual([]);
  });

  it('a name without addresses is unreachable, whatever the resolver has to say', async () => {
    for (const { network } of [
      platform({}),
      platform({ 'mail.example.org A': [] }),
      platform({}, 500),
      platform({}, 200, 2),
    ]) {
      await expect(network.fetchWithin('public')('https://mail.example.org/', GET)).rejects.toThrow(
        TypeError,
      );
    }
  });
});

it('a name is checked once a minute for each reach, and one that was refused each time', async () => {
  const { network, time } = platform({
    'mail.example.org A': ['93.184.215.14'],
    'in.example.org A': ['10.0.0.1'],
  });
  const ask = (reach: 'public' | 'private', host = 'mail.example.org') =>
    network.fetchWithin(reach)(`https://${host}/`, GET);
  await ask('public');
  await ask('public');
  expect(time.lookUps).toBe(2);
  await ask('private');
  expect(time.lookUps).toBe(4);
  time.now = 60_000;
  await ask('public');
  expect(time.lookUps).toBe(6);
  await expect(ask('public', 'in.example.org')).rejects.toThrow(AddressNotAllowed);
  await ask('private', 'in.example.org');
  await expect(ask('public', 'in.example.org')).rejects.toThrow(AddressNotAllowed);
});

describe('service records', () => {
  const signal = AbortSignal.timeout(60_000);

  it('are read, without the dot of the root; what is none is passed over', async () => {
    const { network } = platform({
      '_autodiscover._tcp.example.org SRV': ['10 5 443 mail.example.org.', 'nonsense'],
    });
    expect(await network.services('_autodiscover._tcp.example.org', signal)).toEqual([
      { host: 'mail.example.org', port: 443, priority: 10, weight: 5 },
    ]);
  });

  it('a name without any has none; a resolver that fails is no proof of that', async () => {
    expect(await platform({}).network.services('_autodiscover._tcp.example.org', signal)).toEqual([]);
    await expect(platform({}, 200, 2).network.services('x', signal)).rejects.toThrow('code 2');
  });
});
