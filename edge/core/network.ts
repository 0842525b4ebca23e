/**
 * The network where a server names the next place to go to: connections that are held within a reach of addresses,
 * and service records of the DNS. Interfaces only; each runtime implements what it can.
 */
import type { AbortSignalLike, HttpFetch } from './effects.ts';
import type { AddressReach } from './ip-address.ts';

/** A service record (RFC 2782). `host` has no dot at its end. */
export interface ServiceRecord {
  readonly host: string;
  readonly port: number;
  /** Lower is asked first. */
  readonly priority: number;
  /** Among equal priorities, the higher the more often. */
  readonly weight: number;
}

/** Connections to places that servers name. */
export interface Network {
  /**
   * A fetch that connects only to addresses within the reach and rejects with AddressNotAllowed where the host of the
   * URL, a name or a number, has none. The address that is checked is the one that is connected to, unless the runtime says that it cannot.
   */
  fetchWithin(reach: AddressReach): HttpFetch;
  /**
   * All records of a service, such as `_autodiscover._tcp.example.org`; none where there is no such name. Rejects when
   * the DNS does not answer, or the signal aborts.
   */
  services(name: string, signal: AbortSignalLike): Promise<readonly ServiceRecord[]>;
}

/** The name leads only to addresses that are out of reach. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';

  constructor(host: string) {
    super(`${host} has no address that connections may go to`);
    this.name = 'AddressNotAllowed';
  }
}
