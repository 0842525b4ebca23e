/** Finding the booking of a new item: by UID, else by content. */
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { liferayView, shownDetails } from '#core/liferay-view.ts';
import { changedFields, sameField } from '#core/merge.ts';
import { isSpoiltCopy, ROW_TEXTS } from '#core/row-edits.ts';
import { type PlannedRow, rowStart } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { bookingHalves } from '#store/links.repository.ts';
import { updateLinks } from '#store/links.statements.ts';
import { putProposals } from '#store/sync.statements.ts';
import { chunks, type LinkRow, type PairingRow, ROWS_PER_STATEMENT } from '#store/sync-rows.ts';
import { ambiguityWrites, isNewByChoice } from './ambiguities.ts';
import { knownZone } from './calendar-zone.ts';
import { commit } from './commit.ts';
import { disclosedAsOwn } from './disclosure.ts';
import type { Engine } from './engine.ts';
import { bookingUids, isBookingUid } from './identity.ts';
import { rowUid } from './place.ts';
import { proposalOf } from './propose.ts';
import { readBookings } from './read.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';
import { halfAlike, newBookingsNamed, unknownCopies } from './unknown-copies.ts';
import { windowOf } from './window.ts';
import { fail, halfItem, rowState, sawBooking, type WorkItem } from './work-item.ts';

/** An item that no link knows yet. */
export interface Fresh {
  readonly work: WorkItem;
  readonly item: MailboxItem;
}

/** Whether the booking says the same what and when as the row, or said so before Liferay lost parts of its rule. */
export function looksAlike(row: CalendarEvent, booking: PortalBooking): boolean {
  const sameWhen = sameField('liferay', 'when', row, booking.event) || isSpoiltCopy(row, rowState(booking));
  return sameWhen && sameField('liferay', 'title', row, booking.event);
}

/** What a row of an item's own would be like. */
interface Sought {
  readonly uids: readonly string[];
  readonly event: CalendarEvent;
}

/**
 * The rows by which an item's booking can be met: the first that we would make of it, and of a set of rows any of
 * them, because the first may be gone.
 */
function soughtRows({ work, item }: Fresh, { row }: PairingSession, nowMs: number): readonly Sought[] {
  const event = work.exchange.kind === 'present' ? work.exchange.event : item.event;
  const rowsOf = (shown: CalendarEvent): readonly PlannedRow[] => {
    const plan = planRows(liferayView(shown), knownZone(row.calendarZone), windowOf(row, nowMs));
    return plan.kind === 'rows' ? plan.rows : [];
  };
  const [first, ...others] = rowsOf(event);
  const own = { uids: uidsOf(item.uid, item.id, row), event: first?.event ?? liferayView(event) };
  // A row that was not made from the item, or when more of it was shown, has its texts.
  const { disclosure } = NEUTRAL_EVENT;
  const [plain] = shownDetails(event) === 'full' ? [] : rowsOf({ ...event, disclosure });
  const sought = plain ? [own, { uids: [], event: plain.event }] : [own];
  if (first === undefined || first.key === 'series') return sought;
  const set = [first, ...others.filter(({ of }) => of === null)];
  return [
    ...sought,
    ...set.map(({ key, event: is }) => ({ uids: [rowUid(work, row.calendarId, key)], event: is })),
  ];
}

/** Bookings without an item: the same UID, else the same title and time. Each is taken once. */
export async function matchBookings(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  fresh: readonly Fresh[],
  budget: Budget,
): Promise<void> {
  const candidates = new Map<string, LinkRow>();
  const nowMs = engine.effects.clock.now();
  const seeking = fresh.map((one) => ({ one, sought: soughtRows(one, pairing, nowMs) }));
  for (const part of chunks(
    seeking.flatMap(({ sought }) => sought),
    ROWS_PER_STATEMENT,
  )) {
    const uids = part.flatMap((row) => row.uids);
    const times = part.map(({ event }) => rowStart(event));
    for (const link of await bookingHalves(engine.db, pairing.row.id, uids, times))
      candidates.set(link.id, link);
  }
  const halves = [...candidates.values()].map((link) => halfItem(link));
  await readBookings(engine, pairing, halves, budget);
  const free = new Set(halves.filter((half) => half.liferay.kind === 'present' && half.outcome === null));
  const { id: ownId } = await engine.portal.identity();
  const take = (one: Fresh, half: WorkItem | undefined): boolean => {
    if (!half?.seenBooking) return false;
    free.delete(half);
    if (isMadeFrom(one.item, half.seenBooking, ownId)) disclosedAsOwn(one.work);
    sawBooking(one.work, half.seenBooking);
    one.work.matched = true;
    one.work.absorbed.push(half.link.id);
    return true;
  };
  const left = seeking.filter(({ one, sought }) => {
    const uids = sought.flatMap((row) => row.uids);
    const byUid = new Map([...free].map((half) => [half.liferayUid, half]));
    return !take(
      one,
      uids.map((uid) => byUid.get(uid)).find((half) => half !== undefined),
    );
  });
  const unlike: typeof left = [];
  for (const each of left) {
    const { one, sought } = each;
    if (isNewByChoice(pairing, one.work)) continue;
    const matches = sought.map(({ event }) => bestLikeness(event, [...free]));
    const match = matches.find(({ kind }) => kind !== 'none') ?? madeFrom(one, sought, [...free]);
    if (match?.kind === 'one') take(one, match.half);
    else if (match?.kind === 'several') {
      await setAside(engine, session, pairing, {
        work: one.work,
        halves: match.halves,
        details: {
          item: `${match.halves.length} bookings have its title and time, and differ otherwise.`,
          booking: 'An item in Exchange has its title and time, and so have other bookings.',
        },
      });
    } else unlike.push(each);
  }
  let unmet: typeof left = unlike.filter(({ one }) => isPutBack(pairing, one.work));
  if (unmet.length === 0) return;
  const titles = new Set(unmet.flatMap(({ sought }) => sought.map(({ event }) => event.title)));
  const known = new Set(candidates.keys());
  const more = await newBookingsNamed(engine, pairing, titles, known, budget);
  const copies = new Set(await unknownCopies(engine, pairing, [...free, ...more]));
  for (const field of ['when', 'title'] as const) {
    unmet = unmet.filter(({ one, sought }) => {
      const events = sought.map(({ event }) => event);
      const copy = halfAlike(field, events, copies);
      if (copy) copies.delete(copy);
      return !take(one, copy);
    });
  }
}

/**
 * The row of our making from which we made an item: it stood for an occurrence before, and went on as an event of its own
 * when its series let go of it. A server that gives items UIDs of its own does not tell.
 */
function madeFrom(
  { item }: Fresh,
  sought: readonly Sought[],
  free: readonly WorkItem[],
): Likeness | undefined {
  if (item.stamp === null) return undefined;
  const ours = free.filter(({ liferayUid }) => isBookingUid(liferayUid ?? ''));
  return sought.map(({ event }) => likest(event, ours)).find(({ kind }) => kind === 'one');
}

/** Whether what people make of the item's row goes nowhere: in a read-only pairing, and of somebody else's meeting. */
function isPutBack({ row }: PairingSession, { exchange }: WorkItem): boolean {
  if (row.direction === 'toLiferay') return true;
  return exchange.kind === 'present' && exchange.event.meeting && exchange.event.ownResponse !== 'organizer';
}

/**
 * We made the item of this row, whose texts are still its own. Where the server gives items other UIDs than we ask for, the
 * row is one that people made.
 */
function isMadeFrom({ stamp, uid, event }: MailboxItem, booking: PortalBooking, ownId: string): boolean {
  const isPeoples = !isBookingUid(booking.uid) && booking.creatorId !== ownId;
  const view = liferayView({ ...event, disclosure: NEUTRAL_EVENT.disclosure });
  return (
    stamp !== null &&
    (uid === booking.uid || isPeoples) &&
    ROW_TEXTS.every((field) => sameField('liferay', field, view, booking.event))
  );
}

type Likeness =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly half: WorkItem }
  | { readonly kind: 'several'; readonly halves: readonly WorkItem[] };

/**
 * The booking that looks like the item: of several the one that says the same in every field, or any of them if they
 * say the same among themselves. A row with a UID of ours is the copy of one certain item, whatever it looks like.
 */
export function bestLikeness(row: CalendarEvent, free: readonly WorkItem[]): Likeness {
  return likest(
    row,
    free.filter(({ liferayUid }) => !isBookingUid(liferayUid ?? '')),
  );
}

function likest(row: CalendarEvent, free: readonly WorkItem[]): Likeness {
  const alike = free.filter(({ seenBooking }) => seenBooking !== null && looksAlike(row, seenBooking));
  const differs = (a: CalendarEvent, half: WorkItem) =>
    half.liferay.kind !== 'present' || changedFields('liferay', a, half.liferay.event).length > 0;
  const same = alike.find((half) => !differs(row, half));
  const [first] = alike;
  if (same) return { kind: 'one', half: same };
  if (first?.liferay.kind !== 'present') return { kind: 'none' };
  const { event } = first.liferay;
  return alike.every((half) => !differs(event, half))
    ? { kind: 'one', half: first }
    : { kind: 'several', halves: alike };
}

interface Ambiguity {
  readonly work: WorkItem;
  readonly halves: readonly WorkItem[];
  /** What people read of it. */
  readonly details: { readonly item: string; readonly booking: string };
}

/** Nothing is linked and nothing is made of either side before a person has told them apart. */
export async function setAside(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  { work, halves, details }: Ambiguity,
): Promise<void> {
  const reason = 'ambiguousMatch';
  fail(work, failure(reason, details.item));
  const ids = halves.map(({ link }) => link.id);
  await commit(engine, session, pairing, {}, [
    ...updateLinks(engine.db, ids, { work: 'parked', reason, reasonDetail: details.booking }),
    ...(pairing.row.preview
      ? [
          ...putProposals(
            engine.db,
            halves.map((half) => proposalOf(pairing, half, 'setAside')),
          ),
          ...ambiguityWrites(engine, pairing, work, halves),
        ]
      : []),
  ]);
}

/**
 * The UIDs under which an item's booking can be met, the surest first: our copy of it as one of twins, our copy of what
 * has its UID, those that took the place of these, or what it is a copy of.
 */
export function uidsOf(uid: string, id: string, { calendarId }: PairingRow): readonly string[] {
  const [plain = '', twin = '', ...others] = bookingUids(uid, calendarId, id);
  return [twin, plain, ...others, uid];
}
