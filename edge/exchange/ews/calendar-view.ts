/**
 * What takes place in given stretches of time: FindItem with a CalendarView, which shows occurrences one by one. A
 * server shows at most two years at once (ErrorCalendarViewRangeTooBig) and at most so many items
 * (ErrorResultSetTooBig; Microsoft Learn, CalendarView and ResponseCode): what is too much is asked for by halves.
 */
import type * as Ews from 'ews-javascript-api';
import { Temporal } from 'temporal-polyfill';
import { failure, RemoteFailure } from '#core/failure.ts';
import { type Interval, overlap } from '#core/rooms.ts';
import type { MailboxSlot } from '../mailbox-calendar.port.ts';
import type { Conversation } from './conversation.ts';
import { failureOf } from './failures.ts';
import { readResponse, readShowAs } from './item-reader.ts';
import { readInstant } from './item-time.ts';
import type { WireNode } from './library.ts';
import { askForEach } from './read-batch.ts';
import { attribute, child, children, textOf } from './wire.ts';

/** Items in one view: EWSFindCountLimit (Microsoft Learn, EWS throttling in Exchange). */
const VIEW_LIMIT = 1_000;
const DAY_MS = 86_400_000;
/** Two years, less the days that a leap year or a zone may add. */
const RANGE_MS = 725 * DAY_MS;
/** Stretches that are no farther apart are asked for together. */
const GAP_MS = 14 * DAY_MS;
/** Requests for one question, halves included. */
const REQUEST_LIMIT = 200;

/** See MailboxCalendar.overlapping. */
export async function slotsIn(
  conversation: Conversation,
  folderId: string,
  intervals: readonly Interval[],
): Promise<readonly MailboxSlot[]> {
  const shape = slotShape(conversation);
  const pending = rangesOf(intervals);
  const nodes = new Map<string, WireNode>();
  for (let asked = 0; pending.length > 0; asked += 1) {
    const range = pending.pop();
    if (!range) break;
    if (asked >= REQUEST_LIMIT) throw tooFull();
    const shown = await viewOf(conversation, folderId, range, shape);
    if (shown === 'tooMany') pending.push(...halvesOf(range));
    else for (const [id, node] of shown) nodes.set(id, node);
  }
  const slots = [...nodes].map(([id, node]) => readSlot(id, node));
  return named(
    conversation,
    slots.filter((slot) => intervals.some((interval) => overlap(slot, interval))),
  );
}

function slotShape({ ews }: Conversation): Ews.PropertySet {
  const s = ews.AppointmentSchema;
  return new ews.PropertySet(ews.BasePropertySet.IdOnly, [
    s.ICalUid,
    s.Start,
    s.End,
    s.LegacyFreeBusyStatus,
    s.IsCancelled,
    s.MyResponseType,
    s.DateTimeCreated,
  ]);
}

/** Stretches that hold all intervals, none of them too long for one view. */
function rangesOf(intervals: readonly Interval[]): Interval[] {
  const ranges: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = ranges.at(-1);
    const endMs = Math.max(last?.endMs ?? 0, interval.endMs);
    if (last && interval.startMs - last.endMs <= GAP_MS && endMs - last.startMs <= RANGE_MS) {
      ranges[ranges.length - 1] = { startMs: last.startMs, endMs };
      continue;
    }
    for (let startMs = interval.startMs; startMs < interval.endMs; startMs += RANGE_MS) {
      ranges.push({ startMs, endMs: Math.min(interval.endMs, startMs + RANGE_MS) });
    }
  }
  return ranges;
}

function halvesOf({ startMs, endMs }: Interval): readonly Interval[] {
  const middle = Math.floor((startMs + endMs) / 2);
  if (middle <= startMs) throw tooFull();
  return [
    { startMs, endMs: middle },
    { startMs: middle, endMs },
  ];
}

function tooFull(): RemoteFailure {
  return new RemoteFailure(
    failure('answerTooLarge', 'the calendar has too much at that time to be looked at'),
  );
}

async function viewOf(
  conversation: Conversation,
  folderId: string,
  { startMs, endMs }: Interval,
  shape: Ews.PropertySet,
): Promise<ReadonlyMap<string, WireNode> | 'tooMany'> {
  const text = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString();
  const range = { from: text(startMs), to: text(endMs), limit: VIEW_LIMIT };
  const message = await conversation.viewCalendar(folderId, range, shape);
  if (!message) throw new RemoteFailure(failure('badAnswer', 'a view of a calendar without an answer'));
  if (!conversation.succeeded(message)) {
    const refusal = conversation.refusalOf(message);
    if (refusal.code === 'ErrorResultSetTooBig') return 'tooMany';
    throw new RemoteFailure(failureOf(refusal, 'serverError', 'folderNotFound'));
  }
  if (attribute(message.items, 'IncludesLastItemInRange') === 'false') return 'tooMany';
  const nodes = children(child(message.items, 'Items'), 'CalendarItem');
  const shown = new Map(nodes.map((node) => [attribute(child(node, 'ItemId'), 'Id'), node]));
  if (shown.has('')) throw new RemoteFailure(failure('badAnswer', 'an item without an id'));
  return shown;
}

/** Rejects with `badAnswer`: what is passed over could be in somebody's way. */
function readSlot(id: string, node: WireNode): MailboxSlot {
  try {
    return slotOf(id, node);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    throw new RemoteFailure(failure('badAnswer', error.failure.detail), { cause: error });
  }
}

function slotOf(id: string, node: WireNode): MailboxSlot {
  return {
    id,
    uid: textOf(node, 'UID'),
    startMs: readInstant(node, 'Start').epochMilliseconds,
    endMs: readInstant(node, 'End').epochMilliseconds,
    showAs: readShowAs(node),
    cancelled: textOf(node, 'IsCancelled') === 'true',
    ownResponse: readResponse(node),
    createdMs: readInstant(node, 'DateTimeCreated').epochMilliseconds,
  };
}

/** Some servers may not tell the UID in a search: then the items are asked. */
async function named(
  conversation: Conversation,
  slots: readonly MailboxSlot[],
): Promise<readonly MailboxSlot[]> {
  const nameless = slots.filter(({ uid }) => uid === '').map(({ id }) => id);
  if (nameless.length === 0) return slots;
  const { ews } = conversation;
  const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [ews.AppointmentSchema.ICalUid]);
  const messages = await askForEach(conversation, nameless, shape);
  return slots.map((slot) => {
    const items = messages.get(slot.id)?.items;
    const uid = slot.uid || textOf(child(items, 'CalendarItem'), 'UID');
    return { ...slot, uid };
  });
}
