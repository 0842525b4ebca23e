/** Compares real answers with what /openapi.json says about their route; used by every call of the tests. */
import type { Hono } from 'hono';
import { parse } from 'valibot';
import { expect } from 'vitest';
import { SCHEMAS } from '#http/openapi.ts';
import type { ApiEnv } from '#http/session.ts';

/** OpenAPI, as far as the tests look into it. */
export interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: unknown; readonly example?: unknown }>;
  };
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema: { $ref?: string }; readonly example?: unknown }> }
  >;
}

let described: Promise<Document> | null = null;

export function documentOf(app: Hono<ApiEnv>): Promise<Document> {
  described ??= (async () => (await (await app.request('/openapi.json')).json()) as Document)();
  return described;
}

/** The answer has the status, media type and exact fields that /openapi.json says for its route. */
export async function expectDescribed(
  app: Hono<ApiEnv>,
  method: string,
  path: string,
  response: Response,
  json: unknown,
): Promise<void> {
  const { paths } = await documentOf(app);
  const pattern = Object.keys(paths).find((each) =>
    new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path.replace(/\?.*/, '')),
  );
  const operation = pattern === undefined ? undefined : paths[pattern]?.[method.toLowerCase()];
  if (operation === undefined) return expect([404, 401, 200]).toContain(response.status);
  const answer = operation.responses[String(response.status)];
  expect(answer, `${method} ${pattern} answered ${response.status}`).toBeDefined();
  const mediaType = (response.headers.get('Content-Type') ?? '').replace(/;.*/, '');
  const mediaTypes = Object.keys(answer?.content ?? {});
  if (mediaType === '') expect(mediaTypes).toEqual([]);
  else expect(mediaTypes).toContain(mediaType);
  const name = answer?.content?.[mediaType]?.schema.$ref?.replace('#/components/schemas/', '');
  if (json === null) return;
  const schema = Object.entries(SCHEMAS).find(([each]) => each === name)?.[1];
  if (schema === undefined) throw new Error(`${method} ${pattern} ${response.status} names no schema.`);
  // Parsing drops fields that the schema does not have; nothing may be dropped.
  expect(parse(schema, json)).toEqual(json);
}

/** Every refusal is a problem document and tells nothing that we did not write. */
export function expectProblem(response: Response, json: Record<string, unknown>): void {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(Object.keys(json).sort()).toEqual(['detail', 'reason', 'requestId', 'status', 'title', 'type']);
  expect(json['status']).toBe(response.status);
  expect(json['requestId']).toBe(response.headers.get('X-Request-Id'));
  expect(JSON.stringify(json)).not.toMatch(
    / at .*\.ts|select |insert |the-service-password|the-portal-password|the-service-key|sealed-sign-in/,
  );
}
