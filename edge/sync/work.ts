/** Working off what is dirty in one mailbox, batch by batch: resolve, read, match, decide, apply, record. */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { dueLinks, furtherRowsWait, itemsWait, unidentifiedBookings } from '#store/due-work.repository.ts';
import { endQuiet } from '#store/links.statements.ts';
import type { LinkWithContent } from '#store/sync-rows.ts';
import { adoptRows, awaitRows } from './adopt.ts';
import { adoptSetRows } from './adopt-sets.ts';
import { leaveOut } from './ambiguities.ts';
import { apply } from './apply.ts';
import { commit } from './commit.ts';
import { decide } from './decide.ts';
import { consultOrganisers } from './departure.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { knowOwnRows } from './invitation.ts';
import { weighInvitees } from './invitees.ts';
import { findLeftBehind } from './left-behind.ts';
import { matchNewChildren } from './match-invitations.ts';
import { matchReplaced } from './match-replaced.ts';
import { isApart } from './observe-liferay.ts';
import { propose } from './propose.ts';
import { readBookings, readItems } from './read.ts';
import { record } from './record.ts';
import { keepMatches, takeAttendees, takeOverRows } from './relink.ts';
import { identifyBookings, matchNewBookings } from './relink-bookings.ts';
import { matchItems } from './relink-items.ts';
import { matchRows } from './relink-rows.ts';
import { removeCopies } from './remove-copies.ts';
import { absorbUpdates, findCreated, postponeUnsettled } from './resolve.ts';
import { assumeMade, composeLiferay } from './rows.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { windowOf } from './window.ts';
import { fail, open, type WorkItem, workItem } from './work-item.ts';

/** Links in one batch. */
const BATCH = 50;
/** Batches of one pairing in one slice: a bound, far above what the budget allows. */
const BATCH_LIMIT = 10_000;

/** Works off one mailbox. Failures of the mailbox or the portal end up in the session. */
export async function workOff(engine: Engine, session: MailboxSession, budget: Budget): Promise<void> {
  for (const pairing of session.pairings) {
    if (session.lost || session.failure) return;
    if (pairing.blocked) continue;
    try {
      if (pairing.row.removes !== null) await removeCopies(engine, session, pairing, budget);
      else await workOffPairing(engine, session, pairing, budget);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      session.failure = error.failure;
      return;
    }
  }
}

async function workOffPairing(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<void> {
  if (pairing.row.phase === 'observing') {
    // Nothing is decided before both sides were seen whole: what is missing might only not have been listed yet.
    const whole = pairing.row.exchangeSeen && pairing.row.digest !== null;
    if (!whole) return;
    await commit(engine, session, pairing, { phase: 'linking' }, []);
  }
  for (let batch = 0; batch < BATCH_LIMIT; batch += 1) {
    if (session.lost) return;
    // One batch is done in any case, or a slice whose budget goes into looking would never get on.
    if (budget.spent && (batch > 0 || !budget.mayWrite)) {
      session.more = true;
      return;
    }
    await adoptSetRows(engine, session, pairing, budget);
    if (!(await adoptRows(engine, session, pairing, budget))) {
      session.more = true;
      return;
    }
    const due = (await nextBatch(engine, session, pairing)).filter(
      ({ link }) => !pairing.waiting.has(link.id),
    );
    if (due.length === 0) return;
    await runBatch(engine, session, pairing, due.map(workItem), budget);
  }
  session.more = true;
}

/** Items without a booking first, then what else is due, and the later halves of split series last. */
async function nextBatch(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
): Promise<readonly LinkWithContent[]> {
  const { db } = engine;
  const { id } = pairing.row;
  const nowMs = engine.effects.clock.now();
  const { afterPairs } = pairing;
  if (afterPairs.size > 0 && !(await furtherRowsWait(db, id))) afterPairs.clear();
  const items = await dueLinks(db, id, 'exchangeHalves', nowMs, BATCH + afterPairs.size);
  const halves = items.filter(({ link }) => !afterPairs.has(link.id)).slice(0, BATCH);
  if (halves.length > 0) return halves;
  // A booking of which nothing is known may be theirs, too.
  if (afterPairs.size > 0) return dueLinks(db, id, 'pairs', nowMs, BATCH);
  if (pairing.row.phase === 'linking') {
    // Bookings that nothing in Exchange belongs to are new there only when every item had its chance to match.
    if (await itemsWait(db, id)) return dueLinks(db, id, 'pairs', nowMs, BATCH);
    await commit(engine, session, pairing, { phase: 'steady' }, [endQuiet(db, id)]);
  }
  const rest = await dueLinks(db, id, 'rest', nowMs, BATCH);
  return rest.length > 0 ? rest : dueLinks(db, id, 'splitSeries', nowMs, BATCH);
}

async function runBatch(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  loaded: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const hadTime = budget.mayRead('exchange');
  let works = await postponeUnsettled(engine, session, pairing, loaded);
  if (session.lost || works.length === 0) return;
  if (works.some((work) => work.intent !== null)) await findCreated(engine, pairing, works, budget);
  const newItems = works.some((work) => work.exchangeId !== null && work.liferayId === null);
  const bereft = works.some(({ link }) => link.liferayState === 'deleted' || link.liferayState === 'missing');
  if ((newItems || bereft) && (await unidentifiedBookings(engine.db, pairing.row.id, 1)).length > 0) {
    await identifyBookings(engine, session, pairing, budget);
  }
  const items = await readItems(pairing, works, budget);
  leaveOut(pairing, works);
  if (newItems) works = await matchItems(engine, session, pairing, works, items, budget);
  await readItems(pairing, works, budget);
  await takeOverRows(engine, works);
  await readBookings(engine, pairing, works, budget, () => budget.mayRead('liferay'));
  leaveOut(pairing, works);
  await matchReplaced(engine, session, pairing, works, budget);
  if (session.lost) return;
  works = distinct(await matchNewBookings(engine, pairing, works));
  works = await matchNewChildren(engine, session, pairing, works, budget);
  await readItems(pairing, works, budget);
  await takeOverRows(engine, works);
  await readBookings(engine, pairing, works, budget, () => budget.mayRead('liferay'));
  works = works.filter((work) => !outrunsSnapshot(pairing, work));
  const window = windowOf(pairing.row, engine.effects.clock.now());
  await matchRows(engine, pairing, works, window, budget);
  works = distinct(works);
  assumeMade(works, pairing.row.calendarZone, window);
  takeAttendees(works);
  await keepMatches(engine, session, pairing, works);
  if (session.lost) return;
  works = works.filter((work) => !isLaterHalf(work));
  await consultOrganisers(engine, session, pairing, works, budget);
  await findLeftBehind(engine, pairing, works, budget);
  await knowOwnRows(engine, works);
  awaitRows(pairing, works);
  await awaitItems(engine, pairing, works);
  if (hadTime && !budget.mayWrite) giveUpLargest(works);
  composeLiferay(works, pairing.row, window);
  absorbUpdates(works);
  await weighInvitees(engine, session, pairing, works, budget);
  await decide(engine, pairing, works);
  try {
    if (pairing.row.preview) propose(works);
    else await apply(engine, session, pairing, works, budget);
  } finally {
    await record(engine, session, pairing, works);
  }
}

/**
 * What somebody split off a series, and was matched in this batch: it has its turn when the earlier half has let go of
 * the changed occurrences that are its own by now. Of an invitee's rows Liferay sees to that.
 */
function isLaterHalf({ matched, agreement, seenBooking, exchangeId }: WorkItem): boolean {
  if (!matched || agreement || exchangeId === null || !seenBooking) return false;
  return seenBooking.seriesId !== null && !isApart(seenBooking);
}

/**
 * A row of our making of which nothing is known may be that of an item which could not be read yet: it is no new booking
 * while one waits for another try.
 */
async function awaitItems(
  { db }: Engine,
  { row }: PairingSession,
  works: readonly WorkItem[],
): Promise<void> {
  const doubtful = open(works).filter(
    ({ exchange, agreement, seenBooking }) =>
      exchange.kind === 'none' && agreement === null && isBookingUid(seenBooking?.uid ?? ''),
  );
  if (doubtful.length === 0 || !(await itemsWait(db, row.id))) return;
  for (const work of doubtful) work.outcome = { kind: 'waits' };
}

/** One series may take longer to read than a slice lasts: it fails, or none of its batch would ever be written. */
function giveUpLargest(works: readonly WorkItem[]): void {
  const [largest] = open(works).toSorted((a, b) => partsOf(b) - partsOf(a));
  if (largest) fail(largest, failure('timedOut', 'Reading all of its occurrences took too long.'));
}

function partsOf({ exchange, rows }: WorkItem): number {
  return rows.length + (exchange.kind === 'present' ? Object.keys(exchange.event.exceptions).length : 0);
}

/**
 * Whoever changes an occurrence in Liferay makes a row and leaves its date out of the series. A series that was changed
 * after the snapshot may leave out a date whose row nobody has seen yet, which would look like a deletion: it waits for
 * the next snapshot.
 */
function outrunsSnapshot(pairing: PairingSession, work: WorkItem): boolean {
  const own = work.liferay.kind === 'present' && work.seenBooking !== work.agreedBooking;
  const read = [
    ...(own ? [work.seenBooking] : []),
    ...work.rows.flatMap(({ now, agreed }) => (now === agreed ? [] : [now])),
  ];
  const seen = new Map(pairing.snapshot.map(({ id, version }) => [id, version]));
  const isNewer = (booking: PortalBooking | null) =>
    booking !== null &&
    booking.carried.recurrence !== '' &&
    seen.has(booking.id) &&
    seen.get(booking.id) !== booking.version;
  if (!read.some(isNewer)) return false;
  pairing.waiting.add(work.link.id);
  return true;
}

/** A half may have been found by its other half in the same batch, and a link by two of them: each is done once. */
function distinct(works: readonly WorkItem[]): WorkItem[] {
  const absorbed = new Set(works.flatMap((work) => work.absorbed));
  const byLink = new Map<string, WorkItem>();
  for (const work of works) {
    const same = byLink.get(work.link.id);
    if (!absorbed.has(work.link.id) && !same?.matched) byLink.set(work.link.id, work);
  }
  return [...byLink.values()];
}
