/**
 * Of domains that approve each mailbox: who asked for theirs, and what was decided. An approval is of one user and one
 * address: with another address it has to be asked for again.
 */
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { mailbox, mailboxApproval, pairing } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { type Act, auditRow } from './pairings.repository.ts';

/** A row of the table. */
export type MailboxApproval = typeof mailboxApproval.$inferSelect;

/** Whose, and which. `address` in lower case. */
export interface Claim {
  readonly domainId: string;
  readonly userId: string;
  readonly address: string;
}

/** Requests that are shown together; a domain with more decides some first. */
const REQUEST_LIMIT = 500;

function isClaim({ domainId, userId, address }: Claim) {
  return and(
    eq(mailboxApproval.domainId, domainId),
    eq(mailboxApproval.userId, userId),
    eq(mailboxApproval.address, address),
  );
}

/** Null: nobody asked. */
export async function approvalOf(db: Database, claim: Claim): Promise<MailboxApproval['state'] | null> {
  const rows = await db.select({ state: mailboxApproval.state }).from(mailboxApproval).where(isClaim(claim));
  return rows[0]?.state ?? null;
}

/** Asks for an approval; again after a refusal it stays refused. */
export async function askApproval(
  db: Database,
  { domainId, userId, address }: Claim,
  userName: string,
  act: Act,
): Promise<void> {
  await db.batch([
    db
      .insert(mailboxApproval)
      .values({ domainId, userId, userName, address, state: 'waiting', askedAt: act.atMs })
      .onConflictDoNothing(),
    auditRow(db, act, 'mailbox.request', address, domainId),
  ]);
}

/** Those that wait first, each by the time that it was asked for. */
export async function approvalsOf(db: Database, domainId: string): Promise<readonly MailboxApproval[]> {
  return db
    .select()
    .from(mailboxApproval)
    .where(eq(mailboxApproval.domainId, domainId))
    .orderBy(desc(eq(mailboxApproval.state, 'waiting')), asc(mailboxApproval.askedAt))
    .limit(REQUEST_LIMIT);
}

/** Why the pairings of a mailbox stand still whose approval was withdrawn. */
const WITHDRAWN = 'pausedByAdministrator' satisfies Reason;

function ownedBy({ domainId, userId, address }: Claim) {
  return and(
    eq(mailbox.domainId, domainId),
    eq(mailbox.ownerKind, 'user'),
    eq(mailbox.ownerId, userId),
    eq(mailbox.address, address),
  );
}

function pairingsOf(db: Database, claim: Claim) {
  return inArray(pairing.mailboxId, db.select({ id: mailbox.id }).from(mailbox).where(ownedBy(claim)));
}

function stop(db: Database, claim: Claim) {
  return [
    db
      .update(mailbox)
      .set({ fence: sql`${mailbox.fence} + 1` })
      .where(ownedBy(claim)),
    db
      .update(pairing)
      .set({ state: 'paused', reason: WITHDRAWN, reasonDetail: null })
      .where(and(eq(pairing.state, 'active'), pairingsOf(db, claim))),
  ] as const;
}

function letGoOn(db: Database, claim: Claim, act: Act) {
  return [
    db
      .update(mailbox)
      .set({ nextSyncAt: sql`min(${mailbox.nextSyncAt}, ${act.atMs})` })
      .where(ownedBy(claim)),
    db
      .update(pairing)
      .set({ state: 'active', reason: null, reasonDetail: null })
      .where(and(eq(pairing.reason, WITHDRAWN), pairingsOf(db, claim))),
  ] as const;
}

/** Withdrawing an approval stops the pairings that rest on it. False: nobody asked for it. */
export async function decideApproval(
  db: Database,
  claim: Claim,
  state: 'approved' | 'refused',
  act: Act,
): Promise<boolean> {
  const [decided] = await db.batch([
    db
      .update(mailboxApproval)
      .set({ state, decidedAt: act.atMs, decidedBy: act.userId })
      .where(isClaim(claim))
      .returning({ address: mailboxApproval.address }),
    ...(state === 'approved' ? letGoOn(db, claim, act) : stop(db, claim)),
    auditRow(db, act, `mailbox.${state}`, `${claim.userId}/${claim.address}`, claim.domainId),
  ]);
  return decided.length > 0;
}
