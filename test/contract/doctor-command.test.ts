/**
 * `npm run doctor` as an administrator meets it: real processes, sockets and certificates, both emulators over HTTP, and
 * what stands on the terminal.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { parse } from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '#runtime/config.ts';
import { createNodeConnectionProbe } from '#runtime/node-connection-probe.ts';
import { openNodeDatabase } from '#runtime/node-database.ts';
import { createNodeNetwork } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService } from '#runtime/service.ts';
import { DoctorReport } from '#shared/doctor.ts';
import { type Emulators, EXCHANGE_SERVICE_ACCOUNT, OAUTH, serveEmulators } from '#test/emulators/serve.ts';
import { SILENT } from '#test/simulation/world.ts';
import { temporaryFolder } from '#test/unit/store/store-under-test.ts';
import { AUTHORITY, EXPIRED, GOOD, OF_ANOTHER_NAME, SERVER_KEY } from './server-certificates.ts';

const ENTRY = fileURLToPath(new URL('../../edge/runtime/doctor.ts', import.meta.url));
const ANNA = 'anna.rossi@example.com';

let emulators: Emulators;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const endings: (() => void)[] = [];

beforeEach(async () => {
  emulators = await serveEmulators();
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await emulators.close();
  await folder.remove();
});

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

function configured(variables: Record<string, string>): Record<string, string> {
  return {
    PORTAL_URL: emulators.liferayUrl,
    PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
    PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
    PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
    EXCHANGE_URL: emulators.exchangeUrl,
    EXCHANGE_USER: EXCHANGE_SERVICE_ACCOUNT.user,
    EXCHANGE_PASSWORD: EXCHANGE_SERVICE_ACCOUNT.password,
    SEAL_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    ...variables,
  };
}

/** Times are not looked at: `120 ms` becomes `N ms`. */
async function doctor(args: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const env = configured(variables);
  const ran = promisify(execFile)(process.execPath, [ENTRY, ...args], { cwd: folder.path, env });
  const { code, stdout, stderr } = await ran.then(
    (out) => ({ code: 0, ...out }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const lines = stdout
    .trimEnd()
    .replaceAll(/\b\d+ ms/g, 'N ms')
    .split('\n');
  return { code, lines, errors: stderr };
}

const placeOf = (url: string) => new URL(url).host;

describe('npm run doctor', () => {
  it('tells each step in a line of its own and ends with 0 when all is well', async () => {
    const { code, lines, errors } = await doctor(['--mailbox', 'Anna.Rossi@example.com', '--write']);
    expect(errors).toBe('');
    expect(lines).toEqual([
      'ok         Exchange  look up the server’s name, N ms: 127.0.0.1',
      `ok         Exchange  connect, N ms: ${placeOf(emulators.exchangeUrl)}`,
      'not tried  Exchange  check the certificate',
      'ok         Exchange  get a place among the running syncs, N ms',
      'ok         Exchange  find Exchange Web Services, N ms: offers Basic',
      'ok         Exchange  sign in, N ms: configured is Basic',
      'ok         Exchange  agree on a version, N ms: Exchange2016, the server is 15.2.1748, found now',
      `ok         Exchange  act for the mailbox, N ms: ${ANNA}`,
      'ok         Exchange  open the calendar, N ms: “Calendar”, 0 items',
      'ok         Exchange  write, read and remove a test item, N ms',
      expect.stringMatching(/^not tried {2}Exchange {2}be told what changes\. .* Set PUBLIC_URL if /),
      'ok         Liferay   look up the server’s name, N ms: 127.0.0.1',
      `ok         Liferay   connect, N ms: ${placeOf(emulators.liferayUrl)}`,
      'not tried  Liferay   check the certificate',
      'ok         Liferay   get an access token, N ms',
      expect.stringMatching(
        /^ok {9}Liferay {3}who we are, N ms: Default Service Account <default-.* \(\d+\)$/,
      ),
      'ok         Liferay   find the calendar services, N ms: 2025.Q1.14, /api/jsonws/calendar.*, rows have versions',
      'ok         Liferay   see calendars, N ms: 3 calendars, 3 may be managed and read in detail',
      'ok         Liferay   may manage a calendar, N ms: “Anna Rossi”',
      'Everything that was tried works.',
    ]);
    expect(code).toBe(0);
    expect(emulators.exchange.items(ANNA)).toEqual([]);
  });

  it('names what failed and what to do, tries nothing behind it, and ends with 1', async () => {
    const variables = { EXCHANGE_PASSWORD: 'hunter2', LANG: 'it_IT.UTF-8' };
    const { code, lines } = await doctor(['--mailbox', ANNA], variables);
    const exchange = lines.filter((line) => line.includes('Exchange  '));
    expect(exchange.slice(5)).toEqual([
      expect.stringMatching(
        /^fallito {6}Exchange {2}accedere, N ms \(HTTP 401: .*\)\. Il server ha rifiutato l’account o la password\. /,
      ),
      'non provato  Exchange  accordarsi su una versione',
      'non provato  Exchange  agire per la casella',
      'non provato  Exchange  aprire il calendario',
      'non provato  Exchange  scrivere, leggere e togliere un elemento di prova',
      'non provato  Exchange  sapere da Exchange che cosa cambia',
    ]);
    expect(lines.at(-1)).toBe('1 passo è fallito.');
    expect(lines.join('\n')).not.toContain('hunter2');
    expect(code).toBe(1);
  });

  it('prints a report for programs', async () => {
    const { code, lines } = await doctor(['--json']);
    const report = parse(DoctorReport, JSON.parse(lines.join('\n').replaceAll('N ms', '0 ms')));
    expect([code, report.healthy, report.steps.length]).toEqual([0, true, 19]);
  });

  it.each([
    [['--mailbox', 'anna'], '--mailbox: is no address; expected: one such as user@example.com\n'],
    [['--write'], '--write: needs a mailbox to write to; expected: --mailbox with it\n'],
    [['--verbose'], expect.stringMatching(/^Unknown option '--verbose'.*\nexpected: npm run doctor -- /s)],
    [['somebody'], expect.stringMatching(/^Unexpected argument 'somebody'.*\nexpected: npm run doctor -- /s)],
  ])('does nothing for %j and ends with 2', async (args, errors) => {
    expect(await doctor(args)).toEqual({ code: 2, lines: [''], errors });
  });

  it('ends with 2 for a wrong configuration', async () => {
    const { code, errors } = await doctor([], { EXCHANGE_URL: 'mail' });
    expect([code, errors]).toEqual([2, expect.stringMatching(/^EXCHANGE_URL: is not an address/)]);
  });

  describe('beside the service that has the embedded database', () => {
    const SERVICE_KEY = '0123456789abcdef0123456789abcdef';

    /** Where it listens. */
    async function runService(): Promise<string> {
      const outcome = readConfig(configured({ SERVICE_KEY }));
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
      const database = await openNodeDatabase({ url: `file:${folder.path}/connector.db` });
      const service = await createService({
        config: outcome.config,
        effects: createPlatformEffects({ seal: await createSeal(outcome.config.sealKeys), log: SILENT }),
        db: database.db,
        openConnection: null,
        network: createNodeNetwork(),
        connections: createNodeConnectionProbe(),
      });
      const server = createAdaptorServer({ fetch: service.app.fetch });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      endings.push(
        () => server.close(),
        () => database.close(),
      );
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    it('lets the service look, with its service key', async () => {
      const url = await runService();
      const keys = { SERVICE_KEY, SERVICE_URL: url };
      const healthy = await doctor(['--mailbox', ANNA, '--write'], keys);
      expect([healthy.code, healthy.errors, healthy.lines.length, healthy.lines.at(-1)]).toEqual([
        0,
        '',
        20,
        'Everything that was tried works.',
      ]);
      emulators.exchange.load.condition.isDown = true;
      const { code, lines } = await doctor(['--mailbox', ANNA], keys);
      expect([code, lines.at(-1)]).toEqual([1, '1 step failed.']);
    });

    it.each<[string, Record<string, string>, RegExp, ...string[]]>([
      ['without a key', {}, /give both of them a SERVICE_KEY/],
      ['with another key', { SERVICE_KEY: SERVICE_KEY.replace('0', '9') }, /tokenInvalid: This is not/],
      ['of a domain that is not there', { SERVICE_KEY }, /domainUnknown: /, '--domain', 'nowhere'],
    ])('ends with 2 %s, and says what to do', async (_, keys, line, ...args) => {
      const url = await runService();
      const { code, errors } = await doctor(args, { ...keys, SERVICE_URL: url });
      expect([code, errors]).toEqual([2, expect.stringMatching(/^LIBSQL_URL: Another process is using /)]);
      expect(errors).toMatch(line);
    });
  });
});

describe('where the server has a certificate', () => {
  async function lineFor(certificate: string, knows: boolean): Promise<string> {
    const server = createServer({ cert: certificate, key: SERVER_KEY }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { port } = server.address() as AddressInfo;
      const asked = new Request(`https://localhost:${port}${request.url}`, {
        method: 'POST',
        headers: new Headers(request.headers as Record<string, string>),
        body: Buffer.concat(chunks),
      });
      const answer = await emulators.exchange.fetch(asked, request.socket);
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    endings.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const authority = join(folder.path, 'ca.pem');
    await writeFile(authority, AUTHORITY);
    const { lines } = await doctor(['--mailbox', ANNA], {
      EXCHANGE_URL: `https://localhost:${(server.address() as AddressInfo).port}/EWS/Exchange.asmx`,
      ...(knows ? { NODE_EXTRA_CA_CERTS: authority } : {}),
    });
    const failed = lines.find((line) => line.startsWith('failed'));
    return failed ?? lines.find((line) => line.includes('Exchange  check the certificate')) ?? '';
  }

  it.each([
    [
      'that is in order',
      GOOD,
      true,
      /^ok .*: issued by Example Trust, Example Root, for localhost, valid until 1 January 2126$/,
    ],
    ['of an unknown authority', GOOD, false, /^failed .*check the certificate.*NODE_EXTRA_CA_CERTS/],
    [
      'that has expired',
      EXPIRED,
      true,
      /^failed .*check the certificate.*valid until 1 January 2021 \(CERT_HAS_EXPIRED\)\. The certificate has expired/,
    ],
    [
      'of another name',
      OF_ANOTHER_NAME,
      true,
      /^failed .*check the certificate.*for mail\.example\.com.*is for other names/,
    ],
  ])('%s, it says so', async (_, certificate, knows, line) => {
    expect(await lineFor(certificate, knows)).toMatch(line);
    if (!line.source.startsWith('^ok')) expect(emulators.exchange.requests.size).toBe(0);
  });
});
