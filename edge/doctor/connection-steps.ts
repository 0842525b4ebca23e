/** The way to a server, before anybody signs in: its name, a connection, its certificate. The same on both sides. */
import { connectionProblem, connectionReason } from '#core/connection.ts';
import type { AbortSignalLike, Effects } from '#core/effects.ts';
import { failure } from '#core/failure.ts';
import { type AddressReach, isWithin } from '#core/ip-address.ts';
import type { Network } from '#core/network.ts';
import type { DoctorFacts, Remedy } from '#shared/doctor.ts';
import type {
  CertificateProblem,
  ConnectionProbe,
  KnownPlace,
  Place,
  SeenCertificate,
} from './connection-probe.port.ts';
import { type Examination, type Seen, Trouble } from './examination.ts';

/** A certificate that ends within this time is worth a warning: renewing takes people. */
const ENDS_SOON_MS = 30 * 86_400_000;

const CERTIFICATE_REMEDIES: Readonly<Record<CertificateProblem, Remedy>> = {
  otherName: 'certificateOtherName',
  issuerUnknown: 'certificateIssuerUnknown',
  expired: 'certificateExpired',
  notYetValid: 'certificateNotYetValid',
  other: 'certificateRefused',
};

export interface ConnectionDependencies {
  readonly effects: Pick<Effects, 'fetch' | 'clock' | 'timeoutSignal'>;
  readonly network: Pick<Network, 'fetchWithin'>;
  /** Null where the runtime cannot look below `fetch`. */
  readonly connections: ConnectionProbe | null;
  readonly timeoutMs: number;
}

/**
 * Takes `resolve`, `connect` and `certificate`. Nothing is sent; without a probe one GET without sign-in stands for all.
 * `reach`: how far connections may go; null: they are not held.
 */
export async function examineConnection(
  examination: Examination,
  deps: ConnectionDependencies,
  { url, reach }: { readonly url: string; readonly reach: AddressReach | null },
): Promise<void> {
  const { connections, timeoutMs, effects } = deps;
  const isEncrypted = new URL(url).protocol === 'https:';
  const unencrypted = async (): Promise<Seen> =>
    isThisMachine(url) ? { notTried: true } : { warning: 'notEncrypted' };
  if (connections === null) {
    await examination.take('resolve', async () => ({ notTried: true }));
    await examination.take('connect', () => fetched(deps, url, reach));
    await examination.take('certificate', isEncrypted ? async () => ({ notTried: true }) : unencrypted);
    return;
  }
  let place: KnownPlace = { ...placeIn(url), addresses: [] };
  const within = async <T>(
    look: (signal: AbortSignalLike) => Promise<T>,
    remedyOf: CodeRemedy,
  ): Promise<T> => {
    const signal = effects.timeoutSignal(timeoutMs);
    try {
      return await look(signal);
    } catch (error) {
      throw troubleOf(error, signal.aborted, timeoutMs, { place: named(place) }, remedyOf);
    }
  };
  await examination.take('resolve', async () => {
    const found = await within((signal) => connections.resolve(place.host, signal), nameRemedy);
    place = { ...place, addresses: reach === null ? found : found.filter((each) => isWithin(each, reach)) };
    const facts = { addresses: [...found] };
    if (place.addresses.length > 0) return { facts };
    throw new Trouble(failure('addressNotAllowed', place.host), 'addressNotAllowed', facts);
  });
  await examination.take('connect', async () => {
    await within((signal) => connections.connect(place, signal), connectRemedy);
    return { facts: { place: named(place) } };
  });
  await examination.take('certificate', async () => {
    if (!isEncrypted) return unencrypted();
    const seen = await within((signal) => connections.certificate(place, signal), tlsRemedy);
    return judged(seen, effects.clock.now());
  });
}

function judged(seen: SeenCertificate, nowMs: number): Seen {
  const { issuer, names, validUntil, problem, said } = seen;
  const facts = { issuer, names: [...names], validUntil };
  if (problem !== null) {
    throw new Trouble(failure('certificateRefused', said), CERTIFICATE_REMEDIES[problem], facts);
  }
  return validUntil - nowMs < ENDS_SOON_MS ? { facts, warning: 'certificateEndsSoon' } : { facts };
}

/** Whatever it answers, it is there, and the platform trusts its certificate. */
async function fetched(
  { effects, network, timeoutMs }: ConnectionDependencies,
  url: string,
  reach: AddressReach | null,
): Promise<Seen> {
  const fetch = reach === null ? effects.fetch : network.fetchWithin(reach);
  const place = named(placeIn(url));
  const signal = effects.timeoutSignal(timeoutMs);
  try {
    await fetch(new URL(url).origin, { method: 'GET', headers: {}, signal, redirect: 'manual' });
    return { facts: { place } };
  } catch (error) {
    throw troubleOf(error, signal.aborted, timeoutMs, { place }, fetchRemedy);
  }
}

/** What is to be done, by the code of the error; empty where it has none. */
type CodeRemedy = (code: string) => Remedy;

function troubleOf(
  error: unknown,
  aborted: boolean,
  timeoutMs: number,
  facts: DoctorFacts,
  remedyOf: CodeRemedy,
): Trouble {
  const name = error instanceof Error ? error.name : '';
  if (aborted || name === 'TimeoutError' || name === 'AbortError') {
    return new Trouble(failure('timedOut', `nothing within ${timeoutMs} ms`), remedyOf('ETIMEDOUT'), facts);
  }
  const problem = connectionProblem(error);
  return new Trouble(failure(connectionReason(error), problem), remedyOf(problem), facts);
}

/** Codes of getaddrinfo (Node.js, dns: error codes): no such name, as opposed to no answer. */
const nameRemedy: CodeRemedy = (code) =>
  code === 'ENOTFOUND' || code === 'ENODATA' ? 'nameUnknown' : 'dnsSilent';

const SILENT = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);

const connectRemedy: CodeRemedy = (code) => {
  if (code === 'ECONNREFUSED') return 'connectionRefused';
  return SILENT.has(code) ? 'connectionSilent' : 'connectionFailed';
};

const tlsRemedy: CodeRemedy = (code) => (SILENT.has(code) ? 'connectionSilent' : 'tlsFailed');

const fetchRemedy: CodeRemedy = (code) => {
  if (code === 'ENOTFOUND') return 'nameUnknown';
  if (code === 'ADDRESS_NOT_ALLOWED') return 'addressNotAllowed';
  return connectionReason(Object.assign(new Error(), { code })) === 'certificateRefused'
    ? 'certificateRefused'
    : connectRemedy(code);
};

/** Where nobody listens in (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3). */
function isThisMachine(url: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1)$/.test(placeIn(url).host);
}

function placeIn(url: string): Place {
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? usual : Number(port) };
}

function named({ host, port }: Place): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
