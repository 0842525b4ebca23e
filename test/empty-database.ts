/**
 * The database of a new installation. The migrations make it once in a process, and are copied then: nearly every test
 * has one of its own, and the many statements of all migrations would be a good part of what it takes.
 */
import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';

let made: Promise<string> | null = null;

/** An in-memory database with the newest schema, and what the migrations themselves put into it. */
export async function emptyDatabase(): Promise<Client> {
  made ??= statementsOf(migrated());
  const client = createClient({ url: ':memory:' });
  await client.executeMultiple(await made);
  return client;
}

async function migrated(): Promise<Client> {
  const client = createClient({ url: ':memory:' });
  await migrate(drizzle(client), { migrationsFolder: 'drizzle/migrations' });
  return client;
}

async function statementsOf(source: Promise<Client>): Promise<string> {
  const client = await source;
  const { rows: parts } = await client.execute(
    "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC",
  );
  const statements = parts.map(({ sql }) => `${sql};`);
  for (const { name, type } of parts) {
    if (type !== 'table') continue;
    const { rows: columns } = await client.execute(`SELECT name FROM pragma_table_info('${name}')`);
    const values = columns.map((column) => `quote("${column['name']}")`).join(" || ',' || ");
    const { rows } = await client.execute(`SELECT ${values} AS line FROM "${name}"`);
    statements.push(...rows.map(({ line }) => `INSERT INTO "${name}" VALUES (${line});`));
  }
  client.close();
  return statements.join('\n');
}
