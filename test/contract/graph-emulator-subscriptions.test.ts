/** Subscriptions of the Graph emulator, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import type { GraphStage, Json, StageOptions } from './graph-stage.ts';
import { ANNA, errorOf, IMMUTABLE, lunch, startGraph } from './graph-stage.ts';

const HOOK = 'https://connector.example.org/graph/changes';
const LIFECYCLE = 'https://connector.example.org/graph/lifecycle';
const MINUTE = 60_000;

interface Endpoint extends GraphStage {
  /** What came, in order: where to, and the notification. */
  readonly received: { readonly url: string; readonly notification: Json }[];
  /** How the endpoint answers notifications. */
  status: number;
}

/** An endpoint that validates as the pages ask for, unless it is told to do otherwise. */
function startEndpoint(
  options: StageOptions = {},
  validate: (token: string) => Response = (token) =>
    new Response(token, { headers: { 'Content-Type': 'text/plain' } }),
): Endpoint {
  const received: Endpoint['received'] = [];
  const send = async (request: Request) => {
    const token = new URL(request.url).searchParams.get('validationToken');
    if (token !== null) return validate(token);
    const { value } = (await request.json()) as { value: Json[] };
    received.push(...value.map((notification) => ({ url: request.url, notification })));
    return new Response('', { status: endpoint.status });
  };
  const endpoint: Endpoint = { ...startGraph({ ...options, send }), received, status: 202 };
  return endpoint;
}

const wanted = ({ clock }: GraphStage, changes: Json = {}): Json => ({
  changeType: 'created,updated,deleted',
  resource: `users/${ANNA}/events`,
  notificationUrl: HOOK,
  lifecycleNotificationUrl: LIFECYCLE,
  expirationDateTime: new Date(clock.ms + 3 * 1440 * MINUTE).toISOString(),
  clientState: 'secret',
  ...changes,
});

async function subscribe(stage: Endpoint, changes: Json = {}, headers = {}): Promise<Json> {
  const { status, body } = await stage.call('POST /subscriptions', wanted(stage, changes), headers);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

// "Create subscription"; "Receive change notifications through webhooks"
test('a change is told with the secret, the kind, the resource and the tenant, and without its content', async () => {
  const stage = startEndpoint();
  const subscription = await subscribe(stage);
  expect(subscription).toMatchObject({ applicationId: 'connector', resource: `users/${ANNA}/events` });
  const { body } = await stage.call(`POST /users/${ANNA}/events`, lunch);
  await stage.graph.subscriptions.deliver();
  expect(stage.received).toHaveLength(1);
  expect(stage.received[0]?.url).toBe(HOOK);
  const notification = stage.received[0]?.notification;
  expect(notification).toEqual({
    subscriptionId: subscription['id'],
    subscriptionExpirationDateTime: subscription['expirationDateTime'],
    clientState: 'secret',
    changeType: 'created',
    tenantId: expect.any(String),
    resource: expect.stringMatching(/^Users\/[^/]+\/Events\//),
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': notification?.['resource'],
      '@odata.etag': body['@odata.etag'],
      id: body['id'],
    },
  });
});

test('what EWS changes is told too; what was not asked for is not', async () => {
  const stage = startEndpoint();
  await subscribe(stage, { changeType: 'deleted' });
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  const [item] = stage.exchange.items(ANNA);
  stage.exchange.userActs.deleteItem(item?.id ?? '');
  await stage.graph.subscriptions.deliver();
  expect(stage.received.map(({ notification }) => notification['changeType'])).toEqual(['deleted']);
});

// "Obtain immutable identifiers": the header of the subscription's creation decides.
test('notifications have immutable ids where the subscription was made with them', async () => {
  const stage = startEndpoint();
  await subscribe(stage, {}, IMMUTABLE);
  const { body } = await stage.call(`POST /users/${ANNA}/events`, lunch, IMMUTABLE);
  await stage.graph.subscriptions.deliver();
  expect(stage.received[0]?.notification['resourceData']).toMatchObject({ id: body['id'] });
});

// "notificationUrl validation": 200, text/plain, the token as it was sent; both URLs.
test.each([
  ['another text', () => new Response('yes', { headers: { 'Content-Type': 'text/plain' } })],
  ['JSON', (token: string) => Response.json(token)],
  ['202', (token: string) => new Response(token, { status: 202, headers: { 'Content-Type': 'text/plain' } })],
])('an endpoint that answers its validation with %s gets no subscription', async (_, validate) => {
  const stage = startEndpoint({}, validate);
  const refused = await stage.call('POST /subscriptions', wanted(stage));
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'ValidationError']);
  expect(stage.graph.subscriptions.all).toEqual([]);
});

test('an endpoint that does not answer within ten seconds gets no subscription', async () => {
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  const stage = startGraph({ sleep, send: () => new Promise(() => undefined) });
  expect((await stage.call('POST /subscriptions', wanted(stage))).status).toBe(400);
  expect(slept).toEqual([10_000]);
});

// "subscription resource type"
test.each([
  ['no https', { notificationUrl: 'http://connector.example.org/' }],
  ['a kind of change that there is not', { changeType: 'moved' }],
  ['a secret of more than 128 characters', { clientState: 'x'.repeat(129) }],
  ['no resource', { resource: '' }],
  ['more than 10,080 minutes', { expirationDateTime: '2026-11-30T10:00:00Z' }],
  ['a time that is over', { expirationDateTime: '2026-11-22T09:00:00Z' }],
])('%s: 400', async (_, changes) => {
  const stage = startEndpoint();
  expect((await stage.call('POST /subscriptions', wanted(stage, changes))).status).toBe(400);
});

test('the same subscription twice: 409; without the right to read: 403', async () => {
  const stage = startEndpoint();
  await subscribe(stage);
  expect((await stage.call('POST /subscriptions', wanted(stage))).status).toBe(409);
  const other = startEndpoint({ permissions: ['User.Read.All'] });
  expect((await other.call('POST /subscriptions', wanted(other))).status).toBe(403);
});

// "Update subscription", "Delete subscription"
test('a subscription is renewed, expires, and is deleted', async () => {
  const stage = startEndpoint();
  const { id } = await subscribe(stage, {
    expirationDateTime: new Date(stage.clock.ms + MINUTE).toISOString(),
  });
  const at = async () =>
    Date.parse(String((await stage.call(`GET /subscriptions/${String(id)}`)).body['expirationDateTime']));
  expect(await at()).toBeGreaterThan(stage.clock.ms + 44 * MINUTE);
  const later = new Date(stage.clock.ms + 50 * MINUTE).toISOString();
  const renewed = await stage.call(`PATCH /subscriptions/${String(id)}`, { expirationDateTime: later });
  expect([renewed.status, renewed.body['expirationDateTime']]).toEqual([200, later]);
  stage.clock.ms += 51 * MINUTE;
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  await stage.graph.subscriptions.deliver();
  expect(stage.received).toEqual([]);
  expect((await stage.call(`GET /subscriptions/${String(id)}`)).status).toBe(404);
  const next = await subscribe(stage);
  expect((await stage.call(`DELETE /subscriptions/${String(next['id'])}`)).status).toBe(204);
  expect((await stage.call('GET /subscriptions')).body['value']).toEqual([]);
});

// "Reduce missing subscriptions and change notifications"
test('after reauthorizationRequired nothing is told until the application reauthorises', async () => {
  const stage = startEndpoint();
  const id = String((await subscribe(stage))['id']);
  stage.graph.subscriptions.tellLifecycle(id, 'reauthorizationRequired');
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  await stage.graph.subscriptions.deliver();
  expect(stage.received).toMatchObject([
    { url: LIFECYCLE, notification: { lifecycleEvent: 'reauthorizationRequired', clientState: 'secret' } },
  ]);
  expect((await stage.call(`POST /subscriptions/${id}/reauthorize`)).status).toBe(204);
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  await stage.graph.subscriptions.deliver();
  expect(stage.received).toHaveLength(2);
});

test('a subscription that the service removed is gone, and says so', async () => {
  const stage = startEndpoint();
  const id = String((await subscribe(stage))['id']);
  stage.graph.subscriptions.tellLifecycle(id, 'subscriptionRemoved');
  await stage.graph.subscriptions.deliver();
  expect(stage.received).toMatchObject([{ notification: { lifecycleEvent: 'subscriptionRemoved' } }]);
  expect((await stage.call(`GET /subscriptions/${id}`)).status).toBe(404);
});

// "Processing the change notification": tried again for up to four hours, then discarded.
test('an endpoint that fails is tried again; after four hours the change is missed', async () => {
  const stage = startEndpoint();
  await subscribe(stage);
  stage.status = 503;
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  await stage.graph.subscriptions.deliver();
  expect(stage.graph.subscriptions.waiting).toBe(1);
  for (let hour = 0; hour < 20; hour++) {
    stage.clock.ms += 15 * MINUTE;
    await stage.graph.subscriptions.deliver();
  }
  stage.status = 202;
  stage.clock.ms += MINUTE;
  await stage.graph.subscriptions.deliver();
  expect(stage.received.at(-1)?.notification).toMatchObject({ lifecycleEvent: 'missed' });
});

test('on a clock that goes on by itself a notification needs nobody to send it', async () => {
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    stage.clock.ms += ms;
  };
  const stage = startEndpoint({ sleep, sendsOnClock: true, switches: { notificationDelayMs: MINUTE } });
  await subscribe(stage);
  slept.length = 0;
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  while (stage.received.length === 0) await Promise.resolve();
  expect(slept[0]).toBeGreaterThan(MINUTE - 100);
});

// "Best practices": notifications may come twice, late, or not at all.
test('notifications come twice, late or not at all, as they are told to', async () => {
  const twice = startEndpoint({ switches: { duplicatesEach: 1 } });
  await subscribe(twice);
  await twice.call(`POST /users/${ANNA}/events`, lunch);
  await twice.graph.subscriptions.deliver();
  expect(twice.received).toHaveLength(2);
  const never = startEndpoint({ switches: { losesEach: 1 } });
  await subscribe(never);
  await never.call(`POST /users/${ANNA}/events`, lunch);
  expect(never.graph.subscriptions.waiting).toBe(0);
  const late = startEndpoint({ switches: { notificationDelayMs: MINUTE } });
  await subscribe(late);
  await late.call(`POST /users/${ANNA}/events`, lunch);
  await late.graph.subscriptions.deliver();
  expect(late.received).toEqual([]);
  late.clock.ms += MINUTE;
  await late.graph.subscriptions.deliver();
  expect(late.received).toHaveLength(1);
});
