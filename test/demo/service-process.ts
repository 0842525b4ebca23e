/** The real service as a child process, with an embedded database in a folder of its own, and the way to stop it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EXCHANGE_SERVICE_ACCOUNT, OAUTH } from '#test/emulators/serve.ts';

const ENTRY = fileURLToPath(new URL('../../edge/runtime/node.ts', import.meta.url));
const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const INTERVAL_SECONDS = 2;

export interface ServiceProcess {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly port: number;
  /** Where the database goes. */
  readonly folder: string;
  readonly siteMailboxes: string;
  readonly portalUrl: string;
  readonly exchangeUrl: string;
  /** Gets what the service logs from `warn` upwards, a JSON object a line. */
  readonly onLog: (line: string) => void;
}

/** The service did not start; the message is what it said about it. */
export class ServiceRefused extends Error {}

/** Resolves when the service answers. @throws ServiceRefused */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on('line', options.onLog);
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const url = `http://127.0.0.1:${options.port}`;
  await ready(child, url, complaints);
  return { url, stop: () => stop(child) };
}

/** Only what it needs: a variable of the caller's shell must not change the demo. */
function environment({
  port,
  folder,
  siteMailboxes,
  portalUrl,
  exchangeUrl,
}: ServiceOptions): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return {
    PATH,
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    HOST: '127.0.0.1',
    PORT: String(port),
    PORTAL_URL: portalUrl,
    PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
    PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
    PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
    EXCHANGE_URL: exchangeUrl,
    EXCHANGE_USER: EXCHANGE_SERVICE_ACCOUNT.user,
    EXCHANGE_PASSWORD: EXCHANGE_SERVICE_ACCOUNT.password,
    SITE_MAILBOXES: siteMailboxes,
    // Exchange reaches the service here, and tells of changes.
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LIBSQL_URL: `file:${join(folder, 'connector.db')}`,
    SEAL_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    SYNC_INTERVAL_SECONDS: String(INTERVAL_SECONDS),
    LOG_LEVEL: 'warn',
  };
}

async function ready(child: ChildProcess, url: string, complaints: readonly string[]): Promise<void> {
  const limit = Date.now() + READY_LIMIT_MS;
  while (Date.now() < limit) {
    if (child.exitCode !== null) throw new ServiceRefused(complaints.join('\n'));
    const answer = await fetch(`${url}/ready`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(50);
  }
  await stop(child);
  throw new ServiceRefused(`The service was not ready within ${READY_LIMIT_MS / 1_000} s.`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const cutShort = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(cutShort);
}
