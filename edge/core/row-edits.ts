/** What somebody changed of a row, between how it was and how it is. */
import { sameJson } from './canonical-json.ts';
import type { CalendarEvent, ChangedOccurrence, DateText, EventTime, Recurrence } from './event.ts';
import { sameInstants } from './occurrences.ts';
import { canonicalRecurrence } from './recurrence-dates.ts';
import { isAnswer } from './responses.ts';
import type { RowState } from './rows.ts';
import { formatRRule } from './rrule.ts';
import { readExcludedDates, readLines } from './rrule-grammar.ts';
import { isReserialised } from './rrule-liferay.ts';

/** The texts that a row holds. */
export const ROW_TEXTS = ['title', 'description', 'location'] as const;
export type RowText = (typeof ROW_TEXTS)[number];

/** Whether nobody touched the row, whatever zone it is read in. */
export function sameRow(before: RowState, now: RowState): boolean {
  return (
    before.rule === now.rule &&
    sameInstants(before.event.time, now.event.time) &&
    ROW_TEXTS.every((field) => before.event[field] === now.event[field])
  );
}

/**
 * The response that a person gave to a row of `series`; none where nobody did. Liferay itself makes a row pending when
 * its organiser moves it, and approves one that is edited: these are nobody's answers. What is done to one occurrence
 * leaves its date out of the series and the status of that alone (CalendarBookingLocalServiceImpl,
 * deleteCalendarBookingInstance).
 */
export function responseEdit(
  { ownResponse }: Pick<CalendarEvent, 'ownResponse'>,
  before: RowState,
  now: RowState,
): Partial<Pick<CalendarEvent, 'ownResponse'>> {
  const { response = 'none' } = now;
  const isGiven = before.response !== undefined && before.response !== response && isAnswer(response);
  const isApproval = response === 'accepted' && !sameButForDates(before, now);
  return ownResponse !== 'none' && isGiven && !isApproval ? { ownResponse: response } : {};
}

/** Whether nobody edited the row, but perhaps left dates out of its rule. */
function sameButForDates(before: RowState, now: RowState): boolean {
  return ruleChange(before, now) !== 'edited' && sameRow(before, { ...now, rule: before.rule });
}

/** Texts that were changed, with what they are now. */
export function textEdits(before: RowState, now: RowState): Partial<Pick<CalendarEvent, RowText>> {
  const edited = ROW_TEXTS.filter((field) => before.event[field] !== now.event[field]);
  return Object.fromEntries(edited.map((field) => [field, now.event[field]]));
}

/**
 * - `same`: as it was, or spelled otherwise.
 * - `spoilt`: Liferay wrote it anew and lost parts of it, which is nobody's edit.
 * - `edited`: somebody wants another one.
 */
export type RuleChange = 'same' | 'spoilt' | 'edited';

/** Whether both repeat by the same rule, whatever dates they leave out. */
export function sameRule(a: RowState, b: RowState): boolean {
  return ruleLines(a.rule) === ruleLines(b.rule);
}

/** Whether somebody edited the rule, or Liferay alone wrote it anew and lost parts of it. */
export function ruleChange(before: RowState, now: RowState): RuleChange {
  if (ruleLines(before.rule) === ruleLines(now.rule)) return before.ruleFailure === null ? 'same' : 'spoilt';
  const isReadable = before.ruleFailure === null && now.ruleFailure === null;
  if (isReadable && sameJson(recurrenceOf(before), recurrenceOf(now))) return 'same';
  return isReserialised(before.rule, now.rule) ? 'spoilt' : 'edited';
}

/** A row as it stands when it was just written. */
export function writtenState(event: CalendarEvent): RowState {
  const { recurrence, time } = event;
  const rule = recurrence === null ? null : formatRRule(recurrence, time);
  return { event, ruleFailure: null, rule: rule?.kind === 'rule' ? rule.text : '' };
}

/** Whether the row is what Liferay makes of `written` when a person changes one occurrence of it. */
export function isSpoiltCopy(written: CalendarEvent, now: RowState): boolean {
  return sameInstants(written.time, now.event.time) && ruleChange(writtenState(written), now) === 'spoilt';
}

function recurrenceOf({ event: { recurrence, time } }: RowState): Recurrence | null {
  return recurrence === null ? null : canonicalRecurrence(recurrence, time);
}

function ruleLines(text: string): string {
  const lines = readLines(text);
  if (lines === null) return text;
  return lines
    .filter(({ name }) => name !== 'EXDATE')
    .map(({ name, value }) => `${name}:${value}`)
    .join('\n');
}

/**
 * The dates of EXDATE in the calendar's zone. Read from the stored text: of a rule that Liferay has spoilt some of
 * them seem to hit nothing.
 */
export function excludedDates({ event, rule }: RowState): readonly DateText[] {
  const lines = (readLines(rule) ?? []).filter(({ name }) => name === 'EXDATE');
  const dates = lines.map((line) => readExcludedDates(line, event.time));
  const read = dates.flatMap((each) => ('kind' in each ? [] : each));
  return [...new Set([...read, ...Object.keys(event.exceptions)])].sort();
}

/** What a row that stands for one occurrence makes of it. Liferay holds texts and the time, all else is neutral. */
export function occurrenceOf(
  { event }: RowState,
  time: EventTime,
  ownResponse = event.ownResponse,
): ChangedOccurrence {
  const { title, description, location, showAs, reminderMinutes, categories } = event;
  return { title, description, location, time, showAs, reminderMinutes, categories, ownResponse };
}
