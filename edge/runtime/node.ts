/**
 * The service on Node: `node edge/runtime/node.ts`, configured by environment variables (config.ts).
 *
 * Exit code 0 after SIGTERM or SIGINT, else those of node-start.ts. The first signal lets the work under way finish within a limit, which
 * leases and intents make safe to cut short; the second ends the process at once.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Effects } from '#core/effects.ts';
import { withoutStatement } from '#store/database-error.ts';
import { watchDaily } from '#sync/daily-checks.ts';
import type { Engine } from '#sync/engine.ts';
import { Bell, createScheduler } from '#sync/scheduler.ts';
import type { Config } from './config.ts';
import { createLog } from './log.ts';
import { openNodeConnection } from './node-connection.ts';
import { createNodeConnectionProbe } from './node-connection-probe.ts';
import { serveDocs } from './node-docs.ts';
import { createNodeNetwork } from './node-network.ts';
import { CannotStart, configuration, configuredDatabase, runProgram } from './node-start.ts';
import { createPlatformEffects } from './platform-effects.ts';
import { createSeal } from './seal.ts';
import { createService, type Service } from './service.ts';

/** Below the 30 s after which container platforms kill. */
const STOP_LIMIT_MS = 25_000;
/** The API of another process may have made something due; this one is told by nobody. */
const POLL_MS = 1_000;
/** Cohorts at the same time: while one waits for a slow mailbox, the other goes on. */
const COHORTS = 2;
const PORTAL_RETRY_MS = 10_000;

async function main(): Promise<void> {
  const config = await configuration();
  const log = createLog({ level: config.logLevel });
  const effects = createPlatformEffects({ seal: await createSeal(config.sealKeys), log });
  const database = await configuredDatabase(config);
  try {
    const service = await createService({
      config,
      effects,
      db: database.db,
      openConnection: openNodeConnection,
      network: createNodeNetwork(),
      connections: createNodeConnectionProbe(),
    });
    await serveUntilStopped(config, effects, service);
  } finally {
    database.close();
  }
}

async function serveUntilStopped(config: Config, effects: Effects, service: Service): Promise<void> {
  const stopping = stopOnSignals(effects);
  const bell = new Bell();
  const server = await listen(config, service, () => bell.ring());
  const { port } = server.address() as AddressInfo;
  effects.log.info('listening', { host: config.listen.host, port });
  const work = runScheduler(config, effects, service, { stopping, bell });
  await aborted(stopping);
  server.close();
  const late = new AbortController();
  const finished = await Promise.race([
    work.then(() => true),
    effects.clock.sleep(STOP_LIMIT_MS, late.signal).then(() => false),
  ]);
  late.abort();
  server.closeAllConnections();
  effects.log.info('stopped', { finished });
  // Work that is cut short holds sockets and timers; its lease lets another start take it up.
  if (!finished) process.exit(0);
}

async function listen(
  { listen: { host, port } }: Config,
  { app }: Service,
  woken: () => void,
): Promise<Server> {
  serveDocs(app);
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request, { woken }) }) as Server;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CannotStart([`PORT: cannot listen on ${host}:${port} (${code}); expected: a free port`]);
  }
  return server;
}

async function runScheduler(
  config: Config,
  effects: Effects,
  service: Service,
  { stopping, bell }: { readonly stopping: AbortSignal; readonly bell: Bell },
): Promise<void> {
  const engine = await openEngine(effects, service, { stopping, bell });
  if (engine === null) return;
  const mailboxConcurrency = Math.ceil(config.concurrency / COHORTS);
  const checking = watchDaily(engine, stopping);
  await createScheduler(
    { ...engine, settings: { ...engine.settings, mailboxConcurrency } },
    {
      concurrency: COHORTS,
      pollMs: POLL_MS,
      bell,
      onSlice: ({ failures, ...report }) =>
        effects.log.debug('slice', { ...report, failures: failures.length }),
    },
  ).run(stopping);
  await checking;
  await engine.push?.streams?.close();
}

/** Null when the process is to stop before the portal has answered for the first time. */
async function openEngine(
  effects: Effects,
  service: Service,
  { stopping, bell }: { readonly stopping: AbortSignal; readonly bell: Bell },
): Promise<Engine | null> {
  while (!stopping.aborted) {
    try {
      return await service.openEngine(() => bell.ring());
    } catch (error) {
      effects.log.error('the portal does not answer as expected', { error: withoutStatement(error) });
      await effects.clock.sleep(PORTAL_RETRY_MS, stopping).catch(() => {});
    }
  }
  return null;
}

function stopOnSignals({ log }: Effects): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1);
      log.info('stopping', { signal });
      controller.abort();
    });
  }
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

await runProgram(main);
