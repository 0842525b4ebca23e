/**
 * After a direct booking of a room was written: who else came in between, and who of the two has to give way. What it
 * takes to book at all is rooms.ts.
 */
import type { CalendarEvent } from '#core/event.ts';
import { sameField } from '#core/merge.ts';
import { gained, type Interval, orderOf, overlap, takesUpTime } from '#core/rooms.ts';
import type { MailboxSlot } from '#exchange/mailbox-calendar.port.ts';
import { type Act, begin, type Doing } from './doing.ts';
import type { Engine } from './engine.ts';
import { decline, isOf, isUnsettled, slotsAt, timesIn } from './rooms.ts';
import type { Budget, PairingSession } from './slice.ts';
import { storedEvent, type WorkItem } from './work-item.ts';
import { readBack, removeItems, updateItems } from './write-items.ts';
import { writeOccurrences } from './write-occurrences.ts';

/**
 * After writing, also after a crash in between: whoever came later gives way. A new booking was there from the moment
 * on at which the server made it. Of one that was moved nothing tells since when it is there: it goes back to where it
 * was. Of two that were made in one second one waits and looks again: the other may have looked before it was there.
 */
export async function giveWay(
  engine: Engine,
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  for (const doing of doings) {
    const { work } = doing;
    if (isRefused(doing)) work.claim = work.link.claim;
    else if (isTheirs(engine, pairing, doing)) work.claim = null;
    // The pairing was made read-only meanwhile: Exchange keeps what it has.
    else if (pairing.row.direction !== 'both' && isUnsettled(work)) work.claim = null;
  }
  const open = doings.filter(
    ({ work, pending, exchange }) =>
      isUnsettled(work) && work.outcome === null && !pending.has('exchange') && exchange !== null,
  );
  if (open.length === 0) return;
  if (!budget.mayWrite) {
    // It stays announced: the next slice looks.
    for (const { pending } of open) pending.add('exchange');
    return;
  }
  const wanted = new Map(open.map((doing) => [doing, wantedBy(engine, pairing, doing)]));
  const slots = await slotsAt(pairing, [...wanted.values()].flat(), budget);
  for (const [doing, times] of wanted) {
    const rivals = times.flatMap((time) => rivalsIn(doing.work, time, slots));
    const lost = rivals.find(({ has }) => has === 'lost');
    if (lost) await withdraw(engine, pairing, doing, lost.time, budget);
    // Whoever else it is has withdrawn by the next look, or had the room already.
    else if (rivals.length > 0) doing.pending.add('exchange');
    else doing.work.claim = null;
  }
}

/** Nothing was written after all. */
function isRefused({ work: { outcome }, pending }: Doing): boolean {
  return outcome?.kind === 'failed' && !outcome.uncertain && pending.has('exchange');
}

/** Somebody has moved with Outlook since what an earlier run wrote, and knows what they do. */
function isTheirs(engine: Engine, pairing: PairingSession, { work, exchange }: Doing): boolean {
  const { link, intent } = work;
  if (link.claim === null || link.claim === 'declined' || intent === null || exchange === null) return false;
  // Its changed occurrences may not have been written yet.
  const times = (event: CalendarEvent) => timesIn(engine, pairing, { ...event, exceptions: {} });
  return gained(times(exchange), times(storedEvent(intent.base))).length > 0;
}

function wantedBy(engine: Engine, pairing: PairingSession, doing: Doing): readonly Interval[] {
  const { exchange } = doing;
  if (!exchange) return [];
  const former = formerOf(doing);
  return gained(timesIn(engine, pairing, exchange), former ? timesIn(engine, pairing, former) : []);
}

/** What stood in the mailbox before the booking was moved; null where it is new, or where nobody knows any more. */
function formerOf({ work }: Doing): CalendarEvent | null {
  const { link, intent, claim, exchange } = work;
  if (claim !== 'moved') return null;
  if (link.claim !== 'moved') return exchange.kind === 'present' ? exchange.event : null;
  const seen = intent?.operation === 'update' ? intent.seenExchange : null;
  return seen === null ? null : storedEvent(seen);
}

interface Rival {
  readonly time: Interval;
  readonly has: 'lost' | 'undecided';
}

/** Those who want the room at this time and did not clearly come later. */
function rivalsIn(work: WorkItem, time: Interval, slots: readonly MailboxSlot[]): readonly Rival[] {
  const there = slots.filter((slot) => takesUpTime(slot) && overlap(slot, time));
  const own = there.filter((slot) => isOf(work, slot));
  const others = there.filter((slot) => !isOf(work, slot));
  const isSecondLook = work.link.claim === 'new' || work.link.claim === 'moved';
  return own.flatMap((one) =>
    others.flatMap((other): readonly Rival[] => {
      if (!overlap(one, other)) return [];
      const order = work.claim === 'moved' ? 'later' : orderOf(one, other);
      if (order === 'first') return [];
      return [{ time, has: order === 'later' || isSecondLook ? 'lost' : 'undecided' }];
    }),
  );
}

async function withdraw(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  lost: Interval,
  budget: Budget,
): Promise<void> {
  const former = await formerIfFree(engine, pairing, doing, budget);
  const back = begin(doing.work, former ? movingBack(doing, former) : REMOVING);
  back.exchange = doing.exchange;
  if (former) {
    await updateItems(pairing, [back], budget);
    await readBack(pairing, [back], budget);
    await writeOccurrences(engine, pairing, [back], budget);
  } else await removeItems(pairing, [back], budget);
  if (doing.work.outcome !== null) return;
  if (back.pending.has('exchange')) doing.pending.add('exchange');
  else await decline(engine, pairing, doing, lost, former !== null);
}

/** Somebody may have taken the time that the booking had left. */
async function formerIfFree(
  engine: Engine,
  pairing: PairingSession,
  doing: Doing,
  budget: Budget,
): Promise<CalendarEvent | null> {
  const former = formerOf(doing);
  if (!former || !doing.exchange) return null;
  const left = gained(timesIn(engine, pairing, former), timesIn(engine, pairing, doing.exchange));
  const slots = await slotsAt(pairing, left, budget);
  const isTaken = slots.some((slot) => takesUpTime(slot) && !isOf(doing.work, slot));
  return isTaken ? null : former;
}

const NOTHING = {
  lost: [],
  putBack: false,
  changed: { exchange: [], liferay: [] },
  uninvited: [],
} as const;
const REMOVING: Act = { kind: 'act', actions: [{ kind: 'deleteExchange' }], base: null, ...NOTHING };

function movingBack({ exchange }: Doing, former: CalendarEvent): Act {
  const fields = (['when', 'exceptions'] as const).filter(
    (field) => !exchange || !sameField('exchange', field, exchange, former),
  );
  return {
    kind: 'act',
    actions: [{ kind: 'updateExchange', event: former, fields }],
    base: former,
    ...NOTHING,
  };
}
