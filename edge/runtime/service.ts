/**
 * The service put together from a configuration, the effects and a database: what Node and Workers have in common.
 * Which adapter stands behind which port is decided here and nowhere else.
 */
import type { Hono } from 'hono';
import type { Effects } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { Network } from '#core/network.ts';
import type { ConnectionProbe } from '#doctor/connection-probe.port.ts';
import { type DoctorDomain, type DoctorOrder, examine } from '#doctor/doctor.ts';
import type { DoctorPush } from '#doctor/push-step.ts';
import type { MailboxPlace } from '#exchange/autodiscover.port.ts';
import { openEwsMailbox, openEwsRooms } from '#exchange/ews/ews-mailbox.adapter.ts';
import { openEwsPush } from '#exchange/ews/ews-push.adapter.ts';
import { openEwsStream } from '#exchange/ews/ews-stream.adapter.ts';
import { loadEwsPosts } from '#exchange/ews/push-posts.ts';
import { openEwsDiagnosis } from '#exchange/ews/server-diagnosis.adapter.ts';
import { openGraphMailbox, openGraphRooms } from '#exchange/graph/graph-mailbox.adapter.ts';
import { openGraphPush } from '#exchange/graph/graph-push.adapter.ts';
import { GRAPH_POSTS } from '#exchange/graph/notifications.ts';
import { openGraphDiagnosis } from '#exchange/graph/server-diagnosis.adapter.ts';
import type { MailboxServer, WantedMailbox } from '#exchange/mailbox-calendar.port.ts';
import type { OpenPush } from '#exchange/mailbox-push.port.ts';
import { createFindServer } from '#exchange/mailbox-server.ts';
import { firstOf, openByProtocol, openRoomsByProtocol, protocolOf } from '#exchange/open-mailbox.ts';
import type { OpenConnection } from '#exchange/sign-in/kept-connection.port.ts';
import { openSignedFetch } from '#exchange/sign-in/signed-fetch.ts';
import { createApp } from '#http/app.ts';
import type { ApiEnv } from '#http/session.ts';
import type { AppSettings, Readiness } from '#http/settings.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import { openJsonwsDiagnosis } from '#liferay/jsonws/portal-diagnosis.adapter.ts';
import type { DoctorReport } from '#shared/doctor.ts';
import { fencedCommit } from '#store/commit.ts';
import type { Database } from '#store/database.ts';
import { identityOf } from '#store/domain-mailboxes.repository.ts';
import { CONFIGURED_DOMAIN, openAccess, reachOf, releaseConfigured, saveDomain } from '#store/domains.ts';
import { userRefusal } from '#store/outages.ts';
import { forgetOtherAddress, pushStateAt } from '#store/push.repository.ts';
import { createServerMemory } from '#store/server-memory.ts';
import { saveReleases } from '#store/site-releases.repository.ts';
import { forgetStreams } from '#store/streams.repository.ts';
import { type DomainRow, domainById } from '#store/sync-rows.ts';
import { createTokenCache } from '#store/token-cache.ts';
import { createWhereaboutsMemory } from '#store/whereabouts.repository.ts';
import { DEFAULT_SETTINGS, type Engine, type EnginePush } from '#sync/engine.ts';
import { Streams } from '#sync/streams.ts';
import type { Config } from './config.ts';
import { learntServer } from './portal-dialect.ts';

export interface ServiceDependencies {
  readonly config: Config;
  readonly effects: Effects;
  /** Migrated. */
  readonly db: Database;
  /** Null where the runtime keeps no connections. */
  readonly openConnection: OpenConnection | null;
  /** For places that servers or domain administrators name. */
  readonly network: Network;
  /** Absent where the runtime cannot look below `fetch`. */
  readonly connections?: ConnectionProbe;
}

export interface Service {
  readonly app: Hono<ApiEnv>;
  /**
   * What runs are made with. Asks the portal what kind it is, unless that was learnt in the last day; when it does not
   * answer, what an earlier start learnt serves. Rejects with RemoteFailure when nothing is known about the portal yet.
   * `told` is given by a process that lives on: it then holds connections open on which servers tell of changes, unless
   * the configuration says otherwise, and is called when a mailbox became due by that.
   */
  openEngine(told?: () => void): Promise<Engine>;
  /**
   * "Test connection" of a domain and its portal; null: another one looks at the same server. Rejects with UnknownDomain.
   */
  examine(domainId: string, order: DoctorOrder): Promise<DoctorReport | null>;
}

/** Nobody has created a domain with this id, and no variable describes it. */
export class UnknownDomain extends Error {
  constructor(id: string) {
    super(`There is no domain "${id}".`);
    this.name = 'UnknownDomain';
  }
}

const REQUEST_TIMEOUT_MS = DEFAULT_SETTINGS.requestTimeoutMs;

/** Writes the configured domain and builds the rest around it. Makes no request. */
export async function createService(deps: ServiceDependencies): Promise<Service> {
  const { config, effects, db } = deps;
  await saveConfigured(deps);
  await forgetOtherAddress(db, config.push.address);
  const tokens = createTokenCache({ db, seal: effects.seal, clock: effects.clock });
  const { network, openConnection } = deps;
  const signInPorts = { tokens, openConnection, network };
  const servers = createServerMemory(db);
  const exchangePorts = { ...signInPorts, servers };
  const openMailbox = openByProtocol({
    ews: openEwsMailbox(effects, exchangePorts),
    graph: openGraphMailbox(effects, exchangePorts),
  });
  const openDiagnosis = {
    ews: openEwsDiagnosis(effects, exchangePorts),
    graph: openGraphDiagnosis(effects, exchangePorts),
  };
  const openPortal = openJsonwsPortal(effects, tokens);
  const findServer = createFindServer(effects, {
    network,
    signed: openSignedFetch(effects, signInPorts),
    memoryOf: createWhereaboutsMemory<MailboxPlace>(db, effects.clock),
    servers,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  const mailboxServer = async (row: DomainRow, mailbox: WantedMailbox) => {
    const access = await openAccess(effects.seal, row.signInSealed);
    const server = await findServer(reachOf(row), access, mailbox);
    if (access.impersonate === false || access.impersonate === 'address') return server;
    const actAs = await identityOf(db, row.id, mailbox.address);
    return actAs === null ? server : { ...server, actAs };
  };
  const doctor = {
    effects,
    db,
    network,
    connections: deps.connections ?? null,
    openMailbox,
    openDiagnosis: (server: MailboxServer, address: string) =>
      openDiagnosis[protocolOf(server)](server, address),
    openPortalDiagnosis: openJsonwsDiagnosis(effects, tokens),
  };
  const openPush = firstOf(openGraphPush(effects, exchangePorts), openEwsPush(effects, exchangePorts));
  const openRooms = openRoomsByProtocol({
    ews: openEwsRooms(effects, exchangePorts),
    graph: openGraphRooms(effects, exchangePorts),
  });
  const examined = async (domainId: string, order: DoctorOrder) =>
    examine(
      { ...doctor, push: doctorPush(deps, openPush, domainId) },
      await doctorDomain(deps, mailboxServer, domainId),
      order,
    );
  const openStreams = async (told: () => void): Promise<Streams | null> => {
    await forgetStreams(db);
    if (!config.push.streaming) return null;
    return new Streams({ effects, db, open: openEwsStream(effects, exchangePorts), told });
  };
  return {
    examine: examined,
    app: createApp({
      effects,
      db,
      openMailbox,
      openRooms,
      openPortal,
      pushPosts: { graph: async () => GRAPH_POSTS, ewsPush: loadEwsPosts },
      examine: examined,
      settings: appSettings(deps, mailboxServer),
      readiness: () => readiness(db),
    }),
    openEngine: async (told) => {
      const { credentials, url } = config.portal;
      const server = await learntServer({
        effects,
        db,
        openPortal,
        server: { url, timeoutMs: REQUEST_TIMEOUT_MS },
        credentials,
      });
      return {
        effects,
        db,
        openMailbox,
        openRooms,
        portal: openPortal(server, credentials),
        mailboxServer,
        commit: fencedCommit,
        push: enginePush(config, openPush, told === undefined ? null : await openStreams(told)),
        settings: {
          ...DEFAULT_SETTINGS,
          mailboxConcurrency: config.concurrency,
          language: config.calendarLanguage,
        },
      };
    },
  };
}

function doctorPush(
  { config, db, effects }: ServiceDependencies,
  open: OpenPush,
  domainId: string,
): DoctorPush | null {
  const { address: publicUrl, streaming } = config.push;
  if (publicUrl === null && !streaming) return null;
  const stateOf = (address: string) =>
    pushStateAt(db, domainId, { address, nowMs: effects.clock.now(), publicUrl });
  return { open, address: publicUrl, stateOf };
}

/** Null where nobody can reach us, and no connections are held. */
function enginePush(
  { push: { address, pollSeconds } }: Config,
  open: OpenPush,
  streams: Streams | null,
): EnginePush | null {
  const posts = address === null ? null : { open, address };
  return posts === null && streams === null ? null : { posts, streams, pollMs: pollSeconds * 1000 };
}

/** Writes the domain that the configuration describes, if it does; else what an earlier one described is the API's to change. */
async function saveConfigured({ config, effects, db }: ServiceDependencies): Promise<void> {
  if (config.exchange === null) return releaseConfigured(db);
  await saveDomain(
    { db, seal: effects.seal, clock: effects.clock },
    {
      id: CONFIGURED_DOMAIN,
      portal: config.portal.url,
      ...config.exchange,
      addressRule: config.addressRule,
      maxConcurrent: config.concurrency,
    },
  );
  await saveReleases(db, CONFIGURED_DOMAIN, config.siteMailboxes, effects.clock.now());
}

async function doctorDomain(
  { config, effects, db }: ServiceDependencies,
  mailboxServer: Engine['mailboxServer'],
  id: string,
): Promise<DoctorDomain> {
  const { url, credentials } = config.portal;
  const row = await domainById(db, id);
  if (row === null) throw new UnknownDomain(id);
  const { signIn, impersonate } = await openAccess(effects.seal, row.signInSealed);
  return {
    id,
    signsIn: { kind: signIn.kind, delegated: impersonate === false },
    isNamed: row.endpoint !== '',
    server: (address) => mailboxServer(row, { address, failed: null }),
    portal: { server: { url, timeoutMs: REQUEST_TIMEOUT_MS, dialect: null }, credentials },
  };
}

function appSettings(
  { config, effects, openConnection }: ServiceDependencies,
  mailboxServer: Engine['mailboxServer'],
): AppSettings {
  return {
    portalUrl: config.portal.url,
    portalOrigins: config.portal.origins,
    oauth: oauthSettings(config.portal),
    portalCredentials: config.portal.credentials,
    serviceKey: config.serviceKey,
    mailboxServer: (row, mailbox) => {
      const refusal = userRefusal(row, effects.clock.now());
      if (refusal !== null) return Promise.reject(new RemoteFailure(refusal));
      return mailboxServer(row, mailbox);
    },
    publicUrl: config.push.address,
    intervalSeconds: config.intervalSeconds,
    minIntervalSeconds: config.minIntervalSeconds,
    allowHttp: config.allowHttp,
    keepsConnections: openConnection !== null,
    windowPastDays: config.window.pastDays,
    windowFutureDays: config.window.futureDays,
    timeoutMs: REQUEST_TIMEOUT_MS,
    metricsToken: config.metrics.token,
    metricsOpen: config.metrics.open,
  };
}

function oauthSettings({ url, userAgentErc }: Config['portal']): AppSettings['oauth'] {
  if (userAgentErc === null) return null;
  return {
    expectedClientId: null,
    externalReferenceCode: userAgentErc,
    // Liferay: OAuth2ProviderRESTEndpoint.
    jwksUrl: `${url}/o/oauth2/jwks`,
    introspectUrl: `${url}/o/oauth2/introspect`,
  };
}

async function readiness(db: Database): Promise<Readiness> {
  try {
    // Without a domain the service works: a portal's administrator creates the first one.
    await domainById(db, CONFIGURED_DOMAIN);
    return { ready: true };
  } catch {
    return { ready: false, why: 'The database does not answer.' };
  }
}
