/**
 * One process per embedded file. The lock is an open write transaction on `<file>.lock`, held for the life of the
 * process: the operating system takes it back whatever way the process ends, kill -9 included.
 */
import { type Client, createClient, type Transaction } from '@libsql/client';
import { DatabaseRefused } from './database-refused.ts';

export interface FileLock {
  release(): void;
}

/** Without a reference the garbage collector would close the connection, and with it end the lock. */
const held = new Set<Transaction>();

/**
 * Locks the database file at `path`, or rejects at once with DatabaseRefused if another process has it or the
 * folder cannot be written to.
 * The lock works between processes of one machine; a file on a network share must not be shared at all.
 */
export async function lockDatabaseFile(path: string): Promise<FileLock> {
  const client = openLockFile(`${path}.lock`);
  let transaction: Transaction;
  try {
    // Never committed. Transactions are out of bounds elsewhere; this one writes nothing.
    transaction = await client.transaction('write');
  } catch (error) {
    client.close();
    if (error instanceof Error && /SQLITE_BUSY|database is locked/.test(error.message)) {
      throw new DatabaseRefused(
        `Another process is using ${path}. An embedded database belongs to one process: stop the other one, or let both use a libSQL server (LIBSQL_URL).`,
      );
    }
    throw error;
  }
  held.add(transaction);
  return {
    release() {
      held.delete(transaction);
      // Closing the connection alone would leave the transaction, and with it the lock, to the collector.
      transaction.close();
      client.close();
    },
  };
}

function openLockFile(path: string): Client {
  try {
    return createClient({ url: `file:${path}`, concurrency: 1, timeout: 0 });
  } catch (cause) {
    throw new DatabaseRefused(`${path} cannot be opened: its folder must exist and be writable.`, { cause });
  }
}
