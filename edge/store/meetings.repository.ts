/**
 * Meetings as several pairings of one portal know them: the organiser's row with its item in one of them, the invitees'
 * rows with their copies in others. Read only: what is another mailbox's is written under that mailbox's own lease.
 */
import { and, eq, inArray, isNotNull, isNull, ne, or, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { domain, exception, intent, link, mailbox, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { linksWhere } from './links.repository.ts';
import { chunks, type LinkRow, type LinkWithContent, ROWS_PER_STATEMENT } from './sync-rows.ts';

/** A row in Liferay and the UID that its meeting has in Exchange. */
export interface MeetingRow {
  readonly rowId: string;
  readonly uid: string;
  /** The row stands for one occurrence of it, to which others may be invited than to the series. */
  readonly isOccurrence: boolean;
}

/** The pairings with the portal of this one. */
function ofSamePortal(db: Database, pairingId: string) {
  const own = alias(pairing, 'own');
  const ownMailbox = alias(mailbox, 'own_mailbox');
  const ownDomain = alias(domain, 'own_domain');
  const portal = db
    .select({ portal: ownDomain.portal })
    .from(own)
    .innerJoin(ownMailbox, eq(ownMailbox.id, own.mailboxId))
    .innerJoin(ownDomain, eq(ownDomain.id, ownMailbox.domainId))
    .where(eq(own.id, pairingId));
  return db
    .select({ id: pairing.id })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(inArray(domain.portal, portal));
}

/**
 * The rows that pairings with the portal of this one know to be meetings with one of these UIDs, and the UIDs of the
 * meetings that these rows are. An item that is just being made is known by what was announced of it.
 */
export async function meetingRows(
  db: Database,
  pairingId: string,
  uids: readonly string[],
  rowIds: readonly string[],
): Promise<readonly MeetingRow[]> {
  const found: MeetingRow[] = [];
  const among = ofSamePortal(db, pairingId);
  const put = (
    rows: readonly { readonly rowId: string | null; readonly uid: string | null }[],
    isOccurrence = false,
  ) => {
    for (const { rowId, uid } of rows)
      if (rowId !== null && uid !== null) found.push({ rowId, uid, isOccurrence });
  };
  for (const part of chunks(uids, ROWS_PER_STATEMENT)) {
    const isItsUid = and(inArray(link.pairingId, among), inArray(link.exchangeUid, [...part]));
    put(await linked(db, isItsUid));
    put(await occurrences(db, isItsUid), true);
    put(await announced(db, and(inArray(intent.pairingId, among), inArray(intent.uid, [...part]))));
  }
  for (const part of chunks(rowIds, ROWS_PER_STATEMENT)) {
    const isOne = and(inArray(link.pairingId, among), inArray(link.liferayId, [...part]));
    put(await linked(db, isOne));
    const isOccurrences = and(inArray(exception.pairingId, among), inArray(exception.liferayId, [...part]));
    put(await occurrences(db, isOccurrences), true);
    put(await announced(db, isOne));
  }
  return found;
}

function linked(db: Database, where: SQL | undefined) {
  return db
    .select({ rowId: link.liferayId, uid: link.exchangeUid })
    .from(link)
    .where(and(where, isNotNull(link.exchangeId), isNotNull(link.liferayId)));
}

/** A person may be invited to one occurrence alone, which has the UID of its series. */
function occurrences(db: Database, where: SQL | undefined) {
  return db
    .select({ rowId: exception.liferayId, uid: link.exchangeUid })
    .from(exception)
    .innerJoin(link, eq(link.id, exception.linkId))
    .where(where);
}

function announced(db: Database, where: SQL | undefined) {
  return db
    .select({ rowId: link.liferayId, uid: intent.uid })
    .from(intent)
    .innerJoin(link, eq(link.id, intent.linkId))
    .where(and(where, eq(intent.operation, 'createExchange')));
}

/** Pairings that can know one row: its calendar is in one, and was in few others. */
const PAIRINGS_OF_ROW = 10;

/** The links that pairings with the portal of this one have of these rows, with what was agreed of them, by row. */
export async function linksOfRows(
  db: Database,
  pairingId: string,
  rowIds: readonly string[],
): Promise<ReadonlyMap<string, readonly LinkWithContent[]>> {
  const among = ofSamePortal(db, pairingId);
  const found: LinkWithContent[] = [];
  for (const ids of chunks(rowIds, ROWS_PER_STATEMENT)) {
    const ofThem = and(
      inArray(link.pairingId, among),
      inArray(link.liferayId, [...ids]),
      isNotNull(link.exchangeId),
    );
    found.push(...(await linksWhere(db, ofThem, ids.length * PAIRINGS_OF_ROW)));
  }
  return new Map(rowIds.map((id) => [id, found.filter(({ link: { liferayId } }) => liferayId === id)]));
}

/** Those of these rows that stand in the pairing's calendar without an item, whether they wait for one or not. */
export async function rowsWithoutItem(
  db: Database,
  pairingId: string,
  rowIds: readonly string[],
): Promise<readonly LinkRow[]> {
  const found: LinkRow[] = [];
  for (const part of chunks(rowIds, ROWS_PER_STATEMENT)) {
    found.push(
      ...(await db
        .select()
        .from(link)
        .where(
          and(
            eq(link.pairingId, pairingId),
            inArray(link.liferayId, [...part]),
            isNull(link.exchangeId),
            eq(link.liferayState, 'present'),
          ),
        )),
    );
  }
  return found;
}

/** Pairs of the pairing whose item has one of these UIDs, or that begin at one of these moments (epoch ms). */
export async function pairsLike(
  db: Database,
  pairingId: string,
  uids: readonly string[],
  firstAts: readonly number[],
): Promise<readonly LinkWithContent[]> {
  return linksWhere(
    db,
    and(
      eq(link.pairingId, pairingId),
      isNotNull(link.exchangeId),
      isNotNull(link.liferayId),
      ne(link.exchangeState, 'deleted'),
      or(inArray(link.exchangeUid, [...uids]), inArray(link.firstAt, [...firstAts])),
    ),
    ROWS_PER_STATEMENT,
  );
}

/** The addresses of the mailboxes that are paired with these calendars, in the portal of this pairing, by calendar. */
export async function pairedAddresses(
  db: Database,
  pairingId: string,
  calendarIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const among = ofSamePortal(db, pairingId);
  const found = new Map<string, string>();
  for (const ids of chunks(calendarIds, ROWS_PER_STATEMENT)) {
    const rows = await db
      .select({ calendarId: pairing.calendarId, address: mailbox.address })
      .from(pairing)
      .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
      .where(and(inArray(pairing.calendarId, [...ids]), inArray(pairing.id, among)));
    for (const { calendarId, address } of rows) found.set(calendarId, address);
  }
  return found;
}
