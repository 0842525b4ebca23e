/** The Exchange emulator, driven by the raw client: who gets in, what goes wrong, and what it tells of itself. */
import { beforeEach, describe, expect, test } from 'vitest';
import { SCHEMA_MISSING } from '#test/emulators/schema.ts';
import type { RawExchangeClient } from '#test/raw/exchange-client.ts';
import { lunch, ROME, type Server, schema, startServer } from './exchange-emulator-stage.ts';

describe('schema', () => {
  if (schema === null) test.skip(`messages are not validated: ${SCHEMA_MISSING}`);

  test.skipIf(schema === null)('an invalid request is refused before anything is done', async () => {
    const { emulator, client } = startServer();
    const bad = client().call('<m:CreateItem><m:Nonsense/></m:CreateItem>');
    await expect(bad).rejects.toMatchObject({ code: 'ErrorSchemaValidation' });
    expect(emulator.items('anna@example.org')).toEqual([]);
  });
});

describe('access', () => {
  let server: Server;
  beforeEach(() => {
    server = startServer();
  });

  test('a wrong password is 401', async () => {
    const response = await server.client({ password: 'wrong' }).send('<m:GetFolder/>');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
  });

  test('a service account reads the mailbox that it impersonates', async () => {
    await server.client({ user: 'bruno', password: 'bruno-pässword' }).create(lunch);
    const service = { user: 'service', password: 'secret' };
    const brunos = await server.client({ ...service, impersonate: 'BRUNO@example.org' }).listItems();
    expect(brunos.map(({ subject }) => subject)).toEqual(['Lunch']);
    expect(await server.client({ ...service, impersonate: 'anna@example.org' }).listItems()).toEqual([]);
  });

  test('impersonation needs the right, and the mailbox must exist', async () => {
    const denied = server.client({ impersonate: 'bruno@example.org' }).listItems();
    await expect(denied).rejects.toMatchObject({ code: 'ErrorImpersonateUserDenied' });
    const nobody = { user: 'service', password: 'secret', impersonate: 'nobody@example.org' };
    await expect(server.client(nobody).listItems()).rejects.toMatchObject({
      code: 'ErrorNonExistentMailbox',
    });
  });

  test('an item of another mailbox cannot be read', async () => {
    const { id } = await server.client().create(lunch);
    const other = server.client({ user: 'bruno', password: 'bruno-pässword' });
    await expect(other.get(id)).rejects.toMatchObject({ code: 'ErrorAccessDenied' });
  });

  test('a version newer than the server is refused', async () => {
    const old = startServer({}, 'Exchange2010_SP2').client({ version: 'Exchange2013' });
    await expect(old.listItems()).rejects.toMatchObject({ code: 'ErrorInvalidServerVersion' });
  });
});

describe('folders', () => {
  test('calendars are listed with their rights, the default one first', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side & more');
    side.canWrite = false;
    const calendars = await client().listCalendars();
    expect(calendars.map(({ name, isDefault, canWrite }) => ({ name, isDefault, canWrite }))).toEqual([
      { name: 'Calendar', isDefault: true, canWrite: true },
      { name: 'Side & more', isDefault: false, canWrite: false },
    ]);
    await expect(client().create(lunch, side.id)).rejects.toMatchObject({ code: 'ErrorAccessDenied' });
  });

  test.each(['ErrorSyncFolderNotFound', 'ErrorFolderNotFound'] as const)(
    'a deleted calendar answers %s to SyncFolderItems',
    async (code) => {
      const { emulator, client } = startServer({ syncOfDeletedFolder: code });
      const side = emulator.addCalendar('anna@example.org', 'Side');
      const { state } = await client().sync(side.id);
      emulator.store.deleteFolder(side);
      await expect(client().sync(side.id, state)).rejects.toMatchObject({ code });
    },
  );
});

describe('faults', () => {
  const two = async (client: RawExchangeClient): Promise<string> => {
    const ids = [await client.create(lunch), await client.create({ ...lunch, subject: 'Second' })];
    const each = ids.map(({ id }) => `<t:ItemId Id="${id}"/>`).join('');
    return `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>${each}</m:ItemIds></m:GetItem>`;
  };

  test('serverBusy, 503, 401, 403 and pages of HTML look as they do on the wire', async () => {
    const { emulator, client } = startServer();
    const request = await two(client());
    const answers: [number, string | null][] = [];
    for (const fault of [
      { kind: 'serverBusy', backOffMs: 12_345 },
      { kind: 'http503', retryAfterSeconds: 7 },
      { kind: 'http401' },
      { kind: 'policyBlocked' },
      { kind: 'html' },
    ] as const) {
      emulator.faults.inject(fault);
      const response = await client().send(request);
      const text = await response.text();
      const { headers } = response;
      answers.push([
        response.status,
        /BackOffMilliseconds">\d+/.exec(text)?.[0] ??
          headers.get('retry-after') ??
          headers.get('x-ews-policy-reason') ??
          headers.get('www-authenticate') ??
          headers.get('content-type'),
      ]);
    }
    expect(answers).toEqual([
      [500, 'BackOffMilliseconds">12345'],
      [503, '7'],
      [401, 'Basic realm="exchange"'],
      [403, 'EWS is disabled for this user or tenant'],
      [200, 'text/html'],
    ]);
    expect(await client().call(request)).toHaveLength(2);
  });

  test('a broken batch: a message missing, stopped half-way, one item unreadable', async () => {
    const { emulator, client } = startServer();
    const request = await two(client());
    emulator.faults.inject({ kind: 'partialBatch' });
    expect(await client().call(request)).toHaveLength(1);
    emulator.faults.inject({ kind: 'batchStopped' });
    const stopped = await (await client().send(request)).text();
    expect(stopped.match(/ErrorMailboxMoveInProgress|ErrorBatchProcessingStopped/g)).toEqual([
      'ErrorMailboxMoveInProgress',
      'ErrorBatchProcessingStopped',
    ]);
    const [first] = emulator.items('anna@example.org');
    emulator.faults.inject({ kind: 'internalErrorOn', itemId: first?.id ?? '' });
    await expect(client().get(first?.id ?? '')).rejects.toMatchObject({ code: 'ErrorInternalServerError' });
  });

  test('an empty answer of SyncFolderItems does not move the state', async () => {
    const { emulator, client } = startServer();
    await client().create(lunch);
    emulator.faults.inject({ kind: 'emptySync' });
    const empty = await client().sync('calendar');
    expect([empty.created, empty.isLast]).toEqual([[], true]);
    expect((await client().sync('calendar', empty.state)).created).toHaveLength(1);
  });

  test('a lost reply leaves the work done', async () => {
    const { emulator, client } = startServer();
    emulator.faults.inject({ kind: 'lostReply', operation: 'CreateItem' });
    await expect(client().create(lunch)).rejects.toThrow(TypeError);
    expect(emulator.items('anna@example.org')).toHaveLength(1);
  });

  test('a fault can be for one mailbox and one operation, and for several requests', async () => {
    const { emulator, client } = startServer();
    emulator.faults.inject({ kind: 'invalidSyncState', mailbox: 'bruno@example.org', times: 2 });
    const { state } = await client().sync('calendar');
    await client().sync('calendar', state);
    const brunos = client({ user: 'bruno', password: 'bruno-pässword' });
    await expect(brunos.sync('calendar', 'x')).rejects.toMatchObject({ code: 'ErrorInvalidSyncStateData' });
    expect(emulator.faults.pending).toHaveLength(1);
  });
});

test('requests are counted by operation', async () => {
  const { emulator, client } = startServer();
  const { state } = await client().sync('calendar');
  emulator.resetRequests();
  await client().sync('calendar', state);
  expect([...emulator.requests]).toEqual([['SyncFolderItems', 1]]);
});

test('the server lists its zones with their rules', async () => {
  const { client } = startServer();
  const [message] = await client().call(
    `<m:GetServerTimeZones ReturnFullTimeZoneData="true"><m:Ids><t:Id>${ROME}</t:Id><t:Id>India Standard Time</t:Id></m:Ids></m:GetServerTimeZones>`,
  );
  const zones = message?.children.find(({ name }) => name === 'TimeZoneDefinitions')?.children ?? [];
  expect(zones.map(({ attributes }) => attributes['Id'])).toEqual(['India Standard Time', ROME]);
});

test('a custom zone comes with its rules', async () => {
  const { emulator, client } = startServer();
  const startZone = { windows: 'tzone://Microsoft/Custom', iana: 'Europe/Rome' };
  emulator.userActs.createItem(emulator.mailbox('anna@example.org').calendar, { subject: 'C', startZone });
  const [item] = await client().listItems();
  const response = await client().send(
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${item?.id}"/></m:ItemIds></m:GetItem>`,
  );
  expect(await response.text()).toContain('<t:Period Bias="-PT60M" Name="Standard"');
});

test('names are resolved to mailboxes', async () => {
  const { client } = startServer();
  const resolve = (entry: string) =>
    client().call(
      `<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );
  const [message] = await resolve('bru');
  expect(JSON.stringify(message)).toContain('bruno@example.org');
  await expect(resolve('nobody')).rejects.toMatchObject({ code: 'ErrorNameResolutionNoResults' });
});

test('an answer settles without timers or I/O, so that a virtual clock can drive it', async () => {
  const { client } = startServer();
  await client().create(lunch);
  let isNextTurn = false;
  const turn = setImmediate(() => {
    isNextTurn = true;
  });
  await client().sync('calendar');
  clearImmediate(turn);
  expect(isNextTurn).toBe(false);
});
