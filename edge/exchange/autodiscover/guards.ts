/**
 * What may be asked, and where: every attempt passes here before anything is sent, whoever named its URL. Addresses
 * are judged when the connection is made (Network), whether a URL has a name or a number.
 */
import { placeOf } from '#core/connection.ts';
import { type Failure, failure } from '#core/failure.ts';
import { isAddressLiteral } from '#core/ip-address.ts';
import type { AutodiscoverRules } from '../autodiscover.port.ts';
import { type Attempt, isExchangeOnline } from './attempt.ts';

/** Longer than any URL that a server has reason to name. */
const URL_LIMIT = 2_048;

/** Why this attempt must not be made; null when it may. */
export function refusalOf(attempt: Attempt, rules: AutodiscoverRules): Failure | null {
  // A question to the DNS reaches no host of the domain.
  if (attempt.kind === 'services') return null;
  if (attempt.url.length > URL_LIMIT || !URL.canParse(attempt.url)) {
    return failure('badAnswer', `no URL: ${placeOf(attempt.url)}`);
  }
  const { protocol, hostname, username, password } = new URL(attempt.url);
  const needed = attempt.kind === 'plainRedirect' ? 'http:' : 'https:';
  if (protocol !== needed)
    return failure('redirected', `${placeOf(attempt.url)} is not ${needed.slice(0, -1)}`);
  if (username !== '' || password !== '') return failure('badAnswer', 'the URL names a user');
  // Exchange Online is asked without a sign-in or not at all.
  if (attempt.kind === 'json' && isExchangeOnline(hostname)) return null;
  if (!isReleased(hostname, rules.releasedHosts)) {
    return failure('hostNotReleased', `${hostname} is not released for this domain`);
  }
  return null;
}

/** Whether the host is one of these or below one of them. */
export function isReleased(host: string, releasedHosts: readonly string[]): boolean {
  const name = canonical(host);
  return releasedHosts.some((released) => {
    const parent = canonical(released);
    return parent !== '' && (name === parent || (name.endsWith(`.${parent}`) && !isAddressLiteral(parent)));
  });
}

/** As `URL` writes hosts, without the dot of the root. Empty for what is no host. */
function canonical(host: string): string {
  const url = `https://${host.trim()}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
}
