/** A recurrence whose dates are those of another one, all moved by the same number of days. */
import { Temporal } from 'temporal-polyfill';
import type { Recurrence, RecurrencePattern, Weekday } from './event.ts';
import { fromMonthlyForm, toMonthlyForm, visitedMonthLengths, WEEKDAYS } from './recurrence-dates.ts';

/**
 * The recurrence that names, counted from `start` moved by `days`, the dates that `recurrence` names from `start`,
 * each moved by `days`, in every year. Null where there is none: a day after the first Monday of a month is not its
 * first Tuesday.
 * @param recurrence in canonical form (canonicalRecurrence)
 */
export function shiftRecurrence(
  recurrence: Recurrence,
  start: Temporal.PlainDate,
  days: number,
): Recurrence | null {
  if (days === 0) return recurrence;
  const pattern = shiftPattern(recurrence.pattern, start, days);
  if (pattern === null) return null;
  const { range } = recurrence;
  if (range.kind !== 'until') return { pattern, range };
  const until = Temporal.PlainDate.from(range.until).add({ days }).toString();
  return { pattern, range: { kind: 'until', until } };
}

function shiftPattern(
  pattern: RecurrencePattern,
  start: Temporal.PlainDate,
  days: number,
): RecurrencePattern | null {
  if (pattern.kind === 'daily') return pattern;
  if (pattern.kind === 'weekly') {
    const moved = pattern.days.map((day) => shiftWeekday(day, days));
    return { ...pattern, days: moved, firstDay: shiftWeekday(pattern.firstDay, days) };
  }
  const form = toMonthlyForm(pattern, start);
  if (form.on.kind === 'nth') return null;
  const { shortest, longest } = visitedMonthLengths(form.interval, form.month);
  const on = (month: number, day: number) =>
    fromMonthlyForm({ interval: form.interval, month: ((month + 11) % 12) + 1, on: { kind: 'day', day } });
  const { day } = form.on;
  // After the last day of a month comes the first of the next one, however long the month is.
  if (day >= longest && days > 0) {
    const next = visitedMonthLengths(form.interval, form.month + 1);
    return days <= next.shortest ? on(form.month + 1, days) : null;
  }
  if (day > shortest) return null;
  const moved = day + days;
  if (moved === 0) return on(form.month - 1, LAST_DAY);
  return moved >= 1 && moved <= shortest ? on(form.month, moved) : null;
}

/** Of a month that is shorter, its last. */
const LAST_DAY = 31;

function shiftWeekday(day: Weekday, days: number): Weekday {
  return WEEKDAYS[(((WEEKDAYS.indexOf(day) + days) % 7) + 7) % 7] ?? day;
}
