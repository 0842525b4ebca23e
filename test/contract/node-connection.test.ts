/** Connections on Node: NTLM, with the emulated Exchange behind a real HTTP server, and whose certificates are good. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import { openNodeConnection } from '#runtime/node-connection.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';
import { OWN_CERTIFICATE, OWN_KEY } from './own-authority.ts';

const ACCOUNT = { user: 'EXAMPLE\\sync', password: 'pässwörd' };
const GET_CALENDAR = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
  xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
  <soap:Header><t:RequestServerVersion Version="Exchange2013"/></soap:Header>
  <soap:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>
  <m:FolderIds><t:DistinguishedFolderId Id="calendar"/></m:FolderIds></m:GetFolder></soap:Body></soap:Envelope>`;

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Site {
  readonly url: string;
  readonly fetch: HttpFetch;
  readonly sockets: ReadonlySet<Socket>;
}

/** `keepsOpen`: whether the server leaves connections open after an answer. */
async function site({ keepsOpen = true } = {}): Promise<Site> {
  const exchange = createExchangeEmulator({
    clock: { now: () => 0 },
    ids: { uuid: () => crypto.randomUUID() },
    signIn: { schemes: ['Negotiate', 'NTLM'] },
    accounts: [{ ...ACCOUNT, mailbox: 'sync@example.com' }],
  });
  exchange.addMailbox({ address: 'sync@example.com', displayName: 'Sync', zone: 'UTC' });
  const sockets = new Set<Socket>();
  const listening = createServer(async (request, response) => {
    sockets.add(request.socket);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = new Headers(request.headers as Record<string, string>);
    const asked = new Request(url, { method: 'POST', headers, body: Buffer.concat(chunks) });
    const answer = await exchange.fetch(asked, request.socket);
    response.writeHead(answer.status, {
      ...Object.fromEntries(answer.headers),
      ...(keepsOpen ? {} : { Connection: 'close' }),
    });
    response.end(await answer.text());
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/EWS/Exchange.asmx`;
  const ports = { ...memoryEwsPorts(), openConnection: openNodeConnection };
  return { url, fetch: openSignedFetch(inert(), ports)({ kind: 'ntlm', ...ACCOUNT }, null), sockets };
}

async function ask({ fetch, url }: Site): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': 'text/xml; charset=utf-8' };
  const { status, body } = await fetch(url, {
    method: 'POST',
    headers,
    body: GET_CALENDAR,
    redirect: 'manual',
  });
  let text = '';
  for await (const chunk of body ?? []) text += new TextDecoder().decode(chunk);
  return { status, text };
}

describe('NTLM on Node', () => {
  test('all requests travel on the connection that was signed in', async () => {
    const exchange = await site();
    for (let n = 0; n < 3; n += 1) {
      expect(await ask(exchange)).toEqual({ status: 200, text: expect.stringContaining('NoError') });
    }
    expect(exchange.sockets.size).toBe(1);
  });

  test('a connection that the server closed meanwhile is signed in anew', async () => {
    const exchange = await site();
    await ask(exchange);
    const [first] = exchange.sockets;
    const closed = new Promise((done) => first?.once('close', done));
    first?.end();
    await closed;
    expect(await ask(exchange)).toMatchObject({ status: 200 });
    expect(exchange.sockets.size).toBe(2);
  });

  test('a server that closes every connection is named as the reason', async () => {
    const exchange = await site({ keepsOpen: false });
    await expect(ask(exchange)).rejects.toMatchObject({
      failure: { reason: 'signInRefused', detail: expect.stringContaining('closes each one') },
    });
  });

  test('nobody who listens is unreachable', async () => {
    const exchange = await site();
    server?.close();
    await expect(ask(exchange)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a server with a certificate of the company’s own authority', () => {
  async function outcomes(trusts: boolean): Promise<unknown> {
    let requests = 0;
    const listening = createTlsServer({ cert: OWN_CERTIFICATE, key: OWN_KEY }, (_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
    const folder = await mkdtemp(join(tmpdir(), 'connector-authority-'));
    try {
      const authority = join(folder, 'ca.pem');
      await writeFile(authority, OWN_CERTIFICATE);
      const child = fileURLToPath(new URL('./certificate-child.ts', import.meta.url));
      const url = `https://localhost:${(listening.address() as AddressInfo).port}/EWS/Exchange.asmx`;
      const { stdout } = await promisify(execFile)(process.execPath, [child, url], {
        env: { ...process.env, ...(trusts ? { NODE_EXTRA_CA_CERTS: authority } : {}) },
      });
      return { outcomes: JSON.parse(stdout), requests };
    } finally {
      listening.closeAllConnections();
      listening.close();
      await rm(folder, { recursive: true });
    }
  }

  test('is sent nothing unless Node knows the authority', async () => {
    const refused = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    expect(await outcomes(false)).toEqual({ outcomes: [refused, refused], requests: 0 });
    expect(await outcomes(true)).toEqual({ outcomes: [200, 200], requests: 2 });
  });
});
