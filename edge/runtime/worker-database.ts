/**
 * The database of a Worker: a libSQL server over HTTP. It is migrated before a deployment (`npm run migrate`), never
 * by a Worker, of which there are many; here it is only looked at.
 */
import { createClient } from '@libsql/client/web';
import { type Database, openDatabase } from '#store/database.ts';
import type { Config } from './config.ts';
import {
  CHANGED_BY_NEWER_RELEASE,
  NEWEST_KNOWN_MIGRATION,
  newestAppliedMigration,
} from './schema-version.ts';

/**
 * The client may wait for an earlier call of its own, at 20 calls under way by default. A Worker's invocations share
 * it and must not wait for each other's input and output; the platform limits connections by itself.
 */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Makes no request. One database serves all invocations of an isolate: between calls it holds nothing open. */
export function openWorkerDatabase({ url, authToken }: Config['database']): Database {
  return openDatabase(
    createClient({ url, concurrency: UNLIMITED, ...(authToken === undefined ? {} : { authToken }) }),
  );
}

/** What keeps this release from using the database, in a line for the operator; null if nothing does. */
export async function schemaProblem(db: Database): Promise<string | null> {
  const applied = await newestAppliedMigration(db);
  if (applied === NEWEST_KNOWN_MIGRATION) return null;
  return applied !== null && applied > NEWEST_KNOWN_MIGRATION
    ? CHANGED_BY_NEWER_RELEASE
    : 'The database has not had the migrations of this release. Run: npm run migrate';
}
