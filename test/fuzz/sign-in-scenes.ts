/** What is asked before a mailbox is: a token of Microsoft Entra, and NTLM's challenge. */
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import type { SignInOptions } from '#test/emulators/exchange/sign-in.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { ACCOUNT, ANNA, emulatedExchange, SERVER } from './exchange-scenes.ts';
import { emulated, fuzzEffects, NOW, type Parser, record, type Scene, serialIds } from './scene.ts';

const CLIENT_ID = '5f0b3a52-7f4d-4c5e-9a53-1c2d3e4f5a6b';
const RESOURCE = 'https://mail.example.com';
const SCOPE = `${RESOURCE}/.default`;

export async function signInScenes(): Promise<readonly Scene[]> {
  const entra = new EntraEmulator({
    ...{ clock: { now: () => NOW }, ids: serialIds(), tenant: 'example.com' },
    applications: [{ clientId: CLIENT_ID, secret: 'se~cret', scopes: [SCOPE] }],
  });
  const proof = { kind: 'secret', secret: 'se~cret' } as const;
  const { tokenUrl } = entra;
  const application = { kind: 'oauth', tokenUrl, clientId: CLIENT_ID, scope: SCOPE, proof } as const;
  const applicationOf = (token: string) => entra.applicationOf(token, RESOURCE);
  return [
    await scene('entra', 'token of Entra', application, { schemes: ['Bearer'], applicationOf }, entra),
    await scene('ntlm', 'sign-in by NTLM', { kind: 'ntlm', ...ACCOUNT }, { schemes: ['Negotiate', 'NTLM'] }),
  ];
}

function scene(
  parser: Parser,
  name: string,
  signIn: ExchangeSignIn,
  offers: SignInOptions,
  entra?: EntraEmulator,
): Promise<Scene> {
  const exchange = emulatedExchange('Exchange2016', offers);
  const folder = exchange.mailbox(ANNA).calendar.id;
  const connection = {};
  const network = emulated((request) =>
    entra !== undefined && request.url === entra.tokenUrl
      ? entra.fetch(request)
      : exchange.fetch(request, connection),
  );
  return record(parser, name, network, (fetch) => {
    const openConnection = () => ({ fetch, opened: () => 1, close: () => undefined });
    const open = openEwsMailbox(fuzzEffects(fetch), { ...memoryEwsPorts(), openConnection });
    return open({ ...SERVER, signIn }, ANNA, 'Europe/Rome').changes(folder, null);
  });
}
