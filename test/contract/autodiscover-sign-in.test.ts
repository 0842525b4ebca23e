/** Autodiscover against servers that want another sign-in than Basic: by NTLM on a connection, and as an application. */
import { expect, test } from 'vitest';
import type { HttpRequest } from '#core/effects.ts';
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { createAutodiscover } from '#exchange/autodiscover/autodiscover.adapter.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { EmulatedNetwork } from '#test/emulators/network.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';
import { ANNA, ENDPOINT, RULES } from './autodiscover-stage.ts';

const HOST = 'https://autodiscover.example.org';
const clock = { now: () => 0 };
const ids = { uuid: () => crypto.randomUUID() };
const APPLICATION = {
  kind: 'oauth',
  tokenUrl: 'https://login.microsoftonline.com/example.org/oauth2/v2.0/token',
  clientId: 'app-1',
  scope: null,
  proof: { kind: 'secret', secret: 's3cret' },
} as const satisfies ExchangeSignIn;

/** A server of 2013, which tells nobody anything without a sign-in. */
function organisation(challenges: readonly string[]) {
  const network = new EmulatedNetwork();
  const entra = new EntraEmulator({
    clock,
    ids,
    tenant: 'example.org',
    // The token has to be for the very server that is asked.
    applications: [{ clientId: 'app-1', secret: 's3cret', scopes: [`${HOST}/.default`] }],
  });
  const exchange = createExchangeEmulator({
    clock,
    ids,
    version: 'Exchange2013',
    autodiscover: { challenges },
    signIn: { schemes: ['NTLM', 'Bearer'], applicationOf: (token) => entra.applicationOf(token, HOST) },
    accounts: [{ user: 'EXAMPLE\\sync', password: 'pässword', mayImpersonate: true }],
  });
  exchange.addMailbox({ address: ANNA, displayName: 'Anna', zone: 'Europe/Rome' });
  for (const origin of [HOST, 'https://mail.example.org'])
    network.add(origin, (request) => exchange.fetch(request));
  network.add('https://login.microsoftonline.com', (request) => entra.fetch(request));
  const reaches: unknown[] = [];
  const openConnection = (_url: string, reach: unknown) => {
    reaches.push(reach);
    const connection = {};
    const fetch = (url: string, { method, headers, body }: HttpRequest) =>
      exchange.fetch(new Request(url, { method, headers, body: body ?? null }), connection);
    return { fetch, opened: () => 1, close: () => {} };
  };
  const effects = { ...network.effects(inert()), ids };
  const signed = openSignedFetch(effects, { ...memoryEwsPorts(), network, openConnection });
  const find = createAutodiscover(effects, network, signed);
  return { reaches, discover: (signIn: ExchangeSignIn) => find({ address: ANNA, signIn, rules: RULES }) };
}

test('NTLM signs in a connection within the reach', async () => {
  const { discover, reaches } = organisation(['Negotiate', 'NTLM']);
  const result = await discover({ kind: 'ntlm', user: 'EXAMPLE\\sync', password: 'pässword' });
  expect(result).toMatchObject({ kind: 'found', place: { kind: 'onPremises', endpoint: ENDPOINT } });
  expect(reaches).toEqual(['public']);
});

test('an application has a token for the server that is asked', async () => {
  const result = await organisation(['Bearer client_id="x"']).discover(APPLICATION);
  expect(result).toMatchObject({ kind: 'found', place: { kind: 'onPremises', endpoint: ENDPOINT } });
});

test.each<[string, ExchangeSignIn]>([
  ['a wrong password', { kind: 'ntlm', user: 'EXAMPLE\\sync', password: 'wrong' }],
  ['a secret that is none', { ...APPLICATION, proof: { kind: 'secret', secret: 'wrong' } }],
])('%s is refused as such', async (_, signIn) => {
  const challenge = signIn.kind === 'ntlm' ? 'NTLM' : 'Bearer client_id="x"';
  const result = await organisation([challenge]).discover(signIn);
  expect(result).toMatchObject({ kind: 'failed', failure: { reason: 'signInRefused' } });
});
