/**
 * The end of a pairing whose copies are not to stay: those that we made on one side are removed, by the writes, in the
 * batches and under the lease that deletions have otherwise. Both sides were observed in the same slice, so what was
 * edited meanwhile is known and stays, as does what does not prove to be ours. Nothing of the other side is touched.
 */
import { changedFields } from '#core/merge.ts';
import { act } from '#core/plan.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import { copiesOf, dueCopies, forgetPairing, REMOVAL } from '#store/copies.repository.ts';
import { putIntents } from '#store/sync.statements.ts';
import type { NewIntent } from '#store/sync-rows.ts';
import { apply } from './apply.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { readBookings, readItems } from './read.ts';
import { record } from './record.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { open, type WorkItem, workItem } from './work-item.ts';

/** Copies in one batch. */
const BATCH = 50;
/** Batches in one slice: a bound, far above what the budget allows. */
const BATCH_LIMIT = 10_000;

/** Removes copies for as long as the budget lasts; when none is left, the pairing is forgotten. */
export async function removeCopies(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<void> {
  const { id, removes: side, exchangeSeen, digest } = pairing.row;
  // While a side was not seen whole since its state was lost, nothing is evidence of anything.
  if (side === null || !exchangeSeen || digest === null) return;
  for (let batch = 0; batch < BATCH_LIMIT; batch += 1) {
    if (session.lost) return;
    // One batch is done in any case, or a slice whose budget goes into looking would never get on.
    if (budget.spent && (batch > 0 || !budget.mayWrite)) {
      session.more = true;
      return;
    }
    const due = await dueCopies(engine.db, id, side, engine.effects.clock.now(), BATCH);
    if (due.length === 0) {
      if ((await copiesOf(engine.db, [id]))[side] === 0) await forget(engine, session, pairing);
      return;
    }
    await removeBatch(engine, session, pairing, due.map(workItem), budget);
  }
  session.more = true;
}

async function forget(engine: Engine, session: MailboxSession, pairing: PairingSession): Promise<void> {
  const { id, mailboxId } = pairing.row;
  await commit(engine, session, pairing, {}, forgetPairing(engine.db, id, mailboxId));
  pairing.blocked = true;
}

async function removeBatch(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const side = pairing.row.removes;
  // Only the item itself tells that we made it.
  if (side === 'exchange') for (const work of works) work.readExchange = true;
  const items = await readItems(pairing, works, budget);
  await readBookings(engine, pairing, works, budget, () => budget.mayRead('liferay'));
  for (const work of open(works)) {
    const isCopy = side === 'exchange' ? isOurItem(work, items) : isOurRow(work);
    // What stays is known no more, so that it is not looked at again.
    if (!isCopy) work.outcome = { kind: 'forgotten' };
    else work.plan = act([{ kind: side === 'exchange' ? 'deleteExchange' : 'deleteLiferay' }], null);
  }
  const begins = open(works).map(({ link }) => removalOf(engine, session, pairing, link.id));
  if (!(await commit(engine, session, pairing, {}, putIntents(engine.db, begins)))) return;
  try {
    await apply(engine, session, pairing, works, budget);
  } finally {
    await record(engine, session, pairing, works);
  }
}

/** Written down first: an event may have many rows, and a process may end between them. */
function removalOf(
  engine: Engine,
  { lease }: MailboxSession,
  { row }: PairingSession,
  linkId: string,
): NewIntent {
  const sentAt = engine.effects.clock.now();
  const { fence } = lease;
  return {
    linkId,
    pairingId: row.id,
    operation: 'update',
    stamp: REMOVAL,
    uid: '',
    base: '{}',
    fence,
    sentAt,
  };
}

function hasBegun({ intent }: WorkItem): boolean {
  return intent?.stamp === REMOVAL;
}

/** It carries the stamp of this very link, nobody is invited to it, and it is as both sides agreed. */
function isOurItem(
  { link, agreement, exchange, liferay }: WorkItem,
  items: ReadonlyMap<string, MailboxItem>,
): boolean {
  if (agreement === null || exchange.kind !== 'present' || liferay.kind !== 'present') return false;
  const { event } = exchange;
  if (items.get(link.exchangeId ?? '')?.stamp !== link.id) return false;
  if (event.meeting || event.attendees.length > 0) return false;
  return changedFields('exchange', agreement.seen.exchange, event).length === 0;
}

/**
 * Its UID is one of ours, nobody is invited to it, which would mail them, and it and all the rows that belong to it are
 * as both sides agreed, as far as they are still there.
 */
function isOurRow(work: WorkItem): boolean {
  const { agreement, exchange, seenBooking, agreedBooking, rows } = work;
  if (agreement === null || !seenBooking || !agreedBooking || !isBookingUid(seenBooking.uid)) return false;
  if (!hasBegun(work) && (exchange.kind !== 'present' || work.liferay.kind !== 'present')) return false;
  const own = work.liferay.kind === 'present' ? [{ now: seenBooking, agreed: agreedBooking }] : [];
  return [...own, ...rows].every(({ now, agreed }) => {
    if (now === null) return hasBegun(work);
    if (agreed === null || now.invitees.length > 0) return false;
    return changedFields('liferay', agreed.event, now.event).length === 0;
  });
}
