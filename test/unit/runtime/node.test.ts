/** The process as an operator meets it: what it says, how it answers, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../store/store-under-test.ts';

const ENTRY = fileURLToPath(new URL('../../../edge/runtime/node.ts', import.meta.url));
/** Nothing listens on the ports of the two servers: the service must start without them. */
const COMPLETE = {
  PORT: '0',
  PORTAL_URL: 'http://127.0.0.1:9',
  PORTAL_USER: 'svc',
  PORTAL_PASSWORD: 'hunter2',
  PORTAL_OAUTH_ERC: 'connector-user-agent',
  EXCHANGE_URL: 'http://127.0.0.1:9/EWS/Exchange.asmx',
  EXCHANGE_USER: 'svc',
  EXCHANGE_PASSWORD: 'hunter2',
  SEAL_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await folder.remove();
});

interface Process {
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly ended: Promise<{ readonly code: unknown; readonly errors: string }>;
}

function start(env: Record<string, string>): Process {
  const child = spawn(process.execPath, [ENTRY], {
    cwd: folder.path,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const ended = Promise.all([once(child, 'exit'), text(child.stderr)]);
  return {
    child,
    lines: createInterface({ input: child.stdout }),
    ended: ended.then(([[code], errors]) => ({ code, errors })),
  };
}

async function startAndListen(): Promise<Process & { readonly url: string; readonly log: string[] }> {
  const started = start(COMPLETE);
  const log: string[] = [];
  started.lines.on('line', (line) => log.push(line));
  const [first] = await Promise.race([
    once(started.lines, 'line'),
    started.ended.then(({ errors }) => Promise.reject(new Error(`It did not start: ${errors}`))),
  ]);
  const { port } = JSON.parse(String(first)).fields;
  return { ...started, url: `http://127.0.0.1:${port}`, log };
}

describe('the process', () => {
  it('says every problem of its configuration on a line of its own and exits with 2', async () => {
    const wrong = { ...COMPLETE, PORT: 'http', EXCHANGE_PASSWORD: '', SYNC_INTERVAL: '5' };
    const { code, errors } = await start(wrong).ended;
    expect(code).toBe(2);
    expect(errors.split('\n')).toEqual([
      'PORT: "http" is not a whole number; expected: a whole number from 0 to 65535',
      'EXCHANGE_PASSWORD: is not set; expected: a value for sign-in by basic',
      'SYNC_INTERVAL: is not a variable of this program; expected: perhaps SYNC_INTERVAL_SECONDS',
      '',
    ]);
  });

  it('answers although portal and Exchange do not, lets no second process in, and stops when told', async () => {
    const { child, ended, url, log } = await startAndListen();
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ready: true });

    const refused = await start(COMPLETE).ended;
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/^LIBSQL_URL: Another process is using [^\n]*connector\.db\.[^\n]*\n$/);

    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, errors: '' });
    // A busy machine takes so long that the portal is tried again meanwhile.
    expect([...new Set(log.map((line) => JSON.parse(line).message))]).toEqual([
      'listening',
      'the portal does not answer as expected',
      'stopping',
      'stopped',
    ]);
    expect(log.join('')).not.toContain('hunter2');
  });

  it('says in one line that its database does not answer', async () => {
    const { code, errors } = await start({ ...COMPLETE, LIBSQL_URL: 'http://127.0.0.1:1025' }).ended;
    expect(code).toBe(2);
    expect(errors).toMatch(/^LIBSQL_URL: The libSQL server cannot be used: [^\n]*ECONNREFUSED[^\n]*\n$/);
  });

  it('starts again after it was killed', async () => {
    const first = await startAndListen();
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await startAndListen();
    expect((await fetch(`${second.url}/health`)).status).toBe(200);
  });
});
