/** A weekly meeting in New York, Mondays at nine, with which the tests of exceptions tell their stories. */
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type EventTime,
  type Exceptions,
  NEUTRAL_EVENT,
} from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type Merge, type MergeInput, merge, type Side } from '#core/merge.ts';

export const FIRST = '2026-05-04';
export const SECOND = '2026-05-11';
export const THIRD = '2026-05-18';

export const WEEKLY: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Stand-up',
  description: 'Agenda',
  location: 'Room 1',
  time: at(FIRST, '09:00'),
  recurrence: {
    pattern: { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
    range: { kind: 'count', count: 10 },
  },
  showAs: 'busy',
  categories: ['Blue'],
};

/** An hour from a wall time of New York in summer. */
export function at(date: string, clock: string): EventTime {
  const start = Date.parse(`${date}T${clock}:00-04:00`);
  const text = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  return { kind: 'timed', start: text(start), end: text(start + 3_600_000), zone: 'America/New_York' };
}

export function allDay(start: string, end: string): EventTime {
  return { kind: 'allDay', start, end };
}

/** The occurrence of a date as the rule has it, but for what was changed. */
export function occurrence(
  date: string,
  changes: Partial<ChangedOccurrence>,
  series: CalendarEvent = WEEKLY,
): ChangedOccurrence {
  const regular = regularOccurrence(series, date);
  if (regular === null) throw new Error(`No occurrence on ${date}`);
  return { ...regular, ...changes };
}

export function weekly(exceptions: Exceptions, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return { ...WEEKLY, ...more, exceptions };
}

/** What the two sides made of an agreed series; a side that is not named did nothing. */
export interface Story extends Partial<Omit<MergeInput, 'now'>> {
  readonly exchange?: CalendarEvent;
  /** As Liferay's rows show it. */
  readonly liferay?: CalendarEvent;
}

export function mergeInput({ base = WEEKLY, exchange, liferay, ...more }: Story): MergeInput {
  const seen: Record<Side, CalendarEvent> = { exchange: base, liferay: liferayView(base) };
  const now = { exchange: exchange ?? seen.exchange, liferay: liferay ?? seen.liferay };
  return { base, seen, now, policy: 'exchange', liferayMayWrite: true, ...more };
}

export function mergeStory(story: Story): Merge {
  return merge(mergeInput(story));
}
