/**
 * Where Microsoft Graph is: one root for each of Microsoft's clouds, told by where the application signs in. A link
 * that a server gave is followed only below the root that was asked, because the token goes with it.
 */
import { placeOf } from '#core/connection.ts';
import { failure, RemoteFailure } from '#core/failure.ts';

/** Sign-in hosts and service roots of the clouds (Microsoft Learn, "Microsoft Graph national cloud deployments"). */
const ROOT_OF_SIGN_IN: ReadonlyMap<string, string> = new Map([
  ['login.microsoftonline.us', 'https://graph.microsoft.us'],
  ['login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ['login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
]);
const WORLDWIDE = 'https://graph.microsoft.com';

/** The endpoint of Graph v1.0 for an application that gets its tokens at this URL. */
export function graphEndpoint(tokenUrl: string): string {
  return `${ROOT_OF_SIGN_IN.get(new URL(tokenUrl).hostname) ?? WORLDWIDE}/v1.0`;
}

/** Whether the URL may be asked with a token that is meant for this endpoint. */
export function isBelow(endpoint: string, url: string): boolean {
  try {
    const [root, asked] = [new URL(endpoint), new URL(url)];
    const isPlain = asked.username === '' && asked.password === '';
    return isPlain && asked.origin === root.origin && asked.pathname.startsWith(`${root.pathname}/`);
  } catch {
    return false;
  }
}

/** The link, if the token may follow it. Rejects with `redirected` one that leads elsewhere. */
export function followable(endpoint: string, link: string): string {
  if (isBelow(endpoint, link)) return link;
  throw new RemoteFailure(failure('redirected', `a link of the server leads to ${placeOf(link)}`));
}
