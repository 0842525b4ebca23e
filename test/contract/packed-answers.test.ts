/** Answers as they come over real connections on Node: packed, cut off, and packed a thousandfold. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { openNodeConnection } from '#runtime/node-connection.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';
import { DOORS, type Door, outcomeOf } from './bad-answers.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answering = (response: ServerResponse) => void;

/** What comes of asking at a door of a server that answers everything so. `kept`: by connections that are kept. */
async function asked(door: Door, answer: Answering, { kept = false, timeoutMs = 20_000 } = {}) {
  const listening = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const { port } = listening.address() as AddressInfo;
  const platform = createPlatformEffects(inert());
  const connection = kept ? openNodeConnection(`http://127.0.0.1:${port}`, null) : platform;
  const fetch: HttpFetch = (url, request) =>
    connection.fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, request);
  return outcomeOf(door, { ...inert(), fetch, timeoutSignal: () => platform.timeoutSignal(timeoutMs) });
}

const packed =
  (encoding: string, body: Uint8Array, status = 200): Answering =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Encoding': encoding });
    response.end(body);
  };

const drip: Answering = (response) => {
  response.writeHead(200);
  const drops = setInterval(() => response.write(' '), 5);
  response.once('close', () => clearInterval(drops));
};

describe.each(['EWS', 'tokens of Entra', 'JSONWS', 'tokens of the portal'])('%s', (name) => {
  const door = DOORS[name] as Door;
  const bytes = Buffer.from(door.good);

  test.each([
    ['gzip', gzipSync(bytes)],
    ['deflate', deflateSync(bytes)],
    ['deflate', deflateRawSync(bytes)],
    ['br', brotliCompressSync(bytes)],
  ])('packed by %s, it is read', async (encoding, body) => {
    const plain = await asked(door, (response) => response.end(bytes));
    expect(await asked(door, packed(encoding, body))).toEqual(plain);
  });

  test.each([
    ['gzip', gzipSync(bytes)],
    ['deflate', deflateSync(bytes)],
    ['br', brotliCompressSync(bytes)],
  ])('packed by %s and cut off', async (encoding, body) => {
    const failure = await asked(door, packed(encoding, body.subarray(0, body.length - 20)));
    expect(failure?.reason).toMatch(/^(badAnswer|unreachable)$/);
  });

  test('not packed as it says', async () => {
    expect(await asked(door, packed('gzip', bytes))).toMatchObject({ reason: 'badAnswer' });
  });

  test('packed in a way that nobody knows', async () => {
    const failure = await asked(door, packed('x-own', gzipSync(bytes)));
    expect(failure).toMatchObject({ reason: 'badAnswer' });
  });

  test('a bomb: 200 MB in 200 kB are not unpacked beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200 << 20, 32), { level: constants.Z_BEST_SPEED });
    const before = process.memoryUsage().arrayBuffers;
    expect(await asked(door, packed('gzip', bomb))).toMatchObject({ reason: 'answerTooLarge' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * door.limitBytes + (32 << 20));
  });

  test('fewer bytes than it says', async () => {
    const failure = await asked(door, (response) => {
      response.writeHead(200, { 'Content-Length': '100000' });
      response.write(bytes);
      setImmediate(() => response.destroy());
    });
    expect(failure).toMatchObject({ reason: 'unreachable' });
  });

  test('drop by drop', async () => {
    expect(await asked(door, drip, { timeoutMs: 300 })).toMatchObject({ reason: 'timedOut' });
  });
});

describe('EWS by NTLM, whose connections unpack nothing', () => {
  const door = DOORS['EWS by NTLM'] as Door;

  test('what is packed all the same is named as that', async () => {
    const failure = await asked(door, packed('gzip', gzipSync(Buffer.from(door.good))), { kept: true });
    expect(failure).toMatchObject({ reason: 'badAnswer', detail: expect.stringContaining('gzip') });
  });

  test('drop by drop', async () => {
    expect(await asked(door, drip, { kept: true, timeoutMs: 300 })).toMatchObject({ reason: 'timedOut' });
  });
});
