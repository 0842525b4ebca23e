/** How much was done for each domain, and what failed, hour by hour: counted by runs, read by administrators. */
import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { activity } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Counts older than this are dropped: a month of any zone, the day under way included. */
const KEPT_DAYS = 33;

export type ActivityRow = typeof activity.$inferSelect;

/** Something to count; `reason` of what failed. */
export type ActivityCount =
  | { readonly kind: 'run' | 'exchange' | 'liferay'; readonly count: number }
  | { readonly kind: 'failedRun' | 'failedEvent'; readonly reason: Reason; readonly count: number };

/** Adds to the hour in which `atMs` is. One statement, or none where there is nothing to count. */
export function countActivity(
  db: Database,
  domainId: string,
  atMs: number,
  counts: readonly ActivityCount[],
): readonly BatchItem<'sqlite'>[] {
  const hour = atMs - (atMs % HOUR_MS);
  const rows = counts
    .filter(({ count }) => count > 0)
    .map((each) => ({ domainId, hour, reason: '', ...each }) satisfies ActivityRow);
  if (rows.length === 0) return [];
  return [
    db
      .insert(activity)
      .values(rows)
      .onConflictDoUpdate({
        target: [activity.domainId, activity.hour, activity.kind, activity.reason],
        set: { count: sql`${activity.count} + excluded.count` },
      }),
  ];
}

/** Drops what nobody is shown any more. */
export function forgetActivity(db: Database, domainId: string, nowMs: number): BatchItem<'sqlite'> {
  const beforeMs = nowMs - KEPT_DAYS * DAY_MS;
  return db.delete(activity).where(and(eq(activity.domainId, domainId), lt(activity.hour, beforeMs)));
}

/** Counts of the hours that began at `sinceMs` or later, oldest first. */
export async function activityOf(
  db: Database,
  domainId: string,
  sinceMs: number,
): Promise<readonly ActivityRow[]> {
  return await db
    .select()
    .from(activity)
    .where(and(eq(activity.domainId, domainId), gte(activity.hour, sinceMs)))
    .orderBy(asc(activity.hour), asc(activity.kind), asc(activity.reason));
}
