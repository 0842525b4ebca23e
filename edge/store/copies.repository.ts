/**
 * What ends a pairing for whoever does not want to keep the copies: how many there are that we made on each side, and
 * their removal, which runs carry out (sync/remove-copies.ts). A copy is one of an event of the other side, which both
 * sides agree on and nobody has edited since; what people made themselves, on either side, is none.
 */
import { and, asc, eq, exists, inArray, isNotNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Side } from '#core/merge.ts';
import { intent, link, linkContent, mailbox, pairing } from '#drizzle/schema.ts';
import type { Copies } from '#shared/api.ts';
import type { Database } from './database.ts';
import { linksWhere } from './links.repository.ts';
import { fenceOff, removeMailboxWithoutPairings, wake } from './mailboxes.repository.ts';
import { type Act, auditRow, nextRunAt, type OwnedPairing } from './pairings.repository.ts';
import type { LinkWithContent } from './sync-rows.ts';

const UNKNOWN = sql`0`;
const base = (field: string) => sql`json_extract(${linkContent.base}, ${`$.${field}`})`;
/** Stored before events said so themselves, only a meeting has an organiser. */
const IS_MEETING = sql`coalesce(${base('meeting')}, ${base('organizer')} is not null)`;
/** Our row in Liferay, by the UID that identity.ts gives it. A portal that keeps no UIDs has none that is surely ours. */
const MADE_IN_LIFERAY = sql`coalesce(${link.liferayUid} like '%@calendar-connector', ${UNKNOWN})`;
/** An item that was made from a booking, by what was agreed on then. The item itself is asked before it goes. */
const MADE_IN_EXCHANGE = sql`coalesce(${base('disclosure.details')} = 'own', ${UNKNOWN})`;

/** Stamp of the intent of a removal: one that was cut short is finished, whatever is left of its rows by now. */
export const REMOVAL = 'removal';

/**
 * Of links: both sides have it and agree, or its removal has begun. `attempts`: that failed and is tried again.
 */
function agreed(): SQL | undefined {
  const begun = sql`exists (select 1 from ${intent} where ${intent.linkId} = ${link.id} and ${intent.stamp} = ${REMOVAL})`;
  return or(
    begun,
    and(
      eq(link.exchangeState, 'present'),
      eq(link.liferayState, 'present'),
      isNotNull(link.exchangeId),
      isNotNull(link.liferayId),
      or(eq(link.work, 'clean'), and(eq(link.work, 'dirty'), sql`${link.attempts} > 0`)),
    ),
  );
}

/** Of links with their content: a copy that would be removed on this side. Meetings stay in Exchange. */
function isCopyOn(side: Side): SQL | undefined {
  return and(agreed(), side === 'liferay' ? MADE_IN_LIFERAY : and(MADE_IN_EXCHANGE, sql`not ${IS_MEETING}`));
}

function countsOf(db: Database, among: SQL | undefined) {
  const sum = (of: SQL | undefined) => sql<number>`coalesce(sum(${of}), 0)`;
  return db
    .select({
      liferay: sum(isCopyOn('liferay')),
      exchange: sum(isCopyOn('exchange')),
      meetings: sum(and(agreed(), MADE_IN_EXCHANGE, IS_MEETING)),
    })
    .from(link)
    .innerJoin(linkContent, eq(linkContent.linkId, link.id))
    .where(among);
}

/** What would go from which side, and the meetings that would stay in Exchange though we made them. */
export async function copiesOf(db: Database, pairingIds: readonly string[]): Promise<Copies> {
  const [counts] = await countsOf(db, inArray(link.pairingId, [...pairingIds]));
  return counts ?? { liferay: 0, exchange: 0, meetings: 0 };
}

/** Of pairings that are being ended: how many copies are still there. */
export async function copiesLeft(
  db: Database,
  rows: readonly { readonly id: string; readonly removes: Side | null }[],
): Promise<ReadonlyMap<string, number>> {
  const left = new Map<string, number>();
  for (const { id, removes } of rows) {
    if (removes !== null) left.set(id, (await copiesOf(db, [id]))[removes]);
  }
  return left;
}

/**
 * Ends the pairing: from now on nothing is copied, and the copies on `side` are removed.
 * @param count how many the person saw; more than that are not removed on their word
 * @returns when the next run can be, epoch ms; null where there are more by now, and then nothing was done
 */
export async function endWithoutCopies(
  db: Database,
  owned: Pick<OwnedPairing, 'id' | 'mailboxId'>,
  { side, count }: { readonly side: Side; readonly count: number },
  act: Act,
): Promise<number | null> {
  const found = (await copiesOf(db, [owned.id]))[side];
  if (found > count) return null;
  const [woken] = await db.batch([
    wake(db, owned.mailboxId, act.atMs),
    // A run under way would go on copying.
    fenceOff(db, owned.mailboxId),
    ends(db, [owned.id], side, found),
    auditRow(db, act, `pairing.delete copies=${side} count=${found}`, owned.id),
  ]);
  return nextRunAt(woken, act);
}

/** Whoever ends it goes by what is there now: a pause, and what was wrong, is no hindrance. */
export function ends(db: Database, pairingIds: readonly string[], side: Side, total: number) {
  return db
    .update(pairing)
    .set({
      removes: side,
      removeTotal: total,
      preview: false,
      state: 'active',
      reason: null,
      reasonDetail: null,
    })
    .where(inArray(pairing.id, [...pairingIds]));
}

/** Copies whose turn it is. */
export async function dueCopies(
  db: Database,
  pairingId: string,
  side: Side,
  nowMs: number,
  limit: number,
): Promise<readonly LinkWithContent[]> {
  const content = db
    .select({ id: linkContent.linkId })
    .from(linkContent)
    .where(eq(linkContent.linkId, link.id));
  const isCopy =
    side === 'liferay'
      ? and(isCopyOn(side), exists(content))
      : and(
          agreed(),
          exists(
            db
              .select({ id: linkContent.linkId })
              .from(linkContent)
              .where(and(eq(linkContent.linkId, link.id), MADE_IN_EXCHANGE, sql`not ${IS_MEETING}`)),
          ),
        );
  return linksWhere(db, and(eq(link.pairingId, pairingId), lte(link.retryAt, nowMs), isCopy), limit);
}

/** The pairing is over, and its mailbox too if that was the last one. */
export function forgetPairing(db: Database, pairingId: string, mailboxId: string): BatchItem<'sqlite'>[] {
  return [db.delete(pairing).where(eq(pairing.id, pairingId)), removeMailboxWithoutPairings(db, mailboxId)];
}

/** Pairings that are being ended and stand in the way of a new one of the calendar or the folder. */
export async function endingFor(
  db: Database,
  address: string,
  { folderId, calendarId }: { readonly folderId: string; readonly calendarId: string },
): Promise<readonly { readonly id: string; readonly mailboxId: string }[]> {
  const isFolders = and(eq(mailbox.address, address), eq(pairing.folderId, folderId));
  return db
    .select({ id: pairing.id, mailboxId: pairing.mailboxId })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(and(isNotNull(pairing.removes), or(eq(pairing.calendarId, calendarId), isFolders)))
    .orderBy(asc(pairing.id));
}
