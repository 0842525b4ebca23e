/**
 * Which of several servers behind one address a request comes to, and what tells the client to come back to it
 * (Microsoft Learn, "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange").
 */
import type { Mailbox } from '../model.ts';
import type { ServerVersion } from '../switches.ts';
import { versionRank } from '../switches.ts';
import type { NotificationCondition } from './condition.ts';

const OVERRIDE = 'X-BackEndOverrideCookie';
const USUAL_BACK_END = 'be1';

export interface Arrival {
  readonly server: string;
  /** Set-Cookie headers of the answer. */
  readonly cookies: readonly string[];
}

export class Affinity {
  readonly #condition: NotificationCondition;
  #arrivals = 0;

  constructor(condition: NotificationCondition) {
    this.#condition = condition;
  }

  arrive(headers: Headers, version: ServerVersion, acting: Mailbox): Arrival {
    if (versionRank(version) < versionRank('Exchange2013')) return this.#byClientAccessServer(headers);
    const prefers = headers.get('X-PreferServerAffinity')?.toLowerCase() === 'true';
    const override = cookieIn(headers, OVERRIDE);
    const anchor = headers.get('X-AnchorMailbox') ?? acting.address;
    const usual = [
      'exchangecookie=7f1c0f0ae0ab4b5d; expires=Thu, 25-Nov-2027 18:42:45 GMT; path=/; HttpOnly',
      `X-BackEndCookie=${anchor}=Ox8XKzcXLxg==; expires=Wed, 25-Nov-2026 18:52:49 GMT; path=/EWS; secure; HttpOnly`,
    ];
    if (prefers && override !== null) return { server: override.split('~')[0] ?? '', cookies: usual };
    const server = this.#condition.backEnds.get(anchor.toLowerCase()) ?? USUAL_BACK_END;
    const cookie = `${OVERRIDE}=${server}~1941996295; path=/; secure; HttpOnly`;
    return { server, cookies: prefers ? [...usual, cookie] : usual };
  }

  #byClientAccessServer(headers: Headers): Arrival {
    const known = cookieIn(headers, 'exchangecookie');
    if (known !== null) return { server: known, cookies: [] };
    this.#arrivals += 1;
    const server = `cas${(this.#arrivals % this.#condition.clientAccessServers) + 1}`;
    return { server, cookies: [`exchangecookie=${server}; path=/; HttpOnly`] };
  }
}

function cookieIn(headers: Headers, name: string): string | null {
  const cookies = (headers.get('Cookie') ?? '').split(';').map((each) => each.trim());
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
