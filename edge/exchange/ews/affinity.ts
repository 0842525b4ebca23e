/**
 * Requests about subscriptions that share a connection all go to one mailbox server: that of the first mailbox (Microsoft
 * Learn, "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange").
 */
import type { HttpFetch, HttpResponse } from '#core/effects.ts';

/**
 * X-BackEndOverrideCookie counts since Exchange 2013, which takes no notice of exchangecookie; that one counts with
 * Exchange 2010 behind a load balancer. Others are not sent back.
 */
const COOKIES = ['X-BackEndOverrideCookie', 'exchangecookie'];
const VALUE = '=([!#-+\\--:<-\\[\\]-~]{1,2048})';

/** The place of one connection. It begins with the first request that is sent through it. */
export class Affinity {
  readonly #anchor: string;
  readonly #cookies = new Map<string, string>();

  /** `anchor`: the address of the first mailbox. */
  constructor(anchor: string) {
    this.#anchor = anchor;
  }

  /** The cookies of the first answer that has them are sent with all later requests. */
  through(fetch: HttpFetch): HttpFetch {
    return async (url, request) => {
      const response = await fetch(url, { ...request, headers: { ...request.headers, ...this.#headers() } });
      this.#keep(response);
      return response;
    };
  }

  #headers(): Record<string, string> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const affinity = { 'X-AnchorMailbox': this.#anchor, 'X-PreferServerAffinity': 'true' };
    return cookies === '' ? affinity : { ...affinity, Cookie: cookies };
  }

  #keep({ status, headers }: HttpResponse): void {
    const said = status === 200 ? (headers.get('Set-Cookie') ?? '') : '';
    for (const name of COOKIES) {
      const value = new RegExp(`(?:^|[,;\\s])${name}${VALUE}`).exec(said)?.[1];
      if (value !== undefined && !this.#cookies.has(name)) this.#cookies.set(name, value);
    }
  }
}
