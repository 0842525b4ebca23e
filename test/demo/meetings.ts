/**
 * The named changes of `--once` that need more than one calendar: meetings with people and with a room, made and
 * answered on either side. What they come to is read in the organiser's and the invitee's calendars alike.
 */
import { Temporal } from 'temporal-polyfill';
import type { RawItem } from '#test/raw/exchange-client.ts';
import type { RawBooking } from '#test/raw/liferay-client.ts';
import type { Player } from './arrival.ts';
import { datesFrom } from './cast.ts';
import type { Deed } from './deeds.ts';
import { exchangeForm, instantOf, liferayForm, type PlainEvent } from './plain-event.ts';
import type { Room } from './room.ts';
import { exchangeEvents, type Sides } from './sides.ts';

export interface Attending {
  readonly anna: Player;
  readonly grace: Player;
  /** Works in Outlook alone: none of his calendars is paired. */
  readonly marco: Sides;
  readonly room: Room;
}

/** WorkflowConstants, CalendarBookingWorkflowConstants. */
const STATUS = { approved: 0, pending: 1, denied: 4, maybe: 9 } as const;
type StatusName = keyof typeof STATUS;
/** ResponseTypeType of EWS. */
type ResponseName = 'Accept' | 'Tentative' | 'Decline';

/** Both acts; `today` is YYYY-MM-DD. The second one answers and crosses what the first one made. */
export function meetingActs(attending: Attending, today: string): readonly (readonly Deed[])[] {
  const { day } = datesFrom(today);
  const at = (title: string, date: string, more: Partial<PlainEvent> = {}): PlainEvent => ({
    title,
    when: { kind: 'timed', start: `${date}T18:00`, minutes: 60 },
    ...more,
  });
  const course = at('Language course', day(2), {
    repeat: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday', count: 3 },
  });
  const board = at('Board meeting', day(1));
  // The second date of the course. Liferay itself compares a new booking with the first date of a series only.
  const clash = at('Interview', day(9));
  const toAnna = at('Quarterly numbers', day(3));
  const toGrace = at('Travel plans', day(4));
  const unwanted = at('Sales pitch', day(8));
  const { anna, grace } = attending;
  return [
    [
      roomTakenInOutlook(attending, course),
      roomBooked(attending, board, 'Accept'),
      invitedInOutlook(grace, anna, toAnna),
      invitedInOutlook(anna, grace, toGrace),
      invitedInOutlook(grace, anna, unwanted),
    ],
    [
      roomBooked(attending, clash, 'Decline'),
      answeredInLiferay(anna, grace, toAnna, 'approved', 'Accept'),
      answeredInLiferay(anna, grace, unwanted, 'denied', 'Decline'),
      answeredInOutlook(grace, anna, toGrace),
    ],
  ];
}

/** Somebody takes the room in Outlook, for some weeks: its calendar in Liferay shows that it is busy then. */
function roomTakenInOutlook({ marco, room }: Attending, event: PlainEvent): Deed {
  return {
    name: 'book a room in Outlook, weekly: its calendar shows that it is busy',
    person: marco.person.name,
    side: 'exchange',
    act: async () => {
      const attendees = [room.address];
      await marco.exchange.create(
        exchangeForm({ ...event, attendees }, marco.person.zone),
        'calendar',
        'SendToAllAndSaveCopy',
      );
    },
    problem: async () => {
      const said = await answerTo(marco, event, room.address);
      if (said !== 'Accept') return `exchange: the room says ${said}`;
      const [row] = (await roomRows(room)).filter(({ recurrence }) => recurrence !== '');
      const isIt = row?.title === 'Busy' && row.start === startOf(event, marco).epochMilliseconds;
      return isIt ? null : `liferay: the room's calendar shows ${row?.title ?? 'nothing'}`;
    },
  };
}

/** The organiser invites the room in Liferay; Exchange asks its booking attendant, whose answer stands on both sides. */
function roomBooked({ anna, room }: Attending, event: PlainEvent, answer: 'Accept' | 'Decline'): Deed {
  const { sides, calendarId } = anna;
  const status: StatusName = answer === 'Accept' ? 'approved' : 'denied';
  return {
    name:
      answer === 'Accept'
        ? 'book a meeting with a room: Exchange accepts for it'
        : 'book a meeting with a room that is taken: Exchange declines for it',
    person: sides.person.name,
    side: 'liferay',
    act: async () => {
      const draft = liferayForm(event, sides.person.zone);
      await sides.liferay.add(calendarId, draft, { inviteCalendarIds: [room.calendarId] });
    },
    problem: async () => {
      const said = await answerTo(sides, event, room.address);
      if (said !== answer) return `exchange: the room says ${said}`;
      const start = startOf(event, sides);
      const copies = (await room.sides.exchange.listItems()).filter((item) => startsAt(item, start));
      const kept = answer === 'Accept' ? 1 : 0;
      if (copies.length !== kept) return `exchange: ${copies.length} copies in the room's calendar`;
      const row = (await roomRows(room)).find(({ title }) => title === event.title);
      return statusProblem('the room', row, status);
    },
  };
}

function invitedInOutlook(organiser: Player, invitee: Player, event: PlainEvent): Deed {
  const { person, exchange } = organiser.sides;
  const attendees = [invitee.sides.person.emailAddress];
  return {
    name: `invite ${invitee.sides.person.name} in Outlook: “${event.title}” waits for an answer`,
    person: person.name,
    side: 'exchange',
    act: async () => {
      const form = exchangeForm({ ...event, attendees }, person.zone);
      await exchange.create(form, 'calendar', 'SendToAllAndSaveCopy');
    },
    problem: async () => {
      const own = await rowOf(organiser, organiser, event);
      const theirs = await rowOf(invitee, organiser, event);
      return (
        statusProblem('the organiser', own, 'approved') ?? statusProblem('the invitee', theirs, 'pending')
      );
    },
  };
}

/** Accept stays in both calendars; what is declined Exchange puts away, and it goes from both. */
function answeredInLiferay(
  invitee: Player,
  organiser: Player,
  event: PlainEvent,
  status: 'approved' | 'denied',
  response: ResponseName,
): Deed {
  const { sides } = invitee;
  return {
    name: `${status === 'approved' ? 'accept' : 'decline'} “${event.title}”: the organiser in Exchange hears of it`,
    person: sides.person.name,
    side: 'liferay',
    act: async () => {
      const row = await rowOf(invitee, organiser, event);
      if (row === undefined) throw new Error(`There is no "${event.title}" to answer.`);
      await sides.liferay.respond(row.id, STATUS[status]);
    },
    problem: async () => {
      const said = await answerTo(organiser.sides, event, sides.person.emailAddress);
      if (said !== response) return `exchange: the organiser knows ${said}`;
      const copy = await itemOf(sides, event, startOf(event, organiser.sides));
      const row = await rowOf(invitee, organiser, event);
      if (status === 'approved') {
        const isSaid = copy?.myResponse === response;
        return isSaid
          ? statusProblem('the invitee', row, status)
          : `exchange: the copy says ${copy?.myResponse}`;
      }
      if (copy !== undefined) return 'exchange: the copy is still there';
      return row === undefined ? null : 'liferay: the row is still there';
    },
  };
}

function answeredInOutlook(invitee: Player, organiser: Player, event: PlainEvent): Deed {
  const { sides } = invitee;
  return {
    name: `answer “${event.title}” with maybe: Liferay shows that`,
    person: sides.person.name,
    side: 'exchange',
    act: async () => {
      const copy = await itemOf(sides, event, startOf(event, organiser.sides));
      if (copy === undefined) throw new Error(`There is no "${event.title}" to answer.`);
      await sides.exchange.respond(copy, 'TentativelyAcceptItem');
    },
    problem: async () => {
      const said = await answerTo(organiser.sides, event, sides.person.emailAddress);
      if (said !== 'Tentative') return `exchange: the organiser knows ${said}`;
      return statusProblem('the invitee', await rowOf(invitee, organiser, event), 'maybe');
    },
  };
}

/** Times of an event are the organiser's. */
function startOf({ when }: PlainEvent, { person }: Sides): Temporal.Instant {
  if (when.kind === 'allDay') throw new Error('Meetings have an hour.');
  return instantOf(when.start, person.zone);
}

function startsAt({ start }: RawItem, at: Temporal.Instant): boolean {
  return Temporal.Instant.compare(Temporal.Instant.from(start), at) === 0;
}

async function itemOf(
  sides: Sides,
  { title }: PlainEvent,
  start: Temporal.Instant,
): Promise<RawItem | undefined> {
  const items = await exchangeEvents(sides, start, start.add({ minutes: 1 }));
  return items.find((item) => item.subject === title && startsAt(item, start));
}

/** What the organiser's own item says that an attendee answered. */
async function answerTo(organiser: Sides, event: PlainEvent, address: string): Promise<string> {
  const item = await itemOf(organiser, event, startOf(event, organiser));
  return item === undefined ? 'nothing yet' : (item.responses[address] ?? 'nothing, as it is not invited');
}

async function rowOf(
  { sides: { liferay }, calendarId }: Player,
  organiser: Player,
  event: PlainEvent,
): Promise<RawBooking | undefined> {
  const start = startOf(event, organiser.sides).epochMilliseconds;
  const rows = await liferay.occurrences(calendarId, start, start + 60_000);
  return rows.find((row) => row.title === event.title && row.start === start);
}

/** Of every status: what is declined is not on the grid. */
function roomRows({ sides, calendarId }: Room): Promise<readonly RawBooking[]> {
  return sides.liferay.listBookings(calendarId);
}

function statusProblem(whose: string, row: RawBooking | undefined, wanted: StatusName): string | null {
  if (row === undefined) return `liferay: ${whose} has no row`;
  return row.status === STATUS[wanted] ? null : `liferay: ${whose} has status ${row.status}, not ${wanted}`;
}
