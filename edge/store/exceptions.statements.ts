/** What a run writes of further rows of events, as statements for the fenced commit of its lease. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { exception } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { chunks, type ExceptionRow, ROWS_PER_STATEMENT } from './sync-rows.ts';

type Write = BatchItem<'sqlite'>;

/** Stores further rows of events, as they are now; a row's place in its event may have changed. */
export function putExceptions(db: Database, rows: readonly ExceptionRow[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(exception)
      .values([...part])
      .onConflictDoUpdate({
        target: exception.id,
        set: {
          key: sql`excluded.key`,
          liferayVersion: sql`excluded.liferay_version`,
          liferayUid: sql`excluded.liferay_uid`,
          liferayState: sql`excluded.liferay_state`,
          dirty: sql`excluded.dirty`,
          seen: sql`excluded.seen`,
        },
      }),
  );
}

/** The same values for many further rows in few statements. */
export function updateExceptions(
  db: Database,
  ids: readonly string[],
  set: Partial<ExceptionRow>,
): readonly Write[] {
  return chunks(ids, ROWS_PER_STATEMENT).map((part) =>
    db
      .update(exception)
      .set(set)
      .where(inArray(exception.id, [...part])),
  );
}

/** Further rows by their own ids. */
export function deleteExceptions(db: Database, ids: readonly string[]): readonly Write[] {
  return chunks(ids, ROWS_PER_STATEMENT).map((part) =>
    db.delete(exception).where(inArray(exception.id, [...part])),
  );
}

/** All further rows of a link. */
export function deleteExceptionsOf(db: Database, linkId: string): Write {
  return db.delete(exception).where(eq(exception.linkId, linkId));
}

/** The further rows of a link that turned out to be half of another go along with it, in place of what was there. */
export function moveExceptions(db: Database, from: string, to: string): readonly Write[] {
  const keys = db.select({ key: exception.key }).from(exception).where(eq(exception.linkId, from));
  return [
    db.delete(exception).where(and(eq(exception.linkId, to), inArray(exception.key, keys))),
    db.update(exception).set({ linkId: to }).where(eq(exception.linkId, from)),
  ];
}
