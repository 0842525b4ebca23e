/**
 * The service put together from a configuration, the effects and a database: what Node and Workers have in common.
 * Which adapter stands behind which port is decided here and nowhere else.
 */
import type { Hono } from 'hono';
import type { Effects } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { OpenConnection } from '#exchange/sign-in/kept-connection.port.ts';
import { createApp } from '#http/app.ts';
import { rememberedDialect } from '#http/remembered-dialect.ts';
import type { ApiEnv } from '#http/session.ts';
import type { AppSettings, Readiness } from '#http/settings.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { OpenPortal, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { fencedCommit } from '#store/commit.ts';
import type { Database } from '#store/database.ts';
import { withoutStatement } from '#store/database-error.ts';
import { CONFIGURED_DOMAIN, openAccess, saveDialect, saveDomain } from '#store/domains.ts';
import { userRefusal } from '#store/outages.ts';
import { createServerMemory } from '#store/server-memory.ts';
import { saveReleases } from '#store/site-releases.repository.ts';
import { type DomainRow, domainById } from '#store/sync-rows.ts';
import { createTokenCache } from '#store/token-cache.ts';
import { DEFAULT_SETTINGS, type Engine } from '#sync/engine.ts';
import type { Config } from './config.ts';

export interface ServiceDependencies {
  readonly config: Config;
  readonly effects: Effects;
  /** Migrated. */
  readonly db: Database;
  /** Null where the runtime keeps no connections. */
  readonly openConnection: OpenConnection | null;
}

export interface Service {
  readonly app: Hono<ApiEnv>;
  /**
   * What runs are made with. Asks the portal what kind it is; when it does not answer, what an earlier start learnt
   * serves. Rejects with RemoteFailure when nothing is known about the portal yet.
   */
  openEngine(): Promise<Engine>;
}

const REQUEST_TIMEOUT_MS = DEFAULT_SETTINGS.requestTimeoutMs;

/** Writes the configured domain and builds the rest around it. Makes no request. */
export async function createService(deps: ServiceDependencies): Promise<Service> {
  const { config, effects, db } = deps;
  await saveDomain(
    { db, seal: effects.seal, clock: effects.clock },
    {
      id: CONFIGURED_DOMAIN,
      portal: config.portal.url,
      endpoint: config.exchange.endpoint,
      access: config.exchange.access,
      maxConcurrent: config.concurrency,
    },
  );
  await saveReleases(db, CONFIGURED_DOMAIN, config.siteMailboxes, effects.clock.now());
  const tokens = createTokenCache({ db, seal: effects.seal, clock: effects.clock });
  const openMailbox = openEwsMailbox(effects, {
    tokens,
    openConnection: deps.openConnection,
    servers: createServerMemory(db),
  });
  const openPortal = openJsonwsPortal(effects, tokens);
  const mailboxServer = (row: DomainRow) => mailboxServerOf(effects, row);
  return {
    app: createApp({
      effects,
      db,
      openMailbox,
      openPortal,
      settings: appSettings(deps, mailboxServer),
      readiness: () => readiness(db),
    }),
    openEngine: async () => {
      const dialect = await learnDialect(deps, openPortal);
      const server = { url: config.portal.url, timeoutMs: REQUEST_TIMEOUT_MS, dialect };
      return {
        effects,
        db,
        openMailbox,
        portal: openPortal(server, config.portal.credentials),
        mailboxServer,
        commit: fencedCommit,
        addressRule: config.addressRule,
        settings: {
          ...DEFAULT_SETTINGS,
          mailboxConcurrency: config.concurrency,
          language: config.calendarLanguage,
        },
      };
    },
  };
}

async function mailboxServerOf({ seal }: Effects, row: DomainRow): Promise<MailboxServer> {
  const access = await openAccess(seal, row.signInSealed);
  return { ...access, endpoint: row.endpoint, timeoutMs: REQUEST_TIMEOUT_MS };
}

function appSettings(
  { config, effects, db }: ServiceDependencies,
  mailboxServer: (row: DomainRow) => Promise<MailboxServer>,
): AppSettings {
  return {
    portalUrl: config.portal.url,
    portalOrigins: config.portal.origins,
    oauth: {
      expectedClientId: null,
      externalReferenceCode: config.portal.userAgentErc,
      // Liferay: OAuth2ProviderRESTEndpoint.
      jwksUrl: `${config.portal.url}/o/oauth2/jwks`,
      introspectUrl: `${config.portal.url}/o/oauth2/introspect`,
    },
    addressRule: config.addressRule,
    domainId: CONFIGURED_DOMAIN,
    mailboxServer: async () => {
      const row = await domainById(db, CONFIGURED_DOMAIN);
      if (row === null) throw new Error(`There is no domain "${CONFIGURED_DOMAIN}".`);
      const refusal = userRefusal(row, effects.clock.now());
      if (refusal !== null) throw new RemoteFailure(refusal);
      return mailboxServer(row);
    },
    intervalSeconds: config.intervalSeconds,
    windowPastDays: config.window.pastDays,
    windowFutureDays: config.window.futureDays,
    timeoutMs: REQUEST_TIMEOUT_MS,
    metricsToken: config.metrics.token,
    metricsOpen: config.metrics.open,
  };
}

async function readiness(db: Database): Promise<Readiness> {
  try {
    return (await domainById(db, CONFIGURED_DOMAIN)) === null
      ? { ready: false, why: 'The domain is not set up.' }
      : { ready: true };
  } catch {
    return { ready: false, why: 'The database does not answer.' };
  }
}

/** Asked at every start, since the portal may have been upgraded meanwhile. */
async function learnDialect(
  { config, effects, db }: ServiceDependencies,
  openPortal: OpenPortal,
): Promise<PortalDialect> {
  const known = await rememberedDialect(db, CONFIGURED_DOMAIN);
  const server = { url: config.portal.url, timeoutMs: REQUEST_TIMEOUT_MS, dialect: known };
  try {
    const probed = await openPortal(server, config.portal.credentials).probe(null);
    // Without a calendar to try it in, the probe does not learn whether UIDs are kept.
    const dialect = { ...probed, keepsUid: known?.keepsUid ?? probed.keepsUid };
    await saveDialect(db, CONFIGURED_DOMAIN, JSON.stringify(dialect));
    return dialect;
  } catch (error) {
    if (known === null) throw error;
    effects.log.warn('the portal could not be asked what kind it is', { error: withoutStatement(error) });
    return known;
  }
}
