/**
 * The named changes of `--once`: three acts (make, change, delete), each played in both directions on events of its
 * own. What one side made, the other side changes and deletes. A change says what has to stand on both sides
 * afterwards.
 */
import { Temporal } from 'temporal-polyfill';
import type { NewRawEvent } from '#test/raw/exchange-client.ts';
import type { RawBookingDraft } from '#test/raw/liferay-client.ts';
import { CASTING, type Cast, cast, type Dates, datesFrom, HOSTILE, type Role } from './cast.ts';
import type { SideName } from './demo-api.ts';
import type { PlainEvent, When } from './plain-event.ts';
import * as plain from './plain-event.ts';
import type { Slot } from './read-back.ts';

/** What both calendars have to show, on each of `days`, of the event with this title. */
export interface Expected {
  readonly event: PlainEvent;
  /** Every occurrence that begins on one of `days`; none: the event is gone from there. */
  readonly slots: readonly Slot[];
  readonly days: readonly string[];
  /** Private texts stay in Exchange; Liferay shows this title and nothing else. */
  readonly titleInLiferay?: string;
}

export type Act =
  | { readonly kind: 'make'; readonly event: PlainEvent }
  | {
      readonly kind: 'change';
      readonly title: string;
      readonly exchange: Partial<NewRawEvent>;
      readonly liferay: Partial<RawBookingDraft>;
    }
  /** `forGood`: past Deleted Items, or past the Recycle Bin. */
  | { readonly kind: 'delete'; readonly title: string; readonly forGood: boolean };

export interface Change {
  readonly name: string;
  /** Where it is made. */
  readonly side: SideName;
  readonly act: Act;
  readonly expected: Expected;
}

const OTHER: Readonly<Record<SideName, SideName>> = { exchange: 'liferay', liferay: 'exchange' };

const MADE: Readonly<Record<Role, string>> = {
  single: 'make a single event',
  'whole day': 'make an all-day event',
  'three days': 'make an event of three days',
  daily: 'make a daily series',
  weekly: 'make a weekly series on two days',
  monthly: 'make a monthly series by date',
  'second Tuesday': 'make a monthly series by weekday',
  yearly: 'make a yearly all-day series',
  text: 'make an event with hostile text',
};

function slotOn(date: string, when: When, zone: string): Slot {
  const first = Temporal.PlainDate.from(date);
  if (when.kind === 'allDay') return `${first}/${first.add({ days: when.days })}`;
  const start = plain.instantOf(`${date}T${when.start.slice(11)}`, zone);
  return `${start}/${start.add({ minutes: when.minutes })}`;
}

/** `also`: days on which nothing of it may be left. */
function expectation({ event, dates }: Cast, zone: string, also: readonly string[] = []): Expected {
  return {
    event,
    slots: dates.map((date) => slotOn(date, event.when, zone)),
    days: [...new Set([...dates, ...also])],
  };
}

/** The acts for a calendar in this zone; `today` is YYYY-MM-DD. Each act needs the one before to have arrived. */
export function actsFor(zone: string, today: string): readonly (readonly Change[])[] {
  const dates = datesFrom(today);
  const sides = ['exchange', 'liferay'] as const;
  const casts = sides.map((side) => ({ side, roles: cast(side, dates) }));
  return [
    [
      ...casts.flatMap(({ side, roles }) =>
        CASTING.map((role): Change => made(MADE[role], side, onThatSide(roles[role], side), zone)),
      ),
      privateEvent(dates, zone),
    ],
    casts.flatMap(({ side, roles }) => changes(OTHER[side], onThatSideAll(roles, side), dates, zone)),
    casts.flatMap(({ side, roles }) => deletions(OTHER[side], roles, dates, zone)),
  ];
}

/** A person at Liferay cannot say what only Exchange holds. */
function onThatSide(role: Cast, side: SideName): Cast {
  if (side === 'exchange') return role;
  const { showAs: _, sensitivity: __, categories: ___, ...event } = role.event;
  return { ...role, event };
}

function onThatSideAll(roles: Readonly<Record<Role, Cast>>, side: SideName): Readonly<Record<Role, Cast>> {
  return { ...roles, single: onThatSide(roles.single, side) };
}

function made(name: string, side: SideName, role: Cast, zone: string): Change {
  return { name, side, act: { kind: 'make', event: role.event }, expected: expectation(role, zone) };
}

function privateEvent({ day }: Dates, zone: string): Change {
  const event: PlainEvent = {
    title: 'E private',
    when: { kind: 'timed', start: `${day(4)}T18:00`, minutes: 30 },
    description: 'For nobody else',
    location: 'Secret',
    sensitivity: 'Private',
  };
  const change = made('make a private event: times only', 'exchange', { event, dates: [day(4)] }, zone);
  return { ...change, expected: { ...change.expected, titleInLiferay: 'Private' } };
}

/** `side` changes what the other side made. */
function changes(
  side: SideName,
  roles: Readonly<Record<Role, Cast>>,
  { day }: Dates,
  zone: string,
): readonly Change[] {
  const edit = (
    name: string,
    { event, dates }: Cast,
    change: Partial<PlainEvent>,
    moved: readonly string[] = dates,
  ): Change => {
    const after: Cast = { event: { ...event, ...change }, dates: moved };
    return { name, side, act: edited(event, change, zone), expected: expectation(after, zone, dates) };
  };
  const at = (date: string, time: string, minutes = 45): When => ({
    kind: 'timed',
    start: `${date}T${time}`,
    minutes,
  });
  const { single, daily, weekly, monthly, yearly, text } = roles;
  const wednesdays = [2, 9, 16, 23].map(day);
  return [
    edit('move in time, longer', single, { when: at(day(0), '11:30', 75) }),
    edit('all-day becomes timed', roles['whole day'], { when: at(day(1), '13:00') }),
    edit('move to another week', roles['three days'], { when: { kind: 'allDay', first: day(8), days: 3 } }, [
      day(8),
    ]),
    edit('move a series in time', daily, {
      when: at(day(0), '08:30'),
      repeat: { kind: 'daily', interval: 1, count: 5 },
    }),
    edit(
      'change the rule of a series',
      weekly,
      {
        when: at(day(2), '12:00'),
        repeat: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday', count: 4 },
      },
      wednesdays,
    ),
    edit('hostile location of a series', monthly, { location: HOSTILE.location }),
    edit('hostile description of a series', roles['second Tuesday'], { description: HOSTILE.description }),
    edit('hostile title of a series', yearly, { title: `${yearly.event.title} ${HOSTILE.title}` }),
    edit('timed becomes all-day', text, { when: { kind: 'allDay', first: day(2), days: 1 } }),
  ];
}

/** The change as each side's own client would send it. */
function edited(event: PlainEvent, change: Partial<PlainEvent>, zone: string): Act {
  const { title, location, description, when, repeat } = change;
  const recurrence =
    when === undefined || repeat === undefined ? {} : { recurrence: plain.exchangeRepeat(repeat, when) };
  return {
    kind: 'change',
    title: event.title,
    exchange: {
      ...(title === undefined ? {} : { subject: title }),
      ...(location === undefined ? {} : { location }),
      ...(description === undefined ? {} : { body: description, bodyType: 'Text' }),
      ...(when === undefined ? {} : plain.exchangeTimes(when, zone)),
      ...recurrence,
    },
    liferay: {
      ...(title === undefined ? {} : { title }),
      ...(location === undefined ? {} : { location }),
      ...(description === undefined ? {} : { description: plain.htmlOf(description) }),
      ...(when === undefined ? {} : plain.liferayTimes(when, zone)),
      ...(repeat === undefined ? {} : { recurrence: plain.rruleOf(repeat) }),
    },
  };
}

/** `side` deletes what the other side made; the event with the text goes back to its hour. */
function deletions(
  side: SideName,
  roles: Readonly<Record<Role, Cast>>,
  { day }: Dates,
  zone: string,
): readonly Change[] {
  const remove = (name: string, { event, dates }: Cast, forGood: boolean): Change => ({
    name,
    side,
    act: { kind: 'delete', title: event.title, forGood },
    expected: expectation({ event, dates: [] }, zone, dates),
  });
  const bin = side === 'exchange' ? 'to Deleted Items' : 'to the Recycle Bin';
  const { single, daily, text } = roles;
  const backAgain: PlainEvent = {
    ...text.event,
    when: { kind: 'timed', start: `${day(2)}T17:00`, minutes: 20 },
  };
  return [
    {
      name: 'all-day becomes timed again',
      side,
      act: edited(text.event, { when: backAgain.when }, zone),
      expected: expectation({ event: backAgain, dates: [day(2)] }, zone),
    },
    remove('delete a single event', single, true),
    remove(`delete an event ${bin}`, roles['whole day'], false),
    remove('delete a series', daily, true),
    remove(`delete a series ${bin}`, roles['second Tuesday'], false),
  ];
}
