/**
 * Which server a mailbox is asked at: the one that the domain names, or the one that Autodiscover finds. A mailbox in
 * Exchange Online is asked there as long as Exchange Online answers Exchange Web Services, and only as an application.
 */
import type { Effects } from '#core/effects.ts';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { Network } from '#core/network.ts';
import { createAutodiscover } from './autodiscover/autodiscover.adapter.ts';
import { createWhereabouts } from './autodiscover/remembered.ts';
import type {
  AutodiscoverRules,
  MailboxPlace,
  MailboxWhereabouts,
  WhereaboutsMemory,
} from './autodiscover.port.ts';
import type { MailboxServer, WantedMailbox } from './mailbox-calendar.port.ts';
import type { SignedFetch } from './sign-in/signed-fetch.ts';

/** How the mailboxes of a domain are reached, as its administrator decided. */
export interface DomainReach {
  readonly id: string;
  /** EWS endpoint; null: Autodiscover finds it. */
  readonly endpoint: string | null;
  /** Null: connections are not held, because the operator of the service named the endpoint. */
  readonly reach: AddressReach | null;
  readonly releasedHosts: readonly string[];
  readonly prefer: AutodiscoverRules['prefer'];
}

/** Finds the server of a mailbox. Rejects with RemoteFailure when nobody knows one. */
export type FindServer = (
  domain: DomainReach,
  access: ExchangeAccess,
  wanted: WantedMailbox,
) => Promise<MailboxServer>;

/** What finding takes. */
export interface FindServerPorts {
  readonly network: Network;
  /** Signs in on the same network. */
  readonly signed: SignedFetch;
  readonly memoryOf: (domainId: string) => WhereaboutsMemory;
  /** Of each request to the server that was found. */
  readonly timeoutMs: number;
}

/** The endpoint of every mailbox there (Microsoft Learn, "EWS endpoint in Exchange Online"). */
const ONLINE_ENDPOINT = 'https://outlook.office365.com/EWS/Exchange.asmx';

/** Servers on a network. Of a domain that names its endpoint no request is made. */
export function createFindServer(effects: Effects, ports: FindServerPorts): FindServer {
  const autodiscover = createAutodiscover(effects, ports.network, ports.signed);
  const whereaboutsIn = new Map<string, MailboxWhereabouts>();
  const whereaboutsOf = (id: string): MailboxWhereabouts => {
    const known = whereaboutsIn.get(id) ?? createWhereabouts(autodiscover, ports.memoryOf(id), effects.clock);
    whereaboutsIn.set(id, known);
    return known;
  };
  return async (domain, access, { address, failed }) => {
    const { endpoint, releasedHosts, prefer } = domain;
    const { timeoutMs } = ports;
    if (endpoint !== null) {
      return { ...access, endpoint, timeoutMs, ...(domain.reach === null ? {} : { reach: domain.reach }) };
    }
    const reach = domain.reach ?? 'public';
    const request = { address, signIn: access.signIn, rules: { releasedHosts, reach, prefer } };
    const found = await whereaboutsOf(domain.id)(request, failed);
    if (found.kind === 'failed') throw new RemoteFailure(found.failure);
    if (found.moved) {
      effects.log.info('a mailbox is elsewhere now', { domain: domain.id, address, place: found.place.kind });
    }
    return { ...access, ...at(found.place, access), timeoutMs, reach, knownAs: found.place.address };
  };
}

function at(place: MailboxPlace, { signIn }: ExchangeAccess): Pick<MailboxServer, 'endpoint'> {
  if (place.kind === 'onPremises') return { endpoint: place.endpoint };
  if (signIn.kind === 'oauth') return { endpoint: ONLINE_ENDPOINT };
  throw new RemoteFailure(
    failure('needsApplication', `the domain signs in by ${signIn.kind}, and Exchange Online wants OAuth`),
  );
}
