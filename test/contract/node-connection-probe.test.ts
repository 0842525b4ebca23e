/** What Node sees of names, sockets and certificates: with real ones, and with Exchange behind them. */

import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodeConnectionProbe } from '#runtime/node-connection-probe.ts';
import { OWN_CERTIFICATE, OWN_KEY } from './own-authority.ts';
import {
  AUTHORITY,
  EXPIRED,
  GOOD,
  NOT_YET_VALID,
  OF_ANOTHER_NAME,
  SERVER_KEY,
} from './server-certificates.ts';

const servers: (TlsServer | TcpServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening<T extends TlsServer | TcpServer>(server: T): Promise<{ server: T; port: number }> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, port: (server.address() as AddressInfo).port };
}

const HERE = { host: 'localhost', addresses: ['127.0.0.1'] };
const soon = () => AbortSignal.timeout(10_000);

describe('a certificate', () => {
  it.each([
    ['in order', GOOD, SERVER_KEY, null, ''],
    ['that has expired', EXPIRED, SERVER_KEY, 'expired', 'CERT_HAS_EXPIRED'],
    ['that is not valid yet', NOT_YET_VALID, SERVER_KEY, 'notYetValid', 'CERT_NOT_YET_VALID'],
    ['of another name', OF_ANOTHER_NAME, SERVER_KEY, 'otherName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that nobody has signed', OWN_CERTIFICATE, OWN_KEY, 'issuerUnknown', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('%s is seen as such, and nothing is sent', async (_, cert, key, problem, said) => {
    let requests = 0;
    const server = createTlsServer({ cert, key }, () => {
      requests += 1;
    });
    const { port } = await listening(server);
    const probe = createNodeConnectionProbe({ ca: AUTHORITY });
    const seen = await probe.certificate({ ...HERE, port }, soon());
    expect(seen).toMatchObject({ problem, said });
    expect(requests).toBe(0);
  });

  it('of an authority that Node does not know is seen with its issuer, names and end', async () => {
    const { port } = await listening(createTlsServer({ cert: GOOD, key: SERVER_KEY }));
    const seen = await createNodeConnectionProbe().certificate({ ...HERE, port }, soon());
    expect(seen).toEqual({
      issuer: 'Example Trust, Example Root',
      names: ['localhost'],
      validUntil: Date.UTC(2126, 0, 1),
      problem: 'issuerUnknown',
      said: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  it('cannot be seen where no TLS is spoken', async () => {
    const { port } = await listening(
      createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const seeing = createNodeConnectionProbe().certificate({ ...HERE, port }, soon());
    await expect(seeing).rejects.toMatchObject({
      code: expect.stringMatching(/^(EPROTO|ERR_SSL|ECONNRESET)/),
    });
  });
});

describe('a connection', () => {
  it('is opened and closed', async () => {
    let open = 0;
    const { server, port } = await listening(createTcpServer());
    const closed = new Promise<void>((done) => {
      server.on('connection', (socket) => {
        open += 1;
        socket.resume().on('close', () => done());
      });
    });
    await createNodeConnectionProbe().connect({ ...HERE, port }, soon());
    await closed;
    expect(open).toBe(1);
  });

  it('goes to the address that was looked up, whatever the DNS says by now', async () => {
    const { port } = await listening(createTcpServer());
    const place = { host: 'mail.invalid', addresses: ['127.0.0.1'], port };
    await expect(createNodeConnectionProbe().connect(place, soon())).resolves.toBeUndefined();
  });

  it('to where nobody listens is refused', async () => {
    const { server, port } = await listening(createTcpServer());
    await new Promise((done) => server.close(done));
    const connecting = createNodeConnectionProbe().connect({ ...HERE, port }, soon());
    await expect(connecting).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('that is not answered ends with the signal', async () => {
    const { port } = await listening(createTcpServer());
    const probe = createNodeConnectionProbe();
    const handshake = probe.certificate({ ...HERE, port }, AbortSignal.timeout(50));
    await expect(handshake).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a name', () => {
  it('is looked up as for any connection', async () => {
    expect(await createNodeConnectionProbe().resolve('localhost', soon())).toContain('127.0.0.1');
  });

  it('that nobody has is told by its code', async () => {
    // RFC 6761, section 6.4: nobody ever has it. Without a DNS at hand, that is what is told.
    const looking = createNodeConnectionProbe().resolve('mail.invalid', soon());
    await expect(looking).rejects.toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
  });
});
