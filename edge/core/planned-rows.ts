/** The parts of which both plans of rows are made: see rows-plan.ts. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, ChangedOccurrence, DateText, Recurrence, ZoneName } from './event.ts';
import { inZone } from './row-dates.ts';
import type { PlannedRow, RowKey } from './rows.ts';

/** A series that starts on its pattern, and the zone of the calendar that shall show it. */
export interface PlannedSeries {
  readonly event: CalendarEvent & { readonly recurrence: Recurrence };
  readonly calendarZone: ZoneName;
}

/** The EXDATE of a row. */
export function excluding(dates: readonly DateText[]): CalendarEvent['exceptions'] {
  return Object.fromEntries(dates.map((date) => [date, 'deleted' as const]));
}

/** One occurrence as a row, with what it holds itself and else what its series does. */
export function occurrenceRow(
  { event, calendarZone }: PlannedSeries,
  date: DateText,
  content: Partial<ChangedOccurrence> & Pick<ChangedOccurrence, 'time'>,
  of: RowKey | null,
): PlannedRow {
  const time = inZone(content.time, calendarZone);
  return {
    key: `occurrence:${date}`,
    event: { ...event, ...content, time, recurrence: null, exceptions: {} },
    of,
  };
}

/** The first midnight of UTC of a year, counted from the year of an instant. */
export function yearStart(ms: number, yearsOn: number): number {
  const { year } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC');
  const start = Temporal.PlainDate.from({ year: year + yearsOn, month: 1, day: 1 });
  return start.toZonedDateTime('UTC').epochMilliseconds;
}
