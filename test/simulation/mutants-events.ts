/** Planted bugs in events on their way: each function gives an event that is wrong in one thing. */
import type { CalendarEvent, DateText, Exceptions } from '#core/event.ts';

export function withoutDeleted(exceptions: Exceptions): Exceptions {
  return Object.fromEntries(Object.entries(exceptions).filter(([, is]) => is !== 'deleted'));
}

export function inZone(event: CalendarEvent, zone: string): CalendarEvent {
  return event.time.kind === 'timed' && event.recurrence !== null
    ? { ...event, time: { ...event.time, zone } }
    : event;
}

const DAY_MS = 86_400_000;

function shifted(date: DateText, days: number): DateText {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function nextDay(event: CalendarEvent): CalendarEvent {
  const { time } = event;
  if (time.kind !== 'allDay') return event;
  return { ...event, time: { ...time, start: shifted(time.start, 1), end: shifted(time.end, 1) } };
}

/** Only what ends on a date, and not before it began. */
export function endedSooner(event: CalendarEvent, days: number): CalendarEvent {
  const { recurrence, time } = event;
  if (recurrence?.range.kind !== 'until') return event;
  const until = shifted(recurrence.range.until, -days);
  if (until <= time.start.slice(0, 10)) return event;
  return { ...event, recurrence: { ...recurrence, range: { kind: 'until', until } } };
}
