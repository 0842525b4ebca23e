/** The page at /docs as Node serves it: the files that it names are those of the package, and no others of it are there. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { DOCS_FILES, docsHeaders, docsRoutes } from '#http/docs.ts';
import type { ApiEnv } from '#http/session.ts';
import { serveDocs } from '#runtime/node-docs.ts';

const app = new Hono<ApiEnv>().use(docsHeaders).route('/', docsRoutes());
serveDocs(app);

test.each(DOCS_FILES)('%s is served as npm installed it', async (name) => {
  const answer = await app.request(`/docs/${name}`);
  expect(answer.status).toBe(200);
  const file = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(file))).toBe(true);
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(answer.headers.get('Content-Type')).toMatch(/^(text\/(css|javascript)|image\/png)/);
});

test.each(['package.json', 'index.html', 'swagger-ui.js', '..%2f..%2fpackage.json', '%2e%2e/package.json'])(
  '/docs/%s is not there',
  async (name) => {
    expect((await app.request(`/docs/${name}`)).status).toBe(404);
  },
);
