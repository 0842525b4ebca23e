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
import type { SubAnswer } from './batch.ts';
import { type GraphConversation, query } from './conversation.ts';
import { readResponse, readShowAs, uidOf } from './event-reader.ts';
import { readOffsetTime, readTime, readZone } from './event-time.ts';
import { failureOf, OF_FOLDER, OF_ITEM } from './failures.ts';

const DAY_MS = 86_400_000;
const RANGE_MS = 1_800 * DAY_MS;
/** Stretches that are no farther apart are asked for together. */
const GAP_MS = 14 * DAY_MS;
const PAGE = 500;
const SELECT =
  'id,iCalUId,type,seriesMasterId,start,end,isAllDay,originalStartTimeZone,showAs,isCancelled,responseStatus';

/** See MailboxCalendar.overlapping. All-day events last from midnight to midnight of `zone`. */
export async function slotsIn(
  conversation: GraphConversation,
  folderId: string,
  intervals: readonly Interval[],
  zone: ZoneName,
): Promise<readonly MailboxSlot[]> {
  const found = new Map<string, FoundSlot>();
  for (const { startMs, endMs } of rangesOf(intervals)) {
    const text = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString();
    const options = query({ startDateTime: text(startMs), endDateTime: text(endMs), $select: SELECT });
    const path = `${conversation.calendar(folderId)}/calendarView${options}`;
    for (const answer of await conversation.all(path, OF_FOLDER, PAGE)) {
      const event = shaped(EventAnswer, answer);
      found.set(event.id, readSlot(event, zone));
    }
  }
  const slots = [...found.values()].filter((slot) => intervals.some((interval) => overlap(slot, interval)));
  return withCreation(conversation, slots);
}

/** When the server made an event: of an occurrence, its series. */
type FoundSlot = Omit<MailboxSlot, 'createdMs'> & { readonly eventId: string };

/**
 * A view does not tell when its events were made (Microsoft Learn, "List calendarView": createdDateTime does not support
 * $select): those that matter are asked.
 */
async function withCreation(
  conversation: GraphConversation,
  slots: readonly FoundSlot[],
): Promise<readonly MailboxSlot[]> {
  const ids = [...new Set(slots.map(({ eventId }) => eventId))];
  const answers = await conversation.batch(
    ids.map((id) => ({ method: 'GET', path: `${conversation.event(id)}?$select=id,createdDateTime` })),
    OF_ITEM,
  );
  return slots.flatMap(({ eventId, ...slot }) => {
    const createdMs = creationIn(answers[ids.indexOf(eventId)]);
    return createdMs === null ? [] : [{ ...slot, createdMs }];
  });
}

/** Null: it went meanwhile. Rejects with `badAnswer`: what is passed over could be in somebody's way. */
function creationIn(answer: SubAnswer | undefined): number | null {
  if (answer?.kind === 'done') {
    const { createdDateTime } = shaped(EventAnswer, answer.body);
    return asked(() => readOffsetTime(createdDateTime, 'createdDateTime').epochMilliseconds);
  }
  const why = answer ? failureOf(answer.refusal, OF_ITEM) : failure('badAnswer', 'no answer');
  if (why.reason === 'itemNotFound') return null;
  throw new RemoteFailure(failure('badAnswer', why.detail));
}

function asked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    throw new RemoteFailure(failure('badAnswer', error.failure.detail), { cause: error });
  }
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
function readSlot(event: EventAnswer, zone: ZoneName): FoundSlot {
  return {
    id: event.id,
    eventId: event.seriesMasterId || event.id,
    uid: uidOf(event),
    ...asked(() => intervalOf(event, zone)),
    showAs: readShowAs(event),
    cancelled: event.isCancelled === true,
    ownResponse: readResponse(event),
  };
}

function intervalOf(event: EventAnswer, zone: ZoneName): Interval {
  const time = readTime(event, readZone(event, ''));
  const ms = (text: string) =>
    time.kind === 'timed'
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
  return { startMs: ms(time.start), endMs: ms(time.end) };
}
