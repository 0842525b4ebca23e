/** The same life of a calendar beside each version of Liferay, from 6.2 to today's. */
import { describe, expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { type PortalVersion, VERSIONS } from '#test/emulators/liferay/versions.ts';
import { change, moved, nth, rebooked, remove, rowOf, seriesRow, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

const NAMES = Object.keys(VERSIONS) as PortalVersion[];
const { start, end } = hourFrom('2026-05-06T09:00');

async function beside(version: PortalVersion): Promise<Stage> {
  const stage = await Stage.open({ liferay: VERSIONS[version], recycleBin: true });
  stage.create({ subject: 'Board', body: { type: 'Text', text: 'Agenda' }, start, end });
  stage.book({ title: 'Lunch', description: '<p>Pizza</p>', startTime: start + DAY, endTime: end + DAY });
  await stage.round();
  await stage.round();
  return stage;
}

/** Both sides have these, nobody got mail, and the next round does nothing. */
async function expectRest(stage: Stage, titles: readonly string[]): Promise<void> {
  expect(stage.inLiferay()).toEqual(stage.inExchange());
  expect(stage.titles()).toEqual({ exchange: titles, liferay: titles });
  expect(stage.rows().map(({ status }) => status)).toEqual(titles.map(() => STATUS.approved));
  expect(stage.mails).toBe(0);
  expect(await stage.parked()).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

describe.each(NAMES)('beside Liferay %s', (version) => {
  test('what is made on either side is on both', async () => {
    await expectRest(await beside(version), ['Board', 'Lunch']);
  });

  test('a change in Exchange arrives in the same row, and leaves alone what it does not touch', async () => {
    const stage = await beside(version);
    const before = stage.row('Lunch');
    const { userActs } = stage.world.exchange;
    userActs.changeItem(stage.item('Board').id, { subject: 'Board II', location: 'Room 2' });
    userActs.changeItem(stage.item('Lunch').id, { location: 'Trattoria' });
    await stage.round();
    await stage.round();
    await expectRest(stage, ['Board II', 'Lunch']);
    const { calendarBookingId, titles, descriptions } = stage.row('Lunch');
    expect({ calendarBookingId, titles, descriptions }).toEqual({
      calendarBookingId: before.calendarBookingId,
      titles: before.titles,
      descriptions: before.descriptions,
    });
  });

  test('a change in Liferay arrives in the same item', async () => {
    const stage = await beside(version);
    const { id } = stage.item('Board');
    stage.rebook('Board', { title: 'Board II', startTime: start + DAY, endTime: end + DAY });
    await stage.round();
    await stage.round();
    expect(stage.item('Board II').id).toBe(id);
    await expectRest(stage, ['Board II', 'Lunch']);
  });

  test('an edit at the very moment of our own write is seen', async () => {
    const stage = await Stage.open({ liferay: VERSIONS[version] });
    stage.create({ subject: 'Board', start, end });
    await stage.round();
    stage.rebook('Board', { title: 'Board II', location: 'Room 2' });
    await stage.round();
    await stage.round();
    await expectRest(stage, ['Board II']);
  });

  test('what is deleted in Exchange goes to the Recycle Bin, and what is trashed there is deleted in Exchange', async () => {
    const stage = await beside(version);
    const { calendarBookingId } = stage.row('Board');
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
    const lunch = stage.row('Lunch').calendarBookingId;
    stage.atPortal((acts) => acts.moveToTrash(lunch));
    await stage.round();
    expect(stage.world.liferay.booking(calendarBookingId)?.status).toBe(STATUS.inTrash);
    await expectRest(stage, []);
  });

  test('a series with a moved and a deleted occurrence is the same on both sides', async () => {
    const stage = await withSeries('exchange', {}, VERSIONS[version]);
    change(stage, 3, moved(nth(3, '11:00')));
    remove(stage, 30);
    await stage.round();
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(39);
    expect(lines.some((line) => /2026-05-27T09:00/.test(line))).toBe(true);
    expect(stage.mails).toBe(0);
  });

  test('an occurrence that was moved in Exchange is called otherwise in Liferay', async () => {
    const stage = await withSeries('exchange', {}, VERSIONS[version]);
    change(stage, 3, moved(nth(3, '11:00')));
    await stage.settle();
    const row = stage.rows().find(({ recurrence }) => recurrence === '')?.calendarBookingId ?? 0;
    stage.atPortal((acts) => acts.changeBooking(row, { title: 'Other' }));
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => /2026-05-27T09:00.* Other/.test(line))).toHaveLength(1);
    expect(stage.rows()).toHaveLength(2);
  });

  test('occurrences that people delete and move in Liferay', async () => {
    const stage = await withSeries('liferay', {}, VERSIONS[version]);
    const id = seriesRow(stage);
    stage.atPortal((acts) => acts.deleteInstance(id, nth(30)));
    await stage.round();
    stage.atPortal((acts) => acts.changeInstance(rowOf(stage, 'Series'), nth(3), rebooked(nth(3, '11:00'))));
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(39);
    expect(lines.some((line) => /2026-05-27T09:00/.test(line))).toBe(true);
  });

  test('a service that lost its database finds its rows again', async () => {
    const stage = await beside(version);
    await stage.loseDatabase();
    await stage.settle();
    await expectRest(stage, ['Board', 'Lunch']);
  });
});
