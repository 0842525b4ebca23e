/**
 * An invitee's row is gone, or leaves out an occurrence: did its owner do that, which is a refusal, or the organiser,
 * who says so in Exchange? The organiser's row and what this service knows of it are the evidence. Where they leave a
 * doubt nothing is said.
 */
import type { DateText } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { excludedDates } from '#core/row-edits.ts';
import { leftOut } from '#core/rows-read-invitation.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { linksOfRow } from '#store/meetings.repository.ts';
import type { Engine } from './engine.ts';
import { hiddenOccurrences, invitationRows, isInvitation } from './invitation.ts';
import { readRows } from './match-invitations.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { open, rowState, type WorkItem, workItem } from './work-item.ts';

/**
 * How often it is looked whether the organiser's run has come to its row, or the cancellation to the copy: with growing
 * waits some five minutes. What has not come then does not come because of this row.
 */
const LOOKS = 6;

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
  for (const work of invitations) await findCancelled(engine, pairing, work);
  const asked = [...bereft, ...shortened];
  if (asked.length === 0) return;
  const ids = new Set(asked.flatMap(({ seenBooking }) => seenBooking?.parentId ?? []));
  const rows = await readRows(engine, pairing, [...ids], budget);
  const rowOf = ({ seenBooking }: WorkItem) => rows.get(seenBooking?.parentId ?? '') ?? null;
  for (const work of shortened) {
    const organisers = rowOf(work);
    work.organisersDates = organisers && excludedDates(rowState(organisers));
  }
  for (const work of bereft) {
    const { address } = session.claimed;
    if (await wasInvitee(engine, pairing, work, rowOf(work), address)) work.departure = 'invitee';
    else if (work.link.attempts < LOOKS) work.outcome = { kind: 'waits' };
  }
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
    const isSettled = link.work === 'clean' && link.liferayVersion === organisers.version;
    const attendees = agreement?.base.attendees ?? [];
    return isSettled && attendees.some((each) => each.address === address.toLowerCase());
  });
}
