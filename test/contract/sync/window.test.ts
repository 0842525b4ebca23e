/** The window of a pairing: 90 days back and two years ahead unless its owner says otherwise. */
import { expect, test } from 'vitest';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

const NOW = '2026-05-04T10:00';
const { start: now } = hourFrom(NOW);

async function paired(windowPastDays = 90, windowFutureDays = 730): Promise<Stage> {
  const stage = await Stage.open({ startMs: now });
  await stage.setPairing({ windowPastDays, windowFutureDays });
  return stage;
}

function eventIn(stage: Stage, days: number, subject = 'Event'): void {
  stage.create({ subject, start: now + days * DAY, end: now + days * DAY + HOUR });
}

test('what lies before or behind the window is not copied; what lies in it is', async () => {
  const stage = await paired();
  eventIn(stage, -92, 'Too old');
  eventIn(stage, -88, 'Old');
  eventIn(stage, 728, 'Far');
  eventIn(stage, 732, 'Too far');
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Far', 'Old']);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('an event ahead of the window is copied when time brings it in, without anybody touching it', async () => {
  const stage = await paired(90, 30);
  eventIn(stage, 32);
  await stage.round();
  expect(stage.rows()).toEqual([]);
  await stage.round(DAY);
  expect(stage.rows()).toEqual([]);
  await stage.round(2 * DAY);
  expect(stage.titles().liferay).toEqual(['Event']);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('an event that is linked stays linked when the window has passed over it', async () => {
  const stage = await paired(10, 30);
  eventIn(stage, 1);
  await stage.round();
  await stage.round(60 * DAY);
  stage.world.exchange.userActs.changeItem(stage.item('Event').id, { subject: 'Renamed' });
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Renamed']);
  stage.world.exchange.userActs.deleteItem(stage.item('Renamed').id);
  await stage.round();
  expect(stage.titles().liferay).toEqual([]);
});

test('an event that is moved into the window is copied', async () => {
  const stage = await paired(90, 30);
  eventIn(stage, 100);
  await stage.round();
  const moved = { start: now + 5 * DAY, end: now + 5 * DAY + HOUR };
  stage.world.exchange.userActs.changeItem(stage.item('Event').id, moved);
  await stage.round();
  expect(stage.inLiferay()).toEqual(stage.inExchange());
});

test('an event outside the window that is edited and deleted leaves no trace', async () => {
  const stage = await paired(90, 30);
  eventIn(stage, 100);
  await stage.round();
  stage.world.exchange.userActs.changeItem(stage.item('Event').id, { subject: 'Renamed' });
  await stage.round();
  stage.world.exchange.userActs.deleteItem(stage.item('Renamed').id);
  await stage.round();
  expect(stage.rows()).toEqual([]);
  expect(await stage.links()).toEqual([]);
});

test('a series that began long ago and goes on is copied', async () => {
  const stage = await paired();
  stage.create({
    subject: 'Series',
    start: now - 700 * DAY,
    end: now - 700 * DAY + HOUR,
    recurrence: {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'noEnd', startDay: Math.floor(now / DAY) - 700 },
    },
  });
  stage.create({
    subject: 'Ended',
    start: now - 700 * DAY,
    end: now - 700 * DAY + HOUR,
    recurrence: {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'numbered', startDay: Math.floor(now / DAY) - 700, count: 10 },
    },
  });
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Series']);
});
