/** Connections that stay open between requests, for sign-ins that belong to a connection. Only some runtimes have them. */
import type { HttpFetch } from '#core/effects.ts';
import type { AddressReach } from '#core/ip-address.ts';

/** One connection to one server. It is opened with the first request, and anew when it was closed. */
export interface KeptConnection {
  /** One request at a time; the body of an answer has to be read to its end before the next one. */
  readonly fetch: HttpFetch;
  /** How often it has been opened so far. */
  opened(): number;
  close(): void;
}

/** Makes a connection to the server of `url`, within the reach if one is given. No request is made. */
export type OpenConnection = (url: string, reach: AddressReach | null) => KeptConnection;
