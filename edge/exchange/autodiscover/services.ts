/** Hosts that the DNS names for Autodiscover (RFC 2782; Microsoft Learn, "Autodiscover for Exchange", phase 3). */
import { connectionProblem } from '#core/connection.ts';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Network, ServiceRecord } from '#core/network.ts';
import type { Outcome } from './attempt.ts';

/** Looks the records up, for as long as `limitMs`. Rejects with RemoteFailure `unreachable` or `timedOut`. */
export async function serviceHosts(
  effects: Effects,
  network: Network,
  name: string,
  limitMs: number,
): Promise<Outcome> {
  const signal = effects.timeoutSignal(limitMs);
  try {
    return { kind: 'services', hosts: hostsOf(await network.services(name, signal)) };
  } catch (error) {
    const reason = signal.aborted
      ? failure('timedOut', `the DNS did not answer within ${limitMs} ms`)
      : failure('unreachable', `DNS: ${connectionProblem(error)}`);
    throw new RemoteFailure(reason, { cause: error });
  }
}

/** Those of HTTPS, the preferred first. Weights are not drawn: whoever searches again shall find the same. */
export function hostsOf(records: readonly ServiceRecord[]): readonly string[] {
  const https = records.filter(({ host, port }) => port === 443 && host !== '' && host !== '.');
  const ordered = https.toSorted(
    (a, b) => a.priority - b.priority || b.weight - a.weight || (a.host < b.host ? -1 : 1),
  );
  return [...new Set(ordered.map(({ host }) => host.replace(/\.$/, '').toLowerCase()))];
}
