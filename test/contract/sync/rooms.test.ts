/** Bookings made directly in a room's calendar in Liferay: the room is theirs if it is free, and nobody gets mail. */
import { describe, expect, test } from 'vitest';
import { House, IDLE_HOUSE } from './rooms-stage.ts';
import { at, DAY, HOUR, hourFrom } from './stage.ts';

const NINE = '2026-05-06T09:00';
const HALF_PAST_NINE = '2026-05-06T09:30';
const TEN = '2026-05-06T10:00';
const NOON = '2026-05-06T12:00';

test('a free room is booked: the appointment is in its mailbox, and nobody gets mail', async () => {
  const house = await House.open();
  house.book('Board', NINE);
  await house.stage.settle();
  expect(house.booked()).toEqual(['Board 2026-05-06T07:00']);
  expect(house.shown()).toEqual(['Board approved']);
  expect(await house.problems()).toEqual([]);
  expect(house.stage.item('Board', house.room).content.isMeeting).toBe(false);
  expect([house.mails(), house.portalMails]).toEqual([[], 0]);
  expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
});

describe('a room that is taken', () => {
  const TAKEN: [string, (house: House) => void][] = [
    [
      'an appointment that begins in between',
      (house) => house.appoint({ subject: 'Painters', ...hourFrom(HALF_PAST_NINE) }),
    ],
    [
      'an appointment of the whole day',
      (house) =>
        house.appoint({
          subject: 'Painters',
          start: at('2026-05-06T00:00'),
          end: at('2026-05-07T00:00'),
          allDay: true,
        }),
    ],
    [
      'what is only tentative',
      (house) => house.appoint({ subject: 'Painters', ...hourFrom(NINE), showAs: 'Tentative' }),
    ],
    [
      'a meeting that its attendant accepted',
      (house) => house.invite({ subject: 'Talk', ...hourFrom(NINE) }),
    ],
  ];

  test.each(TAKEN)(
    'by %s: the booking is not written, and its row stands as declined, with the reason',
    async (_, take) => {
      const house = await House.open();
      take(house);
      const [before, mails] = [house.booked(), house.mails()];
      house.book('Board', NINE);
      house.stage.forgetRequests();
      await house.stage.settle();
      expect(house.stage.asked('CreateItem')).toBe(0);
      expect(house.booked()).toEqual(before);
      expect(house.shown()).toContain('Board denied');
      expect(await house.problems()).toEqual(['roomTaken']);
      expect((await house.stage.history(house.room)).map(({ kind, title }) => `${kind} ${title}`)).toContain(
        'parked Board',
      );
      expect([house.mails(), house.portalMails]).toEqual([mails, 0]);
      expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
    },
  );

  const FREE: [string, (house: House) => void][] = [
    [
      'ends when the booking begins',
      (house) => house.appoint({ subject: 'Other', ...hourFrom('2026-05-06T08:00') }),
    ],
    ['begins when it ends', (house) => house.appoint({ subject: 'Other', ...hourFrom(TEN) })],
    ['is shown as free', (house) => house.appoint({ subject: 'Other', ...hourFrom(NINE), showAs: 'Free' })],
    [
      'was cancelled',
      (house) => {
        const { id } = house.invite({ subject: 'Talk', ...hourFrom(NINE) });
        house.stage.world.exchange.userActs.deleteItem(id);
      },
    ],
    [
      'is on another day',
      (house) =>
        house.appoint({
          subject: 'Other',
          start: at('2026-05-07T00:00'),
          end: at('2026-05-08T00:00'),
          allDay: true,
        }),
    ],
  ];

  test.each(FREE)('not by what %s', async (_, take) => {
    const house = await House.open();
    take(house);
    house.book('Board', NINE);
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-06T07:00');
    expect(house.shown()).toContain('Board approved');
  });

  test('nobody is in the way of what is over', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom('2026-05-01T09:00') });
    house.book('Board', '2026-05-01T09:00');
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-01T07:00');
  });
});

describe('a booking that was declined', () => {
  async function declined(): Promise<House> {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom(NINE) });
    house.book('Board', HALF_PAST_NINE);
    await house.stage.settle();
    expect(house.shown()).toEqual(['Board denied', 'Painters approved']);
    return house;
  }

  test('stays so when the room becomes free: a person decides', async () => {
    const house = await declined();
    house.stage.world.exchange.userActs.deleteItem(house.stage.item('Painters', house.room).id);
    await house.stage.settle();
    expect(house.booked()).toEqual([]);
    expect(house.shown()).toEqual(['Board denied']);
    expect(await house.problems()).toEqual(['roomTaken']);
  });

  test('is booked when it is moved to a free time', async () => {
    const house = await declined();
    house.move('Board', NOON);
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-06T10:00');
    expect(house.shown()).toEqual(['Board approved', 'Painters approved']);
    expect(await house.problems()).toEqual([]);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  test('is declined again when it is moved to a time that is taken as well', async () => {
    const house = await declined();
    house.move('Board', '2026-05-06T08:30');
    await house.stage.settle();
    expect(house.booked()).toEqual(['Painters 2026-05-06T07:00']);
    expect(house.shown()).toContain('Board denied');
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  const AGAIN: [string, (house: House) => Promise<void> | void][] = [
    [
      'accepted in Liferay',
      (house) => {
        const { calendarBookingId } = house.row('Board');
        house.stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'), house.room);
      },
    ],
    ['tried again', (house) => house.tryAgain()],
  ];

  test.each(AGAIN)('is booked when it is %s and the room is free by then', async (_, ask) => {
    const house = await declined();
    await ask(house);
    await house.stage.settle();
    expect(house.shown()).toContain('Board denied');
    house.stage.world.exchange.userActs.deleteItem(house.stage.item('Painters', house.room).id);
    await house.stage.settle();
    await ask(house);
    await house.stage.settle();
    expect(house.booked()).toEqual(['Board 2026-05-06T07:30']);
    expect(house.shown()).toEqual(['Board approved']);
    expect([house.mails(), house.portalMails]).toEqual([[], 0]);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  test('and is deleted leaves nothing', async () => {
    const house = await declined();
    house.stage.atPortal((acts) => acts.deleteBooking(house.row('Board').calendarBookingId), house.room);
    await house.stage.settle();
    expect(house.booked()).toEqual(['Painters 2026-05-06T07:00']);
    expect(await house.problems()).toEqual([]);
  });

  test.each([0, 20])('stays declined when the service lost its database (%s days later)', async (days) => {
    const house = await declined();
    house.stage.world.exchange.userActs.deleteItem(house.stage.item('Painters', house.room).id);
    await house.stage.settle();
    house.stage.world.clock.advance(days * DAY);
    await house.stage.loseDatabase();
    await house.stage.settle();
    expect(house.booked()).toEqual([]);
    expect(house.shown()).toEqual(['Board denied']);
    expect(await house.problems()).toEqual(['roomTaken']);
  });

  test('but was changed in the very moment has another chance', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom(NINE) });
    house.book('Board', NINE);
    const engine = house.engineWith({
      after: (name) => {
        if (name === 'FindItem' && house.row('Board').startTime === at(NINE)) house.move('Board', NOON);
      },
    });
    await house.stage.round(undefined, engine);
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-06T10:00');
    expect(house.shown()).toContain('Board approved');
  });
});

describe('several bookings in Liferay', () => {
  test('for one time: who booked first has the room', async () => {
    const house = await House.open();
    house.book('First', NINE);
    house.book('Second', HALF_PAST_NINE);
    house.book('Third', '2026-05-06T10:15');
    house.stage.forgetRequests();
    await house.stage.settle();
    expect(house.shown()).toEqual(['First approved', 'Second denied', 'Third approved']);
    expect(house.booked()).toEqual(['First 2026-05-06T07:00', 'Third 2026-05-06T08:15']);
    expect(house.stage.items(house.room)).toHaveLength(2);
  });

  test('one is deleted and another made in its place: that one has the room', async () => {
    const house = await House.open();
    house.book('Old', NINE);
    await house.stage.settle();
    house.stage.atPortal((acts) => acts.deleteBooking(house.row('Old').calendarBookingId), house.room);
    house.book('New', NINE);
    await house.stage.settle();
    expect(house.booked()).toEqual(['New 2026-05-06T07:00']);
    expect(house.shown()).toEqual(['New approved']);
  });

  test('one goes and another takes its place', async () => {
    const house = await House.open();
    house.book('Old', NINE);
    await house.stage.settle();
    house.move('Old', NOON);
    house.book('New', NINE);
    await house.stage.settle();
    expect(house.booked()).toEqual(['New 2026-05-06T07:00', 'Old 2026-05-06T10:00']);
    expect(house.shown()).toEqual(['New approved', 'Old approved']);
  });
});

test('an all-day booking needs the whole day of the calendar’s own zone', async () => {
  const house = await House.open();
  house.appoint({ subject: 'Late', ...hourFrom('2026-05-06T23:00') });
  const allDay = (date: string) => ({
    startTime: Date.parse(`${date}T00:00Z`),
    endTime: Date.parse(`${date}T23:59Z`),
    allDay: true,
  });
  house.stage.book({ title: 'Wednesday', ...allDay('2026-05-06') }, house.room);
  house.stage.book({ title: 'Thursday', ...allDay('2026-05-07') }, house.room);
  await house.stage.settle();
  expect(house.shown()).toEqual(['Late approved', 'Thursday approved', 'Wednesday denied']);
});

describe('where it is no room', () => {
  test('people may have two things at once: nobody looks, and both are written', async () => {
    const house = await House.open();
    const { stage } = house;
    stage.create({ subject: 'Dentist', ...hourFrom(NINE) });
    const { start, end } = hourFrom(NINE);
    stage.book({ title: 'Meeting', startTime: start, endTime: end });
    stage.forgetRequests();
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Dentist', 'Meeting'], liferay: ['Dentist', 'Meeting'] });
    expect(stage.asked('FindItem')).toBe(0);
  });

  test('a room’s calendar that only follows Exchange keeps what Liferay’s people write into it to itself', async () => {
    const house = await House.open({ direction: 'toLiferay' });
    house.appoint({ subject: 'Painters', ...hourFrom(NINE) });
    house.book('Board', NINE);
    await house.stage.settle();
    expect(house.booked()).toEqual(['Painters 2026-05-06T07:00']);
    expect(house.shown()).toEqual(['Board approved', 'Painters approved']);
  });
});

test('a year of every day beside a full calendar: a few questions, and the right answer', async () => {
  const house = await House.open({ exchange: { calendarViewLimit: 100 } });
  const startDay = Math.floor(at(NINE) / DAY);
  house.appoint({
    subject: 'Cleaning',
    start: at('2026-05-06T06:00'),
    end: at('2026-05-06T06:00') + HOUR,
    recurrence: {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'numbered', startDay, count: 700 },
    },
  });
  house.book('Daily', NINE, { recurrence: 'RRULE:FREQ=DAILY;INTERVAL=1;COUNT=365' });
  house.stage.forgetRequests();
  await house.stage.settle();
  expect(house.shown()).toContain('Daily approved');
  expect(house.stage.asked('FindItem')).toBeLessThan(40);
});
