/**
 * After the state was lost: the further rows of a series are met again. Its first row is found like that of any event;
 * the others by the UIDs that follow from what they stand for. Of a series that has a row with its rule a changed
 * occurrence got its row before its date was left out there, and by that alone it might not be told.
 */
import type { CalendarEvent, ZoneName } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { startDate } from '#core/recurrence-dates.ts';
import { inZone, originalStart } from '#core/row-dates.ts';
import { type RowKey, rowStart } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { bookingHalves } from '#store/links.repository.ts';
import { knownZone } from './calendar-zone.ts';
import type { Engine } from './engine.ts';
import { isBookingUid } from './identity.ts';
import { looksAlike } from './match-bookings.ts';
import { isApart } from './observe-liferay.ts';
import { rowUid } from './place.ts';
import { readBookings } from './read.ts';
import { foundRow } from './record-rows.ts';
import type { Budget, PairingSession } from './slice.ts';
import type { Span } from './window.ts';
import { halfItem, open, type WorkItem } from './work-item.ts';

/** Gives items that were matched with their first row, and have no agreement, their other rows. */
export async function matchRows(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  window: Span,
  budget: Budget,
): Promise<void> {
  const zone = knownZone(pairing.row.calendarZone);
  for (const work of open(works)) {
    const { exchange, seenBooking, agreement, matched } = work;
    if (!matched || agreement || exchange.kind !== 'present' || !seenBooking || isApart(seenBooking))
      continue;
    const event = liferayView(exchange.event);
    if (event.recurrence === null) continue;
    if (isSet(event, zone, window)) {
      const key = keyOf(event, seenBooking, zone);
      if (!key) continue;
      work.key = key;
    } else if (Object.keys(event.exceptions).length === 0) continue;
    await takeRows(engine, pairing, work, event, window, budget);
  }
}

function isSet(event: CalendarEvent, zone: ZoneName, window: Span): boolean {
  const plan = planRows(event, zone, window);
  return plan.kind === 'rows' && plan.rows[0]?.key !== 'series';
}

/** What a row stands for, from where it begins. */
function keyOf(event: CalendarEvent, { event: row }: PortalBooking, zone: ZoneName): RowKey | null {
  const date = originalStart(event, zone, startDate(inZone(row.time, zone)).toString());
  if (date === null) return null;
  return row.recurrence === null ? `occurrence:${date}` : `segment:${date}`;
}

async function takeRows(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  event: CalendarEvent,
  window: Span,
  budget: Budget,
): Promise<void> {
  const { calendarId, calendarZone } = pairing.row;
  const plan = planRows(event, knownZone(calendarZone), window, [work.key]);
  if (plan.kind !== 'rows') return;
  const rows = plan.rows.map((row) => ({ ...row, uid: rowUid(work, calendarId, row.key) }));
  const found = await bookingHalves(
    engine.db,
    pairing.row.id,
    rows.map(({ uid }) => uid),
    rows.map((row) => rowStart(row.event)),
  );
  const halves = found.filter(({ id }) => !work.absorbed.includes(id)).map((link) => halfItem(link));
  await readBookings(engine, pairing, halves, budget);
  for (const { link, seenBooking, liferay } of halves) {
    if (!seenBooking || liferay.kind !== 'present' || isApart(seenBooking)) continue;
    const row =
      rows.find(({ uid }) => uid === link.liferayUid) ??
      // In a portal that keeps no UIDs: what looks like it. Those that a series leaves out are placed before.
      rows.find(
        ({ event: is }) =>
          work.key !== 'series' && !isBookingUid(link.liferayUid ?? '') && looksAlike(is, seenBooking),
      );
    if (!row || row.key === work.key || work.rows.some(({ key }) => key === row.key)) continue;
    work.rows.push(foundRow(engine, work, row.key, seenBooking, false));
    work.absorbed.push(link.id);
  }
}
