/** An Exchange domain as its administrators see it, and what their words become in its row. */
import type { Seal } from '#core/effects.ts';
import type { ExchangeAccess, ExchangeSignIn } from '#core/exchange-access.ts';
import type { Domain, DomainActing, DomainOnlineProtocol } from '#shared/domain-api.ts';
import type { DomainReach, DomainSignIn } from '#shared/domain-requests.ts';
import type { DomainRecord } from '#store/domains.repository.ts';
import { openAccess, reachOf } from '#store/domains.ts';
import { ApiProblem } from './problem.ts';
import type { AppSettings } from './settings.ts';

/** What the API answers. Nothing of a sign-in but its kind. */
export async function shownDomain(
  seal: Seal,
  nowMs: number,
  { row, mailDomains, administrators, mailboxes }: DomainRecord,
): Promise<Domain> {
  const access = await openedAccess(seal, row.signInSealed);
  const { endpoint, releasedHosts, prefer } = reachOf(row);
  return {
    id: row.id,
    name: row.name,
    origin: row.origin,
    state: row.state,
    mailDomains: [...mailDomains],
    administrators: [...administrators],
    reach:
      endpoint === null
        ? { kind: 'autodiscover', releasedHosts: [...releasedHosts], prefer }
        : { kind: 'url', url: endpoint },
    network: row.reach,
    signInKind: access?.signIn.kind ?? null,
    acting: actingOf(access),
    onlineProtocol: onlineProtocolOf(access),
    addressRule: row.addressRule,
    intervalSeconds: row.intervalSeconds,
    maxConcurrent: row.maxConcurrent,
    mailboxes,
    server: row.server || null,
    reason: row.reason,
    reasonDetail: row.reasonDetail,
    retryAt: row.notBefore > nowMs ? row.notBefore : null,
  };
}

/** Null where the sign-in does not open. */
export function actingOf(access: ExchangeAccess | null): DomainActing | null {
  return access === null ? null : access.impersonate || 'delegate';
}

/** Null where the sign-in does not open. */
export function onlineProtocolOf(access: ExchangeAccess | null): DomainOnlineProtocol | null {
  return access === null ? null : (access.onlineProtocol ?? 'ews');
}

/** Null where no key of the service opens it any more. */
export async function openedAccess(seal: Seal, sealed: string): Promise<ExchangeAccess | null> {
  try {
    return await openAccess(seal, sealed);
  } catch {
    return null;
  }
}

/** What decides whether values are right, beside their schema. */
type Rules = Pick<AppSettings, 'allowHttp' | 'keepsConnections'>;

/** @throws ApiProblem invalidRequest */
export function requireFit(
  { allowHttp, keepsConnections }: Rules,
  wanted: {
    readonly reach?: DomainReach | undefined;
    readonly signIn?: DomainSignIn | undefined;
    readonly acting: DomainActing;
    readonly signInKind: ExchangeSignIn['kind'];
  },
): void {
  const { reach, signIn, acting, signInKind } = wanted;
  if (reach?.kind === 'url') requireWebAddress('reach.url', reach.url, allowHttp);
  if (signIn?.kind === 'oauth') requireWebAddress('signIn.tokenUrl', signIn.tokenUrl, allowHttp);
  if (signIn?.kind === 'ntlm' && !keepsConnections) {
    throw invalid('signIn.kind: NTLM signs in a connection, and this service keeps none');
  }
  if (signInKind === 'oauth' && acting === 'delegate') {
    throw invalid('acting: an application has no access of its own to mailboxes');
  }
}

/** @throws ApiProblem invalidRequest */
export function requireInterval(
  { minIntervalSeconds }: Pick<AppSettings, 'minIntervalSeconds'>,
  intervalSeconds: number | null | undefined,
): void {
  if (typeof intervalSeconds !== 'number' || intervalSeconds >= minIntervalSeconds) return;
  throw invalid(`intervalSeconds: this service looks every ${minIntervalSeconds} seconds at the most often`);
}

/** Of mailboxes that have none of their own, in seconds. */
export function usualInterval(
  settings: Pick<AppSettings, 'intervalSeconds'>,
  domain: { readonly intervalSeconds: number | null },
): number {
  return domain.intervalSeconds ?? settings.intervalSeconds;
}

function requireWebAddress(field: string, text: string, allowHttp: boolean): void {
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') throw invalid(`${field}: there are credentials in the address`);
  if (protocol !== 'https:' && !(allowHttp && protocol === 'http:')) {
    throw invalid(`${field}: the address has to begin with https:`);
  }
}

function invalid(detail: string): ApiProblem {
  return new ApiProblem('invalidRequest', `${detail}.`);
}

/** The columns that say where the mailboxes are. */
export function reachColumns(reach: DomainReach) {
  return reach.kind === 'url'
    ? { endpoint: new URL(reach.url).href, releasedHosts: '[]', prefer: 'external' as const }
    : { endpoint: '', releasedHosts: JSON.stringify(reach.releasedHosts), prefer: reach.prefer };
}

/** Whether requests, and so the sign-in, could go where they did not go before. */
export function goesElsewhere({ row }: DomainRecord, reach: DomainReach): boolean {
  const { endpoint, releasedHosts } = reachOf(row);
  if (reach.kind === 'url')
    return endpoint === null || new URL(reach.url).origin !== new URL(endpoint).origin;
  if (endpoint !== null) return true;
  return !reach.releasedHosts.every((host) =>
    releasedHosts.some((known) => host === known || host.endsWith(`.${known}`)),
  );
}

/** How the server is signed in to and acted at, from what an administrator wrote. */
export function accessOf(
  signIn: ExchangeSignIn,
  acting: DomainActing,
  onlineProtocol: DomainOnlineProtocol,
): ExchangeAccess {
  return { signIn, impersonate: acting === 'delegate' ? false : acting, version: null, onlineProtocol };
}
