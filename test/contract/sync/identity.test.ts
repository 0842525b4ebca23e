/** Which item belongs to which row, when people copy, import and move events. */
import { describe, expect, test } from 'vitest';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');

async function expectAlike(stage: Stage, titles: readonly string[], person = stage.person): Promise<void> {
  expect(stage.titles(person)).toEqual({ exchange: titles, liferay: titles });
  expect(await stage.parked(person)).toEqual([]);
  expect(stage.mails).toBe(0);
}

describe('an event that was copied in Outlook', () => {
  test.each(['Exchange', 'Liferay'])('and was born in %s: the copy is an event of its own', async (side) => {
    const stage = await Stage.open();
    if (side === 'Exchange') stage.create({ subject: 'Board', start, end });
    else stage.book({ title: 'Board', startTime: start, endTime: end });
    await stage.settle();
    const copy = stage.world.exchange.userActs.copyItem(stage.item('Board').id);
    await stage.settle();
    await expectAlike(stage, ['Board', 'Board']);
    stage.world.exchange.userActs.changeItem(copy.id, { subject: 'Copy' });
    await stage.settle();
    await expectAlike(stage, ['Board', 'Copy']);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is one of two events still after the database is lost', async () => {
    const stage = await Stage.open();
    stage.book({ title: 'Board', startTime: start, endTime: end });
    await stage.settle();
    stage.world.exchange.userActs.copyItem(stage.item('Board').id);
    await stage.settle();
    await stage.loseDatabase();
    await stage.settle();
    await expectAlike(stage, ['Board', 'Board']);
  });
});

test('two items with one UID, as an import leaves them, are two events on both sides', async () => {
  const stage = await Stage.open();
  for (const subject of ['First', 'Second'])
    stage.create({ subject, start, end, uid: 'imported@example.com' });
  await stage.settle();
  await expectAlike(stage, ['First', 'Second']);
  await stage.loseDatabase();
  await stage.settle();
  await expectAlike(stage, ['First', 'Second']);
});

test('equal events, ten times each, are ten events on both sides', async () => {
  const stage = await Stage.open();
  const titles = Array.from({ length: 10 }, () => 'Same');
  for (const subject of titles) stage.create({ subject, start, end });
  await stage.settle();
  await expectAlike(stage, titles);
  await stage.loseDatabase();
  await stage.settle();
  await expectAlike(stage, titles);
});

describe('an event that goes to another person', () => {
  test('from calendar to calendar in Liferay: it goes from mailbox to mailbox', async () => {
    const stage = await Stage.open({ people: 2 });
    stage.create({ subject: 'Board', start, end });
    await stage.settle();
    stage.atPortal((acts) =>
      acts.changeBooking(stage.row('Board').calendarBookingId, { calendarId: stage.of(1).calendarId }),
    );
    await stage.settle();
    await expectAlike(stage, [], stage.of(0));
    await expectAlike(stage, ['Board'], stage.of(1));
  });
});

test('a row restored in Liferay while its item was restored in Exchange is one event', async () => {
  const stage = await Stage.open();
  stage.create({ subject: 'Board', start, end });
  await stage.settle();
  const { calendarBookingId } = stage.row('Board');
  const deleted = stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
  stage.atPortal((acts) => acts.moveToTrash(calendarBookingId));
  await stage.settle();
  await expectAlike(stage, []);
  stage.world.exchange.userActs.restoreItem(deleted?.id ?? '');
  stage.atPortal((acts) => acts.restore(calendarBookingId));
  await stage.settle();
  await expectAlike(stage, ['Board']);
});

test('a calendar in Exchange that may only be read: what is in it is shown, what comes from Liferay says why not', async () => {
  const stage = await Stage.open();
  stage.create({ subject: 'From Exchange', start, end });
  stage.book({ title: 'From Liferay', startTime: start, endTime: end });
  stage.world.exchange.mailbox(stage.person.address).calendar.canWrite = false;
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['From Exchange'], liferay: ['From Exchange', 'From Liferay'] });
  stage.world.exchange.userActs.changeItem(stage.item('From Exchange').id, { subject: 'Renamed' });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['From Liferay', 'Renamed']);
  const links = await stage.links();
  expect(links.flatMap(({ reason }) => reason ?? [])).toEqual(['accessDenied']);
});

test('a series that is moved to another calendar in Liferay leaves the old mailbox and comes into the new one', async () => {
  const stage = await Stage.open({ people: 2 });
  const startDay = Math.floor(start / DAY);
  const pattern = { kind: 'daily', interval: 2 } as const;
  stage.create({
    ...{ subject: 'Series', start, end },
    recurrence: { pattern, range: { kind: 'numbered', startDay, count: 9 } },
  });
  await stage.settle();
  const { calendarBookingId } = stage.row('Series');
  stage.atPortal((acts) => acts.changeBooking(calendarBookingId, { calendarId: stage.of(1).calendarId }));
  await stage.settle();
  expect(stage.titles().exchange).toEqual([]);
  expect(stage.titles(stage.of(1)).exchange).toEqual(['Series']);
});
