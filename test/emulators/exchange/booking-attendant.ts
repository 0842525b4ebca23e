/**
 * What the booking attendant of a room or of equipment decides about a request (PowerShell docs,
 * Set-CalendarProcessing). Pure: who acts on it is meetings.ts. The docs give the rules and not the words of the
 * responses, which are of our making.
 */
import type { CalendarProcessing } from './calendar-processing.ts';
import type { StoredItem } from './model.ts';
import type { ItemView } from './series.ts';
import { viewsBetween } from './series.ts';
import { DAY_MS, formatInstant, instantOf, wallOf } from './zones.ts';

/** `days` of an acceptance: occurrences that are declined all the same, by the day on which the pattern has them. */
export type BookingDecision =
  | { readonly kind: 'accept'; readonly declined: ReadonlyMap<number, string> }
  | { readonly kind: 'decline'; readonly text: string };

/** The farthest that an endless series is looked at: the widest window that can be set, and a day. */
const HORIZON_MS = 1081 * DAY_MS;
const MINUTE_MS = 60_000;

/** Decides about the request that stands as `item` in the room's calendar. `nowMs`: when. */
export function decideBooking(
  item: StoredItem,
  processing: CalendarProcessing,
  nowMs: number,
): BookingDecision {
  const views = [...viewsBetween(item, Math.min(nowMs, item.content.start), nowMs + HORIZON_MS)];
  const refusal = byPolicy(item, views, processing, nowMs);
  if (refusal !== null) return { kind: 'decline', text: refusal };
  if (processing.allowConflicts) return { kind: 'accept', declined: new Map() };
  return byConflicts(item, views, processing);
}

function byPolicy(
  { series, mailbox }: StoredItem,
  views: readonly ItemView[],
  processing: CalendarProcessing,
  nowMs: number,
): string | null {
  const { allowRecurringMeetings, bookingWindowInDays, maximumDurationInMinutes } = processing;
  if (series !== null && !allowRecurringMeetings) return 'This resource takes no recurring meetings.';
  const longest = Math.max(0, ...views.map(({ content }) => content.end - content.start));
  if (maximumDurationInMinutes > 0 && longest > maximumDurationInMinutes * MINUTE_MS) {
    return `This resource can be booked for ${maximumDurationInMinutes} minutes at most.`;
  }
  const ends = views.map(({ content }) => content.end);
  const last = series?.recurrence.range.kind === 'noEnd' ? Number.POSITIVE_INFINITY : Math.max(...ends, 0);
  // 0 means today, up to the end of that day.
  const zone = mailbox.zone.iana;
  const today = Math.floor(wallOf(zone, nowMs) / DAY_MS);
  const limit = instantOf(zone, (today + bookingWindowInDays + 1) * DAY_MS);
  const isBeyond = (end: number) => end > limit;
  const isRefused = series === null || processing.enforceSchedulingHorizon || ends.every(isBeyond);
  return isBeyond(last) && isRefused
    ? `This resource can be booked ${bookingWindowInDays} days in advance.`
    : null;
}

function byConflicts(
  item: StoredItem,
  views: readonly ItemView[],
  processing: CalendarProcessing,
): BookingDecision {
  const found = views.map((view) => ({ view, others: conflictsOf(view, item) }));
  const conflicts = found.filter(({ others }) => others.length > 0);
  const { conflictPercentageAllowed, maximumConflictInstances } = processing;
  const percentage = (100 * conflicts.length) / Math.max(1, views.length);
  const isTooMany =
    item.series === null ||
    conflicts.length > maximumConflictInstances ||
    percentage > conflictPercentageAllowed;
  if (conflicts.length > 0 && isTooMany) {
    const others = conflicts.flatMap((each) => each.others);
    return { kind: 'decline', text: conflictText(others, processing) };
  }
  const declined = new Map<number, string>();
  for (const { view, others } of conflicts) {
    if (view.occurrence) declined.set(view.occurrence.day, conflictText(others, processing));
  }
  return { kind: 'accept', declined };
}

/** Also of a single occurrence of it. */
export function conflictsOf({ content }: ItemView, item: StoredItem): readonly ItemView[] {
  if (!takesUpTime(content)) return [];
  return [...item.mailbox.calendar.items.values()]
    .filter((other) => other !== item)
    .flatMap((other) => [...viewsBetween(other, content.start, content.end)])
    .filter((view) => takesUpTime(view.content));
}

/** What was cancelled or declined, or is shown as free, is in nobody's way. */
function takesUpTime({ showAs, isCancelled, myResponse }: ItemView['content']): boolean {
  return showAs !== 'Free' && !isCancelled && myResponse !== 'Decline';
}

export function conflictText(others: readonly ItemView[], { organizerInfo }: CalendarProcessing): string {
  const text = 'Your request was declined because there are conflicts.';
  if (!organizerInfo) return text;
  const lines = others.slice(0, 10).map(({ content, stored }) => {
    const local = new Date(wallOf(stored.mailbox.zone.iana, content.start)).toISOString().slice(0, 16);
    return `${content.organizer.name}: ${local} (${formatInstant(content.start)} - ${formatInstant(content.end)})`;
  });
  return [text, ...lines].join('\n');
}
