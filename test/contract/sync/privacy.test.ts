/** Private events: a Liferay calendar is read by its whole site, so their texts stay in Exchange. */
import { describe, expect, test } from 'vitest';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { DAY, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const SECRET = {
  subject: 'Doctor',
  location: 'Clinic',
  body: { type: 'Text', text: 'Blood test' },
  start,
  end,
} as const;
const HIDDEN = { title: 'Private', text: '', location: '', when: `${start}-${end}` };

async function privateEvent(sensitivity: 'Private' | 'Confidential' = 'Private'): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({ ...SECRET, sensitivity });
  await stage.round();
  return stage;
}

test.each(['Private', 'Confidential'] as const)(
  'a %s event shows in Liferay as "Private", without texts',
  async (sensitivity) => {
    const stage = await privateEvent(sensitivity);
    expect(stage.inLiferay()).toEqual([HIDDEN]);
    expect(JSON.stringify(stage.world.liferay.bookings(stage.person.calendarId))).not.toMatch(
      /Doctor|Clinic|Blood/,
    );
    expect(await stage.traffic()).toMatchObject(IDLE);
  },
);

test('a personal event is not private: it shows with its texts', async () => {
  const stage = await Stage.open();
  stage.create({ ...SECRET, sensitivity: 'Personal' });
  await stage.round();
  expect(stage.inLiferay()).toMatchObject([{ title: 'Doctor', text: 'Blood test' }]);
});

test('an event made private loses its texts in Liferay; made public again it shows them again', async () => {
  const stage = await Stage.open();
  stage.create(SECRET);
  await stage.round();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(stage.item('Doctor').id, { sensitivity: 'Private' });
  await stage.round();
  expect(stage.inLiferay()).toEqual([HIDDEN]);
  userActs.changeItem(stage.item('Doctor').id, { sensitivity: 'Normal' });
  await stage.round();
  expect(stage.inLiferay()).toMatchObject([{ title: 'Doctor', text: 'Blood test', location: 'Clinic' }]);
});

describe('a private event edited in Liferay', () => {
  test('its time follows, its texts in Exchange stay', async () => {
    const stage = await privateEvent();
    stage.rebook('Private', { startTime: start + 15 * MINUTE });
    await stage.round();
    expect(stage.item('Doctor').content).toMatchObject({ ...SECRET, start: start + 15 * MINUTE });
  });

  test('a title given to it there is put back', async () => {
    const stage = await privateEvent();
    stage.rebook('Private', { title: 'My doctor', location: 'Somewhere' });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([HIDDEN]);
    expect(stage.item('Doctor').content).toMatchObject(SECRET);
  });
});

describe('an event whose privacy changed in Exchange right before it was deleted there', () => {
  const moved = { startTime: start + 15 * MINUTE };
  const when = `${moved.startTime}-${end}`;

  test('made private: moved in Liferay, it comes back as Liferay showed it to the last', async () => {
    const stage = await Stage.open();
    stage.create(SECRET);
    await stage.round();
    const { userActs } = stage.world.exchange;
    const { id } = stage.item('Doctor');
    userActs.changeItem(id, { sensitivity: 'Private' });
    userActs.deleteItem(id, true);
    stage.rebook('Doctor', moved);
    await stage.settle();
    expect(stage.item('Doctor').content).toMatchObject({ location: 'Clinic', sensitivity: 'Normal' });
    expect(stage.inLiferay()).toMatchObject([{ title: 'Doctor', location: 'Clinic', when }]);
  });

  test('made public: moved in Liferay, it comes back private', async () => {
    const stage = await privateEvent();
    const { userActs } = stage.world.exchange;
    const { id } = stage.item('Doctor');
    userActs.changeItem(id, { sensitivity: 'Normal' });
    userActs.deleteItem(id, true);
    stage.rebook('Private', moved);
    await stage.settle();
    expect(stage.item('Doctor').content).toMatchObject({ location: 'Clinic', sensitivity: 'Private' });
    expect(stage.inLiferay()).toEqual([{ ...HIDDEN, when }]);
  });
});

test('the history keeps no text of a private event, whatever happens to it', async () => {
  const stage = await privateEvent();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(stage.item('Doctor').id, {
    subject: 'Doctor again',
    body: { type: 'Text', text: 'Blood test 2' },
  });
  stage.rebook('Private', { startTime: start + 15 * MINUTE });
  await stage.settle();
  userActs.deleteItem(stage.item('Doctor again').id);
  await stage.settle();
  const history = await stage.history();
  expect(history.length).toBeGreaterThan(2);
  expect(history.map(({ title, before }) => [title, before])).toEqual(history.map(() => [null, null]));
});

test('the history keeps no text of an event from the moment in which it becomes private', async () => {
  const stage = await Stage.open();
  stage.create({ ...SECRET, subject: 'Public title' });
  await stage.round();
  stage.world.exchange.userActs.changeItem(stage.item('Public title').id, {
    subject: 'Doctor',
    sensitivity: 'Private',
  });
  await stage.round();
  expect(JSON.stringify(await stage.history())).not.toContain('Doctor');
});

test('a private event in a history that is parked is not named', async () => {
  const stage = await Stage.open();
  const zone = { windows: 'Mars Standard Time', iana: 'Antarctica/Troll' };
  stage.create({
    ...SECRET,
    sensitivity: 'Private',
    startZone: zone,
    endZone: zone,
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'noEnd', startDay: Math.floor(start / 86_400_000) },
    },
  });
  await stage.round();
  expect(await stage.parked()).toEqual(['zoneUnknown']);
  expect(JSON.stringify([await stage.history(), await stage.links()])).not.toMatch(/Doctor|Clinic|Blood/);
});

test('the later half of a private series that was split in Liferay stays private, and keeps its texts', async () => {
  const stage = await Stage.open();
  const startDay = Math.floor(start / DAY);
  const recurrence: Recurrence = {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'numbered', startDay, count: 9 },
  };
  stage.create({ ...SECRET, sensitivity: 'Private', showAs: 'OOF', recurrence });
  await stage.settle();
  const row = stage.row('Private').calendarBookingId;
  stage.atPortal((acts) => acts.changeInstance(row, start + 4 * DAY, { title: 'Ask for leave' }, true));
  await stage.settle();
  expect(stage.inLiferay().map(({ title }) => title)).toEqual(['Private', 'Private']);
  expect(stage.items().map(({ content }) => content)).toMatchObject([
    { ...SECRET, sensitivity: 'Private', showAs: 'OOF' },
    { subject: 'Doctor', location: 'Clinic', start: start + 4 * DAY, sensitivity: 'Private', showAs: 'OOF' },
  ]);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('a private event that is renamed in Liferay each time it is moved there still moves in Exchange', async () => {
  const stage = await privateEvent();
  for (let n = 1; n <= 5; n += 1) {
    const moved = { startTime: start + n * DAY, endTime: end + n * DAY };
    stage.rebook('Private', { title: 'Mine', ...moved });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([{ ...HIDDEN, when: `${moved.startTime}-${moved.endTime}` }]);
    expect(stage.item('Doctor').content).toMatchObject({ start: moved.startTime, end: moved.endTime });
  }
  expect(await stage.parked()).toEqual([]);
});
