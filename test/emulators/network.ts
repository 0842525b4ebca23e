/**
 * A small Internet in process: names with their addresses and service records, servers behind origins, certificates.
 * It is a Network as the service knows one; what a connection would do, it does. Every request is remembered.
 */
import type { AbortSignalLike, Clock, Effects, HttpFetch, HttpRequest, HttpResponse } from '#core/effects.ts';
import { type AddressReach, isAddressLiteral, isWithin, withoutBrackets } from '#core/ip-address.ts';
import { AddressNotAllowed, type Network, type ServiceRecord } from '#core/network.ts';

/** What stands behind an origin. */
export type Server = (request: Request) => Promise<Response> | Response;

export interface Host {
  readonly addresses?: readonly string[];
  /** Code of the error that a certificate causes, such as `CERT_HAS_EXPIRED`. */
  readonly certificate?: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
}

/** An address of nobody in particular. */
const SOMEWHERE = '93.184.215.14';

/** Hangs for as long as anybody waits. */
export const SILENT: Server = () => {
  throw new Hang();
};

class Hang extends Error {}

/** A signal of the virtual clock. */
class Deadline implements AbortSignalLike {
  readonly reason = Object.assign(new Error('The operation timed out.'), { name: 'TimeoutError' });
  readonly #world: EmulatedNetwork;
  readonly at: number;

  constructor(world: EmulatedNetwork, at: number) {
    this.#world = world;
    this.at = at;
  }

  get aborted(): boolean {
    return this.#world.nowMs >= this.at;
  }
}

export class EmulatedNetwork implements Network {
  readonly seen: SeenRequest[] = [];
  readonly serviceRecords = new Map<string, readonly ServiceRecord[]>();
  nowMs = 0;
  readonly #servers = new Map<string, { readonly server: Server; readonly host: Host }>();

  /** `origin`: `https://mail.example.org`. */
  add(origin: string, server: Server, host: Host = {}): void {
    this.#servers.set(origin, { server, host });
  }

  /** Effects that live in this world: its clock, no other network. */
  effects(inert: Effects): Effects {
    const clock: Clock = { ...inert.clock, now: () => this.nowMs, monotonic: () => this.nowMs };
    return { ...inert, clock, timeoutSignal: (ms) => new Deadline(this, this.nowMs + ms) };
  }

  fetchWithin(reach: AddressReach): HttpFetch {
    return (url, request) => this.#connect(url, request, reach);
  }

  async services(name: string, signal: AbortSignalLike): Promise<readonly ServiceRecord[]> {
    if (signal.aborted) throw signal.reason;
    return this.serviceRecords.get(name) ?? [];
  }

  async #connect(url: string, request: HttpRequest, reach: AddressReach): Promise<HttpResponse> {
    const { origin, hostname } = new URL(url);
    const found = this.#servers.get(origin);
    const addresses = isAddressLiteral(hostname)
      ? [withoutBrackets(hostname)]
      : (found?.host.addresses ?? (found === undefined ? [] : [SOMEWHERE]));
    if (addresses.length === 0) throw connectionError('ENOTFOUND');
    if (!addresses.some((address) => isWithin(address, reach))) throw new AddressNotAllowed(hostname);
    if (found === undefined) throw connectionError('ECONNREFUSED');
    if (found.host.certificate !== undefined) throw connectionError(found.host.certificate);
    const { method, headers, body } = request;
    const sent = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) });
    this.seen.push({ method, url, authorization: sent.headers.get('Authorization') });
    try {
      return await found.server(sent);
    } catch (error) {
      if (!(error instanceof Hang) || !(request.signal instanceof Deadline)) throw error;
      this.nowMs = Math.max(this.nowMs, request.signal.at);
      throw request.signal.reason;
    }
  }
}

/** Graph and the token endpoint of its tenant at the names that everybody knows them by. */
export function addMicrosoft365(
  network: EmulatedNetwork,
  graph: { fetch(request: Request): Promise<Response> },
  entra: { fetch(request: Request): Promise<Response> },
): void {
  network.add('https://graph.microsoft.com', (request) => graph.fetch(request));
  network.add('https://login.microsoftonline.com', (request) => entra.fetch(request));
}

/** As fetch reports it: the socket's own error behind one that says nothing. */
function connectionError(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}
