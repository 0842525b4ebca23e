/** What the rows of a Liferay calendar say of an event, and what somebody changed of them. */
import type { DateText, Exceptions, ZoneName } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';
import { excludedDates, occurrenceOf } from './row-edits.ts';
import { type AgreedRows, noSeries, occurrenceRows, type RowStates, type RowsRead } from './rows.ts';
import { readSeriesEdits } from './rows-read-series.ts';
import { readSetEdits } from './rows-read-set.ts';

/** The rows of one event in a calendar, before and now. */
export interface RowsInput {
  /** Null: nothing was agreed yet. */
  readonly agreed: AgreedRows | null;
  /** The rows as they are; a key of `agreed.rows` that is missing here is a row that is gone. */
  readonly now: RowStates;
  /** An IANA name. */
  readonly calendarZone: ZoneName;
}

/**
 * The event that the rows show. Without an agreement all is taken from them, in the calendar's zone; with one, it is the
 * agreed event, in its own zone, and what was changed of its rows since: a row that is as it was says what it said,
 * whichever zone its calendar has now.
 *
 * Failed: with the rule's own failure where somebody gave the series a rule that has no equal;
 * `recurrenceNotExpressible` where the rule has none in the zone of the event; `itemNotFound` where the series has no
 * row left.
 */
export function readRows(input: RowsInput): RowsRead {
  const { agreed, now, calendarZone } = input;
  if (agreed === null) return readAnew(now);
  const before = agreed.rows.get('series');
  if (before === undefined) return readSetEdits(agreed, now, calendarZone);
  const after = now.get('series');
  return after === undefined ? noSeries() : readSeriesEdits(agreed, { before, after, calendarZone }, now);
}

function readAnew(now: RowStates): RowsRead {
  const series = now.get('series');
  if (series === undefined) return noSeries();
  if (series.ruleFailure !== null) return { kind: 'failed', failure: series.ruleFailure };
  const rows = occurrenceRows(now);
  const excluded = excludedDates(series);
  const exceptions: Record<DateText, Exceptions[DateText]> = {};
  for (const date of excluded) exceptions[date] = 'deleted';
  for (const [date, row] of rows) exceptions[date] = occurrenceOf(row, row.event.time);
  const event = normaliseExceptions({ ...series.event, exceptions });
  const isTidy = [...rows.keys()].every((date) => excluded.includes(date) && date in event.exceptions);
  return { kind: 'read', event, untidy: !isTidy, refused: [] };
}
