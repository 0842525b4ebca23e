/** The embedded database after SQLITE_BUSY, and what it refuses. */
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mayWrite, openDatabase, type StatementSeen } from '#store/database.ts';
import { temporaryFolder } from './store-under-test.ts';

describe('an embedded database', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let url: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    url = `file:${join(folder.path, 'test.db')}`;
    const setup = createClient({ url });
    await setup.execute('PRAGMA journal_mode = WAL');
    await setup.execute('create table t (v)');
    setup.close();
  });
  afterEach(() => folder.remove());

  it('keeps every acknowledged write after SQLITE_BUSY', async () => {
    const client = createClient({ url, timeout: 0 });
    const db = openDatabase(client);
    const intruder = createClient({ url });
    const blocking = await intruder.transaction('write');
    const refused = await Promise.allSettled(
      [1, 2, 3].map((n) => db.batch([db.run(sql`insert into t values (${`refused ${n}`})`)])),
    );
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await blocking.rollback();

    const acknowledged = [];
    for (let n = 0; n < 30; n += 1) {
      await db.run(sql`insert into t values (${`single ${n}`})`);
      await db.batch([db.run(sql`insert into t values (${`batch ${n}`})`)]);
      acknowledged.push(`single ${n}`, `batch ${n}`);
    }
    const others = await intruder.execute('select v from t');
    expect(others.rows.map((row) => row['v'])).toEqual(acknowledged);
    client.close();
    intruder.close();
  });

  it('runs calls one after the other, in order, whatever fails', async () => {
    const client = createClient({ url });
    const { $client: guarded } = openDatabase(client);
    const results = await Promise.allSettled([
      guarded.execute('insert into t values (1)'),
      guarded.execute('insert into nowhere values (1)'),
      guarded.batch(['insert into t values (2)', 'insert into nowhere values (2)']),
      guarded.batch(['insert into t values (3)']),
      guarded.execute({ sql: 'select v from t where v < ?', args: [9] }),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[4]).toMatchObject({ value: { rows: [{ v: 1 }, { v: 3 }] } });
    client.close();
  });

  it('refuses interactive transactions', async () => {
    const client = createClient({ url });
    const db = openDatabase(client);
    await expect(db.transaction(async () => {})).rejects.toThrow(/batch/);
    client.close();
  });

  it('settles on microtasks alone, so that a simulation can be repeated', async () => {
    const client = createClient({ url: ':memory:' });
    const db = openDatabase(client);
    let turns = 0;
    const timer = setImmediate(() => {
      turns += 1;
    });
    await db.run(sql`create table t (v)`);
    await Promise.all([1, 2, 3].map((n) => db.batch([db.run(sql`insert into t values (${n})`)])));
    expect(await db.all(sql`select v from t`)).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
    expect(turns).toBe(0);
    clearImmediate(timer);
    client.close();
  });

  it('tells every statement that reaches it, reads and writes apart', async () => {
    const seen: (readonly StatementSeen[])[] = [];
    const client = createClient({ url });
    const db = openDatabase(client, { onBatch: (statements) => seen.push(statements) });
    await db.all(sql`select v from t`);
    await db.run(sql`insert into t values (1)`);
    await db.batch([db.all(sql`select v from t`), db.run(sql`delete from t`)]);
    expect(seen).toEqual([
      [{ sql: 'select v from t', writes: false }],
      [{ sql: 'insert into t values (1)', writes: true }],
      [
        { sql: 'select v from t', writes: false },
        { sql: 'delete from t', writes: true },
      ],
    ]);
    client.close();
  });
});

describe('whether a statement may write', () => {
  it.each([
    ['SELECT * FROM t', false],
    ['-- a note\n select 1', false],
    ['with old as (select 1) select * from old', false],
    ['with old as (select \'delete\') select "update" from old', false],
    ['with old as (select 1) delete from t', true],
    ['insert into t values (1) returning v', true],
    ['update t set v = 1', true],
    ['pragma journal_mode', false],
    ['pragma journal_mode = wal', true],
    ['create table u (v)', true],
  ])('%s: %s', (statement, expected) => {
    expect(mayWrite(statement)).toBe(expected);
  });
});
