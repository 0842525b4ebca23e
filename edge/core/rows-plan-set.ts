/**
 * The rows of a series whose rule would mean other instants in the calendar's zone. Where the two clocks stay equally
 * far apart for a while, its occurrences have one wall time in the calendar's zone too: such a stretch is a row with the
 * rule translated, its days included (`segment`). The rest are single rows (`occurrence`), see set-runs.ts.
 *
 * The set begins with the first segment that stands already, or else with the window, and ends with the first change of
 * the clocks after the window: so it changes a few times a year, and not whenever the window moves. What stands stays.
 */
import { Temporal } from 'temporal-polyfill';
import type { DateText, EventTime } from './event.ts';
import { isSlot } from './exceptions.ts';
import { occurrenceOn, type Slot, slotsBetween } from './occurrences.ts';
import { excluding, occurrenceRow, type PlannedSeries, yearStart } from './planned-rows.ts';
import { canonicalRecurrence, lastDate, startDate } from './recurrence-dates.ts';
import { inZone, seriesZone } from './row-dates.ts';
import {
  dateOf,
  isOccurrence,
  isSegment,
  type PlannedRow,
  type RowKey,
  type RowPlan,
  type RowWindow,
} from './rows.ts';
import { unsupported } from './rrule-grammar.ts';
import { isPlainHour, type Run, runsOf } from './set-runs.ts';
import { differenceChanges } from './zones.ts';

const DAY_MS = 86_400_000;
/** For this long the clocks have to stay as they are to count as settled. */
const FOREVER_MS = 100 * 366 * DAY_MS;
const MAX_ROWS = 400;
/** Daily for more than fifty years. */
const MAX_SLOTS = 20_000;

/** What of the set stands in the calendar. */
interface Standing {
  readonly keys: readonly RowKey[];
  /** Ascending. */
  readonly segments: readonly DateText[];
  /** Occurrences that are as the rule says and yet have a row of their own. */
  readonly strays: ReadonlySet<DateText>;
}

/** The rows of a set. `keys`: of the rows that stand already; they keep their place where they can. */
export function planSet(series: PlannedSeries, window: RowWindow, keys: readonly RowKey[]): RowPlan {
  const standing = standingOf(series, keys);
  const end = endOf(series, window, standing);
  const slots = slotsOf(series, window, standing, end.toMs);
  if (slots.length >= MAX_SLOTS) return tooMany(series, `${slots.length} occurrences`);
  const goesOn = end.isSettled && series.event.recurrence.range.kind === 'noEnd';
  const runs = runsOf(series, slots, standing, goesOn);
  const isEndless = goesOn && hasPlainRule(series, runs.at(-1));
  const near = runs.flatMap((run, index) =>
    rowsOfRun(series, run, standing, isEndless && index === runs.length - 1),
  );
  const rows = [...near.toSorted(byDate), ...farRows(series, window, standing, near)];
  if (rows.length > MAX_ROWS) return tooMany(series, `${rows.length} rows`);
  return {
    kind: 'rows',
    rows: rows.length > 0 ? standingFirst(rows, standing) : [onlyRow(series, end.toMs)],
    untilMs: isEndless || isOverBefore(series, end.toMs) ? null : end.toMs,
  };
}

function tooMany({ event, calendarZone }: PlannedSeries, amount: string): RowPlan {
  const zone = seriesZone(event, calendarZone);
  return unsupported('zonesDisagree', `From ${zone} to ${calendarZone} it would take ${amount}`);
}

function standingOf({ event }: PlannedSeries, keys: readonly RowKey[]): Standing {
  const strays = keys.filter(isOccurrence).map(dateOf);
  return {
    keys,
    segments: keys.filter(isSegment).map(dateOf).sort(),
    strays: new Set(strays.filter((date) => event.exceptions[date] === undefined && isSlot(event, date))),
  };
}

interface End {
  readonly toMs: number;
  /** The clocks stay as far apart as they are then. */
  readonly isSettled: boolean;
}

function endOf(series: PlannedSeries, window: RowWindow, { segments }: Standing): End {
  const end = endAfter(series, window.toMs, yearStart(window.toMs, 2));
  const last = segments.at(-1);
  const lastMs = last === undefined ? end.toMs - 1 : startMs(occurrenceOn(series.event.time, last));
  return lastMs < end.toMs ? end : endAfter(series, lastMs, yearStart(lastMs, 1));
}

function endAfter({ event, calendarZone }: PlannedSeries, ms: number, limitMs: number): End {
  const zone = seriesZone(event, calendarZone);
  const next = differenceChanges(zone, calendarZone, ms, limitMs)?.at(0);
  if (next !== undefined) return { toMs: next, isSettled: false };
  const later = differenceChanges(zone, calendarZone, ms, ms + FOREVER_MS);
  return { toMs: limitMs, isSettled: later?.length === 0 };
}

function slotsOf(
  { event }: PlannedSeries,
  window: RowWindow,
  { segments }: Standing,
  toMs: number,
): readonly Slot[] {
  const { time, recurrence } = event;
  const first = segments.at(0);
  if (first === undefined) return slotsBetween(time, recurrence, window.fromMs, toMs, MAX_SLOTS);
  const fromMs = Math.min(window.fromMs, startMs(occurrenceOn(time, first)));
  return slotsBetween(time, recurrence, fromMs, toMs, MAX_SLOTS).filter(
    (slot) => slot.date.toString() >= first || slot.startMs >= window.fromMs || slot.endMs > window.fromMs,
  );
}

function startMs(time: EventTime): number {
  return Temporal.Instant.from(time.kind === 'timed' ? time.start : `${time.start}T00:00Z`).epochMilliseconds;
}

function endMs(time: EventTime): number {
  return startMs({ ...time, start: time.end });
}

function hasPlainRule(series: PlannedSeries, run: Run | undefined): boolean {
  return run !== undefined && run.pattern !== null && isPlainHour(series, run, FOREVER_MS);
}

function isOverBefore({ event }: PlannedSeries, ms: number): boolean {
  const last = lastDate(event.recurrence, startDate(event.time));
  return last !== null && startMs(occurrenceOn(event.time, last.toString())) < ms;
}

function rowsOfRun(series: PlannedSeries, run: Run, { strays }: Standing, isEndless: boolean): PlannedRow[] {
  const { event, calendarZone } = series;
  const dates = run.slots.map(({ date }) => date.toString());
  const first = run.slots[0];
  if (run.pattern === null || first === undefined) {
    return dates.flatMap((date) => strayRow(series, date));
  }
  const from = first.date.toString();
  // An endless row also stands for the exceptions of later years.
  const excepted = [...Object.keys(event.exceptions), ...strays].filter((date) =>
    isEndless ? date >= from : dates.includes(date),
  );
  const there = (date: DateText) => Temporal.PlainDate.from(date).add({ days: run.shift }).toString();
  const range = isEndless
    ? ({ kind: 'noEnd' } as const)
    : ({ kind: 'until', until: there(dates.at(-1) ?? from) } as const);
  const time = inZone(occurrenceOn(event.time, from), calendarZone);
  const row = {
    ...event,
    time,
    recurrence: canonicalRecurrence({ pattern: run.pattern, range }, time),
    exceptions: excluding(excepted.map(there).sort()),
  };
  const key: RowKey = run.key ?? `segment:${from}`;
  return [{ key, event: row, of: null }, ...excepted.flatMap((date) => strayRow(series, date, key))];
}

/** The row of an occurrence that stands by itself, or beside the segment that leaves it out; none if it is deleted. */
function strayRow(series: PlannedSeries, date: DateText, of: RowKey | null = null): PlannedRow[] {
  const exception = series.event.exceptions[date];
  if (exception === 'deleted') return [];
  const content = exception ?? { time: occurrenceOn(series.event.time, date) };
  return [occurrenceRow(series, date, content, of)];
}

/**
 * A series of which nothing falls into the set has a row all the same: that of its next occurrence, or of its last; or,
 * if it has none left, one that shows nothing.
 */
function onlyRow(series: PlannedSeries, toMs: number): PlannedRow {
  const { event, calendarZone } = series;
  const { time, recurrence } = event;
  const next = slotsBetween(time, recurrence, toMs, toMs + FOREVER_MS, MAX_ROWS);
  const past =
    recurrence.range.kind === 'noEnd' ? [] : slotsBetween(time, recurrence, startMs(time), toMs, MAX_SLOTS);
  for (const { date } of [...next, ...past.toReversed()]) {
    const [row] = strayRow(series, date.toString());
    if (row !== undefined) return row;
  }
  const there = startDate(inZone(time, calendarZone)).toString();
  return {
    key: `segment:${startDate(time).toString()}`,
    event: {
      ...event,
      time: inZone(time, calendarZone),
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'until', until: there } },
      exceptions: excluding([there]),
    },
    of: null,
  };
}

/**
 * Rows of occurrences whose own date is not in the set: those that stand already, and changed ones that were moved into
 * the window.
 */
function farRows(
  series: PlannedSeries,
  window: RowWindow,
  { keys, strays }: Standing,
  near: readonly PlannedRow[],
): PlannedRow[] {
  const changed = Object.entries(series.event.exceptions).flatMap(([date, exception]) => {
    if (exception === 'deleted') return [];
    const { time } = exception;
    const touches = startMs(time) >= window.fromMs || endMs(time) > window.fromMs;
    const isInWindow = touches && startMs(time) < window.toMs;
    return isInWindow || keys.includes(`occurrence:${date}`) ? [date] : [];
  });
  const made = new Set(near.map(({ key }) => key));
  const dates = [...changed, ...strays].filter((date) => !made.has(`occurrence:${date}`));
  return dates.flatMap((date) => strayRow(series, date)).toSorted(byDate);
}

function byDate(a: PlannedRow, b: PlannedRow): number {
  return dateOf(a.key) < dateOf(b.key) || (dateOf(a.key) === dateOf(b.key) && isSegment(a.key)) ? -1 : 1;
}

/** The row that the link names is not to change while it stands. */
function standingFirst(rows: readonly PlannedRow[], { keys }: Standing): readonly PlannedRow[] {
  const planned = new Map(rows.map((row) => [row.key, row]));
  const key = keys.find((each) => planned.has(each));
  const first = key === undefined ? undefined : planned.get(key);
  return first === undefined ? rows : [first, ...rows.filter((row) => row !== first)];
}
