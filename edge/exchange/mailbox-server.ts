/**
 * Which server a mailbox is asked at, and by which protocol: the one that the domain names, or the one that Autodiscover
 * finds. A mailbox in Exchange Online is asked as an application only: over Microsoft Graph, or over Exchange Web Services
 * if the domain says so and for as long as Exchange Online answers them.
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
import { graphEndpoint } from './graph/cloud.ts';
import type { MailboxServer, WantedMailbox } from './mailbox-calendar.port.ts';
import type { ServerMemory } from './server-memory.port.ts';
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
  /** Of which mailboxes Exchange Online does not answer Exchange Web Services any more. */
  readonly servers: ServerMemory;
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
  return async (domain, access, wanted) => {
    const { address, failed } = wanted;
    const { endpoint, releasedHosts, prefer } = domain;
    const { timeoutMs } = ports;
    if (endpoint !== null) {
      const held = domain.reach === null ? {} : { reach: domain.reach };
      if (!isOnline(endpoint)) return { ...access, endpoint, timeoutMs, ...held };
      return { ...access, ...(await online(ports.servers, access, wanted)), timeoutMs, ...held };
    }
    const reach = domain.reach ?? 'public';
    const request = { address, signIn: access.signIn, rules: { releasedHosts, reach, prefer } };
    const found = await whereaboutsOf(domain.id)(request, failed);
    if (found.kind === 'failed') throw new RemoteFailure(found.failure);
    if (found.moved) {
      effects.log.info('a mailbox is elsewhere now', { domain: domain.id, address, place: found.place.kind });
    }
    const known = { ...wanted, address: found.place.address };
    const server = await at(ports.servers, found.place, access, known);
    return { ...access, ...server, timeoutMs, reach, knownAs: found.place.address };
  };
}

type Place = Pick<MailboxServer, 'endpoint' | 'protocol'>;

async function at(
  servers: ServerMemory,
  place: MailboxPlace,
  access: ExchangeAccess,
  wanted: WantedMailbox,
): Promise<Place> {
  return place.kind === 'onPremises' ? { endpoint: place.endpoint } : online(servers, access, wanted);
}

/** The endpoints of Exchange Online and of Microsoft Graph, in all of Microsoft's clouds. */
function isOnline(endpoint: string): boolean {
  const host = new URL(endpoint).hostname;
  return ONLINE_HOSTS.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}

const ONLINE_HOSTS = [
  'outlook.office365.com',
  'outlook.office.com',
  'outlook.office365.us',
  'partner.outlook.cn',
  'graph.microsoft.com',
  'graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
];

/**
 * A mailbox for which Exchange Online once refused Exchange Web Services by policy is asked over Graph from then on,
 * whatever the domain says: they are being switched off, and nobody switches them on again.
 */
async function online(
  servers: ServerMemory,
  { signIn, onlineProtocol = 'ews' }: ExchangeAccess,
  { address, failed }: WantedMailbox,
): Promise<Place> {
  if (signIn.kind !== 'oauth') {
    throw new RemoteFailure(
      failure('needsApplication', `the domain signs in by ${signIn.kind}, and Exchange Online wants OAuth`),
    );
  }
  const graph = { endpoint: graphEndpoint(signIn.tokenUrl), protocol: 'graph' } as const;
  if (onlineProtocol === 'graph') return graph;
  const key = `${ONLINE_ENDPOINT} ${address.toLowerCase()}`;
  if (failed === 'ewsBlocked') await servers.put(key, failed);
  return (await servers.get(key)) === null ? { endpoint: ONLINE_ENDPOINT } : graph;
}
