/**
 * The document at /openapi.json. That real answers are as it says is checked at every call of the other tests, in
 * `expectDescribed`; here, that it is whole and says what the contract says.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { is, parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '#http/examples.ts';
import { SCHEMAS } from '#http/openapi.ts';
import { Activity } from '#shared/activity.ts';
import * as api from '#shared/api.ts';
import { DoctorReport, DoctorRequest } from '#shared/doctor.ts';
import { DomainMailboxDetail, DomainMailboxes } from '#shared/domain-api.ts';
import { createWorld } from './app-under-test.ts';
import { type Document, documentOf, type Operation } from './described-answers.ts';
import { PROTECTED_ROUTES, SERVICE_ROUTES } from './routes-under-test.ts';

const world = await createWorld();
const document: Document = await documentOf(world.app);
const operations: [string, Operation][] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, Operation] => [
    `${method.toUpperCase()} ${path}`,
    operation,
  ]),
);

function schemaOf(schema: Parameters<typeof toJsonSchema>[0]): unknown {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore' });
  return rest;
}

describe('the document', () => {
  it('is OpenAPI 3.1 and may be read by everybody', async () => {
    const response = await world.app.request('/openapi.json');
    expect(response.status).toBe(200);
    expect(document.openapi).toBe('3.1.0');
  });

  it('has every route of the application', () => {
    const served = world.app.routes
      .filter(
        (route) =>
          route.method !== 'ALL' && route.path !== '/openapi.json' && !route.path.startsWith('/docs'),
      )
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(([name]) => name).sort()).toEqual([...new Set(served)].sort());
  });

  it('asks for a token wherever the application does, and the tests of who may not know all these routes', () => {
    const secured = operations.filter(([, each]) => each.security.some((scheme) => 'liferay' in scheme));
    expect(secured.map(([name]) => name).sort()).toEqual(
      PROTECTED_ROUTES.map((route) => `${route.method} ${route.path}`).sort(),
    );
    expect(operations.filter(([name]) => name.includes('/api/'))).toHaveLength(secured.length);
    const ofTheKey = operations.filter(([, each]) => each.security.some((scheme) => 'service' in scheme));
    expect(ofTheKey.map(([name]) => name).sort()).toEqual(
      SERVICE_ROUTES.map((route) => `${route.method} ${route.path}`).sort(),
    );
    expect(operations.filter(([name]) => name.includes('/service/'))).toHaveLength(ofTheKey.length);
  });

  it('names each operation once, with a summary and all parameters of its path', () => {
    const ids = operations.map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations) {
      expect(operation.summary, name).toBeTruthy();
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const described = (operation.parameters ?? []).filter((each) => each.in === 'path');
      expect(described.map((each) => each.name).sort()).toEqual(inPath.sort());
    }
  });

  it('has an example for every body and every answer, which the service would take and give', () => {
    for (const [name, operation] of operations) {
      const [method = '', path = ''] = name.split(' ');
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        for (const [type, { schema, example }] of Object.entries(content)) {
          expect(example, `${name} ${status} ${type}`).toBeDefined();
          const named = schema.$ref?.split('/').at(-1) as keyof typeof SCHEMAS | undefined;
          if (named !== undefined) expect(parse(SCHEMAS[named], example), name).toEqual(example);
        }
      }
      for (const { example } of Object.values(operation.requestBody?.content ?? {})) {
        const body = bodyOf(method, path);
        expect(body, name).toBeDefined();
        expect(example, name).toEqual(body?.example);
        if (body !== undefined) expect(is(body.schema, body.example), name).toBe(true);
      }
    }
  });

  it('refers to nothing that it does not contain', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      (match) => match[1],
    );
    expect(new Set(references)).toEqual(new Set(Object.keys(document.components.schemas)));
    expect(text.match(/"\$ref"/g)).toHaveLength(references.length);
  });

  it.each([
    ['Me', api.Me],
    ['ExchangeCalendars', api.ExchangeCalendars],
    ['LiferayCalendar', api.LiferayCalendar],
    ['LiferayCalendars', api.LiferayCalendars],
    ['Pairing', api.Pairing],
    ['Pairings', api.Pairings],
    ['Problems', api.Problems],
    ['HeldChanges', api.HeldChanges],
    ['HeldDecided', api.HeldDecided],
    ['Preview', api.Preview],
    ['History', api.History],
    ['HistoryDetail', api.HistoryDetail],
    ['SyncAccepted', api.SyncAccepted],
    ['DomainMailboxes', DomainMailboxes],
    ['DomainMailboxDetail', DomainMailboxDetail],
    ['Activity', Activity],
    ['DoctorReport', DoctorReport],
    ['ProblemDetails', api.ProblemDetails],
  ])('describes %s as the contract of browser and edge does', (name, schema) => {
    expect(document.components.schemas[name]).toEqual(schemaOf(schema));
  });

  it.each([
    ['POST /api/pairings', api.NewPairing],
    ['PATCH /api/pairings/{id}', api.PairingPatch],
    ['POST /api/liferay-calendars', api.NewLiferayCalendar],
    ['POST /api/pairings/{id}/held', api.HeldDecision],
    ['POST /api/domains/{domainId}/doctor', DoctorRequest],
  ])('describes what %s takes', (name, schema) => {
    const operation = operations.find(([each]) => each === name)?.[1];
    expect(operation?.requestBody?.content['application/json']?.schema).toEqual(schemaOf(schema));
  });
});
