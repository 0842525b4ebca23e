/** A series as its rows stood in a Liferay calendar when both sides agreed. */
import type { CalendarEvent } from '#core/event.ts';
import type { AgreedRows, RowKey, RowState, RowsRead } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { readRows } from '#core/rows-read.ts';
import { edited, rowsOf, stateOf } from './row-states.ts';

export const NEW_YORK = 'America/New_York';
const SUMMER = { fromMs: Date.UTC(2026, 4, 1), toMs: Date.UTC(2026, 8, 1) };

export function agreedRows(event: CalendarEvent, zone = NEW_YORK): AgreedRows {
  return { event, rows: rowsOf(planRows(event, zone, SUMMER)) };
}

/** What the rows say after these edits; null: the row was deleted. */
export function readAfter(
  agreed: AgreedRows,
  edits: Partial<Record<RowKey, RowState | null>>,
  calendarZone = NEW_YORK,
): RowsRead {
  return readRows({ agreed, now: edited(agreed.rows, edits), calendarZone });
}

export function eventOf(read: RowsRead): CalendarEvent {
  if (read.kind === 'read') return read.event;
  throw new Error(`${read.failure.reason}: ${read.failure.detail}`);
}

/** A row of its own for one occurrence of the series. */
export function singleRow(series: CalendarEvent, changes: Partial<CalendarEvent>): RowState {
  return stateOf({ ...series, recurrence: null, exceptions: {}, ...changes });
}
