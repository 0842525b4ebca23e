/**
 * Connections that Node keeps open between requests. `fetch` draws its connections from a pool and does not say which
 * one a request travelled on; an agent with one socket does.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import type { HttpFetch } from '#core/effects.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { KeptConnection } from '#exchange/sign-in/kept-connection.port.ts';
import { lookupWithin, refuseLiteral } from './node-network.ts';
import { platformSignal } from './platform-effects.ts';

/**
 * A connection over TLS or, where the configuration allows it, without, to an address within the reach if one is given.
 * Certificates are checked as Node checks them.
 */
export function openNodeConnection(url: string, reach: AddressReach | null): KeptConnection {
  const protocol = new URL(url).protocol === 'https:' ? https : http;
  const agent = new protocol.Agent({
    keepAlive: true,
    maxSockets: 1,
    maxFreeSockets: 1,
    ...(reach === null ? {} : { lookup: lookupWithin(reach) }),
  });
  let current: Socket | null = null;
  let opened = 0;
  const fetch: HttpFetch = (to, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      if (reach !== null) refuseLiteral(new URL(to), reach);
      const aborting = signal === undefined ? {} : { signal: platformSignal(signal) };
      const request = protocol.request(to, { method, headers, agent, ...aborting }, (response) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: { get: (name) => headerOf(response, name) },
          body: response,
        }),
      );
      request.on('socket', (socket: Socket) => {
        if (socket === current) return;
        current = socket;
        opened += 1;
      });
      request.on('error', reject);
      request.end(body);
    });
  return { fetch, opened: () => opened, close: () => agent.destroy() };
}

function headerOf({ headers }: http.IncomingMessage, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
