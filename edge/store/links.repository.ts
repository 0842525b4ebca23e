/** Links with what belongs to them, found by the items, the bookings and the series that they stand for. */
import { and, asc, eq, inArray, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { ambiguity, exception, held, intent, link, linkContent, undo } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import {
  ALL,
  chunks,
  type ExceptionRow,
  type IntentRow,
  type LinkRow,
  type LinkWithContent,
  ROWS_DOUBTFUL,
  ROWS_PER_STATEMENT,
} from './sync-rows.ts';

/** The known items among `exchangeIds`, by id. */
export async function knownItems(
  db: Database,
  pairingId: string,
  exchangeIds: readonly string[],
): Promise<ReadonlyMap<string, LinkRow>> {
  const known = new Map<string, LinkRow>();
  for (const ids of chunks(exchangeIds, ROWS_PER_STATEMENT)) {
    const rows = await db
      .select()
      .from(link)
      .where(and(eq(link.pairingId, pairingId), inArray(link.exchangeId, [...ids])));
    for (const row of rows) if (row.exchangeId !== null) known.set(row.exchangeId, row);
  }
  return known;
}

/** Every link of the pairing that has a Liferay row, by that row's id. */
export async function knownBookings(db: Database, pairingId: string): Promise<ReadonlyMap<string, LinkRow>> {
  const rows = await db
    .select()
    .from(link)
    .where(and(eq(link.pairingId, pairingId), isNotNull(link.liferayId)));
  return new Map(rows.flatMap((row) => (row.liferayId === null ? [] : [[row.liferayId, row] as const])));
}

/** Every further row of the pairing's events, by that row's id. */
export async function knownExceptions(
  db: Database,
  pairingId: string,
): Promise<ReadonlyMap<string, ExceptionRow>> {
  const rows = await db.select().from(exception).where(eq(exception.pairingId, pairingId));
  return new Map(rows.map((row) => [row.liferayId, row]));
}

/** The further rows of these links. */
export async function exceptionsOf(
  db: Database,
  linkIds: readonly string[],
): Promise<readonly ExceptionRow[]> {
  const found: ExceptionRow[] = [];
  for (const ids of chunks(linkIds, ROWS_PER_STATEMENT)) {
    found.push(
      ...(await db
        .select()
        .from(exception)
        .where(inArray(exception.linkId, [...ids]))
        .orderBy(asc(exception.key))),
    );
  }
  return found;
}

/** The links that have a row in the series of Liferay that `seriesId` names. */
export async function linksOfSeries(
  db: Database,
  pairingId: string,
  seriesId: string,
): Promise<readonly LinkWithContent[]> {
  const rows = await db
    .select({ linkId: exception.linkId })
    .from(exception)
    .where(and(eq(exception.pairingId, pairingId), eq(exception.liferayId, seriesId)));
  return linksWhere(
    db,
    and(
      eq(link.pairingId, pairingId),
      or(
        eq(link.liferayId, seriesId),
        eq(link.liferaySeries, seriesId),
        inArray(
          link.id,
          rows.map(({ linkId }) => linkId),
        ),
      ),
    ),
    ALL,
  );
}

/** Sets that are looked at together: far more than a calendar has. */
const SETS_TOGETHER = 500;

/** Events that are divided, or may have been since their calendar got another zone. */
function ofSets(pairingId: string): SQL | undefined {
  const mayBe = or(ne(link.liferayKey, 'series'), eq(link.rowsUntil, ROWS_DOUBTFUL));
  return and(eq(link.pairingId, pairingId), mayBe, isNotNull(link.exchangeId), isNotNull(link.liferayId));
}

/** Whether any event of the pairing stands in Liferay as a set of rows, or may. */
export async function hasSets(db: Database, pairingId: string): Promise<boolean> {
  return (await db.select({ id: link.id }).from(link).where(ofSets(pairingId)).limit(1)).length > 0;
}

/** The links whose events stand in Liferay as sets of rows, or may. */
export async function linksOfSets(db: Database, pairingId: string): Promise<readonly LinkWithContent[]> {
  return linksWhere(db, ofSets(pairingId), SETS_TOGETHER);
}

/** Those of `seriesIds`, series of Liferay, in which links other than this one have their row. */
export async function sharedSeries(
  db: Database,
  pairingId: string,
  seriesIds: readonly string[],
  linkId: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectDistinct({ id: link.liferaySeries })
    .from(link)
    .where(
      and(eq(link.pairingId, pairingId), inArray(link.liferaySeries, [...seriesIds]), ne(link.id, linkId)),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}

/** Links that could be the other half of items with these UIDs or these times. */
export async function bookingHalves(
  db: Database,
  pairingId: string,
  uids: readonly string[],
  firstAts: readonly number[],
): Promise<readonly LinkRow[]> {
  return db
    .select()
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        // In the words of the index `link_half_start`.
        sql`${link.exchangeState} = 'none'`,
        eq(link.liferayState, 'present'),
        or(inArray(link.liferayUid, [...uids]), inArray(link.firstAt, [...firstAts])),
      ),
    );
}

/**
 * Links whose item is gone, or not met again, or may be gone (it has to be read), and that one of these UIDs or stamps
 * names: the item came back under a new id. By stamp also those without an item.
 */
export async function lostItems(
  db: Database,
  pairingId: string,
  uids: readonly string[],
  stamps: readonly string[],
): Promise<readonly LinkRow[]> {
  return db
    .select()
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        or(inArray(link.exchangeUid, [...uids]), inArray(link.id, [...stamps])),
        ne(link.work, 'liferayOnly'),
        or(
          inArray(link.exchangeState, ['none', 'deleted', 'unseen']),
          and(eq(link.exchangeState, 'present'), link.exchangeDirty, isNotNull(link.liferayId)),
        ),
      ),
    );
}

/** UIDs of bookings in use in the pairing, among `uids`. */
export async function usedBookingUids(
  db: Database,
  pairingId: string,
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const part of chunks(uids, ROWS_PER_STATEMENT)) {
    const rows = await db
      .select({ uid: link.liferayUid })
      .from(link)
      .where(and(eq(link.pairingId, pairingId), inArray(link.liferayUid, [...part])));
    const others = await db
      .select({ uid: exception.liferayUid })
      .from(exception)
      .where(and(eq(exception.pairingId, pairingId), inArray(exception.liferayUid, [...part])));
    for (const { uid } of [...rows, ...others]) if (uid !== null) used.add(uid);
  }
  return used;
}

/** Writes of the pairing that were announced and of which nobody knows yet what came of them. */
export async function openIntents(db: Database, pairingId: string): Promise<readonly IntentRow[]> {
  return db.select().from(intent).where(eq(intent.pairingId, pairingId));
}

/** Links about which a person decided when they matched several. */
export async function decidedLinks(db: Database, pairingId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ id: ambiguity.linkId })
    .from(ambiguity)
    .where(and(eq(ambiguity.pairingId, pairingId), isNotNull(ambiguity.choice)));
  return new Set(rows.map(({ id }) => id));
}

/** Null if it is gone. */
export async function linkById(db: Database, id: string): Promise<LinkRow | null> {
  return (await db.select().from(link).where(eq(link.id, id)))[0] ?? null;
}

/** The link of an item or a booking. Ids of the two sides do not meet: one is base64, the other a number. */
export async function linkOfItem(db: Database, pairingId: string, remoteId: string): Promise<LinkRow | null> {
  const rows = await db
    .select()
    .from(link)
    .where(
      and(eq(link.pairingId, pairingId), or(eq(link.exchangeId, remoteId), eq(link.liferayId, remoteId))),
    );
  return rows[0] ?? null;
}

/** The link and what belongs to it; null if it is gone. */
export async function linkWithContent(db: Database, id: string): Promise<LinkWithContent | null> {
  return (await linksWhere(db, eq(link.id, id), 1))[0] ?? null;
}

/** The links that `where` names, with what belongs to them, `first` of all and then in the order in which they are due. */
export async function linksWhere(
  db: Database,
  where: SQL | undefined,
  limit: number,
  first: readonly SQL[] = [],
): Promise<readonly LinkWithContent[]> {
  const found = await db
    .select({
      ...{ link, content: linkContent, intent, verdict: held.decision, side: held.side, undo },
      ...{ chose: ambiguity.choice, chosenId: ambiguity.chosenId },
    })
    .from(link)
    .leftJoin(linkContent, eq(linkContent.linkId, link.id))
    .leftJoin(intent, eq(intent.linkId, link.id))
    .leftJoin(held, eq(held.linkId, link.id))
    .leftJoin(undo, eq(undo.linkId, link.id))
    .leftJoin(ambiguity, eq(ambiguity.linkId, link.id))
    .where(where)
    .orderBy(...first, asc(link.retryAt), asc(link.id))
    .limit(limit);
  const others = await exceptionsOf(
    db,
    found.map((row) => row.link.id),
  );
  return found.map(({ verdict, side, chose, chosenId, ...row }) => ({
    ...row,
    rows: others.filter(({ linkId }) => linkId === row.link.id),
    decision: side === null || verdict === null || verdict === 'waiting' ? null : { verdict, side },
    choice: chose === null ? null : { choice: chose, chosenId },
  }));
}
