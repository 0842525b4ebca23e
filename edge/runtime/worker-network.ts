/**
 * Connections on Cloudflare Workers to places that servers name. The platform's fetch looks names up by itself and
 * cannot be told an address, so the one that is checked here, over HTTPS by Cloudflare's resolver, need not be the one
 * that is connected to. What holds instead is the platform: its fetch reaches public addresses only. So `private` and
 * `loopback` change nothing here; a server in a private network needs the service on Node, or its URL to be published.
 */
import type { HttpFetch } from '#core/effects.ts';
import { type AddressReach, isAddressLiteral, isWithin, withoutBrackets } from '#core/ip-address.ts';
import { AddressNotAllowed, type Network, type ServiceRecord } from '#core/network.ts';
import { platformSignal } from './platform-effects.ts';

/** Cloudflare, 1.1.1.1: "Using JSON" (DNS over HTTPS). */
const RESOLVER = 'https://cloudflare-dns.com/dns-query';
/** Record types (IANA, DNS parameters). */
const TYPES = { A: 1, AAAA: 28, SRV: 33 } as const;
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;
/** Records of one name that are looked at. */
const RECORD_LIMIT = 100;

interface Answers {
  readonly Status: number;
  readonly Answer?: readonly { readonly type: number; readonly data: string }[];
}

/**
 * How long a name counts as checked, ms: the resolver is asked twice for each, and the platform looks it up by itself for
 * every request anyway.
 */
const CHECKED_MS = 60_000;
/** Names that are remembered; then all are checked anew. */
const CHECKED_LIMIT = 1_000;

/** The network of an isolate. `fetch` is the platform's; `now`: epoch ms. */
export function createWorkerNetwork(fetch: HttpFetch, now: () => number = Date.now): Network {
  const checkedAt = new Map<string, number>();
  return {
    fetchWithin: (reach) => async (url, request) => {
      const { hostname } = new URL(url);
      const key = `${reach} ${hostname}`;
      const at = checkedAt.get(key);
      if (at === undefined || now() - at >= CHECKED_MS) {
        await refuseOutOfReach(fetch, hostname, reach, request.signal);
        if (checkedAt.size >= CHECKED_LIMIT) checkedAt.clear();
        checkedAt.set(key, now());
      }
      return fetch(url, request);
    },
    services: async (name, signal) => {
      const records = await lookUp(fetch, name, 'SRV', signal);
      return records.map(serviceRecord).filter((record) => record !== null);
    },
  };
}

async function refuseOutOfReach(
  fetch: HttpFetch,
  host: string,
  reach: AddressReach,
  signal: Parameters<Network['services']>[1] | undefined,
): Promise<void> {
  if (isAddressLiteral(host)) {
    if (!isWithin(withoutBrackets(host), reach)) throw new AddressNotAllowed(host);
    return;
  }
  const [v4, v6] = await Promise.all([lookUp(fetch, host, 'A', signal), lookUp(fetch, host, 'AAAA', signal)]);
  const addresses = [...v4, ...v6];
  if (addresses.length === 0) throw new TypeError(`${host} has no address`);
  // The platform chooses among all of them.
  if (!addresses.every((address) => isWithin(address, reach))) throw new AddressNotAllowed(host);
}

async function lookUp(
  fetch: HttpFetch,
  name: string,
  type: keyof typeof TYPES,
  signal: Parameters<Network['services']>[1] | undefined,
): Promise<readonly string[]> {
  const response = await fetch(`${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`, {
    method: 'GET',
    headers: { Accept: 'application/dns-json' },
    redirect: 'manual',
    ...(signal === undefined ? {} : { signal: platformSignal(signal) }),
  });
  if (response.status !== 200) throw new TypeError(`DNS over HTTPS answered ${response.status}`);
  const { Status: status, Answer: answers = [] }: Answers = JSON.parse(await textOf(response.body));
  if (status === NO_SUCH_NAME) return [];
  if (status !== NO_ERROR) throw new TypeError(`DNS over HTTPS answered with code ${status}`);
  return answers
    .slice(0, RECORD_LIMIT)
    .filter((each) => each.type === TYPES[type])
    .map(({ data }) => String(data));
}

async function textOf(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** `0 5 443 mail.example.org.`: priority, weight, port, host. */
function serviceRecord(data: string): ServiceRecord | null {
  const [, priority, weight, port, host] = /^(\d+) (\d+) (\d+) (\S+?)\.?$/.exec(data.trim()) ?? [];
  if (host === undefined) return null;
  return { host, port: Number(port), priority: Number(priority), weight: Number(weight) };
}
