/** What is asked to find where a mailbox is: each protocol of Autodiscover, and the endpoint that it names. */
import { createAutodiscover } from '#exchange/autodiscover/autodiscover.adapter.ts';
import type { AutodiscoverProtocol } from '#exchange/autodiscover.port.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { ANNA, emulatedExchange, SERVER } from './exchange-scenes.ts';
import { emulated, fuzzEffects, record, type Scene } from './scene.ts';

export async function autodiscoverScenes(): Promise<readonly Scene[]> {
  const scenes: Scene[] = [];
  const kinds: readonly (readonly [ServerVersion, AutodiscoverProtocol])[] = [
    ['Exchange2016', 'json'],
    ['Exchange2013', 'soap'],
    ['Exchange2007_SP1', 'pox'],
  ];
  for (const [version, protocol] of kinds) {
    const exchange = emulatedExchange(version);
    const network = emulated((request) => exchange.fetch(request));
    scenes.push(
      await record(
        'autodiscover',
        `autodiscover by ${protocol}`,
        network,
        (fetch) => {
          const effects = fuzzEffects(fetch);
          const network = { fetchWithin: () => fetch, services: async () => [] };
          const ports = { tokens: memoryTokens(), openConnection: null, network };
          return createAutodiscover(
            effects,
            network,
            openSignedFetch(effects, ports),
          )({
            address: ANNA,
            signIn: SERVER.signIn,
            rules: { releasedHosts: ['example.com', 'example.org'], reach: 'public', prefer: 'external' },
            lastSource: { protocol, url: urlOf(protocol) },
          });
        },
        (outcome) => JSON.stringify(outcome).includes('"found"'),
      ),
    );
  }
  return scenes;
}

function urlOf(protocol: AutodiscoverProtocol): string {
  const base = 'https://autodiscover.example.com/autodiscover/autodiscover';
  if (protocol === 'json') return `${base}.json/v1.0/${ANNA}?Protocol=EWS`;
  return protocol === 'pox' ? `${base}.xml` : `${base}.svc`;
}
