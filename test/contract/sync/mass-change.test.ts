/** What looks like an accident waits for a person, and everything else goes on. */
import { describe, expect, test } from 'vitest';
import { expectSame } from './shown.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

async function calendarOf(size: number): Promise<Stage> {
  const stage = await Stage.open();
  for (let n = 0; n < size; n += 1)
    stage.create({ subject: name(n), location: 'Room 1', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  return stage;
}

function name(n: number): string {
  return `Event ${String(n).padStart(3, '0')}`;
}

function deleteInExchange(stage: Stage, from: number, to: number): void {
  for (let n = from; n < to; n += 1) stage.world.exchange.userActs.deleteItem(stage.item(name(n)).id);
}

function deleteInLiferay(stage: Stage, from: number, to: number): void {
  for (let n = from; n < to; n += 1) {
    const { calendarBookingId } = stage.row(name(n));
    stage.atPortal((acts) => acts.moveToTrash(calendarBookingId));
  }
}

describe.each([
  ['Exchange', deleteInExchange, 'liferay', 'exchange'],
  ['Liferay', deleteInLiferay, 'exchange', 'liferay'],
] as const)('a mass deletion in %s', (_name, deleteEvents, held, deleted) => {
  test('is held while other changes go on, and goes through when a person approves it', async () => {
    const stage = await calendarOf(40);
    deleteEvents(stage, 0, 13);
    stage.world.exchange.userActs.changeItem(stage.item(name(20)).id, { location: 'Room 2' });
    stage.create({ subject: 'New', ...hourFrom('2026-05-07T09:00') });
    await stage.settle();
    expect(stage.titles()[deleted]).toHaveLength(28);
    expect(stage.titles()[held]).toHaveLength(41);
    expect(stage.row(name(20)).location).toBe('Room 2');
    expect((await stage.held()).map(({ kind, side }) => [kind, side])).toEqual(
      Array.from({ length: 13 }, () => ['delete', held]),
    );
    await stage.decide('approved');
    await stage.settle();
    expect(stage.titles()[held]).toHaveLength(28);
    expect(stage.titles().exchange).toEqual(stage.titles().liferay);
    expect(await stage.held()).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is undone when a person rejects it: both sides have everything again', async () => {
    const stage = await calendarOf(40);
    deleteEvents(stage, 0, 13);
    await stage.settle();
    await stage.decide('rejected');
    await stage.settle();
    expect(stage.titles().exchange).toHaveLength(40);
    expect(stage.titles().liferay).toEqual(stage.titles().exchange);
    expect(await stage.held()).toEqual([]);
    expect(stage.mails).toBe(0);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('of exactly 30 % is a person’s own affair', async () => {
    const stage = await calendarOf(40);
    deleteEvents(stage, 0, 12);
    await stage.settle();
    expect(stage.titles()[held]).toHaveLength(28);
    expect(await stage.held()).toEqual([]);
  });

  test('of ten events is a person’s own affair, even where that is all of them', async () => {
    const stage = await calendarOf(10);
    deleteEvents(stage, 0, 10);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  });

  test('in small portions over a day is held as soon as it adds up', async () => {
    const stage = await calendarOf(40);
    for (let portion = 0; portion < 5; portion += 1) {
      deleteEvents(stage, portion * 4, portion * 4 + 4);
      await stage.round(HOUR);
    }
    expect(stage.titles()[deleted]).toHaveLength(20);
    // 4, 8, 12 of 40 went through; from the thirteenth on they wait.
    expect(stage.titles()[held]).toHaveLength(28);
  });

  test('in portions over many days is not held', async () => {
    const stage = await calendarOf(40);
    for (let portion = 0; portion < 5; portion += 1) {
      deleteEvents(stage, portion * 4, portion * 4 + 4);
      await stage.round(DAY + HOUR);
    }
    expect(stage.titles()[held]).toHaveLength(20);
  });

  test('of many batches, each of them small, lets not one deletion slip through', async () => {
    const stage = await calendarOf(200);
    deleteEvents(stage, 0, 100);
    await stage.settle();
    expect(stage.titles()[held]).toHaveLength(200);
    expect(await stage.held()).toHaveLength(100);
  });
});

describe('a change of one field on many events', () => {
  test('is held, while changes of other fields go on, and goes through when a person approves it', async () => {
    const stage = await calendarOf(40);
    const { userActs } = stage.world.exchange;
    for (let n = 0; n < 13; n += 1) userActs.changeItem(stage.item(name(n)).id, { location: 'Nowhere' });
    for (let n = 20; n < 25; n += 1) userActs.changeItem(stage.item(name(n)).id, { subject: `Renamed ${n}` });
    await stage.settle();
    const nowhere = () => stage.rows().filter(({ location }) => location === 'Nowhere');
    expect(nowhere()).toEqual([]);
    expect(stage.titles().liferay.filter((title) => title.startsWith('Renamed'))).toHaveLength(5);
    expect((await stage.held()).map(({ kind }) => kind)).toEqual(Array.from({ length: 13 }, () => 'change'));
    await stage.decide('approved');
    await stage.settle();
    expect(nowhere()).toHaveLength(13);
    expect(await stage.held()).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is not held at exactly 30 %', async () => {
    const stage = await calendarOf(40);
    for (let n = 0; n < 12; n += 1) stage.rebook(name(n), { location: 'Elsewhere' });
    await stage.settle();
    expect(stage.items().filter(({ content }) => content.location === 'Elsewhere')).toHaveLength(12);
  });
});

test('an event that is held and changes again is planned anew', async () => {
  const stage = await calendarOf(40);
  deleteInLiferay(stage, 0, 13);
  await stage.settle();
  stage.world.exchange.userActs.changeItem(stage.item(name(3)).id, { subject: 'Still needed' });
  await stage.settle();
  expect(stage.row('Still needed').location).toBe('Room 1');
  expect(await stage.held()).toHaveLength(12);
});

test('a rejected deletion of a series that Liferay ended meanwhile: what is left there is on both sides', async () => {
  const stage = await calendarOf(13);
  const { userActs } = stage.world.exchange;
  const { start, end } = hourFrom('2026-05-06T12:00');
  const startDay = Math.floor(start / DAY);
  const recurrence = {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'numbered', startDay, count: 2 },
  } as const;
  stage.create({ subject: 'Series', start, end, recurrence });
  const second = userActs.occurrence(stage.item('Series').id, startDay + 1);
  userActs.changeItem(second.id, { subject: 'Changed' });
  await stage.settle();
  deleteInExchange(stage, 0, 13);
  userActs.deleteItem(stage.item('Series').id);
  await stage.settle();
  expect(await stage.held()).toHaveLength(14);
  const { calendarBookingId } = stage.row('Series');
  stage.atPortal((acts) => acts.deleteInstance(calendarBookingId, start));
  await stage.settle();
  await stage.decide('rejected');
  await stage.settle();
  expect(stage.titles().liferay).toContain('Changed');
  await expectSame(stage);
});

test('a first sync of any size is no mass change', async () => {
  const stage = await calendarOf(200);
  expect(stage.titles().liferay).toHaveLength(200);
  expect(await stage.held()).toEqual([]);
});

test('what is held as a change and then deleted is shown as the deletion that a person would approve', async () => {
  const stage = await calendarOf(40);
  for (let n = 0; n < 13; n += 1)
    stage.world.exchange.userActs.changeItem(stage.item(name(n)).id, { location: 'Room 2' });
  await stage.settle();
  expect((await stage.held()).map(({ kind }) => kind)).toEqual(Array.from({ length: 13 }, () => 'change'));
  deleteInExchange(stage, 0, 13);
  await stage.settle();
  expect(stage.rows()).toHaveLength(40);
  expect((await stage.held()).map(({ kind }) => kind)).toEqual(Array.from({ length: 13 }, () => 'delete'));
});

describe.each([
  ['Exchange', 'liferay'],
  ['Liferay', 'exchange'],
] as const)('a mass change in %s', (origin, target) => {
  async function changed(): Promise<Stage> {
    const stage = await calendarOf(40);
    for (let n = 0; n < 13; n += 1) {
      if (origin === 'Liferay') stage.rebook(name(n), { location: 'Room 9' });
      else stage.world.exchange.userActs.changeItem(stage.item(name(n)).id, { location: 'Room 9' });
    }
    await stage.settle();
    return stage;
  }
  const moved = (copies: readonly { readonly location: string }[]) =>
    copies.filter(({ location }) => location === 'Room 9').length;

  test('is held with the fields that it would write, and carried out when a person approves it', async () => {
    const stage = await changed();
    expect((await stage.held()).map(({ kind, side, fields }) => [kind, side, fields])).toEqual(
      Array.from({ length: 13 }, () => ['change', target, '["location"]']),
    );
    await stage.decide('approved');
    await stage.settle();
    expect([moved(stage.inExchange()), moved(stage.inLiferay())]).toEqual([13, 13]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is taken back when a person rejects it', async () => {
    const stage = await changed();
    await stage.decide('rejected');
    await stage.settle();
    expect([moved(stage.inExchange()), moved(stage.inLiferay())]).toEqual([0, 0]);
    expect(await stage.held()).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

test('deletions that drip in over a day add up to a mass deletion', async () => {
  const stage = await calendarOf(40);
  for (let n = 0; n < 14; n += 1) {
    deleteInExchange(stage, n, n + 1);
    await stage.round(HOUR);
  }
  expect(stage.titles().liferay).toHaveLength(28);
  expect(await stage.held()).toHaveLength(2);
});
