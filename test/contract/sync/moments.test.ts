/**
 * People who act in Liferay at the very moment when the service looks or writes: between its look at the whole calendar
 * and its look at one row, and between that and its write.
 */
import { describe, expect, test } from 'vitest';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { expectSame } from './shown.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

const START_DAY = Date.UTC(2026, 4, 6) / DAY;
const { start, end } = hourFrom('2026-05-06T09:00');
const WEEKLY: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY, count: 40 },
};

async function withSeries(direction: 'both' | 'toLiferay'): Promise<Stage> {
  const stage = await Stage.open({ direction });
  stage.create({ subject: 'Series', start, end, recurrence: WEEKLY });
  await stage.settle();
  return stage;
}

/** A person does `what` in Liferay when the service first comes to `step`. */
function actingAt(step: 'read' | 'update', what: () => void): (portal: PortalCalendar) => PortalCalendar {
  let isDone = false;
  const act = () => {
    if (isDone) return;
    isDone = true;
    what();
  };
  return (portal) => ({
    ...portal,
    read: async (...request) => {
      if (step === 'read') act();
      return portal.read(...request);
    },
    update: async (...request) => {
      if (step === 'update') act();
      return portal.update(...request);
    },
  });
}

/** A person renames the third occurrence in Liferay when the service first comes to `step`. */
function renamedAt(stage: Stage, step: 'read' | 'update'): (portal: PortalCalendar) => PortalCalendar {
  return actingAt(step, () => {
    const row = stage.rows().find(({ recurrence }) => recurrence !== '');
    stage.atPortal((acts) =>
      acts.changeInstance(row?.calendarBookingId ?? 0, start + 14 * DAY, { title: 'Mine' }),
    );
  });
}

test('an occurrence changed between the look at the calendar and that at its series is not taken for deleted', async () => {
  const stage = await withSeries('both');
  stage.rebook('Series', { location: 'Room 1' });
  await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'read') }));
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines).toHaveLength(40);
  expect(lines.filter((line) => /2026-05-20.* Mine/.test(line))).toHaveLength(1);
  expect(stage.items()[0]?.series?.deletedDays.size).toBe(0);
});

test.each(['both', 'toLiferay'] as const)(
  'an occurrence changed when its series is written (%s) is there once',
  async (direction) => {
    const stage = await withSeries(direction);
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'Renamed' });
    await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'update') }));
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(40);
    expect(lines.filter((line) => line.includes(' Mine'))).toHaveLength(direction === 'both' ? 1 : 0);
    expect(stage.items()[0]?.series?.deletedDays.size).toBe(0);
  },
);

describe.each([
  ['An event', undefined, 1],
  ['A series', WEEKLY, 40],
] as const)('%s that is written in Liferay for what was changed in Exchange', (_, recurrence, count) => {
  async function writtenWhile(
    moved: { startTime: number; endTime: number },
    written: Partial<ItemContent>,
  ): Promise<Stage> {
    const stage = await Stage.open();
    stage.create({ subject: 'Board', start, end, ...(recurrence && { recurrence }) });
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, written);
    const portal = actingAt('update', () => stage.rebook('Board', moved));
    await stage.round(undefined, stage.world.engine({ portal }));
    await stage.settle();
    return stage;
  }
  const LATER = { startTime: start + HOUR, endTime: end + 2 * HOUR };

  test('is moved there in the moment in which its place is written: both arrive', async () => {
    const stage = await writtenWhile(LATER, { location: 'Room 2' });
    expect(await expectSame(stage)).toHaveLength(count);
    expect(stage.item('Board').content).toMatchObject({
      ...{ location: 'Room 2', start: LATER.startTime, end: LATER.endTime },
    });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is moved there in the moment in which its own move is written: that of Exchange stands', async () => {
    const moved = { start: start - HOUR, end: end - HOUR };
    const stage = await writtenWhile(LATER, moved);
    expect(await expectSame(stage)).toHaveLength(count);
    expect(stage.item('Board').content).toMatchObject(moved);
    expect(JSON.stringify(await stage.history())).toContain('lost');
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

const TUESDAYS: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Tuesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY + 6, count: 40 },
};

test.each<[string, (stage: Stage, id: string) => void]>([
  [
    'gets a rule without it',
    ({ world: { exchange } }, id) =>
      exchange.userActs.changeItem(id, { start: start + 6 * DAY, end: end + 6 * DAY }, TUESDAYS),
  ],
  [
    'loses it',
    ({ world: { exchange } }, id) =>
      exchange.userActs.deleteItem(exchange.userActs.occurrence(id, START_DAY + 14).id),
  ],
  ['becomes a single event', ({ world: { exchange } }, id) => exchange.userActs.changeItem(id, {}, null)],
])('what a reader makes of an occurrence while its series %s is taken back', async (_, act) => {
  const stage = await withSeries('toLiferay');
  act(stage, stage.item('Series').id);
  await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'update') }));
  expect(stage.titles().liferay).toContain('Mine');
  await stage.settle();
  await expectSame(stage);
  expect(stage.titles().liferay).toEqual(['Series']);
  expect(JSON.stringify(await stage.history())).toContain('Mine');
});

test('a new rule and a change of one of its occurrences, both before we look, are one series on both sides', async () => {
  const stage = await withSeries('both');
  const { calendarBookingId: id, recurrence } = stage.row('Series');
  stage.atPortal((acts) => {
    acts.changeBooking(id, { recurrence: recurrence.replace('BYDAY=WE', 'BYDAY=WE,FR') });
    acts.changeInstance(id, start + 9 * DAY, { title: 'Mine' });
  });
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.filter((line) => /2026-05-15.* Mine/.test(line))).toHaveLength(1);
  expect(stage.items()).toHaveLength(1);
});
