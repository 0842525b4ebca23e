/** What a run reads, as plain queries. What it writes is in sync.statements.ts. */
import {
  and,
  asc,
  count,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  notExists,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import {
  change,
  domain,
  exception,
  held,
  intent,
  link,
  linkContent,
  pairing,
  type proposal,
  type run,
} from '#drizzle/schema.ts';
import type { Database } from './database.ts';

export type DomainRow = typeof domain.$inferSelect;
export type PairingRow = typeof pairing.$inferSelect;
export type LinkRow = typeof link.$inferSelect;
export type LinkContentRow = typeof linkContent.$inferSelect;
export type IntentRow = typeof intent.$inferSelect;
/** A row of an event in Liferay beside the one that its link names. */
export type ExceptionRow = typeof exception.$inferSelect;
export type NewLink = typeof link.$inferInsert;
export type NewChange = typeof change.$inferInsert;
export type NewIntent = typeof intent.$inferInsert;
export type NewRun = typeof run.$inferInsert;
export type NewProposal = typeof proposal.$inferInsert;

/** A link with its contents and, if a write of it is unresolved, its intent. */
export interface LinkWithContent {
  readonly link: LinkRow;
  readonly content: LinkContentRow | null;
  readonly intent: IntentRow | null;
  readonly rows: readonly ExceptionRow[];
  /** What a person said to what the mass-change guard held; null: nothing was held or nobody decided. */
  readonly decision: Decision | null;
}
export interface Decision {
  readonly verdict: 'approved' | 'rejected';
  /** The side that was to be written. */
  readonly side: 'exchange' | 'liferay';
}

/** Rows in one multi-row statement: far below SQLite's 32,766 variables. */
export const ROWS_PER_STATEMENT = 500;

export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const out: T[][] = [];
  for (let from = 0; from < list.length; from += size) out.push(list.slice(from, from + size));
  return out;
}

export async function domainById(db: Database, id: string): Promise<DomainRow | null> {
  return (await db.select().from(domain).where(eq(domain.id, id)))[0] ?? null;
}

export async function pairingsOf(
  db: Database,
  mailboxIds: readonly string[],
): Promise<readonly PairingRow[]> {
  return db
    .select()
    .from(pairing)
    .where(inArray(pairing.mailboxId, [...mailboxIds]))
    .orderBy(asc(pairing.createdAt), asc(pairing.id));
}

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

/**
 * New rows in Liferay whose place in an event is not known yet: those that belong to a series there, and all others
 * (`isOfSeries` false). In the order of their series.
 */
export async function unplacedRows(
  db: Database,
  pairingId: string,
  isOfSeries: boolean,
  nowMs: number,
  limit = ALL,
): Promise<readonly LinkRow[]> {
  return db
    .select()
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        UNCLEAN,
        eq(link.work, 'dirty'),
        lte(link.retryAt, nowMs),
        isOfSeries ? isNotNull(link.liferaySeries) : isNull(link.liferaySeries),
        isNull(link.exchangeId),
        eq(link.liferayState, 'present'),
      ),
    )
    .orderBy(asc(link.liferaySeries), asc(link.id))
    .limit(limit);
}

/** No limit, in SQLite's words. */
const ALL = -1;

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

/** `rowsUntil` of a link whose calendar got another zone: its rows may mean something else by now. */
export const ROWS_DOUBTFUL = 0;

/** Events that are divided, or may have been since their calendar got another zone. */
function ofSets(pairingId: string): SQL | undefined {
  const mayBe = or(ne(link.liferayKey, 'series'), eq(link.rowsUntil, ROWS_DOUBTFUL));
  return and(eq(link.pairingId, pairingId), mayBe, isNotNull(link.exchangeId), isNotNull(link.liferayId));
}

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

/** Links that are not clean, in the words of the index `link_work`: a partial index serves no bound value. */
const UNCLEAN = sql`${link.work} <> 'clean'`;

/**
 * - `exchangeHalves`: items without a booking; they are matched first, so that nothing is created twice.
 * - `pairs`: links that have, or had, an item and are no such halves.
 * - `rest`: everything but such halves, so bookings without an item too.
 * - `splitSeries`: bookings without an item that Liferay counts to a series. They come last: when somebody split it,
 *   changed occurrences pass from the earlier half to the later one as the earlier half is worked on, so they wait
 *   while that one waits for another try: Exchange gives back no occurrence that we deleted there.
 */
export type WorkStage = 'exchangeHalves' | 'pairs' | 'rest' | 'splitSeries';

const EXCHANGE_HALF = and(isNull(link.liferayId), eq(link.exchangeState, 'present'));
const REST = or(isNotNull(link.liferayId), ne(link.exchangeState, 'present'));
const OF_A_SERIES = and(isNotNull(link.liferaySeries), isNull(link.exchangeId));
const IN_STAGE: Readonly<Record<WorkStage, (db: Database) => SQL | undefined>> = {
  exchangeHalves: () => EXCHANGE_HALF,
  pairs: () => and(isNotNull(link.exchangeId), REST),
  rest: () => and(REST, or(isNull(link.liferaySeries), isNotNull(link.exchangeId))),
  splitSeries: (db) => and(REST, OF_A_SERIES, notExists(earlierHalves(db))),
};

/** Of a link in a query: the linked events that have a row in its series and are still to be worked on. */
function earlierHalves(db: Database) {
  const earlier = alias(link, 'earlier');
  const rows = db.select({ id: exception.liferayId }).from(exception).where(eq(exception.linkId, earlier.id));
  return db
    .select({ id: earlier.id })
    .from(earlier)
    .where(
      and(
        eq(earlier.pairingId, link.pairingId),
        sql`${earlier.work} <> 'clean'`,
        eq(earlier.work, 'dirty'),
        isNotNull(earlier.exchangeId),
        or(
          eq(earlier.liferayId, link.liferaySeries),
          eq(earlier.liferaySeries, link.liferaySeries),
          inArray(link.liferaySeries, rows),
        ),
      ),
    );
}

function dueWork(db: Database, pairingId: string, stage: WorkStage, nowMs: number): SQL | undefined {
  return and(
    eq(link.pairingId, pairingId),
    UNCLEAN,
    eq(link.work, 'dirty'),
    lte(link.retryAt, nowMs),
    IN_STAGE[stage](db),
  );
}

/** Whether items without a booking wait for another try: which bookings are theirs is not known before. */
export async function itemsWait(db: Database, pairingId: string): Promise<boolean> {
  const rows = await db
    .select({ id: link.id })
    .from(link)
    .where(and(eq(link.pairingId, pairingId), UNCLEAN, eq(link.work, 'dirty'), EXCHANGE_HALF))
    .limit(1);
  return rows.length > 0;
}

export async function dueLinks(
  db: Database,
  pairingId: string,
  stage: WorkStage,
  nowMs: number,
  limit: number,
): Promise<readonly LinkWithContent[]> {
  return linksWhere(db, dueWork(db, pairingId, stage, nowMs), limit);
}

async function linksWhere(
  db: Database,
  where: SQL | undefined,
  limit: number,
): Promise<readonly LinkWithContent[]> {
  const found = await db
    .select({ link, content: linkContent, intent, verdict: held.decision, side: held.side })
    .from(link)
    .leftJoin(linkContent, eq(linkContent.linkId, link.id))
    .leftJoin(intent, eq(intent.linkId, link.id))
    .leftJoin(held, eq(held.linkId, link.id))
    .where(where)
    .orderBy(asc(link.retryAt), asc(link.id))
    .limit(limit);
  const others = await exceptionsOf(
    db,
    found.map((row) => row.link.id),
  );
  return found.map(({ verdict, side, ...row }) => ({
    ...row,
    rows: others.filter(({ linkId }) => linkId === row.link.id),
    decision: side === null || verdict === null || verdict === 'waiting' ? null : { verdict, side },
  }));
}

/** Those of `pairingIds` that have links due. */
export async function pairingsWithWork(
  db: Database,
  pairingIds: readonly string[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectDistinct({ id: link.pairingId })
    .from(link)
    .where(
      and(
        inArray(link.pairingId, [...pairingIds]),
        eq(link.work, 'dirty'),
        lte(link.retryAt, nowMs),
        UNCLEAN,
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

/** Bookings that only Liferay has and whose UID is not known yet. */
export async function unidentifiedBookings(
  db: Database,
  pairingId: string,
  limit: number,
): Promise<readonly LinkRow[]> {
  return db
    .select()
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        UNCLEAN,
        eq(link.work, 'dirty'),
        eq(link.exchangeState, 'none'),
        eq(link.liferayState, 'present'),
        isNull(link.liferayUid),
      ),
    )
    .limit(limit);
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

export async function openIntents(db: Database, pairingId: string): Promise<readonly IntentRow[]> {
  return db.select().from(intent).where(eq(intent.pairingId, pairingId));
}

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

export async function linkWithContent(db: Database, id: string): Promise<LinkWithContent | null> {
  return (await linksWhere(db, eq(link.id, id), 1))[0] ?? null;
}

export interface PairingCounts {
  /** Links with both sides: the size that the mass-change guard measures against. */
  readonly inStep: number;
  /**
   * Links of which one side is gone and the other would have to follow: those that are to be planned or done, and
   * those that were held since `sinceMs` and nobody decided on. What a person approved does not count.
   */
  readonly pendingDeletions: number;
}

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
        and ${link.liferayId} is not null and (${link.exchangeState} = 'deleted')
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

/** Events whose rows in Liferay end soon after the window does, of pairings that may have moved on, by pairing. */
export async function endingRows(
  db: Database,
  pairingIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .select({ id: link.id, pairingId: link.pairingId })
    .from(link)
    .innerJoin(pairing, eq(pairing.id, link.pairingId))
    .where(
      and(
        inArray(link.pairingId, [...pairingIds]),
        // In the words of the index `link_rows_until`.
        sql`${link.rowsUntil} is not null`,
        eq(link.work, 'clean'),
        lt(link.rowsUntil, sql`${nowMs} + ${pairing.windowFutureDays} * ${DAY_MS}`),
      ),
    )
    .limit(ROWS_PER_STATEMENT);
  return byPairing(rows);
}

function byPairing(
  rows: readonly { readonly id: string; readonly pairingId: string }[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const row of rows) found.set(row.pairingId, [...(found.get(row.pairingId) ?? []), row.id]);
  return found;
}

const DAY_MS = 86_400_000;

/**
 * Items that the passage of time has moved over an edge of their pairing's window, by pairing: into it, or, as long as
 * their copy is only proposed, out of it.
 */
export async function crossedWindows(
  db: Database,
  pairingIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const fromMs = sql`${nowMs} - ${pairing.windowPastDays} * ${DAY_MS}`;
  const rows = await db
    .select({ id: link.id, pairingId: link.pairingId })
    .from(link)
    .innerJoin(pairing, eq(pairing.id, link.pairingId))
    .where(
      and(
        inArray(link.pairingId, [...pairingIds]),
        UNCLEAN,
        inArray(link.work, ['outside', 'proposed']),
        or(
          and(
            eq(link.work, 'outside'),
            lt(link.firstAt, sql`${nowMs} + ${pairing.windowFutureDays} * ${DAY_MS}`),
            or(isNull(link.lastAt), gt(link.lastAt, fromMs)),
          ),
          and(eq(link.work, 'proposed'), EXCHANGE_HALF, lte(link.lastAt, fromMs)),
        ),
      ),
    )
    .limit(ROWS_PER_STATEMENT);
  return byPairing(rows);
}
