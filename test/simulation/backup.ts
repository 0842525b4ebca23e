/** A backup of the service's database, as an operator makes one, and putting it back. */
import type { Client, InStatement, InValue } from '@libsql/client';

interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly InValue[])[];
}

export interface Backup {
  /** The step of the story after which it was made. */
  readonly step: number;
  /** The moment of the story before which everything that people did had arrived by then. */
  readonly settledAt: number;
  readonly tables: readonly TableRows[];
}

export async function takeBackup(client: Client, step: number, settledAt: number): Promise<Backup> {
  const names = await client.execute(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_\\_%' escape '\\'",
  );
  const tables: TableRows[] = [];
  for (const { name } of names.rows) {
    const { columns, rows } = await client.execute(`select * from "${name}"`);
    const values = rows.map((row) => columns.map((_, index) => row[index] ?? null));
    tables.push({ table: String(name), columns, rows: values });
  }
  return { step, settledAt, tables };
}

export async function putBack(client: Client, { tables }: Backup): Promise<void> {
  const statements: InStatement[] = ['pragma defer_foreign_keys = on'];
  for (const { table } of tables) statements.push(`delete from "${table}"`);
  for (const { table, columns, rows } of tables) {
    const sql = `insert into "${table}" values (${columns.map(() => '?').join(', ')})`;
    for (const args of rows) statements.push({ sql, args: [...args] });
  }
  await client.batch(statements, 'write');
}

/** The last backups, of which the oldest is put back. */
export class Backups {
  readonly #client: Client;
  readonly #keeps: number;
  #all: readonly Backup[] = [];

  constructor(client: Client, keeps: number) {
    this.#client = client;
    this.#keeps = keeps;
  }

  async take(step: number, settledAt: number): Promise<void> {
    this.#all = [...this.#all, await takeBackup(this.#client, step, settledAt)].slice(-this.#keeps);
  }

  /** @returns what was put back; null: there is none */
  async putBackOldest(): Promise<Backup | null> {
    const [backup] = this.#all;
    if (!backup) return null;
    await putBack(this.#client, backup);
    // Backups of what came after are backups of another life.
    this.#all = [backup];
    return backup;
  }
}
