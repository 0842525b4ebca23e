/** Writing new content to an item or an occurrence, with what that means for the series around it. */
import type { ItemContent, Series, StoredItem } from './model.ts';
import type { Recurrence } from './recurrence.ts';
import { recurrenceDays } from './recurrence.ts';
import type { ItemView } from './series.ts';
import { normaliseSeries, refuseCrossing, slotOf } from './series.ts';
import type { ExchangeStore } from './store.ts';
import { DAY_MS, wallOf } from './zones.ts';

/** Attendees that stay keep their response. */
function withResponses(content: ItemContent, before: ItemContent): ItemContent {
  if (content.attendees === before.attendees) return content;
  const attendees = content.attendees.map((attendee) => {
    const known = before.attendees.find(
      ({ address }) => address.toLowerCase() === attendee.address.toLowerCase(),
    );
    return known === undefined ? attendee : { ...attendee, response: known.response };
  });
  return { ...content, attendees };
}

const startDayOf = (content: ItemContent): number =>
  Math.floor(wallOf(content.startZone.iana, content.start) / DAY_MS);

function isSamePlace(a: ItemContent, b: ItemContent): boolean {
  const zone = a.startZone.windows === b.startZone.windows;
  return a.start === b.start && a.end === b.end && a.allDay === b.allDay && zone;
}

/** Exceptions and gaps that still fall on a day of the new pattern, kept or dropped as the switch says. */
function carryOver(store: ExchangeStore, series: Series | null, recurrence: Recurrence): Series {
  if (series === null || store.switches.patternChangeDropsExceptions) {
    return { recurrence, exceptions: new Map(), deletedDays: new Map() };
  }
  const kept = [...series.exceptions.keys(), ...series.deletedDays.keys()];
  const last = Math.max(...kept, 0);
  const days = new Set<number>();
  for (const day of recurrenceDays(recurrence)) {
    if (day > last) break;
    days.add(day);
  }
  return {
    recurrence,
    exceptions: new Map([...series.exceptions].filter(([day]) => days.has(day))),
    deletedDays: new Map([...series.deletedDays].filter(([day]) => days.has(day))),
  };
}

function seriesAfter(
  store: ExchangeStore,
  item: StoredItem,
  content: ItemContent,
  sent: Recurrence | null | undefined,
): { content: ItemContent; series: Series | null } {
  const { series } = item;
  const wanted = sent === undefined ? (series?.recurrence ?? null) : sent;
  if (wanted === null) return { content, series: null };
  const isMoved = !isSamePlace(item.content, content);
  const startsElsewhere = sent === undefined && startDayOf(content) !== startDayOf(item.content);
  const range = startsElsewhere ? { ...wanted.range, startDay: startDayOf(content) } : wanted.range;
  const normal = normaliseSeries(content, { pattern: wanted.pattern, range });
  const isSame =
    series !== null && !isMoved && JSON.stringify(series.recurrence) === JSON.stringify(normal.recurrence);
  return { content: normal.content, series: isSame ? series : carryOver(store, series, normal.recurrence) };
}

/**
 * New content of a single or a master. `recurrence`: undefined leaves it, null makes a single of it. Throws
 * what normaliseSeries throws.
 */
export function writeItem(
  store: ExchangeStore,
  item: StoredItem,
  content: ItemContent,
  recurrence?: Recurrence | null,
  uid?: string,
): void {
  const after = seriesAfter(store, item, withResponses(content, item.content), recurrence);
  const moved = !isSamePlace(item.content, after.content);
  const sequence = item.content.sequence + (moved ? 1 : 0);
  store.update(item, {
    content: { ...after.content, sequence },
    series: after.series,
    ...(uid === undefined ? {} : { uid }),
  });
}

/**
 * The fields in which an occurrence differs from what its series makes of it. It has a start and an end of its own or
 * neither: an exception is stored with both (MS-OXOCAL, ExceptionInfo: StartDateTime and EndDateTime), so that a series
 * that gets another hour does not take one of them along.
 */
function ownFields(content: ItemContent, inherited: ItemContent): Partial<ItemContent> {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(content)) {
    if (value !== inherited[name as keyof ItemContent]) own[name] = value;
  }
  const isElsewhere = ['start', 'end', 'allDay'].some((name) => name in own);
  return { ...own, ...(isElsewhere ? { start: content.start, end: content.end } : {}) };
}

/** Guests of one occurrence make a meeting of it, and not of its series. */
function asMeeting(content: ItemContent): ItemContent {
  if (content.isMeeting || content.attendees.length === 0) return content;
  return { ...content, isMeeting: true, appointmentState: 1, myResponse: 'Organizer' };
}

/** New content of an occurrence, which becomes an exception. Throws ErrorOccurrenceCrossingBoundary. */
export function writeOccurrence(store: ExchangeStore, view: ItemView, content: ItemContent): void {
  const { stored, occurrence } = view;
  const { series } = stored;
  if (series === null || occurrence === null) return;
  if (!isSamePlace(view.content, content)) refuseCrossing(stored, series, occurrence.day, content);
  const slot = slotOf(stored.content, occurrence.day);
  const inherited = { ...stored.content, start: slot.start, end: slot.end };
  const own = ownFields(asMeeting(withResponses(content, view.content)), inherited);
  const exceptions = new Map(series.exceptions).set(occurrence.day, own);
  store.update(stored, { series: { ...series, exceptions } });
}
