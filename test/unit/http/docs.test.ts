/** The page at /docs: who may read it, and what its policy lets it do. */
import { expect, it } from 'vitest';
import { createWorld } from './app-under-test.ts';

const { app } = await createWorld();

function policy(response: Response): Record<string, string> {
  const directives = (response.headers.get('Content-Security-Policy') ?? '').split(';');
  return Object.fromEntries(
    directives.map((each) => {
      const [name = '', ...sources] = each.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

it('answers everybody, with scripts and styles of the service alone', async () => {
  const page = await app.request('/docs');
  expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(policy(page)).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });
  const text = await page.text();
  expect(text).not.toMatch(/https?:|<script>|<style|style=|\son\w+=/);
  expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1])).toEqual([
    'docs/favicon-32x32.png',
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/start.js',
  ]);
  const start = await app.request('/docs/start.js');
  expect(start.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
  expect(await start.text()).toContain("url: 'openapi.json'");
});

it('has a policy of its own: that of the API allows nothing', async () => {
  for (const path of ['/openapi.json', '/docsx', '/health']) {
    expect(policy(await app.request(path))).toEqual({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
  }
});

it('has no files of its own to serve: without those of the runtime they are not there', async () => {
  expect((await app.request('/docs/swagger-ui-bundle.js')).status).toBe(404);
});
