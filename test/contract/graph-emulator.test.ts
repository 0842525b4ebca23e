/**
 * The Graph emulator as a reader of Microsoft Learn would expect it: tokens, rights, errors, users, ids. Each statement
 * names its page.
 */
import { expect, test } from 'vitest';
import { addMicrosoft365, EmulatedNetwork } from '#test/emulators/network.ts';
import { GRAPH_APPLICATION, serveEmulators } from '#test/emulators/serve.ts';
import {
  ANNA,
  BRUNO,
  EWS_SCOPE,
  errorOf,
  IMMUTABLE,
  lunch,
  ROME,
  ROOT,
  startGraph,
  values,
  weekly,
} from './graph-stage.ts';

// "Microsoft Graph error responses and resource types"
test('without a token, with a wrong or an old one: 401 InvalidAuthenticationToken and a challenge', async () => {
  const { graph, token, clock } = startGraph();
  const get = (headers: Record<string, string>) =>
    graph.fetch(new Request(`${ROOT}/users/${ANNA}/events`, { headers }));
  const good = { Authorization: `Bearer ${await token()}` };
  expect((await get(good)).status).toBe(200);
  const none = await get({});
  expect(none.status).toBe(401);
  expect(none.headers.get('WWW-Authenticate')).toContain('Bearer');
  expect(((await none.json()) as { error: { code: string } }).error.code).toBe('InvalidAuthenticationToken');
  expect((await get({ Authorization: 'Bearer nonsense' })).status).toBe(401);
  clock.ms += 2 * 3_600_000;
  expect((await get(good)).status).toBe(401);
});

// "OAuth 2.0 client credentials flow": the scope is that of one resource.
test('a token for another resource is refused', async () => {
  const { graph, token } = startGraph();
  const headers = { Authorization: `Bearer ${await token(EWS_SCOPE)}` };
  expect((await graph.fetch(new Request(`${ROOT}/users/${ANNA}/events`, { headers }))).status).toBe(401);
});

// "Microsoft Graph error responses": {error: {code, message, innerError}}
test('an error says its code, a message, the time and the id of the request', async () => {
  const { call } = startGraph();
  const { status, body } = await call(`GET /users/${ANNA}/events/AAMkMDAwAAAA`);
  expect(status).toBe(404);
  expect(body).toEqual({
    error: {
      code: 'ErrorItemNotFound',
      message: expect.any(String),
      innerError: {
        date: expect.any(String),
        'request-id': expect.any(String),
        'client-request-id': expect.any(String),
      },
    },
  });
});

// "Update event", permissions: Calendars.ReadWrite; "Get event": Calendars.Read
test('an application that may only read does not write', async () => {
  const { call } = startGraph({ permissions: ['Calendars.Read'] });
  expect((await call(`GET /users/${ANNA}/events`)).status).toBe(200);
  const refused = await call(`POST /users/${ANNA}/events`, lunch);
  expect(refused.status).toBe(403);
  expect(errorOf(refused).code).toBe('ErrorAccessDenied');
  const user = await call(`GET /users/${ANNA}`);
  expect([user.status, errorOf(user).code]).toEqual([403, 'Authorization_RequestDenied']);
});

// "Limiting application permissions to specific Exchange Online mailboxes"
test('an application that is kept to some mailboxes gets 403 ErrorAccessDenied for the others', async () => {
  const { call } = startGraph({ mailboxes: [ANNA] });
  expect((await call(`GET /users/${ANNA}/events`)).status).toBe(200);
  const refused = await call(`GET /users/${BRUNO}/events`);
  expect([refused.status, errorOf(refused).code]).toEqual([403, 'ErrorAccessDenied']);
});

// "Get a user", "Get user mailbox settings"
test('a user is found by address and by id; the mailbox tells its zone', async () => {
  const { call } = startGraph();
  const { body } = await call(`GET /users/${ANNA}?$select=id,mail`);
  expect(body).toEqual({ '@odata.context': expect.any(String), id: expect.any(String), mail: ANNA });
  expect((await call(`GET /users/${String(body['id'])}`)).body['userPrincipalName']).toBe(ANNA);
  expect((await call(`GET /users/${ANNA}/mailboxSettings`)).body['timeZone']).toBe(ROME);
});

// "Microsoft Graph error responses"; the codes of the directory and of the mailbox server differ.
test('somebody who is not there is another error for the directory than for the calendar', async () => {
  const { call } = startGraph();
  const user = await call('GET /users/nobody@example.org');
  expect([user.status, errorOf(user).code]).toEqual([404, 'Request_ResourceNotFound']);
  const events = await call('GET /users/nobody@example.org/events');
  expect([events.status, errorOf(events).code]).toEqual([404, 'ErrorInvalidUser']);
});

// "REST API support for mailboxes in Exchange hybrid deployments"
test('a mailbox that is on premises: 404 MailboxNotEnabledForRESTAPI', async () => {
  const { call, graph } = startGraph();
  graph.onPremises.add(ANNA);
  const refused = await call(`GET /users/${ANNA}/calendar`);
  expect([refused.status, errorOf(refused).code]).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
  expect((await call(`GET /users/${ANNA}`)).status).toBe(200);
});

// "Get user": /me needs somebody who signed in.
test('/me means nothing to an application', async () => {
  const { call } = startGraph();
  expect((await call('GET /me/events')).status).toBe(400);
});

// "calendar resource type", "List calendars"
test('calendars tell their owner, whether they can be edited, and which is the default one', async () => {
  const { call, exchange } = startGraph();
  const team = exchange.addCalendar(ANNA, 'Team');
  team.canWrite = false;
  const listed = values(await call(`GET /users/${ANNA}/calendars`));
  expect(listed.map(({ name, isDefaultCalendar, canEdit }) => [name, isDefaultCalendar, canEdit])).toEqual([
    ['Calendar', true, true],
    ['Team', false, false],
  ]);
  expect(listed[0]?.['owner']).toEqual({ name: 'anna', address: ANNA });
  const { body } = await call(`GET /users/${ANNA}/calendar`);
  expect(body['id']).toBe(listed[0]?.['id']);
  const refused = await call(`POST /users/${ANNA}/calendars/${String(listed[1]?.['id'])}/events`, lunch);
  expect([refused.status, errorOf(refused).code]).toEqual([403, 'ErrorAccessDenied']);
});

// "Obtain immutable identifiers for Outlook resources"
test('an immutable id outlives a move within the mailbox, and the other does not', async () => {
  const { call, exchange } = startGraph();
  const { body: event } = await call(`POST /users/${ANNA}/events`, lunch);
  const { body: same } = await call(`GET /users/${ANNA}/events/${String(event['id'])}`, undefined, IMMUTABLE);
  expect(same['id']).not.toBe(event['id']);
  const [item] = exchange.items(ANNA);
  exchange.userActs.moveItem(item?.id ?? '', exchange.addCalendar(ANNA, 'Team'));
  expect((await call(`GET /users/${ANNA}/events/${String(event['id'])}`)).status).toBe(404);
  const moved = await call(`GET /users/${ANNA}/events/${String(same['id'])}`, undefined, IMMUTABLE);
  expect(moved.status).toBe(200);
  expect(moved.body['id']).toBe(same['id']);
});

// The same page: "You must include this header with every API request." What happens else is not said.
test.each([true, false])(
  'an immutable id without its header (needed: %s)',
  async (immutableIdsNeedHeader) => {
    const { call } = startGraph({ switches: { immutableIdsNeedHeader } });
    const { body } = await call(`POST /users/${ANNA}/events`, lunch, IMMUTABLE);
    const { status } = await call(`GET /users/${ANNA}/events/${String(body['id'])}`);
    expect(status).toBe(immutableIdsNeedHeader ? 404 : 200);
  },
);

// "user: translateExchangeIds"
test('ids of EWS and both ids of Graph are translated into each other, those of occurrences too', async () => {
  const { call, ews } = startGraph();
  await call(`POST /users/${ANNA}/events`, weekly);
  const [item] = (await ews(ANNA).sync('calendar')).created;
  const translate = async (id: unknown, sourceIdType: string, targetIdType: string) => {
    const body = { inputIds: [id], sourceIdType, targetIdType };
    return values(await call(`POST /users/${ANNA}/translateExchangeIds`, body))[0]?.['targetId'];
  };
  const restId = await translate(item?.id, 'ewsId', 'restId');
  const immutable = await translate(restId, 'restId', 'restImmutableEntryId');
  expect(await translate(immutable, 'restImmutableEntryId', 'ewsId')).toBe(item?.id);
  const range = 'startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-12-24T00:00:00Z';
  const [first] = values(await call(`GET /users/${ANNA}/calendarView?${range}`));
  const occurrence = await translate(first?.['id'], 'restId', 'restImmutableEntryId');
  const { body } = await call(`GET /users/${ANNA}/events/${String(occurrence)}`, undefined, IMMUTABLE);
  expect([body['id'], body['type'], body['seriesMasterId']]).toEqual([occurrence, 'occurrence', immutable]);
});

test('at most 1000 ids are translated at once, and one that is none has no target', async () => {
  const { call } = startGraph();
  const ask = (inputIds: string[]) =>
    call(`POST /users/${ANNA}/translateExchangeIds`, {
      inputIds,
      sourceIdType: 'ewsId',
      targetIdType: 'restId',
    });
  expect((await ask(Array.from({ length: 1001 }, () => 'x'))).status).toBe(400);
  const [answered] = values(await ask(['x']));
  expect(answered?.['targetId']).toBeUndefined();
  expect(answered?.['errorDetails']).toMatchObject({ code: 'ErrorInvalidIdMalformed' });
});

// "Use the Microsoft Graph API": paths are not case-sensitive, ids are.
test('a path in other letters, and with keys in parentheses, is the same path', async () => {
  const { call } = startGraph();
  const { body } = await call(`POST /users/${ANNA}/events`, lunch);
  const { status } = await call(`GET /Users('${ANNA}')/Events('${String(body['id'])}')`);
  expect(status).toBe(200);
  const id = String(body['id']);
  const other = id.endsWith('aAAA') ? id.replace(/aAAA$/, 'AAAA') : id.replace(/AAAA$/, 'aAAA');
  expect((await call(`GET /users/${ANNA}/events/${other}`)).status).toBe(404);
});

// "Microsoft Graph error responses": 405, 400; the words are those of the service.
test('another method, an unknown path, a body that is not said to be JSON', async () => {
  const { call } = startGraph();
  expect((await call(`PATCH /users/${ANNA}/events`, lunch)).status).toBe(405);
  expect((await call(`GET /users/${ANNA}/evnts`)).status).toBe(400);
  const plain = await call(`POST /users/${ANNA}/events`, lunch, { 'Content-Type': 'text/plain' });
  expect([plain.status, errorOf(plain).code]).toEqual([400, 'BadRequest']);
});

test('both faces of a mailbox serve over HTTP, and so does the token endpoint', async () => {
  const emulators = await serveEmulators();
  try {
    const { clientId, secret, scope } = GRAPH_APPLICATION;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret, scope };
    const signedIn = await fetch(emulators.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    const { access_token } = (await signedIn.json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' };
    const anna = emulators.people[0]?.emailAddress ?? '';
    const url = `${emulators.graphUrl}/users/${anna}/events`;
    for (let index = 0; index < 2; index++) {
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(lunch) });
    }
    expect(emulators.exchange.items(anna)).toHaveLength(2);
    const page = await fetch(`${url}?$top=1`, { headers });
    const { '@odata.nextLink': next } = (await page.json()) as { '@odata.nextLink': string };
    expect(next.startsWith(emulators.graphUrl)).toBe(true);
    expect((await fetch(next, { headers })).status).toBe(200);
    emulators.graph.faults.inject({ kind: 'lostReply' });
    await expect(fetch(url, { headers })).rejects.toThrow(TypeError);
  } finally {
    await emulators.close();
  }
});

test('Graph and its tenant stand at their names in the small Internet', async () => {
  const { graph, entra, token } = startGraph();
  const network = new EmulatedNetwork();
  addMicrosoft365(network, graph, entra);
  const signal = { aborted: false, reason: undefined };
  const headers = { Authorization: `Bearer ${await token()}` };
  const request = { method: 'GET', headers, signal, redirect: 'manual' } as const;
  expect((await network.fetchWithin('public')(`${ROOT}/users/${ANNA}/events`, request)).status).toBe(200);
  expect((await network.fetchWithin('public')(entra.tokenUrl, request)).status).toBe(404);
});
