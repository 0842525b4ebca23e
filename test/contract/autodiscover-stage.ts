/** An organisation with an Exchange server somewhere in a small Internet, and the client that looks for it. */
import { createAutodiscover } from '#exchange/autodiscover/autodiscover.adapter.ts';
import type {
  AutodiscoverRequest,
  AutodiscoverResult,
  AutodiscoverRules,
} from '#exchange/autodiscover.port.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import type { AutodiscoverOptions } from '#test/emulators/exchange/autodiscover.ts';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { EmulatedNetwork, type Server } from '#test/emulators/network.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';

export const ANNA = 'anna@example.org';
export const SIGN_IN = { kind: 'basic', user: 'EXAMPLE\\sync', password: 'pässword' } as const;
export const RULES: AutodiscoverRules = {
  releasedHosts: ['example.org'],
  reach: 'public',
  prefer: 'external',
};
export const ENDPOINT = 'https://mail.example.org/EWS/Exchange.asmx';

export interface Organisation {
  readonly network: EmulatedNetwork;
  readonly exchange: ExchangeEmulator;
  readonly server: Server;
  discover(
    changes?: Partial<AutodiscoverRequest>,
    rules?: Partial<AutodiscoverRules>,
  ): Promise<AutodiscoverResult>;
}

/** The server answers at mail.example.org; what leads there is the test's business. */
export function organisation(
  version: ServerVersion = 'Exchange2016',
  autodiscover: Partial<AutodiscoverOptions> = {},
): Organisation {
  const network = new EmulatedNetwork();
  const exchange = createExchangeEmulator({
    clock: { now: () => 0 },
    ids: { uuid: () => '00000000-0000-4000-8000-000000000000' },
    version,
    autodiscover,
    accounts: [{ user: SIGN_IN.user, password: SIGN_IN.password, mayImpersonate: true }],
  });
  exchange.addMailbox({ address: ANNA, displayName: 'Anna', zone: 'Europe/Rome' });
  const server: Server = (request) => exchange.fetch(request);
  network.add('https://mail.example.org', server);
  const effects = network.effects(inert());
  const signed = openSignedFetch(effects, { ...memoryEwsPorts(), network });
  const find = createAutodiscover(effects, network, signed);
  return {
    network,
    exchange,
    server,
    discover: (changes = {}, rules = {}) =>
      find({ address: ANNA, signIn: SIGN_IN, rules: { ...RULES, ...rules }, ...changes }),
  };
}

/** `what host outcome` of each step, and the reason where there is one. */
export function told({ steps }: AutodiscoverResult): readonly string[] {
  return steps.map(({ what, url, signedIn, outcome, reason }) => {
    const where = URL.canParse(url) ? new URL(url).hostname : url;
    return [
      what,
      where,
      ...(signedIn ? ['signed in'] : []),
      outcome,
      ...(reason === null ? [] : [reason]),
    ].join(' ');
  });
}

/** Origins to which a sign-in was sent. */
export function trusted({ seen }: EmulatedNetwork): readonly string[] {
  const carrying = seen.filter(({ authorization }) => authorization !== null);
  return [...new Set(carrying.map(({ url }) => new URL(url).origin))];
}

export function redirectTo(location: string, status = 302): Server {
  return () => new Response('', { status, headers: { Location: location } });
}

export function page(html: string, status = 200): Server {
  return () => new Response(html, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

export const WEBSITE = page(
  '<!DOCTYPE html><html><head><title>Example</title></head><body><h1>Welcome</h1></body></html>',
);
export const LOGIN_PAGE = page(
  '<!DOCTYPE html><html><body><form action="/auth" method="post"><input name="username"><input type="password" name="password"></form></body></html>',
);

/** Where the mailbox is, or why that is not known. */
export function endpointOf(result: AutodiscoverResult): string {
  if (result.kind !== 'found') return `${result.failure.reason}: ${result.failure.detail}`;
  return result.place.kind === 'onPremises' ? result.place.endpoint : result.place.kind;
}

export const reasonOf = (result: AutodiscoverResult) =>
  result.kind === 'failed' ? result.failure.reason : result.kind;
