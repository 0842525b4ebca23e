/**
 * What stands in both calendars, read by raw requests and put into one form, so that it can be compared with what a
 * change should have made of it.
 */
import { Temporal } from 'temporal-polyfill';
import type { RawItem } from '#test/raw/exchange-client.ts';
import type { RawBooking } from '#test/raw/liferay-client.ts';
import { textOf } from './plain-event.ts';
import { exchangeEvents, type Sides } from './sides.ts';

/** `2027-03-01T08:00:00Z/2027-03-01T09:00:00Z`, or for whole days `2027-03-01/2027-03-02`, the end exclusive. */
export type Slot = string;

export interface Seen {
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly slot: Slot;
}

/** One occurrence of Exchange, with what only Exchange holds. */
export interface SeenInExchange extends Seen {
  readonly showAs: string;
  readonly sensitivity: string;
  readonly categories: readonly string[];
}

const timedSlot = (start: Temporal.Instant, end: Temporal.Instant): Slot => `${start}/${end}`;

/** Every occurrence on one day of the person's zone, and what reaches into it. */
export async function exchangeDay(sides: Sides, day: string): Promise<SeenInExchange[]> {
  const { zone } = sides.person;
  const [from, to] = dayBounds(day, zone);
  const items = await exchangeEvents(sides, from, to);
  return items.map((item) => seenInExchange(item, zone));
}

export function seenInExchange(item: RawItem, zone: string): SeenInExchange {
  const [start, end] = [Temporal.Instant.from(item.start), Temporal.Instant.from(item.end)];
  const date = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate().toString();
  return {
    title: item.subject,
    description: item.body.replaceAll('\r\n', '\n'),
    location: item.location,
    slot: item.allDay ? `${date(start)}/${date(end)}` : timedSlot(start, end),
    showAs: item.showAs,
    sensitivity: item.sensitivity,
    categories: item.categories.toSorted(),
  };
}

export async function liferayDay(sides: Sides, calendarId: string, day: string): Promise<Seen[]> {
  const [from, to] = dayBounds(day, sides.person.zone);
  const rows = await sides.liferay.occurrences(calendarId, from.epochMilliseconds, to.epochMilliseconds - 1);
  return rows.map(seenInLiferay);
}

export function seenInLiferay(row: RawBooking): Seen {
  const [start, end] = [row.start, row.end].map(Temporal.Instant.fromEpochMilliseconds);
  if (start === undefined || end === undefined) throw new Error('A booking has no times.');
  const date = (instant: Temporal.Instant) => instant.toZonedDateTimeISO('UTC').toPlainDate();
  return {
    title: row.title,
    description: textOf(row.description),
    location: row.location,
    slot: row.allDay ? `${date(start)}/${date(end).add({ days: 1 })}` : timedSlot(start, end),
  };
}

function dayBounds(day: string, zone: string): [from: Temporal.Instant, to: Temporal.Instant] {
  const date = Temporal.PlainDate.from(day);
  const midnight = (at: Temporal.PlainDate) => at.toZonedDateTime(zone).toInstant();
  return [midnight(date), midnight(date.add({ days: 1 }))];
}
