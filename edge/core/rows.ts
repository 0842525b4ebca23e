/**
 * One event as the rows of a Liferay calendar, and back. Most events are one row; a series has one more for each
 * changed occurrence, and one whose rule means other instants in the calendar's zone is a set of stretches and single
 * rows that together show what the series means.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, DateText, Response } from './event.ts';
import { type Failure, failure } from './failure.ts';
import type { Unsupported } from './rrule-grammar.ts';

/**
 * What a row stands for. The date is an original start in the zone of the event: of the occurrence, or of the first one
 * of a stretch.
 * - `series`: the whole event, single or with its rule as it is.
 * - `occurrence:<date>`: one occurrence by itself. Beside a `series` row it is a changed one.
 * - `segment:<date>`: a stretch of the series with a rule of its own, made by us. The date is the one that it began with
 *   when it was made: the row keeps its key when the series is moved.
 * - `replaced:<row>`: a row of ours that Liferay's own row of the same meeting took the place of; it is to be removed.
 */
export type RowKey = 'series' | `occurrence:${DateText}` | `segment:${DateText}` | `replaced:${string}`;

/** What has to be known of a row that stands in Liferay. `event` and the dates of its EXDATE are in the calendar's zone. */
export interface RowState {
  readonly event: CalendarEvent;
  /** Why its rule could not be read; null if it could. */
  readonly ruleFailure: Failure | null;
  /** The recurrence text as Liferay stores it. */
  readonly rule: string;
  /** What its status says of an invitation; `none` where it says nothing, absent where it is not known. */
  readonly response?: Response;
}
/** The rows of one event by what they stand for. */
export type RowStates = ReadonlyMap<RowKey, RowState>;

/** A row as it is to stand in the calendar. */
export interface PlannedRow {
  readonly key: RowKey;
  /** In the zone of the calendar. Its exceptions are the dates of EXDATE, all of them `deleted`. */
  readonly event: CalendarEvent;
  /** The row in whose series it is a changed occurrence; null: a row of its own. */
  readonly of: RowKey | null;
}

/** The rows that show an event, or why no rows can. */
export type RowPlan =
  | {
      readonly kind: 'rows';
      /** At least one; the first is the one that the link names. */
      readonly rows: readonly PlannedRow[];
      /** Up to when, in epoch milliseconds, the rows show the event; null: for ever. */
      readonly untilMs: number | null;
    }
  | Unsupported;

/** In epoch milliseconds. */
export interface RowWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What rows say of their event, or why that cannot be told. */
export type RowsRead =
  | {
      readonly kind: 'read';
      /** Its exceptions are in normal form. */
      readonly event: CalendarEvent;
      /** Rows do not stand as we would write them for this event, though nobody may have changed anything. */
      readonly untidy: boolean;
      /** Stretches whose new rule or time the event has not: only the series as a whole can have another one. */
      readonly refused: readonly RowKey[];
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What Liferay was seen to show when both sides agreed: the event that its rows made together, and the rows. */
export interface AgreedRows {
  readonly event: CalendarEvent;
  readonly rows: RowStates;
}

/** What is read where the row that carries the rule is gone. */
export function noSeries(): RowsRead {
  return { kind: 'failed', failure: failure('itemNotFound', 'The row of the series is gone') };
}

/** The rows that stand for one occurrence, by its original start. */
export function occurrenceRows(rows: RowStates): ReadonlyMap<DateText, RowState> {
  return new Map([...rows].flatMap(([key, row]) => (isOccurrence(key) ? [[dateOf(key), row] as const] : [])));
}

/** Whether the row stands for one occurrence. */
export function isOccurrence(key: RowKey): key is `occurrence:${DateText}` {
  return key.startsWith('occurrence:');
}

/** Whether the row stands for a stretch of its series. */
export function isSegment(key: RowKey): key is `segment:${DateText}` {
  return key.startsWith('segment:');
}

/** Whether the row gave way to Liferay's own row of the same meeting. */
export function isReplaced(key: RowKey): key is `replaced:${string}` {
  return key.startsWith('replaced:');
}

/** The date in a key. */
export function dateOf(key: RowKey): DateText {
  return key.slice(key.indexOf(':') + 1);
}

/** The instant of the date in a key, give or take a day. */
export function dayMs(key: RowKey): number {
  return Temporal.PlainDate.from(dateOf(key)).toZonedDateTime('UTC').epochMilliseconds;
}

/** The start by which a row of Liferay is known, epoch ms: an all-day event starts at midnight UTC there. */
export function rowStart(event: CalendarEvent): number {
  const { time } = event;
  return Temporal.Instant.from(time.kind === 'timed' ? time.start : `${time.start}T00:00:00Z`)
    .epochMilliseconds;
}
