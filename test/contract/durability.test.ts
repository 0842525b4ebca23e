/**
 * What was acknowledged survives the death of the process. A child commits numbered rows and prints each number
 * once its commit was acknowledged; it is killed with SIGKILL at a different moment each time, a hundred times.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audit, domain, mailbox, pairing } from '#drizzle/schema.ts';
import { openNodeDatabase } from '#runtime/node-database.ts';

const KILLS = 100;
const LANES = 2;
const CHILD = fileURLToPath(new URL('./durability-child.ts', import.meta.url));
const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connector-'));
  await symlink(NODE_MODULES, join(folder, 'node_modules'));
  // Bundled once, a child starts four times faster than from some hundred files.
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: CHILD, outDir: folder, emptyOutDir: false },
    ssr: { noExternal: [/^drizzle-orm/], external: ['@libsql/client'] },
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it(`keeps every acknowledged commit over ${KILLS} kills`, { timeout: 240_000 }, async () => {
  await Promise.all(Array.from({ length: LANES }, (_, lane) => killAgainAndAgain(lane)));
});

async function killAgainAndAgain(lane: number): Promise<void> {
  const path = join(folder, `lane-${lane}.db`);
  await prepare(path);
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS / LANES; kill += 1) {
    acknowledged.push(...(await commitUntilKilled(path, kill * 1_000_000, 1 + ((kill * 7) % 17))));
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);

  const { db, close } = await openNodeDatabase({ url: `file:${path}` });
  const kept = new Set((await db.select({ id: audit.id }).from(audit)).map(({ id }) => id));
  const lost = acknowledged.filter((number) => !kept.has(`${number}-a`));
  // Two rows a commit: half a commit would show as a row without its twin.
  const torn = [...kept].filter((id) => !kept.has(id.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a'))));
  expect({ lost, torn }).toEqual({ lost: [], torn: [] });
  close();
}

/** Numbers that a child acknowledged before it was killed, `delayMs` after the first. */
async function commitUntilKilled(path: string, first: number, delayMs: number): Promise<number[]> {
  const script = join(folder, 'durability-child.js');
  const child = spawn(process.execPath, [script, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (numbers.length === 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
    numbers.push(Number(line));
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return numbers;
}

async function prepare(path: string): Promise<void> {
  const { db, close } = await openNodeDatabase({ url: `file:${path}` });
  await db.insert(domain).values({ id: 'd', portal: '', endpoint: '', signInSealed: '', createdAt: 0 });
  await db.insert(mailbox).values({
    id: 'm',
    domainId: 'd',
    address: 'ada@example.com',
    ownerKind: 'user',
    ownerId: '1',
    intervalSeconds: 30,
    nextSyncAt: 0,
    createdAt: 0,
  });
  await db.insert(pairing).values({
    id: 'p',
    mailboxId: 'm',
    folderId: 'f',
    folderName: '',
    calendarId: 'c',
    calendarName: '',
    calendarZone: 'UTC',
    direction: 'both',
    userId: '1',
    createdAt: 0,
  });
  close();
}
