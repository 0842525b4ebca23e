/**
 * The exceptions of a series: which occurrence a date names, what the rule alone would make of it, and the normal form
 * in which two sides' exceptions are compared.
 */
import { Temporal } from 'temporal-polyfill';
import { sameJson } from './canonical-json.ts';
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type DateText,
  type EventTime,
  type Exceptions,
  OCCURRENCE_FIELDS,
  type OccurrenceField,
  type Recurrence,
} from './event.ts';
import { occurrenceOn, sameInstants } from './occurrences.ts';
import { datesBetween, startDate } from './recurrence-dates.ts';

type Series = Pick<CalendarEvent, 'time' | 'recurrence'>;

/** Whether the rule has an occurrence on this date of the event's zone. */
export function isSlot({ time, recurrence }: Series, date: DateText): boolean {
  if (recurrence === null) return false;
  const day = Temporal.PlainDate.from(date);
  return datesBetween(recurrence, startDate(time), day, day, 1).length > 0;
}

/** When the rule alone has the occurrence of a date; null when it has none. */
export function slotTime({ time, recurrence }: Series, date: DateText): EventTime | null {
  if (recurrence === null) return null;
  const series = known.get(recurrence);
  const slots = series?.time === time ? series.slots : new Map<DateText, EventTime | null>();
  if (series?.slots !== slots) known.set(recurrence, { time, slots });
  let slot = slots.get(date);
  if (slot === undefined) {
    slot = isSlot({ time, recurrence }, date) ? occurrenceOn(time, date) : null;
    slots.set(date, slot);
  }
  return slot;
}

/** A merge asks a dozen times for each exception of a series, and each time costs a dozen of Temporal's objects. */
const known = new WeakMap<Recurrence, { time: EventTime; slots: Map<DateText, EventTime | null> }>();

/** The occurrence of a date as the rule alone makes it; null when there is none. */
export function regularOccurrence(series: CalendarEvent, date: DateText): ChangedOccurrence | null {
  const time = slotTime(series, date);
  if (time === null) return null;
  const { title, description, location, showAs, reminderMinutes, categories, ownResponse } = series;
  return { title, description, location, time, showAs, reminderMinutes, categories, ownResponse };
}

/** The number of the occurrence in its series, from 1, deleted ones counted; null when the rule has none. */
export function slotNumber({ time, recurrence }: Series, date: DateText): number | null {
  if (recurrence === null) return null;
  const start = startDate(time);
  const day = Temporal.PlainDate.from(date);
  const dates = datesBetween(recurrence, start, start, day, SLOTS_LIMIT);
  return dates.at(-1)?.equals(day) ? dates.length : null;
}

/** A daily series of a hundred years. */
const SLOTS_LIMIT = 40_000;

/** Fields in which two occurrences differ. The zone of a time is the series' and says nothing. */
export function differingFields(a: ChangedOccurrence, b: ChangedOccurrence): readonly OccurrenceField[] {
  return OCCURRENCE_FIELDS.filter((field) =>
    field === 'time' ? !sameInstants(a.time, b.time) : !sameJson(a[field], b[field]),
  );
}

/** The event with its exceptions in normal form: see the type. */
export function normaliseExceptions(event: CalendarEvent): CalendarEvent {
  const kept = Object.entries(event.exceptions).filter(([date, exception]) => {
    const regular = regularOccurrence(event, date);
    if (regular === null) return false;
    return exception === 'deleted' || differingFields(exception, regular).length > 0;
  });
  if (kept.length === Object.keys(event.exceptions).length) return event;
  return { ...event, exceptions: Object.fromEntries(kept) };
}

/** Whether two sets of exceptions say the same. */
export function sameExceptions(a: Exceptions, b: Exceptions): boolean {
  const dates = Object.keys(a);
  return dates.length === Object.keys(b).length && dates.every((date) => sameException(a[date], b[date]));
}

/** Whether two exceptions on one date say the same; undefined: the date has none. */
export function sameException(
  a: Exceptions[DateText] | undefined,
  b: Exceptions[DateText] | undefined,
): boolean {
  if (a === undefined || b === undefined || a === 'deleted' || b === 'deleted') return a === b;
  return differingFields(a, b).length === 0;
}
