/** The items of the benchmark's calendars: what offices have, with nothing random in it. */
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';

export const ZONE = 'Europe/Rome';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** All within the window of a new pairing, which reaches from 90 days back to 730 ahead. */
const FIRST_DAY = -60;
const DAYS = 600;
const WEEKLY_OCCURRENCES = 8;

const TEXT =
  'Agenda: open points of last week, figures of the month, what is planned next. Please bring the list of the ' +
  'orders that are late, and tell me before if you cannot come.\n\nThe room has a screen and a telephone; those who ' +
  'are on the road dial in. Minutes go to everybody by the evening of the same day.';

/**
 * The item with a number, of `total` that are spread evenly over {@link DAYS}: of ten, eight are single
 * appointments, one takes a whole day and one is a weekly series. Nobody is invited.
 */
export function itemOf(index: number, total: number, nowMs: number): UserItem {
  const day = FIRST_DAY + Math.floor((index * DAYS) / total);
  const dayStart = (Math.floor(nowMs / DAY_MS) + day) * DAY_MS;
  const start = dayStart + (7 + (index % 9)) * HOUR_MS;
  const item: UserItem = {
    subject: `Appointment ${index}`,
    body: { type: 'Text', text: TEXT },
    location: `Room ${index % 12}`,
    start,
    end: start + HOUR_MS,
    categories: index % 4 === 0 ? ['Customers'] : [],
  };
  if (index % 10 === 8) return { ...item, allDay: true };
  if (index % 10 !== 9) return item;
  const startDay = dayStart / DAY_MS;
  return {
    ...item,
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: [weekdayOf(startDay)], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay, count: WEEKLY_OCCURRENCES },
    },
  };
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Of a day counted from 1970-01-01. */
function weekdayOf(day: number): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[new Date(day * DAY_MS).getUTCDay()] ?? 'Monday';
}
