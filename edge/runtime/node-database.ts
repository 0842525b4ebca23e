/**
 * Opens the database on Node: an embedded file that this process then owns, or a libSQL server. Brings the schema
 * up to date, and refuses a database that a newer release has already changed.
 */
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { type Database, type DatabaseOptions, openDatabase } from '#store/database.ts';
import { withoutStatement } from '#store/database-error.ts';
import { DatabaseRefused } from './database-refused.ts';
import { type FileLock, lockDatabaseFile } from './node-lock.ts';
import {
  CHANGED_BY_NEWER_RELEASE,
  NEWEST_KNOWN_MIGRATION,
  newestAppliedMigration,
} from './schema-version.ts';

export interface NodeDatabase {
  readonly db: Database;
  /** Closes the database and gives the file free. */
  close(): void;
}

export interface NodeDatabaseOptions {
  /** `file:connector.db`, `file::memory:`, or `libsql:`, `https:`, `http:` for a server. */
  readonly url: string;
  readonly authToken?: string | undefined;
  readonly onBatch?: DatabaseOptions['onBatch'];
}

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));
/** Waiting for a lock blocks the whole process; with one process per file there is nothing to wait for. */
const BUSY_TIMEOUT_MS = 1_000;

/** @throws DatabaseRefused with a line for the administrator */
export async function openNodeDatabase({
  url,
  authToken,
  onBatch,
}: NodeDatabaseOptions): Promise<NodeDatabase> {
  const path = embeddedPath(url);
  const lock = path === null ? null : await lockDatabaseFile(path);
  let client: Client | null = null;
  try {
    client = createClient({
      url,
      timeout: BUSY_TIMEOUT_MS,
      ...(authToken === undefined ? {} : { authToken }),
    });
    // Stays with the file: readers such as a backup then do not block the writer.
    if (path !== null) await client.execute('PRAGMA journal_mode = WAL');
    const db = openDatabase(client, onBatch === undefined ? {} : { onBatch });
    await bringUpToDate(db);
    return opened(db, client, lock);
  } catch (error) {
    client?.close();
    lock?.release();
    if (error instanceof DatabaseRefused) throw error;
    const what = path === null ? 'The libSQL server' : path;
    throw new DatabaseRefused(`${what} cannot be used: ${withoutStatement(error)}`, { cause: error });
  }
}

function opened(db: Database, client: Client, lock: FileLock | null): NodeDatabase {
  return {
    db,
    close() {
      client.close();
      lock?.release();
    },
  };
}

/** The path of an embedded file, or null for a server and for memory. */
function embeddedPath(url: string): string | null {
  if (!url.startsWith('file:') || url.includes(':memory:')) return null;
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
}

async function bringUpToDate(db: Database): Promise<void> {
  const applied = await newestAppliedMigration(db);
  if (applied !== null && applied > NEWEST_KNOWN_MIGRATION) {
    throw new DatabaseRefused(CHANGED_BY_NEWER_RELEASE);
  }
  if (applied === NEWEST_KNOWN_MIGRATION) return;
  try {
    await migrate(db, { migrationsFolder: MIGRATIONS });
  } catch (error) {
    // On a server another process may have been quicker with the same migration.
    if ((await newestAppliedMigration(db)) !== NEWEST_KNOWN_MIGRATION) throw error;
  }
}
