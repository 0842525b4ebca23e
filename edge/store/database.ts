/**
 * The database behind the store: drizzle over one libSQL client, embedded file and remote server alike.
 *
 * With an embedded file, @libsql/client can acknowledge a write and never commit it: after SQLITE_BUSY a pooled
 * connection stays in a broken state (tursodatabase/libsql-client-ts#352). Three things keep that away: calls
 * run one after the other, the connections are opened anew after SQLITE_BUSY, and interactive transactions do
 * not exist; `batch()` is the only transaction.
 */
import type { Client, InArgs, InStatement, ResultSet, TransactionMode } from '@libsql/client';
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import * as schema from '#drizzle/schema.ts';
import { codeOf } from './database-error.ts';

/** drizzle over one client; its `transaction` is refused. */
export type Database = LibSQLDatabase<typeof schema> & { readonly $client: Client };

/** One statement as it reached the database. */
export interface StatementSeen {
  readonly sql: string;
  /** It may change rows or the schema. */
  readonly writes: boolean;
}

/** How calls are ordered, and who watches them. */
export interface DatabaseOptions {
  /** One call at a time. Default: true for an embedded database, false for a server, which orders calls itself. */
  readonly serialise?: boolean;
  /**
   * Told of every round trip just before it is made, with its statements in order; a single statement is a batch
   * of one. For statement counts in benchmarks and tests; BEGIN and COMMIT are not told.
   */
  readonly onBatch?: (statements: readonly StatementSeen[]) => void;
}

/**
 * Opens the store's view of `client`. The runtime made the client, and closes it.
 * With an embedded client a call settles on microtasks alone, so that a simulation can be repeated.
 */
export function openDatabase(client: Client, options: DatabaseOptions = {}): Database {
  const serialise = options.serialise ?? client.protocol === 'file';
  return drizzle(guardClient(client, serialise, options.onBatch ?? (() => {})), { schema });
}

/** Whether a statement may change something. `WITH` is decided by the verbs behind it. */
export function mayWrite(sql: string): boolean {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/'[^']*'|"[^"]*"|`[^`]*`/g, ' ');
  const verb = /^\s*([a-z]+)/i.exec(bare)?.[1]?.toLowerCase();
  if (verb === 'select' || verb === 'values' || verb === 'explain') return false;
  if (verb === 'pragma') return bare.includes('=');
  if (verb === 'with') return /\b(insert|update|delete|replace)\b/i.test(bare);
  return true;
}

type BatchStatement = Parameters<Client['batch']>[0][number];

function guardClient(
  client: Client,
  serialise: boolean,
  onBatch: (statements: readonly StatementSeen[]) => void,
): Client {
  const inTurn = serialise ? createQueue() : <T>(call: () => Promise<T>) => call();
  const guarded = <T>(call: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      try {
        return await call();
      } catch (error) {
        // Inside the turn, so that nobody else is using one of the connections that this closes.
        if (serialise && codeOf(error) === 'SQLITE_BUSY') await client.reconnect();
        throw error;
      }
    });
  const batch = (statements: readonly BatchStatement[], mode?: TransactionMode): Promise<ResultSet[]> =>
    guarded(() => {
      const seen = statements.map((statement) => seenOf(statement));
      onBatch(seen);
      // drizzle asks for "deferred": a batch that first reads and then writes could fail half-way with BUSY.
      const anyWrites = seen.some((statement) => statement.writes);
      return client.batch([...statements], anyWrites ? 'write' : (mode ?? 'deferred'));
    });

  return {
    execute: (statement: InStatement, args?: InArgs) =>
      guarded(() => {
        onBatch([seenOf(statement)]);
        return args === undefined || typeof statement !== 'string'
          ? client.execute(statement)
          : client.execute({ sql: statement, args });
      }),
    batch,
    migrate: (statements) =>
      guarded(() => {
        onBatch(statements.map((statement) => seenOf(statement)));
        return client.migrate(statements);
      }),
    executeMultiple: (sql) =>
      guarded(() => {
        onBatch([{ sql, writes: true }]);
        return client.executeMultiple(sql);
      }),
    transaction: () =>
      Promise.reject(new Error('Interactive transactions lose acknowledged writes here; use batch().')),
    sync: () => guarded(() => client.sync()),
    close: () => client.close(),
    reconnect: () => client.reconnect(),
    get closed() {
      return client.closed;
    },
    get protocol() {
      return client.protocol;
    },
  };
}

function seenOf(statement: BatchStatement): StatementSeen {
  const sql =
    typeof statement === 'string' ? statement : Array.isArray(statement) ? statement[0] : statement.sql;
  return { sql, writes: mayWrite(sql) };
}

/** Runs calls one after the other in the order in which they came; one that fails does not stop the next. */
function createQueue(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const turn = last.then(call, call);
    last = turn.catch(() => {});
    return turn;
  };
}
