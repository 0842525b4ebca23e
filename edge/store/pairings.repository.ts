/**
 * What people do with pairings: create, start, look up, change, delete, ask for a run. Every look-up takes the owner; the
 * changes, here and in problems, held and history.repository.ts, take what such a look-up found. Each change is one
 * batch together with its audit row. What a pairing looks like from outside is status.repository.ts.
 */
import { and, desc, eq, exists, inArray, isNotNull, isNull, ne, notInArray, or, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { ambiguity, audit, domain, link, mailbox, pairing, proposal } from '#drizzle/schema.ts';
import type { Details, Direction, Policy } from '#shared/api.ts';
import { isAmbiguous } from './ambiguities.repository.ts';
import { endingFor } from './copies.repository.ts';
import type { Database } from './database.ts';
import { uniqueViolationOf } from './database-error.ts';
import { endQuietOf, markShownOtherwise, quieten } from './links.statements.ts';
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
import { STANDING } from './standing-reasons.ts';

/** Who did it and when; `id` is the new audit row's. */
export interface Act {
  readonly id: string;
  readonly atMs: number;
  readonly userId: string;
}

/** The user id of acts by the service key, and of pairings that were made so; Liferay's users have numbers. */
export const SERVICE_ACTOR = 'service-key';

/** What the owner decides about a pairing. */
export interface PairingSettings {
  readonly direction: Direction;
  readonly policy: Policy;
  readonly recycleBin: boolean;
  readonly details: Details;
  readonly showPrivate: boolean;
  readonly participants: boolean;
  readonly windowPastDays: number;
  readonly windowFutureDays: number;
}

/** Settings that are left out are those of the table. */
export interface NewPairingRow extends Partial<PairingSettings> {
  readonly id: string;
  readonly folder: { readonly id: string; readonly name: string };
  readonly calendar: { readonly id: string; readonly name: string; readonly zone: string };
  readonly direction: Direction;
  /** Nothing is written to either side before {@link startPairing}. */
  readonly preview?: boolean;
}

/** A pairing that was found to be the owner's. */
export interface OwnedPairing extends PairingSettings {
  readonly id: string;
  readonly mailboxId: string;
  readonly address: string;
  readonly folderId: string;
  readonly preview: boolean;
  /** By its owner. */
  readonly paused: boolean;
}

/** `calendarTaken`, `folderTaken`: another pairing has it; nothing was written. */
export type PairingOutcome = 'done' | 'calendarTaken' | 'folderTaken';

/** Creates the pairing, and the owner's mailbox where it is not there yet. It is due at once. */
export async function createPairing(
  db: Database,
  box: NewMailbox,
  { id, folder, calendar, ...settings }: NewPairingRow,
  act: Act,
): Promise<PairingOutcome> {
  // Who pairs anew wants the copies: what is left of them is found again, and stays.
  const ending = await endingFor(db, box.address, { folderId: folder.id, calendarId: calendar.id });
  return await unlessTaken(
    db.batch([
      addOrWakeMailbox(db, box, act.atMs),
      ...ending.flatMap((each) => [
        fenceOff(db, each.mailboxId),
        db.delete(pairing).where(eq(pairing.id, each.id)),
      ]),
      db.insert(pairing).values({
        id,
        mailboxId: mailboxIdOf(db, box),
        folderId: folder.id,
        folderName: folder.name,
        calendarId: calendar.id,
        calendarName: calendar.name,
        calendarZone: calendar.zone,
        ...settings,
        userId: act.userId,
        createdAt: act.atMs,
      }),
      ...ending.map((each) => removeMailboxWithoutPairings(db, each.mailboxId)),
      auditRow(db, act, 'pairing.create', id),
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
      preview: pairing.preview,
      paused: sql<boolean>`${pairing.state} = 'paused' and ${pairing.reason} is null`.mapWith(Boolean),
      direction: pairing.direction,
      policy: pairing.policy,
      recycleBin: pairing.recycleBin,
      details: pairing.details,
      showPrivate: pairing.showPrivate,
      participants: pairing.participants,
      windowPastDays: pairing.windowPastDays,
      windowFutureDays: pairing.windowFutureDays,
    })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(and(eq(pairing.id, id), isOwnedBy(db, owner)));
  return rows[0] ?? null;
}

/** Whose a pairing is; null where there is none. For those who may see all of them. */
export async function ownerOf(db: Database, id: string): Promise<Owner | null> {
  const rows = await db
    .select({ portal: domain.portal, kind: mailbox.ownerKind, id: mailbox.ownerId })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(eq(pairing.id, id));
  return rows[0] ?? null;
}

/**
 * Changes settings, and stops a run that was planned on the old ones. A policy or the Recycle Bin counts from the next
 * write on. A wider window needs no more: items outside it are indexed, and the next run looks which have come in; what
 * a narrower one leaves outside stays linked. Where copies are to show more or less than they do, all are shown anew. What
 * is only proposed is planned again. For another direction see {@link turned}.
 */
export async function changeSettings(
  db: Database,
  owned: OwnedPairing,
  { paused = owned.paused, ...wanted }: Partial<PairingSettings> & { readonly paused?: boolean },
  act: Act,
): Promise<PairingOutcome> {
  const { direction, ...others } = changesOf(owned, wanted);
  const writes: BatchItem<'sqlite'>[] = paused === owned.paused ? [] : [setPaused(db, owned, paused)];
  const changes: string[] = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  if (paused !== owned.paused) changes.push(`paused=${paused}`);
  if (Object.keys(others).length > 0)
    writes.push(db.update(pairing).set(others).where(eq(pairing.id, owned.id)));
  const isShownOtherwise = DISCLOSING.some((name) => name in others);
  if (isShownOtherwise) writes.push(...markShownOtherwise(db, owned.id));
  if (direction !== undefined) {
    writes.push(...turned(db, owned, direction));
    changes.unshift(`direction=${direction}`);
  }
  if (writes.length === 0) return 'done';
  return await unlessTaken(
    db.batch([
      fenceOff(db, owned.mailboxId),
      ...writes,
      planProposedAgain(db, owned),
      wake(db, owned.mailboxId, act.atMs),
      auditRow(db, act, `pairing.set ${changes.join(' ')}`, owned.id),
    ]),
  );
}

/** What stops it without its owner has a reason; one of those is started by nobody but the domain's administrator. */
function setPaused(db: Database, owned: OwnedPairing, paused: boolean) {
  const isNotTaken = or(isNull(pairing.reason), notInArray(pairing.reason, [...STANDING]));
  return db
    .update(pairing)
    .set({ state: paused ? 'paused' : 'active', reason: null, reasonDetail: null })
    .where(and(eq(pairing.id, owned.id), isNotTaken));
}

const DISCLOSING = ['details', 'showPrivate', 'participants'] as const satisfies (keyof PairingSettings)[];

function changesOf(owned: OwnedPairing, wanted: Partial<PairingSettings>): Partial<PairingSettings> {
  const names = Object.keys(wanted) as (keyof PairingSettings)[];
  return Object.fromEntries(
    names.flatMap((name) => (owned[name] === wanted[name] ? [] : [[name, wanted[name]]])),
  );
}

/**
 * Another direction. What was decided under the old one is decided anew: rows that were left alone or parked because
 * the pairing was read-only are planned again, every row is read again, and the pairing observes both sides whole
 * before it writes, as after any loss of state (no deletion, no mail).
 */
function turned(db: Database, owned: OwnedPairing, direction: Direction): BatchItem<'sqlite'>[] {
  const decidedByDirection = or(
    eq(link.work, 'liferayOnly'),
    and(eq(link.work, 'parked'), eq(link.reason, 'readOnlyCopyChanged')),
  );
  return [
    db
      .update(pairing)
      .set({ direction, digest: null, phase: 'observing' })
      .where(and(eq(pairing.id, owned.id), ne(pairing.direction, direction))),
    quieten(db, owned.id),
    db
      .update(link)
      .set(PLANNED_AGAIN)
      .where(and(eq(link.pairingId, owned.id), decidedByDirection)),
  ];
}

/**
 * Ends the preview: what was proposed is planned again, on what is there then, and done. As in a first run, bookings that
 * no item belongs to count as new only when every item had its chance to match.
 * @param inviting links of the meetings whose invitees are asked, as `linksToInvite` found them; of no others anybody is
 * @returns when the next run can be, epoch ms
 */
export async function startPairing(
  db: Database,
  owned: OwnedPairing,
  act: Act,
  inviting: readonly string[] = [],
): Promise<number> {
  const invites = inviting.length === 0 ? '' : ` invitations=${inviting.length}`;
  const [woken] = await db.batch([
    wake(db, owned.mailboxId, act.atMs),
    // A run under way would only propose what it has planned.
    fenceOff(db, owned.mailboxId),
    db
      .update(pairing)
      .set({
        preview: false,
        phase: sql`case ${pairing.phase} when 'steady' then 'linking' else ${pairing.phase} end`,
      })
      .where(eq(pairing.id, owned.id)),
    planProposedAgain(db, owned),
    ...planDecided(db, owned),
    db.delete(proposal).where(eq(proposal.pairingId, owned.id)),
    auditRow(db, act, `pairing.start${invites}`, owned.id),
    ...endQuietOf(db, inviting),
  ]);
  return nextRunAt(woken, act);
}

/**
 * What a person decided about events that match several is gone by from now on; the others stay set aside. Bookings that
 * were chosen for an item wait for it.
 */
function planDecided(db: Database, owned: OwnedPairing): BatchItem<'sqlite'>[] {
  const isAside = isAmbiguous(owned.id);
  const decided = db.select({ id: ambiguity.linkId }).from(ambiguity).where(eq(ambiguity.linkId, link.id));
  const undecided = or(
    isNull(ambiguity.choice),
    and(eq(ambiguity.choice, 'link'), isNull(ambiguity.chosenId)),
    notInArray(ambiguity.linkId, db.select({ id: link.id }).from(link).where(isAside)),
  );
  return [
    db.delete(ambiguity).where(and(eq(ambiguity.pairingId, owned.id), undecided)),
    db
      .update(link)
      .set(PLANNED_AGAIN)
      .where(and(isAside, exists(decided))),
  ];
}

function planProposedAgain(db: Database, owned: OwnedPairing) {
  return db
    .update(link)
    .set(PLANNED_AGAIN)
    .where(and(eq(link.pairingId, owned.id), eq(link.work, 'proposed')));
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
    // Whom the mailbox was taken from gets it back from the domain's administrator only, and who paused it resumes it.
    db
      .update(pairing)
      .set({ state: 'active' })
      .where(
        and(eq(pairing.id, owned.id), isNotNull(pairing.reason), notInArray(pairing.reason, [...STANDING])),
      ),
    auditRow(db, act, 'pairing.sync', owned.id),
  ]);
  return nextRunAt(woken, act);
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
    .where(and(inArray(pairing.calendarId, [...calendarIds]), isNull(pairing.removes)));
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
    .where(and(inArray(pairing.folderId, [...folderIds]), isNull(pairing.removes)))
    // A map keeps what comes last; `both` stands before `toLiferay` in the alphabet.
    .orderBy(desc(pairing.direction), desc(pairing.createdAt));
  return new Map(rows.map((row) => [row.folderId, row.id]));
}

/** Remembers an act that changed nothing here, such as a calendar made in the portal, or a connection tested. */
export async function recordAct(
  db: Database,
  act: Act,
  action: string,
  subject: string,
  domainId: string | null = null,
): Promise<void> {
  await auditRow(db, act, action, subject, domainId);
}

/** Each side that has the event is read again first: what was seen when it was set aside may be old. */
export const PLANNED_AGAIN = {
  work: 'dirty',
  exchangeDirty: sql`${link.exchangeId} is not null`,
  liferayDirty: sql`${link.liferayId} is not null`,
  attempts: 0,
  retryAt: 0,
  echoes: 0,
  reason: null,
  reasonDetail: null,
} as const;

/** What the act did, and to what: `<pairing>` or `<pairing>/<link>`; `domainId` where it is an administrator's. */
export function auditRow(
  db: Database,
  act: Act,
  action: string,
  subject: string,
  domainId: string | null = null,
) {
  return db.insert(audit).values({ id: act.id, at: act.atMs, userId: act.userId, action, subject, domainId });
}

/** @param woken what {@link wake} gave */
export function nextRunAt(woken: readonly { nextSyncAt: number; notBefore: number }[], act: Act): number {
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
