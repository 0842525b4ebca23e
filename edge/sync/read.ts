/** Reading what is dirty: one batch on each side, and only the side that changed. */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking, PortalRead } from '#liferay/portal-calendar.port.ts';
import { chunks } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import { isApart } from './observe-liferay.ts';
import type { Budget, PairingSession } from './slice.ts';
import { type FurtherRow, fail, open, sawBooking, sawItem, type WorkItem } from './work-item.ts';

/**
 * Reads the items that need it, as many as there is time for. An item outside the paired folder counts as gone from it.
 */
export async function readItems(
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
): Promise<ReadonlyMap<string, MailboxItem>> {
  const wanted = open(works).filter((work) => work.readExchange && work.exchangeId !== null);
  const items = new Map<string, MailboxItem>();
  for (const part of chunks(wanted, pairing.mailbox.capabilities.readBatch)) {
    budget.spend();
    const reads = await pairing.mailbox.read(
      part.map((work) => work.exchangeId ?? ''),
      budget.counting(() => budget.mayRead('exchange')),
    );
    for (const [index, work] of part.entries()) {
      const read = reads[index];
      if (!read) throw new RemoteFailure(failure('badAnswer', 'Fewer items came back than were asked for.'));
      if (read.kind === 'unread') work.unread = true;
      else if (read.kind === 'gone') work.exchange = { kind: 'gone' };
      else if (read.kind === 'failed') {
        work.exchangeVersion = read.version ?? work.exchangeVersion;
        fail(work, read.failure);
      } else if (read.item.folderId !== pairing.row.folderId) work.exchange = { kind: 'gone' };
      else {
        sawItem(work, read.item, pairing.disclosure);
        items.set(read.item.id, read.item);
      }
      work.readExchange = false;
    }
  }
  return items;
}

/** Bookings in one request. */
export const PORTAL_READ_BATCH = 50;

/**
 * Reads the rows that need it; one that Liferay does not know any more is confirmed as gone. When `mayGoOn` says no, what
 * has rows left is `unread`, but for the first item.
 */
export async function readBookings(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  budget: Budget,
  mayGoOn = () => true,
): Promise<void> {
  const wanted = open(works).flatMap((work): readonly Wanted[] => {
    const own = work.readLiferay && work.liferayId !== null ? [{ work, row: null, id: work.liferayId }] : [];
    const others = work.rows.filter(({ read }) => read);
    return [...own, ...others.map((row) => ({ work, row, id: row.stored.liferayId }))];
  });
  const zones = new Map([[pairing.row.calendarId, pairing.row.calendarZone]]);
  for (const part of chunks(wanted, PORTAL_READ_BATCH)) {
    if (part[0]?.work !== wanted[0]?.work && !mayGoOn()) {
      for (const { work } of part) work.unread = true;
      continue;
    }
    budget.spend();
    const reads = await engine.portal.read(
      part.map(({ id }) => id),
      zones,
    );
    for (const [index, one] of part.entries()) {
      const read = reads[index];
      if (!read)
        throw new RemoteFailure(failure('badAnswer', 'Fewer bookings came back than were asked for.'));
      if (one.row) sawFurtherRow(pairing, one.work, one.row, read);
      else sawOwnRow(pairing, one.work, read);
    }
  }
}

interface Wanted {
  readonly work: WorkItem;
  /** Null: the link's own row. */
  readonly row: FurtherRow | null;
  readonly id: string;
}

function sawOwnRow(pairing: PairingSession, work: WorkItem, read: PortalRead): void {
  if (read.kind === 'gone') work.liferay = { kind: 'gone' };
  else if (read.kind === 'failed') {
    work.liferayVersion = read.version ?? work.liferayVersion;
    fail(work, read.failure);
  } else {
    const { booking } = read;
    sawBooking(work, booking);
    if (isElsewhere(pairing, booking)) work.liferay = { kind: 'gone' };
    // Without a copy in Exchange an invitee's row is the organiser's affair.
    else if (isApart(booking) && work.exchangeId === null) work.outcome = { kind: 'leftAlone' };
  }
  work.readLiferay = false;
}

function sawFurtherRow(pairing: PairingSession, work: WorkItem, row: FurtherRow, read: PortalRead): void {
  if (read.kind === 'failed') fail(work, read.failure);
  else row.now = read.kind === 'gone' || isElsewhere(pairing, read.booking) ? null : read.booking;
  row.read = false;
}

/** In the Recycle Bin, or moved to another calendar. */
function isElsewhere({ row }: PairingSession, { status, calendarId }: PortalBooking): boolean {
  return status === 'trashed' || calendarId !== row.calendarId;
}
