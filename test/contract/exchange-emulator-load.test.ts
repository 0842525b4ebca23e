/** What the Exchange emulator bears, seen by the raw client: throttling, time-outs, nobody at home, and what it counted. */
import { describe, expect, test } from 'vitest';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { loadEwsSchema } from '#test/emulators/schema.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';
import { VirtualClock } from '#test/simulation/virtual-time.ts';

const schema = await loadEwsSchema();

function startServer() {
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 10));
  let ids = 0;
  const emulator = createExchangeEmulator({
    clock,
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    ...(schema === null ? {} : { validate: (xml: string) => schema.validate(xml) }),
  });
  const clients = ['anna', 'bruno'].map((user) => {
    emulator.addMailbox({ address: `${user}@example.org`, displayName: user, zone: 'Europe/Rome' });
    emulator.addAccount({ user, password: 'secret', mailbox: `${user}@example.org` });
    return new RawExchangeClient({
      fetch: (request) => emulator.fetch(request),
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      user,
      password: 'secret',
    });
  });
  const [anna, bruno] = clients;
  if (!anna || !bruno) throw new Error('Nobody is there.');
  return { emulator, clock, load: emulator.load, anna, bruno };
}

describe('an account that used up its budget', () => {
  test('is told to wait, is refused until then, and nobody else is', async () => {
    const { load, clock, anna, bruno } = startServer();
    load.condition.budget = { requests: 2, withinMs: 60_000, backOffMs: 30_000 };
    await anna.listItems();
    await anna.listItems();
    await expect(anna.listItems()).rejects.toMatchObject({ code: 'ErrorServerBusy' });
    await bruno.listItems();
    clock.advance(29_999);
    await expect(anna.listItems()).rejects.toMatchObject({ code: 'ErrorServerBusy' });
    expect(load.traffic).toMatchObject({ busy: 2, impatient: 1 });
    clock.advance(31_000);
    await anna.listItems();
    expect(load.traffic).toMatchObject({ requests: 6, busy: 2, impatient: 1 });
  });
});

test('requests that take their time are there at the same time, and too many of one account are refused', async () => {
  const { load, clock, anna, bruno } = startServer();
  load.condition.latencyMs = 100;
  load.condition.connections = 2;
  const all = Promise.allSettled([anna, anna, anna, bruno].map((client) => client.listItems()));
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(100);
  expect((await all).map(({ status }) => status).sort()).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
  expect(load.traffic).toMatchObject({ most: 4, mostOfAccount: 3, mostInMailbox: 3, tooMany: 1 });
});

test('what is too much at once runs into a time-out, and less does not', async () => {
  const { load, anna } = startServer();
  const event = { subject: 'Lunch', start: '2026-11-23T12:00:00Z', end: '2026-11-23T13:00:00Z' };
  const ids = [(await anna.create(event)).id, (await anna.create(event)).id, (await anna.create(event)).id];
  load.condition.largestBatch = 2;
  await expect(anna.getMany(ids)).rejects.toMatchObject({ code: 'ErrorTimeoutExpired' });
  expect(await anna.getMany(ids.slice(1))).toHaveLength(2);
  load.condition.largestPage = 10;
  await expect(anna.sync('calendar')).rejects.toMatchObject({ code: 'ErrorTimeoutExpired' });
  const { state } = await anna.sync('calendar', undefined, 10);
  await anna.sync('calendar', state);
  expect(load.traffic).toMatchObject({ tooLarge: 2 });
});

test('nobody listens, or IIS answers in place of the service', async () => {
  const { load, anna } = startServer();
  load.condition.isDown = true;
  await expect(anna.listItems()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  load.condition.isDown = false;
  load.condition.retryAfterSeconds = 60;
  await expect(anna.listItems()).rejects.toThrow(/503/);
  expect(load.traffic).toMatchObject({ refused: 1, unavailable: 1 });
  load.condition.retryAfterSeconds = null;
  await anna.listItems();
});
