/** A person at their mailbox's default calendar, through the raw EWS client. */
import { Temporal } from 'temporal-polyfill';
import type { RawItem } from '#test/raw/exchange-client.ts';
import type { ShownEvent } from './demo-api.ts';
import { exchangeForm, exchangeTimes } from './plain-event.ts';
import type { Room } from './room.ts';
import type { Desk } from './routes.ts';
import { exchangeEvents, type Sides } from './sides.ts';

export function exchangeDesk(sides: Sides, room: Room): Desk {
  const { exchange, person } = sides;
  const { zone, emailAddress } = person;
  return {
    show: async (from, to) => {
      const items = await exchangeEvents(sides, from, to);
      return { calendar: emailAddress, zone, events: items.map((item) => shown(item, zone)) };
    },
    add: async ({ withRoom, ...event }) => {
      const form = exchangeForm({ ...event, ...(withRoom ? { attendees: [room.address] } : {}) }, zone);
      await exchange.create(form, 'calendar', withRoom ? 'SendToAllAndSaveCopy' : 'SendToNone');
    },
    change: async (id, { title, location, description, when }) => {
      await exchange.update(await whole(id), {
        ...(title === undefined ? {} : { subject: title }),
        ...(location === undefined ? {} : { location }),
        ...(description === undefined ? {} : { body: description, bodyType: 'Text' }),
        ...(when === undefined ? {} : exchangeTimes(when, zone)),
      });
    },
    remove: async (id) => exchange.delete(await whole(id)),
  };

  /** The series of an occurrence: they have the UID in common. */
  async function whole(id: string): Promise<RawItem> {
    const item = await exchange.get(id);
    if (item.type === 'Single' || item.type === 'RecurringMaster') return item;
    const items = await exchange.listItems();
    const series = items.find(({ uid, type }) => uid === item.uid && type === 'RecurringMaster');
    if (series === undefined) throw new Error('The series is gone.');
    return series;
  }
}

const SHOW_AS: Readonly<Record<string, string>> = {
  Free: 'Free',
  Tentative: 'Tentative',
  OOF: 'Out of office',
  WorkingElsewhere: 'Working elsewhere',
};

function shown(item: RawItem, zone: string): ShownEvent {
  const wall = (text: string): string => {
    const local = Temporal.Instant.from(text).toZonedDateTimeISO(zone);
    return item.allDay
      ? local.toPlainDate().toString()
      : local.toPlainDateTime().toString({ smallestUnit: 'second' });
  };
  const showAs = SHOW_AS[item.showAs];
  return {
    key: item.id,
    id: item.id,
    title: item.subject,
    location: item.location,
    description: item.body.replaceAll('\r\n', '\n'),
    allDay: item.allDay,
    start: wall(item.start),
    end: wall(item.end),
    repeats: item.type !== 'Single',
    notes: [
      ...(item.sensitivity === 'Normal' ? [] : [item.sensitivity]),
      ...(showAs === undefined ? [] : [showAs]),
      ...item.categories,
      ...Object.entries(item.responses).map(([address, response]) => `${address}: ${response}`),
    ],
  };
}
