/** Runs in Node before the tests in workerd: emulators, databases behind Hrana bridges, people with events. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The plain entry would be the one for workerd here, which knows no files.
import { createClient } from '@libsql/client/node';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import type { TestProject } from 'vitest/node';
import { type Emulators, EXCHANGE_SERVICE_ACCOUNT, OAUTH, serveEmulators } from '#test/emulators/serve.ts';
import { type HranaBridge, startHranaBridge } from '#test/hrana-bridge.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';
import { eventTitles, STAGE_NAMES, type Stage, type StageName, type Surroundings } from './stages.ts';

const DAY_MS = 86_400_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'connector-worker-'));
  // All projects are set up at once, and the turn of this one may come late: its tokens have to live that long.
  const emulators = await serveEmulators({ liferaySwitches: { accessTokenSeconds: 86_400 } });
  const bridges: HranaBridge[] = [];
  const database = async (name: string, ...statements: readonly string[]): Promise<string> => {
    const path = join(folder, `${name}.db`);
    if (statements.length > 0 || name !== 'older') await migrated(path, statements);
    const bridge = await startHranaBridge(path);
    bridges.push(bridge);
    return bridge.url;
  };
  const stages = {} as Record<StageName, Stage>;
  for (const name of STAGE_NAMES) stages[name] = await stage(emulators, name, await database(name));
  const surroundings: Surroundings = {
    variables: variables(emulators),
    stages,
    olderUrl: await database('older'),
    newerUrl: await database(
      'newer',
      "insert into __drizzle_migrations (hash, created_at) values ('of-a-later-release', 9999999999999)",
    ),
  };
  project.provide('surroundings', surroundings);
  return async () => {
    await emulators.close();
    for (const bridge of bridges) await bridge.close();
    await rm(folder, { recursive: true, force: true });
  };
}

async function migrated(path: string, statements: readonly string[]): Promise<void> {
  const client = createClient({ url: `file:${path}` });
  await client.execute('PRAGMA journal_mode = WAL');
  await migrate(drizzle(client), { migrationsFolder: 'drizzle/migrations' });
  for (const statement of statements) await client.execute(statement);
  client.close();
}

function variables({ liferayUrl, exchangeUrl }: Emulators): Record<string, string> {
  return {
    PORTAL_URL: liferayUrl,
    PORTAL_CLIENT_ID: OAUTH.headlessServerClientId,
    PORTAL_CLIENT_SECRET: OAUTH.headlessServerSecret,
    PORTAL_OAUTH_ERC: OAUTH.userAgentErc,
    EXCHANGE_URL: exchangeUrl,
    EXCHANGE_USER: EXCHANGE_SERVICE_ACCOUNT.user,
    EXCHANGE_PASSWORD: EXCHANGE_SERVICE_ACCOUNT.password,
    SEAL_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    SYNC_INTERVAL_SECONDS: '15',
    LOG_LEVEL: 'error',
  };
}

async function stage(
  { exchange, exchangeUrl, liferay }: Emulators,
  name: StageName,
  libsqlUrl: string,
): Promise<Stage> {
  const address = `${name.toLowerCase()}@example.com`;
  const password = `of-${name}`;
  exchange.addMailbox({ address, displayName: name, zone: 'Europe/Rome' });
  exchange.addAccount({ user: address, password, mailbox: address });
  const client = new RawExchangeClient({
    fetch: (request) => exchange.fetch(request),
    url: exchangeUrl,
    user: address,
    password,
  });
  for (const [index, subject] of eventTitles(name).entries()) {
    const start = Math.floor(Date.now() / DAY_MS + index + 1) * DAY_MS;
    await client.create({
      subject,
      start: new Date(start).toISOString(),
      end: new Date(start + 3_600_000).toISOString(),
    });
  }
  const userId = liferay.addUser({
    screenName: name.toLowerCase(),
    emailAddress: address,
    password,
    firstName: name,
    lastName: 'Stage',
    zone: 'Europe/Rome',
    emailVerified: true,
  });
  const calendarId = String(liferay.createCalendarFor(userId));
  const token = await liferay.issueUserToken(userId, OAUTH.userAgentClientId);
  const site = name === 'site' ? siteOf(liferay, userId) : null;
  return { libsqlUrl, address, password, token, calendarId, site };
}

function siteOf(liferay: Emulators['liferay'], userId: number): Stage['site'] {
  const siteId = liferay.addSite({ name: 'House', ownerUserId: userId });
  const { calendarId } = liferay.addResource({ name: 'Room', siteId, userId });
  return { id: String(siteId), calendarId: String(calendarId) };
}
