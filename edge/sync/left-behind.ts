/**
 * Liferay keeps an invitee's row in step with the organiser's, but one that stands as declined it leaves as it is
 * (CalendarBookingLocalServiceImpl, _addChildCalendarBookings). When the copy comes back because the organiser changed the
 * meeting, that row has to say again what the organiser's does: what stands there is nobody's edit.
 */
import type { CalendarEvent } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameInstants } from '#core/occurrences.ts';
import { calendarDate, seriesTime } from '#core/row-dates.ts';
import { excludedDates, ROW_TEXTS, sameRule } from '#core/row-edits.ts';
import { dateOf, isOccurrence, type RowKey } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { knownZone } from './calendar-zone.ts';
import type { Engine } from './engine.ts';
import { isInvitation, occurrenceEvent } from './invitation.ts';
import { readRows } from './match-invitations.ts';
import { isApart } from './observe-liferay.ts';
import { responseOf } from './row-status.ts';
import type { Budget, PairingSession } from './slice.ts';
import { open, rowState, type WorkItem } from './work-item.ts';

/** Gives invitations the organiser's rows that theirs are behind. */
export async function findLeftBehind(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<void> {
  const doubtful = open(works).flatMap((work) =>
    isInvitation(work) ? suspects(work, pairing).map((suspect) => ({ work, ...suspect })) : [],
  );
  if (doubtful.length === 0) return;
  const parents = [...new Set(doubtful.flatMap(({ child }) => child.parentId ?? []))];
  const organisers = await readRows(engine, pairing, parents, budget);
  const behind = doubtful.filter(({ child }) => {
    const row = organisers.get(child.parentId ?? '');
    return row !== undefined && row.status !== 'trashed' && isBehind(child, row);
  });
  if (behind.length === 0) return;
  // A child has the organiser's rule as it stands there, and expands it in the zone of its own calendar.
  const { calendarZone } = pairing.row;
  const zones = new Map([...organisers.values()].map(({ calendarId }) => [calendarId, calendarZone]));
  const ids = [...new Set(behind.flatMap(({ child }) => child.parentId ?? []))];
  const theirs = await readRows(engine, pairing, ids, budget, zones);
  for (const { work, key, child } of behind) {
    const row = theirs.get(child.parentId ?? '');
    if (row) work.leftBehind.set(key, row);
  }
}

interface Suspect {
  readonly key: RowKey;
  readonly child: PortalBooking;
}

/** Rows that show something else than the copy, or that Liferay may have passed over. */
function suspects(work: WorkItem, { isRoom, row }: PairingSession): readonly Suspect[] {
  const { exchange, liferay, seenBooking, rows } = work;
  if (exchange.kind !== 'present' || liferay.kind !== 'present' || !seenBooking) return [];
  const view = liferayView(exchange.event);
  if (view.cancelled || view.ownResponse === 'declined') return [];
  const { event, status } = seenBooking;
  const texts = isRoom ? [] : ROW_TEXTS;
  const isOther =
    !sameInstants(seriesTime(view), event.time) || texts.some((field) => view[field] !== event[field]);
  const further = rows.flatMap(({ key, now }) => (now && isApart(now) ? [{ key, child: now }] : []));
  const isStale = ({ key, child }: Suspect): boolean => {
    const is = isOccurrence(key) ? occurrenceEvent(view, dateOf(key), row.calendarZone) : null;
    if (is === null) return false;
    const { event: shown } = child;
    return !sameInstants(is.time, shown.time) || texts.some((field) => is[field] !== shown[field]);
  };
  const isDoubtful = isOther || status === 'denied' || further.some(isStale);
  if (!isDoubtful && !hidesChange(work, view, seenBooking, row.calendarZone)) return [];
  // What waits for approval does so with the organiser's row.
  return [{ key: 'series' as const, child: seenBooking }, ...further].filter(
    ({ child }) => responseOf(child.status) !== undefined,
  );
}

/** Whether the child shows an occurrence as its series has it which the copy has elsewhere, or with other texts. */
function hidesChange(
  { rows }: WorkItem,
  view: CalendarEvent,
  child: PortalBooking,
  calendarZone: string,
): boolean {
  const left = excludedDates(rowState(child));
  return Object.entries(view.exceptions).some(([date, is]) => {
    const regular = regularOccurrence(view, date);
    if (is === 'deleted' || regular === null) return false;
    if (rows.some(({ key, now }) => key === `occurrence:${date}` && now !== null)) return false;
    const isChanged =
      !sameInstants(regular.time, is.time) || ROW_TEXTS.some((field) => regular[field] !== is[field]);
    return isChanged && !left.includes(calendarDate(view, knownZone(calendarZone), date));
  });
}

function isBehind(child: PortalBooking, organisers: PortalBooking): boolean {
  const [was, is] = [child.event, organisers.event];
  if (!sameInstants(was.time, is.time) || ROW_TEXTS.some((field) => was[field] !== is[field])) return true;
  const left = excludedDates(rowState(child));
  const isShown = excludedDates(rowState(organisers)).some((date) => !left.includes(date));
  return isShown || !sameRule(rowState(child), rowState(organisers));
}
