/**
 * Looks at a connection from below: names, sockets and certificates, which `fetch` hides. Only some runtimes can. Nothing
 * is sent on these connections.
 */
import type { AbortSignalLike } from '#core/effects.ts';

/** Why a certificate does not hold; the runtime's own check decides, with the authorities that it knows. */
export type CertificateProblem = 'otherName' | 'issuerUnknown' | 'expired' | 'notYetValid' | 'other';

/** The certificate that a server shows. Times are epoch milliseconds. */
export interface SeenCertificate {
  /** The issuer's organisation and name, as they stand in it. */
  readonly issuer: string;
  /** Hosts that it is for. */
  readonly names: readonly string[];
  readonly validUntil: number;
  /** Null: requests to this server go through. */
  readonly problem: CertificateProblem | null;
  /** What the check said, in its own word, such as `CERT_HAS_EXPIRED`; empty without a problem. */
  readonly said: string;
}

/** A server as a URL names it. */
export interface Place {
  /** Without brackets around an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** A server whose name was looked up: it is connected to at these addresses and no others, tried in this order. */
export interface KnownPlace extends Place {
  readonly addresses: readonly string[];
}

/** All reject with the platform's errors, whose `code` tells what was wrong, and when the signal aborts. */
export interface ConnectionProbe {
  /** Addresses of the host, in the order in which they are tried. */
  resolve(host: string, signal: AbortSignalLike): Promise<readonly string[]>;
  /** Opens a connection and closes it. */
  connect(place: KnownPlace, signal: AbortSignalLike): Promise<void>;
  /** Shakes hands as for HTTPS and closes. */
  certificate(place: KnownPlace, signal: AbortSignalLike): Promise<SeenCertificate>;
}
