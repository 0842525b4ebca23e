/** Somebody else wants the room at the same time, and the process may end at any point: one has it, and nobody gets mail. */
import { describe, expect, test } from 'vitest';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { aSecondLater, House, IDLE_HOUSE, once, type RequestHooks } from './rooms-stage.ts';
import { at, DAY, HOUR, hourFrom } from './stage.ts';

const NINE = '2026-05-06T09:00';
const NOON = '2026-05-06T12:00';

/** Somebody writes an appointment into the room's calendar with Outlook. */
function painters(house: House, from = NINE): void {
  aSecondLater(house);
  house.appoint({ subject: 'Painters', ...hourFrom(from) });
  aSecondLater(house);
}

/** Does it before the n-th request of this kind, counted from 1. */
function beforeNth(operation: string, n: number, happening: () => void): (name: string) => void {
  let seen = 0;
  return (name) => {
    if (name !== operation) return;
    seen += 1;
    if (seen === n) happening();
  };
}

/** A round whose process ends when the n-th request of this kind was answered. */
async function brokenOffAfter(
  house: House,
  operation: string,
  n: number,
  before: NonNullable<RequestHooks['before']> = () => {},
): Promise<void> {
  const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
  let seen = 0;
  const engine = house.engineWith({
    before,
    after: (name) => {
      if (name === operation) seen += 1;
      if (name !== operation || seen < n) return;
      crash();
      return new Promise(() => {});
    },
  });
  await Promise.race([house.stage.round(undefined, engine, 'another'), crashed]);
}

function putAway(house: House): readonly string[] {
  const { deletedItems } = house.stage.world.exchange.mailbox(house.room.address);
  return house.stage.world.exchange
    .items(house.room.address, deletedItems)
    .map(({ content }) => content.subject);
}

async function expectPeace(house: House, shown: readonly string[], booked: readonly string[]): Promise<void> {
  expect(house.shown()).toEqual(shown);
  expect(house.booked()).toEqual(booked);
  expect(await house.problems()).toEqual(shown.includes('Board denied') ? ['roomTaken'] : []);
  expect([house.mails(), house.portalMails]).toEqual([[], 0]);
  expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
}

const LOST = {
  shown: ['Board denied', 'Painters approved'],
  booked: ['Painters 2026-05-06T07:00'],
};
const WON = {
  shown: ['Board approved', 'Painters approved'],
  booked: ['Board 2026-05-06T07:00', 'Painters 2026-05-06T07:00'],
};

describe('somebody books the room with Outlook', () => {
  test('between look and write: the booking from Liferay came later, and is withdrawn', async () => {
    const house = await House.open();
    house.book('Board', NINE);
    const engine = house.engineWith({ before: once('CreateItem', () => painters(house)) });
    await house.stage.round(undefined, engine);
    expect(house.booked()).toEqual(LOST.booked);
    expect(putAway(house)).toEqual(['Board']);
    await house.stage.settle();
    await expectPeace(house, LOST.shown, LOST.booked);
  });

  test('after the write: the booking from Liferay was first, and stays', async () => {
    const house = await House.open();
    house.book('Board', NINE);
    const engine = house.engineWith({ before: beforeNth('FindItem', 2, () => painters(house)) });
    await house.stage.round(undefined, engine);
    await house.stage.settle();
    await expectPeace(house, WON.shown, WON.booked);
  });
});

describe('the process ends', () => {
  const RIVALS: [string, number | null, typeof LOST][] = [
    ['nobody else came', null, { shown: ['Board approved'], booked: ['Board 2026-05-06T07:00'] }],
    ['somebody came before it wrote', 1, LOST],
    ['somebody came after it wrote', 2, WON],
  ];
  const POINTS = [
    ['after the write', 'CreateItem', 1],
    ['after the second look', 'FindItem', 2],
  ] as const;

  for (const [when, operation, n] of POINTS) {
    test.each(RIVALS)(`${when}, and %s: the next one settles it`, async (_, rival, { shown, booked }) => {
      const house = await House.open();
      house.book('Board', NINE);
      const isAfterwards = rival === 2 && operation === 'CreateItem';
      const before = (name: string) => isLate?.(name);
      const isLate =
        rival === 1
          ? once('CreateItem', () => painters(house))
          : rival === 2 && !isAfterwards
            ? beforeNth('FindItem', 2, () => painters(house))
            : undefined;
      await brokenOffAfter(house, operation, n, before);
      if (isAfterwards) painters(house);
      await house.stage.settle();
      await expectPeace(house, shown, booked);
    });
  }

  test('after the write, and the pairing is made read-only: Exchange keeps what it has', async () => {
    const house = await House.open();
    house.book('Board', NINE);
    await brokenOffAfter(
      house,
      'CreateItem',
      1,
      once('CreateItem', () => painters(house)),
    );
    await house.stage.setPairing({ direction: 'toLiferay' }, house.room);
    await house.stage.settle();
    await expectPeace(house, WON.shown, WON.booked);
  });

  test.each([
    ['after it withdrew the booking', 'DeleteItem', 1],
    ['after it looked again before that', 'GetItem', 2],
  ])('%s: the row stands as declined in the end', async (_, operation, n) => {
    const house = await House.open();
    house.book('Board', NINE);
    await brokenOffAfter(
      house,
      operation,
      n,
      once('CreateItem', () => painters(house)),
    );
    await house.stage.settle();
    await expectPeace(house, LOST.shown, LOST.booked);
  });

  test('after the row was declined, and before that was written down: it stays declined', async () => {
    const house = await House.open();
    house.appoint({ subject: 'Painters', ...hourFrom(NINE) });
    house.book('Board', NINE);
    let looked = false;
    const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
    const engine = house.engineWith({
      after: (name) => {
        looked ||= name === 'FindItem';
        if (!looked || !house.shown().includes('Board denied')) return;
        crash();
        return new Promise(() => {});
      },
    });
    await Promise.race([house.stage.round(undefined, engine, 'another'), crashed]);
    await house.stage.settle();
    await expectPeace(house, LOST.shown, LOST.booked);
  });
});

describe('the answer to the write is lost', () => {
  test.each([
    ['and nobody else came', false, { shown: ['Board approved'], booked: ['Board 2026-05-06T07:00'] }],
    ['and somebody came before it', true, LOST],
  ])('%s', async (_, isTaken, { shown, booked }) => {
    const house = await House.open();
    house.book('Board', NINE);
    disturb(house.stage.world, { kind: 'lostReply', operation: 'CreateItem' });
    const before = isTaken ? { before: once('CreateItem', () => painters(house)) } : {};
    await house.stage.round(undefined, house.engineWith(before));
    await house.stage.settle();
    await expectPeace(house, shown, booked);
  });
});

describe('the answer to the question whether the room is free is lost', () => {
  test.each([1, 2])('the %i. one: it is asked again, and the booking is made once', async (n) => {
    const house = await House.open();
    house.book('Board', NINE);
    const before = beforeNth('FindItem', n, () =>
      disturb(house.stage.world, { kind: 'lostReply', operation: 'FindItem' }),
    );
    await house.stage.round(undefined, house.engineWith({ before }));
    await house.stage.settle();
    await expectPeace(house, ['Board approved'], ['Board 2026-05-06T07:00']);
  });
});

describe('a booking is moved, and somebody takes its new time in between', () => {
  const BACK = {
    shown: ['Board denied', 'Painters approved'],
    booked: ['Board 2026-05-06T07:00', 'Painters 2026-05-06T10:00'],
  };

  async function moved(): Promise<House> {
    const house = await House.open();
    house.book('Board', NINE);
    await house.stage.settle();
    house.move('Board', NOON);
    return house;
  }

  test('it goes back to where it was', async () => {
    const house = await moved();
    const engine = house.engineWith({ before: once('UpdateItem', () => painters(house, NOON)) });
    await house.stage.round(undefined, engine);
    await house.stage.settle();
    await expectPeace(house, BACK.shown, BACK.booked);
  });

  test('and its old one as well: it is withdrawn', async () => {
    const house = await moved();
    const before = beforeNth('FindItem', 2, () => {
      painters(house, NOON);
      painters(house, NINE);
    });
    await house.stage.round(undefined, house.engineWith({ before }));
    await house.stage.settle();
    await expectPeace(
      house,
      ['Board denied', 'Painters approved', 'Painters approved'],
      ['Painters 2026-05-06T07:00', 'Painters 2026-05-06T10:00'],
    );
    house.move('Board', '2026-05-06T14:00');
    await house.stage.settle();
    expect(house.booked()).toContain('Board 2026-05-06T12:00');
    expect(house.shown()).toContain('Board approved');
  });

  test('and somebody moves it with Outlook before the next look: what they say stands', async () => {
    const house = await moved();
    await brokenOffAfter(
      house,
      'UpdateItem',
      1,
      once('UpdateItem', () => painters(house, NOON)),
    );
    const { userActs } = house.stage.world.exchange;
    userActs.changeItem(house.stage.item('Board', house.room).id, hourFrom('2026-05-06T12:30'));
    await house.stage.settle();
    expect(house.booked()).toEqual(['Board 2026-05-06T10:30', 'Painters 2026-05-06T10:00']);
    expect(house.shown()).toEqual(['Board approved', 'Painters approved']);
    expect(await house.problems()).toEqual([]);
  });

  test.each([
    ['after the write', 'UpdateItem', 1],
    ['after the second look', 'FindItem', 2],
    ['after it went back', 'UpdateItem', 2],
  ])('and the process ends %s: it goes back all the same', async (_, operation, n) => {
    const house = await moved();
    await brokenOffAfter(
      house,
      operation,
      n,
      once('UpdateItem', () => painters(house, NOON)),
    );
    await house.stage.settle();
    await expectPeace(house, BACK.shown, BACK.booked);
  });

  test('and the answer to the write is lost: it goes back all the same', async () => {
    const house = await moved();
    disturb(house.stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
    const engine = house.engineWith({ before: once('UpdateItem', () => painters(house, NOON)) });
    await house.stage.round(undefined, engine);
    await house.stage.settle();
    await expectPeace(house, BACK.shown, BACK.booked);
  });

  test('one occurrence of a series: that one goes back', async () => {
    const house = await House.open();
    const id = house.book('Board', NINE, { recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=5' });
    await house.stage.settle();
    const { start, end } = hourFrom('2026-05-14T09:00');
    house.stage.atPortal(
      (acts) => acts.changeInstance(id, at('2026-05-13T09:00'), { startTime: start, endTime: end }),
      house.room,
    );
    const rival = () => painters(house, '2026-05-14T09:00');
    await house.stage.round(undefined, house.engineWith({ before: once('UpdateItem', rival) }));
    await house.stage.settle();
    const { userActs } = house.stage.world.exchange;
    const series = house.stage.item('Board', house.room);
    const day = Math.floor(at('2026-05-13T09:00') / DAY);
    const occurrence = userActs.occurrence(series.id, day).content;
    expect(occurrence.start).toBe(at('2026-05-13T09:00'));
    expect(occurrence.end).toBe(at('2026-05-13T09:00') + HOUR);
    expect(await house.problems()).toEqual(['roomTaken']);
    expect([house.mails(), house.portalMails]).toEqual([[], 0]);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  });
});
