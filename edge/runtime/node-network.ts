/**
 * Connections on Node to places that servers name. The name is looked up by the connection itself, through a look-up
 * that hands on allowed addresses only: what was checked is what is connected to, and a DNS answer that changes in
 * between gains nothing. Certificates are checked as always on Node, against its authorities and NODE_EXTRA_CA_CERTS.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';
import { type AddressReach, isAddressLiteral, isWithin, withoutBrackets } from '#core/ip-address.ts';
import { AddressNotAllowed, type Network, type ServiceRecord } from '#core/network.ts';
import { platformSignal } from './platform-effects.ts';

/** All addresses of a name, in the order in which they are to be tried; for tests. */
export type LookUpAll = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface NodeNetworkOptions {
  /** The system's, with its hosts file, unless given. */
  readonly lookUpAll?: LookUpAll;
  /** DNS servers as `address:port`; the system's unless given. */
  readonly dnsServers?: readonly string[];
  /** Authorities beside which no other counts, in PEM; for tests. */
  readonly ca?: string;
}

/** The network of this machine. */
export function createNodeNetwork(options: NodeNetworkOptions = {}): Network {
  const reaches = new Map<AddressReach, HttpFetch>();
  return {
    fetchWithin(reach) {
      const known = reaches.get(reach) ?? guardedFetch(reach, options);
      reaches.set(reach, known);
      return known;
    },
    services: (name, signal) => serviceRecords(name, platformSignal(signal), options.dnsServers),
  };
}

/** IIS closes a connection that was idle for two minutes, proxies often after one: none is used that is about to close. */
const IDLE_LIMIT_MS = 50_000;

/** Connections are kept for the next request, never between reaches: one that is open is not checked again. */
function guardedFetch(reach: AddressReach, { lookUpAll = ofTheSystem, ca }: NodeNetworkOptions): HttpFetch {
  const lookup = lookupWithin(reach, lookUpAll);
  const kept = { keepAlive: true, timeout: IDLE_LIMIT_MS, lookup };
  const http = new HttpAgent(kept);
  const https = new HttpsAgent({ ...kept, ...(ca === undefined ? {} : { ca }) });
  return async (url, request) => {
    const { protocol } = refuseLiteral(new URL(url), reach);
    return protocol === 'https:'
      ? sent((options) => httpsRequest(url, { ...options, agent: https }), request)
      : sent((options) => httpRequest(url, { ...options, agent: http }), request);
  };
}

/** Node looks up names only. @throws AddressNotAllowed */
export function refuseLiteral(url: URL, reach: AddressReach): URL {
  const { hostname } = url;
  if (isAddressLiteral(hostname) && !isWithin(withoutBrackets(hostname), reach)) {
    throw new AddressNotAllowed(hostname);
  }
  return url;
}

const ofTheSystem: LookUpAll = (host, done) => systemLookup(host, { all: true }, done);

/** A look-up for connections that hands on addresses within the reach only. */
export function lookupWithin(reach: AddressReach, lookUpAll: LookUpAll = ofTheSystem): LookupFunction {
  return (host, { all, family }, done) => {
    lookUpAll(host, (error, addresses) => {
      if (error !== null) return done(error, []);
      const wanted = addresses.filter((each) =>
        family !== 4 && family !== 6 ? true : each.family === family,
      );
      const allowed = wanted.filter(({ address }) => isWithin(address, reach));
      const [first] = allowed;
      if (first === undefined) return done(new AddressNotAllowed(host), []);
      return all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}

interface OutgoingOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function sent(
  open: (options: OutgoingOptions) => ReturnType<typeof httpRequest>,
  { method, headers, body, signal }: HttpRequest,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = open({
      method,
      headers: { 'Accept-Encoding': 'identity', ...headers },
      ...(signal === undefined ? {} : { signal: platformSignal(signal) }),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => resolve(responseOf(incoming)));
    outgoing.end(body);
  });
}

function responseOf(incoming: IncomingMessage): HttpResponse {
  const { headers, statusCode = 0 } = incoming;
  const value = (name: string): string | null => {
    const found = headers[name.toLowerCase()];
    return found === undefined ? null : String(found);
  };
  return {
    status: statusCode,
    headers: { get: value },
    body: plainBody(incoming, value('content-encoding')),
  };
}

/** Some servers compress whatever they were asked. It is unpacked piece by piece, so that the reader's limit holds. */
function plainBody(incoming: IncomingMessage, encoding: string | null): Readable {
  const decoder = decoderOf(encoding?.trim().toLowerCase() ?? '');
  if (decoder === null) return incoming;
  return pipeline(incoming, decoder, () => {});
}

function decoderOf(encoding: string) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}

/** What the DNS says of a name that has no such records, or does not exist. */
const NO_RECORDS: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

async function serviceRecords(
  name: string,
  signal: AbortSignal,
  servers: readonly string[] | undefined,
): Promise<readonly ServiceRecord[]> {
  const resolver = new Resolver();
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const records = await resolver.resolveSrv(name);
    return records.map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_RECORDS.has(error.code)) return [];
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
