/** What is to be worked on next: links that are due, rows without a place, events that time makes due again. */
import {
  and,
  asc,
  eq,
  exists,
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
import { exception, link, linkContent, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { linksWhere } from './links.repository.ts';
import { ALL, type LinkRow, type LinkWithContent, ROWS_PER_STATEMENT } from './sync-rows.ts';

/** Links that are not clean, in the words of the index `link_work`: a partial index serves no bound value. */
const UNCLEAN = sql`${link.work} <> 'clean'`;

/**
 * - `exchangeHalves`: items without a booking; they are matched first, so that nothing is created twice.
 * - `pairs`: links that have, or had, an item and are no such halves.
 * - `rest`: everything but such halves, so bookings without an item too. These come last: one may be that of an item
 *   whose booking is gone.
 * - `splitSeries`: bookings that Liferay counts to a series, as long as they and an item agree on nothing. They come last:
 *   when somebody split it, changed occurrences pass from the earlier half to the later one as the earlier half is worked
 *   on, so they wait while that one waits for another try: Exchange gives back no occurrence that we deleted there.
 */
export type WorkStage = 'exchangeHalves' | 'pairs' | 'rest' | 'splitSeries';

const EXCHANGE_HALF = and(isNull(link.liferayId), eq(link.exchangeState, 'present'));
const REST = or(isNotNull(link.liferayId), ne(link.exchangeState, 'present'));
const OF_A_SERIES = and(
  isNotNull(link.liferaySeries),
  or(isNull(link.exchangeId), isNull(linkContent.linkId)),
);
const BY_ITSELF = or(
  isNull(link.liferaySeries),
  and(isNotNull(link.exchangeId), isNotNull(linkContent.linkId)),
);
const IN_STAGE: Readonly<Record<WorkStage, (db: Database) => SQL | undefined>> = {
  exchangeHalves: () => EXCHANGE_HALF,
  pairs: () => and(isNotNull(link.exchangeId), REST, BY_ITSELF),
  rest: () => and(REST, BY_ITSELF),
  splitSeries: (db) => and(REST, OF_A_SERIES, notExists(earlierHalves(db))),
};

/** Of a link in a query: the linked events that have a row in its series and are still to be worked on. */
function earlierHalves(db: Database) {
  const earlier = alias(link, 'earlier');
  const rows = db.select({ id: exception.liferayId }).from(exception).where(eq(exception.linkId, earlier.id));
  const content = db.select().from(linkContent).where(eq(linkContent.linkId, earlier.id));
  return db
    .select({ id: earlier.id })
    .from(earlier)
    .where(
      and(
        eq(earlier.pairingId, link.pairingId),
        sql`${earlier.work} <> 'clean'`,
        eq(earlier.work, 'dirty'),
        isNotNull(earlier.exchangeId),
        // Of two later halves neither waits for the other.
        or(isNull(earlier.liferaySeries), exists(content)),
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

/** Links of this stage that are dirty and whose wait is over, at most `limit`. */
export async function dueLinks(
  db: Database,
  pairingId: string,
  stage: WorkStage,
  nowMs: number,
  limit: number,
): Promise<readonly LinkWithContent[]> {
  const first = stage === 'rest' ? [asc(isNull(link.exchangeId))] : [];
  return linksWhere(db, dueWork(db, pairingId, stage, nowMs), limit, first);
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

/**
 * Whether events that are still to be worked on have rows beside their own: any of these may turn out to be an event by
 * itself.
 */
export async function furtherRowsWait(db: Database, pairingId: string): Promise<boolean> {
  const rows = db
    .select({ id: exception.id })
    .from(exception)
    .where(and(eq(exception.linkId, link.id), isNotNull(exception.seen)));
  const waiting = await db
    .select({ id: link.id })
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        UNCLEAN,
        eq(link.work, 'dirty'),
        isNotNull(link.exchangeId),
        exists(rows),
      ),
    )
    .limit(1);
  return waiting.length > 0;
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

/** Of a link in a query: the links of its series that are due, whatever they stand for. */
function dueOfSeries(db: Database, nowMs: number) {
  const due = alias(link, 'due');
  const rows = db.select({ id: exception.liferayId }).from(exception).where(eq(exception.linkId, due.id));
  return db
    .select({ id: due.id })
    .from(due)
    .where(
      and(
        eq(due.pairingId, link.pairingId),
        sql`${due.work} <> 'clean'`,
        eq(due.work, 'dirty'),
        lte(due.retryAt, nowMs),
        or(
          eq(due.liferayId, link.liferaySeries),
          eq(due.liferaySeries, link.liferaySeries),
          inArray(link.liferaySeries, rows),
        ),
      ),
    );
}

/**
 * New rows in Liferay whose place in an event is not known yet: those that belong to a series there, and all others
 * (`isOfSeries` false). In the order of their series. Those of a series that is due itself are there also when they
 * wait for another try or are set aside.
 */
export async function unplacedRows(
  db: Database,
  pairingId: string,
  isOfSeries: boolean,
  nowMs: number,
  limit = ALL,
): Promise<readonly LinkRow[]> {
  const isDue = and(eq(link.work, 'dirty'), lte(link.retryAt, nowMs));
  const waits = and(inArray(link.work, ['dirty', 'parked']), exists(dueOfSeries(db, nowMs)));
  return db
    .select()
    .from(link)
    .where(
      and(
        eq(link.pairingId, pairingId),
        UNCLEAN,
        isOfSeries ? or(isDue, waits) : isDue,
        isOfSeries ? isNotNull(link.liferaySeries) : isNull(link.liferaySeries),
        isNull(link.exchangeId),
        eq(link.liferayState, 'present'),
      ),
    )
    .orderBy(asc(link.liferaySeries), asc(link.id))
    .limit(limit);
}

/** Bookings that only Liferay has and that nothing was decided about yet. */
export async function newBookings(
  db: Database,
  pairingId: string,
  limit: number,
  more?: SQL,
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
        more,
      ),
    )
    .limit(limit);
}

/** Those of them whose UID is not known yet. */
export async function unidentifiedBookings(
  db: Database,
  pairingId: string,
  limit: number,
): Promise<readonly LinkRow[]> {
  return newBookings(db, pairingId, limit, isNull(link.liferayUid));
}

const DAY_MS = 86_400_000;

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

function byPairing(
  rows: readonly { readonly id: string; readonly pairingId: string }[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const row of rows) found.set(row.pairingId, [...(found.get(row.pairingId) ?? []), row.id]);
  return found;
}
