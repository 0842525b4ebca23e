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
import { linksOfRows, pairedAddresses } from '#store/meetings.repository.ts';
import type { LinkRow } from '#store/sync-rows.ts';
import { looksOf } from './backoff.ts';
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
  const hidden = new Map(invitations.map((work) => [work, hiddenFrom(work, pairing)]));
  const unclear = invitations.filter((work) => hidden.get(work)?.length);
  const asked = [...bereft, ...shortened, ...copyless];
  if (asked.length + unclear.length === 0) return;
  const rows = await readRows(engine, pairing, parentsOf(asked), budget);
  // After the rows: what was agreed of a row that changes meanwhile is not of the version that was read.
  const parents = parentsOf([...bereft, ...unclear, ...copyless]);
  const links = await linksOfRows(engine.db, pairing.row.id, parents);
  const rowOf = ({ seenBooking }: WorkItem) => rows.get(seenBooking?.parentId ?? '') ?? null;
  const knownOf = ({ seenBooking }: WorkItem) => links.get(seenBooking?.parentId ?? '')?.map(workItem) ?? [];
  for (const work of unclear) findCancelled(work, hidden.get(work) ?? [], knownOf(work));
  for (const work of shortened) {
    const organisers = rowOf(work);
    work.organisersDates = organisers && excludedDates(rowState(organisers));
  }
  const { address } = session.claimed;
  for (const work of bereft) {
    if (wasInvitee(work, rowOf(work), knownOf(work), address, pairing.row.calendarId))
      work.departure = 'invitee';
    else if (looksOf(work.link) < LOOKS) work.outcome = { kind: 'waits' };
  }
  const unmade = copyless.filter((work) => knownOf(work).length === 0);
  const calendars = unmade.flatMap((work) => rowOf(work)?.calendarId ?? []);
  const paired = await pairedAddresses(engine.db, pairing.row.id, [...new Set(calendars)]);
  for (const work of copyless) {
    const answer = answerOf(rowOf(work), knownOf(work), paired, address);
    if (answer === 'declined') {
      // Its copy was there, and is gone again.
      work.exchange = { kind: 'gone' };
      work.outcome = null;
    } else if (answer === 'due' && !pairing.row.preview && looksOf(work.link) < LOOKS) {
      work.outcome = { kind: 'waits' };
    }
  }
}

/**
 * What the organiser has heard of an invitee. `due`: they are asked, or may still be. Null: nobody asks them, as far as
 * this service knows, or they come. `paired`: calendars of organisers whose meeting may still be made.
 */
function answerOf(
  row: PortalBooking | null,
  [organisers]: readonly WorkItem[],
  paired: ReadonlyMap<string, string>,
  address: string,
): 'declined' | 'due' | null {
  if (!row || row.status === 'trashed') return null;
  if (!organisers) return paired.has(row.calendarId) ? 'due' : null;
  if (!isSettled(organisers.link, row)) return 'due';
  const attendees = organisers.agreement?.seen.exchange.attendees ?? [];
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

/** The organisers' rows of these invitations. */
function parentsOf(works: readonly WorkItem[]): readonly string[] {
  return [...new Set(works.flatMap(({ seenBooking }) => seenBooking?.parentId ?? []))];
}

function hasLeftOut(work: WorkItem, { row }: PairingSession): boolean {
  const { agreement, liferay } = work;
  if (!agreement || liferay.kind !== 'present') return false;
  return leftOut(invitationRows(work, row.calendarZone, agreement.seen.liferay)).length > 0;
}

/** Original starts of changed occurrences that the child leaves out. */
function hiddenFrom(work: WorkItem, { row }: PairingSession): readonly DateText[] {
  const { exchange, liferay, seenBooking } = work;
  if (exchange.kind !== 'present' || liferay.kind !== 'present' || !seenBooking?.parentId) return [];
  return hiddenOccurrences(work, liferayView(exchange.event), row.calendarZone);
}

/** Such an occurrence was deleted by its organiser, or changed: their own copy of it tells which. */
function findCancelled(work: WorkItem, hidden: readonly DateText[], organisers: readonly WorkItem[]): void {
  const isDeleted = (date: DateText) =>
    organisers.some(({ agreement }) => agreement?.base.exceptions[date] === 'deleted');
  work.cancelledDates = new Set(hidden.filter(isDeleted));
}

/**
 * Only the invitee can have deleted the row where the organiser's stands as this service last saw it, with the invitee
 * among those on whom it and the meeting in Exchange agree: who removes an invitee changes the organiser's row. Of
 * somebody who had declined Exchange hears nothing then, so the meeting alone does not tell.
 */
function wasInvitee(
  work: WorkItem,
  row: PortalBooking | null,
  organisers: readonly WorkItem[],
  address: string,
  calendarId: string,
): boolean {
  if (!work.agreement || !row || row.status === 'trashed') return false;
  return organisers.some(({ link, agreement, agreedBooking, inviteesUnknown }) => {
    const isInvited = agreedBooking?.invitees.some((each) => each.calendarId === calendarId);
    if (!inviteesUnknown && !isInvited) return false;
    const attendees = agreement?.base.attendees ?? [];
    return isSettled(link, row) && attendees.some((each) => each.address === address.toLowerCase());
  });
}
