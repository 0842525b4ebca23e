/** What is asked before a mailbox is: a token of Microsoft Entra, and NTLM's challenge. */
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { ANNA, SERVER } from './exchange-scenes.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

const CLIENT_ID = '5f0b3a52-7f4d-4c5e-9a53-1c2d3e4f5a6b';
const SCOPE = 'https://mail.example.com/.default';
const NTLM = { user: 'EXAMPLE\\sync', password: 'secret' };
const ASK = { method: 'POST', headers: {}, body: '<x/>', redirect: 'manual' } as const;

export async function signInScenes(): Promise<readonly Scene[]> {
  return [await entraScene(), await ntlmScene()];
}

function entraScene(): Promise<Scene> {
  const entra = new EntraEmulator({
    ...{ clock: { now: () => NOW }, ids: serialIds(), tenant: 'example.com' },
    applications: [{ clientId: CLIENT_ID, secret: 'se~cret', scopes: [SCOPE] }],
  });
  const proof = { kind: 'secret', secret: 'se~cret' } as const;
  const signIn = {
    kind: 'oauth',
    tokenUrl: entra.tokenUrl,
    clientId: CLIENT_ID,
    scope: SCOPE,
    proof,
  } as const;
  const network = emulated(async (request) =>
    request.url === entra.tokenUrl ? entra.fetch(request) : new Response('', { status: 200 }),
  );
  return record('entra', 'token of Entra', network, async (fetch) => {
    const ports = { tokens: memoryTokens(), openConnection: null, network: { fetchWithin: () => fetch } };
    const signed = openSignedFetch(fuzzEffects(fetch), ports)(signIn, null);
    const { status } = await signed(SERVER.endpoint, ASK);
    return { status };
  });
}

function ntlmScene(): Promise<Scene> {
  const exchange = createExchangeEmulator({
    ...{ clock: { now: () => NOW }, ids: serialIds(), signIn: { schemes: ['Negotiate', 'NTLM'] } },
    accounts: [{ ...NTLM, mailbox: ANNA }],
  });
  const connection = {};
  const network = emulated((request) => exchange.fetch(request, connection));
  return record('ntlm', 'sign-in by NTLM', network, async (fetch) => {
    const openConnection = () => ({ fetch, opened: () => 1, close: () => undefined });
    const ports = { tokens: memoryTokens(), openConnection, network: { fetchWithin: () => fetch } };
    const signed = openSignedFetch(fuzzEffects(fetch), ports)({ kind: 'ntlm', ...NTLM }, null);
    const { status } = await signed(SERVER.endpoint, ASK);
    return { status };
  });
}
