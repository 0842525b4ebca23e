/**
 * What people do with pairings: create, look up, change, delete, ask for a run, retry an item, read the history.
 * Every look-up takes the owner; the changes take what such a look-up found. Each change is one batch together
 * with its audit row. What a pairing looks like from outside is status.repository.ts.
 */
import { and, desc, eq, inArray, ne, or, sql } from 'drizzle-orm';
import type { InferOutput } from 'valibot';
import { audit, change, link, mailbox, pairing } from '#drizzle/schema.ts';
import type { Direction, History } from '#shared/api.ts';
import type { Database } from './database.ts';
import { uniqueViolationOf } from './database-error.ts';
import {
  addOrWakeMailbox,
  fenceOff,
  isOwnedBy,
  mailboxIdOf,
  type NewMailbox,
  type Owner,
  removeMailboxWithoutPairings,
  wake,
} from './mailboxes.repository.ts';

/** Newest entries of the history that one answer carries. */
export const HISTORY_LIMIT = 200;

/** Who did it and when; `id` is the new audit row's. */
export interface Act {
  readonly id: string;
  readonly atMs: number;
  readonly userId: string;
}

export interface NewPairingRow {
  readonly id: string;
  readonly folder: { readonly id: string; readonly name: string };
  readonly calendar: { readonly id: string; readonly name: string; readonly zone: string };
  readonly direction: Direction;
  readonly windowPastDays: number;
  readonly windowFutureDays: number;
}

/** A pairing that was found to be the owner's. */
export interface OwnedPairing {
  readonly id: string;
  readonly mailboxId: string;
  readonly address: string;
  readonly folderId: string;
  readonly direction: Direction;
}

/** `calendarTaken`, `folderTaken`: another pairing has it; nothing was written. */
export type PairingOutcome = 'done' | 'calendarTaken' | 'folderTaken';

/** Creates the pairing, and the owner's mailbox where it is not there yet. It is due at once. */
export async function createPairing(
  db: Database,
  box: NewMailbox,
  row: NewPairingRow,
  act: Act,
): Promise<PairingOutcome> {
  return await unlessTaken(
    db.batch([
      addOrWakeMailbox(db, box, act.atMs),
      db.insert(pairing).values({
        id: row.id,
        mailboxId: mailboxIdOf(db, box.owner, box.address),
        folderId: row.folder.id,
        folderName: row.folder.name,
        calendarId: row.calendar.id,
        calendarName: row.calendar.name,
        calendarZone: row.calendar.zone,
        direction: row.direction,
        windowPastDays: row.windowPastDays,
        windowFutureDays: row.windowFutureDays,
        userId: box.owner.userId,
        createdAt: act.atMs,
      }),
      auditRow(db, act, 'pairing.create', row.id),
    ]),
  );
}

/** Null for a pairing that does not exist and for one of somebody else: nobody can tell which. */
export async function findOwned(db: Database, owner: Owner, id: string): Promise<OwnedPairing | null> {
  const rows = await db
    .select({
      id: pairing.id,
      mailboxId: pairing.mailboxId,
      address: mailbox.address,
      folderId: pairing.folderId,
      direction: pairing.direction,
    })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(and(eq(pairing.id, id), isOwnedBy(owner)));
  return rows[0] ?? null;
}

/**
 * Changes the direction. What was decided under the old one is decided anew: rows that were left alone or parked
 * because the pairing was read-only are planned again, every row is read again, and the pairing observes both
 * sides whole before it writes, as after any loss of state (no deletion, no mail).
 */
export async function changeDirection(
  db: Database,
  owned: OwnedPairing,
  direction: Direction,
  act: Act,
): Promise<PairingOutcome> {
  const decidedByDirection = or(
    eq(link.work, 'liferayOnly'),
    and(eq(link.work, 'parked'), eq(link.reason, 'readOnlyCopyChanged')),
  );
  return await unlessTaken(
    db.batch([
      db
        .update(pairing)
        .set({ direction, digest: null, phase: 'observing' })
        .where(and(eq(pairing.id, owned.id), ne(pairing.direction, direction))),
      db
        .update(link)
        .set(PLANNED_AGAIN)
        .where(and(eq(link.pairingId, owned.id), decidedByDirection)),
      fenceOff(db, owned.mailboxId),
      wake(db, owned.mailboxId, act.atMs),
      auditRow(db, act, `pairing.direction.${direction}`, owned.id),
    ]),
  );
}

/** Forgets the pairing, and its mailbox if that was the last one. The events stay where they are, on both sides. */
export async function deletePairing(db: Database, owned: OwnedPairing, act: Act): Promise<void> {
  await db.batch([
    db.delete(pairing).where(eq(pairing.id, owned.id)),
    removeMailboxWithoutPairings(db, owned.mailboxId),
    fenceOff(db, owned.mailboxId),
    auditRow(db, act, 'pairing.delete', owned.id),
  ]);
}

/**
 * Makes the pairing's mailbox due, and lets a paused pairing try again; its reason stays until a run succeeds.
 * @returns when the next run can be, epoch ms
 */
export async function requestRun(db: Database, owned: OwnedPairing, act: Act): Promise<number> {
  const [woken] = await db.batch([
    wake(db, owned.mailboxId, act.atMs),
    db.update(pairing).set({ state: 'active' }).where(eq(pairing.id, owned.id)),
    auditRow(db, act, 'pairing.sync', owned.id),
  ]);
  return nextRunAt(woken, act);
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
    auditRow(db, act, 'link.retry', `${owned.id}/${linkId}`),
  ]);
  return nextRunAt(woken, act);
}

/** The newest entries first, at most {@link HISTORY_LIMIT}. */
export async function historyOf(
  db: Database,
  owned: OwnedPairing,
): Promise<InferOutput<typeof History>['entries']> {
  return await db
    .select({ at: change.at, side: change.side, kind: change.kind, title: change.title })
    .from(change)
    .where(eq(change.pairingId, owned.id))
    .orderBy(desc(change.at), desc(change.id))
    .limit(HISTORY_LIMIT);
}

/** Calendar id → the pairing that it is in, whoever made that. */
export async function pairingsByCalendar(
  db: Database,
  calendarIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (calendarIds.length === 0) return new Map();
  const rows = await db
    .select({ calendarId: pairing.calendarId, id: pairing.id })
    .from(pairing)
    .where(inArray(pairing.calendarId, [...calendarIds]));
  return new Map(rows.map((row) => [row.calendarId, row.id]));
}

/** Folder id → the pairing that it is in; of several, the one that goes both ways, else the oldest. */
export async function pairingsByFolder(
  db: Database,
  folderIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (folderIds.length === 0) return new Map();
  const rows = await db
    .select({ folderId: pairing.folderId, id: pairing.id })
    .from(pairing)
    .where(inArray(pairing.folderId, [...folderIds]))
    // A map keeps what comes last; `both` stands before `toLiferay` in the alphabet.
    .orderBy(desc(pairing.direction), desc(pairing.createdAt));
  return new Map(rows.map((row) => [row.folderId, row.id]));
}

/** Remembers an act that changed nothing here, such as a calendar made in the portal. */
export async function recordAct(db: Database, act: Act, action: string, subject: string): Promise<void> {
  await auditRow(db, act, action, subject);
}

/** Each side that has the event is read again first: what was seen when it was set aside may be old. */
const PLANNED_AGAIN = {
  work: 'dirty',
  exchangeDirty: sql`${link.exchangeId} is not null`,
  liferayDirty: sql`${link.liferayId} is not null`,
  attempts: 0,
  retryAt: 0,
  echoes: 0,
  reason: null,
  reasonDetail: null,
} as const;

function auditRow(db: Database, act: Act, action: string, subject: string) {
  return db.insert(audit).values({ id: act.id, at: act.atMs, userId: act.userId, action, subject });
}

function nextRunAt(woken: readonly { nextSyncAt: number; notBefore: number }[], act: Act): number {
  return Math.max(act.atMs, ...woken.map((row) => Math.max(row.nextSyncAt, row.notBefore)));
}

/** The constraints decide, not a look beforehand: two requests at the same moment would both find it free. */
async function unlessTaken(writes: Promise<unknown>): Promise<PairingOutcome> {
  try {
    await writes;
    return 'done';
  } catch (error) {
    const columns = uniqueViolationOf(error) ?? [];
    if (columns.includes('pairing.calendar_id')) return 'calendarTaken';
    if (columns.includes('pairing.folder_id')) return 'folderTaken';
    throw error;
  }
}
