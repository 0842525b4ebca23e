/**
 * /docs: the document at /openapi.json for people, rendered by Swagger UI. Everybody may read it, like the document, which
 * holds nothing of anybody; calls that are tried from it need a token like any other. The files of Swagger UI come from
 * where the runtime has them: nothing is asked of another host.
 */
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from './session.ts';

/** Files of the package swagger-ui-dist that the page needs, and no others of it. */
export const DOCS_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Calendar Connector for Exchange: API</title>
    <link rel="icon" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <main id="docs"></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** A script of its own, because the policy allows none within the page. */
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

/** In place of the policy of the API, which allows nothing. Swagger UI draws its arrows from data: URLs. */
export const docsHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

export function isOfDocs(path: string): boolean {
  return path === '/docs' || path.startsWith('/docs/');
}

export function docsRoutes() {
  return new Hono<ApiEnv>()
    .get('/docs', (c) => c.html(PAGE))
    .get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
}
