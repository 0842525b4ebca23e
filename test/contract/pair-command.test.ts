/**
 * Portals that have no client extensions, from the command line to the calendar: the whole service as the configuration
 * makes it, over HTTP to both emulators, and `npm run pair` as a process of its own.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '#runtime/config.ts';
import { createNodeNetwork } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService } from '#runtime/service.ts';
import { openDatabase } from '#store/database.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import { emptyDatabase } from '#test/empty-database.ts';
import { type PortalVersion, VERSIONS } from '#test/emulators/liferay/versions.ts';
import { type Emulators, EXCHANGE_SERVICE_ACCOUNT, serveEmulators } from '#test/emulators/serve.ts';
import { SILENT } from '#test/simulation/world.ts';

const PROGRAM = fileURLToPath(new URL('../../edge/runtime/pair.ts', import.meta.url));
const SEAL_KEY = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const SERVICE_KEY = '0123456789abcdef0123456789abcdef';
const MAILBOX = 'anna.rossi@example.com';
const HOUR_MS = 3_600_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

interface House {
  readonly emulators: Emulators;
  readonly calendarId: number;
  readonly engine: () => Promise<Engine>;
  pair(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  settle(): Promise<void>;
}

async function houseWith(version: PortalVersion): Promise<House> {
  const emulators = await serveEmulators({ liferaySwitches: VERSIONS[version] });
  closing.push(() => emulators.close());
  const outcome = readConfig({
    PORTAL_URL: emulators.liferayUrl,
    PORTAL_USER: 'default-service-account',
    PORTAL_PASSWORD: 'service',
    SERVICE_KEY,
    EXCHANGE_URL: emulators.exchangeUrl,
    EXCHANGE_USER: EXCHANGE_SERVICE_ACCOUNT.user,
    EXCHANGE_PASSWORD: EXCHANGE_SERVICE_ACCOUNT.password,
    SEAL_KEYS: `${SEAL_KEY.id}:${SEAL_KEY.key}`,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const db = openDatabase(await emptyDatabase());
  const effects = createPlatformEffects({ seal: await createSeal([SEAL_KEY]), log: SILENT });
  const network = createNodeNetwork();
  const service = await createService({ config: outcome.config, effects, db, openConnection: null, network });
  const server = createAdaptorServer({ fetch: service.app.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => server.close());
  const { port } = server.address() as AddressInfo;
  const anna = emulators.people.find(({ emailAddress }) => emailAddress === MAILBOX);
  if (!anna?.calendarId) throw new Error('Anna has no calendar.');
  return {
    emulators,
    calendarId: anna.calendarId,
    engine: () => service.openEngine(),
    pair: (args, env = {}) => run(args, { SERVICE_KEY, PORT: String(port), ...env }),
    settle: async () => {
      const engine = await service.openEngine();
      for (let slices = 0; slices < 20 && (await runSlice(engine, 'service')).claimed > 0; slices += 1);
    },
  };
}

async function run(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], { env });
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, errors: stderr };
  }
}

describe.each<PortalVersion>(['6.2', '6.2, last builds', '7.1', '7.3'])('beside Liferay %s', (version) => {
  test('an administrator pairs a calendar at the command line, and it is kept in step', async () => {
    const house = await houseWith(version);
    const { exchange, liferay } = house.emulators;
    const start = Date.now() + 24 * HOUR_MS;
    const { calendar } = exchange.mailbox(MAILBOX);
    exchange.userActs.createItem(calendar, { subject: 'Board', start, end: start + HOUR_MS }, 'SendToNone');
    const paired = await house.pair(['--mailbox', MAILBOX, '--calendar', 'Anna Rossi']);
    expect(paired).toMatchObject({ code: 0, errors: '' });
    expect(paired.out).toMatch(
      /^Paired: \S+ {2}anna\.rossi@example\.com \/ \S.* <-> Anna Rossi {2}starting\n$/,
    );
    await house.settle();
    const rows = liferay.bookings(house.calendarId);
    expect(rows.map(({ titles, status }) => [Object.values(titles)[0], status])).toEqual([['Board', 0]]);

    const [, id = ''] = /^Paired: (\S+)/.exec(paired.out) ?? [];
    const list = await house.pair(['list']);
    expect(list.out).toMatch(new RegExp(`^${id} .* inStep\n1 pairing\n$`));
    const { switches } = liferay;
    const told = switches.version ?? `6.2 (build ${switches.buildNumber})`;
    expect((await house.pair(['portal'])).out).toContain(`Liferay ${told}\n`);
    expect((await house.pair(['remove', id])).out).toMatch(/^Removed/);
    expect((await house.pair(['list'])).out).toBe('0 pairings\n');
    expect(liferay.bookings(house.calendarId)).toHaveLength(1);
  });
});

describe('npm run pair', () => {
  test('previews, and starts on demand', async () => {
    const house = await houseWith('7.1');
    const args = [
      '--mailbox',
      MAILBOX,
      '--calendar',
      String(house.calendarId),
      '--preview',
      '--direction',
      'toLiferay',
    ];
    const { out } = await house.pair(args);
    const [, id = ''] = /^Paired: (\S+) .* -> Anna Rossi {2}preview\n/.exec(out) ?? [];
    expect(out).toContain(`npm run pair -- start ${id}`);
    expect(await house.pair(['start', id])).toMatchObject({ code: 0, out: `Started: ${id}\n` });
    expect(await house.pair(['start', id])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('notPreviewing'),
    });
  });

  test('says what is wrong, and ends with 2', async () => {
    const house = await houseWith('7.1');
    const pairing = ['--mailbox', MAILBOX, '--calendar', 'Anna Rossi'];
    const cases: [readonly string[], Record<string, string>, RegExp][] = [
      [['--calendar', 'Anna Rossi'], {}, /^--mailbox is missing/],
      [['--mailbox', MAILBOX], {}, /^--calendar is missing/],
      [[...pairing, '--direction', 'back'], {}, /both or toLiferay/],
      [[...pairing, '--colour', 'red'], {}, /--colour/],
      [['dance'], {}, /no command "dance"/],
      [['remove'], {}, /Which pairing/],
      [['remove', 'p1'], {}, /^pairingUnknown/],
      [['--mailbox', MAILBOX, '--calendar', 'Nobody'], {}, /^calendarNotManageable: .*no calendar/],
      [['--mailbox', 'nobody@example.com', '--calendar', 'Anna Rossi'], {}, /^mailboxNotFound/],
      [[...pairing, '--site', '1'], {}, /of site 1/],
      [pairing, { SERVICE_KEY: '' }, /^SERVICE_KEY: is not set/],
      [pairing, { SERVICE_KEY: SERVICE_KEY.replace('0', '1') }, /^tokenInvalid/],
      [
        pairing,
        { SERVICE_URL: 'http://127.0.0.1:9' },
        /^SERVICE_URL: http:\/\/127\.0\.0\.1:9 does not answer/,
      ],
    ];
    for (const [args, env, errors] of cases) {
      expect(await house.pair(args, env), args.join(' ')).toMatchObject({
        code: 2,
        out: '',
        errors: expect.stringMatching(errors),
      });
    }
  });
});
