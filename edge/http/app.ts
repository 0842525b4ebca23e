/**
 * The HTTP application: what the elements in the browser call, and what operators look at. It runs wherever Hono
 * runs; the runtime hands in the effects and the ports.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { generateSpecs } from 'hono-openapi';
import type { Owner } from '#store/mailboxes.repository.ts';
import { calendarRoutes } from './calendars.routes.ts';
import { docsHeaders, docsRoutes, isOfDocs } from './docs.ts';
import { doctorRoutes } from './doctor.routes.ts';
import { type DomainEnv, ofAdministeredDomain } from './domain-access.ts';
import { auditRoutes, domainMailboxRoutes } from './domain-mailboxes.routes.ts';
import { domainReportRoutes } from './domain-reports.routes.ts';
import { domainRoutes, domainsRoutes } from './domains.routes.ts';
import { withExamples } from './examples.ts';
import { createRequestCounter } from './metrics.ts';
import { OPENAPI } from './openapi.ts';
import { operationRoutes } from './operations.routes.ts';
import { type OwnershipEnv, ownOfSite, ownOfUser } from './ownership.ts';
import { pairingEventRoutes } from './pairing-events.routes.ts';
import { pairingRoutes } from './pairings.routes.ts';
import { previewRoutes } from './preview.routes.ts';
import { ApiProblem, answerProblem } from './problem.ts';
import { createPushCounter, pushRoutes } from './push.routes.ts';
import { serviceRoutes } from './service.routes.ts';
import { serviceKeyOnly } from './service-key.ts';
import { type ApiEnv, sessions } from './session.ts';
import type { AppDependencies } from './settings.ts';
import { siteCalendarRoutes, sitesRoutes } from './sites.routes.ts';
import { unpairRoutes } from './unpair.routes.ts';

export const BODY_LIMIT_BYTES = 64 * 1_024;

const API_HEADERS = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
});

/** @throws Error when the settings cannot work, such as an OAuth application that nothing names */
export function createApp(deps: AppDependencies): Hono<ApiEnv> {
  const { effects, settings } = deps;
  const requests = createRequestCounter();
  const posts = createPushCounter();
  const app = new Hono<ApiEnv>();

  app.use(requests.middleware);
  app.use(requestId({ limitLength: 64, generator: () => effects.ids.uuid() }));
  app.use((c, next) => (isOfDocs(c.req.path) ? docsHeaders(c, next) : API_HEADERS(c, next)));
  app.use(
    '/api/*',
    cors({
      origin: [...settings.portalOrigins],
      allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type', 'If-None-Match'],
      exposeHeaders: ['X-Request-Id', 'WWW-Authenticate', 'Retry-After', 'ETag'],
      maxAge: 600,
    }),
  );
  for (const [path, signedIn] of [
    ['/api/*', sessions(deps)],
    // No CORS: it is not for pages.
    ['/service/*', serviceKeyOnly(deps)],
  ] as const) {
    app.use(path, async (c, next) => {
      c.header('Cache-Control', 'no-store');
      await next();
    });
    // Before the body is looked at: who has no token cannot make us read.
    app.use(path, signedIn);
    app.use(
      path,
      bodyLimit({
        maxSize: BODY_LIMIT_BYTES,
        onError: () => {
          throw new ApiProblem('bodyTooLarge');
        },
      }),
    );
  }

  app.route('/api', calendarRoutes(deps));
  app.route(
    '/api/pairings',
    new Hono<OwnershipEnv>().use(ownOfUser(deps)).route('/', ownedPairings(deps, 'user')),
  );
  app.route('/api/sites', sitesRoutes(deps));
  app.route('/api/sites/:siteId', ofSite(deps));
  app.route('/api/domains', domainsRoutes(deps));
  app.route('/api/domains/:domainId', ofDomain(deps));
  app.route('/api/audit', auditRoutes(deps));
  app.route('/service', serviceRoutes(deps));
  app.route('/push', pushRoutes(deps, posts));
  app.route('/', operationRoutes(deps, requests, posts));
  let document: ReturnType<typeof generateSpecs> | undefined;
  app.get('/openapi.json', async (c) => {
    document ??= generateSpecs(app, OPENAPI, c).then(withExamples);
    return c.json(await document);
  });
  app.route('/', docsRoutes());

  app.notFound((c) => answerProblem(c, new ApiProblem('notFound'), effects.log));
  app.onError((error, c) => answerProblem(c, error, effects.log));
  return app;
}

/** Pairings with all that is below them, of a user or of a site. */
function ownedPairings(deps: AppDependencies, kind: Owner['kind']) {
  return new Hono<OwnershipEnv>()
    .route('/', pairingRoutes(deps, kind))
    .route('/', previewRoutes(deps, kind))
    .route('/', unpairRoutes(deps, kind))
    .route('/', pairingEventRoutes(deps, kind));
}

function ofDomain(deps: AppDependencies) {
  return new Hono<DomainEnv>()
    .use(ofAdministeredDomain(deps))
    .route('/', domainRoutes(deps))
    .route('/', domainMailboxRoutes(deps))
    .route('/', domainReportRoutes(deps))
    .route('/', doctorRoutes(deps));
}

function ofSite(deps: AppDependencies) {
  return new Hono<OwnershipEnv>()
    .use(ownOfSite(deps))
    .route('/', siteCalendarRoutes(deps))
    .route('/pairings', ownedPairings(deps, 'site'));
}
