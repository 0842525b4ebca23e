/** Planned rows as they are read back from a calendar, and what people do to them there. */
import type { CalendarEvent, DateText } from '#core/event.ts';
import type { PlannedRow, RowKey, RowPlan, RowState, RowStates } from '#core/rows.ts';
import { formatExcludedDates, formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';

export function plannedRows(plan: RowPlan): readonly PlannedRow[] {
  if (plan.kind === 'rows') return plan.rows;
  throw new Error(`${plan.reason}: ${plan.detail}`);
}

/** The rows of a plan as Liferay stores them. */
export function rowsOf(plan: RowPlan): RowStates {
  return new Map(plannedRows(plan).map(({ key, event }) => [key, stateOf(event)]));
}

export function stateOf(event: CalendarEvent): RowState {
  return stored(event, ruleText(event));
}

export function ruleText(event: CalendarEvent): string {
  if (event.recurrence === null) return '';
  const rule = formatRRule(event.recurrence, event.time);
  if (rule.kind === 'unsupported') throw new Error(`${rule.reason}: ${rule.detail}`);
  return `${rule.text}\n${formatExcludedDates(Object.keys(event.exceptions))}`.trim();
}

/** A row of this recurrence text: only what the text says counts, as when it is read from a portal. */
export function stored(event: CalendarEvent, rule: string): RowState {
  const parsed = parseLiferayRecurrence(rule, event.time);
  if (parsed.kind === 'unsupported') {
    const { reason, detail } = parsed;
    return { event: { ...event, recurrence: null, exceptions: {} }, rule, ruleFailure: { reason, detail } };
  }
  if (parsed.kind === 'none') {
    return { event: { ...event, recurrence: null, exceptions: {} }, rule, ruleFailure: null };
  }
  const { recurrence, excludedDates } = parsed;
  const exceptions = Object.fromEntries(excludedDates.map((date) => [date, 'deleted' as const]));
  return { event: { ...event, recurrence, exceptions }, rule, ruleFailure: null };
}

/** The rows with some of them as somebody made them; null: deleted. */
export function edited(rows: RowStates, edits: Partial<Record<RowKey, RowState | null>>): RowStates {
  const after = new Map(rows);
  for (const [key, row] of Object.entries(edits) as [RowKey, RowState | null][]) {
    if (row === null) after.delete(key);
    else after.set(key, row);
  }
  return after;
}

export function rowAt(rows: RowStates, key: RowKey): RowState {
  const row = rows.get(key);
  if (row === undefined) throw new Error(`No row ${key} among ${[...rows.keys()].join(', ')}`);
  return row;
}

/** The row with other fields; its recurrence text stays as it is stored. */
export function withEvent(row: RowState, fields: Partial<CalendarEvent>): RowState {
  return stored({ ...row.event, ...fields }, row.rule);
}

/** The row with dates taken into EXDATE, as Liferay does when an occurrence is deleted or changed. */
export function withExcluded(row: RowState, ...dates: readonly DateText[]): RowState {
  return stored(
    row.event,
    [row.rule.split('\n')[0], formatExcludedDates([...Object.keys(row.event.exceptions), ...dates])].join(
      '\n',
    ),
  );
}
