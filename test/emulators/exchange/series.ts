/** A series as a calendar shows it: its occurrences with their exceptions, and the rules that edits must keep. */
import { EwsError, itemNotFound } from './errors.ts';
import { occurrenceId, parseOccurrenceId } from './ids.ts';
import type { ItemContent, Series, StoredItem } from './model.ts';
import type { Recurrence } from './recurrence.ts';
import { firstDay, recurrenceDays } from './recurrence.ts';
import type { ExchangeStore } from './store.ts';
import { DAY_MS, instantOf, wallOf } from './zones.ts';

export type CalendarItemType = 'Single' | 'RecurringMaster' | 'Occurrence' | 'Exception';

/** One item as a client sees it; occurrences are views on their master. */
export interface ItemView {
  readonly id: string;
  readonly stored: StoredItem;
  readonly type: CalendarItemType;
  readonly content: ItemContent;
  /** The pattern's day of an occurrence, and the instant at which the pattern put it. */
  readonly occurrence: { readonly day: number; readonly originalStart: number } | null;
}

export interface OccurrenceSlot {
  readonly day: number;
  readonly start: number;
  readonly end: number;
}

/** Where the pattern puts the occurrence of a day: start and end keep their wall clock (MS-OXOCAL). */
export function slotOf(content: ItemContent, day: number): OccurrenceSlot {
  const zone = content.startZone.iana;
  const wallStart = wallOf(zone, content.start);
  const midnight = Math.floor(wallStart / DAY_MS) * DAY_MS;
  const shift = day * DAY_MS - midnight;
  return {
    day,
    start: instantOf(zone, wallStart + shift),
    end: instantOf(zone, wallOf(zone, content.end) + shift),
  };
}

function itemView(stored: StoredItem): ItemView {
  const type = stored.series === null ? 'Single' : 'RecurringMaster';
  return { id: stored.id, stored, type, content: stored.content, occurrence: null };
}

/** The occurrence of a day that the pattern contains. */
export function occurrenceView(stored: StoredItem, series: Series, day: number): ItemView {
  const { start, end } = slotOf(stored.content, day);
  const own = series.exceptions.get(day);
  return {
    id: occurrenceId(stored.id, day),
    stored,
    type: own === undefined ? 'Occurrence' : 'Exception',
    content: { ...stored.content, start, end, ...own },
    occurrence: { day, originalStart: start },
  };
}

function hasDay(recurrence: Recurrence, wanted: number): boolean {
  for (const day of recurrenceDays(recurrence)) if (day >= wanted) return day === wanted;
  return false;
}

/** Throws ErrorItemNotFound, also for an occurrence that was deleted. */
export function viewOf(store: ExchangeStore, id: string): ItemView {
  const occurrence = parseOccurrenceId(id);
  const stored = store.items.get(occurrence?.masterId ?? id);
  if (stored === undefined) throw itemNotFound();
  if (occurrence === null) return itemView(stored);
  const { series } = stored;
  if (
    series === null ||
    series.deletedDays.has(occurrence.day) ||
    !hasDay(series.recurrence, occurrence.day)
  ) {
    throw itemNotFound();
  }
  return occurrenceView(stored, series, occurrence.day);
}

/** `index` counts from 1 and counts deleted occurrences too (EWS schema, OccurrenceItemIdType). */
export function viewByIndex(stored: StoredItem, index: number): ItemView {
  const { series } = stored;
  if (series === null) {
    throw new EwsError(
      'ErrorCalendarCannotUseIdForOccurrenceId',
      'The Id is not that of a recurring master.',
    );
  }
  let position = 0;
  for (const day of recurrenceDays(series.recurrence)) {
    position += 1;
    if (position < index) continue;
    if (series.deletedDays.has(day)) {
      throw new EwsError(
        'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
        'The occurrence was deleted from the recurrence.',
      );
    }
    if (index > 0) return occurrenceView(stored, series, day);
  }
  throw new EwsError(
    'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    'Occurrence index is out of recurrence range.',
  );
}

/** Singles and occurrences of an item that overlap [from, to), in order of the pattern. */
export function* viewsBetween(stored: StoredItem, from: number, to: number): Generator<ItemView> {
  const { series, content } = stored;
  if (series === null) {
    if (overlaps(content, from, to)) yield itemView(stored);
    return;
  }
  const reach = content.end - content.start + 2 * DAY_MS;
  for (const day of recurrenceDays(series.recurrence)) {
    const early = day * DAY_MS < from - reach;
    if (series.exceptions.has(day)) {
      const view = occurrenceView(stored, series, day);
      if (overlaps(view.content, from, to)) yield view;
    } else if (day * DAY_MS > to + 2 * DAY_MS) {
      if (series.exceptions.size === 0 || day > Math.max(...series.exceptions.keys())) return;
    } else if (!early && !series.deletedDays.has(day)) {
      const view = occurrenceView(stored, series, day);
      if (overlaps(view.content, from, to)) yield view;
    }
  }
}

function overlaps(content: ItemContent, from: number, to: number): boolean {
  return (
    content.start < to && (content.end > from || (content.start === content.end && content.start >= from))
  );
}

/** The first and the last occurrence that still exist; `last` is null for an endless series. */
export function endsOf(
  stored: StoredItem,
  series: Series,
): { first: ItemView | null; last: ItemView | null } {
  let first: number | null = null;
  let last: number | null = null;
  const endless = series.recurrence.range.kind === 'noEnd';
  for (const day of recurrenceDays(series.recurrence)) {
    if (series.deletedDays.has(day)) continue;
    first ??= day;
    if (endless) break;
    last = day;
  }
  return {
    first: first === null ? null : occurrenceView(stored, series, first),
    last: last === null ? null : occurrenceView(stored, series, last),
  };
}

/**
 * The recurrence and the content moved to its first occurrence: a start off the pattern is no occurrence.
 * Throws ErrorRecurrenceHasNoOccurrence, ErrorOccurrenceTimeSpanTooBig (Microsoft Learn, ResponseCode).
 */
export function normaliseSeries(
  content: ItemContent,
  recurrence: Recurrence,
): { content: ItemContent; recurrence: Recurrence } {
  const first = firstDay(recurrence);
  if (first === null) {
    throw new EwsError('ErrorRecurrenceHasNoOccurrence', 'The specified recurrence has no occurrence.');
  }
  const { start, end } = slotOf(content, first);
  const moved = { ...content, start, end };
  refuseOverlap(moved, recurrence);
  const range = { ...recurrence.range, startDay: first };
  return { content: moved, recurrence: { pattern: recurrence.pattern, range } };
}

function refuseOverlap(content: ItemContent, recurrence: Recurrence): void {
  const duration =
    wallOf(content.startZone.iana, content.end) - wallOf(content.startZone.iana, content.start);
  let previous: number | null = null;
  let looked = 0;
  for (const day of recurrenceDays(recurrence)) {
    if (previous !== null && duration > (day - previous) * DAY_MS) {
      throw new EwsError(
        'ErrorOccurrenceTimeSpanTooBig',
        'The length of an occurrence is longer than the distance to the next one.',
      );
    }
    previous = day;
    looked += 1;
    if (looked > 60) return;
  }
}

/**
 * An occurrence may not pass or touch the day of its neighbours. Throws ErrorOccurrenceCrossingBoundary
 * (Microsoft Learn, ResponseCode).
 */
export function refuseCrossing(stored: StoredItem, series: Series, day: number, content: ItemContent): void {
  const zone = stored.content.startZone.iana;
  const dayOf = (instant: number): number => Math.floor(wallOf(zone, instant) / DAY_MS);
  let before: ItemView | null = null;
  let after: ItemView | null = null;
  for (const other of recurrenceDays(series.recurrence)) {
    if (other === day || series.deletedDays.has(other)) continue;
    const view = occurrenceView(stored, series, other);
    if (other < day) before = view;
    else {
      after = view;
      break;
    }
  }
  const at = dayOf(content.start);
  const lastDay = Math.max(at, dayOf(content.end - 1));
  const crossesBefore = before !== null && at <= dayOf(before.content.start);
  const crossesAfter = after !== null && lastDay >= dayOf(after.content.start);
  if (crossesBefore || crossesAfter) {
    throw new EwsError(
      'ErrorOccurrenceCrossingBoundary',
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
    );
  }
}
