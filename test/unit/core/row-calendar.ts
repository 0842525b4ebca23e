/** A calendar in which people edit the rows of a series, for the tests of what these then say of it. */
import type { CalendarEvent } from '#core/event.ts';
import type { RowKey, RowState, RowStates, RowsRead, RowWindow } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { readRows } from '#core/rows-read.ts';
import { edited, rowAt, rowsOf } from './row-states.ts';

/** A calendar with the rows of an agreed series, in which people edit. */
export class Calendar {
  readonly rows: RowStates;
  readonly #event: CalendarEvent;
  readonly #zone: string;

  constructor(event: CalendarEvent, zone: string, window: RowWindow, rows?: RowStates) {
    this.#event = event;
    this.#zone = zone;
    this.rows = rows ?? rowsOf(planRows(event, zone, window));
  }

  row(key: RowKey): RowState {
    return rowAt(this.rows, key);
  }

  read(edits: Partial<Record<RowKey, RowState | null>>): RowsRead {
    return readRows({
      agreed: { event: this.#event, rows: this.rows },
      now: edited(this.rows, edits),
      calendarZone: this.#zone,
    });
  }
}
