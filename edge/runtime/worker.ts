/**
 * The service on Cloudflare Workers: the same application as on Node, and its background work by cron trigger and
 * queue instead of a loop. Settings of the platform: ../wrangler.jsonc; what the parts do: README.md.
 *
 * Invocations of an isolate share what holds nothing open: configuration, database client, application. They never
 * wait for each other's requests, because one that the platform ends would leave the others waiting for ever.
 */
import type { Effects } from '#core/effects.ts';
import { DOCS_FILES } from '#http/docs.ts';
import { PROBLEM_MEDIA_TYPE } from '#http/problem.ts';
import type { Readiness } from '#http/settings.ts';
import type { ProblemDetails } from '#shared/api.ts';
import type { Database } from '#store/database.ts';
import { withoutStatement } from '#store/database-error.ts';
import { checkDaily } from '#sync/daily-checks.ts';
import type { Engine } from '#sync/engine.ts';
import {
  bury,
  type Dispatcher,
  dispatchDue,
  dispatchTold,
  dispatchWaiting,
  eachMessage,
  type SyncMessage,
  workOn,
} from './dispatch.ts';
import { createLog } from './log.ts';
import { createPlatformEffects } from './platform-effects.ts';
import { createSeal } from './seal.ts';
import { createService, type Service, type ServiceDependencies } from './service.ts';
import { readWorkerConfig, type WorkerConfig } from './worker-config.ts';
import { openWorkerDatabase, schemaProblem } from './worker-database.ts';
import { createWorkerNetwork } from './worker-network.ts';
import type { ExecutionContext, ExportedHandler, Queue } from './worker-platform.ts';

/** Bindings of ../wrangler.jsonc. The variables and secrets among them are those of config.ts and worker-config.ts. */
export interface Env extends Readonly<Record<string, unknown>> {
  readonly SYNC: Queue<SyncMessage>;
  /** The files of Swagger UI. Absent where the Worker is deployed without them. */
  readonly ASSETS?: { fetch(url: string): Promise<Response> };
}

/** As in ../wrangler.jsonc; every other queue holds work. */
const DEAD_LETTERS = /-dead$/;

/** Connections that the platform lets an invocation have at the same time: six, the database's included. */
const MAILBOX_CONCURRENCY = 3;
const PORTAL_WRITES = 2;
/** The portal may be upgraded while an isolate lives; an engine knows what kind it was. */
const ENGINE_LIFE_MS = 3_600_000;

interface Prepared {
  readonly config: WorkerConfig;
  readonly effects: Effects;
  readonly db: Database;
  readonly service: Service;
  /** Engines that no invocation is using. One that was in use when its invocation was ended never comes back. */
  readonly spareEngines: { readonly engine: Engine; readonly openedAt: number }[];
}

/** The service cannot work. `why` is shown to everybody: it names variables, never their values. */
interface Unready {
  readonly why: string;
}

const preparedFor = new WeakMap<Env, Prepared>();

export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    const prepared = await prepare(env, pathname === '/ready');
    if ('why' in prepared) return pathname === '/ready' ? notReady(prepared) : refusal(prepared);
    const response = await prepared.service.app.fetch(request, {
      woken: () => atOnce(prepared, context, dispatchTold(dispatcherOf(prepared, env))),
    });
    if (changesPairings(request, pathname, response))
      atOnce(prepared, context, dispatchWaiting(dispatcherOf(prepared, env)));
    return response;
  },

  async scheduled(_controller, env, _context) {
    const prepared = await prepare(env, true);
    if ('why' in prepared) return;
    await dispatchDue(dispatcherOf(prepared, env));
    await withEngine(prepared, checkDaily).catch((error) =>
      prepared.effects.log.error('the daily checks failed', { error: withoutStatement(error) }),
    );
  },

  async queue({ queue, messages }, env, _context) {
    const prepared = await prepare(env, false);
    // Acknowledged: the cron trigger begins anew once the service can work.
    if ('why' in prepared) return;
    const dispatcher = dispatcherOf(prepared, env);
    await eachMessage(messages, prepared.effects.log, (message) =>
      DEAD_LETTERS.test(queue)
        ? bury(dispatcher, message)
        : workOn(dispatcher, message, (work) => withEngine(prepared, work)),
    );
  },
} satisfies ExportedHandler<Env, SyncMessage>;

/** What an earlier invocation of this isolate has prepared, or else a new one. `anew`: looks at the schema again. */
async function prepare(env: Env, anew: boolean): Promise<Prepared | Unready> {
  const known = preparedFor.get(env);
  if (known !== undefined && !anew) return known;
  const outcome = readWorkerConfig(env);
  if (!outcome.ok) {
    createLog({ level: 'info' }).error('the configuration is wrong', { problems: outcome.problems });
    const variables = [...new Set(outcome.problems.map((each) => each.variable))].join(', ');
    return { why: `The configuration is wrong; the log says how: ${variables}.` };
  }
  const { config } = outcome;
  const log = known?.effects.log ?? createLog({ level: config.logLevel });
  try {
    const db = known?.db ?? openWorkerDatabase(config.database);
    const why = await schemaProblem(db);
    if (why === null) return known ?? (await prepareWith(env, config, db, log));
    preparedFor.delete(env);
    log.error('the database cannot be used', { why });
    return { why };
  } catch (error) {
    log.error('the database does not answer', { error: withoutStatement(error) });
    return { why: 'The database does not answer.' };
  }
}

async function prepareWith(
  env: Env,
  config: WorkerConfig,
  db: Database,
  log: Effects['log'],
): Promise<Prepared> {
  const effects = createPlatformEffects({ seal: await createSeal(config.sealKeys), log });
  const service = await createService(dependenciesOf(config, effects, db));
  if (env.ASSETS !== undefined) serveDocs(service, env.ASSETS);
  const prepared = { config, effects, db, service, spareEngines: [] };
  preparedFor.set(env, prepared);
  return prepared;
}

/** Those that the page at /docs names, and nothing else of the package. The platform's host name means nothing there. */
function serveDocs({ app }: Service, assets: NonNullable<Env['ASSETS']>): void {
  for (const name of DOCS_FILES) {
    app.get(`/docs/${name}`, async () => {
      const file = await assets.fetch(`https://assets.invalid/${name}`);
      // Its headers are fixed, and those of the application come to them.
      return new Response(file.body, file);
    });
  }
}

/** Lends an engine for the time of `work`: each holds requests of its own, such as the one for an access token. */
async function withEngine(prepared: Prepared, work: (engine: Engine) => Promise<void>): Promise<void> {
  const { effects, spareEngines } = prepared;
  const oldest = effects.clock.now() - ENGINE_LIFE_MS;
  const spare = spareEngines.pop();
  const lent =
    spare !== undefined && spare.openedAt > oldest
      ? spare
      : { engine: await openEngine(prepared), openedAt: effects.clock.now() };
  await work(lent.engine);
  spareEngines.push(lent);
}

async function openEngine({ config, effects, db }: Prepared): Promise<Engine> {
  const engine = await (await createService(dependenciesOf(config, effects, db))).openEngine();
  return {
    ...engine,
    settings: {
      ...engine.settings,
      cohortSize: Math.min(engine.settings.cohortSize, config.slice.mailboxes),
      mailboxConcurrency: Math.min(config.concurrency, MAILBOX_CONCURRENCY),
      portalWrites: PORTAL_WRITES,
      sliceCalls: config.slice.calls,
      sliceMs: config.slice.seconds * 1_000,
    },
  };
}

function dependenciesOf(config: WorkerConfig, effects: Effects, db: Database): ServiceDependencies {
  return { config, effects, db, openConnection: null, network: createWorkerNetwork(effects.fetch) };
}

function dispatcherOf({ db, effects }: Prepared, env: Env): Dispatcher {
  return { db, effects, queue: env.SYNC };
}

/** A user's own, those of a site, and those of a domain. */
const PAIRINGS = /^\/api\/((sites\/[^/]+\/)?pairings|domains)(\/|$)/;

/** Node's loop looks every second; here somebody has to say that a user wants something now. */
function changesPairings(request: Request, pathname: string, response: Response): boolean {
  return response.ok && PAIRINGS.test(pathname) && request.method !== 'GET';
}

function atOnce(prepared: Prepared, context: ExecutionContext, dispatched: Promise<void>): void {
  const { log } = prepared.effects;
  const sent = dispatched.catch((error) =>
    log.warn('the queue does not answer', { error: withoutStatement(error) }),
  );
  context.waitUntil(sent);
}

function notReady({ why }: Unready): Response {
  return Response.json({ ready: false, why } satisfies Readiness, { status: 503 });
}

function refusal({ why }: Unready): Response {
  const problem: ProblemDetails = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: why,
    reason: 'internalError',
    requestId: crypto.randomUUID(),
  };
  return new Response(JSON.stringify(problem), {
    status: 503,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, 'Cache-Control': 'no-store' },
  });
}
