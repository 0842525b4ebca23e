/** Series for the tests of rows, and whether their rows show exactly what they mean. */
import { Temporal } from 'temporal-polyfill';
import { expect } from 'vitest';
import {
  type CalendarEvent,
  NEUTRAL_EVENT,
  type RecurrencePattern,
  type RecurrenceRange,
} from '#core/event.ts';
import type { PlannedRow, RowPlan, RowWindow } from '#core/rows.ts';
import { meantBy, shownBy } from './row-expansion.ts';
import { plannedRows } from './row-states.ts';

type Days = Extract<RecurrencePattern, { kind: 'weekly' }>['days'];

/** Half an hour a week, endless. @param wall of its start in `zone` */
export function weekly(wall: string, zone: string, days: Days): CalendarEvent {
  return seriesOf(wall, zone, { kind: 'weekly', interval: 1, days, firstDay: 'MO' });
}

export function seriesOf(
  wall: string,
  zone: string,
  pattern: RecurrencePattern,
  range: RecurrenceRange = { kind: 'noEnd' },
): CalendarEvent {
  const start = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant();
  const end = start.add({ minutes: 30 }).toString();
  const time = { kind: 'timed', start: start.toString(), end, zone } as const;
  return { ...NEUTRAL_EVENT, title: 'Stand-up', time, recurrence: { pattern, range } };
}

export function isSet(rows: readonly PlannedRow[]): boolean {
  return rows.every(({ key }) => key !== 'series');
}

/** Liferay reads an hour that its clock shows twice as the later one, and so nothing of a set may depend on that. */
export function expectExact(event: CalendarEvent, plan: RowPlan, within: RowWindow): void {
  const rows = plannedRows(plan);
  expect(shownBy(rows, within, isSet(rows) ? 'later' : 'compatible')).toEqual(meantBy(event, within));
}
