/** Streaming over real connections on Node, by each way that requests leave: what is told arrives while the answer goes on. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openEwsStream } from '#exchange/ews/ews-stream.adapter.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { StreamNews } from '#exchange/mailbox-push.port.ts';
import { openNodeConnection } from '#runtime/node-connection.ts';
import { createNodeNetwork } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';
import { serialIds } from './ews-world.ts';

const ANNA = 'anna@example.com';
const ACCOUNT = { user: 'EXAMPLE\\sync', password: 'pässwörd' };

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The emulated Exchange behind a real HTTP server, and the socket of the answer that goes on. */
async function startServer(scheme: 'Basic' | 'NTLM') {
  const exchange = createExchangeEmulator({
    clock: { now: () => Date.UTC(2026, 10, 22) },
    ids: serialIds(),
    signIn: { schemes: [scheme] },
    accounts: [{ ...ACCOUNT, mayImpersonate: true }],
  });
  exchange.addMailbox({ address: ANNA, displayName: 'Anna', zone: 'Europe/Rome' });
  const streams: { readonly socket: Socket; readonly response: ServerResponse }[] = [];
  const listening = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const headers = new Headers(request.headers as Record<string, string>);
    const asked = { method: 'POST', headers, body: Buffer.concat(chunks), signal: leaving.signal };
    const answer = await exchange.fetch(new Request(url, asked), request.socket);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (exchange.notifications.connections.length > 0) streams.push({ socket: request.socket, response });
    try {
      for await (const piece of answer.body ?? []) response.write(piece);
      response.end();
    } catch {
      response.destroy();
    }
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/EWS/Exchange.asmx`;
  return { exchange, url, streams };
}

const WAYS: Readonly<Record<string, Pick<MailboxServer, 'signIn' | 'reach'>>> = {
  'the platform': { signIn: { kind: 'basic', ...ACCOUNT } },
  'connections that are held within a reach': { signIn: { kind: 'basic', ...ACCOUNT }, reach: 'loopback' },
  'connections that are kept, by NTLM': { signIn: { kind: 'ntlm', ...ACCOUNT } },
};

async function openStream(way: string) {
  const ways = WAYS[way];
  if (ways === undefined) throw new Error(`there is no way ${way}`);
  const world = await startServer(ways.signIn.kind === 'ntlm' ? 'NTLM' : 'Basic');
  const ports = { ...memoryEwsPorts(), openConnection: openNodeConnection, network: createNodeNetwork() };
  const mailServer: MailboxServer = {
    ...{ endpoint: world.url, impersonate: 'address', version: 'Exchange2016', timeoutMs: 20_000, ...ways },
  };
  const stream = openEwsStream(createPlatformEffects(inert()), ports)(mailServer);
  if (stream === null) throw new Error('there is no streaming');
  await stream.subscribe(mailServer, ANNA, [world.exchange.mailbox(ANNA).calendar.id]);
  return { ...world, stream };
}

test.each(Object.keys(WAYS))('by %s: told at once, and left at once', async (way) => {
  const { exchange, stream, streams } = await openStream(way);
  const told: StreamNews['kind'][] = [];
  let gone: Promise<unknown> | undefined;
  for await (const news of stream.listen(new AbortController().signal)) {
    told.push(news.kind);
    if (told.length === 1) {
      exchange.userActs.createItem(exchange.mailbox(ANNA).calendar, { subject: 'Lunch' });
    } else {
      gone = new Promise((done) => streams[0]?.socket.once('close', done));
      break;
    }
  }
  await gone;
  expect(told).toEqual(['alive', 'changed']);
  expect(exchange.notifications.connections).toEqual([]);
});

test.each(Object.keys(WAYS))('by %s: a connection that breaks is a failure', async (way) => {
  const { stream, streams } = await openStream(way);
  const listened = async () => {
    for await (const _ of stream.listen(new AbortController().signal)) streams[0]?.socket.destroy();
  };
  await expect(listened()).rejects.toMatchObject({ failure: { reason: 'unreachable' } });
});

test.each(Object.keys(WAYS))('by %s: a signal ends the waiting', async (way) => {
  const { exchange, stream } = await openStream(way);
  const stopping = new AbortController();
  for await (const _ of stream.listen(stopping.signal)) stopping.abort();
  while (exchange.notifications.connections.length > 0) await new Promise((done) => setImmediate(done));
});
