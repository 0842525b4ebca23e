/**
 * How things stand: pairings as their owners see them, and figures of the whole service for its operators.
 * Reads only. Counting leans on the partial index of links that are not clean, so a pairing in step is cheap.
 */

import { and, asc, desc, eq, exists, inArray, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { domain, link, mailbox, pairing, run } from '#drizzle/schema.ts';
import type { Pairing } from '#shared/api.ts';
import { failureKind, isReason, type Reason } from '#shared/reasons.ts';
import { copiesLeft } from './copies.repository.ts';
import type { Database } from './database.ts';
import { isOwnedBy, type Owner } from './mailboxes.repository.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import { firstProblems, titled } from './problems.repository.ts';

/** Pairings that one answer carries; nobody has as many calendars. */
const PAIRING_LIMIT = 200;

export type PairingStatus = Pairing['status'];

/** What decides about a pairing's status. */
export interface Standing {
  readonly state: 'active' | 'paused';
  readonly phase: 'observing' | 'linking' | 'steady';
  readonly preview: boolean;
  readonly removes: 'exchange' | 'liferay' | null;
  readonly reason: string | null;
  readonly mailboxReason: string | null;
  /** A run has ended since the pairing was made. */
  readonly hasRun: boolean;
  readonly hasWork: boolean;
}

/**
 * One status of many true things: what keeps the pairing from going on comes first, since a first
 * synchronisation that stands still must not look like one that advances.
 */
export function statusOf(standing: Standing): PairingStatus {
  const reason = standing.reason ?? standing.mailboxReason;
  if (standing.state === 'paused') return 'paused';
  if (reason !== null) {
    const waitsForAPerson =
      standing.reason === null && isReason(reason) && failureKind(reason) === 'configuration';
    return waitsForAPerson ? 'paused' : 'waiting';
  }
  if (standing.removes !== null) return 'unpairing';
  if (standing.preview) return 'preview';
  if (standing.phase !== 'steady') return standing.hasRun ? 'firstSync' : 'starting';
  return standing.hasWork ? 'working' : 'inStep';
}

/** The owner's pairings, oldest first, at most {@link PAIRING_LIMIT}. */
export async function pairingsOf(db: Database, owner: Owner): Promise<Pairing[]> {
  return await viewsOf(db, await rowsOf(db, isOwnedBy(db, owner)));
}

/** Of one mailbox, oldest first. */
export async function pairingsOfMailbox(db: Database, mailboxId: string): Promise<Pairing[]> {
  return await viewsOf(db, await rowsOf(db, eq(pairing.mailboxId, mailboxId)));
}

/** A part of all pairings, whoever's they are, oldest first; `next` names the last one where there are more. */
export async function everyPairing(
  db: Database,
  after: PageMark | null,
): Promise<{ readonly pairings: Pairing[]; readonly next: string | null }> {
  const later = sql`(${pairing.createdAt}, ${pairing.id}) > (${after?.atMs ?? 0}, ${after?.id ?? ''})`;
  const rows = await rowsOf(db, after === null ? undefined : later);
  const last = rows.length < PAIRING_LIMIT ? undefined : rows.at(-1)?.pairing;
  return {
    pairings: await viewsOf(db, rows),
    next: last === undefined ? null : pageMarkText({ atMs: last.createdAt, id: last.id }),
  };
}

/** Null for a pairing that does not exist and for one of somebody else. */
export async function pairingOf(db: Database, owner: Owner, id: string): Promise<Pairing | null> {
  const [view] = await viewsOf(db, await rowsOf(db, and(isOwnedBy(db, owner), eq(pairing.id, id))));
  return view ?? null;
}

/** What keeps the whole domain from being worked on. */
const OUTAGE = { reason: domain.reason, reasonDetail: domain.reasonDetail };

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

async function rowsOf(db: Database, among: SQL | undefined) {
  return await db
    .select({ pairing, mailbox, domain: { notBefore: domain.notBefore, state: domain.state, ...OUTAGE } })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(among)
    .orderBy(asc(pairing.createdAt), asc(pairing.id))
    .limit(PAIRING_LIMIT);
}

async function viewsOf(db: Database, rows: readonly Row[]): Promise<Pairing[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.pairing.id);
  const mailboxIds = [...new Set(rows.map((row) => row.mailbox.id))];
  const [totals, works, runs, untitled] = await db.batch([
    db
      .select({ pairingId: link.pairingId, count: sql<number>`count(*)` })
      .from(link)
      .where(inArray(link.pairingId, ids))
      .groupBy(link.pairingId),
    db
      .select({ pairingId: link.pairingId, work: link.work, count: sql<number>`count(*)` })
      .from(link)
      .where(and(inArray(link.pairingId, ids), notClean()))
      .groupBy(link.pairingId, link.work),
    lastRuns(db, mailboxIds),
    firstProblems(db, ids),
  ]);
  const problems = await titled(db, untitled);
  const left = await copiesLeft(
    db,
    rows.map((row) => row.pairing),
  );
  return rows.map((row) => {
    const count = (work: string) =>
      works.find((each) => each.pairingId === row.pairing.id && each.work === work)?.count ?? 0;
    return viewOf(row, {
      total: totals.find((each) => each.pairingId === row.pairing.id)?.count ?? 0,
      copiesLeft: left.get(row.pairing.id) ?? 0,
      dirty: count('dirty'),
      parked: count('parked'),
      held: count('held'),
      lastRun: runs.find((each) => each.mailboxId === row.mailbox.id) ?? null,
      problems: problems
        .filter((each) => each.pairingId === row.pairing.id)
        .map(({ pairingId: _, ...each }) => each),
    });
  });
}

interface Counted {
  readonly total: number;
  /** Of a pairing that is being ended. */
  readonly copiesLeft: number;
  readonly dirty: number;
  readonly parked: number;
  readonly held: number;
  readonly lastRun: typeof run.$inferSelect | null;
  readonly problems: Pairing['problems']['first'];
}

function viewOf(row: Row, counted: Counted): Pairing {
  const { lastRun } = counted;
  // The schedule is the mailbox's, which may be older than this pairing.
  const ranAt = row.mailbox.lastRunAt ?? 0;
  const lastRunAt = ranAt >= row.pairing.createdAt ? ranAt : null;
  const status = statusOf({
    state: row.domain.state === 'paused' ? 'paused' : row.pairing.state,
    phase: row.pairing.phase,
    preview: row.pairing.preview,
    removes: row.pairing.removes,
    reason: row.pairing.reason,
    mailboxReason: row.mailbox.reason ?? row.domain.reason,
    hasRun: lastRunAt !== null,
    hasWork: counted.dirty > 0,
  });
  const isPausedByOwner = row.pairing.state === 'paused' && row.pairing.reason === null;
  const stands = status === 'waiting' || (status === 'paused' && !isPausedByOwner);
  const because =
    row.domain.state === 'paused'
      ? { reason: 'pausedByAdministrator' satisfies Reason, reasonDetail: null }
      : ([row.pairing, row.mailbox].find(({ reason }) => reason !== null) ?? row.domain);
  return {
    id: row.pairing.id,
    exchangeCalendarName: row.pairing.folderName,
    liferayCalendarName: row.pairing.calendarName,
    exchangeCalendarId: row.pairing.folderId,
    liferayCalendarId: row.pairing.calendarId,
    mailbox: row.mailbox.address,
    direction: row.pairing.direction,
    policy: row.pairing.policy,
    recycleBin: row.pairing.recycleBin,
    details: row.pairing.details,
    showPrivate: row.pairing.showPrivate,
    participants: row.pairing.participants,
    windowPastDays: row.pairing.windowPastDays,
    windowFutureDays: row.pairing.windowFutureDays,
    preview: row.pairing.preview,
    paused: isPausedByOwner,
    status,
    reason: stands ? because.reason : null,
    reasonDetail: stands ? because.reasonDetail : null,
    progress: progressOf(row.pairing, counted),
    intervalSeconds: row.mailbox.intervalSeconds,
    lastRunAt,
    nextRunAt: Math.max(row.mailbox.nextSyncAt, row.domain.notBefore),
    lastResult:
      lastRun === null
        ? null
        : {
            at: lastRun.endedAt,
            created: lastRun.created,
            updated: lastRun.updated,
            deleted: lastRun.deleted,
            failed: lastRun.failed,
            reason: lastRun.reason,
          },
    problems: { parked: counted.parked, held: counted.held, first: counted.problems },
  };
}

function progressOf({ removes, removeTotal }: Row['pairing'], counted: Counted): Pairing['progress'] {
  return removes === null
    ? { done: counted.total - counted.dirty, total: counted.total }
    : { done: Math.max(0, removeTotal - counted.copiesLeft), total: removeTotal };
}

function lastRuns(db: Database, mailboxIds: readonly string[]) {
  const latest = alias(run, 'latest');
  const latestId = db
    .select({ id: latest.id })
    .from(latest)
    .where(eq(latest.mailboxId, run.mailboxId))
    .orderBy(desc(latest.startedAt), desc(latest.id))
    .limit(1);
  return db
    .select()
    .from(run)
    .where(and(inArray(run.mailboxId, [...mailboxIds]), eq(run.id, sql`(${latestId})`)));
}

/** Spelt as in the index, with no bound value: otherwise SQLite does not see that the partial index serves. */
function notClean() {
  return sql`${link.work} <> 'clean'`;
}

/** Figures of the whole database. */
export interface ServiceFigures {
  readonly mailboxes: number;
  readonly pairings: ReadonlyMap<PairingStatus, number>;
  readonly links: ReadonlyMap<string, number>;
  /** How long the mailbox that has been due longest, and that nobody works on, has waited. */
  readonly dueLagMs: number;
  /** Runs in the history by reason; null: did not fail as a whole. */
  readonly runs: ReadonlyMap<string | null, number>;
}

/** The figures of the whole service for `/metrics`. */
export async function serviceFigures(db: Database, nowMs: number): Promise<ServiceFigures> {
  const waiting = sql`max(${mailbox.nextSyncAt}, ${mailbox.leaseUntil}, ${domain.notBefore})`;
  const active = db
    .select({ id: pairing.id })
    .from(pairing)
    .where(and(eq(pairing.mailboxId, mailbox.id), eq(pairing.state, 'active')));
  const dirty = db
    .select({ id: link.id })
    .from(link)
    .where(and(eq(link.pairingId, pairing.id), notClean(), eq(link.work, 'dirty')));
  const [mailboxes, due, standings, allLinks, openLinks, runs] = await db.batch([
    db.select({ count: sql<number>`count(*)` }).from(mailbox),
    db
      .select({ since: sql<number | null>`min(${waiting})` })
      .from(mailbox)
      .innerJoin(domain, eq(domain.id, mailbox.domainId))
      .where(exists(active)),
    db
      .select({
        state: pairing.state,
        phase: pairing.phase,
        preview: pairing.preview,
        removes: pairing.removes,
        reason: pairing.reason,
        mailboxReason: sql<string | null>`coalesce(${mailbox.reason}, ${domain.reason})`.as('because'),
        hasRun: sql<number>`coalesce(${mailbox.lastRunAt}, 0) >= ${pairing.createdAt}`.as('has_run'),
        hasWork: sql<number>`${exists(dirty)}`.as('has_work'),
        count: sql<number>`count(*)`,
      })
      .from(pairing)
      .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
      .innerJoin(domain, eq(domain.id, mailbox.domainId))
      .groupBy(
        pairing.state,
        pairing.phase,
        pairing.preview,
        pairing.removes,
        pairing.reason,
        sql`because`,
        sql`has_run`,
        sql`has_work`,
      ),
    db.select({ count: sql<number>`count(*)` }).from(link),
    db
      .select({ work: link.work, count: sql<number>`count(*)` })
      .from(link)
      .where(notClean())
      .groupBy(link.work),
    db.select({ reason: run.reason, count: sql<number>`count(*)` }).from(run).groupBy(run.reason),
  ]);
  const pairings = new Map<PairingStatus, number>();
  for (const { count, hasRun, hasWork, ...standing } of standings) {
    const status = statusOf({ ...standing, hasRun: hasRun === 1, hasWork: hasWork === 1 });
    pairings.set(status, (pairings.get(status) ?? 0) + count);
  }
  const links = new Map<string, number>(openLinks.map((row) => [row.work, row.count]));
  const open = openLinks.reduce((sum, row) => sum + row.count, 0);
  return {
    mailboxes: mailboxes[0]?.count ?? 0,
    pairings,
    links: links.set('clean', (allLinks[0]?.count ?? 0) - open),
    dueLagMs: Math.max(0, nowMs - (due[0]?.since ?? nowMs)),
    runs: new Map(runs.map((row) => [row.reason, row.count])),
  };
}
