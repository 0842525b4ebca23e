/** Random series with deleted and changed occurrences, in any zone. */
import fc from 'fast-check';
import { type CalendarEvent, type EventTime, type Exceptions, NEUTRAL_EVENT } from '#core/event.ts';
import { normaliseExceptions, regularOccurrence } from '#core/exceptions.ts';
import { normaliseSeriesStart, slotsBetween } from '#core/occurrences.ts';
import { canonicalZone } from '#core/zones.ts';
import { eventTime, series, ZONES } from './recurrence.arbitrary.ts';

export const ALL_ZONES = Intl.supportedValuesOf('timeZone');
/** Half of them those with something to them. */
export const anyZone = fc.oneof(
  fc.constantFrom(...ZONES),
  fc.constantFrom(...ALL_ZONES).map((name) => canonicalZone(name) ?? 'UTC'),
);

const FROM_MS = Date.UTC(1800, 0, 1);
const TO_MS = Date.UTC(2200, 0, 1);
/** Of which the exceptions are. */
const FIRST_OCCURRENCES = 60;

const word = fc.constantFrom('', 'Board', 'Lunch', 'Stand-up');

type Change = 'deleted' | Partial<Pick<CalendarEvent, 'title' | 'time'>>;
export interface OccurrenceChange {
  /** Of the occurrence, from 0; counted on from the start beyond the last. */
  readonly number: number;
  readonly change: Change;
}

export const occurrenceChange: fc.Arbitrary<OccurrenceChange> = fc.record({
  number: fc.nat(FIRST_OCCURRENCES),
  change: fc.oneof(
    fc.constant('deleted' as const),
    fc.record({ title: word }),
    fc.record({ title: word, time: eventTime }),
  ),
});

export const seriesEvent: fc.Arbitrary<CalendarEvent> = fc
  .record({
    texts: fc.record({ title: word, description: word, location: word }),
    when: series,
    zone: anyZone,
    changes: fc.array(occurrenceChange, { maxLength: 5 }),
  })
  .map(({ when: { time: anyTime, recurrence }, zone, texts, changes }) => {
    const elsewhere: EventTime = anyTime.kind === 'allDay' ? anyTime : { ...anyTime, zone };
    const time = normaliseSeriesStart(elsewhere, recurrence);
    const isOver = recurrence.range.kind === 'until' && recurrence.range.until < time.end.slice(0, 10);
    const range = isOver ? ({ kind: 'noEnd' } as const) : recurrence.range;
    return withChanges({ ...NEUTRAL_EVENT, ...texts, time, recurrence: { ...recurrence, range } }, changes);
  });

/** The series with some of its first occurrences changed or deleted. */
export function withChanges(event: CalendarEvent, changes: readonly OccurrenceChange[]): CalendarEvent {
  const { time, recurrence } = event;
  if (recurrence === null) return event;
  const slots = slotsBetween(time, recurrence, FROM_MS, TO_MS, FIRST_OCCURRENCES);
  const exceptions: Record<string, Exceptions[string]> = {};
  for (const { number, change } of changes) {
    const date = slots[number % slots.length]?.date.toString() ?? '';
    const regular = regularOccurrence(event, date);
    if (regular === null) continue;
    const changed = change === 'deleted' ? regular : { ...regular, ...change };
    exceptions[date] = change === 'deleted' ? change : { ...changed, time: inZoneOf(event, changed.time) };
  }
  return normaliseExceptions({ ...event, exceptions });
}

function inZoneOf({ time: { kind, ...series } }: CalendarEvent, time: EventTime): EventTime {
  return time.kind === 'timed' && kind === 'timed' && 'zone' in series
    ? { ...time, zone: series.zone }
    : time;
}
