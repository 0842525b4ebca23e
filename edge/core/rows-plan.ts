/** Which rows of a Liferay calendar show an event, each at the instants that the event itself means. */
import type { CalendarEvent, ZoneName } from './event.ts';
import { excluding, occurrenceRow, type PlannedSeries, yearStart } from './planned-rows.ts';
import { canonicalRecurrence, startDate } from './recurrence-dates.ts';
import { calendarDate, inZone, seriesTime } from './row-dates.ts';
import { dayMs, isSegment, type PlannedRow, type RowKey, type RowPlan, type RowWindow } from './rows.ts';
import { planSet } from './rows-plan-set.ts';
import { formatRRule } from './rrule.ts';
import { unsupported } from './rrule-grammar.ts';
import { canonicalZone, zonesAgreeOn } from './zones.ts';

/**
 * The rows that show `event` in a calendar of `calendarZone` from the start of the window to beyond its end.
 *
 * - A single event, or a series whose rule means the same in the calendar's zone: a row `series`, with an EXDATE for
 *   each exception, and a row for each changed occurrence.
 * - Any other series: a set of rows of their own, see rows-plan-set.ts.
 *
 * Unsupported: `recurrenceNotExpressible` as for formatRRule, `zoneUnknown`, and `zonesDisagree` where it would take
 * more rows than anybody wants.
 *
 * @param event as Liferay shall show it, its exceptions in normal form
 * @param existing keys of the rows that stand in the calendar: they keep their names, and what they show stays shown
 */
export function planRows(
  event: CalendarEvent,
  calendarZone: ZoneName,
  window: RowWindow,
  existing: Iterable<RowKey> = [],
): RowPlan {
  const { time, recurrence } = event;
  const zone = canonicalZone(calendarZone);
  if (zone === null) return unsupported('zoneUnknown', `The calendar's zone is ${calendarZone}`);
  if (time.kind === 'timed' && canonicalZone(time.zone) === null) {
    return unsupported('zoneUnknown', `The event's zone is ${time.zone}`);
  }
  if (recurrence === null) {
    const row = { ...event, time: inZone(time, zone), exceptions: {} };
    return { kind: 'rows', rows: [{ key: 'series', event: row, of: null }], untilMs: null };
  }
  const startsWell = { ...event, recurrence, time: seriesTime(event) };
  const rule = formatRRule(recurrence, startsWell.time);
  if (rule.kind === 'unsupported') return rule;
  const series: PlannedSeries = { event: startsWell, calendarZone: zone };
  const keys = [...existing];
  if (!meansTheSame(series, window, keys)) return planSet(series, window, keys);
  return { kind: 'rows', rows: seriesRows(series), untilMs: null };
}

/**
 * Whether Liferay may count the rule itself. Asked up to the end of next year at least, so that the answer, and with
 * it the rows, stay the same while the window moves.
 */
function meansTheSame({ event, calendarZone }: PlannedSeries, window: RowWindow, keys: readonly RowKey[]) {
  const { time, recurrence } = event;
  // The last date is one of the calendar's zone there, and would be another day.
  const isShifted = !startDate(time).equals(startDate(inZone(time, calendarZone)));
  if (isShifted && recurrence.range.kind === 'until') return false;
  const fromMs = Math.min(window.fromMs, ...keys.filter(isSegment).map(dayMs));
  return zonesAgreeOn(time, recurrence, calendarZone, fromMs, yearStart(window.toMs, 2));
}

function seriesRows(series: PlannedSeries): readonly PlannedRow[] {
  const { event, calendarZone } = series;
  const exceptions = Object.entries(event.exceptions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const dates = exceptions.map(([date]) => calendarDate(event, calendarZone, date));
  const time = inZone(event.time, calendarZone);
  const recurrence = canonicalRecurrence(event.recurrence, time);
  const row = { ...event, time, recurrence, exceptions: excluding(dates) };
  const changed = exceptions.flatMap(([date, exception]) =>
    exception === 'deleted' ? [] : [occurrenceRow(series, date, exception, 'series')],
  );
  return [{ key: 'series', event: row, of: null }, ...changed];
}
