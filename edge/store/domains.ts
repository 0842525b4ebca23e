/**
 * The Exchange domain that the configuration of the process describes, `default`: it is written at every start, for as
 * long as the configuration describes one. And what domains have in common, whoever made them.
 */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Clock, Seal } from '#core/effects.ts';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { domain, siteRelease } from '#drizzle/schema.ts';
import { failureKind, REASONS, type Reason } from '#shared/reasons.ts';
import { credentialOf, serverOf } from './credential.ts';
import type { Database } from './database.ts';
import type { DomainRow } from './sync-rows.ts';

/** The domain that the environment variables describe. */
export const CONFIGURED_DOMAIN = 'default';

/** A domain as the configuration of a process names it; its sign-in is sealed before it is stored. */
export interface DomainSettings {
  readonly id: string;
  /** Origin of the portal. */
  readonly portal: string;
  /** Null: Autodiscover finds it, for each mailbox, on the released hosts. */
  readonly endpoint: string | null;
  /** Default: connections are not held. */
  readonly reach?: DomainRow['reach'];
  /** Default: none. */
  readonly releasedHosts?: readonly string[];
  /** Default: external. */
  readonly prefer?: DomainRow['prefer'];
  /** Sealed as a whole, so that it grows without a migration. */
  readonly access: ExchangeAccess;
  /** Default: trustPortal. */
  readonly addressRule?: DomainRow['addressRule'];
  /** Mailboxes that may be worked on at the same time, by all processes, on its server and with its account. */
  readonly maxConcurrent: number;
}

/** What writing and reading a domain takes. */
export interface DomainDependencies {
  readonly db: Database;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
}

/** What only a person puts in order: somebody who starts the service may just have done it. */
const CONFIGURATION = (Object.keys(REASONS) as Reason[]).filter(
  (reason) => failureKind(reason) === 'configuration',
);

/**
 * Writes a domain, new or not. What was learnt about a portal is forgotten when the portal is another one, and
 * what was learnt about a server, with the patience that it asked for and how much it bears, when the server is another
 * one. What waited because somebody had to put something in order is tried at once.
 */
export async function saveDomain(
  { db, seal, clock }: DomainDependencies,
  settings: DomainSettings,
): Promise<void> {
  const { id, portal, maxConcurrent, access, reach = null, prefer = 'external' } = settings;
  const { addressRule = 'trustPortal' } = settings;
  const endpoint = settings.endpoint ?? '';
  const releasedHosts = JSON.stringify(settings.releasedHosts ?? []);
  const signInSealed = await seal.seal(JSON.stringify(access));
  const server = endpoint === '' ? '' : serverOf(endpoint);
  const credential = credentialOf(endpoint === '' ? id : serverOf(endpoint), access.signIn);
  const sameServer = sql`${domain.endpoint} = excluded.endpoint`;
  const isConfiguration = sql`coalesce(${inArray(domain.reason, CONFIGURATION)}, 0)`;
  await db
    .insert(domain)
    .values({
      id,
      portal,
      endpoint,
      reach,
      releasedHosts,
      prefer,
      addressRule,
      server,
      credential,
      maxConcurrent,
      signInSealed,
      createdAt: clock.now(),
    })
    .onConflictDoUpdate({
      target: domain.id,
      set: {
        portal,
        endpoint,
        reach,
        releasedHosts,
        prefer,
        addressRule,
        origin: 'configuration',
        // Of a domain with Autodiscover it is what was found.
        server: sql`case when ${endpoint} = '' and ${sameServer} then ${domain.server} else ${server} end`,
        credential,
        maxConcurrent,
        signInSealed,
        dialect: sql`case when ${domain.portal} = excluded.portal then ${domain.dialect} end`,
        notBefore: sql`case when ${sameServer} and not ${isConfiguration} then ${domain.notBefore} else 0 end`,
        backoffStep: sql`case when ${sameServer} then ${domain.backoffStep} else 0 end`,
        outage: sql`case when ${sameServer} then ${domain.outage} end`,
        reason: sql`case when ${sameServer} then ${domain.reason} end`,
        reasonDetail: sql`case when ${sameServer} then ${domain.reasonDetail} end`,
        pace: sql`case when ${sameServer} then ${domain.pace} else 1 end`,
      },
    });
}

/** @throws Error of `Seal.open` when no configured key opens the sign-in */
export async function openAccess(seal: Seal, signInSealed: string): Promise<ExchangeAccess> {
  return JSON.parse(await seal.open(signInSealed)) as ExchangeAccess;
}

/** The configuration describes no domain any more: what an earlier one described stays, and the API may change it. */
export async function releaseConfigured(db: Database): Promise<void> {
  const wasConfigured = and(eq(domain.id, CONFIGURED_DOMAIN), eq(domain.origin, 'configuration'));
  await db.update(domain).set({ origin: 'api' }).where(wasConfigured);
  const released = and(eq(siteRelease.domainId, CONFIGURED_DOMAIN), eq(siteRelease.origin, 'configuration'));
  await db.update(siteRelease).set({ origin: 'api' }).where(released);
}

/** How the domain's mailboxes are reached. */
export function reachOf({ id, endpoint, reach, releasedHosts, prefer }: DomainRow) {
  return {
    id,
    endpoint: endpoint === '' ? null : endpoint,
    reach,
    releasedHosts: JSON.parse(releasedHosts) as readonly string[],
    prefer,
  };
}

/** Remembers what was learnt about the portal, as JSON text, for as long as it has a domain. */
export async function saveDialect(db: Database, portal: string, dialect: string): Promise<void> {
  await db.update(domain).set({ dialect }).where(eq(domain.portal, portal));
}
