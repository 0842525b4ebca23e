/** Databases for tests of the store: an embedded file and a server behind the Hrana bridge, both migrated. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import { openNodeDatabase } from '#runtime/node-database.ts';
import type { Database, StatementSeen } from '#store/database.ts';
import { type HranaBridge, startHranaBridge } from '#test/hrana-bridge.ts';

export interface StoreUnderTest {
  readonly db: Database;
  /** Every round trip since the start of the test. */
  readonly seen: (readonly StatementSeen[])[];
  /** Only with a server. */
  readonly bridge: HranaBridge | null;
  close(): Promise<void>;
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'connector-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function openStore(kind: 'file' | 'server'): Promise<StoreUnderTest> {
  const folder = await temporaryFolder();
  const bridge = kind === 'server' ? await startHranaBridge(join(folder.path, 'server.db')) : null;
  const seen: (readonly StatementSeen[])[] = [];
  const opened = await openNodeDatabase({
    url: bridge?.url ?? `file:${join(folder.path, 'connector.db')}`,
    onBatch: (statements) => seen.push(statements),
  });
  seen.length = 0;
  return {
    db: opened.db,
    seen,
    bridge,
    async close() {
      opened.close();
      await bridge?.close();
      await folder.remove();
    },
  };
}

export async function addDomain(
  db: Database,
  id = 'default',
  notBefore = 0,
  more: Partial<typeof domain.$inferInsert> = {},
): Promise<void> {
  await db.insert(domain).values({
    id,
    portal: 'https://portal.example.com',
    endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
    signInSealed: 'k1.x',
    notBefore,
    createdAt: 0,
    ...more,
  });
}

export interface MailboxRow {
  readonly id: string;
  readonly address?: string;
  readonly domainId?: string;
  readonly nextSyncAt?: number;
  readonly pairings?: readonly ('active' | 'paused')[];
}

export async function addMailbox(
  db: Database,
  {
    id,
    address = `${id}@example.com`,
    domainId = 'default',
    nextSyncAt = 0,
    pairings = ['active'],
  }: MailboxRow,
): Promise<void> {
  await db.insert(mailbox).values({
    id,
    domainId,
    address,
    ownerKind: 'user',
    ownerId: id,
    intervalSeconds: 30,
    nextSyncAt,
    createdAt: 0,
  });
  for (const [index, state] of pairings.entries()) {
    await db.insert(pairing).values({
      id: `${id}-${index}`,
      mailboxId: id,
      folderId: `${id}-folder-${index}`,
      folderName: 'Calendar',
      calendarId: `${id}-calendar-${index}`,
      calendarName: 'Calendar',
      calendarZone: 'Europe/Rome',
      direction: 'both',
      state,
      userId: id,
      createdAt: 0,
    });
  }
}
