/**
 * Which migrations this release needs and which the database has had. Migrations are told apart by the time of
 * their making, epoch ms, which drizzle's journal and its table in the database both keep.
 */
import { sql } from 'drizzle-orm';
import journal from '#drizzle/migrations/meta/_journal.json' with { type: 'json' };
import type { Database } from '#store/database.ts';

/** The newest migration that this release knows. */
export const NEWEST_KNOWN_MIGRATION = Math.max(...journal.entries.map((entry) => entry.when));

export const CHANGED_BY_NEWER_RELEASE =
  'The database was changed by a newer release than this one. Start that release, or restore a backup from before.';

/** The newest migration that the database has had; null for a database without any. */
export async function newestAppliedMigration(db: Database): Promise<number | null> {
  const tables = await db.all(sql`select 1 from sqlite_master where name = '__drizzle_migrations'`);
  if (tables.length === 0) return null;
  const rows = await db.all<{ newest: number | null }>(
    sql`select max(cast(created_at as integer)) as newest from __drizzle_migrations`,
  );
  return rows[0]?.newest ?? null;
}
