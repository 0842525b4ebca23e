/**
 * The Exchange domains: one portal connected to one Exchange server, with the sealed sign-in. The first domain,
 * `default`, follows the configuration of the process and is written at every start.
 */
import { eq, sql } from 'drizzle-orm';
import type { Clock, Seal } from '#core/effects.ts';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { domain } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** The domain that the environment variables describe. */
export const CONFIGURED_DOMAIN = 'default';

/** A domain as the configuration of a process names it; its sign-in is sealed before it is stored. */
export interface DomainSettings {
  readonly id: string;
  /** Origin of the portal. */
  readonly portal: string;
  readonly endpoint: string;
  /** Sealed as a whole, so that it grows without a migration. */
  readonly access: ExchangeAccess;
  /** Mailboxes of the domain that may be worked on at the same time. */
  readonly maxConcurrent: number;
}

/** What writing and reading a domain takes. */
export interface DomainDependencies {
  readonly db: Database;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Writes a domain, new or not. What was learnt about a portal is forgotten when the portal is another one, and
 * what was learnt about a server, with the patience that it asked for, when the server is another one.
 */
export async function saveDomain(
  { db, seal, clock }: DomainDependencies,
  settings: DomainSettings,
): Promise<void> {
  const { id, portal, endpoint, maxConcurrent } = settings;
  const signInSealed = await seal.seal(JSON.stringify(settings.access));
  const sameServer = sql`${domain.endpoint} = excluded.endpoint`;
  await db
    .insert(domain)
    .values({ id, portal, endpoint, maxConcurrent, signInSealed, createdAt: clock.now() })
    .onConflictDoUpdate({
      target: domain.id,
      set: {
        portal,
        endpoint,
        maxConcurrent,
        signInSealed,
        dialect: sql`case when ${domain.portal} = excluded.portal then ${domain.dialect} end`,
        exchangeServer: sql`case when ${sameServer} then ${domain.exchangeServer} end`,
        notBefore: sql`case when ${sameServer} then ${domain.notBefore} else 0 end`,
        backoffStep: sql`case when ${sameServer} then ${domain.backoffStep} else 0 end`,
      },
    });
}

/** @throws Error of `Seal.open` when no configured key opens the sign-in */
export async function openAccess(seal: Seal, signInSealed: string): Promise<ExchangeAccess> {
  return JSON.parse(await seal.open(signInSealed)) as ExchangeAccess;
}

/** Remembers what was learnt about the domain's portal, as JSON text. */
export async function saveDialect(db: Database, id: string, dialect: string): Promise<void> {
  await db.update(domain).set({ dialect }).where(eq(domain.id, id));
}
