/**
 * What takes place in given stretches of time: calendarView, which shows occurrences one by one (Microsoft Learn, "List
 * calendarView"). It takes at most 1,825 days at once and comes in pages. getSchedule is not used: it tells times without
 * the UIDs by which a booking knows itself.
 */
import { Temporal } from 'temporal-polyfill';
import type { ZoneName } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { type Interval, overlap } from '#core/rooms.ts';
import type { MailboxSlot } from '../mailbox-calendar.port.ts';
import { EventAnswer, shaped } from './answers.ts';
import { type GraphConversation, query } from './conversation.ts';
import { readResponse, readShowAs, uidOf } from './event-reader.ts';
import { readOffsetTime, readTime, readZone } from './event-time.ts';
import { OF_FOLDER } from './failures.ts';

const DAY_MS = 86_400_000;
const RANGE_MS = 1_800 * DAY_MS;
/** Stretches that are no farther apart are asked for together. */
const GAP_MS = 14 * DAY_MS;
const PAGE = 500;
const SELECT =
  'id,iCalUId,type,seriesMasterId,start,end,isAllDay,originalStartTimeZone,showAs,isCancelled,responseStatus,createdDateTime';

/** See MailboxCalendar.overlapping. All-day events last from midnight to midnight of `zone`. */
export async function slotsIn(
  conversation: GraphConversation,
  folderId: string,
  intervals: readonly Interval[],
  zone: ZoneName,
): Promise<readonly MailboxSlot[]> {
  const slots = new Map<string, MailboxSlot>();
  for (const { startMs, endMs } of rangesOf(intervals)) {
    const text = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString();
    const options = query({ startDateTime: text(startMs), endDateTime: text(endMs), $select: SELECT });
    const path = `${conversation.calendar(folderId)}/calendarView${options}`;
    for (const answer of await conversation.all(path, OF_FOLDER, PAGE)) {
      const slot = readSlot(shaped(EventAnswer, answer), zone);
      slots.set(slot.id, slot);
    }
  }
  return [...slots.values()].filter((slot) => intervals.some((interval) => overlap(slot, interval)));
}

/** Stretches that hold all intervals and the days around them, none of them too long for one view. */
function rangesOf(intervals: readonly Interval[]): readonly Interval[] {
  const ranges: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    const [from, to] = [interval.startMs - DAY_MS, interval.endMs + DAY_MS];
    const last = ranges.at(-1);
    const endMs = Math.max(last?.endMs ?? 0, to);
    if (last && from - last.endMs <= GAP_MS && endMs - last.startMs <= RANGE_MS) {
      ranges[ranges.length - 1] = { startMs: last.startMs, endMs };
      continue;
    }
    for (let startMs = from; startMs < to; startMs += RANGE_MS) {
      ranges.push({ startMs, endMs: Math.min(to, startMs + RANGE_MS) });
    }
  }
  return ranges;
}

/** Rejects with `badAnswer`: what is passed over could be in somebody's way. */
function readSlot(event: EventAnswer, zone: ZoneName): MailboxSlot {
  try {
    return {
      id: event.id,
      uid: uidOf(event),
      ...intervalOf(event, zone),
      showAs: readShowAs(event),
      cancelled: event.isCancelled === true,
      ownResponse: readResponse(event),
      createdMs: readOffsetTime(event.createdDateTime, 'createdDateTime').epochMilliseconds,
    };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    throw new RemoteFailure(failure('badAnswer', error.failure.detail), { cause: error });
  }
}

function intervalOf(event: EventAnswer, zone: ZoneName): Interval {
  const time = readTime(event, readZone(event, ''));
  const ms = (text: string) =>
    time.kind === 'timed'
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
  return { startMs: ms(time.start), endMs: ms(time.end) };
}
