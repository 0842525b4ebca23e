/** Which server and protocol a mailbox in Exchange Online is asked by. */
import { expect, test } from 'vitest';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { createFindServer, type DomainReach } from '#exchange/mailbox-server.ts';
import { effectsOn } from '#test/contract/ews-world.ts';
import { memoryServers } from '#test/ews-ports.ts';

const APPLICATION: ExchangeAccess = {
  signIn: {
    kind: 'oauth',
    tokenUrl: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
    clientId: 'c',
    scope: null,
    proof: { kind: 'secret', secret: 's' },
  },
  impersonate: 'address',
  version: null,
};
const ONLINE: DomainReach = {
  id: 'default',
  endpoint: 'https://outlook.office365.com/EWS/Exchange.asmx',
  reach: null,
  releasedHosts: [],
  prefer: 'external',
};
const ANNA = { address: 'anna@example.com', failed: null };
const GRAPH = { protocol: 'graph', endpoint: 'https://graph.microsoft.com/v1.0' };

function findServer() {
  const silent = () => Promise.reject(new Error('nothing is asked for a server that is named'));
  return createFindServer(effectsOn({ now: () => 0 }, silent), {
    network: { fetchWithin: () => silent, services: async () => [] },
    signed: () => silent,
    memoryOf: () => ({ recall: async () => null, remember: async () => {} }),
    servers: memoryServers(),
    timeoutMs: 1_000,
  });
}

test('over Graph where the domain says so; what was stored before there was a choice stays', async () => {
  const find = findServer();
  expect(await find(ONLINE, { ...APPLICATION, onlineProtocol: 'graph' }, ANNA)).toMatchObject(GRAPH);
  const before = await find(ONLINE, APPLICATION, ANNA);
  expect(before.endpoint).toBe(ONLINE.endpoint);
  expect(before.protocol ?? 'ews').toBe('ews');
});

test('a mailbox to which Exchange Web Services are refused by policy goes over, alone and for good', async () => {
  const find = findServer();
  expect(await find(ONLINE, APPLICATION, { ...ANNA, failed: 'ewsBlocked' })).toMatchObject(GRAPH);
  expect(await find(ONLINE, APPLICATION, ANNA)).toMatchObject(GRAPH);
  const other = await find(ONLINE, APPLICATION, { ...ANNA, address: 'bo@example.com' });
  expect(other.endpoint).toBe(ONLINE.endpoint);
});

test('a server of the organisation is asked by Exchange Web Services, whatever its domain says', async () => {
  const own = { ...ONLINE, endpoint: 'https://mail.example.com/EWS/Exchange.asmx' };
  const server = await findServer()(own, { ...APPLICATION, onlineProtocol: 'graph' }, ANNA);
  expect(server.endpoint).toBe(own.endpoint);
  expect(server.protocol ?? 'ews').toBe('ews');
});

test('a password is not sent to Exchange Online', async () => {
  const password: ExchangeAccess = {
    ...APPLICATION,
    signIn: { kind: 'basic', user: 'u', password: 'p' },
    onlineProtocol: 'graph',
  };
  await expect(findServer()(ONLINE, password, ANNA)).rejects.toMatchObject({
    failure: { reason: 'needsApplication' },
  });
});
