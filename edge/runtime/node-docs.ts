/** The files of Swagger UI for the page at /docs, from the package that npm installed. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono } from 'hono';
import { DOCS_FILES } from '#http/docs.ts';
import type { ApiEnv } from '#http/session.ts';

/** Those that the page names, and nothing else of the package. */
export function serveDocs(app: Hono<ApiEnv>): void {
  const root = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const files = serveStatic<ApiEnv>({ root, rewriteRequestPath: (path) => path.replace(/^.*\//, '/') });
  for (const name of DOCS_FILES) app.get(`/docs/${name}`, files);
}
