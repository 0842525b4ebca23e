/**
 * Visits: somebody who is no run asks an Exchange server, and counts in its limits like one (limits.ts). One visit at a
 * time for a server. What runs hold they keep: a visit waits for its place.
 */
import { and, asc, eq, exists, gt, lte, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { domain, mailbox, pairing, visit } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { addressesAtWork, roomOf } from './limits.ts';

/** Times are epoch ms. */
export interface NewVisit {
  readonly id: string;
  readonly domainId: string;
  /** SMTP address in lower case; empty: of no mailbox in particular. */
  readonly address: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

/** Writes the visit, without a place yet. False: another one to the same server lives, or there is no such domain. */
export async function announceVisit(
  db: Database,
  { id, domainId, address, nowMs, untilMs }: NewVisit,
): Promise<boolean> {
  const host = alias(domain, 'host');
  const isSameServer = or(eq(host.id, domain.id), and(ne(domain.server, ''), eq(host.server, domain.server)));
  const another = db
    .select({ one: sql`1` })
    .from(visit)
    .innerJoin(host, eq(host.id, visit.domainId))
    .where(and(gt(visit.until, nowMs), isSameServer));
  const own = db
    .select({
      id: sql<string>`${id}`.as('id'),
      domainId: domain.id,
      address: sql<string>`${address}`.as('address'),
      share: sql<number>`0`.as('share'),
      until: sql<number>`${untilMs}`.as('until'),
    })
    .from(domain)
    .where(and(eq(domain.id, domainId), notExists(another)));
  const [, written] = await db.batch([
    db.delete(visit).where(lte(visit.until, nowMs)),
    db.insert(visit).select(own),
  ]);
  return written.rowsAffected > 0;
}

/**
 * Gives the visit its place, if there is one. `full`: all places on the server or of the account are taken.
 * `mailboxAtWork`: a run is in the mailbox. Null: it has it.
 */
export async function enterVisit(
  db: Database,
  id: string,
  nowMs: number,
): Promise<'full' | 'mailboxAtWork' | null> {
  const busy = addressesAtWork(db, nowMs);
  const isSameServer = sql`(${domain.server} <> '' and ${busy.server} = ${domain.server})`;
  const isAtWork = and(
    eq(busy.address, visit.address),
    sql`(${busy.domainId} = ${domain.id} or ${isSameServer})`,
  );
  const home = db
    .select({ one: sql`1` })
    .from(domain)
    .where(
      and(
        eq(domain.id, visit.domainId),
        notExists(db.select({ one: sql`1` }).from(busy).where(isAtWork)),
        sql`${roomOf(db, nowMs)} > 0`,
      ),
    );
  const entered = await db
    .with(busy)
    .update(visit)
    .set({ share: 1 })
    .where(and(eq(visit.id, id), exists(home)));
  if (entered.rowsAffected > 0) return null;
  const [own] = await db
    .with(busy)
    .select({ atWork: sql<number>`${exists(db.select({ one: sql`1` }).from(busy).where(isAtWork))}` })
    .from(visit)
    .innerJoin(domain, eq(domain.id, visit.domainId))
    .where(eq(visit.id, id));
  return own?.atWork ? 'mailboxAtWork' : 'full';
}

export async function endVisit(db: Database, id: string): Promise<void> {
  await db.delete(visit).where(eq(visit.id, id));
}

/** The Liferay calendar of a mailbox's first pairing; null: it has none. */
export async function calendarOfMailbox(
  db: Database,
  domainId: string,
  address: string,
): Promise<string | null> {
  const rows = await db
    .select({ calendarId: pairing.calendarId })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(and(eq(mailbox.domainId, domainId), eq(mailbox.address, address)))
    .orderBy(asc(pairing.createdAt), asc(pairing.id))
    .limit(1);
  return rows[0]?.calendarId ?? null;
}
