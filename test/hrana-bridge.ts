/**
 * A libSQL server for tests: Hrana over HTTP (JSON, versions 2 and 3 of libSQL's HRANA specification) in front of
 * an embedded file, so that the store runs as it does against a remote database and inside workerd.
 *
 * Only what @libsql/client sends is understood; there are no tokens, cursors or replicas. It writes to its file
 * without the service's lock, so nothing else may open that file for writing.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Database from 'libsql';

export interface HranaBridge {
  /** `http://127.0.0.1:<port>`, a value for LIBSQL_URL. */
  readonly url: string;
  /** The next pipeline that matches is executed and its answer lost: the connection breaks instead. */
  loseNextAnswer(matching?: (body: string) => boolean): void;
  close(): Promise<void>;
}

type WireValue =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: number }
  | { type: 'text'; value: string }
  | { type: 'blob'; base64: string };

interface Sql {
  sql?: string | null;
  sql_id?: number | null;
}
interface Statement extends Sql {
  args?: WireValue[];
  named_args?: { name: string; value: WireValue }[];
}
type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' };
interface Batch {
  steps: { stmt: Statement; condition?: Condition | null }[];
}
type StreamRequest =
  | { type: 'execute'; stmt: Statement }
  | { type: 'batch'; batch: Batch }
  | ({ type: 'sequence' } & Sql)
  | { type: 'store_sql'; sql_id: number; sql: string }
  | { type: 'close_sql'; sql_id: number }
  | { type: 'get_autocommit' }
  | { type: 'close' };
interface Pipeline {
  baton?: string | null;
  requests: StreamRequest[];
}

interface WireError {
  message: string;
  code: string;
}
interface StatementResult {
  cols: { name: string; decltype: string | null }[];
  rows: WireValue[][];
  affected_row_count: number;
  last_insert_rowid: string | null;
}

/** One connection, which a client keeps between requests by its baton. */
interface Stream {
  readonly db: Database.Database;
  readonly storedSql: Map<number, string>;
}

/** Starts a bridge on a free port. `path`: the database file, made if it is not there. */
export async function startHranaBridge(path: string): Promise<HranaBridge> {
  const streams = new Map<string, Stream>();
  let losing: ((body: string) => boolean) | null = null;

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(wireError(error)));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && /^\/v[23]$/.test(request.url ?? '')) {
      response.writeHead(200).end();
      return;
    }
    if (request.method !== 'POST' || !/^\/v[23]\/pipeline$/.test(request.url ?? '')) {
      // The client also asks for the protobuf encoding; 404 sends it to JSON.
      response.writeHead(404).end();
      return;
    }
    const body = await text(request);
    const result = JSON.stringify(runPipeline(streams, path, JSON.parse(body) as Pipeline));
    if (losing?.(body)) {
      losing = null;
      request.socket.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(result);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    loseNextAnswer(matching = () => true) {
      losing = matching;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      for (const stream of streams.values()) stream.db.close();
      streams.clear();
    },
  };
}

function runPipeline(streams: Map<string, Stream>, path: string, pipeline: Pipeline) {
  const stream = takeStream(streams, path, pipeline.baton ?? null);
  const results = pipeline.requests.map((request) => {
    try {
      return { type: 'ok', response: { type: request.type, ...runRequest(stream, request) } };
    } catch (error) {
      return { type: 'error', error: wireError(error) };
    }
  });
  if (pipeline.requests.some((request) => request.type === 'close')) {
    if (stream.db.inTransaction) stream.db.exec('ROLLBACK');
    stream.db.close();
    return { baton: null, base_url: null, results };
  }
  const baton = randomUUID();
  streams.set(baton, stream);
  return { baton, base_url: null, results };
}

function takeStream(streams: Map<string, Stream>, path: string, baton: string | null): Stream {
  if (baton === null) return { db: new Database(path, { timeout: 2_000 }), storedSql: new Map() };
  const stream = streams.get(baton);
  if (stream === undefined) throw new Error('The stream has expired');
  streams.delete(baton);
  return stream;
}

function runRequest(stream: Stream, request: StreamRequest): Record<string, unknown> {
  switch (request.type) {
    case 'execute':
      return { result: runStatement(stream, request.stmt) };
    case 'batch':
      return { result: runBatch(stream, request.batch) };
    case 'sequence':
      stream.db.exec(sqlOf(stream, request));
      return {};
    case 'store_sql':
      stream.storedSql.set(request.sql_id, request.sql);
      return {};
    case 'close_sql':
      stream.storedSql.delete(request.sql_id);
      return {};
    case 'get_autocommit':
      return { is_autocommit: !stream.db.inTransaction };
    case 'close':
      return {};
    default:
      throw new Error(`Not understood: ${JSON.stringify(request satisfies never)}`);
  }
}

function runBatch(stream: Stream, batch: Batch) {
  const results: (StatementResult | null)[] = [];
  const errors: (WireError | null)[] = [];
  const holds = (condition: Condition): boolean => {
    switch (condition.type) {
      case 'ok':
        return (results[condition.step] ?? null) !== null;
      case 'error':
        return (errors[condition.step] ?? null) !== null;
      case 'not':
        return !holds(condition.cond);
      case 'and':
        return condition.conds.every(holds);
      case 'or':
        return condition.conds.some(holds);
      case 'is_autocommit':
        return !stream.db.inTransaction;
    }
  };
  for (const [step, { stmt, condition }] of batch.steps.entries()) {
    results[step] = null;
    errors[step] = null;
    if (condition && !holds(condition)) continue;
    try {
      results[step] = runStatement(stream, stmt);
    } catch (error) {
      errors[step] = wireError(error);
    }
  }
  return { step_results: results, step_errors: errors };
}

function runStatement(stream: Stream, statement: Statement): StatementResult {
  const prepared = stream.db.prepare(sqlOf(stream, statement)).safeIntegers(true);
  const named = statement.named_args ?? [];
  const bound =
    named.length > 0
      ? Object.fromEntries(named.map((each) => [each.name.replace(/^[:@$]/, ''), fromWire(each.value)]))
      : (statement.args ?? []).map(fromWire);
  if (!prepared.reader) {
    const { changes, lastInsertRowid } = prepared.run(bound);
    return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: String(lastInsertRowid) };
  }
  const cols = prepared.columns().map(({ name, type }) => ({ name, decltype: type }));
  const rows = prepared.raw(true).all(bound) as unknown[][];
  return { cols, rows: rows.map((row) => row.map(toWire)), affected_row_count: 0, last_insert_rowid: null };
}

function sqlOf(stream: Stream, { sql, sql_id }: Sql): string {
  const found = sql ?? stream.storedSql.get(sql_id ?? -1);
  if (found === undefined) throw new Error(`No SQL is stored as ${sql_id}`);
  return found;
}

function fromWire(value: WireValue): unknown {
  switch (value.type) {
    case 'null':
      return null;
    case 'integer':
      return BigInt(value.value);
    case 'blob':
      return Buffer.from(value.base64, 'base64');
    default:
      return value.value;
  }
}

function toWire(value: unknown): WireValue {
  if (value === null || value === undefined) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  if (typeof value === 'string') return { type: 'text', value };
  if (value instanceof Uint8Array) {
    return { type: 'blob', base64: Buffer.from(value).toString('base64').replace(/=+$/, '') };
  }
  throw new TypeError(`No Hrana value for ${typeof value}`);
}

function wireError(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'SQLITE_ERROR';
  return { message, code };
}
