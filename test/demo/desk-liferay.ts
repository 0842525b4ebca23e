/** A person at their own calendar in the portal, through the raw JSONWS client. */
import { Temporal } from 'temporal-polyfill';
import type { RawBooking } from '#test/raw/liferay-client.ts';
import type { ShownEvent } from './demo-api.ts';
import { htmlOf, liferayForm, liferayTimes, textOf } from './plain-event.ts';
import type { Room } from './room.ts';
import type { Desk } from './routes.ts';
import type { Sides } from './sides.ts';

export function liferayDesk({ liferay, person, calendarId }: Sides, room: Room): Desk {
  const { zone, name } = person;
  return {
    show: async (from, to) => {
      const id = await calendarId();
      if (id === null) return { calendar: null, zone, events: [] };
      const rows = await liferay.occurrences(id, from.epochMilliseconds, to.epochMilliseconds - 1);
      return { calendar: name, zone, events: rows.map((row) => shown(row, zone)) };
    },
    add: async ({ withRoom, ...event }) => {
      const id = await calendarId();
      if (id === null) throw new Error('There is no calendar yet.');
      const inviteCalendarIds = withRoom ? [room.calendarId] : [];
      await liferay.add(id, liferayForm(event, zone), { inviteCalendarIds });
    },
    change: async (id, { title, location, description, when }) => {
      await liferay.update(id, {
        ...(title === undefined ? {} : { title }),
        ...(location === undefined ? {} : { location }),
        ...(description === undefined ? {} : { description: htmlOf(description) }),
        ...(when === undefined ? {} : liferayTimes(when, zone)),
      });
    },
    remove: (id) => liferay.moveToTrash(id),
  };
}

/** CalendarBookingWorkflowConstants. What is declined is not on the grid. */
const STATUS_NOTES: Readonly<Record<number, readonly string[]>> = {
  1: ['Waits for an answer'],
  9: ['Maybe'],
};

function shown(row: RawBooking, zone: string): ShownEvent {
  const [start, end] = row.allDay ? [row.start, row.end + 60_000] : [row.start, row.end];
  const wall = (ms: number): string => {
    const at = Temporal.Instant.fromEpochMilliseconds(ms);
    return row.allDay
      ? at.toZonedDateTimeISO('UTC').toPlainDate().toString()
      : at.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' });
  };
  return {
    key: `${row.id}/${row.start}`,
    id: row.id,
    title: row.title,
    location: row.location,
    description: textOf(row.description),
    allDay: row.allDay,
    start: wall(start),
    end: wall(end),
    repeats: row.recurrence !== '',
    notes: STATUS_NOTES[row.status] ?? [],
  };
}
