/** The real effects on Node, against a server of this machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Effects, HttpRequest } from '#core/effects.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const transparent = { seal: async (text: string) => text, open: async (text: string) => text };
const effects: Effects = createPlatformEffects({ seal: transparent, log: silent });
const GET: HttpRequest = { method: 'GET', headers: {}, redirect: 'manual' };

describe('fetch on Node', () => {
  const sockets = new Set<unknown>();
  let url: string;
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (request.url !== '/silent')
      request.pipe(response.writeHead(200, { 'x-method': request.method ?? '' }));
  });

  beforeEach(async () => {
    sockets.clear();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('keeps the connection for the next request', async () => {
    for (const body of ['one', 'two', 'three']) {
      const response = await effects.fetch(url, { ...GET, method: 'POST', body });
      expect(response.body && (await text(response.body))).toBe(body);
      expect(response.headers.get('x-method')).toBe('POST');
      // The pool takes the connection back a turn after the body has ended.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sockets.size).toBe(1);
  });

  it('hands a redirect on instead of following it', async () => {
    const response = await effects.fetch(`${url}/moved`, GET);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/elsewhere']);
  });

  it('gives up when the time-out signal says so', async () => {
    const asking = effects.fetch(`${url}/silent`, { ...GET, signal: effects.timeoutSignal(20) });
    await expect(asking).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('the clock on Node', () => {
  it('sleeps, and wakes at once when the signal aborts', async () => {
    const before = effects.clock.monotonic();
    await effects.clock.sleep(5);
    await expect(effects.clock.sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(effects.clock.monotonic() - before).toBeLessThan(10_000);
  });
});
