/**
 * Mailboxes as the API sees them: whose they are, and when their next run is due. Statements are returned, not
 * run, where they belong into a batch with others. Claims, leases and fences of runs are leases.ts.
 */
import { and, eq, inArray, isNotNull, notExists, sql } from 'drizzle-orm';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** A user, or a site, of one portal. What belongs to others does not exist for them. */
export interface Owner {
  /** Origin of the portal. */
  readonly portal: string;
  readonly kind: 'user' | 'site';
  /** Liferay's id of the user or of the site's group. */
  readonly id: string;
}

/** A mailbox that is about to be paired. */
export interface NewMailbox {
  readonly id: string;
  readonly owner: Owner;
  /** Of its address. */
  readonly domainId: string;
  /** SMTP address in lower case. */
  readonly address: string;
  readonly intervalSeconds: number;
}

/** What `probe` learnt about the portal, as JSON text; null before the first contact. */
export async function dialectOf(db: Database, portal: string): Promise<string | null> {
  const rows = await db
    .select({ dialect: domain.dialect })
    .from(domain)
    .where(and(eq(domain.portal, portal), isNotNull(domain.dialect)))
    .limit(1);
  return rows[0]?.dialect ?? null;
}

/** Adds the mailbox, or takes the one that the owner has already, and makes it due. */
export function addOrWakeMailbox(db: Database, added: NewMailbox, nowMs: number) {
  const { owner } = added;
  return db
    .insert(mailbox)
    .values({
      id: added.id,
      domainId: added.domainId,
      address: added.address,
      ownerKind: owner.kind,
      ownerId: owner.id,
      intervalSeconds: added.intervalSeconds,
      nextSyncAt: nowMs,
      // The portal has just said whose it is.
      checkedAt: nowMs,
      createdAt: nowMs,
    })
    .onConflictDoUpdate({
      target: [mailbox.domainId, mailbox.address, mailbox.ownerKind, mailbox.ownerId],
      set: dueNow(nowMs),
    });
}

/** The id of the owner's mailbox with this address, as a subquery for the statements after the one above. */
export function mailboxIdOf(
  db: Database,
  { owner, domainId, address }: Pick<NewMailbox, 'owner' | 'domainId' | 'address'>,
) {
  const isIt = and(eq(mailbox.domainId, domainId), isOwnedBy(db, owner), eq(mailbox.address, address));
  return sql<string>`(${db.select({ id: mailbox.id }).from(mailbox).where(isIt)})`;
}

/** Makes the mailbox due; answers when its next run can be, the server's wish for patience included. */
export function wake(db: Database, mailboxId: string, nowMs: number) {
  return db
    .update(mailbox)
    .set(dueNow(nowMs))
    .where(eq(mailbox.id, mailboxId))
    .returning({ nextSyncAt: mailbox.nextSyncAt, notBefore: notBefore() });
}

/**
 * Makes a run that is under way stop at its next commit, because what it was planned on has changed. Owner and end
 * of its lease stay, so that the next run begins no earlier than the old one's last request has ended: then that one gives
 * the mailbox back (`releaseStopped`), or its lease ends.
 */
export function fenceOff(db: Database, mailboxId: string) {
  return db
    .update(mailbox)
    .set({ fence: sql`${mailbox.fence} + 1` })
    .where(eq(mailbox.id, mailboxId));
}

/** Keeps a mailbox that still has a pairing. */
export function removeMailboxWithoutPairings(db: Database, mailboxId: string) {
  const pairings = db.select({ id: pairing.id }).from(pairing).where(eq(pairing.mailboxId, mailboxId));
  return db.delete(mailbox).where(and(eq(mailbox.id, mailboxId), notExists(pairings)));
}

/** A condition for queries: the mailbox is the owner's. */
export function isOwnedBy(db: Database, owner: Owner) {
  return and(
    inArray(
      mailbox.domainId,
      db.select({ id: domain.id }).from(domain).where(eq(domain.portal, owner.portal)),
    ),
    eq(mailbox.ownerKind, owner.kind),
    eq(mailbox.ownerId, owner.id),
  );
}

/** A mailbox that is overdue keeps its place: asking again and again must not move it to the end of the queue. */
function dueNow(nowMs: number) {
  return {
    nextSyncAt: sql`min(${mailbox.nextSyncAt}, max(${nowMs}, ${notBefore()}))`,
    told: sql`${mailbox.told} + 1`,
    dispatchedUntil: 0,
    attempts: 0,
  };
}

function notBefore() {
  return sql<number>`(select ${domain.notBefore} from ${domain} where ${domain.id} = ${mailbox.domainId})`;
}
