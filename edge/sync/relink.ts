/**
 * What follows when the other half of an event was found: it is written down who belongs to whom, and what was agreed,
 * before anything is done about it. Items find theirs in relink-items.ts, bookings in relink-bookings.ts.
 */
import type { CalendarEvent } from '#core/event.ts';
import { liferayView, shownDetails } from '#core/liferay-view.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { moveExceptions, putExceptions } from '#store/exceptions.statements.ts';
import { exceptionsOf } from '#store/links.repository.ts';
import { deleteLink, putContents, updateLink } from '#store/links.statements.ts';
import { deleteIntent } from '#store/sync.statements.ts';
import { type IntentRow, ROWS_DOUBTFUL, ROWS_UNWRITTEN } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import type { MailboxSession, PairingSession } from './slice.ts';
import { contentOf, furtherRow, open, storedBooking, storedEvent, type WorkItem } from './work-item.ts';

/** A create that did happen: what it was to complete is agreed, and what differs by now is an edit. */
export function completeCreate(work: WorkItem, intent: IntentRow): void {
  work.matched = true;
  const base = storedEvent(intent.base);
  const booking = intent.seenLiferay === null ? null : asAgreed(storedBooking(intent.seenLiferay), base);
  // An item is made without its exceptions, which are written one by one after that.
  const made = { ...base, exceptions: {} };
  const exchange = intent.seenExchange === null ? made : storedEvent(intent.seenExchange);
  work.wiped ||= intent.seenExchange === null && Object.keys(base.exceptions).length > 0;
  // The rows in Liferay come after the item and its occurrences.
  work.unwritten ||= intent.operation === 'createExchange';
  work.agreement = { base, seen: { exchange, liferay: liferayView(base) } };
  work.agreedBooking = booking;
  work.readExchange = work.exchangeId !== null && work.link.exchangeState !== 'deleted';
  work.readLiferay = work.liferayId !== null && work.link.liferayState !== 'deleted';
}

/**
 * After reading: the attendees of an item that was made by a write whose answer was lost are those that the server
 * tells. It may know them by other addresses than we do, and that takes nobody out.
 */
export function takeAttendees(works: readonly WorkItem[]): void {
  for (const work of open(works)) {
    const { agreement, exchange, intent, matched } = work;
    const isMade = matched && intent?.operation === 'createExchange';
    if (!isMade || !agreement || exchange.kind !== 'present') continue;
    const { attendees } = exchange.event;
    const seen = { ...agreement.seen, exchange: { ...agreement.seen.exchange, attendees } };
    work.agreement = { ...agreement, seen };
  }
}

/** What a row tells of an event whose texts it shall not show counts as an edit, which is put back. */
function asAgreed(booking: PortalBooking, base: CalendarEvent): PortalBooking {
  if (shownDetails(base) === 'full') return booking;
  const { title, description, location } = liferayView(base);
  return { ...booking, event: { ...booking.event, title, description, location } };
}

/**
 * Writes down who belongs to whom, and what was agreed when it was made, before anything is done about it: the next
 * write replaces the intent from which that was learnt.
 */
export async function keepMatches(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
): Promise<void> {
  const { db } = engine;
  const matched = open(works).filter((work) => work.matched);
  const writes = matched.flatMap((work) => {
    const { link, exchangeId, exchangeVersion, exchangeUid, liferayId, liferayVersion, liferayUid } = work;
    return [
      // First, because an item or booking belongs to one link at a time.
      ...work.absorbed.flatMap((id) => [...moveExceptions(db, id, link.id), deleteLink(db, id)]),
      updateLink(db, link.id, {
        exchangeId,
        exchangeVersion,
        exchangeUid,
        liferayId,
        liferayVersion,
        liferayUid,
        liferaySeries: work.seenBooking?.seriesId ?? link.liferaySeries,
        liferayKey: work.key,
        exceptionsDue: work.wiped,
        // What is doubtful counts as unwritten too.
        ...(work.unwritten && link.rowsUntil !== ROWS_DOUBTFUL ? { rowsUntil: ROWS_UNWRITTEN } : {}),
        exchangeState: stateOf(work.exchange, exchangeId),
        liferayState: stateOf(work.liferay, liferayId),
        exchangeDirty: true,
        liferayDirty: true,
      }),
      // Rows that were met again: the halves by which they were known are gone.
      ...putExceptions(
        db,
        work.rows.flatMap(({ stored }) =>
          stored.linkId === link.id && stored.seen === null ? [stored] : [],
        ),
      ),
      ...(work.intent && work.intent.operation !== 'update' ? [deleteIntent(db, link.id)] : []),
    ];
  });
  const contents = matched.flatMap(({ link, agreement, agreedBooking }) =>
    agreement && agreedBooking
      ? [contentOf(link.id, agreement.base, agreement.seen.exchange, agreedBooking)]
      : [],
  );
  await commit(engine, session, pairing, {}, [...writes, ...putContents(db, contents)]);
  for (const work of matched) work.absorbed.length = 0;
}

function stateOf(side: WorkItem['exchange'], id: string | null): 'none' | 'present' | 'deleted' {
  if (id === null) return 'none';
  return side.kind === 'gone' ? 'deleted' : 'present';
}

/** The further rows of what was matched in this batch: its own, and those of the halves that belong to it now. */
export async function takeOverRows(engine: Engine, works: readonly WorkItem[]): Promise<void> {
  for (const work of open(works)) {
    if (!work.matched && work.absorbed.length === 0) continue;
    const taken = await exceptionsOf(engine.db, [work.link.id, ...work.absorbed]);
    // Those of the halves take the place of rows that stood for the same: see moveExceptions.
    for (const stored of taken.toSorted((row) => (row.linkId === work.link.id ? -1 : 1))) {
      if (work.rows.some((row) => row.stored.id === stored.id)) continue;
      work.rows = [...work.rows.filter(({ key }) => key !== stored.key), furtherRow(stored)];
    }
  }
}
