/** Items that were set aside: the first of several pairings, all of one by pages, and another try for one of them. */
import { and, asc, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import { ambiguity, change, intent, link, linkContent } from '#drizzle/schema.ts';
import type { Problem, Problems } from '#shared/api.ts';
import type { Database } from './database.ts';
import { wake } from './mailboxes.repository.ts';
import { type Act, auditRow, nextRunAt, type OwnedPairing, PLANNED_AGAIN } from './pairings.repository.ts';
import { shownTitle } from './shown-title.ts';

/** Items set aside that a pairing shows; the counts say how many there are. */
export const PROBLEM_LIMIT = 20;
/** Items in one part of the whole list. */
export const PROBLEM_PAGE = 200;

/** The first {@link PROBLEM_LIMIT} of each pairing, as a statement; see {@link titled} for those without a title. */
export function firstProblems(db: Database, pairingIds: readonly string[]) {
  return parkedItems(db, pairingIds, '', PROBLEM_LIMIT);
}

/** @param after link id of the last item of the part before; null for the first part */
export async function problemsOf(db: Database, owned: OwnedPairing, after: string | null): Promise<Problems> {
  const rows = await parkedItems(db, [owned.id], after ?? '', PROBLEM_PAGE + 1);
  const page = rows.slice(0, PROBLEM_PAGE);
  const problems = (await titled(db, page)).map(({ pairingId: _, ...problem }) => problem);
  return { problems, next: rows.length > PROBLEM_PAGE ? (page.at(-1)?.linkId ?? null) : null };
}

/** With the title that was agreed last or that was to be created, and when the history says that it was set aside. */
function parkedItems(db: Database, pairingIds: readonly string[], after: string, limit: number) {
  const ranked = db
    .select({
      id: link.id,
      pairingId: link.pairingId,
      reason: sql<string>`coalesce(${link.reason}, 'itemRefused')`.as('shown_reason'),
      reasonDetail: link.reasonDetail,
      rank: sql<number>`row_number() over (partition by ${link.pairingId} order by ${link.id})`.as('rank'),
    })
    .from(link)
    .where(
      and(
        inArray(link.pairingId, [...pairingIds]),
        // In the words of the partial index, which serves no bound value.
        sql`${link.work} <> 'clean'`,
        eq(link.work, 'parked'),
        gt(link.id, after),
      ),
    )
    .as('ranked');
  return db
    .select({
      pairingId: ranked.pairingId,
      linkId: ranked.id,
      title: shownTitle(sql`coalesce(${linkContent.base}, ${intent.base})`),
      reason: ranked.reason,
      detail: ranked.reasonDetail,
      since: sql<number | null>`(select max(${change.at}) from ${change}
        where ${change.linkId} = ${ranked.id} and ${change.kind} = 'parked')`,
    })
    .from(ranked)
    .leftJoin(linkContent, eq(linkContent.linkId, ranked.id))
    .leftJoin(intent, eq(intent.linkId, ranked.id))
    .where(lte(ranked.rank, limit))
    .orderBy(asc(ranked.pairingId), asc(ranked.rank));
}

/** Items that never were agreed on get the title by which the history named them when they were set aside. */
export async function titled<P extends Problem & { readonly pairingId: string }>(
  db: Database,
  problems: readonly P[],
): Promise<P[]> {
  const untitled = problems.filter((each) => each.title === null);
  if (untitled.length === 0) return [...problems];
  const rows = await db
    .select({ linkId: change.linkId, title: change.title })
    .from(change)
    .where(
      and(
        inArray(change.pairingId, [...new Set(untitled.map((each) => each.pairingId))]),
        eq(change.kind, 'parked'),
        inArray(
          change.linkId,
          untitled.map((each) => each.linkId),
        ),
      ),
    )
    .orderBy(asc(change.at));
  const titles = new Map(rows.map((row) => [row.linkId, row.title]));
  return problems.map((each) => ({ ...each, title: each.title ?? titles.get(each.linkId) ?? null }));
}

/**
 * Takes an item that was set aside up again.
 * @returns when the next run can be, epoch ms; null if the pairing has no such item set aside
 */
export async function retryParked(
  db: Database,
  owned: OwnedPairing,
  linkId: string,
  act: Act,
): Promise<number | null> {
  const isParked = and(eq(link.id, linkId), eq(link.pairingId, owned.id), eq(link.work, 'parked'));
  const parked = await db.select({ id: link.id }).from(link).where(isParked);
  if (parked.length === 0) return null;
  const [woken] = await db.batch([
    wake(db, owned.mailboxId, act.atMs),
    db.update(link).set(PLANNED_AGAIN).where(isParked),
    // What was decided about it is asked anew.
    ...(owned.preview ? [] : [db.delete(ambiguity).where(eq(ambiguity.linkId, linkId))]),
    auditRow(db, act, 'link.retry', `${owned.id}/${linkId}`),
  ]);
  return nextRunAt(woken, act);
}
