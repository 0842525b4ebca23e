/** How much was changed and deleted of late: what the guards against mass changes, put-backs and quarrels measure. */
import { and, count, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm';
import { change, held, link } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** What the mass-change guard knows of a pairing before it looks at a batch. */
export interface PairingCounts {
  /** Links with both sides: the size that the mass-change guard measures against. */
  readonly inStep: number;
  /**
   * Links of which one side is gone and the other would have to follow: those that are to be planned or done, and
   * those that were held since `sinceMs` and nobody decided on. What a person approved does not count.
   */
  readonly pendingDeletions: number;
}

/** `sinceMs`: what was held before that moment does not count. */
export async function pairingCounts(
  db: Database,
  pairingId: string,
  sinceMs: number,
): Promise<PairingCounts> {
  const waits = sql`(${link.work} in ('dirty', 'proposed') and coalesce(${held.decision}, 'waiting') <> 'approved'
    or ${link.work} = 'held' and ${held.decision} = 'waiting' and ${held.at} > ${sinceMs})`;
  const rows = await db
    .select({
      both: sql<number>`sum(${link.exchangeId} is not null and ${link.liferayId} is not null)`,
      pending: sql<number>`sum(${waits} and ${link.exchangeId} is not null
        and ${link.liferayId} is not null and ${link.exchangeState} <> 'restored' and (${link.exchangeState} = 'deleted')
        <> (${link.liferayState} in ('deleted', 'missing')))`,
    })
    .from(link)
    .leftJoin(held, eq(held.linkId, link.id))
    .where(eq(link.pairingId, pairingId));
  const row = rows[0];
  return { inStep: row?.both ?? 0, pendingDeletions: row?.pending ?? 0 };
}

/**
 * What the last 24 hours did to the pairing's events, apart from `exceptLinks` (they are about to be counted) and
 * from what a person approved. `deleted` and `changed` count distinct events.
 */
export async function dayCount(
  db: Database,
  pairingId: string,
  sinceMs: number,
  exceptLinks: ReadonlySet<string>,
): Promise<{ readonly deleted: number; readonly changed: Readonly<Record<string, number>> }> {
  const rows = await db
    .select({ linkId: change.linkId, kind: change.kind, fields: change.fields })
    .from(change)
    .where(
      and(
        eq(change.pairingId, pairingId),
        gt(change.at, sinceMs),
        isNotNull(change.fields),
        inArray(change.kind, ['update', 'delete']),
      ),
    );
  const deleted = new Set<string>();
  const changed: Record<string, Set<string>> = {};
  for (const row of rows) {
    if (exceptLinks.has(row.linkId)) continue;
    if (row.kind === 'delete') deleted.add(row.linkId);
    for (const field of JSON.parse(row.fields ?? '[]') as string[]) {
      changed[field] ??= new Set();
      changed[field].add(row.linkId);
    }
  }
  return {
    deleted: deleted.size,
    changed: Object.fromEntries(Object.entries(changed).map(([field, links]) => [field, links.size])),
  };
}

/** How often the service did this to the link's events since `sinceMs`. */
export async function timesDone(
  db: Database,
  linkId: string,
  kind: 'putBack' | 'update',
  sinceMs: number,
): Promise<number> {
  const rows = await db
    .select({ n: count() })
    .from(change)
    .where(and(eq(change.linkId, linkId), eq(change.kind, kind), gt(change.at, sinceMs)));
  return rows[0]?.n ?? 0;
}
