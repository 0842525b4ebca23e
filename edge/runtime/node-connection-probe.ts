/**
 * Looks at connections on Node as `fetch` makes them: the same names, the same authorities (Node's own and
 * NODE_EXTRA_CA_CERTS).
 */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type PeerCertificate } from 'node:tls';
import type { AbortSignalLike } from '#core/effects.ts';
import type {
  CertificateProblem,
  ConnectionProbe,
  KnownPlace,
  SeenCertificate,
} from '#doctor/connection-probe.port.ts';
import { platformSignal } from './platform-effects.ts';

/** The connections of this machine. `ca`: authorities beside which no other counts, in PEM; for tests. */
export function createNodeConnectionProbe({ ca }: { readonly ca?: string } = {}): ConnectionProbe {
  return {
    resolve: async (host, signal) => {
      const found = await unlessAborted(lookup(host, { all: true }), signal);
      return found.map(({ address }) => address);
    },
    connect: (place, signal) => opened(connect(addressed(place)), 'connect', signal, () => undefined),
    certificate: async (place, signal) => {
      // The verdict is what is asked for, and with it the certificate, which a refused handshake would keep to itself.
      // Nothing is sent on this connection.
      const options: ConnectionOptions = {
        ...addressed(place),
        ...serverName(place),
        rejectUnauthorized: false,
      };
      const socket = connectTls(ca === undefined ? options : { ...options, ca });
      return opened(socket, 'secureConnect', signal, () =>
        seen(socket.getPeerCertificate(), socket.authorized ? null : socket.authorizationError),
      );
    },
  };
}

/** What was looked up is what is connected to, also when the DNS says something else a moment later. */
function addressed({ host, port, addresses }: KnownPlace) {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_host, { all }, done) => {
    const [first] = known;
    if (all === true || first === undefined) done(null, known);
    else done(null, first.address, first.family);
  };
  return { host, port, lookup };
}

/** An address is no name that a server could be asked by (RFC 6066, section 3). */
function serverName({ host }: KnownPlace): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignalLike): Promise<T> {
  const aborting = platformSignal(signal);
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      aborting.addEventListener('abort', () => reject(aborting.reason), { once: true });
    }),
  ]);
}

/** What `look` sees once the socket is open; it is closed whatever happens. */
async function opened<T>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignalLike,
  look: () => T,
): Promise<T> {
  try {
    await unlessAborted(
      new Promise<void>((resolve, reject) => {
        socket.once(event, resolve);
        // Also after it was given up: an error that nobody hears would end the process.
        socket.on('error', reject);
      }),
      signal,
    );
    return look();
  } finally {
    socket.destroy();
  }
}

function seen(certificate: PeerCertificate, error: unknown): SeenCertificate {
  const { issuer, subject, subjectaltname = '', valid_to: until } = certificate;
  const said = error === null ? '' : codeOf(error);
  const names = [...subjectaltname.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
  return {
    issuer: [issuer?.O, issuer?.CN].flat().filter(Boolean).join(', '),
    names: names.length > 0 ? names : [subject?.CN ?? ''].flat(),
    validUntil: Date.parse(until),
    problem: error === null ? null : problemOf(said),
    said,
  };
}

/** Node gives the code as the error itself (tlsSocket.authorizationError), or an error that has one. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Codes: Node.js documentation, TLS, "X509 certificate error codes". */
function problemOf(code: string): CertificateProblem {
  if (/^(ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/.test(code)) return 'otherName';
  if (code === 'CERT_HAS_EXPIRED') return 'expired';
  if (code === 'CERT_NOT_YET_VALID') return 'notYetValid';
  return /^(SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED)/.test(code)
    ? 'issuerUnknown'
    : 'other';
}
