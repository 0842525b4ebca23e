/**
 * Bookings that people make directly in the calendar of a room. Nobody is asked: they are written into the room's
 * mailbox, past its booking attendant. So it is looked before writing whether the time is free, and after it whether
 * somebody else came first in between: then the booking is withdrawn. Its row in Liferay stands as declined.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent } from '#core/event.ts';
import { type Failure, failure } from '#core/failure.ts';
import { changedFields } from '#core/merge.ts';
import { gained, type Interval, overlap, takesUpTime, timesOf } from '#core/rooms.ts';
import type { MailboxSlot } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { chunks } from '#store/sync-rows.ts';
import { knownZone } from './calendar-zone.ts';
import { type Act, type Doing, find } from './doing.ts';
import type { Engine } from './engine.ts';
import type { Budget, PairingSession } from './slice.ts';
import { windowOf } from './window.ts';
import type { WorkItem } from './work-item.ts';
import { settle } from './write-rows.ts';

/** What a plan asks of the room. */
interface Claim {
  readonly kind: 'new' | 'moved';
  /** The times that the event did not have yet. */
  readonly wanted: readonly Interval[];
  /** All its times. */
  readonly held: readonly Interval[];
}

interface Claiming {
  readonly doing: Doing;
  readonly claim: Claim;
}

/** Null: the plan asks for no time of a room that its event does not have already. */
function claimOf(engine: Engine, pairing: PairingSession, work: WorkItem, act: Act): Claim | null {
  if (!pairing.isRoom) return null;
  for (const action of act.actions) {
    if (action.kind !== 'createExchange' && action.kind !== 'updateExchange') continue;
    const held = timesIn(engine, pairing, action.event);
    if (action.kind === 'createExchange') return held.length > 0 ? { kind: 'new', wanted: held, held } : null;
    const before = work.exchange.kind === 'present' ? timesIn(engine, pairing, work.exchange.event) : [];
    const wanted = gained(held, before);
    return wanted.length > 0 ? { kind: 'moved', wanted, held } : null;
  }
  return null;
}

/** What is over takes up no time any more, nor does what is only shown as free. */
export function timesIn(
  { effects }: Engine,
  { row }: PairingSession,
  event: CalendarEvent,
): readonly Interval[] {
  if (!takesUpTime(event)) return [];
  const nowMs = effects.clock.now();
  const within = { startMs: nowMs, endMs: windowOf(row, nowMs).toMs };
  return timesOf(event, knownZone(row.calendarZone), within);
}

/** It was written, or was to be, and whether somebody else came first is not known. */
export function isUnsettled({ claim }: WorkItem): boolean {
  return claim === 'new' || claim === 'moved';
}

/** What the plan of this item asks is remembered with its announcement, until it is known whether it has the room. */
export function claimRooms(engine: Engine, pairing: PairingSession, doings: readonly Doing[]): void {
  for (const { doing, claim } of claimsOf(engine, pairing, doings)) {
    const { work } = doing;
    if (work.claim !== 'new') work.claim = claim.kind;
  }
}

/** In the order in which people made the bookings: the ids of a portal grow. */
function claimsOf(engine: Engine, pairing: PairingSession, doings: readonly Doing[]): readonly Claiming[] {
  const claims = doings.flatMap((doing): readonly Claiming[] => {
    const claim = claimOf(engine, pairing, doing.work, doing.act);
    return claim && doing.work.outcome === null ? [{ doing, claim }] : [];
  });
  return claims.toSorted((a, b) => compareIds(a.doing.booking?.id ?? '', b.doing.booking?.id ?? ''));
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

/**
 * Rows that stand as declined ask for nothing, be it that the room has become free: a person who changes one of them,
 * accepts it, or asks for another try does.
 */
export function stayDeclined(engine: Engine, pairing: PairingSession, work: WorkItem, act: Act): void {
  const rows = [work.seenBooking, ...work.rows.map(({ now }) => now)].filter((row) => row !== null);
  if (rows.length === 0 || rows.some(({ status }) => status !== 'denied')) return;
  const isAsked = work.link.claim === 'declined' && work.link.reason === null;
  // One that nobody knows any more asks for nothing when it is over either.
  const isNew = pairing.isRoom && act.actions.some(({ kind }) => kind === 'createExchange');
  if (isAsked || (!isNew && claimOf(engine, pairing, work, act) === null)) return;
  const detail = work.link.reasonDetail ?? 'The booking was declined.';
  const keepsItem = work.exchange.kind === 'present';
  work.outcome = { kind: 'declined', failure: failure('roomTaken', detail), keepsItem };
}

/** Right before writing: what would take a time that is taken is declined, and not written. */
export async function refuseTaken(
  engine: Engine,
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const claims = claimsOf(engine, pairing, doings);
  if (claims.length === 0) return;
  const slots = await slotsAt(
    pairing,
    claims.flatMap(({ claim }) => claim.wanted),
    budget,
  );
  // What goes in this batch makes room; should it stay after all, that shows after writing.
  const leaving = doings.filter((doing) => find(doing, 'deleteExchange'));
  const granted: Claiming[] = [];
  for (const one of claims) {
    const { doing, claim } = one;
    const gone = [doing, ...leaving, ...granted.map((other) => other.doing)];
    const others: readonly Interval[] = [
      ...slots.filter((slot) => takesUpTime(slot) && !gone.some(({ work }) => isOf(work, slot))),
      ...granted.flatMap((other) => other.claim.held),
    ];
    const taken = claim.wanted.find((time) => others.some((other) => overlap(time, other)));
    if (taken) await decline(engine, pairing, doing, taken, doing.exchange !== null);
    else granted.push(one);
  }
}

/** Whether it is the event itself. */
export function isOf({ exchangeId, exchangeUid }: WorkItem, { id, uid }: MailboxSlot): boolean {
  return id === exchangeId || (exchangeUid !== null && exchangeUid !== '' && uid === exchangeUid);
}

/** What the room's calendar has at these times. */
export async function slotsAt(
  { mailbox, row }: PairingSession,
  intervals: readonly Interval[],
  budget: Budget,
): Promise<readonly MailboxSlot[]> {
  const found = new Map<string, MailboxSlot>();
  for (const part of chunks(intervals, mailbox.capabilities.overlapBatch)) {
    budget.spend();
    for (const slot of await mailbox.overlapping(row.folderId, part)) found.set(slot.id, slot);
  }
  return [...found.values()];
}

/** The event's rows in Liferay say that it did not get the room. `keepsItem`: it has the room at its former time. */
export async function decline(
  engine: Engine,
  pairing: PairingSession,
  { work, booking, rows }: Doing,
  taken: Interval,
  keepsItem: boolean,
): Promise<void> {
  let why = failure('roomTaken', `Somebody else has it at ${instantText(taken.startMs)}.`);
  const standing = [booking, ...rows.values()].flatMap((row) => (row && row.seriesId === null ? [row] : []));
  for (const row of standing) {
    if (row.status !== 'denied') why = (await sayDeclined(engine, pairing, work, row)) ?? why;
  }
  work.outcome = { kind: 'declined', failure: why, keepsItem };
}

/** @returns why it could not be said, or is void already; null: it stands as declined */
async function sayDeclined(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  row: PortalBooking,
): Promise<Failure | null> {
  const zone = pairing.row.calendarZone;
  const told = await settle(engine.portal.setStatus(row, 'denied', zone));
  if (told.kind === 'failed') return told.failure;
  if (told.before && changedFields('liferay', row.event, told.before.event).length > 0) {
    // Somebody changed it in the last moment: that is another booking, about which nothing was decided.
    await settle(engine.portal.setStatus(told.booking, 'approved', zone));
    return failure('changedMeanwhile', 'The booking was changed just before it was declined.');
  }
  // Known already, so that only a further change is another chance.
  if (row.id === work.liferayId) work.liferayVersion = told.booking.version;
  for (const further of work.rows) if (further.now?.id === row.id) further.now = told.booking;
  return null;
}

function instantText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString();
}
