/** Direct bookings of a room that are moved in Liferay, or repeat. */
import { describe, expect, test } from 'vitest';
import { House, IDLE_HOUSE } from './rooms-stage.ts';
import { at, hourFrom } from './stage.ts';

const NINE = '2026-05-06T09:00';
const HALF_PAST_NINE = '2026-05-06T09:30';
const NOON = '2026-05-06T12:00';
const WEDNESDAYS = 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=5';

describe('a booking that is moved in Liferay', () => {
  async function booked(): Promise<House> {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom(NOON) });
    house.book('Board', NINE);
    await house.stage.settle();
    return house;
  }

  test('has the room at its new time, also where that touches the old one', async () => {
    const house = await booked();
    house.move('Board', HALF_PAST_NINE);
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-06T07:30');
    expect(house.shown()).toContain('Board approved');
  });

  test('to a taken time is declined, and has the room at its old one', async () => {
    const house = await booked();
    house.move('Board', NOON);
    await house.stage.settle();
    expect(house.booked()).toEqual(['Board 2026-05-06T07:00', 'Painters 2026-05-06T10:00']);
    expect(house.shown()).toEqual(['Board denied', 'Painters approved']);
    expect(house.row('Board').startTime).toBe(at(NOON));
    expect(await house.problems()).toEqual(['roomTaken']);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  const AFTER: [string, (house: House) => void, readonly string[], readonly string[]][] = [
    ['is moved back', (house) => house.move('Board', NINE), ['Board 2026-05-06T07:00'], ['Board approved']],
    [
      'is moved on',
      (house) => house.move('Board', '2026-05-06T14:00'),
      ['Board 2026-05-06T12:00'],
      ['Board approved'],
    ],
    [
      'is deleted',
      (house) =>
        house.stage.atPortal((acts) => acts.deleteBooking(house.row('Board').calendarBookingId), house.room),
      [],
      [],
    ],
    [
      'is moved in Outlook',
      (house) => {
        house.stage.world.exchange.userActs.changeItem(
          house.stage.item('Board', house.room).id,
          hourFrom('2026-05-06T16:00'),
        );
      },
      ['Board 2026-05-06T14:00'],
      ['Board approved'],
    ],
  ];

  test.each(AFTER)('was declined and %s: both sides agree again', async (_, act, items, rows) => {
    const house = await booked();
    house.move('Board', NOON);
    await house.stage.settle();
    act(house);
    await house.stage.settle();
    expect(house.booked()).toEqual([...items, 'Painters 2026-05-06T10:00']);
    expect(house.shown()).toEqual([...rows, 'Painters approved']);
    expect(await house.problems()).toEqual([]);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  test('and one that is only renamed or made shorter asks for no time', async () => {
    const house = await booked();
    house.stage.forgetRequests();
    house.stage.rebook('Board', { title: 'Council', endTime: at(HALF_PAST_NINE) }, house.room);
    await house.stage.settle();
    expect(house.booked()).toContain('Council 2026-05-06T07:00');
    expect(house.stage.asked('FindItem')).toBe(0);
  });
});

describe('a series', () => {
  test('is booked when all its occurrences are free', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom('2026-05-12T09:00') });
    house.book('Weekly', NINE, { recurrence: WEDNESDAYS });
    await house.stage.settle();
    expect(house.booked()).toContain('Weekly 2026-05-06T07:00');
    expect(house.shown()).toContain('Weekly approved');
  });

  test('is declined as a whole when one is taken', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom('2026-05-20T09:30') });
    house.book('Weekly', NINE, { recurrence: WEDNESDAYS });
    await house.stage.settle();
    expect(house.booked()).toEqual(['Painters 2026-05-20T07:30']);
    expect(house.shown()).toEqual(['Painters approved', 'Weekly denied']);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });

  test('without the date that was taken is booked', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom('2026-05-20T09:30') });
    const id = house.book('Weekly', NINE, { recurrence: WEDNESDAYS });
    house.stage.atPortal((acts) => acts.deleteInstance(id, at('2026-05-20T09:00')), house.room);
    await house.stage.settle();
    expect(house.booked()).toContain('Weekly 2026-05-06T07:00');
    expect(house.shown()).toContain('Weekly approved');
  });

  describe('of which one occurrence is moved to a taken time', () => {
    async function moved(): Promise<House> {
      const house = await House.open();
      house.appoint({ subject: 'Painters', ...hourFrom('2026-05-14T09:00') });
      const id = house.book('Weekly', NINE, { recurrence: WEDNESDAYS });
      await house.stage.settle();
      const { start, end } = hourFrom('2026-05-14T09:00');
      house.stage.atPortal(
        (acts) => acts.changeInstance(id, at('2026-05-13T09:00'), { startTime: start, endTime: end }),
        house.room,
      );
      await house.stage.settle();
      return house;
    }

    test('is declined, and has the room at its old times', async () => {
      const house = await moved();
      expect(house.stage.item('Weekly', house.room).series?.exceptions.size).toBe(0);
      expect(await house.problems()).toEqual(['roomTaken']);
      expect(house.shown()).toEqual(['Painters approved', 'Weekly denied', 'Weekly denied']);
      expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
    });

    test('has it at the new one when it is moved on from there', async () => {
      const house = await moved();
      const occurrence = house.stage
        .rows(house.room)
        .find((row) => row.recurringCalendarBookingId !== row.calendarBookingId);
      const { start, end } = hourFrom('2026-05-14T12:00');
      house.stage.atPortal(
        (acts) => acts.changeBooking(occurrence?.calendarBookingId ?? 0, { startTime: start, endTime: end }),
        house.room,
      );
      await house.stage.settle();
      const { series } = house.stage.item('Weekly', house.room);
      expect([...(series?.exceptions.values() ?? [])]).toMatchObject([{ start, end }]);
      expect(house.shown()).toEqual(['Painters approved', 'Weekly approved', 'Weekly approved']);
      expect(await house.problems()).toEqual([]);
      expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
    });
  });
});
