/** The daily refresh of room lists: which of those that are released are to be read again. */
import { and, eq, exists, lte, min, ne, or, sql } from 'drizzle-orm';
import { domain, roomListMember, siteRelease } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import type { DomainRow } from './sync-rows.ts';

/** A room list that sites have, whose rooms are to be read again. */
export interface DueRoomList {
  readonly domain: DomainRow;
  /** Address of the list, in lower case. */
  readonly list: string;
  /** Whether a room was in it when it was read last. */
  readonly hadRooms: boolean;
}

/**
 * Takes room lists that were not read since `before`, those longest ago first, and counts them as read: of several
 * processes one asks. A domain that is paused is not asked.
 */
export async function claimRoomLists(
  db: Database,
  { nowMs, before, limit }: { readonly nowMs: number; readonly before: number; readonly limit: number },
): Promise<readonly DueRoomList[]> {
  const due = db
    .select({ domainId: siteRelease.domainId, value: siteRelease.value })
    .from(siteRelease)
    .innerJoin(domain, eq(domain.id, siteRelease.domainId))
    .where(
      and(eq(siteRelease.kind, 'roomList'), lte(siteRelease.checkedAt, before), ne(domain.state, 'paused')),
    )
    .groupBy(siteRelease.domainId, siteRelease.value)
    .orderBy(min(siteRelease.checkedAt), siteRelease.domainId, siteRelease.value)
    .limit(limit);
  const claimed = await db
    .update(siteRelease)
    .set({ checkedAt: nowMs })
    .where(
      and(eq(siteRelease.kind, 'roomList'), sql`(${siteRelease.domainId}, ${siteRelease.value}) in ${due}`),
    )
    .returning({ domainId: siteRelease.domainId, list: siteRelease.value });
  if (claimed.length === 0) return [];
  const member = db
    .select({ one: sql`1` })
    .from(roomListMember)
    .where(
      and(eq(roomListMember.domainId, siteRelease.domainId), eq(roomListMember.list, siteRelease.value)),
    );
  const rows = await db
    .selectDistinct({ domain, list: siteRelease.value, hadRooms: sql<number>`${exists(member)}` })
    .from(siteRelease)
    .innerJoin(domain, eq(domain.id, siteRelease.domainId))
    .where(
      and(eq(siteRelease.kind, 'roomList'), or(...claimed.map((each) => isList(each.domainId, each.list)))),
    )
    .orderBy(siteRelease.domainId, siteRelease.value);
  return rows.map((row) => ({ ...row, hadRooms: row.hadRooms === 1 }));
}

/** These stay as they are, and count as read at `checkedAt`. */
export async function postponeRoomLists(
  db: Database,
  lists: readonly DueRoomList[],
  checkedAt: number,
): Promise<void> {
  if (lists.length === 0) return;
  await db
    .update(siteRelease)
    .set({ checkedAt })
    .where(
      and(eq(siteRelease.kind, 'roomList'), or(...lists.map((each) => isList(each.domain.id, each.list)))),
    );
}

function isList(domainId: string, list: string) {
  return and(eq(siteRelease.domainId, domainId), eq(siteRelease.value, list));
}
