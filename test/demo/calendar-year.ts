/**
 * A year in the life of a small team, from twelve weeks ago to forty weeks ahead: what stands in whose calendar, and
 * on which side. The same day gives the same year; nothing is drawn by lot.
 */
import { Temporal } from 'temporal-polyfill';
import { monthName, type PlainEvent, type Repeat } from './plain-event.ts';

export interface Year {
  readonly exchange: readonly PlainEvent[];
  readonly liferay: readonly PlainEvent[];
}

export type Owner = 'Anna Rossi' | 'Marco Bianchi' | 'Grace Lee' | 'Paola Verdi';

const WEEKS_BACK = 12;
const WEEKS_AHEAD = 40;
const WORK_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;

const TOPICS = [
  ['Design review: booking page', 60, 'Room Trastevere'],
  ['Supplier call – logistics', 30, 'Teams'],
  ['Interview: front-end developer', 45, 'Room Monti'],
  ['Release planning', 90, 'Room Trastevere'],
  ['Budget check with Finance', 30, ''],
  ['Workshop “Onboarding”', 120, 'Academy, 2nd floor'],
  ['Customer demo: Müller & Söhne', 60, 'Teams'],
  ['Support retrospective', 45, 'Room Monti'],
  ['Security patch window', 60, ''],
  ['Coffee with the new colleagues ☕', 30, 'Bar on the corner'],
  ['Contract talks: Grüner Strom <2027>', 60, 'Room Trastevere'],
  ['Accessibility review', 60, 'Teams'],
] as const;

const AGENDA = [
  'Agenda',
  '1. What happened since last time',
  '2. Open points & decisions',
  '3. Who does what until when',
  '',
  'Please read the notes before: https://intranet.example.com/notes?team=calendar&view=all',
  `${'Background: the page is used by people in four countries, and each of them reads times in their own zone. '.repeat(6)}`,
].join('\n');

const BIRTHDAYS = [
  ['Luca', 1, 17],
  ['Giulia', 3, 8],
  ['José', 4, 29],
  ['Zoë', 6, 2],
  ['Søren', 9, 21],
  ['Chiara', 11, 30],
] as const;

const ITALIAN_HOLIDAYS = [
  ['New Year', 1, 1],
  ['Epiphany', 1, 6],
  ['Liberation Day', 4, 25],
  ['Labour Day', 5, 1],
  ['Republic Day', 6, 2],
  ['Ferragosto', 8, 15],
  ['All Saints', 11, 1],
  ['Christmas', 12, 25],
  ['Santo Stefano', 12, 26],
] as const;

const AMERICAN_HOLIDAYS = [
  ['New Year’s Day', 1, 1],
  ['Independence Day', 7, 4],
  ['Veterans Day', 11, 11],
  ['Christmas', 12, 25],
] as const;

const TRIPS = ['Milan', 'Berlin', 'Torino', 'New York', 'Kraków', 'Lyon'] as const;

const PORTAL_EVENTS = [
  ['Town hall', 60, 'Auditorium'],
  ['Intranet training: forms', 90, 'Academy, 1st floor'],
  ['Editors’ round table', 45, 'Room Monti'],
  ['Volunteer planning', 60, 'Canteen'],
] as const;

/** The year of one person around `today` (YYYY-MM-DD). */
export function yearOf(owner: Owner, today: string): Year {
  const monday = mondayOf(Temporal.PlainDate.from(today));
  const first = monday.subtract({ weeks: WEEKS_BACK });
  const last = monday.add({ weeks: WEEKS_AHEAD });
  const shift = { 'Anna Rossi': 0, 'Marco Bianchi': 1, 'Grace Lee': 2, 'Paola Verdi': 3 }[owner];
  const holidays = owner === 'Grace Lee' ? AMERICAN_HOLIDAYS : ITALIAN_HOLIDAYS;
  return {
    exchange: [
      ...regular(owner, first, last),
      ...meetings(monday, shift),
      ...(owner === 'Anna Rossi' ? withOthers(monday) : []),
      ...trips(monday, shift),
      ...BIRTHDAYS.map(([name, month, day]) => birthday(name, month, day, first)),
      ...holidays.map(([name, month, day]) => holiday(name, next(month, day, first))),
      ...personal(monday, shift),
    ],
    liferay: portalEvents(monday, shift),
  };
}

function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

/** `week` may be negative. */
function dayOf(monday: Temporal.PlainDate, week: number, day: number): Temporal.PlainDate {
  return monday.add({ days: week * 7 + day });
}

/** The first such date on or after `first`. */
function next(month: number, day: number, first: Temporal.PlainDate): Temporal.PlainDate {
  const date = Temporal.PlainDate.from({ year: first.year, month, day });
  return Temporal.PlainDate.compare(date, first) < 0 ? date.add({ years: 1 }) : date;
}

function timed(date: Temporal.PlainDate, time: string, minutes: number): PlainEvent['when'] {
  return { kind: 'timed', start: `${date}T${time}`, minutes };
}

function regular(owner: Owner, first: Temporal.PlainDate, last: Temporal.PlainDate): PlainEvent[] {
  const until = last.toString();
  const weekly = (interval: number, ...days: readonly string[]): Repeat => ({
    kind: 'weekly',
    interval,
    days,
    firstDay: 'Monday',
    until,
  });
  const firstMonday = first.add({ months: 1 }).with({ day: 1 });
  const planning = firstMonday.add({ days: (8 - firstMonday.dayOfWeek) % 7 });
  const partner = owner === 'Marco Bianchi' ? 'Anna' : 'Marco';
  return [
    {
      title: 'Stand-up',
      when: timed(first, '09:15', 15),
      repeat: weekly(1, ...WORK_DAYS),
      location: 'Teams',
      categories: ['Team'],
    },
    {
      title: 'Lunch',
      when: timed(first.add({ days: 2 }), '12:30', 60),
      repeat: weekly(1, 'Wednesday'),
      showAs: 'Free',
    },
    {
      title: `One-on-one ${owner.split(' ')[0]} / ${partner}`,
      when: timed(first.add({ days: 1 }), '11:00', 30),
      repeat: weekly(2, 'Tuesday'),
      description: AGENDA,
    },
    {
      title: 'Monthly planning',
      when: timed(planning, '14:00', 90),
      repeat: { kind: 'relativeMonthly', interval: 1, days: 'Monday', index: 'First', until },
      location: 'Room Trastevere',
      categories: ['Planning', 'Team'],
    },
    {
      title: 'Timesheet due',
      when: { kind: 'allDay', first: first.add({ months: 1 }).with({ day: 25 }).toString(), days: 1 },
      repeat: { kind: 'absoluteMonthly', interval: 1, day: 25, until },
      showAs: 'Free',
    },
  ];
}

/** Three meetings in each week, at changing hours. */
function meetings(monday: Temporal.PlainDate, shift: number): PlainEvent[] {
  const events: PlainEvent[] = [];
  for (let week = -WEEKS_BACK; week < WEEKS_AHEAD; week++) {
    for (let slot = 0; slot < 3; slot++) {
      const number = (week + WEEKS_BACK) * 3 + slot + shift * 5;
      const [title, minutes, location] = TOPICS[number % TOPICS.length] ?? TOPICS[0];
      const date = dayOf(monday, week, (slot * 2 + number + shift) % 5);
      const hour = [10, 14, 16][slot] ?? 10;
      events.push({
        title,
        when: timed(date, `${hour}:${number % 2 === 0 ? '00' : '30'}`, minutes),
        location,
        ...(number % 4 === 0 ? { description: AGENDA } : {}),
        ...(number % 5 === 0 ? { categories: ['Customers'] } : {}),
        ...(number % 7 === 0 ? { showAs: 'Tentative' as const } : {}),
      });
    }
  }
  return events;
}

/** Real meetings, with invitations and a copy in each mailbox. */
function withOthers(monday: Temporal.PlainDate): PlainEvent[] {
  return [1, 5, 9, 13, 17, 21].map((week) => ({
    title: 'Steering group',
    when: timed(dayOf(monday, week, 3), '15:00', 60),
    location: 'Room Trastevere',
    description: AGENDA,
    attendees: ['marco.bianchi@example.com', 'paola.verdi@example.com', ROOM_ADDRESS],
  }));
}

export const ROOM_ADDRESS = 'room.trastevere@example.com';

function trips(monday: Temporal.PlainDate, shift: number): PlainEvent[] {
  return TRIPS.flatMap((city, trip) => {
    const date = dayOf(monday, trip * 7 - 8 + shift, 1);
    const travel = { showAs: 'OOF' as const, categories: ['Travel'] };
    return [
      { title: `${city} ✈`, when: { kind: 'allDay' as const, first: date.toString(), days: 3 }, ...travel },
      { title: `To ${city}`, when: timed(date, '07:10', 100), location: 'Gate to be announced', ...travel },
    ];
  });
}

function birthday(name: string, month: number, day: number, first: Temporal.PlainDate): PlainEvent {
  return {
    title: `🎂 ${name}`,
    when: { kind: 'allDay', first: next(month, day, first).toString(), days: 1 },
    repeat: { kind: 'absoluteYearly', month: monthName(month), day },
    showAs: 'Free',
    categories: ['Birthdays'],
  };
}

function holiday(name: string, date: Temporal.PlainDate): PlainEvent {
  return {
    title: name,
    when: { kind: 'allDay', first: date.toString(), days: 1 },
    showAs: 'OOF',
    categories: ['Holidays'],
  };
}

/** The first of them is in the week that the page opens with. */
function personal(monday: Temporal.PlainDate, shift: number): PlainEvent[] {
  return [0, 6, 15, 27].map((week, index) => ({
    title: ['Dentist', 'Parents’ evening', 'Bank', 'Physiotherapy'][index] ?? 'Private',
    when: timed(dayOf(monday, week, (3 + shift) % 5), '17:30', 45),
    description: 'Nobody else needs to read this.',
    sensitivity: index % 2 === 0 ? ('Private' as const) : ('Personal' as const),
  }));
}

function portalEvents(monday: Temporal.PlainDate, shift: number): PlainEvent[] {
  return Array.from({ length: 13 }, (_, index) => {
    const [title, minutes, location] =
      PORTAL_EVENTS[(index + shift) % PORTAL_EVENTS.length] ?? PORTAL_EVENTS[0];
    return {
      title,
      when: timed(dayOf(monday, index * 3, (index + 1) % 5), '13:00', minutes),
      location,
      description: 'Open to everybody.\nSign up on the intranet.',
    };
  });
}
