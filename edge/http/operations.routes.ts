/**
 * For operators and their tools: is the process alive, can it work, and how does it do?
 *
 * /health and /ready answer everybody, because load balancers bear no token; they say nothing about anybody.
 * /metrics counts users, so it answers only the bearer of the metrics token, unless the settings open it because
 * the network already decides who gets here. Without either it does not exist.
 */
import { Hono } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { pushFigures } from '#store/push.repository.ts';
import { serviceFigures } from '#store/status.repository.ts';
import { bearerOf } from './authentication.ts';
import {
  METRICS_MEDIA_TYPE,
  metricsText,
  portalFamily,
  pushFamily,
  type RequestCounter,
  serviceFamilies,
} from './metrics.ts';
import { describeOperation, jsonAnswer, problemAnswer, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { PushCounter } from './push.routes.ts';
import { rememberedPortal } from './remembered-dialect.ts';
import type { ApiEnv } from './session.ts';
import type { AppDependencies, AppSettings } from './settings.ts';

export function operationRoutes(deps: AppDependencies, requests: RequestCounter, posts: PushCounter) {
  const { db, effects, settings } = deps;
  return new Hono<ApiEnv>()
    .get(
      '/health',
      describeOperation('The process is alive', { 200: jsonAnswer('Alive', SCHEMAS.Health) }, 'none'),
      (c) => c.json({ alive: true }),
    )
    .get(
      '/ready',
      describeOperation(
        'The database answers and is up to date',
        { 200: jsonAnswer('Ready', SCHEMAS.Readiness), 503: jsonAnswer('Not ready', SCHEMAS.Readiness) },
        'none',
      ),
      async (c) => {
        const readiness = await deps.readiness();
        return c.json(readiness, readiness.ready ? 200 : 503);
      },
    )
    .get(
      '/metrics',
      describeOperation(
        'Figures in the Prometheus text format',
        {
          200: { description: 'Figures', content: { 'text/plain': { schema: { type: 'string' } } } },
          401: problemAnswer(401),
          404: problemAnswer(404),
          500: problemAnswer(500),
        },
        'metrics',
      ),
      async (c) => {
        await requireMetricsReader(settings, c.req.header('Authorization'));
        const figures = serviceFamilies(await serviceFigures(db, effects.clock.now()));
        const push = pushFamily(await pushFigures(db, effects.clock.now()));
        const portal = portalFamily(await rememberedPortal(db, settings.portalUrl));
        const families = [
          ...figures,
          push,
          portal,
          requests.family(),
          posts.family(),
          ...(deps.metrics?.() ?? []),
        ];
        return c.body(metricsText(families), 200, { 'Content-Type': METRICS_MEDIA_TYPE });
      },
    );
}

async function requireMetricsReader(settings: AppSettings, header: string | undefined): Promise<void> {
  if (settings.metricsOpen) return;
  if (settings.metricsToken === null) throw new ApiProblem('notFound');
  const token = bearerOf(header);
  if (token === null) throw new ApiProblem('tokenMissing', 'Send the metrics token as bearer token.');
  if (!(await timingSafeEqual(token, settings.metricsToken))) {
    throw new ApiProblem('tokenInvalid', 'This is not the metrics token of the service.');
  }
}
