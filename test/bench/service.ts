/**
 * The process that is measured: the service as `npm start` puts it together, without its HTTP API, on a database
 * file of its own. Mailboxes and pairings are written straight into the database, and slices run one after the
 * other until nothing is due.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { ne } from 'drizzle-orm';
import { link, mailbox, pairing } from '#drizzle/schema.ts';
import { type Config, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { type NodeDatabase, openNodeDatabase } from '#runtime/node-database.ts';
import { createNodeNetwork } from '#runtime/node-network.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { createSeal } from '#runtime/seal.ts';
import { createService } from '#runtime/service.ts';
import { CONFIGURED_DOMAIN } from '#store/domains.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import { answerCalls } from './calls.ts';
import { ZONE } from './items.ts';
import { type Measured, Meter } from './meter.ts';
import type { Addresses, PairedMailbox } from './servers.ts';

export interface Outcome extends Measured {
  /** Why runs of whole mailboxes failed, each reason once. */
  readonly failures: readonly string[];
  /** Links that are not clean in the end. */
  readonly unsettled: number;
}

/** No mailbox comes twice in a case, unless it has more to do. */
const INTERVAL_SECONDS = 86_400;
/** A bound: no case needs nearly as many. */
const SLICES_LIMIT = 5_000;
const ROWS_PER_INSERT = 500;

const meter = new Meter();
let database: NodeDatabase | null = null;
let engine: Engine | null = null;

export type ServiceCalls = typeof calls;

const calls = {
  open: async ({
    addresses,
    folder,
  }: {
    readonly addresses: Addresses;
    readonly folder: string;
  }): Promise<void> => {
    const config = configOf(addresses, join(folder, 'bench.db'));
    const log = createLog({ level: 'warn', write: (line) => process.stderr.write(`${line}\n`) });
    const effects = createPlatformEffects({ seal: await createSeal(config.sealKeys), log });
    database = await openNodeDatabase({ ...config.database, onBatch: meter.onBatch });
    const service = await createService({
      config,
      effects: { ...effects, fetch: meter.counting(effects.fetch, addresses.exchangeUrl) },
      db: database.db,
      openConnection: null,
      network: createNodeNetwork(),
    });
    engine = await service.openEngine();
  },

  pair: async (mailboxes: readonly PairedMailbox[]): Promise<void> => {
    const { db } = opened();
    for (let from = 0; from < mailboxes.length; from += ROWS_PER_INSERT) {
      const part = mailboxes.slice(from, from + ROWS_PER_INSERT);
      await db.insert(mailbox).values(part.map(mailboxRow));
      await db.insert(pairing).values(part.map(pairingRow));
    }
  },

  /** Makes every mailbox due, and measures until none is. `profile`: a file for the CPU profile of it. */
  work: async ({ profile }: { readonly profile: string | null }): Promise<Outcome> => {
    const { db } = opened();
    await db.update(mailbox).set({ nextSyncAt: 0 });
    const failures = new Set<string>();
    const session = profile === null ? null : await startProfile();
    const measured = await meter.measure(async () => {
      for (let slices = 0; slices < SLICES_LIMIT; slices += 1) {
        const report = await runSlice(opened(), 'bench');
        if (report.claimed === 0) return;
        for (const { failure } of report.failures) failures.add(`${failure.reason}: ${failure.detail}`);
      }
      throw new Error(`There is still work after ${SLICES_LIMIT} slices.`);
    });
    if (session !== null && profile !== null) await endProfile(session, profile);
    const unsettled = await db.$count(link, ne(link.work, 'clean'));
    return { ...measured, failures: [...failures], unsettled };
  },
};

function opened(): Engine {
  if (engine === null) throw new Error('The service is not open yet.');
  return engine;
}

function configOf(addresses: Addresses, databaseFile: string): Config {
  const outcome = readConfig({
    PORTAL_URL: addresses.portalUrl,
    PORTAL_CLIENT_ID: addresses.clientId,
    PORTAL_CLIENT_SECRET: addresses.clientSecret,
    PORTAL_OAUTH_ERC: 'exchange-connector-oauth-application-user-agent',
    EXCHANGE_URL: addresses.exchangeUrl,
    EXCHANGE_USER: addresses.exchangeUser,
    EXCHANGE_PASSWORD: addresses.exchangePassword,
    LIBSQL_URL: `file:${databaseFile}`,
    SEAL_KEYS: `bench:${randomBytes(32).toString('base64')}`,
  });
  if (outcome.ok) return outcome.config;
  throw new Error(outcome.problems.map(({ variable, problem }) => `${variable} ${problem}`).join('; '));
}

function mailboxRow({ address, userId }: PairedMailbox): typeof mailbox.$inferInsert {
  return {
    id: `mailbox-${userId}`,
    domainId: CONFIGURED_DOMAIN,
    address,
    ownerKind: 'user',
    ownerId: userId,
    intervalSeconds: INTERVAL_SECONDS,
    nextSyncAt: 0,
    createdAt: Date.now(),
  };
}

function pairingRow({ folderId, calendarId, userId }: PairedMailbox): typeof pairing.$inferInsert {
  return {
    id: `pairing-${userId}`,
    mailboxId: `mailbox-${userId}`,
    folderId,
    folderName: 'Calendar',
    calendarId,
    calendarName: 'Calendar',
    calendarZone: ZONE,
    direction: 'both',
    userId,
    createdAt: Date.now(),
  };
}

async function startProfile(): Promise<Session> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return session;
}

async function endProfile(session: Session, file: string): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await writeFile(file, JSON.stringify(profile));
}

answerCalls(calls, async () => database?.close());
