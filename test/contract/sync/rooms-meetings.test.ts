/**
 * Meetings that a room is invited to, in the calendar of its resource: what its booking attendant left of them is shown,
 * and nothing of that goes anywhere else.
 */
import { describe, expect, test } from 'vitest';
import { House, IDLE_HOUSE } from './rooms-stage.ts';
import { at, DAY, hourFrom } from './stage.ts';

const NINE = '2026-05-06T09:00';
const NOON = '2026-05-06T12:00';
const TALK = { subject: 'Talk', body: { type: 'Text', text: 'Secret plans' } as const, location: 'Here' };
/** What a meeting with the room sends when the attendant answers it. */
const ASKED_AND_ANSWERED = ['request room0@example.com', 'response person0@example.com'];

function answerAtOrganiser(house: House): string | undefined {
  const { attendees } = house.stage.item('Talk').content;
  return attendees.find(({ address }) => address === house.room.address)?.response;
}

describe.each(['person first', 'room first'] as const)('the mailboxes are looked at with the %s', (order) => {
  const runs = async (house: House) => {
    const { person } = house.stage;
    const both = order === 'person first' ? [person, house.room] : [house.room, person];
    await house.runs(...both, ...both, ...both);
  };

  async function invited(sensitivity: 'Normal' | 'Private' = 'Normal'): Promise<House> {
    const house = await House.open();
    house.invite({ ...TALK, sensitivity, ...hourFrom(NINE) });
    await runs(house);
    return house;
  }

  async function expectQuiet(house: House): Promise<void> {
    await runs(house);
    expect(house.portalMails).toBe(0);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  }

  test('an accepted meeting is shown with its organiser’s name, and its own row keeps all that it says', async () => {
    const house = await invited();
    expect(house.shown()).toEqual(['Person 0 approved']);
    expect(house.stage.inLiferay(house.room)).toMatchObject([{ title: 'Person 0', text: '' }]);
    expect(house.stage.inLiferay()).toMatchObject([
      { title: 'Talk', text: 'Secret plans', location: 'Here' },
    ]);
    expect(house.stage.item('Talk').content).toMatchObject(TALK);
    expect(house.mails()).toEqual(ASKED_AND_ANSWERED);
    await expectQuiet(house);
  });

  test('a private one, whose flag is gone in the room, stays private at its organiser', async () => {
    const house = await invited('Private');
    expect(house.shown()).toEqual(['Person 0 approved']);
    expect(house.stage.titles().liferay).toEqual(['Private']);
    expect(house.stage.item('Talk').content.sensitivity).toBe('Private');
    await expectQuiet(house);
  });

  test('what is edited in the room’s row is put back, and reaches neither the room’s mailbox nor the organiser', async () => {
    const house = await invited();
    const { start, end } = hourFrom(NOON);
    const edit = { title: 'Mine', description: 'Text', location: 'There', startTime: start, endTime: end };
    house.stage.rebook('Person 0', edit, house.room);
    await runs(house);
    expect(house.shown()).toEqual(['Person 0 approved']);
    expect(house.row('Person 0').startTime).toBe(at(NINE));
    expect(house.stage.inLiferay(house.room)).toMatchObject([
      { title: 'Person 0', text: '', location: 'Here' },
    ]);
    expect(house.booked()).toEqual(['Person 0 2026-05-06T07:00']);
    expect(house.stage.item('Talk').content).toMatchObject({ ...TALK, start: at(NINE) });
    expect(house.mails()).toEqual(ASKED_AND_ANSWERED);
    await expectQuiet(house);
  });

  test('a meeting that the attendant declines is not in the room’s calendar, and its organiser sees that', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom(NINE) });
    house.invite({ ...TALK, ...hourFrom(NINE) });
    await runs(house);
    expect(house.shown()).toEqual(['Painters approved']);
    expect(answerAtOrganiser(house)).toBe('Decline');
    expect(house.mails()).toEqual(ASKED_AND_ANSWERED);
    await expectQuiet(house);
  });

  test('the organiser moves it to a free time: the row follows; to a taken one: it goes', async () => {
    const house = await invited();
    house.appoint({ subject: 'Painters', ...hourFrom(NOON) });
    const { userActs } = house.stage.world.exchange;
    userActs.changeItem(house.stage.item('Talk').id, hourFrom('2026-05-06T09:30'));
    await runs(house);
    expect(house.row('Person 0').startTime).toBe(at('2026-05-06T09:30'));
    expect(house.shown()).toEqual(['Painters approved', 'Person 0 approved']);
    userActs.changeItem(house.stage.item('Talk').id, hourFrom(NOON));
    await runs(house);
    expect(house.shown()).toEqual(['Painters approved']);
    expect(answerAtOrganiser(house)).toBe('Decline');
    expect(house.stage.titles()).toEqual({ exchange: ['Talk'], liferay: ['Talk'] });
    await expectQuiet(house);
  });

  test('a meeting that is cancelled stands as declined, and the room can be booked again', async () => {
    const house = await invited();
    house.stage.world.exchange.userActs.deleteItem(house.stage.item('Talk').id);
    await runs(house);
    expect(house.shown()).toEqual(['Canceled: Person 0 denied']);
    house.book('Board', NINE);
    await runs(house);
    expect(house.shown()).toEqual(['Board approved', 'Canceled: Person 0 denied']);
    expect(house.mails()).toEqual([...ASKED_AND_ANSWERED, 'cancellation room0@example.com']);
    await expectQuiet(house);
  });

  test('a booking made in Liferay is in the way of a request, which its attendant declines', async () => {
    const house = await House.open();
    house.book('Board', NINE);
    await runs(house);
    house.invite({ ...TALK, ...hourFrom(NINE) });
    await runs(house);
    expect(house.shown()).toEqual(['Board approved']);
    expect(answerAtOrganiser(house)).toBe('Decline');
    await expectQuiet(house);
  });

  describe('of a room for which a person answers (AutoUpdate)', () => {
    async function asked(weekly = false): Promise<House> {
      const house = await House.open();
      house.stage.world.exchange.setCalendarProcessing(house.room.address, {
        automateProcessing: 'AutoUpdate',
      });
      const startDay = Math.floor(at(NINE) / DAY);
      const recurrence = {
        pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
        range: { kind: 'numbered', startDay, count: 3 },
      } as const;
      house.invite({ ...TALK, ...hourFrom(NINE), ...(weekly ? { recurrence } : {}) });
      await runs(house);
      return house;
    }

    test('a request is pending, and nobody has answered it', async () => {
      const house = await asked();
      expect(house.shown()).toEqual(['Talk pending']);
      expect(house.mails()).toEqual(['request room0@example.com']);
      await expectQuiet(house);
    });

    test.each([
      ['accept', 'Accept', ['Talk approved']],
      ['maybe', 'Tentative', ['Talk maybe']],
      ['decline', 'Decline', []],
    ] as const)('%s in Liferay is what the room says to its organiser', async (answer, response, shown) => {
      const house = await asked();
      const { calendarBookingId } = house.row('Talk');
      house.stage.atPortal((acts) => acts.respond(calendarBookingId, answer), house.room);
      await runs(house);
      expect(house.shown()).toEqual(shown);
      expect(answerAtOrganiser(house)).toBe(response);
      expect(house.mails()).toEqual(ASKED_AND_ANSWERED);
      await expectQuiet(house);
    });

    test('one occurrence that is declined in Liferay is declined by itself', async () => {
      const house = await asked(true);
      const { calendarBookingId, startTime } = house.row('Talk');
      house.stage.atPortal(
        (acts) => acts.respond(calendarBookingId, 'decline', startTime + 7 * DAY),
        house.room,
      );
      await runs(house);
      const { userActs } = house.stage.world.exchange;
      const day = Math.floor(at(NINE) / DAY);
      const said = (n: number) =>
        userActs.occurrence(house.stage.item('Talk').id, day + 7 * n).content.attendees[0]?.response;
      expect([said(0), said(1), said(2)]).toEqual(['Unknown', 'Decline', 'Unknown']);
      expect(house.mails()).toEqual(ASKED_AND_ANSWERED);
      await expectQuiet(house);
    });
  });

  test('of a room whose mailbox does nothing by itself (None), a request shows nowhere', async () => {
    const house = await House.open();
    house.stage.world.exchange.setCalendarProcessing(house.room.address, { automateProcessing: 'None' });
    house.invite({ ...TALK, ...hourFrom(NINE) });
    await runs(house);
    expect(house.shown()).toEqual([]);
    expect(house.mails()).toEqual(['request room0@example.com']);
    await expectQuiet(house);
  });
});
