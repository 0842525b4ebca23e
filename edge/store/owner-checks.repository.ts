/** The daily check of who owns what: whose mailboxes are to be checked, and what becomes of their pairings. */
import { and, asc, eq, exists, inArray, lte, ne, sql } from 'drizzle-orm';
import type { OwnerProblem } from '#core/owner-check.ts';
import { domain, mailbox, mailboxApproval, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { SERVICE_ACTOR } from './pairings.repository.ts';

/** A user's mailbox with what decides whether it still is theirs. */
export interface OwnedMailbox {
  readonly id: string;
  readonly userId: string;
  /** In lower case. */
  readonly address: string;
  readonly rule: typeof domain.$inferSelect.addressRule;
  readonly isApproved: boolean;
}

const REASONS: readonly OwnerProblem[] = ['ownerLost', 'addressChanged', 'addressNotAccepted'];

/**
 * Takes mailboxes of users that were not checked since `before`, those longest ago first, and counts them as checked:
 * of several processes one asks.
 */
export async function claimOwnerChecks(
  db: Database,
  { nowMs, before, limit }: { readonly nowMs: number; readonly before: number; readonly limit: number },
): Promise<readonly OwnedMailbox[]> {
  const due = db
    .select({ id: mailbox.id })
    .from(mailbox)
    .where(and(eq(mailbox.ownerKind, 'user'), lte(mailbox.checkedAt, before)))
    .orderBy(asc(mailbox.checkedAt), asc(mailbox.id))
    .limit(limit);
  const claimed = await db
    .update(mailbox)
    .set({ checkedAt: nowMs })
    .where(inArray(mailbox.id, due))
    .returning({ id: mailbox.id });
  if (claimed.length === 0) return [];
  const approval = db
    .select({ one: sql`1` })
    .from(mailboxApproval)
    .where(
      and(
        eq(mailboxApproval.domainId, mailbox.domainId),
        eq(mailboxApproval.userId, mailbox.ownerId),
        eq(mailboxApproval.address, mailbox.address),
        eq(mailboxApproval.state, 'approved'),
      ),
    );
  const rows = await db
    .select({
      id: mailbox.id,
      userId: mailbox.ownerId,
      address: mailbox.address,
      rule: domain.addressRule,
      isApproved: sql<number>`${exists(approval)}`,
    })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(
      inArray(
        mailbox.id,
        claimed.map(({ id }) => id),
      ),
    )
    .orderBy(asc(mailbox.id));
  return rows.map(({ isApproved, ...row }) => ({ ...row, isApproved: isApproved === 1 }));
}

/** These could not be checked: they are due again at `againAt`. */
export async function postponeOwnerChecks(
  db: Database,
  ids: readonly string[],
  checkedAt: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(mailbox)
    .set({ checkedAt })
    .where(inArray(mailbox.id, [...ids]));
}

/** Whose an address is that the bearer of the service key named, is theirs to say: only a lost account counts there. */
function concerns(problem: OwnerProblem) {
  return problem === 'ownerLost' ? undefined : ne(pairing.userId, SERVICE_ACTOR);
}

/** The pairings of the mailbox stand still, and a run under way stops. @returns how many went on until now */
export async function pauseForOwner(db: Database, mailboxId: string, problem: OwnerProblem): Promise<number> {
  const [, paused] = await db.batch([
    db
      .update(mailbox)
      .set({ fence: sql`${mailbox.fence} + 1` })
      .where(eq(mailbox.id, mailboxId)),
    db
      .update(pairing)
      .set({ state: 'paused', reason: problem, reasonDetail: null })
      .where(and(eq(pairing.mailboxId, mailboxId), eq(pairing.state, 'active'), concerns(problem)))
      .returning({ id: pairing.id }),
    db
      .update(pairing)
      .set({ reason: problem })
      .where(and(eq(pairing.mailboxId, mailboxId), inArray(pairing.reason, [...REASONS]))),
  ]);
  return paused.length;
}

/** What stood still because of the owner goes on. @returns how many did */
export async function resumeForOwner(db: Database, mailboxId: string, nowMs: number): Promise<number> {
  const stood = and(eq(pairing.mailboxId, mailboxId), inArray(pairing.reason, [...REASONS]));
  const [resumed] = await db.batch([
    db
      .update(pairing)
      .set({ state: 'active', reason: null, reasonDetail: null })
      .where(stood)
      .returning({ id: pairing.id }),
    db
      .update(mailbox)
      .set({ nextSyncAt: sql`min(${mailbox.nextSyncAt}, ${nowMs})` })
      .where(eq(mailbox.id, mailboxId)),
  ]);
  return resumed.length;
}
