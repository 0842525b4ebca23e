/** A server that cannot do as much at once as it is asked for: it gets half, as often as it takes, and more with time. */
import { describe, expect, test } from 'vitest';
import { domain } from '#drizzle/schema.ts';
import { HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

function create(stage: Stage, count: number, subject: string): void {
  for (let n = 0; n < count; n += 1) {
    stage.create({ subject: `${subject} ${n}`, ...hourFrom('2026-05-06T09:00') });
  }
}

async function untilInStep(stage: Stage, count: number): Promise<void> {
  for (let n = 0; stage.rows().length < count && n < 20; n += 1) await stage.round(MINUTE);
  expect(stage.rows()).toHaveLength(count);
}

describe('a server that cannot read more than fifteen items at once', () => {
  test('is asked for half until it can, by a service that starts anew too, and for more after a while', async () => {
    const stage = await Stage.open();
    const { load } = stage.world.exchange;
    load.condition.largestBatch = 15;
    create(stage, 60, 'First');
    await untilInStep(stage, 60);
    // Fifty, and twenty-five.
    expect(load.traffic.tooLarge).toBe(2);
    stage.engine = stage.world.engine();
    create(stage, 30, 'Second');
    await untilInStep(stage, 90);
    expect(load.traffic.tooLarge).toBe(2);
    await stage.round(HOUR);
    create(stage, 40, 'Third');
    await untilInStep(stage, 130);
    expect(load.traffic.tooLarge).toBeGreaterThan(2);
    expect(await stage.parked()).toEqual([]);
  });

  test('costs an idle round nothing', async () => {
    const stage = await Stage.open();
    stage.world.exchange.load.condition.largestBatch = 15;
    create(stage, 60, 'Event');
    await untilInStep(stage, 60);
    await stage.settle();
    const { tables, exchange, liferay, liferayWrites } = await stage.traffic();
    expect({ exchange, liferay, liferayWrites }).toEqual(IDLE);
    expect(new Set(tables)).toEqual(new Set(['mailbox']));
  });
});

test('a series whose changed occurrences are too many to be read at once is read by parts', async () => {
  const stage = await Stage.open();
  const { load, userActs } = stage.world.exchange;
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / (24 * HOUR));
  const { id } = stage.create({
    subject: 'Series',
    start,
    end,
    recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'numbered', startDay, count: 40 } },
  });
  for (let n = 0; n < 40; n += 1)
    userActs.changeItem(userActs.occurrence(id, startDay + n).id, { location: `Room ${n}` });
  load.condition.largestBatch = 15;
  await untilInStep(stage, 41);
  expect(load.traffic.tooLarge).toBe(2);
});

test('writes that are too many at once are made by fewer, and none is made twice', async () => {
  const stage = await Stage.open();
  stage.world.exchange.load.condition.largestBatch = 3;
  const { start, end } = hourFrom('2026-05-06T11:00');
  for (let n = 0; n < 12; n += 1) stage.book({ title: `Event ${n}`, startTime: start, endTime: end });
  for (let n = 0; n < 20; n += 1) await stage.round(MINUTE);
  expect(stage.items()).toHaveLength(12);
  expect(stage.rows()).toHaveLength(12);
  expect(await stage.parked()).toEqual([]);
});

test('a folder whose list takes too long is listed in smaller pages', async () => {
  const stage = await Stage.open();
  stage.world.exchange.load.condition.largestPage = 100;
  create(stage, 150, 'Event');
  await untilInStep(stage, 150);
  expect(stage.world.exchange.load.traffic.tooLarge).toBe(3);
});

test('a server that allows fewer connections than the operator is asked by fewer at a time', async () => {
  const stage = await Stage.open({ people: 24, maxConcurrent: 8 });
  await stage.round();
  const { load } = stage.world.exchange;
  load.condition.latencyMs = 50;
  await stage.roundInTime(MINUTE);
  expect(load.traffic.most).toBe(8);
  load.condition.connections = 5;
  for (let n = 0; n < 5; n += 1) await stage.roundInTime(MINUTE);
  expect(load.traffic.tooMany).toBeGreaterThan(0);
  load.reset();
  for (let n = 0; n < 5; n += 1) await stage.roundInTime(MINUTE);
  expect(load.traffic).toMatchObject({ tooMany: 0, most: 4, requests: 5 * 24 });
  expect((await stage.engine.db.select().from(domain))[0]?.pace).toBeLessThan(1);
});
