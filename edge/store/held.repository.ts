/**
 * Changes that the mass-change guard held back, and what people decide about them. An approved change is carried out
 * by the next run as if it had never been held. A rejected one is undone: the side on which people changed or deleted
 * the event gets back what it had. A change that has been carried out or undone is forgotten here by that run.
 */
import { and, asc, eq, exists, gt, inArray, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import { audit, held, link, linkContent } from '#drizzle/schema.ts';
import type { HeldChange, HeldDecision } from '#shared/api.ts';
import type { Database } from './database.ts';
import { wake } from './mailboxes.repository.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import { type Act, nextRunAt, type OwnedPairing } from './pairings.repository.ts';
import { shownTitle } from './shown-title.ts';

/** Held changes in one part of the list. */
export const HELD_PAGE = 200;

/**
 * Longest held first: those that wait, and those that were decided on and are due.
 * @param after the last of the part before; null for the first part
 */
export async function heldOf(
  db: Database,
  owned: OwnedPairing,
  after: PageMark | null,
): Promise<{ readonly held: HeldChange[]; readonly next: string | null }> {
  const later =
    after === null
      ? undefined
      : or(gt(held.at, after.atMs), and(eq(held.at, after.atMs), gt(held.linkId, after.id)));
  const due = and(eq(link.work, 'dirty'), ne(held.decision, 'waiting'));
  const rows = await db
    .select({
      linkId: held.linkId,
      kind: held.kind,
      side: held.side,
      title: shownTitle(sql`${linkContent.base}`),
      since: held.at,
      decision: held.decision,
    })
    .from(held)
    .innerJoin(link, eq(link.id, held.linkId))
    .leftJoin(linkContent, eq(linkContent.linkId, held.linkId))
    .where(and(eq(held.pairingId, owned.id), or(eq(link.work, 'held'), due), later))
    .orderBy(asc(held.at), asc(held.linkId))
    .limit(HELD_PAGE + 1);
  const page = rows.slice(0, HELD_PAGE);
  const last = page.at(-1);
  const more = rows.length > HELD_PAGE && last !== undefined;
  return { held: page, next: more ? pageMarkText({ atMs: last.since, id: last.linkId }) : null };
}

/**
 * Decides on those of the changes that still wait as they were shown; their links and the mailbox are due at once, and
 * each of them has its audit row. Others are left as they are: one that was decided on before keeps that decision, one
 * whose event has changed meanwhile is planned again and held anew if need be.
 * @returns how many were decided on, and when the next run can be, epoch ms
 */
export async function decideHeld(
  db: Database,
  owned: OwnedPairing,
  { decision, which }: HeldDecision,
  act: Act,
): Promise<{ readonly decided: number; readonly nextRunAt: number }> {
  const decidedOn = and(eq(held.pairingId, owned.id), eq(held.decision, 'waiting'), isHeld(db), named(which));
  const itsDecision = db
    .select({ linkId: held.linkId })
    .from(held)
    .where(and(eq(held.linkId, link.id), ne(held.decision, 'waiting')));
  const [, decided, , woken] = await db.batch([
    db.insert(audit).select(
      db
        .select({
          id: sql<string>`${act.id} || '/' || ${held.linkId}`.as('id'),
          at: sql<number>`${act.atMs}`.as('at'),
          userId: sql<string>`${act.userId}`.as('user_id'),
          action: sql<string>`${`held.${decision}`}`.as('action'),
          subject: sql<string>`${owned.id} || '/' || ${held.linkId}`.as('subject'),
          domainId: sql<string | null>`null`.as('domain_id'),
        })
        .from(held)
        .where(decidedOn),
    ),
    db
      .update(held)
      .set({ decision: decision === 'approve' ? 'approved' : 'rejected' })
      .where(decidedOn)
      .returning({ linkId: held.linkId }),
    db
      .update(link)
      .set({ work: 'dirty', retryAt: 0, attempts: 0, reason: null, reasonDetail: null })
      .where(and(eq(link.pairingId, owned.id), eq(link.work, 'held'), exists(itsDecision))),
    wake(db, owned.mailboxId, act.atMs),
  ]);
  return { decided: decided.length, nextRunAt: nextRunAt(woken, act) };
}

/** Its event has not changed since it was held. */
function isHeld(db: Database): SQL {
  return exists(
    db
      .select({ id: link.id })
      .from(link)
      .where(and(eq(link.id, held.linkId), eq(link.work, 'held'))),
  );
}

/** Bounded: the contract lets one decision name 200 at most. */
function named(which: HeldDecision['which']): SQL | undefined {
  if (!Array.isArray(which)) return lte(held.at, which.heldUntil);
  const group = (kind: HeldChange['kind'], side: HeldChange['side']) => {
    const ids = which.filter((each) => each.kind === kind && each.side === side).map((each) => each.linkId);
    return and(eq(held.kind, kind), eq(held.side, side), inArray(held.linkId, ids));
  };
  return or(
    group('delete', 'exchange'),
    group('delete', 'liferay'),
    group('change', 'exchange'),
    group('change', 'liferay'),
  );
}
