/**
 * Which occurrences of a series one rule can show in a calendar of another zone: those that follow each other at one
 * wall time there, all of them as many days earlier or later than in the zone of the series. The rest stand alone: one
 * or two between two changes of the clocks, those of a rule that has no equal a day earlier or later, and those at an
 * hour that the calendar's clock shows twice, which Java and Temporal do not read alike.
 */
import { Temporal } from 'temporal-polyfill';
import type { DateText, RecurrencePattern } from './event.ts';
import type { Slot } from './occurrences.ts';
import type { PlannedSeries } from './planned-rows.ts';
import { canonicalRecurrence, startDate } from './recurrence-dates.ts';
import { shiftRecurrence } from './recurrence-shift.ts';
import type { RowKey } from './rows.ts';
import { offsetChanges } from './zones.ts';

/** Occurrences that follow each other and stand in the calendar in one way. */
export interface Run {
  /** The segment that stands in the calendar for it; null: none does. */
  readonly key: RowKey | null;
  /** The rule in the calendar's zone; null: each occurrence is a row of its own. */
  readonly pattern: RecurrencePattern | null;
  /** How many days later than in the zone of the series. */
  readonly shift: number;
  readonly wallTime: Temporal.PlainTime;
  readonly slots: readonly Slot[];
}

/** Rows that stand in the calendar, by the dates in their keys. */
interface Standing {
  /** Ascending. */
  readonly segments: readonly DateText[];
  readonly strays: ReadonlySet<DateText>;
}

/** Fewer are rows of their own. */
const MIN_RUN = 3;
const DAY_MS = 86_400_000;
const NS_PER_MS = 1_000_000;

/**
 * The runs of `slots`, in order. A segment that stands begins a run and gives it its name; strays that stand make none.
 * @param goesOn whether the last run may go on for ever, however few its occurrences are up to here
 */
export function runsOf(
  series: PlannedSeries,
  slots: readonly Slot[],
  standing: Standing,
  goesOn: boolean,
): readonly Run[] {
  const names = namesOf(slots, standing.segments);
  const patternOf = shiftedPatterns(series);
  const folds = clockFolds(series, (slots[0]?.startMs ?? 0) - DAY_MS, (slots.at(-1)?.startMs ?? 0) + DAY_MS);
  const isTwice = (ms: number) => folds.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  const runs: (Run & { readonly slots: Slot[] })[] = [];
  for (const slot of slots) {
    const instant = Temporal.Instant.fromEpochMilliseconds(slot.startMs);
    const there = instant.toZonedDateTimeISO(series.calendarZone).toPlainDateTime();
    const shift = slot.date.until(there.toPlainDate(), { largestUnit: 'day' }).days;
    const wallTime = there.toPlainTime();
    const pattern = isTwice(slot.startMs) ? null : patternOf(shift);
    const key = pattern === null ? null : (names.get(slot.date.toString()) ?? null);
    const run = runs.at(-1);
    const isNext = run?.pattern === pattern && run.shift === shift && run.wallTime.equals(wallTime);
    if (isNext && key === null) run.slots.push(slot);
    else runs.push({ key, pattern, shift, wallTime, slots: [slot] });
  }
  const isStray = ({ date }: Slot) => standing.strays.has(date.toString());
  return runs.map((run) => {
    const isLong = run.slots.filter((slot) => !isStray(slot)).length >= MIN_RUN;
    const stays = run.key !== null || isLong || (goesOn && run === runs.at(-1));
    return stays ? run : { ...run, pattern: null };
  });
}

/**
 * The segment that shall begin on a date. One whose date the series has no longer, as after a move to another weekday,
 * begins with the next date: the row stays and is changed.
 */
function namesOf(slots: readonly Slot[], segments: readonly DateText[]): ReadonlyMap<DateText, RowKey> {
  const dates = slots.map(({ date }) => date.toString());
  const own = new Set(dates);
  const names = new Map<DateText, RowKey>();
  for (const segment of segments) if (own.has(segment)) names.set(segment, `segment:${segment}`);
  for (const segment of segments) {
    const next = own.has(segment) ? undefined : dates.find((date) => date > segment);
    if (next !== undefined && !names.has(next)) names.set(next, `segment:${segment}`);
  }
  return names;
}

function shiftedPatterns({ event }: PlannedSeries): (days: number) => RecurrencePattern | null {
  const { time } = event;
  const recurrence = canonicalRecurrence(event.recurrence, time);
  const known = new Map<number, RecurrencePattern | null>();
  return (days) => {
    const shifted = known.get(days) ?? shiftRecurrence(recurrence, startDate(time), days)?.pattern ?? null;
    known.set(days, shifted);
    return shifted;
  };
}

/** An hour that the clock skips, or shows twice: by the clock, in milliseconds since 1970, and between which instants. */
interface Fold {
  readonly wallFromMs: number;
  readonly wallToMs: number;
  /** A skipped hour has no instants: both are the same. */
  readonly fromMs: number;
  readonly toMs: number;
}

function clockFolds({ calendarZone }: PlannedSeries, fromMs: number, toMs: number): readonly Fold[] {
  const changes = offsetChanges(calendarZone, fromMs, toMs) ?? [];
  return changes.slice(1).map(({ ms, offset }, index) => {
    const before = (changes[index]?.offset ?? offset) / NS_PER_MS;
    const after = offset / NS_PER_MS;
    const backMs = Math.max(0, before - after);
    return {
      wallFromMs: ms + Math.min(before, after),
      wallToMs: ms + Math.max(before, after),
      fromMs: ms - backMs,
      toMs: ms + backMs,
    };
  });
}

/** Whether the calendar's clock never skips the hour of a run, nor shows it twice, for `forMs` from its end. */
export function isPlainHour(series: PlannedSeries, run: Run, forMs: number): boolean {
  const fromMs = run.slots.at(-1)?.startMs ?? 0;
  const hourMs = run.wallTime.since(new Temporal.PlainTime()).total('millisecond');
  return clockFolds(series, fromMs, fromMs + forMs).every(({ wallFromMs, wallToMs }) => {
    const midnightMs = Math.floor(wallFromMs / DAY_MS) * DAY_MS;
    return [midnightMs, midnightMs + DAY_MS].every(
      (day) => day + hourMs < wallFromMs || day + hourMs >= wallToMs,
    );
  });
}
