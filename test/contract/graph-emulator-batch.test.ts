/** Batches, throttling and trouble of the Graph emulator, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import type { GraphStage, Json } from './graph-stage.ts';
import { ANNA, BRUNO, errorOf, lunch, startGraph, values } from './graph-stage.ts';

const EVENTS = `/users/${ANNA}/events`;
const JSON_HEADERS = { 'Content-Type': 'application/json' };

interface Part {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
}

async function batch({ call }: GraphStage, requests: readonly object[]): Promise<Part[]> {
  const { status, body } = await call('POST /$batch', { requests });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return (body['responses'] as Part[]).sort((a, b) => Number(a.id) - Number(b.id));
}

const get = (id: string, url = EVENTS) => ({ id, method: 'GET', url });

// "Combine multiple HTTP requests using JSON batching"
test('each request of a batch has its own answer, status and headers', async () => {
  const stage = startGraph();
  const parts = await batch(stage, [
    { id: '1', method: 'POST', url: EVENTS, body: lunch, headers: JSON_HEADERS },
    get('2', `/users/${BRUNO}/calendar`),
    get('3', '/users/nobody@example.org/calendar'),
    { id: '4', method: 'GET', url: EVENTS, headers: { Prefer: 'outlook.timezone="Middle Earth Time"' } },
  ]);
  expect(parts.map(({ status }) => status)).toEqual([201, 200, 404, 400]);
  expect(parts[0]?.body).toMatchObject({ subject: 'Lunch' });
  expect(parts[1]?.headers['Content-Type']).toContain('application/json');
});

// The same page: limits, and what makes a batch fail as a whole.
test.each([
  ['21 requests', Array.from({ length: 21 }, (_, index) => get(String(index)))],
  ['ids that are the same but for their case', [get('a'), get('A')]],
  ['a body without a Content-Type', [{ id: '1', method: 'POST', url: EVENTS, body: lunch }]],
  ['a request without a method', [{ id: '1', url: EVENTS }]],
])('%s: 400', async (_, requests) => {
  const stage = startGraph();
  expect((await stage.call('POST /$batch', { requests })).status).toBe(400);
});

// "If an individual request fails, any request that depends on that request fails with status code 424."
test('requests wait for those that they depend on, and fail with them', async () => {
  const stage = startGraph();
  const parts = await batch(stage, [
    { ...get('3'), dependsOn: ['2'] },
    { id: '2', method: 'POST', url: EVENTS, body: lunch, headers: JSON_HEADERS, dependsOn: ['1'] },
    get('1'),
    get('4', '/users/nobody@example.org/events'),
    { ...get('5'), dependsOn: ['4'] },
  ]);
  expect(parts.map(({ status }) => status)).toEqual([200, 201, 200, 404, 424]);
  expect(parts[2]?.body?.['value']).toHaveLength(1);
});

// "Requests in a batch are evaluated individually against the applicable throttling limits".
test('429 stands inside a batch that is answered 200, with its Retry-After', async () => {
  const stage = startGraph();
  stage.graph.faults.inject({ kind: 'throttled', retryAfterSeconds: 7, operation: 'listEvents' });
  const [first, second] = await batch(stage, [get('1'), get('2')]);
  expect([first?.status, first?.headers['Retry-After']]).toEqual([429, '7']);
  expect(first?.body).toMatchObject({ error: { code: 'ApplicationThrottled' } });
  expect(second?.status).toBe(200);
});

// "Throttling limits", Outlook: four at a time for each application and mailbox; the rest waits, or is refused.
test.each([
  ['waits', 0, 4],
  ['throttled', 2, 4],
] as const)('the fifth request of one mailbox in a batch: %s', async (batchOverflow, refused, most) => {
  const stage = startGraph({ switches: { batchOverflow } });
  const requests = Array.from({ length: 6 }, (_, index) => get(String(index)));
  const parts = await batch(stage, requests);
  expect(parts.filter(({ status }) => status === 429)).toHaveLength(refused);
  expect(stage.graph.load.traffic.mostInMailbox).toBe(most);
  expect(stage.graph.load.traffic.calls).toBe(1);
});

/** A service that takes its time, on a clock that a test turns. */
function slow() {
  const waiting: (() => void)[] = [];
  const stage = startGraph({ sleep: () => new Promise((resolve) => waiting.push(resolve)) });
  stage.graph.load.condition.latencyMs = 100;
  const release = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { ...stage, release };
}

test('five requests at the same time in one mailbox: one is answered 429; another mailbox is not meant', async () => {
  const { call, graph, release } = slow();
  const asked = [...new Array<string>(5).fill(EVENTS), `/users/${BRUNO}/events`].map((path) =>
    call(`GET ${path}`),
  );
  while (graph.load.traffic.requests < 6) await Promise.resolve();
  release();
  const replies = await Promise.all(asked);
  expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect(replies[5]?.status).toBe(200);
  const refused = replies.find(({ status }) => status === 429);
  expect(refused?.headers.get('Retry-After')).toBe('1');
  expect(refused === undefined ? '' : errorOf(refused).message).toContain('MailboxConcurrency');
});

// "Throttling limits": so many requests in some time, then 429 until Retry-After is over.
test('who asked too often is refused until the time is over, and who does not wait is noticed', async () => {
  const { call, graph, clock } = startGraph();
  graph.load.condition.budget = { requests: 2, withinMs: 60_000, backOffMs: 30_000 };
  expect((await call(`GET ${EVENTS}`)).status).toBe(200);
  expect((await call(`GET ${EVENTS}`)).status).toBe(200);
  const refused = await call(`GET ${EVENTS}`);
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '30']);
  expect((await call(`GET ${EVENTS}`)).status).toBe(429);
  expect(graph.load.traffic.impatient).toBe(1);
  expect((await call(`GET /users/${BRUNO}/events`)).status).toBe(200);
  clock.ms += 61_000;
  expect((await call(`GET ${EVENTS}`)).status).toBe(200);
});

// "Microsoft Graph error responses"
test.each([
  [{ kind: 'http503', retryAfterSeconds: 3 } as const, 503, 'serviceNotAvailable'],
  [{ kind: 'http504' } as const, 504, 'UnknownError'],
  [{ kind: 'http500' } as const, 500, 'generalException'],
  [{ kind: 'http401' } as const, 401, 'InvalidAuthenticationToken'],
  [{ kind: 'http403' } as const, 403, 'ErrorAccessDenied'],
  [{ kind: 'conflict' } as const, 412, 'ErrorIrresolvableConflict'],
])('on demand: %o', async (fault, status, code) => {
  const { call, graph } = startGraph();
  graph.faults.inject(fault);
  const refused = await call(`POST ${EVENTS}`, lunch);
  expect([refused.status, errorOf(refused).code]).toEqual([status, code]);
  expect((await call(`GET ${EVENTS}`)).body['value']).toEqual([]);
});

test('a service that is down, answers that are cut off, and answers that never come', async () => {
  const { graph, call, exchange } = startGraph();
  graph.load.condition.isDown = true;
  await expect(call(`GET ${EVENTS}`)).rejects.toThrow('fetch failed');
  graph.load.condition.isDown = false;
  graph.faults.inject({ kind: 'lostReply' });
  await expect(call(`POST ${EVENTS}`, lunch)).rejects.toThrow('fetch failed');
  expect(exchange.items(ANNA)).toHaveLength(1);
  graph.faults.inject({ kind: 'truncated' });
  await expect(call(`GET ${EVENTS}`)).rejects.toThrow(SyntaxError);
  graph.faults.inject({ kind: 'empty', operation: 'listEvents' });
  expect(values(await call(`GET ${EVENTS}`))).toEqual([]);
  expect(values(await call(`GET ${EVENTS}`))).toHaveLength(1);
});
