/** Random events as either side can hold them, and edits of them, for the property tests of merge and plan. */
import fc from 'fast-check';
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type Disclosure,
  type EventTime,
  type Exceptions,
  NEUTRAL_EVENT,
} from '#core/event.ts';
import { normaliseExceptions, regularOccurrence } from '#core/exceptions.ts';
import { liferayView } from '#core/liferay-view.ts';
import { withFields } from '#core/merge.ts';
import { normaliseSeriesStart } from '#core/occurrences.ts';
import { datesBetween, startDate } from '#core/recurrence-dates.ts';
import type { EventField } from '#shared/event-fields.ts';
import { eventTime, series } from './recurrence.arbitrary.ts';

const CALENDAR_ZONE = 'Europe/Rome';
/** Edits of occurrences hit the first few, so that both sides often edit the same one. */
const DATES = 6;

const word = fc.constantFrom('', 'Board', 'Lunch', 'Stand-up', 'Room 1', 'Room 2', 'with Ada', 'مرحبا');
const showAs = fc.constantFrom('free', 'busy', 'outOfOffice');
const reminderMinutes = fc.constantFrom(null, 15);
const categories = fc.constantFrom<readonly string[]>([], ['Blue'], ['Blue', 'Red']);
/** What a pairing may say of its mailbox's events. */
export const disclosure: fc.Arbitrary<Disclosure> = fc.record({
  details: fc.constantFrom('full', 'full', 'own', 'title', 'busy'),
  showPrivate: fc.boolean(),
  participants: fc.boolean(),
  language: fc.constantFrom('en', 'it'),
});
const when = fc.oneof(
  { weight: 3, arbitrary: eventTime.map((time) => ({ time, recurrence: null })) },
  { weight: 2, arbitrary: series },
);

/** What becomes of one occurrence; `regular`: it is again as its series has it. */
interface OccurrenceEdit {
  /** Counted from 0 and round again, so that there always is one. */
  readonly number: number;
  readonly change: 'deleted' | 'regular' | Partial<ChangedOccurrence>;
}

const occurrenceEdit: fc.Arbitrary<OccurrenceEdit> = fc.record({
  number: fc.nat(DATES - 1),
  change: fc.oneof(fc.constant('deleted' as const), fc.constant('regular' as const), {
    weight: 3,
    arbitrary: fc.record(
      {
        title: word,
        description: word,
        location: word,
        time: eventTime,
        showAs,
        reminderMinutes,
        categories,
      },
      { requiredKeys: [] },
    ),
  }),
});
const occurrenceEdits = fc.array(occurrenceEdit, { maxLength: 3 });

function editOccurrences(event: CalendarEvent, edits: readonly OccurrenceEdit[]): CalendarEvent {
  const { time, recurrence } = event;
  if (recurrence === null) return event;
  const start = startDate(time);
  const dates = datesBetween(recurrence, start, start, start.add({ years: 30 }), DATES).map(String);
  const exceptions: Record<string, Exceptions[string]> = { ...event.exceptions };
  for (const { number, change } of edits) {
    const date = dates[number % dates.length];
    if (date === undefined) continue;
    const is = exceptions[date] ?? regularOccurrence(event, date);
    const content = is === 'deleted' ? regularOccurrence(event, date) : is;
    if (change === 'regular' || content === null) delete exceptions[date];
    else if (change === 'deleted') exceptions[date] = change;
    else exceptions[date] = { ...content, ...change, time: inZoneOf(change.time ?? content.time, time) };
  }
  return normaliseExceptions({ ...event, exceptions });
}

function inZoneOf(time: EventTime, seriesTime: EventTime): EventTime {
  return time.kind === 'timed' && seriesTime.kind === 'timed' ? { ...time, zone: seriesTime.zone } : time;
}

/** Few texts, so that both sides often write the same one. */
export const anyEvent: fc.Arbitrary<CalendarEvent> = fc
  .record({
    title: word,
    description: word,
    location: word,
    when,
    occurrences: occurrenceEdits,
    showAs,
    sensitivity: fc.constantFrom('normal', 'normal', 'personal', 'private', 'confidential'),
    reminderMinutes,
    categories,
    onlineMeeting: fc.constantFrom(false, false, false, true),
    disclosure,
  })
  .map(({ when: { time, recurrence }, occurrences, ...fields }) =>
    editOccurrences({ ...NEUTRAL_EVENT, ...fields, time, recurrence }, occurrences),
  );

/** What a person changes of an event: `source` says to what, `fields` what of it. */
export interface Edit {
  readonly source: CalendarEvent;
  /** Without `exceptions`. */
  readonly fields: readonly EventField[];
  readonly occurrences: readonly OccurrenceEdit[];
  /** A new rule or hour takes the exceptions that were there with it. */
  readonly wipes: boolean;
}

const EXCHANGE_EDITS: readonly EventField[] = [
  'title',
  'description',
  'location',
  'when',
  'showAs',
  'sensitivity',
  'reminderMinutes',
  'categories',
];
const LIFERAY_EDITS: readonly EventField[] = ['title', 'description', 'location', 'when'];

const edit = (fields: readonly EventField[]): fc.Arbitrary<Edit> =>
  fc.record({
    source: anyEvent,
    fields: fc.subarray([...fields]),
    occurrences: occurrenceEdits,
    wipes: fc.boolean(),
  });
export const exchangeEdit = edit(EXCHANGE_EDITS);
export const liferayEdit = edit(LIFERAY_EDITS);

export function editedInExchange(event: CalendarEvent, { source, fields, ...more }: Edit): CalendarEvent {
  return withOccurrencesEdited(withFields(event, source, fields), fields, more);
}

/**
 * A booking has neither categories nor show-as. Where it was agreed on, a series stays in the zone in which its
 * organiser has it.
 */
export function editedInLiferay(
  event: CalendarEvent,
  base: CalendarEvent,
  { source, fields, ...more }: Edit,
): CalendarEvent {
  const zone = base.time.kind === 'timed' ? base.time.zone : CALENDAR_ZONE;
  const inBaseZone = source.time.kind === 'timed' ? { ...source.time, zone } : source.time;
  const { recurrence } = source;
  const time = recurrence === null ? inBaseZone : normaliseSeriesStart(inBaseZone, recurrence);
  const now = withFields(event, { ...source, time }, fields);
  const edited = withOccurrencesEdited(now, fields, more);
  return inCalendarZone(normaliseExceptions({ ...edited, exceptions: liferayExceptions(edited) }));
}

function withOccurrencesEdited(
  event: CalendarEvent,
  fields: readonly EventField[],
  { occurrences, wipes }: Pick<Edit, 'occurrences' | 'wipes'>,
): CalendarEvent {
  const kept = wipes && fields.includes('when') ? { ...event, exceptions: {} } : event;
  return editOccurrences(kept, occurrences);
}

function liferayExceptions({ exceptions }: CalendarEvent): Exceptions {
  const { showAs, reminderMinutes, categories } = NEUTRAL_EVENT;
  const entries = Object.entries(exceptions).map(([date, is]) => [
    date,
    is === 'deleted' ? is : { ...is, showAs, reminderMinutes, categories },
  ]);
  return Object.fromEntries(entries);
}

/** As a booking of a calendar in Rome says it. */
export function inCalendarZone(event: CalendarEvent): CalendarEvent {
  const { time, recurrence } = event;
  if (time.kind === 'allDay' || recurrence !== null) return event;
  return { ...event, time: { ...time, zone: CALENDAR_ZONE } };
}

/** What Liferay shows of an event when nobody has touched it there. */
export function bookingOf(event: CalendarEvent): CalendarEvent {
  return inCalendarZone(liferayView(event));
}

/** As a server that adds something to each text that it is given. */
export function rewritten(event: CalendarEvent, mark: string): CalendarEvent {
  const entries = Object.entries(event.exceptions).map(([date, is]) => [
    date,
    is === 'deleted' ? is : { ...is, description: is.description + mark },
  ]);
  return {
    ...event,
    description: event.description + mark,
    exceptions: Object.fromEntries(entries),
  };
}
