/** Opening the database on Node: a file that one process owns, or a server. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '#drizzle/schema.ts';
import { openNodeDatabase } from '#runtime/node-database.ts';
import { startHranaBridge } from '#test/hrana-bridge.ts';
import { temporaryFolder } from '../store/store-under-test.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let url: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  url = `file:${join(folder.path, 'connector.db')}`;
});
afterEach(() => folder.remove());

const entry = { id: 'a', at: 0, userId: 'ada', action: 'pair', subject: 'calendar', domainId: null };

describe('an embedded database', () => {
  it('is made, migrated, and still there after it was closed', async () => {
    const first = await openNodeDatabase({ url });
    await first.db.insert(audit).values(entry);
    first.close();
    const second = await openNodeDatabase({ url });
    expect(await second.db.select().from(audit)).toEqual([entry]);
    expect(await second.db.all(sql`PRAGMA journal_mode`)).toEqual([{ journal_mode: 'wal' }]);
    second.close();
  });

  it('is opened again without a write', async () => {
    (await openNodeDatabase({ url })).close();
    const written: string[] = [];
    const second = await openNodeDatabase({
      url,
      onBatch: (statements) =>
        written.push(...statements.filter((each) => each.writes).map((each) => each.sql)),
    });
    expect(written).toEqual([]);
    second.close();
  });

  it('is refused while another has it open, and free afterwards', async () => {
    const first = await openNodeDatabase({ url });
    await expect(openNodeDatabase({ url })).rejects.toThrow(/Another process is using .*connector\.db/);
    await first.db.insert(audit).values(entry);
    first.close();
    (await openNodeDatabase({ url })).close();
  });

  it('is refused to a second process, in one line', async () => {
    const first = await openNodeDatabase({ url });
    const script = `
      import { openNodeDatabase } from '#runtime/node-database.ts';
      await openNodeDatabase({ url: ${JSON.stringify(url)} }).catch((error) => {
        console.log(error.name + ': ' + error.message);
      });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout).toMatch(/^DatabaseRefused: Another process is using [^\n]*\n$/);
    first.close();
  });

  it('is refused, and left as it is, when a newer release has changed it', async () => {
    (await openNodeDatabase({ url })).close();
    const newer = createClient({ url });
    await newer.execute("insert into __drizzle_migrations (hash, created_at) values ('x', 9999999999999)");
    newer.close();
    const refused = { name: 'DatabaseRefused', message: expect.stringMatching(/newer release[^\n]*$/) };
    await expect(openNodeDatabase({ url })).rejects.toMatchObject(refused);
    await expect(openNodeDatabase({ url })).rejects.toMatchObject(refused);
  });

  it('is refused, in one line, where no file can be made', async () => {
    await expect(openNodeDatabase({ url: 'file:/nowhere/connector.db' })).rejects.toMatchObject({
      name: 'DatabaseRefused',
      message: '/nowhere/connector.db.lock cannot be opened: its folder must exist and be writable.',
    });
  });

  it('can be in memory, each its own', async () => {
    const [one, two] = [
      await openNodeDatabase({ url: ':memory:' }),
      await openNodeDatabase({ url: ':memory:' }),
    ];
    await one.db.insert(audit).values(entry);
    expect(await one.db.select().from(audit)).toHaveLength(1);
    expect(await two.db.select().from(audit)).toHaveLength(0);
    one.close();
    two.close();
  });
});

describe('a libSQL server', () => {
  it('is migrated once by processes that start together, and shared by them', async () => {
    const bridge = await startHranaBridge(join(folder.path, 'server.db'));
    const [one, two] = await Promise.all([
      openNodeDatabase({ url: bridge.url }),
      openNodeDatabase({ url: bridge.url }),
    ]);
    await one.db.insert(audit).values(entry);
    expect(await two.db.select().from(audit)).toEqual([entry]);
    expect(
      await two.db.all(sql`select count(distinct hash) = count(*) as once from __drizzle_migrations`),
    ).toEqual([{ once: 1 }]);
    one.close();
    two.close();
    await bridge.close();
  });
});
