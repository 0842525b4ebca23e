/** Random events as either side can hold them, and edits of them, for the property tests of merge and plan. */
import fc from 'fast-check';
import { type CalendarEvent, type MergeField, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/merge.ts';
import { eventTime, series } from './recurrence.arbitrary.ts';

const word = fc.constantFrom('', 'Board', 'Lunch', 'Stand-up', 'Room 1', 'Room 2', 'with Ada', 'مرحبا');
const when = fc.oneof(
  { weight: 3, arbitrary: eventTime.map((time) => ({ time, recurrence: null })) },
  series,
);

/** Few texts, so that both sides often write the same one. */
export const anyEvent: fc.Arbitrary<CalendarEvent> = fc
  .record({
    title: word,
    description: word,
    location: word,
    when,
    showAs: fc.constantFrom('free', 'busy', 'outOfOffice'),
    sensitivity: fc.constantFrom('normal', 'normal', 'personal', 'private', 'confidential'),
    reminderMinutes: fc.constantFrom(null, 15),
    categories: fc.constantFrom<readonly string[]>([], ['Blue'], ['Blue', 'Red']),
  })
  .map(({ when: { time, recurrence }, ...fields }) => ({ ...NEUTRAL_EVENT, ...fields, time, recurrence }));

/** What a person changes of an event: `source` says to what, `fields` what of it. */
export interface Edit {
  readonly source: CalendarEvent;
  readonly fields: readonly MergeField[];
}

const EXCHANGE_EDITS: readonly MergeField[] = [
  'title',
  'description',
  'location',
  'when',
  'showAs',
  'sensitivity',
  'reminderMinutes',
  'categories',
];
const LIFERAY_EDITS: readonly MergeField[] = ['title', 'description', 'location', 'when'];

export const exchangeEdit: fc.Arbitrary<Edit> = fc.record({
  source: anyEvent,
  fields: fc.subarray([...EXCHANGE_EDITS]),
});
/** A booking is read in its calendar's zone, and has neither categories nor show-as. */
export const liferayEdit: fc.Arbitrary<Edit> = fc.record({
  source: anyEvent.map((event) => inCalendarZone({ ...liferayView(event), title: event.title })),
  fields: fc.subarray([...LIFERAY_EDITS]),
});

/** As a booking of a calendar in Rome says it. */
export function inCalendarZone(event: CalendarEvent): CalendarEvent {
  const { time } = event;
  return time.kind === 'allDay' ? event : { ...event, time: { ...time, zone: 'Europe/Rome' } };
}
