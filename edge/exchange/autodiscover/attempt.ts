/** What a search can try and what can come of it, as data; and where a mailbox's address says to try first. */
import type { Failure } from '#core/failure.ts';
import type { AutodiscoverProtocol, AutodiscoverSource } from '../autodiscover.port.ts';

/** One request to be made. `address` is the one that is looked for at the time. */
export type Attempt =
  | { readonly kind: 'json'; readonly url: string; readonly address: string }
  | {
      readonly kind: 'pox' | 'soap';
      readonly url: string;
      readonly address: string;
      /** False at first: the sign-in goes only where it was asked for. */
      readonly signedIn: boolean;
    }
  | { readonly kind: 'plainRedirect'; readonly url: string; readonly address: string }
  | { readonly kind: 'services'; readonly url: string; readonly address: string }
  | {
      readonly kind: 'endpoint';
      readonly url: string;
      readonly address: string;
      readonly source: AutodiscoverSource;
    };

/** What came of an attempt. URLs are absolute and not yet checked. */
export type Outcome =
  /** URLs of EWS for clients outside and inside the server's network, either possibly missing. */
  | { readonly kind: 'settings'; readonly external: string | null; readonly internal: string | null }
  | { readonly kind: 'redirectUrl'; readonly url: string }
  | { readonly kind: 'redirectAddress'; readonly address: string }
  | { readonly kind: 'signInAsked'; readonly schemes: readonly string[] }
  | { readonly kind: 'services'; readonly hosts: readonly string[] }
  /** Of `endpoint`. */
  | { readonly kind: 'isEws'; readonly schemes: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Hosts of Exchange Online and its mail domains, in all clouds (Microsoft Learn, Microsoft 365 URLs and IP address ranges). */
const ONLINE_HOST =
  /(^|\.)(outlook\.com|outlook\.office\.com|office365\.com|office365\.us|webmail\.apps\.mil|partner\.outlook\.cn|onmicrosoft\.com|onmicrosoft\.us|partner\.onmschina\.cn)\.?$/;

/** Whether a host or mail domain is Exchange Online's, where no customer has a server. */
export function isExchangeOnline(host: string): boolean {
  return ONLINE_HOST.test(host);
}

/** RFC 5321, section 4.5.3.1: 64 for the local part, 255 for the domain, and the sign between them. */
const ADDRESS_LIMIT = 320;

/** Local part and domain, the domain as hosts are written (lower case, punycode); null for what is no address. */
export function parseAddress(address: string): { readonly local: string; readonly domain: string } | null {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const written = address.slice(at + 1);
  if (at < 1 || address.length > ADDRESS_LIMIT || !address.isWellFormed()) return null;
  if (/[\p{Cc}\s<>]/u.test(local) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(written)) return null;
  const domain = hostOf(`https://${written}/`)?.replace(/\.$/, '') ?? '';
  return domain === '' ? null : { local, domain };
}

/** The host of a URL, in lower case, without port; null for what is no URL. */
export function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}

const PATHS: Readonly<Record<AutodiscoverProtocol, string>> = {
  json: '/autodiscover/autodiscover.json',
  pox: '/autodiscover/autodiscover.xml',
  soap: '/autodiscover/autodiscover.svc',
};

/** The attempt at a host by its protocol's well-known path. */
export function attemptAt(host: string, protocol: AutodiscoverProtocol, address: string): Attempt {
  return attemptAtUrl(`https://${host}${PATHS[protocol]}`, protocol, address);
}

/** The same at a URL that a server named. */
export function attemptAtUrl(url: string, protocol: AutodiscoverProtocol, address: string): Attempt {
  if (protocol !== 'json') return { kind: protocol, url, address, signedIn: false };
  // A server that redirects repeats the question in its Location.
  const question = `?Email=${encodeURIComponent(address)}&Protocol=EWS`;
  return {
    kind: 'json',
    url: /[?&]Protocol=/i.test(url) ? url : url.replace(/[?#].*$/s, '') + question,
    address,
  };
}

/**
 * Everything that the domain of an address suggests, in the order of Microsoft Learn, "Autodiscover for Exchange": the
 * well-known hosts, a redirect without HTTPS, service records. What needs no sign-in comes before what does.
 */
export function attemptsFor(address: string, domain: string): readonly Attempt[] {
  const hosts = [domain, `autodiscover.${domain}`];
  const protocols = ['json', 'pox', 'soap'] as const;
  return [
    ...protocols.flatMap((protocol) => hosts.map((host) => attemptAt(host, protocol, address))),
    { kind: 'plainRedirect', url: `http://autodiscover.${domain}${PATHS.pox}`, address },
    { kind: 'services', url: `_autodiscover._tcp.${domain}`, address },
  ];
}
