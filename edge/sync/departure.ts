/**
 * An invitee's row is gone, or leaves out an occurrence: did its owner do that, which is a refusal, or the organiser,
 * who says so in Exchange? Or there is a row and no copy: has that still to come, or was the meeting declined at once, as
 * a room's booking attendant does, and the copy put away before anybody saw it? The organiser's row and what this service
 * knows of it are the evidence. Where they leave a doubt nothing is said.
 */
import type { DateText } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { excludedDates } from '#core/row-edits.ts';
import { leftOut } from '#core/rows-read-invitation.ts';
import type { BookingStatus, PortalBooking } from '#liferay/portal-calendar.port.ts';
import { linksOfRow, pairedAddresses } from '#store/meetings.repository.ts';
import type { LinkRow } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import { hiddenOccurrences, invitationRows, isInvitation } from './invitation.ts';
import { isOver } from './mail.ts';
import { readRows } from './match-invitations.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { open, rowState, type WorkItem, workItem } from './work-item.ts';

/**
 * How often it is looked whether the organiser's run has come to its row, the cancellation to the copy, or the answer to
 * the organiser: with growing waits some five minutes. What has not come then does not come because of this row.
 */
const LOOKS = 6;

/** Statuses of a row that nobody and nothing has refused, of a booking that is no draft any more. */
const STANDING: ReadonlySet<BookingStatus> = new Set(['pending', 'approved', 'maybe']);

/** Learns of the organisers' rows what the invitations among `works` need; what has to wait gets its outcome. */
export async function consultOrganisers(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const invitations = open(works).filter(isInvitation);
  const bereft = invitations.filter(
    ({ exchange, liferay }) =>
      liferay.kind === 'gone' && exchange.kind === 'present' && !exchange.event.cancelled,
  );
  const shortened = invitations.filter((work) => hasLeftOut(work, pairing));
  const copyless = works.filter((work) => isCopyless(engine, work));
  for (const work of invitations) await findCancelled(engine, pairing, work);
  const asked = [...bereft, ...shortened, ...copyless];
  if (asked.length === 0) return;
  const ids = new Set(asked.flatMap(({ seenBooking }) => seenBooking?.parentId ?? []));
  const rows = await readRows(engine, pairing, [...ids], budget);
  const rowOf = ({ seenBooking }: WorkItem) => rows.get(seenBooking?.parentId ?? '') ?? null;
  for (const work of shortened) {
    const organisers = rowOf(work);
    work.organisersDates = organisers && excludedDates(rowState(organisers));
  }
  const { row } = pairing;
  const { address } = session.claimed;
  for (const work of bereft) {
    if (await wasInvitee(engine, pairing, work, rowOf(work), address)) work.departure = 'invitee';
    else if (work.link.attempts < LOOKS) work.outcome = { kind: 'waits' };
  }
  for (const work of copyless) {
    const answer = await answerOf(engine, pairing, rowOf(work), address);
    if (answer === 'declined') {
      // Its copy was there, and is gone again.
      work.exchange = { kind: 'gone' };
      work.outcome = null;
    } else if (answer === 'due' && !row.preview && work.link.attempts < LOOKS) {
      work.outcome = { kind: 'waits' };
    }
  }
}

/**
 * What the organiser has heard of an invitee. `due`: they are asked, or may still be. Null: nobody asks them, as far as
 * this service knows, or they come.
 */
async function answerOf(
  { db }: Engine,
  { row }: PairingSession,
  organisers: PortalBooking | null,
  address: string,
): Promise<'declined' | 'due' | null> {
  if (!organisers || organisers.status === 'trashed') return null;
  const [link] = await linksOfRow(db, row.id, organisers.id);
  if (!link) {
    const isPaired = (await pairedAddresses(db, row.id, [organisers.calendarId])).size > 0;
    return isPaired ? 'due' : null;
  }
  if (!isSettled(link.link, organisers)) return 'due';
  const attendees = workItem(link).agreement?.seen.exchange.attendees ?? [];
  const own = attendees.find((each) => each.address === address.toLowerCase());
  if (own === undefined) return null;
  return own.response === 'declined' ? 'declined' : 'due';
}

/**
 * Both sides of the organiser's meeting agree on the row as it was read just now, be it that another invitee could not
 * be asked.
 */
function isSettled({ work, reason, liferayVersion }: LinkRow, { version }: PortalBooking): boolean {
  return (work === 'clean' || reason === 'inviteeWithoutAddress') && liferayVersion === version;
}

/**
 * It was left alone, as nothing of it was seen in the mailbox, and stands there as if its owner may come. To what is over
 * nobody is asked.
 */
function isCopyless(engine: Engine, work: WorkItem): boolean {
  const { outcome, exchange, liferay, seenBooking } = work;
  if (outcome?.kind !== 'leftAlone' || exchange.kind !== 'none' || liferay.kind !== 'present') return false;
  if (!isInvitation(work) || seenBooking?.seriesId !== null || !STANDING.has(seenBooking.status))
    return false;
  return !isOver(engine, [seenBooking.event]);
}

function hasLeftOut(work: WorkItem, { row }: PairingSession): boolean {
  const { agreement, liferay } = work;
  if (!agreement || liferay.kind !== 'present') return false;
  return leftOut(invitationRows(work, row.calendarZone, agreement.seen.liferay)).length > 0;
}

/** An occurrence that the child leaves out was deleted by its organiser, or changed: their own copy of it tells which. */
async function findCancelled(engine: Engine, { row }: PairingSession, work: WorkItem): Promise<void> {
  const { exchange, liferay, seenBooking } = work;
  if (exchange.kind !== 'present' || liferay.kind !== 'present' || !seenBooking?.parentId) return;
  const hidden = hiddenOccurrences(work, liferayView(exchange.event), row.calendarZone);
  if (hidden.length === 0) return;
  const links = (await linksOfRow(engine.db, row.id, seenBooking.parentId)).map(workItem);
  const isDeleted = (date: DateText) =>
    links.some(({ agreement }) => agreement?.base.exceptions[date] === 'deleted');
  work.cancelledDates = new Set(hidden.filter(isDeleted));
}

/**
 * Only the invitee can have deleted the row where the organiser's stands as this service last saw it, with the invitee
 * among those on whom it and the meeting in Exchange agree: who removes an invitee changes the organiser's row.
 */
async function wasInvitee(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  organisers: PortalBooking | null,
  address: string,
): Promise<boolean> {
  if (!work.agreement || !organisers || organisers.status === 'trashed') return false;
  const links = await linksOfRow(engine.db, pairing.row.id, organisers.id);
  return links.map(workItem).some(({ link, agreement }) => {
    const attendees = agreement?.base.attendees ?? [];
    return isSettled(link, organisers) && attendees.some((each) => each.address === address.toLowerCase());
  });
}
