/** A read-only pairing: Liferay shows what is in Exchange, and nothing that happens there reaches the mailbox. */
import { expect, test } from 'vitest';
import { END, nth, rebooked, START, seriesRow, WEDNESDAYS } from './series-stage.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');

async function copied(): Promise<Stage> {
  const stage = await Stage.open({ direction: 'toLiferay' });
  stage.create({ subject: 'Board', location: 'Room 1', start, end });
  await stage.settle();
  return stage;
}

function writesTo(stage: Stage): readonly string[] {
  return [...stage.world.exchange.requests.keys()].filter((name) => /^(Create|Update|Delete)/.test(name));
}

test('what changes in Exchange is shown in Liferay', async () => {
  const stage = await copied();
  stage.world.exchange.userActs.changeItem(stage.item('Board').id, { subject: 'Board II' });
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Board II']);
  stage.world.exchange.userActs.deleteItem(stage.item('Board II').id);
  await stage.round();
  expect(stage.titles().liferay).toEqual([]);
});

test('an edit in Liferay is put back, three times at most; then the row is left and the reason is shown', async () => {
  const stage = await copied();
  for (let n = 1; n <= 3; n += 1) {
    stage.rebook('Board', { title: `Mine ${n}` });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
  }
  stage.rebook('Board', { title: 'Mine 4' });
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Mine 4'] });
  expect(await stage.parked()).toEqual(['readOnlyCopyChanged']);
  const kinds = (await stage.history()).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'putBack')).toHaveLength(3);
  expect(writesTo(stage)).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('a row that was left like that follows when the event is moved in Exchange', async () => {
  const stage = await copied();
  for (let n = 1; n <= 4; n += 1) {
    stage.rebook('Board', { title: `Mine ${n}` });
    await stage.settle();
  }
  expect(await stage.parked()).toEqual(['readOnlyCopyChanged']);
  stage.world.exchange.userActs.changeItem(stage.item('Board').id, { start: start + DAY, end: end + DAY });
  await stage.settle();
  expect(stage.inLiferay()).toEqual(stage.inExchange());
  expect(await stage.parked()).toEqual([]);
  stage.rebook('Board', { title: 'Mine 5' });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Mine 5']);
  expect(await stage.parked()).toEqual(['readOnlyCopyChanged']);
});

test('so is a changed occurrence of a series, and nothing is asked of it until somebody changes it again', async () => {
  const stage = await Stage.open({ direction: 'toLiferay' });
  const startDay = Math.floor(start / DAY);
  const { id } = stage.create({
    ...{ subject: 'Series', start, end },
    recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'numbered', startDay, count: 9 } },
  });
  const { userActs } = stage.world.exchange;
  userActs.changeItem(userActs.occurrence(id, startDay + 2).id, { subject: 'Changed' });
  await stage.settle();
  for (let n = 1; n <= 4; n += 1) {
    stage.rebook('Changed', { title: n === 4 ? 'Mine' : `Mine ${n}` });
    await stage.settle();
  }
  expect(stage.titles().liferay).toEqual(['Mine', 'Series']);
  expect(await stage.parked()).toEqual(['readOnlyCopyChanged']);
  expect(await stage.traffic()).toMatchObject(IDLE);
  expect((await stage.history()).filter(({ kind }) => kind === 'parked')).toHaveLength(1);
});

test('the history keeps each edit that was put back', async () => {
  const stage = await copied();
  stage.rebook('Board', { title: 'Mine' });
  await stage.settle();
  const entry = (await stage.history()).find(({ kind }) => kind === 'putBack');
  expect(JSON.parse(entry?.before ?? '{}')).toMatchObject({ title: 'Mine' });
});

test('a month later it is put back again', async () => {
  const stage = await copied();
  for (let n = 1; n <= 4; n += 1) {
    stage.rebook('Board', { title: `Mine ${n}` });
    await stage.settle();
    if (n === 3) await stage.round(31 * DAY);
  }
  expect(stage.titles().liferay).toEqual(['Board']);
});

test('a copy that is deleted in Liferay is put back', async () => {
  const stage = await copied();
  stage.atPortal((acts) => acts.moveToTrash(stage.row('Board').calendarBookingId));
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
  expect(await stage.parked()).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('events that only Liferay has are left alone', async () => {
  const stage = await copied();
  stage.book({ title: 'Our own', startTime: start, endTime: end });
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board', 'Our own'] });
  stage.rebook('Our own', { title: 'Still our own' });
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board', 'Still our own'] });
  expect(writesTo(stage)).toEqual([]);
  expect(stage.mails).toBe(0);
});

test('an edit in both: Exchange’s stands, Liferay’s is in the history', async () => {
  const stage = await copied();
  stage.world.exchange.userActs.changeItem(stage.item('Board').id, { location: 'Room 2' });
  stage.rebook('Board', { title: 'Mine' });
  await stage.settle();
  expect(stage.inLiferay()).toMatchObject([{ title: 'Board', location: 'Room 2' }]);
  expect(JSON.stringify(await stage.history())).toContain('Mine');
});

test.each([0, 1, 2])(
  'a series of which a reader changed an occurrence goes as a whole when it is deleted in Exchange, also where the service dies after %i writes',
  async (writes) => {
    const stage = await Stage.open({ direction: 'toLiferay' });
    stage.create({ subject: 'Series', start: START, end: END, recurrence: WEDNESDAYS });
    await stage.settle();
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id);
    stage.atPortal((acts) =>
      acts.changeInstance(seriesRow(stage), nth(2), { title: 'Mine', ...rebooked(nth(2, '11:00')) }),
    );
    await stage.brokenOff(writes);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    expect(JSON.stringify(await stage.history())).toContain('Mine');
    expect(await stage.traffic()).toMatchObject(IDLE);
  },
);
